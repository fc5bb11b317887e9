"""Counts procedures and publication decisions in the catalogue's published history.

A stock is what is in force on a day by the effective days, as known at a catalogue change: a later change of a
procedure's level must not move an old answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.repository.scoping import AsOf, bind, only
from shared.domain.level import DecisionKind, OnlineLevel

KNOWN = "{0}.change_from <= :change and ({0}.change_to is null or {0}.change_to > :change)"
# Null valid_to with in_force false: ended, nobody knows when; it is in no stock.
IN_FORCE = """(p.valid_from is null or p.valid_from <= :last)
      and (p.valid_to > :last or (p.valid_to is null and p.in_force))"""
SUBTREE = "(cast(:agency as text) is null or {0}.agency_code = :agency or {0}.agency_code like :agency || '.%')"

_PROCEDURES = text(f"""
    select count(distinct code), count(distinct code) filter (where online = '{OnlineLevel.FULL.value}'),
        count(distinct code) filter (where online = '{OnlineLevel.PARTIAL.value}'),
        count(distinct code) filter (where fee)
    from (
        select p.procedure_code || p.suffix as code,
            case when bool_or(p.online_level = '{OnlineLevel.FULL.value}') then '{OnlineLevel.FULL.value}'
                 when bool_or(p.online_level = '{OnlineLevel.PARTIAL.value}') then '{OnlineLevel.PARTIAL.value}'
            end as online, bool_or(p.fee_bearing) as fee
        from catalogue.procedure_v1 as p
        where {KNOWN.format("p")} and {IN_FORCE} and {SUBTREE.format("p")}
          and (cast(:procedure as text) is null or p.procedure_code = :procedure)
          and (cast(:field as text) is null or p.field_code = :field)
          and (cast(:level as text) is null or :level = any(p.levels))
        group by 1) as q""")

_DECISIONS = text(f"""
    select kind, count(*) from (
        select distinct d.agency_code, d.number, d.signed_on, unnest(d.kinds || array['']) as kind
        from catalogue.decision_v1 as d
        where {KNOWN.format("d")} and d.signed_on between :first and :last and {SUBTREE.format("d")}
          and (cast(:kind as text) is null or :kind = any(d.kinds))) as pairs
    group by kind order by kind""")

# A procedure in several catalogues of a unit is one procedure there, complete where one of them has it whole.
_CONTENTS = text(f"""
    select count(*) filter (where whole), count(*) filter (where told and not whole), count(*) filter (where not told)
    from (
        select coalesce(bool_or(p.missing_parts = '{{}}'), false) as whole,
            bool_or(p.missing_parts is not null) as told
        from catalogue.procedure_v2 as p
        where {KNOWN.format("p")} and {IN_FORCE} and {SUBTREE.format("p")}
          and (cast(:procedure as text) is null or p.procedure_code = :procedure)
          and (cast(:field as text) is null or p.field_code = :field)
          and (cast(:level as text) is null or :level = any(p.levels))
        group by p.procedure_code || p.suffix) as q""")

# Decisions that only standardise, or are about internal procedures, publish nothing by NĐ 63/2010, Điều 14.
_PUBLISHING = (DecisionKind.NEW, DecisionKind.AMENDED, DecisionKind.REPLACED, DecisionKind.ABOLISHED)
_DECIDED = text(f"""
    select count(distinct code), count(distinct (number, signed_on)) filter (where code is null) from (
        select d.number, d.signed_on, c.code
        from catalogue.decision_v2 as d
        left join lateral unnest(d.new || d.modified || d.rescinded) as c(code) on true
        where {KNOWN.format("d")} and d.signed_on between :first and :last and {SUBTREE.format("d")}
          and d.kinds && array[{", ".join(f"'{kind.value}'" for kind in _PUBLISHING)}]) as q""")

_DECISION_LIST = text(f"""
    select distinct d.number, d.kinds, d.signed_on, d.effective_on, d.posted_on from catalogue.decision_v1 as d
    where {KNOWN.format("d")} and d.signed_on between :first and :last and {SUBTREE.format("d")}
    order by d.signed_on, d.number""")

# A dossier names its procedure and nothing of its own catalogue: any catalogue that has it with a fee says so.
_FEE_BEARING = text(f"""
    select distinct p.procedure_code from catalogue.procedure_v1 as p
    where p.fee_bearing and {KNOWN.format("p")} and {IN_FORCE}""")

_FIELDS = text(f"""
    select distinct p.field_code collate "C" from catalogue.procedure_v1 as p
    where {KNOWN.format("p")} and {SUBTREE.format("p")} and p.field_code collate "C" > :after
    order by 1 limit :most""")
_FIELD_NAMES = text(f"""
    select distinct on (f.field_code) f.field_code, f.name from catalogue.field_v1 as f
    where f.field_code = any(cast(:codes as text[])) and {KNOWN.format("f")}
    order by f.field_code, f.change_from desc""")


@dataclass(frozen=True, slots=True)
class ListedDecision:
    """One publication decision; ``kinds`` are DecisionKind values, a day that nobody told is None."""

    number: str
    kinds: tuple[str, ...]
    signed_on: date
    effective_on: date | None
    posted_on: date | None


class Decided(NamedTuple):
    """Procedures, each once however many decisions touch it; ``unlisted``: decisions that name none of theirs."""

    procedures: int
    unlisted: int


async def procedures(connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> dict[str, int]:
    """``procedures``, ``full_online``, ``partial_online``, ``fee_bearing`` at the period's last day."""
    row = (await connection.execute(_PROCEDURES, _values(str(_PROCEDURES), scope, as_of, period))).one()
    return dict(zip(("procedures", "full_online", "partial_online", "fee_bearing"), row, strict=True))


async def contents(connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> dict[str, int]:
    """Procedures in force at the period's last day by whether their publication has every mandatory part."""
    row = (await connection.execute(_CONTENTS, _values(str(_CONTENTS), scope, as_of, period))).one()
    return dict(zip(("content_full", "content_partial", "content_unknown"), row, strict=True))


async def decided(connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> Decided:
    """What the decisions signed in the period that bring in, change or end procedures say of how many."""
    return Decided(*(await connection.execute(_DECIDED, _values(str(_DECIDED), scope, as_of, period))).one())


async def decisions(
    connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod
) -> tuple[dict[str, int], dict[str, int]]:
    """(``decisions`` and ``decision_kinds`` signed in the period, the count of each kind)."""
    rows = await connection.execute(_DECISIONS, _values(str(_DECISIONS), scope, as_of, period))
    kinds = {row[0]: row[1] for row in rows}
    total = kinds.pop("", 0)
    if scope.kind is not None:
        kinds = {kind: count for kind, count in kinds.items() if kind == scope.kind}
    return {"decisions": total, "decision_kinds": sum(kinds.values())}, kinds


async def decision_list(
    connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod
) -> list[ListedDecision]:
    """The decisions signed in the period, by day and number."""
    rows = await connection.execute(_DECISION_LIST, _values(str(_DECISION_LIST), scope, as_of, period))
    return [ListedDecision(row[0], tuple(row[1] or ()), row[2], row[3], row[4]) for row in rows]


async def fee_bearing(connection: AsyncConnection, as_of: AsOf, last: date) -> list[str]:
    """The codes of the procedures that bear a fee on a day, as known at the catalogue change."""
    rows = await connection.execute(_FEE_BEARING, {"change": as_of.change, "last": last})
    return list(rows.scalars())


async def keys(connection: AsyncConnection, scope: Scope, as_of: AsOf, after: str, most: int) -> list[str]:
    """The fields that the catalogue's procedures belong to, after the code ``after``, in order."""
    values = only(str(_FIELDS), bind(scope, as_of) | {"after": after, "most": most})
    return list((await connection.execute(_FIELDS, values)).scalars())


async def field_names(connection: AsyncConnection, codes: Sequence[str], as_of: AsOf) -> dict[str, str]:
    """The names of fields, as known at the catalogue change; unknown codes are left out."""
    rows = await connection.execute(_FIELD_NAMES, {"codes": list(codes), "change": as_of.change})
    return {row[0]: row[1] for row in rows}


def _values(statement: str, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> dict[str, object]:
    return only(statement, bind(scope, as_of) | {"first": period.first, "last": period.last})
