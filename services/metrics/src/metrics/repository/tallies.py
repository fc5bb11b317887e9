"""The day and month counters of each agency subtree and channel, and their sums over windows of days.

Kept three times: as they stand, and by what the entries of each month and of each day of the ledger added to them.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.events import COUNTERS, FLOW
from metrics.domain.folding import Key, Window
from metrics.domain.period import month_of
from shared.runtime.database import raw

Delta = Sequence[int]
"""What to add to each counter, in the order of ``events.COUNTERS``."""

_NAMES = ", ".join(COUNTERS)
_COLUMNS = ("agency_code", "span", "day", "channel", *COUNTERS)
_STAGE = """
    create temporary table if not exists tally_delta (like metrics.tally) on commit delete rows"""
_ADDED = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in COUNTERS)
_APPLY = f"""
    insert into metrics.tally as t (agency_code, span, day, channel, {_NAMES})
    select agency_code, span, day, channel, {_NAMES} from pg_temp.tally_delta
    order by agency_code, span, day, channel
    on conflict (agency_code, span, day, channel) do update set {_ADDED}"""
_IN_BLOCK = f"""
    insert into metrics.{{table}} as t (agency_code, span, day, channel, block, {_NAMES})
    select agency_code, span, day, channel, $1::date, {_NAMES} from pg_temp.tally_delta
    order by agency_code, span, day, channel
    on conflict (agency_code, span, day, channel, block) do update set {_ADDED}"""
_APPLY_MONTH, _APPLY_DAY = (_IN_BLOCK.format(table=table) for table in ("ledger_month_tally", "ledger_day_tally"))
_UNSTAGE = "truncate pg_temp.tally_delta"
_ALL = f"""
    select agency_code, span, day, channel, {_NAMES} from metrics.tally
    order by agency_code, span, day, channel"""
_UNEQUAL = f"""
    select agency_code, span, day, channel, {{columns}} from (
        select agency_code, span, day, channel, {_NAMES} from metrics.tally
        union all
        select agency_code, span, day, channel, {", ".join(f"-{name}" for name in COUNTERS)} from metrics.{{table}}
    ) as both_ways
    group by agency_code, span, day, channel having {" or ".join(f"sum({name}) <> 0" for name in COUNTERS)}
    limit $1"""
TABLES = ("tally", "ledger_month_tally", "ledger_day_tally")
_DELETE = [text(f"delete from metrics.{table}") for table in TABLES]

_WINDOWS = """
    unnest(cast(:parts as integer[]), cast(:spans as smallint[]), cast(:firsts as date[]), cast(:stops as date[]))
        as w(part, span, first, stop)"""
_CELLS = """t.agency_code = any(cast(:agencies as text[])) and t.span = w.span and t.day >= w.first and t.day < w.stop
      and (cast(:channel as smallint) is null or t.channel = cast(:channel as smallint))"""

# The windows are few (days, months, days), each one range of the primary key.
_SUMS = f"""
    select w.part, t.agency_code, t.channel, {{summed}}
    from {_WINDOWS} join metrics.tally as t on {_CELLS}
    group by w.part, t.agency_code, t.channel"""
_SUMS_BEFORE = f"""
    with w as materialized (select * from {_WINDOWS})
    select t.part, t.agency_code, t.channel, {{summed}} from (
        select w.part, t.agency_code, t.channel, {{names}} from w join metrics.ledger_month_tally as t
          on {_CELLS} and t.block < :month
        union all
        select w.part, t.agency_code, t.channel, {{names}} from w join metrics.ledger_day_tally as t
          on {_CELLS} and t.block >= :month and t.block < :until
    ) as t group by t.part, t.agency_code, t.channel"""


def _of(statement: str, counters: Sequence[str]) -> TextClause:
    summed = ", ".join(f"sum(t.{name})::bigint as {name}" for name in counters)
    return text(statement.format(summed=summed, names=", ".join(counters)))


# A sum costs what it reads: most questions need the counters of the flow only.
SUMS = {told: _of(_SUMS, COUNTERS if told else FLOW) for told in (False, True)}
SUMS_BEFORE = {told: _of(_SUMS_BEFORE, COUNTERS if told else FLOW) for told in (False, True)}
_CHILDREN = text("""
    with recursive child(code) as (
        (select min(agency_code) from metrics.tally where agency_code > :low and agency_code < :high)
        union all
        select (select min(agency_code) from metrics.tally
                where agency_code > child.code || '/' and agency_code < :high)
        from child where child.code is not null)
    select code from child where code is not null and code > :after order by code limit :most""")


async def apply(connection: AsyncConnection, deltas: Mapping[Key, Delta], block: date) -> None:
    """Add the deltas to the tallies of now, and to those of the ledger's month and day ``block``.

    In key order, so that two writers could never wait for each other in a circle.
    """
    driver = await raw(connection)
    await driver.execute(_STAGE)
    rows = ((*key, *delta) for key, delta in deltas.items())
    await driver.copy_records_to_table("tally_delta", columns=_COLUMNS, records=rows)
    await driver.execute(_APPLY)
    await driver.execute(_APPLY_MONTH, month_of(block))
    await driver.execute(_APPLY_DAY, block)
    await driver.execute(_UNSTAGE)  # a rebuild applies many batches in one transaction


async def stream(connection: AsyncConnection) -> AsyncIterator[tuple[Key, tuple[int, ...]]]:
    """Every row in key order."""
    async for row in (await raw(connection)).cursor(_ALL, prefetch=2_000):
        yield (row[0], row[1], row[2], row[3]), tuple(row[4:])


async def unequal(connection: AsyncConnection, most: int) -> list[str]:
    """Cells whose ledger months, or ledger days, do not sum to the tally of now; at most ``most`` of each."""
    driver, found = await raw(connection), []
    columns = ", ".join(f"sum({name}) as {name}" for name in COUNTERS)
    for table in TABLES[1:]:
        for row in await driver.fetch(_UNEQUAL.format(table=table, columns=columns), most):
            found.append(f"{table} {tuple(row[:4])}: its blocks miss {dict(zip(COUNTERS, row[4:], strict=True))}")
    return found


async def delete_all(connection: AsyncConnection) -> None:
    """Forget every row, inside the caller's transaction."""
    for statement in _DELETE:
        await connection.execute(statement)


Sums = dict[tuple[int, str], dict[int, tuple[int, ...]]]
"""(part, agency) → channel → sums. Absent: nothing happened."""


async def sums(
    connection: AsyncConnection,
    agencies: Sequence[str],
    channel: int | None,
    windows: Iterable[Window],
    *,
    told: bool = False,
) -> Sums:
    """Counters summed over windows, as of now: those of the flow, or with ``told`` also what portals tell besides."""
    return _by_part(await connection.execute(SUMS[told], _bound(agencies, channel, windows)))


async def sums_before(
    connection: AsyncConnection,
    agencies: Sequence[str],
    channel: int | None,
    windows: Iterable[Window],
    until: date,
    *,
    told: bool = False,
) -> Sums:
    """Counters summed over windows, as the ledger knew them before its day ``until`` began."""
    values = _bound(agencies, channel, windows) | {"month": month_of(until), "until": until}
    return _by_part(await connection.execute(SUMS_BEFORE[told], values))


def _bound(agencies: Sequence[str], channel: int | None, windows: Iterable[Window]) -> dict[str, Any]:
    w = list(windows)
    return {
        "parts": [window.part for window in w],
        "spans": [window.span for window in w],
        "firsts": [window.first for window in w],
        "stops": [window.stop for window in w],
        "agencies": list(agencies),
        "channel": channel,
    }


def _by_part(rows: Iterable[Any]) -> Sums:
    found: Sums = {}
    for row in rows:
        found.setdefault((row[0], row[1]), {})[row[2]] = tuple(row[3:])
    return found


async def children(connection: AsyncConnection, agency: str, after: str, most: int) -> list[str]:
    """The agencies one level below ``agency`` ('' is the whole country) that have dossiers, in code order."""
    low, high = (agency + ".", agency + "/") if agency else ("", "~")
    rows = await connection.execute(_CHILDREN, {"low": low, "high": high, "after": after, "most": most})
    return [row.code for row in rows]
