"""The state of knowledge an answer rests on, and how ``as_of`` is resolved to one."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.errors import AsOfError, ProjectionBehind
from metrics.domain.question import FigureQuestion
from metrics.repository import ledger, sources
from metrics.repository.scoping import AsOf, LedgerSlice
from metrics.repository.sources import Standing
from shared.runtime.clock import now


@dataclass(frozen=True, slots=True)
class Moment:
    """The state of knowledge an answer rests on: what was asked for, resolved to numbers.

    ``imported``: until when petitions and votes are known, which are imported beside the ledger; None: there is nothing
    yet. ``entered``: the newest change of entered numbers that is known.
    """

    entry: int
    change: int
    calendar: int
    at: datetime | None
    digest: bytes | None
    standing: Standing
    slice: LedgerSlice | None = None
    imported: datetime | None = None
    entered: int = 0

    @property
    def as_of(self) -> AsOf:
        latest = self.entry == self.standing.entry
        return AsOf(self.entry, self.change, latest, self.calendar, self.imported, self.slice)

    @property
    def nothing_aside(self) -> bool:
        """Whether the feeds themselves say that no record was set aside at this entry. Only the newest is known so."""
        here = self.entry == self.standing.entry == self.standing.newest
        return here and not any(feed.quarantined for feed in self.standing.feeds)


async def moment_of(connection: AsyncConnection, question: FigureQuestion, standing: Standing) -> Moment:
    """Resolve ``as_of``. Raises ``AsOfError`` for the future and for before the ledger, ``ProjectionBehind``."""
    change = _up_to("as_of_catalogue", question.as_of_catalogue, standing.change)
    calendar = _up_to("as_of_calendar", question.as_of_calendar, standing.calendar)
    entered = _up_to("as_of_indicators", question.as_of_indicators, standing.entered)
    imported = _imported(question.as_of_imports, standing)
    if question.as_of is None:
        known = Moment(
            standing.entry,
            standing.change,
            standing.calendar,
            standing.at,
            standing.digest,
            standing,
            imported=standing.imported or standing.at,
            entered=standing.entered,
        )
    else:
        known = await _then(connection, question.as_of, standing)
    return replace(
        known,
        change=known.change if change is None else change,
        calendar=known.calendar if calendar is None else calendar,
        imported=imported or known.imported,
        entered=known.entered if entered is None else entered,
    )


def of_paper(moment: Moment, question: FigureQuestion) -> Moment:
    """A paper takes the newest entered numbers unless they, or an instant, are asked for: an office enters them for a
    report after the report's last entry.
    """
    said = question.as_of_indicators is not None or isinstance(question.as_of, datetime)
    return moment if said else replace(moment, entered=moment.standing.entered)


async def _then(connection: AsyncConnection, as_of: int | datetime, standing: Standing) -> Moment:
    """What was known at an entry or instant; the newest entry is as old as any other."""
    found = await _entry(connection, as_of, standing)
    if found.entry > standing.entry:
        raise ProjectionBehind(found.entry, standing.entry)
    instant = as_of if isinstance(as_of, datetime) else found.at
    # The catalogue moves between entries too: what it was when the entry was projected is the best there is.
    then = await sources.known_at(connection, found.entry, instant)
    change = standing.change if then.change is None else then.change
    calendar = standing.calendar if then.calendar is None else then.calendar
    return Moment(found.entry, change, calendar, found.at, found.digest, standing, then.slice, instant, then.entered)


def _up_to(parameter: str, asked: int | None, newest: int) -> int | None:
    if asked is not None and asked > newest:
        raise AsOfError(parameter, f"The newest there is, is {newest}.")
    return asked


def _imported(asked: datetime | None, standing: Standing) -> datetime | None:
    """Entries and imports may be told by a clock ahead of ours: what an answer has told can be sent back."""
    if asked is not None and asked > max(one for one in (now(), standing.at, standing.imported) if one is not None):
        raise AsOfError("as_of_imports", "It lies in the future.")
    return asked


async def _entry(connection: AsyncConnection, as_of: int | datetime, standing: Standing) -> ledger.Entry:
    if isinstance(as_of, datetime):
        if as_of > now():
            raise AsOfError("as_of", "It lies in the future.")
        found = await ledger.entry_at(connection, as_of)
        if found is None:
            raise AsOfError("as_of", "The ledger began later than this instant.")
        return found
    if as_of > standing.newest:
        raise AsOfError("as_of", f"The ledger ends at entry {standing.newest}.")
    found = await ledger.entry(connection, as_of)
    if found is None:
        raise AsOfError("as_of", "The ledger begins with entry 1.")
    return found
