"""Alarms and gaps: what stands against a feed, and an operator's word about it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from dossier_sync.approving import approve as decided
from dossier_sync.repository.alarms import open_alarms
from dossier_sync.repository.gaps import open_gaps
from dossier_sync.schemas.alarms import AlarmOut, Alarms, Approval, GapOut, Gaps
from shared.contracts.problem import NOT_FOUND, ProblemError, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires
from shared.runtime.database import snapshot

READS = Depends(requires("sync:read"))
Operates = Annotated[Principal, Depends(requires("sync:operate"))]
FeedName = Annotated[
    str, Path(description='Name of the feed, "<portal>/<kind>".', examples=["haiphong-igate/dossiers"])
]

router = APIRouter(prefix="/v1", tags=["feeds"])


@router.get("/alarms", response_model=Alarms, summary="Open alarms", dependencies=[READS])
async def alarms(
    request: Request, feed: Annotated[str | None, Query(description="Only of this feed.")] = None
) -> Response:
    """What runs found that a person must decide on or look at, since when, and what to do."""
    async with snapshot(request.app.state.engine) as connection:
        rows = await open_alarms(connection, feed)
    return conditional(request, encode(Alarms(items=[AlarmOut.of(row) for row in rows])))


@router.get("/feeds/{feed:path}/gaps", response_model=Gaps, summary="What could not be read", dependencies=[READS])
async def gaps(
    request: Request,
    feed: FeedName,
    limit: Annotated[int, Query(description="Gaps at most.", ge=1, le=1_000)] = 100,
) -> Response:
    """The smallest failing parts of the portal's list. Each run that passes there tries again."""
    async with snapshot(request.app.state.engine) as connection:
        rows = await open_gaps(connection, feed, limit)
    return conditional(request, encode(Gaps(items=[GapOut.of(row) for row in rows])))


@router.post(
    "/feeds/{feed:path}/approve",
    response_model=Alarms,
    summary="Decide an alarm",
    responses=problem_responses(NOT_FOUND),
)
async def approve(request: Request, caller: Operates, feed: FeedName, approval: Approval) -> Alarms:
    """Notes the decision, who took it and when; answers the feed's open alarms.

    `accept` asks for a full run: nothing is written down as gone, and no older version is taken, before it has read
    the portal again. An alarm that grew since it was read (`rows`) is not decided: look again.
    """
    engine, by = request.app.state.engine, caller.client_id
    rows = await decided(engine, feed, approval.alarm, approval.decision, by, at_most=approval.rows)
    if rows is None:
        raise ProblemError(NOT_FOUND, "No such alarm is open for so few dossiers; see /v1/alarms.")
    return Alarms(items=[AlarmOut.of(row) for row in rows])
