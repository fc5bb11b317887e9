"""What the what-if of time limits is made of: how long ended dossiers took, grouped here, and the limits in force.

Dossiers whose applicant was never asked for anything, nearly all, are grouped in the database; the others come one by
one, because what a wait does to the clock is a rule of ``domain.waiting``.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.dossier import Exclusion
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.domain.simplifying import CaseLimit
from metrics.domain.traits import Trait
from metrics.repository.catalogue import KNOWN
from metrics.repository.members import TOUCHES
from metrics.repository.scoping import AsOf, bind, facts_where, only

_ASKED = f"f.traits & {int(Trait.ASKED_ONCE | Trait.ASKED_OFTEN)} <> 0"
_UNMAPPED = f"f.reason = {int(Exclusion.STATUS_UNMAPPED)}"
_UNDATED = f"f.reason in ({int(Exclusion.END_DATE_MISSING)}, {int(Exclusion.RECEIVED_DATE_MISSING)})"
_RELEVANT = f"(f.reason is null or {_UNMAPPED} or {_UNDATED})"
_PROCESSED = "f.reason is null and f.ended_on <= b.last and not f.withdrawn"
TIMED = "timed"
"""The kind of a group whose days are known; every other kind is the reason why they are not."""

_DAYS = """
    select c.day, count(*) filter (where c.working) over (order by c.day) as n from catalogue.calendar_v1 as c
    where not c.provisional and c.revision_from <= :calendar and (c.revision_to is null or c.revision_to > :calendar)"""
_PERIOD = "(select cast(:first as date) as first, cast(:last as date) as last) as b"

_LIMITS = text(f"""
    select l.agency_code, l.procedure_code, l.channel, l.case_name, l.quantity, l.unit from catalogue.limit_v2 as l
    where l.procedure_code = any(cast(:codes as text[])) and l.channel is not null and {KNOWN.format("l")}""")
_NAMES = text(f"""
    select distinct on (p.procedure_code) p.procedure_code, p.name from catalogue.procedure_v1 as p
    where p.procedure_code = any(cast(:codes as text[])) and {KNOWN.format("p")}
    order by p.procedure_code, p.in_force desc, p.suffix, p.agency_code""")


@dataclass(frozen=True, slots=True)
class Group:
    """So many dossiers of one procedure and channel took so many days, or why nobody knows how many.

    ``agency_code``: theirs, or one above it below which no catalogue names a limit; empty: none above it does.
    """

    agency_code: str
    procedure_code: str
    channel: int
    kind: str
    days: int | None
    number: int


@dataclass(frozen=True, slots=True)
class Asked:
    """An ended dossier whose applicant was asked for supplements, and the version that says when."""

    agency_code: str
    procedure_code: str
    channel: int
    dossier_code: str
    entry: int
    received_on: date
    ended_on: date


async def procedures(
    connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod, after: str | None, most: int
) -> list[str]:
    """The procedures with dossiers handled in the period after the code ``after``, in order."""
    values = {"after": after, "most": most}
    rows = await _run(connection, _procedures(facts_where(scope, as_of)), scope, as_of, period, values)
    return [row[0] for row in rows]


async def groups(
    connection: AsyncConnection,
    scope: Scope,
    as_of: AsOf,
    period: ReportingPeriod,
    codes: Sequence[str],
    catalogues: Collection[str],
) -> list[Group]:
    """The handled dossiers of these procedures, but for those of ``asked``.

    ``catalogues``: the agencies that name limits. Dossiers below the same one of them are told together: they have the
    same limits, and a province's two hundred agencies would make two hundred times as many groups.
    """
    values = {"codes": list(codes), "catalogues": list(catalogues)}
    rows = await _run(connection, _groups(facts_where(scope, as_of)), scope, as_of, period, values)
    return [Group(*row) for row in rows]


async def asked(
    connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod, codes: Sequence[str]
) -> list[Asked]:
    """The dossiers ended in the period whose applicant was asked for something."""
    rows = await _run(connection, _asked(facts_where(scope, as_of)), scope, as_of, period, {"codes": list(codes)})
    return [Asked(*row) for row in rows]


async def ordinals(connection: AsyncConnection, calendar: int) -> dict[date, int]:
    """Working days up to each confirmed day of the calendar."""
    rows = await connection.execute(text(_DAYS), {"calendar": calendar})
    return {row[0]: row[1] for row in rows}


async def limits(
    connection: AsyncConnection, codes: Sequence[str], change: int
) -> dict[tuple[str, str, int], list[CaseLimit]]:
    """The limits of procedures as known at a catalogue change, by catalogue, procedure and channel."""
    found: dict[tuple[str, str, int], list[CaseLimit]] = {}
    for row in await connection.execute(_LIMITS, {"codes": list(codes), "change": change}):
        found.setdefault((row[0], row[1], row[2]), []).append(CaseLimit(row[3], row[4], row[5]))
    return found


async def names(connection: AsyncConnection, codes: Sequence[str], change: int) -> dict[str, str]:
    """The names of procedures; unknown ones are left out."""
    rows = await connection.execute(_NAMES, {"codes": list(codes), "change": change})
    return {row[0]: row[1] for row in rows}


async def _run(
    connection: AsyncConnection,
    statement: str,
    scope: Scope,
    as_of: AsOf,
    period: ReportingPeriod,
    more: dict[str, Any],
) -> Sequence[Any]:
    values = bind(scope, as_of) | {"first": period.first, "last": period.last} | more
    return (await connection.execute(text(statement), only(statement, values))).all()


@lru_cache(maxsize=64)
def _procedures(where: str) -> str:
    return f"""
    select distinct f.procedure_code from {_PERIOD}
    join metrics.fact as f on {TOUCHES} and {_RELEVANT} and {where}
    where cast(:after as text) is null or f.procedure_code > :after
    order by 1 limit :most"""


@lru_cache(maxsize=64)
def _groups(where: str) -> str:
    return f"""
    with day as materialized ({_DAYS})
    select coalesce((select c from unnest(cast(:catalogues as text[])) as c
                     where agency_code = c or starts_with(agency_code, c || '.') order by length(c) desc limit 1), ''),
        procedure_code, channel, kind, days, sum(number)::bigint
    from (
        select agency_code, procedure_code, channel, kind, days, count(*) as number from (
        select f.agency_code, f.procedure_code, f.channel,
            case when {_UNMAPPED} then 'status_unmapped' when {_UNDATED} then 'date_missing'
                 when f.ended_on is null or f.ended_on > b.last then 'still_open' when f.withdrawn then 'withdrawn'
                 when r.n is null or e.n is null then 'calendar_unknown' else '{TIMED}' end as kind,
            case when {_PROCESSED} then e.n - r.n end as days
        from {_PERIOD} join metrics.fact as f on {TOUCHES} and {_RELEVANT} and {where}
        left join day as r on r.day = f.received_on left join day as e on e.day = f.ended_on
        where f.procedure_code = any(cast(:codes as text[])) and not coalesce({_PROCESSED} and {_ASKED}, false)
        ) as each group by agency_code, procedure_code, channel, kind, days
    ) as of_agency
    group by 1, procedure_code, channel, kind, days"""


@lru_cache(maxsize=64)
def _asked(where: str) -> str:
    return f"""
    select f.agency_code, f.procedure_code, f.channel, f.dossier_code, f.valid_from, f.received_on, f.ended_on
    from {_PERIOD} join metrics.fact as f on {TOUCHES} and {where}
    where f.procedure_code = any(cast(:codes as text[])) and {_PROCESSED} and {_ASKED}"""
