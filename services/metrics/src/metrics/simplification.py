"""The what-if of time limits: how long the dossiers of each procedure took, and what limit they would have kept."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.question import FigureQuestion
from metrics.domain.simplifying import NO_LIMIT, CaseLimit, InForce, catalogues, days_taken, in_force
from metrics.domain.waiting import waits
from metrics.moments import Moment
from metrics.repository import ledger, simplification
from metrics.repository.simplification import TIMED, Group

_BATCH = 5_000
Limits = Mapping[tuple[str, str, int], Sequence[CaseLimit]]


@dataclass(slots=True)
class Way:
    """The dossiers of a procedure that came by one channel under one limit. ``histogram``: working days → dossiers."""

    channel: int
    limit: InForce
    histogram: Counter[int] = field(default_factory=Counter)


@dataclass(slots=True)
class ProcedureTimes:
    """One procedure: its ways, and the dossiers that are in none of them, by reason."""

    procedure_code: str
    name: str | None
    ways: list[Way]
    excluded: Counter[str]


async def times(
    connection: AsyncConnection, question: FigureQuestion, moment: Moment, codes: Sequence[str]
) -> list[ProcedureTimes]:
    """How long the dossiers of these procedures took, in order of the codes. A few statements for all of them."""
    scope, period, as_of = question.scope, question.period, moment.as_of
    limits = await simplification.limits(connection, codes, moment.change)
    found = await simplification.groups(connection, scope, as_of, period, codes, {place[0] for place in limits})
    found += await _asked(connection, question, moment, codes)
    names = await simplification.names(connection, codes, moment.change)
    by_code: dict[str, list[Group]] = {code: [] for code in codes}
    for group in found:
        by_code[group.procedure_code].append(group)
    return [_procedure(code, names.get(code), groups, limits) for code, groups in by_code.items()]


async def _asked(
    connection: AsyncConnection, question: FigureQuestion, moment: Moment, codes: Sequence[str]
) -> list[Group]:
    """Those whose applicant was asked: the days of waiting are taken out of each, by its own version's rounds."""
    one_by_one = await simplification.asked(connection, question.scope, moment.as_of, question.period, codes)
    if not one_by_one:
        return []
    ordinals = await simplification.ordinals(connection, moment.calendar)
    found: list[Group] = []
    for start in range(0, len(one_by_one), _BATCH):
        batch = one_by_one[start : start + _BATCH]
        told = await ledger.versions_of(connection, [(one.dossier_code, one.entry) for one in batch])
        for one in batch:
            waited = waits(told[one.dossier_code, one.entry], one.received_on, one.ended_on)
            days = days_taken(one.received_on, one.ended_on, waited, ordinals)
            kind = "calendar_unknown" if days is None else TIMED
            found.append(Group(one.agency_code, one.procedure_code, one.channel, kind, days, 1))
    return found


def _procedure(code: str, name: str | None, groups: Iterable[Group], limits: Limits) -> ProcedureTimes:
    ways: dict[tuple[int, InForce], Way] = {}
    excluded: Counter[str] = Counter()
    decided: dict[tuple[str, int], InForce] = {}
    for group in groups:
        if group.days is None or group.kind != TIMED:
            excluded[group.kind] += group.number
            continue
        place = (group.agency_code, group.channel)
        if place not in decided:
            decided[place] = _limit(group, limits)
        limit = decided[place]
        way = ways.setdefault((group.channel, limit), Way(group.channel, limit))
        way.histogram[group.days] += group.number
        if limit.lacking is not None:
            excluded[limit.lacking] += group.number
    order = sorted(ways.values(), key=lambda way: (way.channel, way.limit.days is None, way.limit.days or 0))
    return ProcedureTimes(code, name, order, excluded)


def _limit(group: Group, limits: Limits) -> InForce:
    """The nearest catalogue that names a limit for the procedure and channel decides."""
    for agency in catalogues(group.agency_code):
        cases = limits.get((agency, group.procedure_code, group.channel))
        if cases:
            return in_force(cases)
    return NO_LIMIT
