"""Links that wait for the catalogue."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dossier_sync.repository.pending import list_pending
from dossier_sync.routes.parameters import ReadsDossiers, own_agency
from dossier_sync.schemas.pending import PendingLinks, PendingOut
from shared.contracts.problem import NOT_FOUND, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/pending-links", tags=["dossiers"])


@router.get("", response_model=PendingLinks, summary="What the catalogue lacks", responses=problem_responses(NOT_FOUND))
async def pending_links(
    request: Request,
    caller: ReadsDossiers,
    agency: Annotated[
        str | None, Query(description="Your agency or one below it, and all below that.", examples=["H24.99"])
    ] = None,
    limit: Annotated[int, Query(description="Groups at most.", ge=1, le=1_000)] = 200,
) -> Response:
    """Procedures and agencies that dossiers name and the catalogue does not know. Nothing is lost: when it learns them,
    the worker reads those dossiers again and the mark goes."""
    own = own_agency(agency, caller)
    async with snapshot(request.app.state.engine) as connection:
        rows = await list_pending(connection, agency=own, limit=limit)
    return conditional(request, encode(PendingLinks(items=[PendingOut.of(row) for row in rows])))
