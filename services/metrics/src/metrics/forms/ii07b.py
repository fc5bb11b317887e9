"""Form II.07b: procedures by level from the catalogue, one-stop and processes as each agency reports them.

Nobody's silence is a 0: a catalogue without a single procedure was never synced, and what an agency did not enter is
missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.dictionary import find
from metrics.domain.question import FigureQuestion
from metrics.figures import Answer, answer
from metrics.forms.letterhead import Letterhead, knowledge, remarks
from metrics.moments import Moment
from metrics.reports import form_ii07b
from metrics.reports.form_ii07b import AgencyRow, numbers
from metrics.reports.model import Form as Paper
from metrics.reports.model import Text
from metrics.repository import agencies, indicators, procedure_levels
from metrics.repository.procedure_levels import Placed
from shared.domain.level import DISTRICT_ENDED_ON, AuthorityLevel

NAME: Final = "II.07b"
_ONE_STOP, _PROCESSES = "procedures_under_one_stop", "internal_process_count"
_LEVELS = ("province", "district", "commune")
FIGURES: Final[Mapping[int, str]] = {
    3: "procedures_total",
    **dict.fromkeys((4, 5, 6), "procedures_by_authority_level"),
    7: _ONE_STOP,
    **{8 + place: f"{_ONE_STOP}_{level}" for place, level in enumerate(_LEVELS)},
    11: _PROCESSES,
    **{12 + place: f"{_PROCESSES}_{level}" for place, level in enumerate(_LEVELS)},
}
"""The figure or hand-entered indicator behind each column."""
ENTERED = tuple(FIGURES[column] for column in range(7, 15))


@dataclass(frozen=True, slots=True)
class Row:
    """``agency`` None: the total. ``placed`` None: the catalogue says nothing."""

    agency: str | None
    name: Text
    values: Sequence[int | None]
    placed: Placed | None


@dataclass(frozen=True, slots=True)
class Form:
    """The form of an agency, with the proof around its column 3."""

    rows: Sequence[Row]
    total: Row
    districts: bool
    proof: Answer

    @property
    def columns(self) -> tuple[int, ...]:
        """The numbers of its columns after the second."""
        return numbers(districts=self.districts)


async def form_07b(
    connection: AsyncConnection, question: FigureQuestion, moment: Moment, indicators_change: int
) -> Form:
    """The form of the scope and period of a question about ``procedures_total``; it needs an agency."""
    root, period = question.scope.agency or "", question.period
    districts = period.last < DISTRICT_ENDED_ON
    placed = await procedure_levels.placed(connection, root, moment.as_of, period.last, districts=districts)
    entered = await indicators.held(connection, ENTERED, period.first, period.last, indicators_change)
    said = {(one.key.agency, one.key.indicator): one.content.number for one in entered}
    own = {agency for agency, _ in said if agency == root or agency.rpartition(".")[0] == root}
    codes = sorted({code for code in placed if code is not None} | own)
    names = await agencies.named(connection, [root, *codes], moment.change, period.last)

    def row(code: str | None, reporter: str) -> Row:
        counted = placed.get(code)
        reports = {name: said.get((reporter, name)) for name in ENTERED}
        if code == root and len(codes) > 1:
            reports = {}  # what an agency reports is about all of it: it stands in the total
        named = names.get(reporter)
        name = Text("Tổng số", "Total") if code is None else _both(named.name if named else reporter)
        return Row(code, name, _values(counted, reports, districts=districts), counted)

    proof = await answer(connection, question, moment)
    return Form([row(code, code) for code in codes], row(None, root), districts, proof)


def _both(name: str) -> Text:
    """The catalogue has no English names of agencies."""
    return Text(name, name)


def _values(counted: Placed | None, said: Mapping[str, Any], *, districts: bool) -> tuple[int | None, ...]:
    """Columns 3 to 14; a total that was not entered is the sum of its parts where every one of them was."""
    own = (None,) * 4 if counted is None else (counted.total, counted.province, counted.district, counted.commune)
    found: dict[int, int | None] = dict(zip(range(3, 7), own, strict=True))
    for column in range(7, 15):
        number = said.get(FIGURES[column])
        found[column] = None if number is None else int(number)
    for whole in (7, 11):
        parts = [found[column] for column in range(whole + 1, whole + 4) if column in numbers(districts=districts)]
        known = [part for part in parts if part is not None]
        if found[whole] is None and len(known) == len(parts):
            found[whole] = sum(known)
    return tuple(found[column] for column in numbers(districts=districts))


def questions(question: FigureQuestion, *, districts: bool) -> list[FigureQuestion]:
    """The figures of the dictionary behind columns 3 to 6: all procedures, then those of each level."""
    levels = [one for one in AuthorityLevel if one is not AuthorityLevel.MINISTRY]
    shown = [level for level in levels if districts or level is not AuthorityLevel.DISTRICT]
    by_level = find("procedures_by_authority_level")
    narrowed = [replace(question, figure=by_level, scope=replace(question.scope, level=level)) for level in shown]
    return [question, *narrowed]


def content(form: Form) -> dict[str, Any]:
    """What a publication of it holds beside the figures. ``several_levels`` and ``no_level`` close column 3."""
    return {
        "numbers": form.columns,
        "agencies": [_said(row) for row in form.rows],
        "total": _said(form.total),
    }


def _said(row: Row) -> dict[str, Any]:
    return {
        "agency": row.agency,
        "name": row.name.vi,
        "values": row.values,
        "several_levels": None if row.placed is None else row.placed.several,
        "no_level": None if row.placed is None else row.placed.unplaced,
    }


def paper(form: Form, letterhead: Letterhead) -> Paper:
    """The form as it is printed. Raises ``FormInconsistent``: a fault of ours."""
    return form_ii07b.build(
        [_printed(row) for row in form.rows],
        _printed(form.total),
        districts=form.districts,
        agency=letterhead.agency,
        receiver=letterhead.receiver,
        period=form.proof.question.period,
        as_of=knowledge(form.proof.moment),
        signature=letterhead.signature,
        notes=remarks(form.proof),
    )


def _printed(row: Row) -> AgencyRow:
    several, unplaced = (0, 0) if row.placed is None else (row.placed.several, row.placed.unplaced)
    return AgencyRow(row.name, row.values, several, unplaced)
