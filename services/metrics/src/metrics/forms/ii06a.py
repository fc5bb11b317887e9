"""Form II.06a: one row for each field (lĩnh vực) and a total, columns 3 to 13.

The circular's text was not read; the columns are those of two running report screens (practice).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import FLOW_SETS, PeriodCounts, add
from metrics.domain.dictionary import columns
from metrics.domain.question import FigureQuestion
from metrics.figures import Answer, Moment, conclude, of_dossiers
from metrics.forms.letterhead import Letterhead, knowledge, remarks
from metrics.reports import form_ii06a
from metrics.reports.form_ii06a import FieldRow
from metrics.reports.model import Form as Paper
from metrics.reports.model import Text
from metrics.repository import catalogue, counting

MOST_FIELDS = 5_000
_UNKNOWN_FIELD = Text("Chưa rõ lĩnh vực", "Field not known")
_TOTAL = "Tổng số"


@dataclass(frozen=True, slots=True)
class FormRow:
    """``field_code`` None: the total. ``values`` are columns 3 to 13."""

    field_code: str | None
    name: str
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Form:
    """The form, and the proof around its column 3."""

    rows: Sequence[FormRow]
    total: FormRow
    proof: Answer


async def form_06a(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> Form:
    """Form II.06a of the scope and period of a question about column 3."""
    scope, period, as_of = question.scope, question.period, moment.as_of
    groups = await counting.by_key(connection, scope, as_of, period, "field", None, MOST_FIELDS, FLOW_SETS)
    groups = [(code, counts) for code, counts in groups if any(values_of(counts))]
    names = await catalogue.field_names(connection, [code for code, _ in groups], as_of)
    total = reduce(add, (counts for _, counts in groups), PeriodCounts())
    proof = await conclude(connection, question, of_dossiers(question.figure, total), moment)
    rows = [FormRow(code, names.get(code, code or _UNKNOWN_FIELD.vi), values_of(counts)) for code, counts in groups]
    return Form(rows, FormRow(None, _TOTAL, values_of(total)), proof)


def values_of(counts: PeriodCounts) -> tuple[int, ...]:
    """Columns 3 to 13."""
    return tuple(counts.total(column.numerator) for column in columns())


def paper(form: Form, letterhead: Letterhead) -> Paper:
    """The form as it is printed, with what is doubtful in its notes. Raises ``FormInconsistent``: a fault of ours."""
    question, moment = form.proof.question, form.proof.moment
    return form_ii06a.build(
        [FieldRow(_name(row), row.values) for row in form.rows],
        form.total.values,
        agency=letterhead.agency,
        receiver=letterhead.receiver,
        period=question.period,
        as_of=knowledge(moment),
        signature=letterhead.signature,
        notes=remarks(form.proof),
    )


def _name(row: FormRow) -> Text:
    """Fields have no English names in the catalogue; one that is not known has."""
    return Text(row.name, row.name) if row.field_code else _UNKNOWN_FIELD
