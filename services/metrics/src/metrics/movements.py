"""Which steps of which dossiers moved which numbers between two moments, each under its one cause.

What a version counts is asked of the conditions that answer figures, grouped by version: no rule is written twice.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.claims import Claim
from metrics.domain.counts import PeriodCounts
from metrics.domain.definitions import FigureDefinition, Subject
from metrics.domain.errors import AsOfError
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.domain.restating import Cause, Known, Version, cause_of, steps
from metrics.figures import added, of_dossiers
from metrics.forms.ii06 import By, placed
from metrics.moments import Moment
from metrics.repository import counting, restatement

MOST_CHANGED = 200_000
"""Dossiers one restatement takes in: more is a job for the night, not for a request."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CODES_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of one dossier, or of one petition, that moved a number. ``agency`` is the version's own.

    ``entry`` brought a dossier's version; a petition's was imported at ``recorded_at``.
    """

    code: str
    entry: int | None
    agency: str
    cause: Cause
    numerator: int
    denominator: int
    recorded_at: datetime | None = None

    @property
    def step(self) -> int:
        """A number that grows along the steps of one code."""
        if self.entry is not None or self.recorded_at is None:
            return self.entry or 0
        return (self.recorded_at - EPOCH) // timedelta(microseconds=1)


@dataclass(slots=True)
class _Counting:
    """Claims that are counted alike: (place in the list, figure) by the form's row they stand in; None: no row."""

    numbered: dict[str | None, list[tuple[int, FigureDefinition]]] = field(default_factory=dict)

    @property
    def sets(self) -> tuple[str, ...]:
        """Every set that one of the figures is made of."""
        figures = [figure for row in self.numbered.values() for _, figure in row]
        return tuple(dict.fromkeys(name for figure in figures for name in figure.sets))

    def moved(
        self, left: str | None, entered: str, old: PeriodCounts | None, new: PeriodCounts | None
    ) -> Iterator[tuple[int, int, int]]:
        """Each claim the step from one row into another moves: its place, and by how much above and below the line."""
        if old == new and left in (None, entered):
            return
        for row in dict.fromkeys((None, left, entered)):
            for number, figure in self.numbered.get(row, ()):
                was = _counted(figure, old if row is None or row == left else None)
                is_ = _counted(figure, new if row is None or row == entered else None)
                if was != is_:
                    yield number, is_[0] - was[0], is_[1] - was[1]


async def movements(
    connection: AsyncConnection, claims: Sequence[Claim], agency: str, then: Moment, now: Moment, first: str
) -> AsyncGenerator[tuple[int, Moved], None]:
    """Every step that moves a claim, with the claim's place in the list, by dossier code from ``first`` on.

    Claims that do not count dossiers are passed over. Raises ``AsOfError`` where too many dossiers changed.
    """
    alike = _alike(claims)
    if not alike or then.entry == now.entry:
        return
    codes = await restatement.changed(connection, agency, then.entry, now.entry, first, MOST_CHANGED + 1)
    if len(codes) > MOST_CHANGED:
        raise AsOfError("as_of", f"More than {MOST_CHANGED} dossiers changed; ask as of an earlier entry.")
    known = Known(
        await restatement.let_in(connection, then.entry, now.entry),
        await restatement.relimited(connection, then.change, now.change),
    )
    as_of = replace(now, change=then.change).as_of
    for start in range(0, len(codes), _CODES_A_TIME):
        portion = codes[start : start + _CODES_A_TIME]
        chains = await restatement.versions(connection, portion, then.entry, now.entry)
        rows = {key: await _rows(connection, key, chains, as_of.change) for key in alike}
        counts = {
            key: await counting.by_version(connection, key[0], as_of, key[1], portion, then.entry, one.sets)
            for key, one in alike.items()
        }
        for _, chain in groupby(chains, key=lambda version: version.code):
            for moved in _of_chain(list(chain), then.entry, known, alike, counts, rows):
                yield moved
        await asyncio.sleep(0)


_Key = tuple[Scope, ReportingPeriod, By]
_Rows = Mapping[tuple[str, int], str]
_Counts = Mapping[tuple[str, int], PeriodCounts]


def _alike(claims: Sequence[Claim]) -> dict[_Key, _Counting]:
    """Claims that count dossiers, by what is counted for them; the rows of a form are one count, split by row."""
    found: dict[_Key, _Counting] = {}
    for number, claim in enumerate(claims):
        question = claim.question
        if question is None or question.figure.subject is not Subject.DOSSIERS:
            continue
        one = found.setdefault((question.effective_scope, question.period, claim.by), _Counting())
        one.numbered.setdefault(claim.row, []).append((number, question.figure))
    return found


async def _rows(connection: AsyncConnection, key: _Key, versions: Sequence[Version], change: int) -> _Rows:
    """The row of a form each version stands in, by dossier code and entry."""
    scope, period, by = key
    if by == "field":
        return {(one.code, one.entry): one.field for one in versions}
    agencies = {one.agency for one in versions}
    place = await placed(connection, by, scope.agency, agencies, change, period)
    return {(one.code, one.entry): place[one.agency] for one in versions}


def _of_chain(
    chain: Sequence[Version],
    known_at: int,
    known: Known,
    alike: Mapping[_Key, _Counting],
    counts: Mapping[_Key, _Counts],
    rows: Mapping[_Key, _Rows],
) -> Iterator[tuple[int, Moved]]:
    """What the steps of one dossier's versions move, in their order."""
    for before, after in steps(chain, known_at):
        cause = cause_of(before, after, known)
        for key, one in alike.items():
            old = None if before is None else counts[key].get((before.code, before.entry))
            new = counts[key].get((after.code, after.entry))
            left = None if before is None else rows[key][before.code, before.entry]
            for number, above, below in one.moved(left, rows[key][after.code, after.entry], old, new):
                yield number, Moved(after.code, after.entry, after.agency, cause, above, below)


def _counted(figure: FigureDefinition, counts: PeriodCounts | None) -> tuple[int, int]:
    """What one version counts for a figure: above and below the line."""
    if counts is None:
        return 0, 0
    above, below = added(figure, of_dossiers(figure, counts).sets)
    return above, below or 0
