"""Publication decisions: the list, and the import of what no portal carries."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request, Response

from catalogue.importing import import_decisions
from catalogue.portals.decision_list import DecisionFacts
from catalogue.repository import decisions
from catalogue.repository.decisions import Filters, Position
from catalogue.routes.asking import (
    AgencyFilter,
    AsOf,
    Cursor,
    Limit,
    agency_code,
    cut,
    engine_of,
    in_order,
    number,
    position,
    resolved,
    words,
)
from catalogue.schemas.catalogue import Decision
from catalogue.schemas.operations import DecisionWanted, Imported
from shared.contracts.paging import Page
from shared.contracts.problem import CURSOR_INVALID, PARAMETER_INVALID, problem_responses
from shared.domain.level import DecisionKind
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/decisions", tags=["decisions"])


def _filters(
    agency: AgencyFilter = None,
    kind: Annotated[DecisionKind | None, Query(description="Decisions that do this, perhaps among others.")] = None,
    from_: Annotated[date | None, Query(alias="from", description="Signed on or after.")] = None,
    to: Annotated[date | None, Query(description="Signed on or before.")] = None,
) -> Filters:
    in_order(from_, to)
    return Filters(agency_code(agency), kind, from_, to)


@router.get(
    "",
    summary="Publication decisions",
    response_model=Page[Decision],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
    dependencies=[Depends(requires("catalogue:read"))],
)
async def listed(
    request: Request,
    filters: Annotated[Filters, Depends(_filters)],
    as_of: AsOf = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """By day of signing. `agency` is the one whose catalogue is published, not the one that signed."""
    query = f"decisions {filters} {as_of}"
    held = position(cursor, query, _place)
    async with snapshot(engine_of(request)) as connection:
        change = await resolved(connection, as_of) if held is None else held[0]
        after = None if held is None else held[1]
        rows = await decisions.listed(connection, filters, change_number=change, after=after, limit=limit + 1)
    rows, following = cut(
        rows, limit, query, lambda row: [change, row.signed_on.isoformat(), row.issuer_code, row.number]
    )
    page = Page[Decision](items=[Decision.model_validate(row) for row in rows], next=following)
    return conditional(request, encode(page))


def _place(held: list[Any]) -> tuple[int, Position]:
    signed_on, issuer, number_ = words(*held[1:4])
    return number(held[0]), (date.fromisoformat(signed_on), issuer, number_)


@router.post(
    "/import",
    summary="Import days and kinds of decisions",
    response_model=Imported,
    responses=problem_responses(PARAMETER_INVALID),
)
async def imported(
    request: Request,
    wanted: Annotated[list[DecisionWanted], Body(min_length=1, max_length=1_000)],
    principal: Annotated[Principal, Depends(requires("sync:operate"))],
) -> Imported:
    """What is imported wins over the portal and survives every sync. All or nothing; the same again changes nothing.

    Effects move `valid_from` and `valid_to` of the procedures they touch, on the effective day.
    """
    facts = [
        DecisionFacts(
            number=one.number,
            agency=one.agency,
            signed_on=one.signed_on,
            name=one.name,
            kinds=tuple(one.kinds),
            effective_on=one.effective_on,
            posted_on=one.posted_on,
            new=tuple(one.new),
            modified=tuple(one.modified),
            rescinded=tuple(one.rescinded),
            note=one.note,
            catalogue_agency=one.catalogue_agency,
        )
        for one in wanted
    ]
    published = await import_decisions(engine_of(request), facts, source=principal.client_id)
    changed = {kind: published.count(kind, "added") + published.count(kind, "changed") for kind in _COUNTED}
    return Imported(
        decisions=len(facts),
        change=published.change,
        changed_decisions=changed["decision"],
        changed_procedures=changed["procedure"],
        troubles=list(published.troubles),
    )


_COUNTED = ("decision", "procedure")
