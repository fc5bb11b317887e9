"""Counts petitions in their published history: as known now, or when an older ledger entry was committed."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.repository.catalogue import SUBTREE
from metrics.repository.scoping import AsOf, bind, only

_RESOLVED = "p.resolved_on between :first and :last"
_ON_TIME = f"{_RESOLVED} and (p.due_on is null or p.resolved_on <= p.due_on)"
_LATE = f"{_RESOLVED} and p.resolved_on > p.due_on"
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
    "petitions_opinion_unknown": f"{_ON_TIME} and not {_DISLIKED} and not ({_TOLD})",
}
SETS = tuple(_SETS)
"""The named sets of petitions in a period."""

_COUNTS = ", ".join(f"count(*) filter (where {condition}) as {name}" for name, condition in _SETS.items())
_FROM = f"""
    from dossier.petition_v2 as p
    where {SUBTREE.format("p")}
      and case when cast(:at as timestamptz) is null then p.known_to is null
               else p.known_from <= :at and (p.known_to is null or p.known_to > :at) end"""
_ALL = f"select {_COUNTS} {_FROM}"
_EACH = f"select p.agency_code, {_COUNTS} {_FROM} group by p.agency_code"


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
