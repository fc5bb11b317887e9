"""Records set aside."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from dossier_sync.domain.dossier import Reason
from dossier_sync.repository.feeds import request_run
from dossier_sync.repository.lists import list_quarantine
from dossier_sync.routes.parameters import Cursor, Limit, following, position
from dossier_sync.schemas import QuarantinedOut, QuarantinePage, RunAccepted
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, ProblemError, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot, transaction
from shared.sync.tables import FULL

router = APIRouter(prefix="/v1/quarantine", tags=["quarantine"])


@router.get(
    "",
    response_model=QuarantinePage,
    summary="Records set aside",
    dependencies=[Depends(requires("sync:read"))],
    responses=problem_responses(CURSOR_INVALID),
)
async def aside(
    request: Request,
    feed: Annotated[str | None, Query(description="Only of this feed.")] = None,
    reason: Annotated[Reason | None, Query(description="Only for this reason.")] = None,
    closed: Annotated[
        bool, Query(description="True: those let in meanwhile, instead of those still set aside.")
    ] = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Nothing is dropped: what cannot be placed stands here with its reason, and widens the bounds of figures."""
    after = position(request, cursor, int)
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_quarantine(
            connection, name=feed, reason=reason, closed=closed, after=after[0] if after else 0, limit=limit
        )
    last = rows[-1].id if rows else 0
    page = QuarantinePage(items=[QuarantinedOut.of(row) for row in rows], next=following(request, rows, limit, last))
    return conditional(request, encode(page))


@router.post(
    "/{id}/retry",
    response_model=RunAccepted,
    status_code=202,
    summary="Try a record again",
    dependencies=[Depends(requires("sync:operate"))],
    responses=problem_responses(NOT_FOUND),
)
async def retry(
    request: Request, id_: Annotated[int, Path(alias="id", description="Number of the record.", ge=1, lt=2**63)]
) -> RunAccepted:
    """Asks its portal for the whole list again: the record itself, with its person's data, was never kept here.

    The record leaves the quarantine when it can be read by then; otherwise it stays, with the same number.
    """
    async with transaction(request.app.state.engine) as connection:
        rows = await list_quarantine(connection, number=id_)
        if rows:
            await request_run(connection, rows[0].feed, FULL)
    if not rows:
        raise ProblemError(NOT_FOUND, "No record with this number is set aside.")
    return RunAccepted(feed=rows[0].feed, mode=FULL)
