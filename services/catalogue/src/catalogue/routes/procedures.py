"""Procedures: the list, one of them, and its history."""

from dataclasses import fields
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from catalogue.domain.procedure import Procedure as Known
from catalogue.domain.validity import suffix_of
from catalogue.repository import files, procedures
from catalogue.repository.procedures import Filters, Version
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
    procedure_code,
    resolved,
    words,
)
from catalogue.schemas.catalogue import (
    Decision,
    Fee,
    OnlineService,
    Procedure,
    ProcedureDetail,
    ProcedureVersion,
    RecordFile,
)
from catalogue.schemas.catalogue import Limit as LimitShown
from shared.contracts.paging import Page
from shared.contracts.problem import (
    CURSOR_INVALID,
    NOT_FOUND,
    PARAMETER_INVALID,
    ProblemError,
    ProblemType,
    problem_responses,
)
from shared.domain.identifiers import ProcedureCode
from shared.domain.level import AuthorityLevel, OnlineLevel
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import requires
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/procedures", tags=["procedures"], dependencies=[Depends(requires("catalogue:read"))])

AMBIGUOUS = ProblemType("procedure-ambiguous", 409, "Several agencies hold this code", "caller")

Code = Annotated[str, Path(description="1.004889, or with its suffix: 1.001612.H48.", examples=["1.004889"])]
OneAgency = Annotated[
    str | None, Query(description="Whose catalogue; needed when several agencies hold the code.", max_length=40)
]


def _filters(
    agency: AgencyFilter = None,
    field: Annotated[str | None, Query(description="Code of a field.", examples=["G03-GDPT"], max_length=40)] = None,
    level: Annotated[AuthorityLevel | None, Query(description="Decided at this level, perhaps among others.")] = None,
    online_level: Annotated[OnlineLevel | None, Query(description="Best online level.")] = None,
    in_force: Annotated[bool | None, Query(description="Whether the portal publishes it.")] = None,
    in_force_on: Annotated[
        date | None, Query(description="In force on that day, by the effective days of decisions.")
    ] = None,
    q: Annotated[str | None, Query(description="Beginning of the name or of the code.", max_length=200)] = None,
) -> Filters:
    code = agency_code(agency)
    return Filters(code, field.upper() if field else None, level, online_level, in_force, in_force_on, q or None)


@router.get(
    "",
    summary="Procedures",
    response_model=Page[Procedure],
    responses=problem_responses(CURSOR_INVALID, PARAMETER_INVALID),
)
async def listed(
    request: Request,
    filters: Annotated[Filters, Depends(_filters)],
    as_of: AsOf = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """By code, then agency. All pages hold as of one change: the newest when the first was asked for."""
    query = f"procedures {filters} {as_of}"
    held = position(cursor, query, lambda at: (number(at[0]), tuple(words(*at[1:4]))))
    async with snapshot(engine_of(request)) as connection:
        change = await resolved(connection, as_of) if held is None else held[0]
        after = None if held is None else (held[1][0], held[1][1], held[1][2])
        rows = await procedures.listed(connection, filters, change_number=change, after=after, limit=limit + 1)
    rows, following = cut(rows, limit, query, lambda one: [change, *one.key])
    page = Page[Procedure](items=[Procedure.model_validate(row) for row in rows], next=following)
    return conditional(request, encode(page))


@router.get(
    "/{code}",
    summary="One procedure",
    response_model=ProcedureDetail,
    responses=problem_responses(NOT_FOUND, AMBIGUOUS, PARAMETER_INVALID),
)
async def one(request: Request, code: Code, agency: OneAgency = None, as_of: AsOf = None) -> Response:
    """With limits, fees, online services, decisions and the portal's own record."""
    wanted, whose = procedure_code(code), agency_code(agency)
    async with snapshot(engine_of(request)) as connection:
        change = await resolved(connection, as_of)
        found = await procedures.as_of(connection, wanted.base, suffix_of(wanted), whose, change)
        version = _the_only(found, wanted)
        known = version.procedure
        detail = ProcedureDetail(
            **Procedure.model_validate(known).model_dump(),
            fees=[Fee.model_validate(fee) for fee in known.fees],
            limits=[LimitShown.model_validate(x) for x in await procedures.limits(connection, known.key, change)],
            online_services=[
                OnlineService.model_validate(x) for x in await procedures.services(connection, wanted.base, change)
            ],
            decisions=[Decision.model_validate(x) for x in await procedures.decisions(connection, str(wanted), change)],
            portal_id=known.portal_id,
            portal_updated_at=known.portal_updated_at,
            content_hash=known.content_hash.hex(),
            suspected_withdrawn_since=await procedures.suspected_since(connection, known.key),
            record=await procedures.record(connection, known.content_hash),
            files=[RecordFile.model_validate(x) for x in await files.of_record(connection, known.content_hash)],
            change=change,
            since_change=version.change_from,
        )
    return conditional(request, encode(detail))


@router.get(
    "/{code}/history",
    summary="How a procedure changed",
    response_model=list[ProcedureVersion],
    responses=problem_responses(NOT_FOUND, PARAMETER_INVALID),
)
async def history(request: Request, code: Code, agency: OneAgency = None) -> Response:
    """Every version, by agency and then oldest first."""
    wanted, whose = procedure_code(code), agency_code(agency)
    async with snapshot(engine_of(request)) as connection:
        found = await procedures.versions(connection, wanted.base, suffix_of(wanted), whose)
    if not found:
        raise _unknown(wanted)
    shown = [_shown(version, before) for before, version in zip([None, *found], found, strict=False)]
    return conditional(request, encode([one.model_dump(mode="json") for one in shown]))


def _the_only(found: list[Version], wanted: ProcedureCode) -> Version:
    if not found:
        raise _unknown(wanted)
    if len(found) > 1:
        holders = ", ".join(version.procedure.agency_code for version in found[:20])
        raise ProblemError(AMBIGUOUS, f"Say whose with `agency`: {holders}.", parameter="agency")
    return found[0]


def _unknown(wanted: ProcedureCode) -> ProblemError:
    return ProblemError(NOT_FOUND, f"No catalogue holds {wanted} as of that change.")


def _shown(version: Version, before: Version | None) -> ProcedureVersion:
    after = version.procedure
    same = before is not None and before.procedure.key == after.key
    changed = [
        field.name
        for field in fields(Known)
        if before is not None and same and getattr(before.procedure, field.name) != getattr(after, field.name)
    ]
    return ProcedureVersion(
        change_from=version.change_from,
        change_to=version.change_to,
        since_at=version.since_at,
        changed=changed,
        procedure=Procedure.model_validate(after),
    )
