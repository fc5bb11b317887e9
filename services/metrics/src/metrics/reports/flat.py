"""The numbers of a document as one flat list, as spreadsheets and programs want them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from metrics.reports.errors import ReportTooLong
from metrics.reports.model import Cell, Column, Document, Form, Language, Line, Table, Text
from metrics.reports.wording import clean

HEADINGS = (
    Text("Mục", "Section"),
    Text("Chỉ tiêu", "Indicator"),
    Text("Giá trị", "Value"),
    Text("Đơn vị tính", "Unit"),
    Text("Tử số", "Numerator"),
    Text("Mẫu số", "Denominator"),
    Text("Nguồn số liệu", "Origin"),
    Text("Mã chỉ tiêu", "Figure"),
    Text("Tài liệu nguồn", "Source"),
    Text("Ghi chú", "Note"),
)


@dataclass(frozen=True, slots=True)
class FlatLine:
    """A line with the number of its section."""

    section: str
    line: Line


def lines(document: Document) -> Iterator[FlatLine]:
    """The lines of all sections in order."""
    for section in document.sections:
        for line in section.lines:
            yield FlatLine(section.number, line)


def tables(document: Document | Form) -> list[tuple[str, Table]]:
    """Every table with a short name, the document's own first, then those of its forms."""
    if isinstance(document, Form):
        return [(document.name, document.table)]
    own = [(section.number, table) for section in document.sections for table in section.tables]
    return own + [(form.name, form.table) for form in document.forms]


def check_length(document: Document | Form, wanted: str, most: int) -> None:
    """Raises ``ReportTooLong`` rather than losing rows, or setting pages for minutes that no one reads."""
    rows = sum(len(table.rows) for _, table in tables(document))
    if rows > most:
        raise ReportTooLong(wanted, rows, most)


def table_lines(document: Document, language: Language) -> Iterator[FlatLine]:
    """The numbers in the document's tables, one line a cell, so that no number is lost in a flat file."""
    for name, table in tables(document):
        rows = [*table.rows, *([table.total] if table.total else [])]
        for row in rows:
            subject = _subject(table, row, language)
            for column, value in zip(table.columns, row, strict=True):
                if column.kind == "number":
                    yield FlatLine(name, _line(subject, column, value, table))


def heading(column: Column, language: Language) -> str:
    """One heading for a column that has several above one another: "(4) Tiếp nhận – Trong kỳ – Trực tuyến"."""
    number = column.number.split("=")[0]
    words = " – ".join(text.of(language) for text in (*column.groups, column.title))
    return clean(f"{number} {words}".strip())


def _subject(table: Table, row: tuple[Cell, ...], language: Language) -> str:
    words = [cell for column, cell in zip(table.columns, row, strict=True) if column.kind == "text" and cell != ""]
    last = words[-1] if words else ""
    return last.of(language) if isinstance(last, Text) else str(last)


def _line(subject: str, column: Column, value: Cell, table: Table) -> Line:
    label = Text(f"{subject}: {heading(column, 'vi')}", f"{subject}: {heading(column, 'en')}")
    known = value if isinstance(value, int | Decimal) else None
    return Line(label, known, table.unit or Text("", ""), "missing" if known is None else "computed")
