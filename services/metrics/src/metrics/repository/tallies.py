"""The sums of the tallies' cells over windows of days, as they stand and as they stood before a slice of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import SUMS
from metrics.domain.folding import YEAR, Window
from metrics.repository.scoping import below
from shared.domain.channel import Channel

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
# Only a cell that has changed since is looked up in the past; what was born before has a row there.
_PAST = """left join lateral (
            select {counters} from metrics.tally_past as p
            where p.cell = t.cell and p.slice < :before and t.slice >= :before
            order by p.slice desc limit 1) as p on true"""
_THERE = "and t.born < :before"
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
    read = ", ".join(
        f"case when t.slice < :before then t.{name} else coalesce(p.{name}, 0) end as {name}" for name in counters
    )
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
