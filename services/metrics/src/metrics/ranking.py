"""The rows of a figure in the order of their values, as far as the records prove it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.definitions import Subject
from metrics.domain.errors import FilterError
from metrics.domain.question import FigureQuestion
from metrics.domain.ranking import Contender, Place, ranked
from metrics.figures import feeds_of
from metrics.moments import Moment
from metrics.repository import sources
from metrics.repository.sources import Feed
from metrics.series import Row, rows

RankedBy = Literal["agency", "procedure", "field", "channel", "level"]
MOST_RANKED = 2_000
"""Rows that are ranked at most: a province has some 150 agencies and two thousand procedures."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One row with its place. ``proven``: its sources are there, up to date, and count as we do."""

    row: Row
    place: Place
    proven: bool


async def ranking(
    connection: AsyncConnection, question: FigureQuestion, by: RankedBy, moment: Moment, *, highest_first: bool
) -> list[Ranked]:
    """Every row, best place first. Raises ``FilterError`` where there are more than ``MOST_RANKED``."""
    found = await rows(connection, question, by, None, MOST_RANKED + 1, moment)
    if len(found) > MOST_RANKED:
        raise FilterError("by", f"There are more than {MOST_RANKED} rows to rank: narrow the agency or another filter.")
    feeds = feeds_of(question, moment)
    proven = {row.key: _proven(row, _touching(feeds, by, row.key, question.scope.agency)) for row in found}
    proven = {row.key: proven[row.key] and _settled(question, by, row, moment) for row in found}
    contenders = [_contender(row, proven=proven[row.key]) for row in found]
    if by == "agency":
        contenders += _never_seen(feeds, proven.keys() - {question.scope.agency})
    of_key = {row.key: row for row in found}
    places = ranked(contenders, highest_first=highest_first)
    return [Ranked(of_key[place.key], place, proven[place.key]) for place in places if place.key in of_key]


def _never_seen(feeds: Sequence[Feed], rows: Collection[str]) -> list[Contender]:
    """A silent portal of which nothing came yet: it is no row, for it would be a row of zeros, but it takes a place."""
    silent = [feed for feed in feeds if feed.state != "fresh" and not any(feed.touches(key) for key in rows)]
    return [Contender(f"{feed.feed} has brought nothing", None, proven=False) for feed in silent]


def _contender(row: Row, *, proven: bool) -> Contender:
    numbers = row.numbers
    return Contender(row.key, numbers.interval, proven, cases=numbers.denominator != 0 or numbers.unknown > 0)


def _touching(feeds: Sequence[Feed], by: RankedBy, key: str, asked: str | None) -> Sequence[Feed]:
    """The feeds a row rests on. The row of the agency asked about is its own dossiers, without those below it."""
    if by != "agency":
        return feeds
    return [feed for feed in feeds if (feed.holds(key) if key == asked else feed.touches(key))]


def _proven(row: Row, feeds: Sequence[Feed]) -> bool:
    """A period that is not over is cut at the same day for all, so it is no obstacle; a silent portal is.

    A row of nothing for which no portal is responsible is nothing: an agency that keeps no dossiers of its own.
    """
    return all(feed.state == "fresh" for feed in feeds) and (bool(feeds) or _nothing(row))


def _settled(question: FigureQuestion, by: RankedBy, row: Row, moment: Moment) -> bool:
    """Whether no portal counts the row's records otherwise than we do for a reason nobody knows."""
    if question.figure.subject is not Subject.DOSSIERS or _nothing(row):
        return True
    agency = row.key if by == "agency" else question.scope.agency
    return not sources.unexplained(moment.standing.unexplained, agency, question.period)


def _nothing(row: Row) -> bool:
    return row.numbers.numerator == 0 and not row.numbers.denominator
