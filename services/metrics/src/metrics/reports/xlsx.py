"""XLSX for people who calculate: real numbers, a frozen heading, A4 landscape. Text is never a formula.

Excel takes the separators from the reader's system: ``#,##0`` shows 2.215 on a Vietnamese one.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from metrics.reports import header
from metrics.reports.flat import HEADINGS, check_length, lines, tables
from metrics.reports.model import NO_DATA, PERCENT, Cell, Chart, Document, Form, Language, Line, Table, Text
from metrics.reports.wording import KINDS, QUALIFIERS, as_of, clean, period, stamp

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
_WIDTHS = (8, 42, 16, 14, 10, 11, 17, 32, 28, 36)
_RUNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_A4 = 9
MOST_ROWS = 1_000_000  # a sheet ends at 1.048.576; what is written beyond it is lost without a word
_LONGEST_CELL = 32_767
_BAD_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", "-"))


def as_xlsx(document: Document | Form, language: Language) -> bytes:
    """The workbook: a form is one sheet; a report has its numbers, one sheet for each table, and its charts.

    Raises ``ReportTooLong`` beyond MOST_ROWS.
    """
    check_length(document, "xlsx", MOST_ROWS)
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    title = clean(document.title.of(language))
    book.set_properties({"title": title, "author": clean(document.agency.name.of(language)),
                         "created": stamp(document.as_of, document.period).replace(tzinfo=None)})  # fmt: skip
    writer = _Writer(book, language, {})
    if isinstance(document, Form):
        writer.table(document.name, document.table, _form_titles(document, language))
    else:
        writer.numbers(document)
        for name, table in tables(document):
            writer.table(name, table, [clean(table.name.of(language))])
        writer.charts([chart for section in document.sections for chart in section.charts])
    book.close()
    return target.getvalue()


@dataclass(slots=True)
class _Writer:
    """Writes sheets row by row: a row that is left cannot be returned to, which is what bounds the memory."""

    book: xlsxwriter.Workbook
    language: Language
    formats: dict[tuple[tuple[str, object], ...], Format]

    def format(self, **look: object) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({**_FONT, **look})
        return self.formats[key]

    def sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(name.translate(_BAD_IN_SHEET_NAMES)[:31])
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P/&N")
        return sheet

    def text(self, sheet: Worksheet, row: int, column: int, text: str, **look: object) -> None:
        """A text cell. The quote mark keeps "=1+1" text even after a clerk opens the cell and presses Enter."""
        words = clean(text)[:_LONGEST_CELL]
        if words.lstrip().startswith(_RUNS):
            look = {**look, "quote_prefix": True}
        sheet.write_string(row, column, words, self.format(**look))

    def titles(self, sheet: Worksheet, titles: list[str]) -> int:
        for row, title in enumerate(titles):
            self.text(sheet, row, 0, title, bold=row < 2)
        return len(titles) + 1

    def numbers(self, document: Document) -> None:
        sheet = self.sheet(Text("Số liệu", "Numbers").of(self.language))
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        top = self.titles(sheet, _report_titles(document, self.language))
        for column, heading in enumerate(HEADINGS):
            self.text(sheet, top, column, heading.of(self.language), **_HEADING)
        sheet.freeze_panes(top + 1, 2)
        sheet.repeat_rows(top)
        row = top
        for row, flat in enumerate(lines(document), start=top + 1):
            self.line(sheet, row, flat.section, flat.line)
        sheet.autofilter(top, 0, row, len(HEADINGS) - 1)

    def line(self, sheet: Worksheet, row: int, section: str, line: Line) -> None:
        self.text(sheet, row, 0, section, border=1)
        self.text(sheet, row, 1, line.label.of(self.language), **_WRAPPED)
        self.value(sheet, row, 2, line)
        self.text(sheet, row, 3, line.unit.of(self.language), border=1)
        for column, count in ((4, line.numerator), (5, line.denominator)):
            if count is None:
                sheet.write_blank(row, column, None, self.format(border=1))
            else:
                sheet.write_number(row, column, count, self.format(border=1, num_format="#,##0"))
        self.text(sheet, row, 6, KINDS[line.kind].of(self.language), border=1)
        self.text(sheet, row, 7, line.figure or "", **_WRAPPED)
        self.text(sheet, row, 8, line.source, **_WRAPPED)
        self.text(sheet, row, 9, line.note.of(self.language) if line.note else "", **_WRAPPED)

    def value(self, sheet: Worksheet, row: int, column: int, line: Line) -> None:
        if isinstance(line.value, int | Decimal) and line.unit == PERCENT:
            look = _qualified(_decimals(line.value) + " %", line, self.language)
            sheet.write_number(row, column, float(Decimal(line.value) / 100), self.format(border=1, num_format=look))
        elif isinstance(line.value, int | Decimal):
            grouped = "#,##0" if isinstance(line.value, int) else "#,##" + _decimals(line.value)
            look = _qualified(grouped, line, self.language)
            sheet.write_number(row, column, line.value, self.format(border=1, num_format=look))
        else:
            self.missing(sheet, row, column, line.value)

    def missing(self, sheet: Worksheet, row: int, column: int, value: str | None) -> None:
        if value is None:
            self.text(sheet, row, column, NO_DATA.of(self.language), border=1, align="right", italic=True)
        else:
            self.text(sheet, row, column, value, **_WRAPPED)

    def table(self, name: str, table: Table, titles: list[str]) -> None:
        sheet = self.sheet(name)
        self.widths(sheet, table)
        top = self.titles(sheet, titles)
        depth = self.heading(sheet, top, table)
        first = top + depth
        sheet.freeze_panes(first, 2)
        sheet.repeat_rows(top, first - 1)
        row = first - 1
        for row, cells in enumerate(table.rows, start=first):
            self.row(sheet, row, cells)
        if table.total is not None:
            self.row(sheet, row + 1, table.total, bold=True)

    def widths(self, sheet: Worksheet, table: Table) -> None:
        for index, column in enumerate(table.columns):
            narrow = max(11, len(column.number) + 2) if column.kind == "number" else 6 * column.weight
            sheet.set_column(index, index, narrow)

    def heading(self, sheet: Worksheet, top: int, table: Table) -> int:
        """The heading rows, merged. ``merge_range`` would write ahead, so only the ranges are registered."""
        depth = header.depth(table.columns)
        cells = {(cell.row, cell.column): cell for cell in header.cells(table.columns)}
        for row in range(depth):
            sheet.set_row(top + row, 34)
            for column in range(len(table.columns)):
                cell = cells.get((row, column))
                self.text(sheet, top + row, column, cell.text.of(self.language) if cell else "", **_HEADING)
                if cell and (cell.rows > 1 or cell.columns > 1):
                    last = top + row + cell.rows - 1, column + cell.columns - 1
                    sheet.merge.append([top + row, column, *last])
        numbers = header.numbers(table.columns)
        for column, number in enumerate(numbers or ()):
            self.text(sheet, top + depth, column, number, border=1, align="center", italic=True)
        return depth + (numbers is not None)

    def row(self, sheet: Worksheet, row: int, cells: tuple[Cell, ...], **look: object) -> None:
        for column, value in enumerate(cells):
            if isinstance(value, int):
                sheet.write_number(row, column, value, self.format(border=1, num_format="#,##0", **look))
            elif isinstance(value, Decimal):
                shown = "#,##" + _decimals(value)
                sheet.write_number(row, column, value, self.format(border=1, num_format=shown, **look))
            elif value is None:
                self.missing(sheet, row, column, None)
            else:
                words = value.of(self.language) if isinstance(value, Text) else value
                self.text(sheet, row, column, words, **_WRAPPED, **look)

    def charts(self, charts: list[Chart]) -> None:
        if not charts:
            return
        name = Text("Biểu đồ", "Charts").of(self.language)
        sheet = self.sheet(name)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, len(_INKS), 16)
        row = 0
        for chart in charts:
            row = self.chart(sheet, name, row, chart)

    def chart(self, sheet: Worksheet, name: str, top: int, chart: Chart) -> int:
        """Its numbers in cells, a column for each series, and a native chart over those very cells."""
        self.text(sheet, top, 0, chart.title.of(self.language), bold=True)
        series = chart.series or (chart.unit,)
        for column, one in enumerate(series, start=1):
            self.text(sheet, top, column, one.of(self.language), **_HEADING)
        for row, bar in enumerate(chart.bars, start=top + 1):
            self.text(sheet, row, 0, bar.label.of(self.language), border=1)
            for column, value in enumerate(bar.values, start=1):
                self.row_value(sheet, row, column, value)
        last = top + len(chart.bars)
        drawn: Any = self.book.add_chart({"type": "bar", **({"subtype": "stacked"} if chart.series else {})})
        for column, ink in zip(range(1, len(series) + 1), _INKS, strict=False):
            drawn.add_series({"name": [name, top, column],
                              "categories": [name, top + 1, 0, last, 0],
                              "values": [name, top + 1, column, last, column],
                              "fill": {"color": ink}, "gap": 50,
                              "data_labels": {"value": not chart.series, "num_format": "#,##0"}})  # fmt: skip
        drawn.set_title({"name": clean(chart.title.of(self.language)), "name_font": {"size": 12}})
        drawn.set_legend({"position": "bottom"} if chart.series else {"none": True})
        drawn.set_y_axis({"reverse": True})
        height = max(240, 60 + 24 * len(chart.bars))
        drawn.set_size({"width": 620, "height": height})
        sheet.insert_chart(top, 4, drawn, {"description": self.described(chart)})
        return max(last, top + height // 20) + 2

    def described(self, chart: Chart) -> str:
        """What the chart shows, for those who hear the workbook."""
        title = " / ".join(one.of(self.language) for one in (chart.title, *chart.series))
        bars = [
            f"{bar.label.of(self.language)} {' / '.join(self.said(one) for one in bar.values)}" for bar in chart.bars
        ]
        return clean(f"{title}: {'; '.join(bars)}")

    def said(self, value: int | None) -> str:
        return NO_DATA.of(self.language) if value is None else str(value)

    def row_value(self, sheet: Worksheet, row: int, column: int, value: int | None) -> None:
        if value is None:
            self.missing(sheet, row, column, None)
        else:
            sheet.write_number(row, column, value, self.format(border=1, num_format="#,##0"))


_INKS = ("#1F4E79", "#9DB8D2")
_HEADING: Mapping[str, object] = {
    "bold": True, "border": 1, "align": "center", "text_wrap": True, "bg_color": "#E7EEF5",
}  # fmt: skip
_WRAPPED: Mapping[str, object] = {"border": 1, "text_wrap": True}


def _decimals(value: int | Decimal) -> str:
    """The number format that shows as many decimals as the value has: 98,97 is shown 98,97; 100,0 is shown 100."""
    exponent = Decimal(value).as_tuple().exponent
    whole = Decimal(value) == Decimal(value).to_integral_value()
    digits = 0 if whole or not isinstance(exponent, int) else -exponent
    return "0." + "0" * digits if digits > 0 else "0"


def _qualified(look: str, line: Line, language: Language) -> str:
    words = QUALIFIERS[line.qualifier].of(language)
    return f'"{words}"{look}' if words else look


def _report_titles(document: Document, language: Language) -> list[str]:
    return [
        document.agency.name.of(language),
        f"{document.title.of(language)}: {document.subject.of(language)}",
        as_of(document.as_of, language),
    ]


def _form_titles(form: Form, language: Language) -> list[str]:
    reporter = Text("Đơn vị báo cáo", "Reporting unit").of(language)
    receiver = Text("Đơn vị nhận báo cáo", "Receiving unit").of(language)
    unit = Text("Đơn vị tính", "Unit").of(language)
    span = period(form.period, language)
    return [
        f"{Text('Biểu số', 'Form').of(language)} {form.code}",
        form.title.of(language),
        f"{Text('Kỳ báo cáo', 'Period').of(language)}: {span}",
        f"{reporter}: {form.agency.name.of(language)}",
        f"{receiver}: {form.receiver.of(language)}",
        *([f"{unit}: {form.table.unit.of(language)}"] if form.table.unit else []),
        *(note.of(language) for note in form.notes),
        as_of(form.as_of, language),
    ]
