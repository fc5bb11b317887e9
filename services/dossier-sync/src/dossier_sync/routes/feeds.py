"""Feeds and their runs: what an operator looks at first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from dossier_sync.repository.feeds import list_feeds, list_runs, request_run
from dossier_sync.routes.parameters import FEED_IS_PUSHED, Cursor, Limit, following, position, refuse_pushed
from dossier_sync.schemas.operations import (
    FeedOut,
    Feeds,
    RunAccepted,
    RunOut,
    RunPage,
    RunWanted,
)
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, ProblemError, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot, transaction

READS = Depends(requires("sync:read"))
OPERATES = Depends(requires("sync:operate"))
FeedName = Annotated[
    str, Path(description='Name of the feed, "<portal>/<kind>".', examples=["haiphong-igate/dossiers"])
]

router = APIRouter(prefix="/v1", tags=["feeds"])


@router.get("/feeds", response_model=Feeds, summary="Every feed", dependencies=[READS])
async def feeds(request: Request) -> Response:
    """State, lease, breaker and newest verdict of each feed."""
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_feeds(connection)
    return conditional(request, encode(Feeds(items=[FeedOut.of(row) for row in rows])))


@router.post(
    "/feeds/{feed:path}/runs",
    response_model=RunAccepted,
    status_code=202,
    summary="Run a feed now",
    dependencies=[OPERATES],
    responses=problem_responses(NOT_FOUND, FEED_IS_PUSHED),
)
async def run_now(request: Request, feed: FeedName, wanted: RunWanted) -> RunAccepted:
    """Asks for a run as soon as a worker is free, and closes the breaker. Asking twice gives one run."""
    refuse_pushed(feed)
    async with transaction(request.app.state.engine) as connection:
        known = await request_run(connection, feed, wanted.mode)
    if not known:
        raise _no_feed()
    return RunAccepted(feed=feed, mode=wanted.mode)


@router.get(
    "/feeds/{feed:path}",
    response_model=FeedOut,
    summary="One feed",
    dependencies=[READS],
    responses=problem_responses(NOT_FOUND),
)
async def one_feed(request: Request, feed: FeedName) -> Response:
    """The feed as it stands now."""
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_feeds(connection, feed)
    if not rows:
        raise _no_feed()
    return conditional(request, encode(FeedOut.of(rows[0])))


@router.get(
    "/runs",
    response_model=RunPage,
    summary="Runs, newest first",
    dependencies=[READS],
    responses=problem_responses(CURSOR_INVALID),
)
async def runs(
    request: Request,
    feed: Annotated[str | None, Query(description="Only runs of this feed.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """What each run saw and how it ended. A verdict is proven: see `failure` and `detail` where it is not."""
    after = position(request, cursor, int)
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_runs(connection, name=feed, before=after[0] if after else None, limit=limit)
    last = rows[-1].run_id if rows else 0
    page = RunPage(items=[RunOut.of(row) for row in rows], next=following(request, rows, limit, last))
    return conditional(request, encode(page))


@router.get(
    "/runs/{id}",
    response_model=RunOut,
    summary="One run",
    dependencies=[READS],
    responses=problem_responses(NOT_FOUND),
)
async def one_run(
    request: Request, id_: Annotated[int, Path(alias="id", description="Number of the run.", ge=1, lt=2**63)]
) -> Response:
    """The run, also while it is under way."""
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_runs(connection, run_id=id_)
    if not rows:
        raise ProblemError(NOT_FOUND, "There is no run of this number.")
    return conditional(request, encode(RunOut.of(rows[0])))


def _no_feed() -> ProblemError:
    return ProblemError(NOT_FOUND, "There is no feed of this name; see /v1/feeds.")
