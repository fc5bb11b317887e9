"""The hand-entered indicators: every revision is kept, the newest one holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Writers take turns, so that revisions and changes have no gap and none commits below one that was read.
_LOCK = text("select pg_advisory_xact_lock(hashtext('metrics indicators'))")
_COLUMNS = """change, indicator_id, agency_code, first_on, last_on, revision, number, words, unit, qualifier, source,
    entered_by, entered_at"""
_NEWEST_CHANGE = text("select coalesce(max(change), 0) from metrics.indicator")
_HOLDING = text(f"""
    select distinct on (indicator_id) {_COLUMNS} from metrics.indicator
    where agency_code = :agency and first_on = :first and last_on = :last and change <= :change
    order by indicator_id, revision desc""")
_REVISIONS = text(f"""
    select {_COLUMNS} from metrics.indicator
    where agency_code = :agency and first_on = :first and last_on = :last and indicator_id = :indicator
      and change <= :change
    order by revision desc limit :most""")
_ENTERED_BY = text("""
    select distinct on (agency_code) agency_code, number from metrics.indicator
    where indicator_id = :indicator and first_on = :first and last_on = :last and change <= :change
    order by agency_code, revision desc""")
_HELD = text(f"""
    select distinct on (agency_code, indicator_id) {_COLUMNS} from metrics.indicator
    where indicator_id = any(cast(:indicators as text[])) and first_on = :first and last_on = :last
      and change <= :change
    order by agency_code, indicator_id, revision desc""")
_ADD = text(f"""
    insert into metrics.indicator ({_COLUMNS})
    values ((select coalesce(max(change), 0) + 1 from metrics.indicator), :indicator, :agency, :first, :last,
        :revision, :number, :words, :unit, :qualifier, :source, :by, :at)
    returning {_COLUMNS}""")


@dataclass(frozen=True, slots=True)
class Content:
    """What an office says. ``number`` and ``words`` both None: it withdraws what it said before."""

    number: Decimal | None
    words: str | None
    unit: str
    qualifier: str
    source: str


@dataclass(frozen=True, slots=True)
class Key:
    """Which number it is: the indicator of one agency for a range of days, both included."""

    indicator: str
    agency: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Entered:
    """One revision. ``change`` is its number among all indicators' revisions."""

    change: int
    key: Key
    revision: int
    content: Content
    entered_by: str
    entered_at: datetime


async def lock(connection: AsyncConnection) -> None:
    """Take turns with every other writer until the transaction ends."""
    await connection.execute(_LOCK)


async def newest_change(connection: AsyncConnection) -> int:
    """The newest change; 0 before the first."""
    change: int = (await connection.execute(_NEWEST_CHANGE)).scalar_one()
    return change


async def holding(connection: AsyncConnection, agency: str, first: date, last: date, change: int) -> list[Entered]:
    """What an agency says of exactly these days, one revision for each indicator; withdrawn ones among them."""
    values = {"agency": agency, "first": first, "last": last, "change": change}
    return [_entered(row) for row in await connection.execute(_HOLDING, values)]


async def revisions(connection: AsyncConnection, key: Key, change: int, most: int) -> list[Entered]:
    """The revisions of one number, newest first, at most ``most``."""
    rows = await connection.execute(_REVISIONS, _key(key) | {"change": change, "most": most})
    return [_entered(row) for row in rows]


async def entered_by(
    connection: AsyncConnection, indicator: str, first: date, last: date, change: int
) -> dict[str, Decimal]:
    """What each agency says of one indicator for exactly these days; withdrawn and never entered ones are left out."""
    values = {"indicator": indicator, "first": first, "last": last, "change": change}
    rows = await connection.execute(_ENTERED_BY, values)
    return {row.agency_code: row.number for row in rows if row.number is not None}


async def held(
    connection: AsyncConnection, names: Sequence[str], first: date, last: date, change: int
) -> list[Entered]:
    """What every agency says of some indicators for exactly these days; withdrawn ones among them."""
    values = {"indicators": list(names), "first": first, "last": last, "change": change}
    return [_entered(row) for row in await connection.execute(_HELD, values)]


async def add(connection: AsyncConnection, key: Key, revision: int, content: Content, by: str, at: datetime) -> Entered:
    """Write a revision. Call ``lock`` first."""
    said = {name: getattr(content, name) for name in ("number", "words", "unit", "qualifier", "source")}
    row = (await connection.execute(_ADD, _key(key) | said | {"revision": revision, "by": by, "at": at})).one()
    return _entered(row)


def _key(key: Key) -> dict[str, object]:
    return {"indicator": key.indicator, "agency": key.agency, "first": key.first, "last": key.last}


def _entered(row: Any) -> Entered:
    key = Key(row.indicator_id, row.agency_code, row.first_on, row.last_on)
    content = Content(row.number, row.words, row.unit, row.qualifier, row.source)
    return Entered(row.change, key, row.revision, content, row.entered_by, row.entered_at)
