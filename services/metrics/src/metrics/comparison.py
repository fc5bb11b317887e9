"""A figure in two periods side by side: what makes them unlike is found first, and only then are they subtracted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.comparing import Break, Difference, breaks, difference
from metrics.domain.counts import add
from metrics.domain.definitions import Source, Subject
from metrics.domain.errors import FilterError
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion
from metrics.domain.territory import NotAttributable, Succession, as_it_is_now, changes, versions
from metrics.figures import Answer, Counted, Moment, answer, concluded, count, feeds_of, quarantined_for
from metrics.repository import agencies, sources
from shared.runtime.clock import today


@dataclass(frozen=True, slots=True)
class Plan:
    """What is put side by side, before anything is counted.

    ``agencies`` are those whose subtrees are counted on both sides; ``changed`` is by what their territory changed.
    ``known`` is false where the catalogue does not hold the agency, so that its territory is not proven.
    """

    current: FigureQuestion
    other: FigureQuestion
    agencies: tuple[str | None, ...]
    changed: tuple[Succession, ...]
    breaks: tuple[Break, ...]
    known: bool
    now: bool

    @property
    def refused(self) -> tuple[Break, ...]:
        return tuple(one for one in self.breaks if one.refuses)

    def territory(self, period: ReportingPeriod) -> tuple[str, ...]:
        """What is counted in a period: by today's structure the newest version in both."""
        first, last = (date.max, date.max) if self.now else (period.first, period.last)
        return versions(first, last, self.changed)


@dataclass(frozen=True, slots=True)
class Compared:
    """Both answers and their difference."""

    plan: Plan
    current: Answer
    other: Answer
    difference: Difference


async def plan(
    connection: AsyncConnection, question: FigureQuestion, other: ReportingPeriod, moment: Moment, *, now: bool
) -> Plan:
    """What the comparison would be. ``now``: both periods by what the agency is made of today.

    Raises ``FilterError`` for a figure that has no two periods to compare, or cannot be followed back.
    """
    if question.figure.source is not Source.RECORDS:
        raise FilterError(
            "figure", f"The figure {question.figure.id} is not counted from records: it has no difference."
        )
    agency, day = question.scope.agency, today()
    told = [one for one in await agencies.successions(connection) if one.succeeded_on <= day]
    named = {} if agency is None else await agencies.named(connection, [agency], moment.change, question.period.last)
    level = named[agency].level if agency in named else None
    counted: tuple[str | None, ...] = (agency,)
    if now:
        counted = _as_now(question, level, told)
    changed = [] if agency is None else changes(agency, level, told)
    unlike = breaks(question.figure, question.period, other, [] if now else changed)
    known = agency is None or agency in named
    return Plan(question, replace(question, period=other), counted, tuple(changed), tuple(unlike), known, now)


def _as_now(question: FigureQuestion, level: str | None, told: Sequence[Succession]) -> tuple[str | None, ...]:
    agency = question.scope.agency
    if agency is None:
        return (None,)
    try:
        counted = as_it_is_now(agency, level, told)
    except NotAttributable as error:
        raise FilterError("structure", f"The past of the agency as it is now cannot be counted: {error}.") from None
    if len(counted) > 1 and question.figure.subject is not Subject.DOSSIERS:
        raise FilterError("structure", "Only figures of dossiers can be added over agencies that became one.")
    return counted


async def compare(connection: AsyncConnection, planned: Plan, moment: Moment) -> Compared:
    """Both answers in the caller's snapshot, as of one moment."""
    current = await _answer(connection, planned.current, planned.agencies, moment)
    other = await _answer(connection, planned.other, planned.agencies, moment)
    return Compared(planned, current, other, difference(current.numbers, other.numbers))


async def _answer(
    connection: AsyncConnection, question: FigureQuestion, counted: Sequence[str | None], moment: Moment
) -> Answer:
    """The figure over agencies that share no dossier, as if they had been one."""
    if len(counted) == 1:
        return await answer(connection, question, moment)
    each = [replace(question, scope=replace(question.scope, agency=agency)) for agency in counted]
    parts = [(await count(connection, one, [one.period], moment))[0] for one in each]
    feeds = tuple(dict.fromkeys(feed for one in each for feed in feeds_of(one, moment)))
    held = sum([await quarantined_for(connection, one, moment) for one in each])
    found = concluded(question, _sum(parts), moment, feeds, held)
    return _unsettled(found, question, counted[1:], moment)


def _unsettled(found: Answer, question: FigureQuestion, others: Sequence[str | None], moment: Moment) -> Answer:
    """The answer with what portals count otherwise in the other agencies, for it was concluded for the first alone."""
    rows, period = moment.standing.unexplained, question.period
    records = sum(sources.unexplained(rows, agency, period) for agency in others)
    if not records:
        return found
    own = sources.unexplained(rows, question.scope.agency, period)
    flags = tuple(flag for flag in found.flags if flag[0] != "unexplained_records")
    return replace(found, complete=False, flags=(*flags, ("unexplained_records", own + records)))


def _sum(parts: Sequence[Counted]) -> Counted:
    names = parts[0].sets
    sets = {name: sum(part.sets[name] for part in parts) for name in names}
    dossiers = [part.dossiers for part in parts if part.dossiers is not None]
    return Counted(sets, dossiers=reduce(add, dossiers))
