"""What will be late soon."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dossier_sync.domain.risk import Horizon
from dossier_sync.repository.at_risk import count_due, list_due
from dossier_sync.repository.rules import calendar
from dossier_sync.routes.parameters import Cursor, Limit, ReadsDossiers, following, own_agency, position
from dossier_sync.schemas.at_risk import AgencyAtRisk, AtRiskOut, AtRiskPage
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, ProblemError, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.clock import LOCAL_ZONE, now
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])


@router.get(
    "/at-risk",
    response_model=AtRiskPage,
    summary="Open dossiers that will be late soon",
    responses={**problem_responses(CURSOR_INVALID, NOT_FOUND), 503: {"description": "`calendar-unknown`."}},
)
async def at_risk(
    request: Request,
    caller: ReadsDossiers,
    agency: Annotated[
        str | None, Query(description="Your agency or one below it, and all below that.", examples=["H24.99"])
    ] = None,
    within: Annotated[int, Query(description="Working days to look ahead; 0: due today.", ge=0, le=60)] = 3,
    overdue: Annotated[bool, Query(description="True: list those whose day is over too, before the others.")] = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """In order of the promised day, the worst first; working days by the published calendar.

    The day is the portal's, the one the applicant holds. Dossiers without one are never at risk, nor ever proven in
    time. Those that wait for the applicant are listed and marked. Without `agency` your own is meant; other
    agencies' dossiers are not shown to you.
    """
    own, after = own_agency(agency, caller), _position(request, cursor)
    today = now().astimezone(LOCAL_ZONE).date()
    async with snapshot(request.app.state.engine) as connection:
        horizon = Horizon.ahead(today, within, await calendar(connection))
        rows = await list_due(
            connection,
            agency=own,
            first=None if overdue else today,
            until=horizon.until,
            after=after,
            limit=limit,
        )
        # Counting reads every open dossier of the subtree; whoever follows a list has the counts already.
        counted = await count_due(connection, agency=own, today=today, until=horizon.until) if after is None else None
    last = rows[-1].dossier if rows else None
    page = AtRiskPage(
        items=[AtRiskOut.of(row.dossier, horizon) for row in rows],
        next=following(request, rows, limit, str(last.due_on), last.dossier_code) if last else None,
        today=today,
        until=horizon.until,
        agencies=None if counted is None else [AgencyAtRisk.of(row) for row in counted],
    )
    return conditional(request, encode(page))


def _position(request: Request, cursor: str | None) -> tuple[date, str] | None:
    found = position(request, cursor, str, str)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[0]), found[1]
    except ValueError:
        raise ProblemError(CURSOR_INVALID, "cursor: It is not a cursor of this service.", parameter="cursor") from None
