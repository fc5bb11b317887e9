"""The ledger's changes, to be followed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dossier_sync.repository.lists import changes_after, entries
from dossier_sync.routes.parameters import Cursor, Limit, ReadsDossiers, following, position
from dossier_sync.schemas.dossiers import EntryOut, LedgerPage, RevisionOut
from shared.contracts.problem import CURSOR_INVALID, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/ledger", tags=["ledger"])


@router.get(
    "", response_model=LedgerPage, summary="Changes after an entry", responses=problem_responses(CURSOR_INVALID)
)
async def ledger(
    request: Request,
    caller: ReadsDossiers,
    after: Annotated[int, Query(description="Changes of later entries only.", ge=0, lt=2**63 - 1)] = 0,
    cursor: Cursor = None,
    limit: Limit = 200,
) -> Response:
    """Every dossier version of your agency and those below it, in order of entry.

    Follow `next`; when it is null, ask later with `after=newest_entry`.

    Entries are totally ordered and gap-free, so a reader that follows them misses nothing. Nothing is ever taken
    back: a dossier that is withdrawn or stopped is a version with that status, and one the portal no longer holds is
    a version with `gone` (a tombstone). If it comes back, a later version says so.
    """
    place = position(request, cursor, int, str)
    async with snapshot(request.app.state.engine) as connection:
        # After the last code of entry `after`: no dossier code is greater than this.
        start = (place[0], place[1]) if place else (after, "\x7f")
        rows, newest = await changes_after(connection, start, limit, agency=caller.agency_code)
        found = await entries(connection, sorted({row.entry for row in rows}))
    last = (rows[-1].entry, rows[-1].dossier.dossier_code) if rows else (0, "")
    page = LedgerPage(
        items=[RevisionOut.of(row) for row in rows],
        next=following(request, rows, limit, *last),
        entries=[EntryOut.of(row) for row in found],
        newest_entry=newest,
    )
    return conditional(request, encode(page))
