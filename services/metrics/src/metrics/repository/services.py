"""Procedures by online level, and which of the online ones had an online dossier: for a unit, or for each below it."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.domain.traits import Trait
from metrics.repository.catalogue import IN_FORCE, KNOWN
from metrics.repository.scoping import AsOf, bind, facts_where, only
from shared.domain.channel import Channel
from shared.domain.level import OnlineLevel

_ITSELF = "cast(:agency as text)"
_BELOW = (
    "cast(:agency as text) || '.' || split_part(substr({0}.agency_code, length(cast(:agency as text)) + 2), '.', 1)"
)
_UNDER = {_ITSELF: "({0}.agency_code = :agency or {0}.agency_code like :agency || '.%')"}
_UNDER[_BELOW] = "{0}.agency_code like :agency || '.%'"

_HAD_TO_PAY = Trait.PAID_ONLINE | Trait.PAID_OTHERWISE
_PAYMENT_TOLD = _HAD_TO_PAY | Trait.PAID_NOTHING
_CITIZEN_TOLD = Trait.CITIZEN_DATA | Trait.NO_CITIZEN_DATA

# A procedure in several catalogues of a unit is one procedure there; its best online service counts.
_SERVICES = f"""
    with received as (
        select {{fact_unit}} as unit, f.procedure_code, bool_or(f.channel = {int(Channel.ONLINE)}) as used,
            bool_or(f.traits & {int(Trait.PAID_ONLINE)} <> 0) as paid,
            bool_or(f.traits & {int(_HAD_TO_PAY)} <> 0) as charged,
            bool_or(f.traits & {int(_PAYMENT_TOLD)} = 0) as charge_open,
            bool_or(f.traits & {int(Trait.CITIZEN_DATA)} <> 0) as connected,
            bool_or(f.traits & {int(_CITIZEN_TOLD)} = 0) as connection_open
        from metrics.fact as f
        where {{facts}} and {{fact_under}} and f.reason is null and f.received_on between :first and :last
        group by 1, 2),
    offered as (
        select {{procedure_unit}} as unit, p.procedure_code || p.suffix as code, p.procedure_code,
            bool_or(p.online_level = '{OnlineLevel.FULL.value}') as whole, bool_or(p.fee_bearing) as fee,
            bool_or(p.online_level in ('{OnlineLevel.FULL.value}', '{OnlineLevel.PARTIAL.value}')) as online,
            bool_or(p.for_people) as people
        from catalogue.procedure_v2 as p
        where {KNOWN.format("p")} and {IN_FORCE} and {{procedure_under}}
        group by 1, 2, 3)
    select o.unit, count(*), count(*) filter (where o.whole), count(*) filter (where o.online and not o.whole),
        count(*) filter (where o.online and r.used),
        count(*) filter (where o.fee), count(*) filter (where o.fee and r.paid),
        count(*) filter (where o.fee and r.charged), count(*) filter (where o.fee and not r.charged and r.charge_open),
        count(*) filter (where o.fee is null),
        count(*) filter (where o.people), count(*) filter (where o.people and r.connected),
        count(*) filter (where o.people and not r.connected and r.connection_open),
        count(*) filter (where o.people is null)
    from offered as o left join received as r on r.unit = o.unit and r.procedure_code = o.procedure_code
    group by o.unit"""


@dataclass(frozen=True, slots=True)
class Services:
    """Procedures in force at the period's end.

    ``used``: online ones with an online dossier received in the period; ``paid``: fee-bearing ones with a dossier
    received in the period and paid online; ``charged``: with one that had to pay at all. ``people``: those persons may
    carry out; ``connected``: of these with a dossier received in the period that used the population database.
    ``…_open``: without one, and with a dossier that does not tell. ``…_unknown``: the catalogue does not tell.
    """

    procedures: int
    full: int
    partial: int
    used: int
    fee_bearing: int
    paid: int
    charged: int
    charge_open: int
    fee_unknown: int
    people: int
    connected: int
    connection_open: int
    people_unknown: int

    @property
    def online(self) -> int:
        return self.full + self.partial


NONE = Services(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
"""A unit whose catalogues hold no procedure."""


async def of_unit(connection: AsyncConnection, agency: str, as_of: AsOf, period: ReportingPeriod) -> Services | None:
    """The unit's with everything below it; None: its catalogues hold no procedure."""
    return (await _counted(connection, agency, as_of, period, _ITSELF)).get(agency)


async def below(connection: AsyncConnection, agency: str, as_of: AsOf, period: ReportingPeriod) -> dict[str, Services]:
    """The same for each agency one level below; one whose catalogues hold no procedure is left out."""
    return await _counted(connection, agency, as_of, period, _BELOW)


async def _counted(
    connection: AsyncConnection, agency: str, as_of: AsOf, period: ReportingPeriod, unit: str
) -> dict[str, Services]:
    scope, under = Scope(agency=agency), _UNDER[unit]
    statement = _SERVICES.format(
        fact_unit=unit.format("f"),
        facts=facts_where(scope, as_of),
        fact_under=under.format("f"),
        procedure_unit=unit.format("p"),
        procedure_under=under.format("p"),
    )
    values = bind(scope, as_of) | {"first": period.first, "last": period.last}
    rows = await connection.execute(text(statement), only(statement, values))
    return {row[0]: Services(*row[1:]) for row in rows}
