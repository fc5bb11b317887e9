"""XLSX and CSV read back by other readers: every number is the model's, and no text can run."""

import csv
import io
import unicodedata
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from metrics.reports import ReportTooLong, render
from metrics.reports.model import DOSSIERS, Bar, Chart, Document, Form, Language, Line, Text
from support.reports_2024 import FIELDS, TOTAL, empty_report, form_2024, report_2024

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def workbook(document: Document | Form, language: Language = "vi") -> openpyxl.Workbook:
    content, media_type, name = render(document, "xlsx", language)
    assert media_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert name.endswith(".xlsx")
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_below(sheet: Worksheet, first_heading: str) -> list[tuple[object, ...]]:
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == first_heading)
    return rows[start + 1 :]


def csv_rows(document: Document | Form, language: Language = "vi") -> list[list[str]]:
    content, media_type, _ = render(document, "csv", language)
    assert media_type == "text/csv; charset=utf-8"
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def lines(document: Document) -> list[Line]:
    return [line for section in document.sections for line in section.lines]


def expected(line: Line) -> Decimal | str:
    if line.value is None:
        return "chưa có số liệu"
    return line.value if isinstance(line.value, str) else Decimal(line.value)


def test_every_number_of_the_report_is_a_real_number_in_the_workbook() -> None:
    document = report_2024()
    rows = rows_below(workbook(document)["Số liệu"], "Mục")
    for line, row in zip(lines(document), rows, strict=True):
        value, numerator, denominator = row[2], row[4], row[5]
        if isinstance(line.value, str):
            assert value == line.value
            continue
        assert isinstance(value, int | float), line
        factor = 100 if line.unit.vi == "%" else 1
        assert round(Decimal(str(value)) * factor, 8) == line.value, line
        assert (numerator, denominator) == (line.numerator, line.denominator)


def test_every_number_of_the_form_is_a_real_number_in_the_workbook() -> None:
    sheet = workbook(form_2024())["II.06a"]
    *rows, total = rows_below(sheet, "(1)")
    assert [row[1] for row in rows] == [field.name.vi for field in FIELDS]
    assert [row[2:] for row in rows] == [tuple(field.counts) for field in FIELDS]
    assert total[2:] == TOTAL
    assert {cell.number_format for row in sheet.iter_rows(min_col=3) for cell in row if cell.data_type == "n" and cell.value is not None} == {"#,##0"}  # fmt: skip  # noqa: E501


def test_percents_and_qualifiers_are_formats_not_text() -> None:
    sheet = workbook(report_2024())["Số liệu"]
    shown = {row[7].value: (row[2].value, row[2].number_format) for row in sheet.iter_rows(min_row=5)}
    assert shown["digitised_rate_reported"] == (0.9897, "0.00 %")
    assert shown["resolution_rate"] == (0.981, "0.0 %")
    assert shown["online_payment_rate"] == (1, "0 %")
    assert shown["facebook_followers"] == (10000, '"gần "#,##0')
    assert shown["dossiers_total_handled"] == (2215, "#,##0")


def test_the_form_is_frozen_below_its_heading_and_prints_on_a4_across() -> None:
    sheet = workbook(form_2024())["II.06a"]
    heading = next(row[0].row for row in sheet.iter_rows() if row[0].value == "(1)")
    assert sheet.freeze_panes == f"C{heading + 1}"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0  # as many pages down as needed, one across (fitToWidth's default)
    assert f"${heading}" in sheet.print_title_rows


def test_the_headings_are_merged_as_on_the_form() -> None:
    sheet = workbook(form_2024())["II.06a"]
    top = next(row[0].row for row in sheet.iter_rows() if row[0].value == "TT")
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert {f"A{top}:A{top + 2}", f"C{top}:F{top}", f"D{top + 1}:E{top + 1}", f"K{top}:M{top}"} <= merged
    assert sheet.cell(top + 2, 4).value == "Trực tuyến"
    assert sheet.cell(top + 1, 6).value == "Từ kỳ trước"


def test_a_report_s_workbook_has_its_tables_and_a_chart() -> None:
    book = workbook(report_2024())
    assert book.sheetnames == ["Số liệu", "II.2", "II.06a", "Biểu đồ"]
    assert len(book["II.2"]["A"]) >= 8
    assert workbook(report_2024(), "en").sheetnames == ["Numbers", "II.2", "II.06a", "Charts"]


def test_every_chart_of_the_workbook_is_a_native_one_over_the_numbers_beside_it() -> None:
    document = report_2024()
    charts = [chart for section in document.sections for chart in section.charts]
    sheet = workbook(document)["Biểu đồ"]
    written = list(sheet.iter_rows(values_only=True))
    assert len(sheet._charts) == len(charts) == 4
    for chart, drawn in zip(charts, sheet._charts, strict=True):
        top = next(number for number, row in enumerate(written) if row[0] == chart.title.vi)
        assert [one.val.numRef.f for one in drawn.series] == [
            f"'Biểu đồ'!${column}${top + 2}:${column}${top + 1 + len(chart.bars)}"
            for column, _ in zip("BC", chart.series or (chart.unit,), strict=False)
        ]
        for bar, row in zip(chart.bars, written[top + 1 :], strict=False):
            assert row[: 1 + len(bar.values)] == (bar.label.vi, *bar.values)
    with zipfile.ZipFile(io.BytesIO(render(document, "xlsx", "vi")[0])) as package:
        drawing = package.read("xl/drawings/drawing1.xml").decode()
    assert "Đã giải quyết trước hạn 2155" in drawing


def test_a_chart_says_what_is_missing_instead_of_drawing_0() -> None:
    document = report_2024()
    chart = Chart(Text("Biểu", "Chart"), DOSSIERS, (Bar(Text("a", "a"), (1, None)), Bar(Text("b", "b"), (2, 3))),
                  (Text("x", "x"), Text("y", "y")))  # fmt: skip
    document = replace(document, sections=(replace(document.sections[0], charts=(chart,)),))
    rows = list(workbook(document)["Biểu đồ"].iter_rows(values_only=True))
    assert [row[:3] for row in rows[1:3]] == [("a", 1, "chưa có số liệu"), ("b", 2, 3)]


def test_no_cell_of_an_attacked_workbook_is_a_formula_or_a_link(attack_form: Form) -> None:
    sheet = workbook(attack_form)["II.06a"]
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        assert cell.data_type in {"s", "inlineStr", "n"}, cell.value
        assert cell.hyperlink is None
        if isinstance(cell.value, str) and cell.value.lstrip().startswith(RUNS):
            assert cell.quotePrefix, "it would become a formula when a clerk edits the cell"
    texts = [cell.value for cell in sheet["B"]]
    assert "=1+1" in texts


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_cell_of_an_attacked_csv_starts_as_a_formula(attack_form: Form, language: Language) -> None:
    rows = csv_rows(attack_form, language)
    assert {len(row) for row in rows} == {13}
    assert [row for row in rows if any(cell.lstrip().startswith(RUNS) for cell in row)] == []
    assert sum(row[1].startswith("'") for row in rows) >= 16


def test_every_number_of_the_report_is_in_the_csv() -> None:
    document = report_2024()
    _, *rows = csv_rows(document)
    for line, row in zip(lines(document), rows, strict=False):
        assert (row[2] if isinstance(line.value, str) else Decimal(row[2])) == expected(line), line
        assert row[5:7] == ["" if n is None else str(n) for n in (line.numerator, line.denominator)]
    cells = [row for row in rows if row[0] == "II.06a"]
    assert len(cells) == 11 * (len(FIELDS) + 1)
    assert [int(row[2]) for row in cells[-11:]] == list(TOTAL)


def test_every_number_of_the_form_is_in_the_csv() -> None:
    heading, *rows, total = csv_rows(form_2024())
    assert heading[3] == "(4) Số lượng hồ sơ tiếp nhận – Trong kỳ – Trực tuyến"
    assert [tuple(map(int, row[2:])) for row in rows] == [tuple(field.counts) for field in FIELDS]
    assert tuple(map(int, total[2:])) == TOTAL


def test_the_unknown_is_never_zero_in_a_table() -> None:
    document = empty_report()
    assert {row[2] for row in rows_below(workbook(document)["Số liệu"], "Mục")} == {"chưa có số liệu"}
    assert {row[2] for row in csv_rows(document)[1:]} == {"chưa có số liệu"}
    assert {row[2] for row in csv_rows(document, "en")[1:]} == {"no data"}


def test_tables_are_in_composed_unicode() -> None:
    content = render(report_2024(), "csv", "vi")[0].decode()
    assert unicodedata.is_normalized("NFC", content)


def test_a_sheet_that_would_lose_rows_is_refused() -> None:
    form = form_2024()
    endless = replace(form, table=replace(form.table, rows=[form.table.rows[0]] * 1_000_001))
    with pytest.raises(ReportTooLong, match="1000001"):
        render(endless, "xlsx", "vi")
