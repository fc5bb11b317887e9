"""Dossiers and their history."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from dossier_sync.domain.due_dates import DueDate, due_dates
from dossier_sync.domain.particulars import read
from dossier_sync.repository.lists import Version, history_of, list_dossiers
from dossier_sync.repository.precedence import copies_of
from dossier_sync.routes.parameters import Cursor, Limit, ReadsDossiers, following, is_own, own_agency, position
from dossier_sync.schemas.dossiers import (
    CopyOut,
    DossierHistory,
    DossierOut,
    DossierPage,
    DueDateOut,
    RevisionOut,
    StatusGroup,
)
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, ProblemError, problem_responses
from shared.domain.identifiers import normal
from shared.domain.status import ENDED, EXCLUDED, OPEN, WAITING_ON_APPLICANT, DossierStatus
from shared.runtime.answers import conditional, encode
from shared.runtime.clock import LOCAL_ZONE
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])

_STATUSES = {
    StatusGroup.OPEN: OPEN,
    StatusGroup.WAITING: WAITING_ON_APPLICANT,
    StatusGroup.ENDED: ENDED,
    StatusGroup.EXCLUDED: EXCLUDED,
    StatusGroup.UNMAPPED: frozenset({DossierStatus.UNMAPPED}),
}


@router.get(
    "",
    response_model=DossierPage,
    summary="Dossiers as they stand",
    responses=problem_responses(CURSOR_INVALID, NOT_FOUND),
)
async def dossiers(
    request: Request,
    caller: ReadsDossiers,
    agency: Annotated[
        str | None, Query(description="Your agency or one below it, and all below that.", examples=["H24.99"])
    ] = None,
    state: Annotated[StatusGroup | None, Query(description="Group of states; `open` includes `waiting`.")] = None,
    due_before: Annotated[date | None, Query(description="Promised for a day before this one.")] = None,
    gone: Annotated[
        bool, Query(description="True: those the portal no longer holds, instead of those it does.")
    ] = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """In order of agency and dossier code. `state=open&due_before=<today>` lists what is overdue.

    Without `agency` your own is meant; other agencies' dossiers are not shown to you.
    """
    after = position(request, cursor, str, str)
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_dossiers(
            connection,
            agency=own_agency(agency, caller),
            statuses=None if state is None else [int(one) for one in _STATUSES[state]],
            due_before=due_before,
            gone=gone,
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
    caller: ReadsDossiers,
    code: Annotated[str, Path(description="Dossier code; case and blanks do not matter.", max_length=80)],
) -> Response:
    """Every version we ever received, with the ledger entry that brought it and the digest of the portal's bytes.

    A dossier that is `gone` is still here: what the portal deleted was once counted and must stay explainable.
    """
    async with snapshot(request.app.state.engine) as connection:
        number, versions = await history_of(connection, normal(code))
        copies = await copies_of(connection, normal(code))
    current = next((version for version in versions if version.number == number), None)
    if current is None or not is_own(current.dossier.agency_code, caller):
        raise ProblemError(NOT_FOUND, "No portal has told us of such a dossier of your agency or one below it.")
    found = DossierHistory(
        current=DossierOut.of(current.dossier),
        copies=[CopyOut(feed=one.feed, differs=list(one.differs), facts=DossierOut.of(one.dossier)) for one in copies],
        due_dates=[DueDateOut(**one._asdict()) for one in _promised(current, versions)],
        history=[RevisionOut.of(version) for version in versions],
    )
    return conditional(request, encode(found))


def _promised(current: Version, versions: Sequence[Version]) -> list[DueDate]:
    told = None if current.dossier.particulars is None else read(current.dossier.particulars).due_changes
    in_order = sorted(versions, key=lambda one: (one.dossier.modified_at, one.number))
    seen = [(one.dossier.modified_at.astimezone(LOCAL_ZONE).date(), one.dossier.due_on) for one in in_order]
    return due_dates(seen, told or ())
