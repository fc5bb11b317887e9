"""How old the answers are."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from metrics.repository import sources
from metrics.repository.sources import Feed, Standing
from metrics.routes.figures import READS_FIGURES
from metrics.routes.parameters import agency_of
from metrics.schemas.served import FreshnessFeed, FreshnessOut
from shared.contracts.problem import PARAMETER_INVALID, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.clock import now
from shared.runtime.database import snapshot

router = APIRouter(
    prefix="/v1", tags=["figures"], dependencies=[READS_FIGURES], responses=problem_responses(PARAMETER_INVALID)
)


@router.get("/freshness", response_model=FreshnessOut, summary="How old the answers are")
async def freshness(
    request: Request,
    agency: Annotated[str | None, Query(description="Only feeds this agency rests on.", examples=["H24.99"])] = None,
) -> Response:
    """How far the ledger is in the figures, and how far each portal's feed is in the ledger."""
    code = agency_of(agency)
    async with snapshot(request.app.state.engine) as connection:
        standing = await sources.standing(connection)
    feeds = [_feed(feed) for feed in standing.feeds if feed.touches(code)]
    return conditional(request, encode(_out(standing, feeds)))


def _out(standing: Standing, feeds: list[FreshnessFeed]) -> FreshnessOut:
    return FreshnessOut(
        entry=standing.entry,
        ledger_entry=standing.newest,
        entries_behind=standing.newest - standing.entry,
        at=standing.at,
        catalogue=standing.change,
        calendar=standing.calendar,
        feeds=feeds,
    )


def _feed(feed: Feed) -> FreshnessFeed:
    age = None if feed.data_until is None else int((now() - feed.data_until).total_seconds())
    return FreshnessFeed(
        portal=feed.portal,
        feed=feed.kind,
        agency=feed.agency_code,
        state=feed.state,
        reason=feed.reason,
        data_until=feed.data_until,
        age_seconds=age,
        last_verdict=feed.last_verdict,
        quarantined=feed.quarantined,
    )
