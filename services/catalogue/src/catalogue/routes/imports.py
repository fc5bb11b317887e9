"""Importing files that a portal exported."""

from asyncio import to_thread
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from catalogue.file_imports import Outcome, ReadFile, Terms, import_files, read_file
from catalogue.portals import Unreadable
from catalogue.publishing import Policy
from catalogue.repository import files
from catalogue.routes.asking import Cursor, Limit, agency_code, cut, engine_of, number, position
from catalogue.schemas.operations import FileImported, ImportedFile
from shared.contracts.paging import Page
from shared.contracts.problem import CURSOR_INVALID, PARAMETER_INVALID, ProblemError, ProblemType, problem_responses
from shared.domain.identifiers import AgencyCode
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/imports", tags=["feeds"])

FILE_REFUSED = ProblemType("file-refused", 422, "The file cannot be imported", "caller")
AGENCY_BEYOND = ProblemType("agency-beyond", 403, "The key does not act for that agency", "caller")

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself, one in each request. Its content decides what it is.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


async def _terms(
    request: Request,
    agency: Annotated[
        str, Query(description="Whose catalogue the file belongs to.", examples=["H24.99"], max_length=40)
    ],
    complete: Annotated[
        bool, Query(description="It is the whole list of that catalogue; what it lacks twice is withdrawn.")
    ] = False,
    exported_on: Annotated[
        date | None, Query(description="The day the portal made it; needed with `complete`.")
    ] = None,
    accept_removals: Annotated[bool, Query(description="Withdraw whatever the whole list lacks, at once.")] = False,
) -> Terms:
    share = request.app.state.settings.max_removed_share
    code = AgencyCode.parse(str(agency_code(agency)))
    return Terms(code, complete=complete, exported_on=exported_on, policy=Policy(share, accept_removals))


@router.post(
    "",
    summary="Import a file",
    response_model=FileImported,
    responses=problem_responses(FILE_REFUSED, AGENCY_BEYOND, PARAMETER_INVALID),
    openapi_extra=_BODY,
)
async def imported(
    request: Request,
    terms: Annotated[Terms, Depends(_terms)],
    principal: Annotated[Principal, Depends(requires("sync:operate"))],
    name: Annotated[str, Query(description="Its name, for the record.", min_length=1, max_length=200)],
) -> FileImported:
    """A list (.xlsx) or a detail (.docx) as the national portal exports them.

    It adds to the catalogue and never overwrites what a synced portal said. Rows that cannot be read are set aside.
    The same file again changes nothing.
    """
    if not terms.agency.is_within(AgencyCode.parse(principal.agency_code)):
        raise ProblemError(AGENCY_BEYOND, f"This key acts for {principal.agency_code} and below.", parameter="agency")
    body = await request.body()
    try:
        file = await to_thread(read_file, name, body)
        done = await import_files(engine_of(request), [file], terms, by=principal.client_id)
    except Unreadable as error:
        raise ProblemError(FILE_REFUSED, error.detail, failed_check=error.reason) from None
    return _shown(file, terms, done)


@router.get(
    "",
    summary="Imported files",
    response_model=Page[ImportedFile],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
    dependencies=[Depends(requires("sync:read"))],
)
async def listed(request: Request, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """Newest first."""
    query = "imports"
    before = position(cursor, query, lambda at: number(at[0]))
    async with snapshot(engine_of(request)) as connection:
        rows = await files.listed(connection, before=before, limit=limit + 1)
    rows, following = cut(rows, limit, query, lambda row: [row.file_id])
    page = Page[ImportedFile](items=[ImportedFile.model_validate(row) for row in rows], next=following)
    return conditional(request, encode(page))


def _shown(file: ReadFile, terms: Terms, done: Outcome) -> FileImported:
    return FileImported(
        run_id=done.run_id,
        feed=terms.feed,
        verdict=done.ending.verdict,
        kind=file.kind.value,
        sha256=file.sha256.hex(),
        rows=done.rows,
        taken=done.taken,
        rejected=done.rejected,
        kept=done.published.kept,
        change=done.published.change,
        added=done.published.count("procedure", "added"),
        changed=done.published.count("procedure", "changed"),
        troubles=list(done.troubles),
    )
