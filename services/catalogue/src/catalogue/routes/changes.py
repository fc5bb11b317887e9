"""The change feed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from catalogue.repository import changes
from catalogue.routes.asking import Cursor, Limit, cut, engine_of, number, position, words
from catalogue.schemas.operations import ChangeLine
from shared.contracts.paging import Page
from shared.contracts.problem import CURSOR_INVALID, PARAMETER_INVALID, problem_responses
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/changes", tags=["changes"], dependencies=[Depends(requires("catalogue:read"))])


@router.get(
    "",
    summary="What changed, in order",
    response_model=Page[ChangeLine],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
)
async def after(
    request: Request,
    after: Annotated[
        int, Query(ge=0, le=2**62, description="The last change already known; 0: from the beginning.")
    ] = 0,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Follow it without missing anything: changes are numbered without a gap in the order they were committed.

    Go through the pages with `cursor`, then ask again with `after` = the last change seen.
    """
    query = f"changes {after}"
    held = position(cursor, query, lambda at: (number(at[0]), words(at[1])[0], words(at[2])[0]))
    async with snapshot(engine_of(request)) as connection:
        rows = await changes.after(connection, after, position=held, limit=limit + 1)
    rows, following = cut(rows, limit, query, lambda row: [row.change, row.kind, row.key])
    page = Page[ChangeLine](items=[ChangeLine.model_validate(row) for row in rows], next=following)
    return conditional(request, encode(page))
