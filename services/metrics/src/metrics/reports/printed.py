"""A document as printed pages need it: one language, only strings, in reading order. DOCX and PDF share it."""

from dataclasses import dataclass
from typing import Literal

from metrics.reports import header
from metrics.reports.flat import lines
from metrics.reports.model import (
    PERCENT,
    Chart,
    Column,
    Document,
    Form,
    Language,
    Line,
    Section,
    Signature,
    Table,
    Text,
)
from metrics.reports.wording import KINDS, as_of, cell, clean, line_value, number, period, place_and_day, written

_NATION = Text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")
_MOTTO = Text("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
_NUMBER = Text("Số: {}/BC{}", "No.: {}/BC{}")
_RECIPIENTS = Text("Nơi nhận:", "Recipients:")
_FILE_COPY = Text("Lưu: VT.", "Archive.")
_APPENDIX = Text("Phụ lục", "Appendix")
_NUMBERS = Text("BẢNG SỐ LIỆU VÀ NGUỒN SỐ LIỆU", "NUMBERS AND WHERE THEY COME FROM")
_ATTACHED = Text("(Kèm theo Báo cáo s{})", "(Attached to report n{})")
_PREPARED_BY = Text("NGƯỜI LẬP BIỂU", "PREPARED BY")
_SIGNED = Text("(Ký, ghi rõ họ tên)", "(Signature, full name)")
_FORM = Text("Biểu số", "Form")
_REPORTER = Text("- Đơn vị báo cáo:", "- Reporting unit:")
_RECEIVER = Text("- Đơn vị nhận báo cáo:", "- Receiving unit:")
_SPAN = Text("Kỳ báo cáo:", "Period:")
_UNIT = Text("Đơn vị tính:", "Unit:")

_LINES = (
    Column(Text("Mục", "Section"), kind="text", weight=2),
    Column(Text("Chỉ tiêu", "Indicator"), kind="text", weight=9),
    Column(Text("Số liệu", "Value"), weight=4),
    Column(Text("Đơn vị tính", "Unit"), kind="text", weight=4),
    Column(Text("Tử số / mẫu số", "Numerator / denominator"), weight=4),
    Column(Text("Nguồn số liệu", "Origin"), kind="text", weight=4),
    Column(Text("Tài liệu nguồn, ghi chú", "Source, note"), kind="text", weight=7),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body, with its number."""

    level: int
    text: str
    block: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the body."""

    text: str
    block: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class PrintedHeader:
    """A heading of a table at (row, column), over rows × columns cells."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table as strings. ``numeric`` columns are set to the right."""

    title: str
    headers: list[PrintedHeader]
    depth: int
    numbers: list[str] | None
    numeric: list[bool]
    weights: list[int]
    rows: list[list[str]]
    total: list[str] | None
    block: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class PrintedBar:
    """A bar, a stack of ``lengths`` in thousandths of the longest one; what is unknown has no length."""

    label: str
    value: str
    lengths: list[int | None]


@dataclass(frozen=True, slots=True)
class PrintedChart:
    """A bar chart. ``description`` says the same in words, for those who hear the document."""

    title: str
    description: str
    series: list[str]
    bars: list[PrintedBar]
    block: Literal["chart"] = "chart"


Block = Heading | Paragraph | PrintedTable | PrintedChart


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of a document: recipients or preparer on the left, the signature on the right."""

    left: list[str]
    position: str
    signer: str
    prepared_by: str
    instruction: str


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A form on a sheet of its own."""

    code: str
    title: str
    period: str
    parties: list[str]
    unit: str
    table: PrintedTable
    notes: list[str]
    place_and_day: str
    closing: Closing


@dataclass(frozen=True, slots=True)
class Appendix:
    """What is attached to a report: a table of its own, or a form."""

    label: str
    title: str
    attached: str
    table: PrintedTable | None
    form: PrintedForm | None


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """A report, page by page from the letterhead to the appendices."""

    language: Language
    superior: str
    agency: str
    number: str
    nation: str
    motto: str
    place_and_day: str
    title: str
    subject: str
    body: list[Block]
    closing: Closing
    appendices: list[Appendix]
    as_of: str


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """A form that travels alone."""

    language: Language
    title: str
    agency: str
    form: PrintedForm
    as_of: str


def print_report(document: Document, language: Language) -> PrintedReport:
    """The report in one language."""
    signature, agency = document.signature, document.agency
    body = [block for section in document.sections for block in _section_blocks(section, language)]
    return PrintedReport(
        language,
        _letterhead(agency.superior.of(language)) if agency.superior else "",
        _letterhead(agency.name.of(language)),
        _document_number(document, language),
        _NATION.of(language),
        _MOTTO.of(language),
        place_and_day(signature.place, signature.signed_on, language),
        clean(document.title.of(language)),
        clean(document.subject.of(language)),
        body,
        _closing(signature, language, _recipients(signature, language), ""),
        _appendices(document, language),
        as_of(document.as_of, language),
    )


def print_form(form: Form, language: Language) -> PrintedSheet:
    """The form in one language."""
    title, agency = clean(form.title.of(language)), clean(form.agency.name.of(language))
    return PrintedSheet(language, title, agency, _form(form, language), as_of(form.as_of, language))


def _letterhead(name: str) -> str:
    """In capitals; the last two words stay together, because "HẢI" and "PHÒNG" on two lines is no name."""
    return "\u00a0".join(clean(name).upper().rsplit(" ", 1))


def _document_number(document: Document, language: Language) -> str:
    symbol = f"-{clean(document.agency.symbol)}" if document.agency.symbol else ""
    return _NUMBER.of(language).format(clean(document.signature.number) or "……", symbol)


def _section_blocks(section: Section, language: Language) -> list[Block]:
    blocks: list[Block] = [_heading(section.number, section.title.of(language))]
    blocks += [Paragraph(_unbroken(clean(text.of(language)))) for text in section.paragraphs]
    blocks += [_table(table, language, clean(table.name.of(language))) for table in section.tables]
    blocks += [_chart(chart, language) for chart in section.charts]
    return blocks


def _unbroken(text: str) -> str:
    """Keeps "100 %" on one line."""
    return text.replace(" %", "\u00a0%")


def _heading(full: str, title: str) -> Heading:
    """I. IN CAPITALS, then 1., then 4.1. (NĐ 30/2020: the Roman number is not repeated)."""
    parts = full.split(".")
    if len(parts) == 1:
        return Heading(1, f"{full}. {clean(title).upper()}")
    return Heading(len(parts), f"{'.'.join(parts[1:])}. {clean(title)}")


def _table(table: Table, language: Language, title: str = "") -> PrintedTable:
    headers = [
        PrintedHeader(one.row, one.column, one.rows, one.columns, clean(one.text.of(language)))
        for one in header.cells(table.columns)
    ]
    return PrintedTable(
        title,
        headers,
        header.depth(table.columns),
        header.numbers(table.columns),
        [column.kind == "number" for column in table.columns],
        [column.weight for column in table.columns],
        [[cell(value, language) for value in row] for row in table.rows],
        [cell(value, language) for value in table.total] if table.total else None,
    )


def _chart(chart: Chart, language: Language) -> PrintedChart:
    longest = max((sum(value or 0 for value in bar.values) for bar in chart.bars), default=0)
    bars = [
        PrintedBar(
            clean(bar.label.of(language)),
            " / ".join(written(value, chart.unit, language) for value in bar.values),
            [None if value is None else (value * 1000 // longest if longest else 0) for value in bar.values],
        )
        for bar in chart.bars
    ]
    series = [clean(name.of(language)) for name in chart.series]
    title = f"{clean(chart.title.of(language))} ({_UNIT.of(language).lower()} {clean(chart.unit.of(language))})"
    subject = f"{title}, {' / '.join(series)}" if series else title
    return PrintedChart(title, subject + ": " + "; ".join(f"{bar.label} {bar.value}" for bar in bars), series, bars)


def _appendices(document: Document, language: Language) -> list[Appendix]:
    label = _APPENDIX.of(language)
    attached = _ATTACHED.of(language).format(_document_number(document, language)[1:].replace(":", "", 1))
    rows = tuple(_line_cells(flat.section, flat.line, language) for flat in lines(document))
    table = _table(Table(_NUMBERS, _LINES, rows), language)
    found = [Appendix(f"{label} I", _NUMBERS.of(language), attached, table, None)]
    for index, form in enumerate(document.forms, start=2):
        found.append(Appendix(f"{label} {_roman(index)}", "", attached, None, _form(form, language)))
    return found


def _line_cells(section: str, line: Line, language: Language) -> tuple[str, ...]:
    ratio = ""
    if line.numerator is not None and line.denominator is not None:
        ratio = f"{number(line.numerator, language)} / {number(line.denominator, language)}"
    remarks = [clean(line.source), clean(line.note.of(language)) if line.note else ""]
    return (
        section,
        line.label.of(language),
        line_value(line, language),
        "" if line.unit == PERCENT else line.unit.of(language),
        ratio,
        KINDS[line.kind].of(language),
        "; ".join(remark for remark in remarks if remark),
    )


def _form(form: Form, language: Language) -> PrintedForm:
    unit = f"{_UNIT.of(language)} {clean(form.table.unit.of(language))}" if form.table.unit else ""
    closing = _closing(form.signature, language, [_PREPARED_BY.of(language)], clean(form.signature.prepared_by))
    return PrintedForm(
        f"{_FORM.of(language)} {form.code}",
        clean(form.title.of(language)),
        f"{_SPAN.of(language)} {period(form.period, language)}",
        [
            _REPORTER.of(language),
            clean(form.agency.name.of(language)),
            _RECEIVER.of(language),
            clean(form.receiver.of(language)) or "…………",
        ],
        unit,
        _table(form.table, language),
        [clean(note.of(language)) for note in form.notes],
        place_and_day(form.signature.place, form.signature.signed_on, language),
        closing,
    )


def _recipients(signature: Signature, language: Language) -> list[str]:
    named = [f"- {clean(one.of(language))};" for one in signature.recipients]
    return [_RECIPIENTS.of(language), *named, f"- {_FILE_COPY.of(language)}"]


def _closing(signature: Signature, language: Language, left: list[str], prepared_by: str) -> Closing:
    position = clean(signature.position.of(language)).upper()
    return Closing(left, position, clean(signature.signer), prepared_by, _SIGNED.of(language))


def _roman(value: int) -> str:
    signs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    text = ""
    for size, sign in signs:
        while value >= size:
            text, value = text + sign, value - size
    return text
