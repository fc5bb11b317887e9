"""What a published statement claims, number by number, and the same numbers counted again at any moment.

A claim is a figure of the statement, or one cell of a form: the column's figure for the row's field, agency or level.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import SETS, PeriodCounts
from metrics.domain.definitions import Subject
from metrics.domain.dictionary import FIGURES
from metrics.domain.errors import ProjectionBehind
from metrics.domain.question import FigureQuestion, Scope
from metrics.domain.ratio import Numbers
from metrics.domain.statement import numbers_of
from metrics.forms.ii06 import KINDS, By, rows_of
from metrics.freezing import answers, period_of, scope_of
from metrics.moments import Moment
from metrics.repository import ledger, sources


@dataclass(frozen=True, slots=True)
class Counted:
    """The integers of a number; ``excluded`` and ``breakdown`` of figures only."""

    numbers: Numbers
    excluded: tuple[tuple[str, int], ...] = ()
    breakdown: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A published number. ``row``: that of a form, ``by`` what it is ("": not known); None: a figure.

    ``version`` is that of its formula. ``question`` is about the whole column; None: the dictionary has no such figure
    any more, so that it cannot be counted again. ``pinned``: the statement says until when petitions were known; those
    of before 2026-11-26 do not.
    """

    figure: str
    row: str | None
    version: str
    published: Counted
    question: FigureQuestion | None
    by: By = "field"
    pinned: bool = True

    @property
    def scope(self) -> Scope | None:
        """What is counted; a row by level is a part of it that no filter names."""
        if self.question is None:
            return None
        whole = self.question.effective_scope
        if self.row is None or self.by == "level":
            return whole
        if self.by == "field":
            return replace(whole, field=self.row)
        return replace(whole, agency=self.row, alone=self.row == whole.agency)

    @property
    def has_history(self) -> bool:
        """Whether it can be counted again as it was."""
        return self.question is not None and (self.pinned or self.question.figure.subject is not Subject.PETITIONS)


def claims_of(said: Mapping[str, Any]) -> list[Claim]:
    """Every number of a statement that can be restated, in its order: figures, then cells row by row."""
    figures = [_claim(figure, pinned="imported_until" in said) for figure in said["figures"]]
    content = said["content"]
    if content is None or "columns" not in content:
        return figures
    return [*figures, *_cells(figures, content)]


async def moment_again(connection: AsyncConnection, said: Mapping[str, Any]) -> Moment:
    """The moment a statement names, whatever has happened since. Raises ``ProjectionBehind`` during a rebuild."""
    as_of, standing = said["as_of"], await sources.standing(connection)
    if as_of["entry"] > standing.entry:
        raise ProjectionBehind(as_of["entry"], standing.entry)
    entry = await ledger.entry(connection, as_of["entry"])
    at, known = (None, None) if entry is None else (entry.at, entry.digest)
    imported = at
    if said.get("imported_until") is not None:
        imported = datetime.fromisoformat(said["imported_until"])
    entered = as_of.get("indicators", standing.entered)
    numbers = (as_of["entry"], as_of["catalogue"], as_of["calendar"])
    return Moment(*numbers, at, known, standing, imported=imported, entered=entered)


async def recount(connection: AsyncConnection, claims: Sequence[Claim], moment: Moment) -> list[Counted | None]:
    """The same numbers at a moment, in order, from the judged rows; None for a figure no longer in the dictionary."""
    figures = [claim.question for claim in claims if claim.row is None and claim.question is not None]
    found = iter(await answers(connection, figures, moment, from_rows=True))
    rows = await _rows(connection, claims, moment)
    counted: list[Counted | None] = []
    for claim in claims:
        if claim.question is None:
            counted.append(None)
        elif claim.row is None:
            one = next(found)
            counted.append(Counted(one.numbers, one.excluded, one.breakdown))
        else:
            row = rows.get(claim.row, PeriodCounts())
            counted.append(_cell(row.total(claim.question.figure.numerator)))
    return counted


async def _rows(connection: AsyncConnection, claims: Sequence[Claim], moment: Moment) -> dict[str, PeriodCounts]:
    """The rows of a form: one statement for all of its fields."""
    cell = next((claim for claim in claims if claim.row is not None and claim.question is not None), None)
    if cell is None or cell.question is None:
        return {}
    scope, period = cell.question.scope, cell.question.period
    return await rows_of(connection, cell.by, scope, moment.as_of, period, SETS)


def _claim(figure: Mapping[str, Any], *, pinned: bool) -> Claim:
    known = FIGURES.get(figure["figure"])
    question = None
    if known is not None:
        question = FigureQuestion(known, scope_of(figure["scope"]), period_of(figure["period"]))
    published = Counted(
        numbers_of(figure),
        tuple((one["reason"], one["count"]) for one in figure["excluded"]),
        tuple((one["by"], one["key"], one["count"]) for one in figure["breakdown"]),
    )
    return Claim(figure["figure"], None, figure["formula"]["version"], published, question, pinned=pinned)


def _cells(figures: Sequence[Claim], content: Mapping[str, Any]) -> Iterator[Claim]:
    for row in content["rows"]:
        by = next(kind.by for kind in KINDS.values() if kind.by in row)
        for column, value in zip(figures, row["values"], strict=True):
            yield replace(column, row=row[by], by=by, published=_cell(value))


def _cell(value: int) -> Counted:
    return Counted(Numbers(value, None, 0))
