"""What an agency is made of, then and now: whose dossiers a question about several periods adds up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import add
from metrics.domain.definitions import Subject
from metrics.domain.errors import FilterError
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion
from metrics.domain.territory import NotAttributable, Succession, as_it_is_now, changes, versions
from metrics.figures import Counted
from metrics.moments import Moment
from metrics.repository import agencies
from shared.runtime.clock import today


@dataclass(frozen=True, slots=True)
class Structure:
    """``agencies`` are those whose subtrees are counted, ``changed`` is by what their territory changed.

    ``known`` is false where the catalogue does not hold the agency, so that its territory is not proven. ``now``: every
    period is counted by what the agency is made of today.
    """

    agencies: tuple[str | None, ...]
    changed: tuple[Succession, ...]
    known: bool
    now: bool

    @property
    def unlike(self) -> tuple[Succession, ...]:
        """The changes that make periods unlike: none, where all are counted by one structure."""
        return () if self.now else self.changed

    def territory(self, period: ReportingPeriod) -> tuple[str, ...]:
        """What is counted in a period: by today's structure the newest version in every one."""
        first, last = (date.max, date.max) if self.now else (period.first, period.last)
        return versions(first, last, self.changed)


async def structure_of(
    connection: AsyncConnection, question: FigureQuestion, moment: Moment, *, now: bool
) -> Structure:
    """The structure of the question's agency. Raises ``FilterError`` where its past cannot be followed back."""
    agency, day = question.scope.agency, today()
    if agency is None:
        return Structure((None,), (), known=True, now=now)
    told = [one for one in await agencies.successions(connection) if one.succeeded_on <= day]
    named = await agencies.named(connection, [agency], moment.change, question.period.last)
    level = named[agency].level if agency in named else None
    counted = _as_now(question, agency, level, told) if now else (agency,)
    return Structure(counted, tuple(changes(agency, level, told)), agency in named, now)


def _as_now(question: FigureQuestion, agency: str, level: str | None, told: Sequence[Succession]) -> tuple[str, ...]:
    try:
        counted = as_it_is_now(agency, level, told)
    except NotAttributable as error:
        raise FilterError("structure", f"The past of the agency as it is now cannot be counted: {error}.") from None
    if len(counted) > 1 and question.figure.subject is not Subject.DOSSIERS:
        raise FilterError("structure", "Only figures of dossiers can be added over agencies that became one.")
    return counted


def added_up(parts: Sequence[Counted]) -> Counted:
    """The counts of agencies that share no dossier, as if they had been one."""
    if len(parts) == 1:
        return parts[0]
    sets = {name: sum(part.sets[name] for part in parts) for name in parts[0].sets}
    return Counted(sets, dossiers=reduce(add, [part.dossiers for part in parts if part.dossiers is not None]))
