"""The day and month counters of each agency subtree and channel, and their sums over windows of days.

As they stand (``tally``), and as they stood (``tally_past``): when a slice of the ledger first changes a cell, what the
cell was goes to the past with the slice since which it was so.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
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
from metrics.repository.scoping import below
from metrics.tables import SCHEMA
from shared.domain.channel import Channel
from shared.runtime.database import raw

_NAMES = ", ".join(COUNTERS)
_KEY = ("agency_code", "span", "day", "channel")
_ORDER = "span, agency_code, day, channel"
_STAGE = """
    create temporary table if not exists tally_delta (like metrics.tally including defaults) on commit delete rows"""
# The offset keeps the planner, which knows nothing of the size of a temporary table, or of one that a rebuild is just
# filling, from reading all tallies.
_PUT_BY = f"""
    insert into metrics.tally_past ({", ".join(_KEY)}, slice, {_NAMES})
    select t.* from pg_temp.tally_delta as d cross join lateral (
        select {", ".join(f"t.{name}" for name in _KEY)}, t.slice, {", ".join(f"t.{name}" for name in COUNTERS)}
        from metrics.tally as t
        where t.span = d.span and t.agency_code = d.agency_code and t.day = d.day and t.channel = d.channel
          and t.slice < d.slice
        offset 0) as t"""
_APPLY = f"""
    insert into metrics.tally as t ({", ".join(_KEY)}, slice, {_NAMES})
    select {", ".join(_KEY)}, slice, {_NAMES} from pg_temp.tally_delta order by {_ORDER}
    on conflict (span, agency_code, day, channel) do update
        set slice = excluded.slice, {", ".join(f"{name} = t.{name} + excluded.{name}" for name in COUNTERS)}"""
_UNSTAGE = "truncate pg_temp.tally_delta"  # one transaction may stage many batches
_TAKE_BACK = f"""
    delete from metrics.tally as t
    using unnest($1::text[], $2::smallint[], $3::date[], $4::smallint[]) as k(agency_code, span, day, channel)
    cross join lateral (
        select ctid as place from metrics.tally as x
        where x.span = k.span and x.agency_code = k.agency_code and x.day = k.day and x.channel = k.channel
        offset 0) as known
    where t.ctid = known.place
    returning {", ".join(f"t.{name}" for name in _KEY)}, t.slice, {", ".join(f"t.{name}" for name in COUNTERS)}"""
_STATES = f"""
    select {", ".join(_KEY)}, slice, {_NAMES} from metrics.tally_past
    union all select {", ".join(_KEY)}, slice, {_NAMES} from metrics.tally
    order by {_ORDER}, slice"""
TABLES = ("tally", "tally_past")
_DELETE = [text(f"delete from metrics.{table}") for table in TABLES]

State = tuple[Key, int, Cell]
"""What a cell holds or held, and the slice of the ledger since which."""

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
        select t.channel, {{counters}} from metrics.tally as t {{past}}
        where t.span = w.span and t.agency_code = a.code and t.day >= w.first and t.day < w.stop
          and (cast(:channel as smallint) is null or t.channel = cast(:channel as smallint)) {{there}}
        offset 0) as t"""
# Only a cell that has changed since is looked up in the past, where one that is younger still is not.
_PAST = """left join lateral (
            select slice, {counters} from metrics.tally_past as p
            where p.span = t.span and p.agency_code = t.agency_code and p.day = t.day and p.channel = t.channel
              and p.slice < :before and t.slice >= :before
            order by p.slice desc limit 1) as p on true"""
_THERE = "and (t.slice < :before or p.slice is not null)"
_COUNTS = """
    select a.code, s.* from ({agencies}) as a cross join lateral (
        select {period}, {sets} from ({cells}) as c {grouped}) as s"""


@lru_cache(maxsize=256)
def _statement(agencies: str, sets: tuple[str, ...], *, one: bool, past: bool) -> TextClause:
    """A row for each agency and period: of several periods only where there are cells."""
    sums = [SUMS[name] for name in sets]
    counters = dict.fromkeys(counter for each in sums for counter in (*each.before, *each.within))
    cells = _cells(tuple(counters), past=past)
    period, grouped = ("0 as period", "") if one else ("c.part / 2 as period", "group by 1")
    summed = ", ".join(_summed(name) for name in sets)
    return text(_COUNTS.format(agencies=agencies, period=period, sets=summed, cells=cells, grouped=grouped))


def _cells(counters: Sequence[str], *, past: bool) -> str:
    if not past:
        return _CELLS.format(counters=", ".join(f"t.{name}" for name in counters), past="", there="")
    read = ", ".join(f"case when p.slice is null then t.{name} else p.{name} end as {name}" for name in counters)
    return _CELLS.format(counters=read, past=_PAST.format(counters=", ".join(counters)), there=_THERE)


def _summed(name: str) -> str:
    """A set as SQL: the even parts are what lies before a period, the odd ones what lies within it."""
    one = SUMS[name]
    added = f"case when c.part % 2 = 0 then {_added(one.before)} else {_added(one.within)} end"
    if one.online is not None:
        added = f"case when c.channel {'=' if one.online else '<>'} {int(Channel.ONLINE)} then {added} else 0 end"
    return f"coalesce(sum({added}), 0)::bigint as {name}"


def _added(factors: Mapping[str, int]) -> str:
    return " + ".join(f"{factor} * c.{name}" for name, factor in factors.items()) or "0"


async def apply(connection: AsyncConnection, deltas: Mapping[Key, Cell], slice_: int) -> None:
    """Add the deltas, which entries of this slice of the ledger brought, and keep what the cells were before it.

    In key order, so that two writers could never wait for each other in a circle.
    """
    driver = await raw(connection)
    await driver.execute(_STAGE)
    await _copy(driver, "tally_delta", None, [(key, slice_, cell) for key, cell in deltas.items()])
    await driver.execute(_PUT_BY)
    await driver.execute(_APPLY)
    await driver.execute(_UNSTAGE)


async def insert(connection: AsyncConnection, states: Iterable[State]) -> None:
    """Write cells of which there is no row, as they stand."""
    await _copy(await raw(connection), "tally", SCHEMA, sorted(states, key=_in_order))


async def insert_past(connection: AsyncConnection, states: Sequence[State]) -> None:
    """Write what cells were until the slice that is being written."""
    if not states:
        return
    await _copy(await raw(connection), "tally_past", SCHEMA, states)


async def take_back(connection: AsyncConnection, keys: Iterable[Key]) -> list[State]:
    """The cells of these keys that have a row, which is deleted."""
    columns = list(zip(*keys, strict=True)) or [()] * len(_KEY)
    return [_state(row) for row in await (await raw(connection)).fetch(_TAKE_BACK, *columns)]


async def _copy(driver: "Driver[Any]", table: str, schema: str | None, states: Sequence[State]) -> None:
    counters = sorted(set().union(*(cell for _, _, cell in states)))  # the others are 0 by default, and are not sent
    columns = (*_KEY, "slice", *(COUNTERS[counter] for counter in counters))
    records = ((*key, since, *[cell.get(counter, 0) for counter in counters]) for key, since, cell in states)
    await driver.copy_records_to_table(table, schema_name=schema, columns=columns, records=records)


def _in_order(state: State) -> tuple[int, str, date, int]:
    agency, span, day, channel = state[0]
    return span, agency, day, channel


async def states(connection: AsyncConnection) -> AsyncIterator[State]:
    """All that every cell was and is, cell by cell in key order, the oldest first; counters that are 0 left out."""
    async for row in (await raw(connection)).cursor(_STATES, prefetch=2_000):
        yield _state(row)


def _state(row: Any) -> State:
    return (row[0], row[1], row[2], row[3]), row[4], dict(_moved(row[5:]))


def _moved(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    return (pair for pair in enumerate(numbers) if pair[1])


async def delete_all(connection: AsyncConnection) -> None:
    """Forget every row, inside the caller's transaction."""
    for statement in _DELETE:
        await connection.execute(statement)


Counts = dict[tuple[str, int], tuple[int, ...]]
"""(agency, number of the period from 0) → each of the sets asked for. Absent: nothing happened."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: the sets of each period over its windows of days, of one channel or of all of them.

    ``before``: as the ledger knew it before that slice of it began; None: as of now.
    """

    sets: tuple[str, ...]
    periods: int
    windows: Sequence[Window]
    channel: int | None = None
    before: int | None = None

    @property
    def values(self) -> dict[str, Any]:
        then = {} if self.before is None else {"before": self.before}
        return then | {
            "parts": [window.part for window in self.windows],
            "spans": [window.span for window in self.windows],
            "firsts": [window.first for window in self.windows],
            "stops": [window.stop for window in self.windows],
            "channel": self.channel,
        }


async def counts(connection: AsyncConnection, agencies: Sequence[str], asked: Asked) -> Counts:
    """What is asked for of each agency's subtree ('' is everything)."""
    statement = _statement(_ASKED, asked.sets, one=asked.periods == 1, past=asked.before is not None)
    rows = await connection.execute(statement, asked.values | {"agencies": list(agencies)})
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


async def counts_below(
    connection: AsyncConnection, agency: str, after: str, most: int, asked: Asked
) -> tuple[list[str], Counts]:
    """The agencies of ``children``, and what is asked for of each: one statement, whatever their number."""
    statement = _statement(_CHILDREN, asked.sets, one=asked.periods == 1, past=asked.before is not None)
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
