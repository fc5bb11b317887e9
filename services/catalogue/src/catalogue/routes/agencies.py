"""Agencies and fields."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from catalogue.domain.agency import Agency as Known
from catalogue.domain.agency import Succession as Told
from catalogue.domain.succession import standing_now
from catalogue.repository import agencies
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
from catalogue.schemas.catalogue import Agency, AgencyDetail, FieldOfAdministration, Succession
from shared.contracts.paging import Page
from shared.contracts.problem import CURSOR_INVALID, NOT_FOUND, PARAMETER_INVALID, ProblemError, problem_responses
from shared.domain.identifiers import AgencyCode
from shared.domain.level import AuthorityLevel
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1", tags=["agencies"], dependencies=[Depends(requires("catalogue:read"))])


@router.get(
    "/agencies",
    summary="Agencies",
    response_model=Page[Agency],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
)
async def listed(
    request: Request,
    agency: AgencyFilter = None,
    level: Annotated[AuthorityLevel | None, Query(description="Only agencies of this level.")] = None,
    q: Annotated[str | None, Query(description="Beginning of the name.", max_length=200)] = None,
    in_being_on: Annotated[
        date | None, Query(description="Only agencies in being on that day: the structure as it was then.")
    ] = None,
    as_of: AsOf = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """By code, level 1 first, so that a subtree stands together.

    An agency whose first or last day is not known counts as in being.
    """
    within = agency_code(agency)
    query = f"agencies {within} {level} {q} {in_being_on} {as_of}"
    held = position(cursor, query, lambda at: (number(at[0]), words(at[1])[0]))
    async with snapshot(engine_of(request)) as connection:
        change = await resolved(connection, as_of) if held is None else held[0]
        rows = await agencies.listed(
            connection,
            change=change,
            within=within,
            level=level,
            q=q,
            after="" if held is None else held[1],
            limit=limit + 1,
            in_being_on=in_being_on,
        )
    rows, following = cut(rows, limit, query, lambda one: [change, one.agency_code])
    page = Page[Agency](items=[Agency.model_validate(row) for row in rows], next=following)
    return conditional(request, encode(page))


@router.get(
    "/agencies/{code}",
    summary="One agency",
    response_model=AgencyDetail,
    responses=problem_responses(NOT_FOUND, PARAMETER_INVALID),
)
async def one(
    request: Request,
    code: Annotated[str, Path(description="Either order: H24.99 or 000.00.99.H24.", examples=["H24.99"])],
    as_of: AsOf = None,
) -> Response:
    """With its other spelling, the line above it, and the mergers it was part of."""
    canonical = str(agency_code(code, "code"))
    async with snapshot(engine_of(request)) as connection:
        change = await resolved(connection, as_of)
        found = await agencies.find(connection, canonical, change)
        if found is None:
            raise ProblemError(NOT_FOUND, f"No agency {canonical} is known as of that change.")
        every = await agencies.successions(connection)
        earlier = await agencies.earlier(connection, canonical, change, found.incarnation)
    return conditional(request, encode(_detail(found, every, earlier)))


def _detail(found: Known, every: Sequence[Told], earlier: Sequence[Known]) -> AgencyDetail:
    code, parsed = found.agency_code, AgencyCode.parse(found.agency_code)
    part = [one for one in every if code in (one.predecessor_code, one.successor_code)]
    return AgencyDetail(
        **Agency.model_validate(found).model_dump(),
        qcvn=parsed.qcvn,
        ancestors=[str(above) for above in parsed.ancestors()],
        successions=[Succession.model_validate(one) for one in part],
        predecessors=[one.predecessor_code for one in part if one.successor_code == code],
        successors=[one.successor_code for one in part if one.predecessor_code == code],
        standing_now=list(standing_now(code, every)),
        earlier=[Agency.model_validate(one) for one in earlier],
    )


@router.get(
    "/fields",
    summary="Fields of administration",
    response_model=Page[FieldOfAdministration],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
)
async def fields(request: Request, as_of: AsOf = None, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """By code."""
    query = f"fields {as_of}"
    held = position(cursor, query, lambda at: (number(at[0]), words(at[1])[0]))
    async with snapshot(engine_of(request)) as connection:
        change = await resolved(connection, as_of) if held is None else held[0]
        after = "" if held is None else held[1]
        rows = await agencies.fields(connection, change=change, after=after, limit=limit + 1)
    rows, following = cut(rows, limit, query, lambda row: [change, row.field_code])
    page = Page[FieldOfAdministration](
        items=[FieldOfAdministration.model_validate(row) for row in rows], next=following
    )
    return conditional(request, encode(page))
