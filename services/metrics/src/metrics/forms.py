"""Form II.06a: one row for each field (lĩnh vực) and a total, columns 3 to 13.

The circular's text was not read; the columns are those of two running report screens (practice).
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import PeriodCounts, add
from metrics.domain.dictionary import columns
from metrics.domain.question import FigureQuestion
from metrics.figures import Answer, Moment, conclude, of_dossiers
from metrics.repository import catalogue, counting

MOST_FIELDS = 5_000
_UNKNOWN_FIELD = "Chưa rõ lĩnh vực"
_TOTAL = "Tổng số"
# A spreadsheet would run a cell that begins so; the full-width forms are folded to these by some.
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


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
    groups = await counting.by_key(connection, scope, as_of, period, "field", None, MOST_FIELDS)
    groups = [(code, counts) for code, counts in groups if any(values_of(counts))]
    names = await catalogue.field_names(connection, [code for code, _ in groups], as_of)
    total = reduce(add, (counts for _, counts in groups), PeriodCounts())
    proof = await conclude(connection, question, of_dossiers(question.figure, total), moment)
    rows = [FormRow(code, names.get(code, code or _UNKNOWN_FIELD), values_of(counts)) for code, counts in groups]
    return Form(rows, FormRow(None, _TOTAL, values_of(total)), proof)


def values_of(counts: PeriodCounts) -> tuple[int, ...]:
    """Columns 3 to 13."""
    return tuple(counts.total(column.numerator) for column in columns())


def as_csv(form: Form) -> bytes:
    """UTF-8 with a byte order mark, so that office programs read the letters; no cell can run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["TT", "Lĩnh vực", *(column.name_vi for column in columns())])
    writer.writerow([f"({number})" for number in range(1, 14)])
    for number, row in enumerate(form.rows, start=1):
        writer.writerow([number, _cell(row.name), *row.values])
    writer.writerow(["", form.total.name, *form.total.values])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(_RUNS) or text.startswith(_RUNS) else text
