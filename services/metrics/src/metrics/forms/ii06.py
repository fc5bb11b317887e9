"""Forms II.06a, II.06b and II.06c: columns 3 to 13 by field (lĩnh vực), by agency below, or by level of government.

The circular's text was not read; the columns are those of two running report screens (practice), the rows of II.06b
and II.06c are remembered only. Every dossier stands in exactly one row, so the rows of each form add up to its total.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import FLOW_SETS, PeriodCounts, add
from metrics.domain.definitions import Status
from metrics.domain.dictionary import columns
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion, Scope
from metrics.figures import Answer, conclude, of_dossiers
from metrics.forms.letterhead import Letterhead, knowledge, remarks
from metrics.moments import Moment
from metrics.reports import form_ii06
from metrics.reports.form_ii06 import CountedRow, Template
from metrics.reports.model import Form as Paper
from metrics.reports.model import Text
from metrics.repository import agencies, catalogue, counting
from metrics.repository.scoping import AsOf
from shared.domain.level import AuthorityLevel

By = Literal["field", "agency", "level"]
"""What the rows of a form are."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the forms: what its rows are, how sure we are of them, and how it is printed."""

    by: By
    status: Status
    template: Template


KINDS: Final[Mapping[str, Kind]] = {
    "II.06a": Kind("field", Status.PRACTICE, form_ii06.II06A),
    "II.06b": Kind("agency", Status.UNVERIFIED, form_ii06.II06B),
    "II.06c": Kind("level", Status.UNVERIFIED, form_ii06.II06C),
}
_A_TIME = 5_000
_TOTAL = Text("Tổng số", "Total")
_UNKNOWN: Mapping[By, Text] = {
    "field": Text("Chưa rõ lĩnh vực", "Field not known"),
    "agency": Text("Chưa rõ cơ quan", "Agency not known"),
    "level": Text("Chưa rõ cấp", "Level not known"),
}
LEVELS: Final[Mapping[str, Text]] = {
    AuthorityLevel.MINISTRY: Text("Bộ, cơ quan ngang bộ", "Ministries"),
    AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE: Text("Cấp tỉnh: Ủy ban nhân dân", "Province: the People's Committee"),
    AuthorityLevel.PROVINCIAL_DEPARTMENT: Text("Cấp tỉnh: sở, ban, ngành", "Province: departments"),
    AuthorityLevel.DISTRICT: Text("Cấp huyện", "Districts"),
    AuthorityLevel.COMMUNE: Text("Cấp xã", "Communes"),
}
"""The levels in the order of the form."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """``key`` None: the total; else a field, agency or level, "" where it is not known. ``values``: columns 3 to 13."""

    key: str | None
    name: Text
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Form:
    """The form, and the proof around its column 3."""

    kind: Kind
    rows: Sequence[FormRow]
    total: FormRow
    proof: Answer


async def form_06(connection: AsyncConnection, name: str, question: FigureQuestion, moment: Moment) -> Form:
    """A form of ``KINDS`` of the scope and period of a question about column 3."""
    kind, period = KINDS[name], question.period
    groups = await rows_of(connection, kind.by, question.scope, moment.as_of, period, FLOW_SETS)
    groups = {key: counts for key, counts in groups.items() if any(values_of(counts))}
    names = await _names(connection, kind.by, groups, moment, period)
    total = reduce(add, groups.values(), PeriodCounts())
    proof = await conclude(connection, question, of_dossiers(question.figure, total), moment)
    rows = [
        FormRow(key, names.get(key) or (Text(key, key) if key else _UNKNOWN[kind.by]), values_of(counts))
        for key, counts in groups.items()
    ]
    return Form(kind, rows, FormRow(None, _TOTAL, values_of(total)), proof)


async def rows_of(
    connection: AsyncConnection, by: By, scope: Scope, as_of: AsOf, period: ReportingPeriod, sets: tuple[str, ...]
) -> dict[str, PeriodCounts]:
    """The counts of each row by its key, in the form's order, counted from the judged rows."""
    groups: list[tuple[str, PeriodCounts]] = []
    column = "field" if by == "field" else "agency"
    while True:
        after = groups[-1][0] if groups else None
        page = await counting.by_key(connection, scope, as_of, period, column, after, _A_TIME, sets)
        groups += page
        if len(page) < _A_TIME:
            break
    if by == "field":
        return dict(groups)
    rows = await placed(connection, by, scope.agency, [code for code, _ in groups], as_of.change, period)
    found: dict[str, PeriodCounts] = {}
    for code, counts in groups:
        found[rows[code]] = add(found.get(rows[code], PeriodCounts()), counts)
    order = {level: str(place) for place, level in enumerate(LEVELS)} if by == "level" else {}
    return dict(sorted(found.items(), key=lambda row: order.get(row[0], row[0] or "~")))


async def placed(
    connection: AsyncConnection, by: By, root: str | None, codes: Iterable[str], change: int, period: ReportingPeriod
) -> dict[str, str]:
    """The row of each agency: itself or the agency one level below ``root`` it belongs to; or its level."""
    if by == "agency":
        return {code: _below(root, code) for code in codes}
    lines = {code: _upwards(code) for code in codes}
    every = sorted({ancestor for line in lines.values() for ancestor in line})
    named = await agencies.named(connection, every, change, period.last)
    levels = {code: one.level for code, one in named.items() if one.level is not None}
    return {code: next((levels[above] for above in line if above in levels), "") for code, line in lines.items()}


def _below(root: str | None, code: str) -> str:
    depth = 0 if root is None else root.count(".") + 1
    return ".".join(code.split(".")[: depth + 1])


def _upwards(code: str) -> list[str]:
    """The code, its parent, and so on up to level 1."""
    parts = code.split(".")
    return [".".join(parts[:depth]) for depth in range(len(parts), 0, -1)]


async def _names(
    connection: AsyncConnection, by: By, keys: Iterable[str], moment: Moment, period: ReportingPeriod
) -> Mapping[str, Text]:
    """Fields and agencies have no English names in the catalogue: theirs stand in both languages."""
    if by == "level":
        return LEVELS
    codes = [key for key in keys if key]
    if by == "field":
        found = await catalogue.field_names(connection, codes, moment.as_of)
    else:
        named = await agencies.named(connection, codes, moment.change, period.last)
        found = {code: one.name for code, one in named.items()}
    return {code: Text(name, name) for code, name in found.items()}


def values_of(counts: PeriodCounts) -> tuple[int, ...]:
    """Columns 3 to 13."""
    return tuple(counts.total(column.numerator) for column in columns())


def paper(form: Form, letterhead: Letterhead) -> Paper:
    """The form as it is printed, with what is doubtful in its notes. Raises ``FormInconsistent``: a fault of ours."""
    question, moment = form.proof.question, form.proof.moment
    return form_ii06.build(
        [CountedRow(row.name, row.values) for row in form.rows],
        form.total.values,
        agency=letterhead.agency,
        receiver=letterhead.receiver,
        period=question.period,
        as_of=knowledge(moment),
        signature=letterhead.signature,
        template=form.kind.template,
        notes=remarks(form.proof),
    )
