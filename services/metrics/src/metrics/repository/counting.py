"""Counts judged rows by the sets of ``counts.PeriodCounts``, and lists the dossiers of a set.

The tallies answer the common questions; this answers the finer ones and older ledger entries. Both must give the
same integers: a property test says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import SETS, PeriodCounts
from metrics.domain.period import ReportingPeriod
from metrics.domain.policies import Policy
from metrics.domain.question import Scope
from metrics.repository.catalogue import fee_bearing
from metrics.repository.members import DUE_ON, MEMBERS, OUTCOME, TOUCHES, changed_by, counted
from metrics.repository.scoping import AsOf, bind, facts_where, only

KEYS = {"procedure": "f.procedure_code", "field": "f.field_code", "agency": "f.agency_code"}
"""By what rows may be grouped here. An agency's row is its own dossiers, without those of agencies below it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One dossier behind a figure."""

    dossier_code: str
    agency_code: str
    procedure_code: str
    field_code: str
    channel: int
    received_on: date
    due_on: date | None
    ended_on: date | None
    outcome: int | None
    withdrawn: bool
    reason: int | None


async def of_periods(
    connection: AsyncConnection,
    scope: Scope,
    as_of: AsOf,
    periods: Sequence[ReportingPeriod],
    sets: tuple[str, ...] = SETS,
) -> list[PeriodCounts]:
    """The counts of each period, in order: of the named sets, the others stay 0."""
    statement = _periods_statement(facts_where(scope, as_of), scope.policy, sets)
    if ":fee_bearing" in statement and len(periods) > 1:  # what bears a fee is asked of each period's own last day
        return [(await of_periods(connection, scope, as_of, [period], sets))[0] for period in periods]
    values = bind(scope, as_of) | {"firsts": [p.first for p in periods], "lasts": [p.last for p in periods]}
    values |= await _catalogue(connection, statement, as_of, periods[-1].last)
    found = {row[0]: _counts(sets, row[1:]) for row in await _run(connection, statement, values)}
    return [found.get(part, PeriodCounts()) for part in range(1, len(periods) + 1)]


async def by_key(
    connection: AsyncConnection,
    scope: Scope,
    as_of: AsOf,
    period: ReportingPeriod,
    by: str,
    after: str | None,
    most: int,
    sets: tuple[str, ...] = SETS,
) -> list[tuple[str, PeriodCounts]]:
    """The counts of each group of ``KEYS[by]`` in key order, after the key ``after`` if any, at most ``most``."""
    statement = _grouped_statement(facts_where(scope, as_of), by, scope.policy, sets)
    values = bind(scope, as_of) | {"first": period.first, "last": period.last, "after": after, "most": most}
    values |= await _catalogue(connection, statement, as_of, period.last)
    rows = await _run(connection, statement, values)
    return [(row[0], _counts(sets, row[1:])) for row in rows]


async def between(
    connection: AsyncConnection,
    scope: Scope,
    after: int,
    entry: int,
    periods: Sequence[ReportingPeriod],
    sets: tuple[str, ...] = SETS,
) -> list[tuple[str, int, Sequence[int]]]:
    """What the entries (after, entry] changed: (agency, number of the period from 0, change of each of the sets)."""
    statement = _between_statement(facts_where(scope, None), sets)
    values = bind(scope, AsOf(entry, 0, latest=False)) | {
        "after": after,
        "firsts": [p.first for p in periods],
        "lasts": [p.last for p in periods],
    }
    return [(row[0], row[1] - 1, tuple(row[2:])) for row in await _run(connection, statement, values)]


async def by_version(
    connection: AsyncConnection,
    scope: Scope,
    as_of: AsOf,
    period: ReportingPeriod,
    codes: Sequence[str],
    known: int,
    sets: tuple[str, ...],
) -> dict[tuple[str, int], PeriodCounts]:
    """What each version of some dossiers counts by itself: those that held at ``known`` or came up to ``as_of``.

    By dossier code and entry; a version outside the scope or the period is left out, sets not named stay 0.
    """
    statement = _versions_statement(facts_where(scope, None), scope.policy, sets)
    values = bind(scope, as_of) | {"first": period.first, "last": period.last, "codes": list(codes), "known": known}
    values |= await _catalogue(connection, statement, as_of, period.last)
    rows = await _run(connection, statement, values)
    return {(row[0], row[1]): _counts(sets, row[2:]) for row in rows}


async def dossiers(
    connection: AsyncConnection,
    scope: Scope,
    as_of: AsOf,
    period: ReportingPeriod,
    sets: Sequence[str],
    after: str,
    most: int,
) -> list[Listed]:
    """The dossiers of the named sets after the code ``after``, in code order, at most ``most``."""
    statement = _list_statement(facts_where(scope, as_of), scope.policy, tuple(sets))
    values = bind(scope, as_of) | {"first": period.first, "last": period.last, "after": after, "most": most}
    values |= await _catalogue(connection, statement, as_of, period.last)
    return [Listed(*row) for row in await _run(connection, statement, values)]


async def _run(connection: AsyncConnection, statement: str, values: dict[str, Any]) -> Sequence[Any]:
    return (await connection.execute(text(statement), only(statement, values))).all()


async def _catalogue(connection: AsyncConnection, statement: str, as_of: AsOf, last: date) -> dict[str, Any]:
    """What a statement needs from the catalogue, as it was on the last day asked about."""
    if ":fee_bearing" not in statement:
        return {}
    return {"fee_bearing": await fee_bearing(connection, as_of, last)}


def _counts(sets: Sequence[str], numbers: Sequence[int]) -> PeriodCounts:
    return PeriodCounts(**dict(zip(sets, numbers, strict=True)))


def _each(sets: tuple[str, ...], policy: Policy) -> str:
    return ",\n    ".join(counted(name, policy) for name in sets)


@lru_cache(maxsize=256)
def _periods_statement(where: str, policy: Policy, sets: tuple[str, ...]) -> str:
    return f"""
    select b.part, {_each(sets, policy)}
    from unnest(cast(:firsts as date[]), cast(:lasts as date[])) with ordinality as b(first, last, part)
    join metrics.fact as f on {TOUCHES} and {where}
    group by b.part"""


@lru_cache(maxsize=256)
def _between_statement(where: str, sets: tuple[str, ...]) -> str:
    changed = ",\n    ".join(changed_by(name) for name in sets)
    return f"""
    select f.agency_code, b.part, {changed}
    from unnest(cast(:firsts as date[]), cast(:lasts as date[])) with ordinality as b(first, last, part)
    join (select *, 1 as sign from metrics.fact
          where valid_from > :after and valid_from <= :entry and (valid_to is null or valid_to > :entry)
          union all
          select *, -1 from metrics.fact
          where valid_to > :after and valid_to <= :entry and valid_from <= :after) as f on {TOUCHES} and {where}
    group by f.agency_code, b.part"""


@lru_cache(maxsize=256)
def _grouped_statement(where: str, by: str, policy: Policy, sets: tuple[str, ...]) -> str:
    return f"""
    select {KEYS[by]} as key, {_each(sets, policy)}
    from (select cast(:first as date) as first, cast(:last as date) as last) as b
    join metrics.fact as f on {TOUCHES} and {where}
    where cast(:after as text) is null or {KEYS[by]} > :after
    group by 1 order by 1 limit :most"""


@lru_cache(maxsize=256)
def _versions_statement(where: str, policy: Policy, sets: tuple[str, ...]) -> str:
    return f"""
    select f.dossier_code, f.valid_from, {_each(sets, policy)}
    from (select cast(:first as date) as first, cast(:last as date) as last) as b
    join metrics.fact as f on {TOUCHES} and {where}
    where f.dossier_code = any(cast(:codes as text[]))
      and f.valid_from <= :entry and (f.valid_to is null or f.valid_to > :known)
    group by 1, 2"""


@lru_cache(maxsize=256)
def _list_statement(where: str, policy: Policy, sets: tuple[str, ...]) -> str:
    member = " or ".join(f"({MEMBERS[policy][name]})" for name in sets)
    return f"""
    select f.dossier_code, f.agency_code, f.procedure_code, f.field_code, f.channel, f.received_on,
        {DUE_ON[policy]} as due_on, f.ended_on, {OUTCOME[policy]} as outcome, f.withdrawn, f.reason
    from (select cast(:first as date) as first, cast(:last as date) as last) as b
    join metrics.fact as f on {TOUCHES} and {where}
    where f.dossier_code > :after and ({member})
    order by f.dossier_code limit :most"""
