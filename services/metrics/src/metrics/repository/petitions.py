"""Counts petitions in their published history: as known now, or when an older ledger entry was committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.repository.catalogue import SUBTREE
from metrics.repository.scoping import AsOf, bind, only

_RESOLVED = "p.resolved_on between :first and :last"
_IN_TIME = "((p.due_on is null or p.resolved_on <= p.due_on) and not p.step_late)"
_ON_TIME = f"{_RESOLVED} and {_IN_TIME}"
_LATE = f"{_RESOLVED} and not {_IN_TIME}"
_OVERDUE = """p.received_on <= :last and p.due_on < :last
        and (p.resolved_on is null or p.resolved_on > :last)"""
# Criterion 5.3: late, repeated, or more dislikes than likes. One of these settles it; else all three must be told.
_DISLIKED = "(p.repeated is true or coalesce(p.dislikes > p.likes, false))"
_TOLD = "p.repeated is not null and p.likes is not null and p.dislikes is not null"

_SETS = {
    "petitions_received": "p.received_on between :first and :last",
    "petitions_carried": "p.received_on < :first and (p.resolved_on is null or p.resolved_on >= :first)",
    "petitions_on_time": _ON_TIME,
    "petitions_late": _LATE,
    "petitions_overdue": _OVERDUE,
    "petitions_content": f"{_ON_TIME} and not {_DISLIKED} and {_TOLD}",
    "petitions_discontent": f"({_LATE}) or ({_OVERDUE}) or ({_ON_TIME} and {_DISLIKED})",
    "petitions_by_limits": f"(({_RESOLVED}) or ({_OVERDUE})) and p.by_limits",
    "petitions_without_due": f"{_RESOLVED} and p.due_on is null",
    "petitions_opinion_unknown": f"{_ON_TIME} and not {_DISLIKED} and not ({_TOLD})",
}
SETS = tuple(_SETS)
"""The named sets of petitions in a period."""

_COUNTS = ", ".join(f"count(*) filter (where {condition}) as {name}" for name, condition in _SETS.items())
KNOWN_AT = """case when cast(:at as timestamptz) is null then {0}.known_to is null
               else {0}.known_from <= :at and ({0}.known_to is null or {0}.known_to > :at) end"""
"""The versions of what is imported beside the ledger that hold: now, or when an older entry was committed."""


def _limit(day: str, working_days: int) -> str:
    """The last day of a limit; null where the calendar does not reach that far."""
    return f"""(select c.day from catalogue.calendar_v1 as c
        where c.day > {day} and c.working
          and c.revision_from <= :calendar and (c.revision_to is null or c.revision_to > :calendar)
        order by c.day offset {working_days - 1} limit 1)"""


# Criterion 5.2 as the business-rules document says [D]. A petition whose steps nobody tells is judged by the due day of
# its source. A refusal is an answer, within a limit of its own.
_REFUSE, _ASK, _RESOLVE, _PUBLISH = 2, 5, 15, 2
_STEPS_TOLD = "num_nonnulls(v.transferred_on, v.refused_on, v.supplement_asked_on, v.published_on) > 0"
_SINCE = "coalesce(v.transferred_on, v.received_on)"
_JUDGED = f"""
        select v.petition_code, v.known_from, v.agency_code, v.received_on, v.likes, v.dislikes, v.repeated,
            coalesce(v.resolved_on, v.refused_on) as resolved_on,
            coalesce(l.day, v.due_on) as due_on, l.day is not null as by_limits,
            coalesce(v.supplement_asked_on > {_limit("v.received_on", _ASK)}, false)
                or coalesce(v.published_on > {_limit("v.resolved_on", _PUBLISH)}, false) as step_late
        from dossier.petition_v3 as v
        cross join lateral (
            select case when v.refused_on is not null then {_limit(_SINCE, _REFUSE)}
                        when {_STEPS_TOLD} then {_limit(_SINCE, _RESOLVE)} end as day) as l
"""
_FROM = f"""
    from ({_JUDGED}
        where {SUBTREE.format("v")} and {KNOWN_AT.format("v")}) as p
    where true"""
_ALL = f"select {_COUNTS} {_FROM}"
_EACH = f"select p.agency_code, {_COUNTS} {_FROM} group by p.agency_code"

# Versions that held at :then or came up to :until, of petitions that got one in between. A version is counted alone;
# one of another agency counts nothing.
_CHANGED = text("""
    select distinct petition_code collate "C" from dossier.petition_v3
    where known_from > :then and known_from <= :until and petition_code collate "C" >= :first
    order by 1 limit :most""")
_VERSIONS = f"""
    select p.petition_code, p.known_from, p.agency_code, {SUBTREE.format("p")} as inside,
        {", ".join(f"coalesce({condition}, false)::int as {name}" for name, condition in _SETS.items())}
    from ({_JUDGED}
        where v.petition_code = any(cast(:codes as text[]))
          and v.known_from <= :until and (v.known_to is null or v.known_to > :then)) as p
    order by p.petition_code collate "C", p.known_from"""


@dataclass(frozen=True, slots=True)
class PetitionVersion:
    """One version of a petition, and what it alone counts in each set; None: it is of an agency outside the scope."""

    code: str
    known_from: datetime
    agency: str
    sets: dict[str, int] | None


async def changed(connection: AsyncConnection, then: datetime, until: datetime, first: str, most: int) -> list[str]:
    """The petitions with a version imported in (then, until], by code from ``first`` on."""
    values = {"then": then, "until": until, "first": first, "most": most}
    return list((await connection.execute(_CHANGED, values)).scalars())


async def versions(
    connection: AsyncConnection,
    codes: Sequence[str],
    scope: Scope,
    as_of: AsOf,
    period: ReportingPeriod,
    then: datetime,
    until: datetime,
) -> list[PetitionVersion]:
    """The versions of petitions that held at ``then`` or came up to ``until``, each with what it counts."""
    more = {"first": period.first, "last": period.last, "codes": list(codes), "then": then, "until": until}
    rows = await connection.execute(text(_VERSIONS), only(_VERSIONS, bind(scope, as_of) | more))
    return [_version(row) for row in rows]


def _version(row: Any) -> PetitionVersion:
    code, known_from, agency, inside, *sets = row
    return PetitionVersion(code, known_from, agency, dict(zip(SETS, sets, strict=True)) if inside else None)


async def counts(connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> dict[str, int]:
    """The named sets of ``SETS`` for an agency with everything below it."""
    row = (await _run(connection, _ALL, scope, as_of, period)).one()
    return dict(zip(SETS, row, strict=True))


async def of_each(
    connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod
) -> dict[str, dict[str, int]]:
    """The same for each agency that ever had a petition, without those below it."""
    rows = await _run(connection, _EACH, scope, as_of, period)
    return {row[0]: dict(zip(SETS, row[1:], strict=True)) for row in rows}


async def _run(connection: AsyncConnection, statement: str, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> Any:
    values = bind(scope, as_of) | {"first": period.first, "last": period.last}
    return await connection.execute(text(statement), only(statement, values))
