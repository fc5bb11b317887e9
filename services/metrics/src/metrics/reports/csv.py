"""CSV by RFC 4180, UTF-8 with a byte order mark so that office programs read the letters.

Numbers are plain (2215, 98.1) for programs. A text that a spreadsheet would run as a formula gets an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from metrics.reports.flat import HEADINGS, FlatLine, heading, lines, table_lines
from metrics.reports.model import NO_DATA, Cell, Document, Form, Language, Text, Value
from metrics.reports.wording import KINDS, QUALIFIERS, clean
from shared.contracts.cells import inert

_QUALIFIER = Text("Mức độ", "Qualifier")


def as_csv(document: Document | Form, language: Language) -> bytes:
    """A form as its table; a report as one line for each number, those of its tables after those of its text."""
    rows = _form(document, language) if isinstance(document, Form) else _report(document, language)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL).writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def safe(text: str) -> str:
    """The text, cleaned, in a form no spreadsheet runs."""
    return inert(clean(text))


def _form(form: Form, language: Language) -> Iterator[list[str | int]]:
    table = form.table
    yield [safe(heading(column, language)) for column in table.columns]
    for row in _with_total(table.rows, table.total):
        yield [_cell(value, language) for value in row]


def _with_total(rows: Iterable[tuple[Cell, ...]], total: tuple[Cell, ...] | None) -> Iterator[tuple[Cell, ...]]:
    yield from rows
    if total is not None:
        yield total


def _report(document: Document, language: Language) -> Iterator[list[str | int]]:
    titles = [text.of(language) for text in HEADINGS]
    yield [*titles[:3], _QUALIFIER.of(language), *titles[3:]]
    for flat in (*lines(document), *table_lines(document, language)):
        yield _line(flat, language)


def _line(flat: FlatLine, language: Language) -> list[str | int]:
    line = flat.line
    return [
        safe(flat.section),
        safe(line.label.of(language)),
        _plain(line.value, language),
        QUALIFIERS[line.qualifier].of(language).strip(),
        safe(line.unit.of(language)),
        "" if line.numerator is None else line.numerator,
        "" if line.denominator is None else line.denominator,
        KINDS[line.kind].of(language),
        line.figure or "",
        safe(line.source),
        safe(line.note.of(language)) if line.note else "",
    ]


def _cell(value: Cell, language: Language) -> str | int:
    return safe(value.of(language)) if isinstance(value, Text) else _plain(value, language)


def _plain(value: Value, language: Language) -> str | int:
    if value is None:
        return NO_DATA.of(language)
    if isinstance(value, str):
        return safe(value)
    return value if isinstance(value, int) else f"{value:f}"
