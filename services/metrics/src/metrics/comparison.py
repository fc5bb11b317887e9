"""A figure in two periods side by side: what makes them unlike is found first, and only then are they subtracted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.comparing import Break, Difference, breaks, difference
from metrics.domain.definitions import Source
from metrics.domain.errors import FilterError
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion
from metrics.figures import Answer, answer, concluded, count, feeds_of, quarantined_for
from metrics.moments import Moment
from metrics.repository import sources
from metrics.structure import Structure, added_up, structure_of


@dataclass(frozen=True, slots=True)
class Plan:
    """What is put side by side, before anything is counted."""

    current: FigureQuestion
    other: FigureQuestion
    structure: Structure
    breaks: tuple[Break, ...]

    @property
    def refused(self) -> tuple[Break, ...]:
        return tuple(one for one in self.breaks if one.refuses)


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
    found = await structure_of(connection, question, moment, now=now)
    unlike = breaks(question.figure, question.period, other, found.unlike)
    return Plan(question, replace(question, period=other), found, tuple(unlike))


async def compare(connection: AsyncConnection, planned: Plan, moment: Moment) -> Compared:
    """Both answers in the caller's snapshot, as of one moment."""
    current = await _answer(connection, planned.current, planned.structure.agencies, moment)
    other = await _answer(connection, planned.other, planned.structure.agencies, moment)
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
    found = concluded(question, added_up(parts), moment, feeds, held)
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
