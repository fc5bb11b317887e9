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
from metrics.domain.dossier import Anomaly, Exclusion
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.repository.scoping import AsOf, bind, facts_where, only
from shared.domain.channel import Channel

_COUNTED = "f.reason is null"
_UNMAPPED = f"f.reason = {int(Exclusion.STATUS_UNMAPPED)}"
_UNDATED = f"f.reason in ({int(Exclusion.END_DATE_MISSING)}, {int(Exclusion.RECEIVED_DATE_MISSING)})"
_BEFORE = "f.received_on < b.first"
_WITHIN = "f.received_on >= b.first"  # the period's end is in _TOUCHES
_ONLINE, _OTHER = f"f.channel = {int(Channel.ONLINE)}", f"f.channel <> {int(Channel.ONLINE)}"
_ENDED = f"{_COUNTED} and f.ended_on <= b.last"  # not before the period: _TOUCHES
_OPEN = f"{_COUNTED} and (f.ended_on is null or f.ended_on > b.last)"
_OVERDUE = "f.overdue is not null and f.overdue @> b.last"
_OVERDUE_766 = "f.overdue_766 is not null and f.overdue_766 @> b.last"
_TOUCHES = "f.received_on <= b.last and (f.ended_on is null or f.ended_on >= b.first)"

MEMBERS: dict[str, str] = {
    "carried": f"{_COUNTED} and {_BEFORE}",
    "received_online": f"{_COUNTED} and {_WITHIN} and {_ONLINE}",
    "received_other": f"{_COUNTED} and {_WITHIN} and {_OTHER}",
    "early": f"{_ENDED} and f.outcome = 1",
    "on_time": f"{_ENDED} and f.outcome = 2",
    "late": f"{_ENDED} and f.outcome = 3",
    "pending_in_time": f"{_OPEN} and not ({_OVERDUE})",
    "pending_overdue": f"{_OPEN} and {_OVERDUE}",
    "withdrawn": f"{_ENDED} and f.withdrawn",
    "resolved_in_time_766": f"{_ENDED} and not f.late_766",
    "pending_in_time_766": f"{_OPEN} and not ({_OVERDUE_766})",
    "not_accepted": f"f.reason = {int(Exclusion.NOT_ACCEPTED)} and {_WITHIN}",
    "refused": f"f.reason = {int(Exclusion.REFUSED_AT_RECEPTION)} and {_WITHIN}",
    "unmapped_carried": f"{_UNMAPPED} and {_BEFORE}",
    "unmapped_online": f"{_UNMAPPED} and {_WITHIN} and {_ONLINE}",
    "unmapped_other": f"{_UNMAPPED} and {_WITHIN} and {_OTHER}",
    "undated_carried": f"{_UNDATED} and {_BEFORE}",
    "undated_online": f"{_UNDATED} and {_WITHIN} and {_ONLINE}",
    "undated_other": f"{_UNDATED} and {_WITHIN} and {_OTHER}",
    "no_due_date": f"{_COUNTED} and f.anomalies & {int(Anomaly.NO_DUE_DATE)} <> 0",
    "channel_missing": f"{_COUNTED} and {_WITHIN} and f.anomalies & {int(Anomaly.CHANNEL_MISSING)} <> 0",
    "end_moved": f"{_ENDED} and f.anomalies & {int(Anomaly.ENDED_BEFORE_RECEIVED)} <> 0",
    "gone": f"f.reason = {int(Exclusion.GONE)} and {_WITHIN}",
}
"""Who belongs to each set: a row of the period (``_TOUCHES``) for which the condition holds."""

_EACH = ",\n    ".join(f"count(*) filter (where {MEMBERS[name]}) as {name}" for name in SETS)

_EACH_SIGNED = ",\n    ".join(
    f"coalesce(sum(f.sign) filter (where {MEMBERS[name]}), 0)::bigint as {name}" for name in SETS
)

KEYS = {"procedure": "f.procedure_code", "field": "f.field_code"}
"""By what rows may be grouped here; agencies, channels and periods are asked for one by one."""


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
    connection: AsyncConnection, scope: Scope, as_of: AsOf, periods: Sequence[ReportingPeriod]
) -> list[PeriodCounts]:
    """The counts of each period, in order."""
    statement = _periods_statement(facts_where(scope, as_of))
    values = bind(scope, as_of) | {"firsts": [p.first for p in periods], "lasts": [p.last for p in periods]}
    found = {row[0]: PeriodCounts(*row[1:]) for row in await _run(connection, statement, values)}
    return [found.get(part, PeriodCounts()) for part in range(1, len(periods) + 1)]


async def by_key(
    connection: AsyncConnection,
    scope: Scope,
    as_of: AsOf,
    period: ReportingPeriod,
    by: str,
    after: str | None,
    most: int,
) -> list[tuple[str, PeriodCounts]]:
    """The counts of each group of ``KEYS[by]`` in key order, after the key ``after`` if any, at most ``most``."""
    statement = _grouped_statement(facts_where(scope, as_of), by)
    values = bind(scope, as_of) | {"first": period.first, "last": period.last, "after": after, "most": most}
    rows = await _run(connection, statement, values)
    return [(row[0], PeriodCounts(*row[1:])) for row in rows]


async def between(
    connection: AsyncConnection,
    scope: Scope,
    after: int,
    entry: int,
    periods: Sequence[ReportingPeriod],
) -> list[tuple[str, int, Sequence[int]]]:
    """What the entries (after, entry] changed: (agency, number of the period from 0, change of each of ``SETS``)."""
    statement = _between_statement(facts_where(scope, None))
    values = bind(scope, AsOf(entry, 0, latest=False)) | {
        "after": after,
        "firsts": [p.first for p in periods],
        "lasts": [p.last for p in periods],
    }
    return [(row[0], row[1] - 1, tuple(row[2:])) for row in await _run(connection, statement, values)]


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
    statement = _list_statement(facts_where(scope, as_of), tuple(sets))
    values = bind(scope, as_of) | {"first": period.first, "last": period.last, "after": after, "most": most}
    return [Listed(*row) for row in await _run(connection, statement, values)]


async def _run(connection: AsyncConnection, statement: str, values: dict[str, Any]) -> Sequence[Any]:
    return (await connection.execute(text(statement), only(statement, values))).all()


@lru_cache(maxsize=256)
def _periods_statement(where: str) -> str:
    return f"""
    select b.part, {_EACH}
    from unnest(cast(:firsts as date[]), cast(:lasts as date[])) with ordinality as b(first, last, part)
    join metrics.fact as f on {_TOUCHES} and {where}
    group by b.part"""


@lru_cache(maxsize=256)
def _between_statement(where: str) -> str:
    return f"""
    select f.agency_code, b.part, {_EACH_SIGNED}
    from unnest(cast(:firsts as date[]), cast(:lasts as date[])) with ordinality as b(first, last, part)
    join (select *, 1 as sign from metrics.fact
          where valid_from > :after and valid_from <= :entry and (valid_to is null or valid_to > :entry)
          union all
          select *, -1 from metrics.fact
          where valid_to > :after and valid_to <= :entry and valid_from <= :after) as f on {_TOUCHES} and {where}
    group by f.agency_code, b.part"""


@lru_cache(maxsize=256)
def _grouped_statement(where: str, by: str) -> str:
    return f"""
    select {KEYS[by]} as key, {_EACH}
    from (select cast(:first as date) as first, cast(:last as date) as last) as b
    join metrics.fact as f on {_TOUCHES} and {where}
    where cast(:after as text) is null or {KEYS[by]} > :after
    group by 1 order by 1 limit :most"""


@lru_cache(maxsize=256)
def _list_statement(where: str, sets: tuple[str, ...]) -> str:
    member = " or ".join(f"({MEMBERS[name]})" for name in sets)
    return f"""
    select f.dossier_code, f.agency_code, f.procedure_code, f.field_code, f.channel, f.received_on, f.due_on,
        f.ended_on, f.outcome, f.withdrawn, f.reason
    from (select cast(:first as date) as first, cast(:last as date) as last) as b
    join metrics.fact as f on {_TOUCHES} and {where}
    where f.dossier_code > :after and ({member})
    order by f.dossier_code limit :most"""
