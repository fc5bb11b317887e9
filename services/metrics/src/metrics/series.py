"""A figure row by row: for each agency below, procedure, field, channel, level, month, quarter or year."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.comparing import Break, breaks
from metrics.domain.definitions import Source, Subject
from metrics.domain.errors import FilterError
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion
from metrics.domain.ratio import Numbers
from metrics.figures import Counted, adder, aside, count, feeds_of, is_coarse, needed_for_numbers, of_dossiers
from metrics.moments import Moment
from metrics.repository import catalogue, coarse, counting, sources, tallies
from metrics.structure import Structure, added_up
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel

By = Literal["agency", "procedure", "field", "channel", "level", "month", "quarter", "year"]
_TIME = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``period`` differs from the question's only in a series over time; ``breaks``: in what it is unlike the
    row before it.
    """

    key: str
    period: ReportingPeriod
    numbers: Numbers
    breaks: tuple[Break, ...] = ()


_Found = list[tuple[str, ReportingPeriod, Counted]]


def check_by(question: FigureQuestion, by: By) -> None:
    """Raises ``FilterError`` naming ``by`` where such rows have no meaning for the figure."""
    figure = question.figure
    if figure.source is not Source.RECORDS:
        raise FilterError("by", f"The figure {figure.id} is not counted from records: it has no rows.")
    if by in _TIME:
        return
    possible = by in figure.filters or (by == "agency" and figure.subject is Subject.DOSSIERS)
    if not possible or (by == "channel" and figure.channel is not None):
        raise FilterError("by", f"The figure {figure.id} has no rows by {by}.")


def check_structure(question: FigureQuestion, by: By, *, now: bool) -> None:
    """Raises ``FilterError`` naming ``structure``: only rows over time are of periods with other structures."""
    if now and by not in _TIME:
        raise FilterError("structure", "Only rows by month, quarter or year are counted by today's structure.")


def breaks_of(question: FigureQuestion, by: By, structure: Structure) -> dict[str, tuple[Break, ...]]:
    """In what each piece of time is unlike the one before it, by key; nothing for other rows."""
    if by not in _TIME:
        return {}
    pieces = list(question.period.pieces(by))
    unlike = {
        label(later, by): breaks(question.figure, later, earlier, structure.unlike)
        for earlier, later in pairwise(pieces)
    }
    return {key: tuple(found) for key, found in unlike.items() if found}


async def rows(
    connection: AsyncConnection,
    question: FigureQuestion,
    by: By,
    after: str | None,
    most: int,
    moment: Moment,
    structure: Structure | None = None,
) -> list[Row]:
    """At most ``most`` rows after the key ``after``, in key order. ``structure``: whose dossiers are added up.

    A quarantined record may belong to any row: each row's bounds allow for all that the question touches. A dossier
    belongs to one row, except by level, where its procedure may be decided at several.
    """
    kind = sources.PETITIONS if question.figure.subject is Subject.PETITIONS else sources.DOSSIERS
    each = [question] if structure is None else _each(question, structure)
    feeds = tuple(dict.fromkeys(feed for one in each for feed in feeds_of(one, moment)))
    held = sum(feed.quarantined for feed in feeds)
    if question.figure.subject in (Subject.DOSSIERS, Subject.PETITIONS):
        period, basis = question.period, question.figure.basis
        held = sum([await aside(connection, one.effective_scope, moment, period, basis, kind) for one in each])
    if len(each) > 1:
        found = await _over_agencies(connection, each, by, after, most, moment)
    else:
        found = await _counted(connection, question, by, after, most, moment)
    unlike = {} if structure is None else breaks_of(question, by, structure)
    numbers = adder(question.figure)
    return [Row(key, period, numbers(counted.sets, held), unlike.get(key, ())) for key, period, counted in found]


def _each(question: FigureQuestion, structure: Structure) -> list[FigureQuestion]:
    return [replace(question, scope=replace(question.scope, agency=agency)) for agency in structure.agencies]


async def _over_agencies(
    connection: AsyncConnection, each: Sequence[FigureQuestion], by: By, after: str | None, most: int, moment: Moment
) -> _Found:
    """Pieces of time over agencies that became one: they share no dossier."""
    parts = [await _by_time(connection, one, by, after, most, moment) for one in each]
    return [(same[0][0], same[0][1], added_up([one[2] for one in same])) for same in zip(*parts, strict=True)]


async def _counted(
    connection: AsyncConnection, question: FigureQuestion, by: By, after: str | None, most: int, moment: Moment
) -> _Found:
    dossiers = question.figure.subject is Subject.DOSSIERS
    if by in _TIME:
        return await _by_time(connection, question, by, after, most, moment)
    if by == "agency":
        return await _by_agency(connection, question, after, most, moment)
    if by == "procedure" or (by == "field" and dossiers):
        scope, period = question.effective_scope, question.period
        sets = needed_for_numbers(question.figure)
        groups = await counting.by_key(connection, scope, moment.as_of, period, by, after, most, sets)
        return [(key, period, of_dossiers(question.figure, counts)) for key, counts in groups]
    narrowed = await _narrowed(connection, question, by, after, most, moment)
    return [(key, q.period, (await count(connection, q, [q.period], moment))[0]) for key, q in narrowed]


async def _by_time(
    connection: AsyncConnection, question: FigureQuestion, by: str, after: str | None, most: int, moment: Moment
) -> _Found:
    labelled = [(label(piece, by), piece) for piece in question.period.pieces(by)]
    wanted = [(key, piece) for key, piece in labelled if after is None or key > after][:most]
    counted = await count(connection, question, [piece for _, piece in wanted], moment)
    return [(key, piece, each) for (key, piece), each in zip(wanted, counted, strict=True)]


def label(piece: ReportingPeriod, unit: str) -> str:
    """The calendar piece's name, also when it is cut: 2024-08, 2024-Q3 or 2024."""
    year, month = piece.first.year, piece.first.month
    return {"month": f"{year}-{month:02}", "quarter": f"{year}-Q{(month + 2) // 3}", "year": str(year)}[unit]


async def _by_agency(
    connection: AsyncConnection, question: FigureQuestion, after: str | None, most: int, moment: Moment
) -> _Found:
    """The agency itself without those below it, then each directly below it with its subtree."""
    scope, period, figure = question.effective_scope, question.period, question.figure
    found: _Found = []
    if scope.agency is not None and after is None:
        own = replace(question, scope=replace(question.scope, alone=True))
        found.append((scope.agency, period, (await count(connection, own, [period], moment))[0]))
    start = after if after is not None and after != scope.agency else ""
    sets, most = needed_for_numbers(figure), most - len(found)
    if is_coarse(scope, sets):
        below = await coarse.counts_below(
            connection, scope.agency or "", start, most, scope.channel, moment.as_of, period, sets
        )
        return found + [(child, period, Counted(counts)) for child, counts in below.items()]
    for child in await tallies.children(connection, scope.agency or "", start, most):
        narrow = replace(question, scope=replace(question.scope, agency=child))
        found.append((child, period, (await count(connection, narrow, [period], moment))[0]))
    return found


async def _narrowed(
    connection: AsyncConnection, question: FigureQuestion, by: By, after: str | None, most: int, moment: Moment
) -> Sequence[tuple[str, FigureQuestion]]:
    """The question once for each key, where keys are few."""
    scope = question.scope
    if by == "channel":
        every = [(c.name, replace(scope, channel=c)) for c in Channel if scope.channel in (None, c)]
    elif by == "level":
        every = [(v.value, replace(scope, level=v)) for v in AuthorityLevel if scope.level in (None, v)]
    else:
        codes = await catalogue.keys(connection, scope, moment.as_of, after or "", most)
        every = [(code, replace(scope, field=code)) for code in codes if scope.field in (None, code)]
    wanted = [(key, narrow) for key, narrow in sorted(every, key=lambda pair: pair[0]) if after is None or key > after]
    return [(key, replace(question, scope=narrow)) for key, narrow in wanted[:most]]
