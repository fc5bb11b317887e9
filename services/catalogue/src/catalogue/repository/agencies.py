"""Agencies and fields as they are read, and which agency succeeded which."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.domain.agency import Agency, Field
from catalogue.repository.asof import subtree, valid_at
from catalogue.repository.entities import AGENCY, FIELD
from catalogue.tables import agency, field, succession


@dataclass(frozen=True, slots=True)
class Succession:
    """``successor_code`` took over what was ``predecessor_code``'s on a day."""

    predecessor_code: str
    successor_code: str
    succeeded_on: date
    legal_basis: str


async def add_successions(connection: AsyncConnection, found: Sequence[Succession]) -> None:
    """Adds successions not known yet."""
    statement = upsert(succession).on_conflict_do_nothing()
    await connection.execute(statement, [asdict(one) for one in found])


async def successions(connection: AsyncConnection, agency_code: str) -> list[Succession]:
    """Every succession this agency is part of, by day."""
    part = or_(succession.c.predecessor_code == agency_code, succession.c.successor_code == agency_code)
    rows = await connection.execute(select(succession).where(part).order_by(succession.c.succeeded_on))
    return [Succession(**row) for row in rows.mappings()]


async def find(connection: AsyncConnection, agency_code: str, change: int) -> Agency | None:
    """An agency as of a change."""
    question = select(agency).where(agency.c.agency_code == agency_code, valid_at(agency, change))
    row = (await connection.execute(question)).one_or_none()
    found: Agency | None = None if row is None else AGENCY.load(row._asdict())
    return found


async def listed(
    connection: AsyncConnection,
    *,
    change: int,
    within: str | None,
    level: str | None,
    q: str | None,
    after: str,
    limit: int,
) -> list[Agency]:
    """Agencies by code after ``after``, as of a change."""
    question = select(agency).where(valid_at(agency, change), agency.c.agency_code > after)
    if within is not None:
        question = question.where(subtree(agency.c.agency_code, within))
    if level is not None:
        question = question.where(agency.c.level == level)
    if q:
        question = question.where(agency.c.name.istartswith(q, autoescape=True))
    rows = await connection.execute(question.order_by(agency.c.agency_code).limit(limit))
    return [AGENCY.load(row._asdict()) for row in rows]


async def fields(connection: AsyncConnection, *, change: int, after: str, limit: int) -> list[Field]:
    """Fields by code after ``after``, as of a change."""
    question = select(field).where(valid_at(field, change), field.c.field_code > after)
    rows = await connection.execute(question.order_by(field.c.field_code).limit(limit))
    return [FIELD.load(row._asdict()) for row in rows]
