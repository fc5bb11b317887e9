"""Stored records read again, in bulk: ordered here, carried out by the feed's worker, kept as their own audit."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from dossier_sync.domain.replay import Order, Trigger
from dossier_sync.repository.replays import list_replays, order
from dossier_sync.routes.parameters import Cursor, Limit, following, position
from dossier_sync.schemas.quarantine import ReplayOut, ReplayPage, ReplayWanted
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, ProblemError, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires
from shared.runtime.database import snapshot, transaction

router = APIRouter(prefix="/v1/replays", tags=["quarantine"])


@router.post(
    "",
    response_model=ReplayOut,
    status_code=202,
    summary="Read stored records again",
    responses=problem_responses(NOT_FOUND),
)
async def replay(
    request: Request, caller: Annotated[Principal, Depends(requires("sync:operate"))], wanted: ReplayWanted
) -> ReplayOut:
    """For what is set aside after a mend, or for a state that was mapped: no portal is asked.

    What changes becomes an ordinary ledger entry of the feed. Asking again while the order stands gives the same one.
    """
    async with transaction(request.app.state.engine) as connection:
        number = await order(
            connection,
            Order(
                feed=wanted.feed,
                what=wanted.what,
                trigger=Trigger.OPERATOR,
                requested_by=caller.client_id,
                reasons=None if wanted.reason is None else (str(wanted.reason),),
                most=wanted.most,
            ),
        )
        if number is None:
            raise ProblemError(NOT_FOUND, "There is no feed of this name; see /v1/feeds.")
        (written,) = await list_replays(connection, number=number)
    return ReplayOut.of(written)


@router.get(
    "",
    response_model=ReplayPage,
    summary="Orders to read stored records again",
    dependencies=[Depends(requires("sync:read"))],
    responses=problem_responses(CURSOR_INVALID),
)
async def replays(
    request: Request,
    feed: Annotated[str | None, Query(description="Only of this feed.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """Who asked for what and when, how far it is, and what came of it. The newest first."""
    after = position(request, cursor, int)
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_replays(connection, name=feed, before=after[0] if after else None, limit=limit)
    last = rows[-1].replay_id if rows else 0
    page = ReplayPage(items=[ReplayOut.of(row) for row in rows], next=following(request, rows, limit, last))
    return conditional(request, encode(page))


@router.get(
    "/{id}",
    response_model=ReplayOut,
    summary="One order",
    dependencies=[Depends(requires("sync:read"))],
    responses=problem_responses(NOT_FOUND),
)
async def one_replay(
    request: Request, id_: Annotated[int, Path(alias="id", description="Number of the order.", ge=1, lt=2**63)]
) -> Response:
    """The order as it stands."""
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_replays(connection, number=id_)
    if not rows:
        raise ProblemError(NOT_FOUND, "There is no order of this number.")
    return conditional(request, encode(ReplayOut.of(rows[0])))
