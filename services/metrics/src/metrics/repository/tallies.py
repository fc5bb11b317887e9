"""The day and month counters of each agency subtree and channel, and their sums over windows of days."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.events import COUNTERS
from metrics.domain.folding import Key, Window
from shared.runtime.database import raw

Delta = Sequence[int]
"""What to add to each counter, in the order of ``events.COUNTERS``."""

_NAMES = ", ".join(COUNTERS)
_COLUMNS = ("agency_code", "span", "day", "channel", *COUNTERS)
_STAGE = """
    create temporary table if not exists tally_delta (like metrics.tally) on commit delete rows"""
_APPLY = f"""
    insert into metrics.tally as t (agency_code, span, day, channel, {_NAMES})
    select agency_code, span, day, channel, {_NAMES} from pg_temp.tally_delta
    order by agency_code, span, day, channel
    on conflict (agency_code, span, day, channel) do update
    set {", ".join(f"{name} = t.{name} + excluded.{name}" for name in COUNTERS)}"""
_UNSTAGE = "truncate pg_temp.tally_delta"
_ALL = f"""
    select agency_code, span, day, channel, {_NAMES} from metrics.tally
    order by agency_code, span, day, channel"""
_DELETE = text("delete from metrics.tally")

# The windows are few (days, months, days), each one range of the primary key.
SUMS = text(f"""
    select w.part, t.agency_code, t.channel, {", ".join(f"sum(t.{name})::bigint as {name}" for name in COUNTERS)}
    from unnest(cast(:parts as integer[]), cast(:spans as smallint[]), cast(:firsts as date[]), cast(:stops as date[]))
        as w(part, span, first, stop)
    join metrics.tally as t
      on t.agency_code = any(cast(:agencies as text[])) and t.span = w.span and t.day >= w.first and t.day < w.stop
    where cast(:channel as smallint) is null or t.channel = cast(:channel as smallint)
    group by w.part, t.agency_code, t.channel""")
_CHILDREN = text("""
    with recursive child(code) as (
        (select min(agency_code) from metrics.tally where agency_code > :low and agency_code < :high)
        union all
        select (select min(agency_code) from metrics.tally
                where agency_code > child.code || '/' and agency_code < :high)
        from child where child.code is not null)
    select code from child where code is not null and code > :after order by code limit :most""")


async def apply(connection: AsyncConnection, deltas: Mapping[Key, Delta]) -> None:
    """Add the deltas, in key order, so that two writers could never wait for each other in a circle."""
    driver = await raw(connection)
    await driver.execute(_STAGE)
    rows = ((*key, *delta) for key, delta in deltas.items())
    await driver.copy_records_to_table("tally_delta", columns=_COLUMNS, records=rows)
    await driver.execute(_APPLY)
    await driver.execute(_UNSTAGE)  # a rebuild applies many batches in one transaction


async def stream(connection: AsyncConnection) -> AsyncIterator[tuple[Key, tuple[int, ...]]]:
    """Every row in key order."""
    async for row in (await raw(connection)).cursor(_ALL, prefetch=2_000):
        yield (row[0], row[1], row[2], row[3]), tuple(row[4:])


async def delete_all(connection: AsyncConnection) -> None:
    """Forget every row, inside the caller's transaction."""
    await connection.execute(_DELETE)


async def sums(
    connection: AsyncConnection, agencies: Sequence[str], channel: int | None, windows: Iterable[Window]
) -> dict[tuple[int, str], dict[int, tuple[int, ...]]]:
    """Counters summed over windows: (part, agency) → channel → sums. Absent: nothing happened."""
    w = list(windows)
    found: dict[tuple[int, str], dict[int, tuple[int, ...]]] = {}
    rows = await connection.execute(
        SUMS,
        {
            "parts": [window.part for window in w],
            "spans": [window.span for window in w],
            "firsts": [window.first for window in w],
            "stops": [window.stop for window in w],
            "agencies": list(agencies),
            "channel": channel,
        },
    )
    for row in rows:
        found.setdefault((row[0], row[1]), {})[row[2]] = tuple(row[3:])
    return found


async def children(connection: AsyncConnection, agency: str, after: str, most: int) -> list[str]:
    """The agencies one level below ``agency`` ('' is the whole country) that have dossiers, in code order."""
    low, high = (agency + ".", agency + "/") if agency else ("", "~")
    rows = await connection.execute(_CHILDREN, {"low": low, "high": high, "after": after, "most": most})
    return [row.code for row in rows]
