"""Our counts beside the portals' own."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from dossier_sync.repository.reconciling import latest, list_totals
from dossier_sync.routes.parameters import Cursor, Limit, following, own_agency, position
from dossier_sync.schemas.reconciliation import ReconciledOut, Reconciliation
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, PARAMETER_INVALID, ProblemError, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/reconciliation", tags=["reconciliation"])


@router.get(
    "",
    response_model=Reconciliation,
    summary="Our counts beside the portals'",
    responses=problem_responses(CURSOR_INVALID, NOT_FOUND),
)
async def reconciliation(
    request: Request,
    caller: Annotated[Principal, Depends(requires("sync:read"))],
    agency: Annotated[
        str | None, Query(description="Your agency or one below it, and all below that.", examples=["H24.99"])
    ] = None,
    portal: Annotated[str | None, Query(description="Only counts of this portal.", max_length=100)] = None,
    month: Annotated[
        str | None, Query(description="Month of receipt.", examples=["2024-08"], pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    ] = None,
    unexplained: Annotated[bool, Query(description="True: only where a remainder is left unexplained.")] = False,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Response:
    """What the portals say they have, for each agency and month, and what we have.

    Causes: `quarantined` set aside here; `hot_edge` changed after our last run; `duplicate` listed twice; `unmapped`
    state in no map; `day_boundary` the portal cuts months at 00:00 UTC; `gone` counted though no longer listed;
    `other_portal` only another portal tells of them. A portal's number never changes one of ours.
    """
    place = position(request, cursor, str, str, str, str)
    after = (place[0], place[1], date.fromisoformat(place[2]), place[3]) if place else None
    own = own_agency(agency, caller)
    async with snapshot(request.app.state.engine) as connection:
        rows = await latest(
            connection,
            agency=own,
            portal=portal,
            month=None if month is None else _first_day(month),
            only_unexplained=unexplained,
            after=after,
            limit=limit,
        )
        totals = await list_totals(connection) if agency is None and month is None and after is None else []
    lists = [ReconciledOut.of_list(total) for total in totals if portal in (None, total.portal)]
    end = rows[-1] if rows else None
    last = (end.portal, end.source, str(end.month), end.agency_code) if end else ()
    page = Reconciliation(
        items=[ReconciledOut.of(row) for row in rows],
        next=following(request, rows, limit, *last),
        lists=[one for one in lists if one.unexplained or not unexplained],
    )
    return conditional(request, encode(page))


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise ProblemError(PARAMETER_INVALID, "month: There is no such month.", parameter="month") from None
