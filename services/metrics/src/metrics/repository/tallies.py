"""The day and month counters of each agency subtree and channel, and their sums over windows of days.

Kept four times: as they stand, and by what the entries of each year, month and day of the ledger added to them.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from asyncpg import Connection as Driver
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import SUMS
from metrics.domain.events import COUNTERS
from metrics.domain.folding import YEAR, Cell, Key, Window
from metrics.domain.period import month_of, year_of
from metrics.repository.scoping import below
from metrics.tables import SCHEMA
from shared.domain.channel import Channel
from shared.runtime.database import raw

_NAMES = ", ".join(COUNTERS)
_KEY = ("agency_code", "span", "day", "channel")
_STAGE = """
    create temporary table if not exists tally_delta (like metrics.tally including defaults) on commit delete rows"""
_ADDED = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in COUNTERS)
_APPLY = f"""
    insert into metrics.tally as t (agency_code, span, day, channel, {_NAMES})
    select agency_code, span, day, channel, {_NAMES} from pg_temp.tally_delta
    order by span, agency_code, day, channel
    on conflict (span, agency_code, day, channel) do update set {_ADDED}"""
_IN_BLOCK = f"""
    insert into metrics.{{table}} as t (agency_code, span, day, channel, block, {_NAMES})
    select agency_code, span, day, channel, $1::date, {_NAMES} from pg_temp.tally_delta
    order by span, agency_code, day, channel
    on conflict (span, agency_code, day, channel, block) do update set {_ADDED}"""
BLOCKS: Mapping[str, Callable[[date], date]] = {
    "ledger_year_tally": year_of,
    "ledger_month_tally": month_of,
    "ledger_day_tally": lambda day: day,
}
"""What is kept by the ledger's own time, and the block of it that a day of the ledger belongs to."""
_UNSTAGE = "truncate pg_temp.tally_delta"  # one transaction may stage many batches
_SUM_UP = text(f"""
    insert into metrics.tally (agency_code, span, day, channel, {_NAMES})
    select agency_code, span, day, channel, {", ".join(f"sum({name})" for name in COUNTERS)}
    from metrics.ledger_year_tally group by span, agency_code, day, channel
    order by span, agency_code, day, channel""")
_ALL = f"""
    select agency_code, span, day, channel, {_NAMES} from metrics.tally
    order by span, agency_code, day, channel"""
_UNEQUAL = f"""
    select agency_code, span, day, channel, {{columns}} from (
        select agency_code, span, day, channel, {_NAMES} from metrics.tally
        union all
        select agency_code, span, day, channel, {", ".join(f"-{name}" for name in COUNTERS)} from metrics.{{table}}
    ) as both_ways
    group by agency_code, span, day, channel having {" or ".join(f"sum({name}) <> 0" for name in COUNTERS)}
    limit $1"""
TABLES = ("tally", *BLOCKS)
_DELETE = [text(f"delete from metrics.{table}") for table in TABLES]

_WINDOWS = """
    unnest(cast(:parts as integer[]), cast(:spans as smallint[]), cast(:firsts as date[]), cast(:stops as date[]))
        as w(part, span, first, stop)"""
_ASKED = "select code from unnest(cast(:agencies as text[])) as asked(code)"

# Whoever has a cell has one of a year, and those stand together in the primary key.
_CHILDREN = f"""
    select distinct agency_code as code from metrics.tally
    where span = {YEAR} and agency_code > :low and agency_code < :high and agency_code > :after
      and strpos(substr(agency_code, cast(:own as integer)), '.') = 0
    order by agency_code limit :most"""
_LISTED = text(_CHILDREN)

# The windows are few (days, months, years), each one range of the primary key of every agency: the offset keeps the
# planner from reading an agency's whole history and comparing it with all of them.
_CELLS = f"""
    select w.part, t.* from {_WINDOWS} cross join lateral (
        select t.channel, {{counters}} from metrics.{{table}} as t
        where t.span = w.span and t.agency_code = a.code and t.day >= w.first and t.day < w.stop
          and (cast(:channel as smallint) is null or t.channel = cast(:channel as smallint)) {{blocks}}
        offset 0) as t"""
_NOW = (("tally", ""),)
_THEN = (
    ("ledger_year_tally", "and t.block < :year"),
    ("ledger_month_tally", "and t.block >= :year and t.block < :month"),
    ("ledger_day_tally", "and t.block >= :month and t.block < :until"),
)
_COUNTS = """
    select a.code, s.* from ({agencies}) as a cross join lateral (
        select {period}, {sets} from ({cells}) as c {grouped}) as s"""


@lru_cache(maxsize=256)
def _statement(agencies: str, tables: tuple[tuple[str, str], ...], sets: tuple[str, ...], *, one: bool) -> TextClause:
    """A row for each agency and period: of several periods only where there are cells."""
    sums = [SUMS[name] for name in sets]
    counters = dict.fromkeys(counter for each in sums for counter in (*each.before, *each.within))
    read = ", ".join(f"t.{name}" for name in counters)
    cells = "\n    union all".join(_CELLS.format(counters=read, table=table, blocks=blocks) for table, blocks in tables)
    period, grouped = ("0 as period", "") if one else ("c.part / 2 as period", "group by 1")
    summed = ", ".join(_summed(name) for name in sets)
    return text(_COUNTS.format(agencies=agencies, period=period, sets=summed, cells=cells, grouped=grouped))


def _summed(name: str) -> str:
    """A set as SQL: the even parts are what lies before a period, the odd ones what lies within it."""
    one = SUMS[name]
    added = f"case when c.part % 2 = 0 then {_added(one.before)} else {_added(one.within)} end"
    if one.online is not None:
        added = f"case when c.channel {'=' if one.online else '<>'} {int(Channel.ONLINE)} then {added} else 0 end"
    return f"coalesce(sum({added}), 0)::bigint as {name}"


def _added(factors: Mapping[str, int]) -> str:
    return " + ".join(f"{factor} * c.{name}" for name, factor in factors.items()) or "0"


async def apply(connection: AsyncConnection, deltas: Mapping[Key, Cell], block: date) -> None:
    """Add the deltas to the tallies of now, and to those of the ledger's day ``block``, its month and its year.

    In key order, so that two writers could never wait for each other in a circle.
    """
    driver = await _staged(connection, deltas)
    await driver.execute(_APPLY)
    for table, block_of in BLOCKS.items():
        await driver.execute(_IN_BLOCK.format(table=table), block_of(block))
    await driver.execute(_UNSTAGE)


async def add_to(connection: AsyncConnection, table: str, block: date, deltas: Mapping[Key, Cell]) -> None:
    """Add the deltas to one block of one table of ``BLOCKS``."""
    driver = await _staged(connection, deltas)
    await driver.execute(_IN_BLOCK.format(table=table), block)
    await driver.execute(_UNSTAGE)


async def insert(connection: AsyncConnection, table: str, block: date, rows: Mapping[Key, Cell]) -> None:
    """Write a block of one table of ``BLOCKS`` of which there is nothing yet."""
    columns, counters = _columns(rows)
    records = ((*key, block, *(cell.get(counter, 0) for counter in counters)) for key, cell in rows.items())
    driver = await raw(connection)
    await driver.copy_records_to_table(table, schema_name=SCHEMA, columns=(*_KEY, "block", *columns), records=records)


async def sum_up(connection: AsyncConnection) -> None:
    """Write the tallies of now, of which there is nothing yet, from those of the ledger's years."""
    await connection.execute(_SUM_UP)


async def _staged(connection: AsyncConnection, deltas: Mapping[Key, Cell]) -> "Driver[Any]":
    driver = await raw(connection)
    await driver.execute(_STAGE)
    columns, counters = _columns(deltas)
    records = ((*key, *(cell.get(counter, 0) for counter in counters)) for key, cell in deltas.items())
    await driver.copy_records_to_table("tally_delta", columns=(*_KEY, *columns), records=records)
    return driver


def _columns(rows: Mapping[Key, Cell]) -> tuple[list[str], list[int]]:
    """The counters that a row of these moves, by name and index: the others are 0 by default, and are not sent."""
    counters = sorted(set().union(*rows.values()))
    return [COUNTERS[counter] for counter in counters], counters


async def stream(connection: AsyncConnection) -> AsyncIterator[tuple[Key, dict[str, int]]]:
    """Every row in key order, with those of its counters that are not 0."""
    async for row in (await raw(connection)).cursor(_ALL, prefetch=2_000):
        yield (row[0], row[1], row[2], row[3]), dict(pair for pair in zip(COUNTERS, row[4:], strict=True) if pair[1])


async def unequal(connection: AsyncConnection, most: int) -> list[str]:
    """Cells whose ledger years, months or days do not sum to the tally of now; at most ``most`` of each."""
    driver, found = await raw(connection), []
    columns = ", ".join(f"sum({name}) as {name}" for name in COUNTERS)
    for table in BLOCKS:
        for row in await driver.fetch(_UNEQUAL.format(table=table, columns=columns), most):
            found.append(f"{table} {tuple(row[:4])}: its blocks miss {dict(zip(COUNTERS, row[4:], strict=True))}")
    return found


async def delete_all(connection: AsyncConnection) -> None:
    """Forget every row, inside the caller's transaction."""
    for statement in _DELETE:
        await connection.execute(statement)


Counts = dict[tuple[str, int], tuple[int, ...]]
"""(agency, number of the period from 0) → each of the sets asked for. Absent: nothing happened."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: the sets of each period over its windows of days, of one channel or of all of them.

    ``until``: as the ledger knew it before that day of it began; None: as of now.
    """

    sets: tuple[str, ...]
    periods: int
    windows: Sequence[Window]
    channel: int | None = None
    until: date | None = None

    @property
    def tables(self) -> tuple[tuple[str, str], ...]:
        """Which tables hold the cells, and which blocks of the ledger are read of each."""
        return _NOW if self.until is None else _THEN

    @property
    def values(self) -> dict[str, Any]:
        until = self.until
        ledger = {} if until is None else {"year": year_of(until), "month": month_of(until), "until": until}
        return ledger | {
            "parts": [window.part for window in self.windows],
            "spans": [window.span for window in self.windows],
            "firsts": [window.first for window in self.windows],
            "stops": [window.stop for window in self.windows],
            "channel": self.channel,
        }


async def counts(connection: AsyncConnection, agencies: Sequence[str], asked: Asked) -> Counts:
    """What is asked for of each agency's subtree ('' is everything)."""
    statement = _statement(_ASKED, asked.tables, asked.sets, one=asked.periods == 1)
    rows = await connection.execute(statement, asked.values | {"agencies": list(agencies)})
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


async def counts_below(
    connection: AsyncConnection, agency: str, after: str, most: int, asked: Asked
) -> tuple[list[str], Counts]:
    """The agencies of ``children``, and what is asked for of each: one statement, whatever their number."""
    statement = _statement(_CHILDREN, asked.tables, asked.sets, one=asked.periods == 1)
    rows = (await connection.execute(statement, asked.values | _below(agency, after, most))).all()
    codes = sorted({row[0] for row in rows})
    return codes, {(row[0], row[1]): tuple(row[2:]) for row in rows}


async def children(connection: AsyncConnection, agency: str, after: str, most: int) -> list[str]:
    """The agencies one level below ``agency`` ('' is the whole country) that have dossiers, in code order."""
    rows = await connection.execute(_LISTED, _below(agency, after, most))
    return list(rows.scalars())


def _below(agency: str, after: str, most: int) -> dict[str, Any]:
    low, high = below(agency) if agency else ("", "~")
    return {"low": low, "high": high, "after": after, "most": most, "own": len(low) + 1}
