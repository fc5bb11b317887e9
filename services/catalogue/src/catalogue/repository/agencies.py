"""Agencies and fields as they are read, and which agency succeeded which."""

from collections.abc import Sequence
from dataclasses import asdict
from dataclasses import fields as fields_of
from datetime import date

from sqlalchemy import Subquery, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.domain.agency import Agency, Field, Succession
from catalogue.repository.asof import subtree, valid_at
from catalogue.repository.entities import AGENCY, FIELD
from catalogue.tables import agency, field, succession


async def keep_successions(connection: AsyncConnection, found: Sequence[Succession]) -> None:
    """Keeps successions; a newer statement about the same two agencies replaces the older one."""
    statement = upsert(succession)
    told = [one.name for one in fields_of(Succession) if not one.name.endswith("_code")]
    statement = statement.on_conflict_do_update(
        index_elements=["predecessor_code", "successor_code"],
        set_={name: statement.excluded[name] for name in told},
    )
    await connection.execute(statement, [asdict(one) for one in found])


async def successions(connection: AsyncConnection) -> list[Succession]:
    """Every succession, by day and code."""
    order = (succession.c.succeeded_on, succession.c.predecessor_code, succession.c.successor_code)
    rows = await connection.execute(select(succession).order_by(*order))
    return [Succession(**row) for row in rows.mappings()]


async def earlier(connection: AsyncConnection, agency_code: str, change: int, incarnation: int) -> list[Agency]:
    """The agencies that had this code before, as they were known last as of a change, oldest first."""
    question = (
        select(agency)
        .ext(distinct_on(agency.c.incarnation))
        .where(agency.c.agency_code == agency_code, agency.c.change_from <= change)
        .where(agency.c.incarnation < incarnation)
        .order_by(agency.c.incarnation, agency.c.change_from.desc())
    )
    return [AGENCY.load(row._asdict()) for row in await connection.execute(question)]


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
    in_being_on: date | None = None,
) -> list[Agency]:
    """Agencies by code after ``after``, as of a change; with a day, those that were in being on it."""
    held = select(agency).where(valid_at(agency, change)).subquery() if in_being_on is None else _each(change)
    question = select(held).where(held.c.agency_code > after)
    if in_being_on is not None:
        begun = or_(held.c.since.is_(None), held.c.since <= in_being_on)
        question = question.where(begun, or_(held.c.valid_to.is_(None), held.c.valid_to > in_being_on))
    if within is not None:
        question = question.where(subtree(held.c.agency_code, within))
    if level is not None:
        question = question.where(held.c.level == level)
    if q:
        question = question.where(held.c.name.istartswith(q, autoescape=True))
    rows = await connection.execute(question.order_by(held.c.agency_code).limit(limit))
    return [AGENCY.load(row._asdict()) for row in rows]


def _each(change: int) -> Subquery:
    """Every agency that ever had a code, as it was known last as of a change; ``since``: not before."""
    newest = (
        select(agency)
        .ext(distinct_on(agency.c.agency_code, agency.c.incarnation))
        .where(agency.c.change_from <= change)
        .order_by(agency.c.agency_code, agency.c.incarnation, agency.c.change_from.desc())
        .subquery()
    )
    before = func.lag(newest.c.valid_to).over(partition_by=newest.c.agency_code, order_by=newest.c.incarnation)
    return select(newest, func.coalesce(newest.c.valid_from, before).label("since")).subquery()


async def fields(connection: AsyncConnection, *, change: int, after: str, limit: int) -> list[Field]:
    """Fields by code after ``after``, as of a change."""
    question = select(field).where(valid_at(field, change), field.c.field_code > after)
    rows = await connection.execute(question.order_by(field.c.field_code).limit(limit))
    return [FIELD.load(row._asdict()) for row in rows]
