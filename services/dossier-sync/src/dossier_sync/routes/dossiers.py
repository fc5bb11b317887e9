"""Dossiers and their history."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from dossier_sync.repository.lists import history_of, list_dossiers
from dossier_sync.routes.parameters import Cursor, Limit, agency_of, following, position
from dossier_sync.schemas import DossierHistory, DossierOut, DossierPage, RevisionOut, StatusGroup
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, ProblemError, problem_responses
from shared.domain.identifiers import normal
from shared.domain.status import ENDED, EXCLUDED, OPEN, WAITING_ON_APPLICANT, DossierStatus
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"], dependencies=[Depends(requires("dossiers:read"))])

_STATUSES = {
    StatusGroup.OPEN: OPEN,
    StatusGroup.WAITING: WAITING_ON_APPLICANT,
    StatusGroup.ENDED: ENDED,
    StatusGroup.EXCLUDED: EXCLUDED,
    StatusGroup.UNMAPPED: frozenset({DossierStatus.UNMAPPED}),
}


@router.get(
    "", response_model=DossierPage, summary="Dossiers as they stand", responses=problem_responses(CURSOR_INVALID)
)
async def dossiers(
    request: Request,
    agency: Annotated[str | None, Query(description="An agency and all below it.", examples=["H24.99"])] = None,
    state: Annotated[StatusGroup | None, Query(description="Group of states; `open` includes `waiting`.")] = None,
    due_before: Annotated[date | None, Query(description="Promised for a day before this one.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """In order of agency and dossier code. `state=open&due_before=<today>` lists what is overdue."""
    after = position(request, cursor, str, str)
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_dossiers(
            connection,
            agency=agency_of(agency),
            statuses=None if state is None else [int(one) for one in _STATUSES[state]],
            due_before=due_before,
            after=(after[0], after[1]) if after else None,
            limit=limit,
        )
    items = [DossierOut.of(row.dossier) for row in rows]
    last = (items[-1].agency, items[-1].code) if items else ("", "")
    return conditional(request, encode(DossierPage(items=items, next=following(request, rows, limit, *last))))


@router.get(
    "/{code}",
    response_model=DossierHistory,
    summary="One dossier and its history",
    responses=problem_responses(NOT_FOUND),
)
async def dossier(
    request: Request,
    code: Annotated[str, Path(description="Dossier code; case and blanks do not matter.", max_length=80)],
) -> Response:
    """Every version we ever received, with the ledger entry that brought it and the digest of the portal's bytes."""
    async with snapshot(request.app.state.engine) as connection:
        number, versions = await history_of(connection, normal(code))
    current = next((version for version in versions if version.number == number), None)
    if current is None:
        raise ProblemError(NOT_FOUND, "No portal has told us of this dossier.")
    found = DossierHistory(
        current=DossierOut.of(current.dossier), history=[RevisionOut.of(version) for version in versions]
    )
    return conditional(request, encode(found))
