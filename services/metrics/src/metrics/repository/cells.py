"""The rows of the tallies: a cell is the counters of one agency subtree, channel and day, month or year.

As they stand (``tally``), and as they stood (``tally_past``): when a slice of the ledger first changes a cell, what the
cell was goes to the past with the slice since which it was so.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from asyncpg import Connection as Driver
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.events import COUNTERS
from metrics.domain.folding import Cell, Key
from metrics.tables import SCHEMA
from shared.runtime.database import raw

_NAMES = ", ".join(COUNTERS)
_NULLS = ", ".join(f"nullif({name}, 0)" for name in COUNTERS)
_KEY = ("agency_code", "span", "day", "channel")
_KEYS = ", ".join(_KEY)
_ORDER = "span, agency_code, day, channel"


class Past(NamedTuple):
    """What the cell of a number held, since a slice of the ledger and until a later one changed it."""

    number: int
    since: int
    counters: Cell


class Standing(NamedTuple):
    """What a cell holds since a slice of the ledger. ``born``: the slice that first counted something in it."""

    key: Key
    number: int
    born: int
    since: int
    counters: Cell


# The offset keeps the planner, which knows nothing of the size of a temporary table, or of one that a rebuild is just
# filling, from reading all tallies.
_FIND = """
    lateral (select {found} from metrics.tally as x
             where x.span = d.span and x.agency_code = d.agency_code and x.day = d.day and x.channel = d.channel {more}
             offset 0)"""
_STAGE = f"""
    create temporary table if not exists tally_delta on commit delete rows
    as select {_KEYS}, slice, {_NAMES} from metrics.tally with no data"""
_PUT_BY = f"""
    insert into metrics.tally_past (cell, slice, {_NAMES})
    select t.* from pg_temp.tally_delta as d
    cross join {_FIND.format(found=f"cell, slice, {_NULLS}", more="and x.slice < d.slice")} as t"""
# Whoever projects holds the projection's lock: nobody else numbers cells meanwhile.
_APPLY = f"""
    insert into metrics.tally as t ({_KEYS}, cell, born, slice, {_NAMES})
    select {_KEYS},
        coalesce(known.cell, last.cell + count(*) filter (where known.cell is null) over (order by {_ORDER})),
        slice, slice, {", ".join(f"coalesce(d.{name}, 0)" for name in COUNTERS)}
    from pg_temp.tally_delta as d
    left join {_FIND.format(found="cell", more="")} as known on true
    cross join (select coalesce(max(cell), 0) as cell from metrics.tally) as last
    order by {_ORDER}
    on conflict (span, agency_code, day, channel) do update
        set slice = excluded.slice, {", ".join(f"{name} = t.{name} + excluded.{name}" for name in COUNTERS)}"""
_UNSTAGE = "truncate pg_temp.tally_delta"  # one transaction may stage many batches
_TAKE_BACK = f"""
    delete from metrics.tally as t
    using unnest($1::text[], $2::smallint[], $3::date[], $4::smallint[]) as d(agency_code, span, day, channel)
    cross join {_FIND.format(found="ctid as place", more="")} as known
    where t.ctid = known.place
    returning {", ".join(f"t.{name}" for name in (*_KEY, "cell", "born", "slice", *COUNTERS))}"""
_EVER = f"""
    select {_KEYS}, cell, born, slice, {_NAMES} from metrics.tally
    union all select null, null, null, null, cell, null, slice, {_NAMES} from metrics.tally_past
    order by cell, slice"""
TABLES = ("tally", "tally_past")
_DELETE = [text(f"delete from metrics.{table}") for table in TABLES]


async def apply(connection: AsyncConnection, deltas: Mapping[Key, Cell], slice_: int) -> None:
    """Add the deltas, which entries of this slice of the ledger brought, and keep what the cells were before it."""
    driver = await raw(connection)
    await driver.execute(_STAGE)
    records = (((*key, slice_), cell) for key, cell in deltas.items())
    await _copy(driver, "tally_delta", None, (*_KEY, "slice"), _moving(deltas.values()), records, None)
    await driver.execute(_PUT_BY)
    await driver.execute(_APPLY)
    await driver.execute(_UNSTAGE)


async def insert(connection: AsyncConnection, standing: Collection[Standing]) -> None:
    """Write cells of which there is no row."""
    records = (((*one.key, *one[1:-1]), one.counters) for one in sorted(standing, key=_in_order))
    moving = _moving(one.counters for one in standing)
    await _copy(await raw(connection), "tally", SCHEMA, (*_KEY, "cell", "born", "slice"), moving, records, 0)


async def insert_past(connection: AsyncConnection, past: Sequence[Past]) -> None:
    """Write what cells were until the slice that is being written."""
    if past:
        moving, records = _moving(one.counters for one in past), ((one[:2], one.counters) for one in past)
        await _copy(await raw(connection), "tally_past", SCHEMA, ("cell", "slice"), moving, records, None)


async def take_back(connection: AsyncConnection, keys: Iterable[Key]) -> list[Standing]:
    """The cells of these keys that have a row, which is deleted."""
    columns = list(zip(*keys, strict=True)) or [()] * len(_KEY)
    return [_standing(row) for row in await (await raw(connection)).fetch(_TAKE_BACK, *columns)]


def _moving(cells: Iterable[Cell]) -> list[int]:
    """The counters that any of the cells moves: the others are not sent."""
    return sorted(set().union(*cells))


async def _copy(
    driver: "Driver[Any]",
    table: str,
    schema: str | None,
    columns: Sequence[str],
    moving: Sequence[int],
    rows: Iterable[tuple[tuple[Any, ...], Cell]],
    zero: int | None,
) -> None:
    named = (*columns, *(COUNTERS[counter] for counter in moving))
    records = ((*first, *[cell.get(counter) or zero for counter in moving]) for first, cell in rows)
    await driver.copy_records_to_table(table, schema_name=schema, columns=named, records=records)


def _in_order(one: Standing) -> tuple[Any, ...]:
    agency, span, day, channel = one.key
    return span, agency, day, channel


async def ever(connection: AsyncConnection) -> AsyncIterator[tuple[int, list[Past], Standing | None]]:
    """All that every cell was and is, cell by cell: its number, what it was, the oldest first, and what it is.

    What it is is None where it does not stand, or is said to have stood before what it was: somebody tampered with it.
    Counters that are 0 are left out.
    """
    async for number, rows in _by_cell(connection):
        past = [Past(number, row[6], dict(_moved(row[7:]))) for row in rows if row[0] is None]
        yield number, past, _standing(rows[-1]) if rows[-1][0] is not None else None


async def _by_cell(connection: AsyncConnection) -> AsyncIterator[tuple[int, list[Any]]]:
    rows: list[Any] = []
    async for row in (await raw(connection)).cursor(_EVER, prefetch=2_000):
        if rows and rows[0][4] != row[4]:
            yield rows[0][4], rows
            rows = []
        rows.append(row)
    if rows:
        yield rows[0][4], rows


def _standing(row: Any) -> Standing:
    return Standing((row[0], row[1], row[2], row[3]), row[4], row[5], row[6], dict(_moved(row[7:])))


def _moved(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    return (pair for pair in enumerate(numbers) if pair[1])


async def delete_all(connection: AsyncConnection) -> None:
    """Forget every row, inside the caller's transaction."""
    for statement in _DELETE:
        await connection.execute(statement)
