"""Time limits across procedures: those without a number, and those on which sources disagree."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from catalogue.domain.procedure import published_of
from catalogue.repository import limits
from catalogue.repository.limits import Difference, LimitPlace
from catalogue.routes.asking import (
    AgencyFilter,
    AsOf,
    Cursor,
    Limit,
    agency_code,
    cut,
    engine_of,
    number,
    position,
    resolved,
    words,
)
from catalogue.schemas.catalogue import LimitDifference, PublishedLimit
from shared.contracts.paging import Page
from shared.contracts.problem import CURSOR_INVALID, PARAMETER_INVALID, problem_responses
from shared.domain.level import LimitUnit
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/limits", tags=["procedures"], dependencies=[Depends(requires("catalogue:read"))])


@router.get(
    "",
    summary="Time limits",
    response_model=Page[PublishedLimit],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
)
async def listed(
    request: Request,
    agency: AgencyFilter = None,
    unit: Annotated[LimitUnit | None, Query(description="OTHER: those from which no due date can be computed.")] = None,
    as_of: AsOf = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """By agency and procedure."""
    within = agency_code(agency)
    query = f"limits {within} {unit} {as_of}"
    held = position(cursor, query, _place)
    async with snapshot(engine_of(request)) as connection:
        change = await resolved(connection, as_of) if held is None else held[0]
        after = None if held is None else held[1]
        rows = await limits.listed(connection, change=change, within=within, unit=unit, after=after, limit=limit + 1)
    rows, following = cut(rows, limit, query, lambda row: [change, *row.key])
    page = Page[PublishedLimit](items=[PublishedLimit.model_validate(row) for row in rows], next=following)
    return conditional(request, encode(page))


@router.get(
    "/differences",
    summary="Limits on which sources disagree",
    response_model=list[LimitDifference],
    responses=problem_responses(PARAMETER_INVALID),
)
async def differences(request: Request, agency: AgencyFilter = None, limit: Limit = 100) -> Response:
    """What a portal and an imported file, or the catalogues of an agency and one above it, say differently now."""
    async with snapshot(engine_of(request)) as connection:
        found = await limits.differences(connection, within=agency_code(agency), limit=limit)
    return conditional(request, encode([_shown(one).model_dump(mode="json") for one in found]))


def _shown(one: Difference) -> LimitDifference:
    first, second = (one.first.agency_code, one.first.source), (one.second.agency_code, one.second.source)
    return LimitDifference.model_validate({**asdict(one), "published": published_of(first, second)})


def _place(held: list[Any]) -> tuple[int, LimitPlace]:
    agency, code, suffix = words(*held[1:4])
    return number(held[0]), (agency, code, suffix, number(held[4]), words(held[5])[0])
