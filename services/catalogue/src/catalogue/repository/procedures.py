"""Procedures as they are read: lists, one of them with what belongs to it, and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.domain.decision import Decision
from catalogue.domain.procedure import Limit, OnlineService, Procedure, ProcedureKey
from catalogue.repository.asof import subtree, valid_at
from catalogue.repository.entities import DECISION, LIMIT, ONLINE_SERVICE, PROCEDURE
from catalogue.tables import change, content, decision, online_service, procedure, procedure_limit, suspicion


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of procedures is asked for; None asks nothing. ``q`` is a plain prefix of the name or the code."""

    agency: str | None = None
    field: str | None = None
    level: str | None = None
    online_level: str | None = None
    in_force: bool | None = None
    in_force_on: date | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A procedure as it stood from one change until before another."""

    procedure: Procedure
    change_from: int
    change_to: int | None
    since_at: datetime


async def listed(
    connection: AsyncConnection, filters: Filters, *, change_number: int, after: ProcedureKey | None, limit: int
) -> list[Procedure]:
    """Procedures by code, agency and suffix, after the key ``after``, as of a change."""
    table = procedure
    question = select(table).where(valid_at(table, change_number), *_wanted(filters))
    if after is not None:
        agency, code, suffix = after
        question = question.where(
            tuple_(table.c.procedure_code, table.c.agency_code, table.c.suffix) > (code, agency, suffix)
        )
    order = (table.c.procedure_code, table.c.agency_code, table.c.suffix)
    rows = await connection.execute(question.order_by(*order).limit(limit))
    return [PROCEDURE.load(row._asdict()) for row in rows]


async def versions(connection: AsyncConnection, code: str, suffix: str, agency: str | None) -> list[Version]:
    """Every version of a procedure, oldest first; of every agency that holds it, or of one."""
    question = (
        select(procedure, change.c.at.label("since_at"))
        .join(change, change.c.change == procedure.c.change_from)
        .where(*_is(code, suffix, agency))
        .order_by(procedure.c.agency_code, procedure.c.change_from)
    )
    return [_version(row._asdict()) for row in await connection.execute(question)]


async def as_of(
    connection: AsyncConnection, code: str, suffix: str, agency: str | None, change_number: int
) -> list[Version]:
    """The versions of a procedure as of a change: one for each agency that holds it."""
    question = (
        select(procedure, change.c.at.label("since_at"))
        .join(change, change.c.change == procedure.c.change_from)
        .where(*_is(code, suffix, agency), valid_at(procedure, change_number))
        .order_by(procedure.c.agency_code)
    )
    return [_version(row._asdict()) for row in await connection.execute(question)]


async def limits(connection: AsyncConnection, key: ProcedureKey, change_number: int) -> list[Limit]:
    """Its time limits as of a change, by channel and case."""
    table = procedure_limit
    this = (table.c.agency_code, table.c.procedure_code, table.c.suffix)
    question = select(table).where(
        and_(*(column == part for column, part in zip(this, key, strict=True))), valid_at(table, change_number)
    )
    rows = await connection.execute(question.order_by(table.c.channel, table.c.case_name))
    return [LIMIT.load(row._asdict()) for row in rows]


async def services(connection: AsyncConnection, code: str, change_number: int) -> list[OnlineService]:
    """Online services of a procedure, by code, whoever offers them, as of a change."""
    table = online_service
    same = or_(table.c.procedure_code == code, table.c.procedure_code.startswith(code + ".", autoescape=True))
    rows = await connection.execute(
        select(table).where(same, valid_at(table, change_number)).order_by(table.c.service_code, table.c.agency_code)
    )
    return [ONLINE_SERVICE.load(row._asdict()) for row in rows]


async def decisions(connection: AsyncConnection, code: str, change_number: int) -> list[Decision]:
    """Decisions that bring in, change or take away a procedure, by day of signing, as of a change."""
    touched = or_(*(decision.c[name].contains([code]) for name in ("new", "modified", "rescinded")))
    question = select(decision).where(touched, valid_at(decision, change_number))
    rows = await connection.execute(question.order_by(decision.c.signed_on, decision.c.number))
    return [DECISION.load(row._asdict()) for row in rows]


async def suspected_since(connection: AsyncConnection, key: ProcedureKey) -> datetime | None:
    """Since when a complete list lacks a procedure that is still published."""
    this = (suspicion.c.agency_code, suspicion.c.procedure_code, suspicion.c.suffix)
    question = select(suspicion.c.since_at).where(*(c == part for c, part in zip(this, key, strict=True)))
    since: datetime | None = (await connection.execute(question)).scalar_one_or_none()
    return since


async def record(connection: AsyncConnection, content_hash: bytes) -> Any:
    """The portal's cleaned record behind a version."""
    question = select(content.c.record).where(content.c.content_hash == content_hash)
    return (await connection.execute(question)).scalar_one_or_none()


def _wanted(filters: Filters) -> Sequence[ColumnElement[bool]]:
    table, found = procedure, []
    if filters.agency is not None:
        found.append(subtree(table.c.agency_code, filters.agency))
    if filters.field is not None:
        found.append(table.c.field_code == filters.field)
    if filters.level is not None:
        found.append(table.c.levels.contains([filters.level]))
    if filters.online_level is not None:
        found.append(table.c.online_level == filters.online_level)
    if filters.in_force is not None:
        found.append(table.c.in_force.is_(filters.in_force))
    if filters.in_force_on is not None:
        found.append(_held_on(filters.in_force_on))
    if filters.q:
        name = func.lower(table.c.name).startswith(filters.q.lower(), autoescape=True)
        found.append(or_(name, table.c.procedure_code.startswith(filters.q, autoescape=True)))
    return found


def _held_on(day: date) -> ColumnElement[bool]:
    """Begun by that day, and not ended: an end without a day of its own is the portal's word alone."""
    begun = or_(procedure.c.valid_from.is_(None), procedure.c.valid_from <= day)
    going = or_(procedure.c.valid_to > day, and_(procedure.c.valid_to.is_(None), procedure.c.in_force))
    return and_(begun, going)


def _is(code: str, suffix: str, agency: str | None) -> tuple[ColumnElement[bool], ...]:
    this: tuple[ColumnElement[bool], ...] = (procedure.c.procedure_code == code, procedure.c.suffix == suffix)
    return this if agency is None else (*this, procedure.c.agency_code == agency)


def _version(row: dict[str, Any]) -> Version:
    since, begun, ended = row.pop("since_at"), row["change_from"], row["change_to"]
    return Version(PROCEDURE.load(row), begun, ended, since)
