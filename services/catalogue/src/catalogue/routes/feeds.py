"""Syncing, for operators: feeds, runs and quarantined records."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from catalogue.repository import feeds, quarantine
from catalogue.routes.asking import Cursor, Limit, cut, engine_of, number, position
from catalogue.schemas.operations import Feed, Quarantined, Run, RunRequested
from shared.contracts.paging import Page
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, PARAMETER_INVALID, ProblemError, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot, transaction
from shared.sync.tables import FULL

router = APIRouter(prefix="/v1", tags=["feeds"])

_READ = [Depends(requires("sync:read"))]
FeedName = Annotated[str, Path(description="Name of a feed.", examples=["national/procedures:H24.99"])]


@router.get("/feeds", summary="Feeds", response_model=list[Feed], dependencies=_READ)
async def listed(request: Request) -> Response:
    """Every feed with what its data are worth now. Silence makes a feed stale, never zero."""
    async with snapshot(engine_of(request)) as connection:
        rows = await feeds.feeds(connection)
    return conditional(request, encode([Feed.model_validate(row).model_dump(mode="json") for row in rows]))


@router.post(
    "/feeds/{feed:path}/runs",
    summary="Ask for a run",
    status_code=202,
    response_model=RunRequested,
    responses=problem_responses(NOT_FOUND),
    dependencies=[Depends(requires("sync:operate"))],
)
async def run(request: Request, feed: FeedName) -> RunRequested:
    """The worker takes it next; asking twice asks once."""
    async with transaction(engine_of(request)) as connection:
        known = await feeds.request_run(connection, feed, FULL)
    if not known:
        raise ProblemError(NOT_FOUND, "There is no feed of that name.")
    return RunRequested(feed=feed, requested=True)


@router.get(
    "/feeds/{feed:path}",
    summary="One feed",
    response_model=Feed,
    responses=problem_responses(NOT_FOUND),
    dependencies=_READ,
)
async def one(request: Request, feed: FeedName) -> Response:
    """How a feed stands."""
    async with snapshot(engine_of(request)) as connection:
        rows = await feeds.feeds(connection, feed)
    if not rows:
        raise ProblemError(NOT_FOUND, "There is no feed of that name.")
    return conditional(request, encode(Feed.model_validate(rows[0])))


@router.get(
    "/runs",
    summary="Runs",
    response_model=Page[Run],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
    dependencies=_READ,
)
async def runs(
    request: Request,
    feed: Annotated[str | None, Query(description="Only runs of this feed.", max_length=200)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Newest first."""
    query = f"runs {feed}"
    before = position(cursor, query, lambda at: number(at[0]))
    async with snapshot(engine_of(request)) as connection:
        rows = await feeds.runs(connection, name=feed, before=before, limit=limit + 1)
    rows, following = cut(rows, limit, query, lambda row: [row.run_id])
    return conditional(request, encode(Page[Run](items=[Run.model_validate(row) for row in rows], next=following)))


@router.get(
    "/runs/{run_id}",
    summary="One run",
    response_model=Run,
    responses=problem_responses(NOT_FOUND, PARAMETER_INVALID),
    dependencies=_READ,
)
async def one_run(
    request: Request, run_id: Annotated[int, Path(ge=1, le=2**62, description="Id of a run.")]
) -> Response:
    """What a run saw, and what that proves."""
    async with snapshot(engine_of(request)) as connection:
        rows = await feeds.runs(connection, run_id=run_id, before=None, limit=1)
    if not rows:
        raise ProblemError(NOT_FOUND, "There is no such run.")
    return conditional(request, encode(Run.model_validate(rows[0])))


@router.get(
    "/quarantine",
    summary="Records that could not be let in",
    response_model=Page[Quarantined],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
    dependencies=_READ,
)
async def quarantined(
    request: Request,
    open_: Annotated[bool, Query(alias="open", description="Those still refused; false: those closed.")] = True,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Newest first. A record is let in by itself as soon as it can be read."""
    query = f"quarantine {open_}"
    after = position(cursor, query, lambda at: number(at[0]))
    async with snapshot(engine_of(request)) as connection:
        rows = await quarantine.listed(connection, is_open=open_, after=after, limit=limit + 1)
    rows, following = cut(rows, limit, query, lambda row: [row.quarantine_id])
    page = Page[Quarantined](items=[Quarantined.model_validate(row) for row in rows], next=following)
    return conditional(request, encode(page))
