"""Records set aside."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from dossier_sync.domain.dossier import Reason
from dossier_sync.domain.reasons import EXPLAINED
from dossier_sync.domain.replay import Order, Trigger, What
from dossier_sync.export import FORMATS
from dossier_sync.repository.asides import every_aside, groups
from dossier_sync.repository.feeds import request_run
from dossier_sync.repository.inbound import is_pushed
from dossier_sync.repository.lists import list_quarantine
from dossier_sync.repository.replays import order
from dossier_sync.routes.parameters import FEED_IS_PUSHED, Cursor, Limit, following, position, refuse_pushed
from dossier_sync.schemas.operations import RunAccepted
from dossier_sync.schemas.quarantine import GroupOut, QuarantinedOut, QuarantineGroups, QuarantinePage, ReasonOut
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, ProblemError, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires
from shared.runtime.database import snapshot, transaction
from shared.sync.tables import FULL

NOTHING_KEPT = "{}"
Operates = Annotated[Principal, Depends(requires("sync:operate"))]
OfFeed = Annotated[str | None, Query(description="Only of this feed.")]
OfReason = Annotated[Reason | None, Query(description="Only for this reason.")]

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
    feed: OfFeed = None,
    reason: OfReason = None,
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


@router.get(
    "/groups",
    response_model=QuarantineGroups,
    summary="What is set aside, in groups",
    dependencies=[Depends(requires("sync:read"))],
)
async def grouped(
    request: Request,
    feed: OfFeed = None,
    reason: OfReason = None,
    limit: Annotated[int, Query(description="Groups, the largest first.", ge=1, le=1_000)] = 200,
) -> Response:
    """By feed, reason, field and agency, with the words an operator can act on."""
    async with snapshot(request.app.state.engine) as connection:
        rows = await groups(connection, name=feed, reason=reason, limit=limit)
    reasons = [ReasonOut.of(one) for one in Reason if any(row.reason == one for row in rows)]
    return conditional(request, encode(QuarantineGroups(items=[GroupOut.of(row) for row in rows], reasons=reasons)))


@router.get(
    "/export",
    summary="What is set aside, as a file",
    dependencies=[Depends(requires("sync:read"))],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}, "application/x-ndjson": {}}, "description": "The file, streamed."}},
)
async def export(
    request: Request,
    format_: Annotated[
        Literal["csv", "ndjson"], Query(alias="format", description="`csv` for a desk, `ndjson` for a program.")
    ],
    feed: OfFeed = None,
    reason: OfReason = None,
    limit: Annotated[int, Query(description="Records at most.", ge=1, le=100_000)] = 100_000,
) -> StreamingResponse:
    """Redacted records only: whose they are was never stored. Hand it to the portal's operator to mend them there."""
    media_type, write = FORMATS[format_]
    rows = every_aside(request.app.state.engine, name=feed, reason=reason, most=limit)
    headers = {"Content-Disposition": f'attachment; filename="quarantine.{format_}"', "Cache-Control": "no-store"}
    return StreamingResponse(write(rows), media_type=media_type, headers=headers)


@router.post(
    "/{id}/retry",
    response_model=RunAccepted,
    status_code=202,
    summary="Try a record again",
    responses=problem_responses(NOT_FOUND, FEED_IS_PUSHED),
)
async def retry(
    request: Request,
    caller: Operates,
    id_: Annotated[int, Path(alias="id", description="Number of the record.", ge=1, lt=2**63)],
) -> RunAccepted:
    """Reads the record again from what was kept of it, as the adapter, catalogue and clock are now.

    Where too little was kept to read it (`mode` is then `full`), its portal is asked for the whole list. The record
    leaves the quarantine when it can be read by then; otherwise it stays, with the same number. Of a push only its
    sender can be asked (409).
    """
    async with transaction(request.app.state.engine) as connection:
        rows = await list_quarantine(connection, number=id_)
        if not rows:
            raise ProblemError(NOT_FOUND, "No record with this number is set aside.")
        feed, reason = rows[0].feed, Reason(rows[0].reason)
        kept = rows[0].record != NOTHING_KEPT and (bool(EXPLAINED[reason].cured_by) or is_pushed(feed))
        if not kept or reason is Reason.CODE_UNREADABLE:
            refuse_pushed(feed)
        number = await order(
            connection, Order(feed, What.QUARANTINE, Trigger.OPERATOR, caller.client_id, aside_id=id_, most=1)
        )
        if not kept:
            await request_run(connection, feed, FULL)
    return RunAccepted(feed=feed, mode="replay" if kept else FULL, replay=number)
