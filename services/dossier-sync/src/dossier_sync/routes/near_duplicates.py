"""Dossiers that may be one case under several codes."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dossier_sync.repository.near_duplicates import near_duplicates
from dossier_sync.routes.parameters import ReadsDossiers, own_agency
from dossier_sync.schemas.near_duplicates import NearDuplicates, NearDuplicatesOut
from shared.contracts.problem import NOT_FOUND, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/dossiers", tags=["dossiers"])


@router.get(
    "/near-duplicates",
    response_model=NearDuplicates,
    summary="Codes that differ only by zeros, dots or order",
    responses=problem_responses(NOT_FOUND),
)
async def near(
    request: Request,
    caller: ReadsDossiers,
    agency: Annotated[
        str | None, Query(description="Your agency or one below it, and all below that.", examples=["H24.99"])
    ] = None,
    limit: Annotated[int, Query(description="Groups at most.", ge=1, le=1_000)] = 200,
) -> Response:
    """Same agency, same day, same number: probably one case entered twice. It reads every head of the subtree."""
    own = own_agency(agency, caller)
    async with snapshot(request.app.state.engine) as connection:
        rows = await near_duplicates(connection, agency=own, limit=limit)
    return conditional(request, encode(NearDuplicates(items=[NearDuplicatesOut.of(row) for row in rows])))
