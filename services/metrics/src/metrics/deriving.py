"""The named sets of figures that need more than one table: services, postings, the indices of TT 01/2018, the sync."""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain import posting, tt01
from metrics.domain.period import ReportingPeriod
from metrics.domain.posting import LOOK_BACK_DAYS, Postings, Signed
from metrics.domain.qd766.entered import PAIRS, EnteredNumber
from metrics.domain.qd766.inputs import Ratio
from metrics.domain.qd766.sync import sync_ratio
from metrics.domain.question import Scope
from metrics.repository import calendar, catalogue, coarse, indicators, services
from metrics.repository.scoping import AsOf
from metrics.repository.services import Services
from shared.domain.channel import Channel

Sets = dict[str, int]


async def service_sets(connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> Sets:
    """Procedures by what the dossiers received in the period show of them: used online, charged, paid, connected."""
    return sets_of(await services.of_unit(connection, scope.agency or "", as_of, period) or services.NONE)


def sets_of(found: Services) -> Sets:
    """The same as named sets."""
    return {
        "services_used": found.used,
        "services_unused": found.online - found.used,
        "fee_paid_online": found.paid,
        "fee_not_paid_online": found.fee_bearing - found.paid,
        "fee_charged": found.charged,
        "fee_not_charged": found.fee_bearing - found.charged - found.charge_open,
        "fee_charge_unknown": found.charge_open + found.fee_unknown,
        "people_connected": found.connected,
        "people_not_connected": found.people - found.connected - found.connection_open,
        "people_connection_unknown": found.connection_open + found.people_unknown,
    }


async def posting_sets(connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> Sets:
    """Decisions by whether they were posted in time."""
    found = await postings(connection, scope.agency or "", as_of, period)
    return {"posted_on_time": found.on_time, "posted_late": found.late, "posting_unknown": found.unknown}


async def postings(connection: AsyncConnection, agency: str, as_of: AsOf, period: ReportingPeriod) -> Postings:
    """The decisions about the agency's procedures that count in the period."""
    span = replace(period, first=period.first - timedelta(days=LOOK_BACK_DAYS))
    listed = await catalogue.decision_list(connection, Scope(agency=agency), as_of, span)
    until = period.last + timedelta(days=LOOK_BACK_DAYS)
    days = await calendar.working_calendar(connection, span.first, until, as_of.calendar)
    signed = [Signed(one.kinds, one.signed_on, one.posted_on) for one in listed]
    return posting.judge(signed, period, days, posting.days_allowed(agency))


async def index_9(connection: AsyncConnection, scope: Scope, as_of: AsOf, period: ReportingPeriod) -> int | None:
    """Points of index 9; None: no share can be formed."""
    agency = scope.agency or ""
    offered = await services.of_unit(connection, agency, as_of, period)
    every = (await coarse.counts(connection, [agency], None, as_of, [period]))[agency][0]
    online = (await coarse.counts(connection, [agency], Channel.ONLINE, as_of, [period]))[agency][0]
    received = every.received_online + every.received_other
    overdue = online.late + online.pending_overdue
    procedures, on = (offered.procedures, offered.online) if offered else (0, 0)
    return tt01.online_index(procedures, on, received, every.received_online, overdue)


def index_8(petitions: Sets) -> int:
    """Points of index 8: petitions handled in the period, and those still open after their due day."""
    due = petitions["petitions_on_time"] + petitions["petitions_late"] + petitions["petitions_overdue"]
    return tt01.petitions_index(due, petitions["petitions_on_time"])


async def syncs(connection: AsyncConnection, period: ReportingPeriod, change: int) -> dict[str, Ratio]:
    """Criterion 1.4 of every agency that entered its dossiers on the national portal for exactly these days."""
    report, year = "dossiers_in_national_report", period.first.year - 1
    on_portal = await _entered(connection, "dossiers_on_national_portal", period.first, period.last, change)
    if not on_portal:
        return {}
    in_report = await _entered(connection, report, period.first, period.last, change)
    last_year = await _entered(connection, report, date(year, 1, 1), date(year, 12, 31), change)
    ratios = {
        agency: sync_ratio(number, in_report.get(agency), last_year.get(agency), period.kind)
        for agency, number in on_portal.items()
    }
    return {agency: ratio for agency, ratio in ratios.items() if ratio is not None}


async def pairs(
    connection: AsyncConnection, period: ReportingPeriod, change: int
) -> dict[str, dict[str, EnteredNumber]]:
    """The numbers of ``PAIRS`` that each agency entered for exactly these days, by agency and indicator."""
    names = sorted({name for pair in PAIRS for name in (pair.numerator, pair.denominator)})
    held: dict[str, dict[str, EnteredNumber]] = {}
    for one in await indicators.held(connection, names, period.first, period.last, change):
        if one.content.number is not None:
            number = EnteredNumber(int(one.content.number), one.content.qualifier)
            held.setdefault(one.key.agency, {})[one.key.indicator] = number
    return held


async def _entered(connection: AsyncConnection, indicator: str, first: date, last: date, change: int) -> dict[str, int]:
    found = await indicators.entered_by(connection, indicator, first, last, change)
    return {agency: int(number) for agency, number in found.items()}
