"""Exported lists and details are read as they are written, whoever wrote them; and nothing in them is obeyed."""

import tracemalloc
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from catalogue.domain.procedure import LISTED, Fee, Origin
from catalogue.portals import FileReading, Unreadable, excel_list, word_detail
from catalogue.portals.office_file import MOST_ELEMENTS, MOST_UNPACKED, FileKind, OfficeFile
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel, LimitUnit, OnlineLevel
from support.office_files import (
    DETAIL,
    WAYS,
    a_detail_file,
    a_list,
    a_plain_list,
    a_row,
    an_archive,
    part_of,
    with_parts,
)


def read_list(body: bytes) -> FileReading:
    return excel_list.read(OfficeFile(body), "list.xlsx")


def read_detail(body: bytes) -> FileReading:
    return word_detail.read(OfficeFile(body), "detail.docx")


def read(body: bytes) -> FileReading:
    file = OfficeFile(body)
    return (excel_list if file.kind is FileKind.SPREADSHEET else word_detail).read(file, "file")


def refusal(body: bytes) -> str:
    """Why reading a file is refused."""
    with pytest.raises(Unreadable) as refused:
        read(body)
    return refused.value.reason


def another_writers_list() -> bytes:
    """One row, its texts in a part of their own."""
    written = BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Mã số", "Tên thủ tục"])
        sheet.write_row(1, 0, ["9.000001", "Thủ tục một"])
    return written.getvalue()


def reasons(reading: FileReading) -> list[tuple[str, str]]:
    return [(one.portal_id, one.error.reason) for one in reading.rejected]


# --- lists -------------------------------------------------------------------------------------------------


def test_a_row_is_read_through_a_header_of_two_merged_rows() -> None:
    executing = "Sở Tư Pháp\n\nỦy ban nhân dân cấp xã\nỦy ban nhân dân cấp xã\n"
    reading = read_list(a_list([a_row(1, name=" Tên  có\nhai dòng ", executing=executing)]))
    (one,) = reading.taken
    assert (str(one.code), one.name, one.issuer) == ("9.000001", "Tên có hai dòng", "Bộ Thử nghiệm")
    assert one.record["executing"] == ["Sở Tư Pháp", "Ủy ban nhân dân cấp xã"]
    assert one.levels == (AuthorityLevel.PROVINCIAL_DEPARTMENT, AuthorityLevel.COMMUNE)
    assert (one.field_name, one.state, one.origin) == ("Giáo dục phổ thông", LISTED, Origin.LIST_FILE)
    assert (one.limits, one.fees, one.marked_online) == ((), (), OnlineLevel.NONE)


@pytest.mark.parametrize("label", ["Mã số", "Mã TTHC", "MÃ THỦ TỤC HÀNH CHÍNH"])
def test_the_labels_of_a_header_vary(label: str) -> None:
    header = ["TT", label, "Tên TTHC", "Cơ quan công bố", "Tên cơ quan thực hiện", "Lĩnh vực"]
    (one,) = read_list(a_plain_list([a_row(7)], header)).taken
    assert (str(one.code), one.issuer, one.field_name) == ("9.000007", "Bộ Thử nghiệm", "Giáo dục phổ thông")


def test_a_code_typed_as_a_number_gets_its_last_zeros_back() -> None:
    (one,) = read_list(a_list([a_row(1, code=1.00489)])).taken
    assert str(one.code) == "1.004890"


def test_rows_that_cannot_be_read_are_named_with_the_reason() -> None:
    rows = [a_row(1), a_row(2, code="10.005090"), a_row(3, code=None), a_row(4, name=None), a_row(5, code=45_000.5)]
    reading = read_list(a_list(rows))
    assert reasons(reading) == [
        ("list.xlsx#Sheet row 6", "code_malformed"),
        ("list.xlsx#Sheet row 7", "code_missing"),
        ("list.xlsx#Sheet row 8", "name_missing"),
        ("list.xlsx#Sheet row 9", "code_malformed"),
    ]
    assert reading.rows == 5


def test_headings_between_rows_and_a_header_printed_again_are_no_rows() -> None:
    rows = [["I. Lĩnh vực đất đai"], a_row(1), ["STT", "Mã số", "Tên"], [], a_row(2), ["Tổng số: 2"]]
    assert [str(one.code) for one in read_list(a_list(rows)).taken] == ["9.000001", "9.000002"]


def test_a_row_that_kept_nothing_but_its_name_is_not_taken_for_a_heading() -> None:
    assert reasons(read_list(a_list([[None, None, "Thủ tục"]]))) == [("list.xlsx#Sheet row 5", "code_missing")]


def test_a_list_of_another_writer_with_a_hidden_sheet_formulas_and_links() -> None:
    written = BytesIO()
    with xlsxwriter.Workbook(written) as book:
        secret, sheet = book.add_worksheet("ẩn"), book.add_worksheet("Danh sách")
        secret.write_row(0, 0, ["Mã số", "Tên"])
        secret.write_row(1, 0, ["9.000009", "Hàng ẩn"])
        sheet.activate()
        secret.hide()
        sheet.write_row(0, 0, ["Mã số", "Tên thủ tục"])
        sheet.write_rich_string(1, 1, "Thủ ", book.add_format({"bold": True}), "tục", " một")
        sheet.write_string(1, 0, "9.000001")
        sheet.write_formula(2, 0, '=WEBSERVICE("http://127.0.0.1:9/")', value="9.000002")
        sheet.write_url(2, 1, "http://127.0.0.1:9/", string="Thủ tục hai")
        sheet.write_formula(3, 1, '=HYPERLINK("http://127.0.0.1:9/")', value="#N/A")
    assert [(str(one.code), one.name) for one in read_list(written.getvalue()).taken] == [
        ("9.000001", "Thủ tục một"),
        ("9.000002", "Thủ tục hai"),
    ]


def test_a_spreadsheet_without_a_list_is_refused() -> None:
    assert refusal(a_plain_list([["1", "2"]], ["Họ", "Chức vụ"])) == "header_missing"


# --- details -----------------------------------------------------------------------------------------------


def test_a_detail_gives_levels_limits_and_fees() -> None:
    (one,) = read_detail(a_detail_file(DETAIL, WAYS)).taken
    assert (str(one.code), one.name, one.decision_number) == ("9.000001", "Thủ tục thử nghiệm 1", "12/QĐ-TN")
    assert one.levels == (AuthorityLevel.PROVINCIAL_DEPARTMENT, AuthorityLevel.COMMUNE)
    assert [(limit.channel, limit.quantity, limit.unit) for limit in one.limits] == [
        (Channel.DIRECT, 5, LimitUnit.WORKING_DAY),
        (Channel.ONLINE, None, LimitUnit.OTHER),
        (Channel.POSTAL, None, LimitUnit.OTHER),
    ]
    assert one.limits[2].words == "5 ngày làm việc; 3 ngày đối với cấp lại"
    assert one.fees == (
        Fee(Channel.DIRECT, "Phí", 2_000_000.0, "2.000.000 Đồng (cấp lần đầu)"),
        Fee(Channel.DIRECT, "Lệ phí", 0.0, "Không Đồng"),
        Fee(Channel.ONLINE, "Phí", None, "o Đồng"),
    )
    assert (one.level_open, one.marked_online, one.origin) == (False, OnlineLevel.PARTIAL, Origin.DETAIL_FILE)
    assert one.record["steps"] == "Bước 1: Nộp hồ sơ."
    assert one.record["description"] == ""


def test_several_rows_of_one_channel_are_cases() -> None:
    ways = [
        ("Trực tiếp", "3 Ngày", "", "cấp mới"),
        ("Trực tiếp", "1 Ngày", "", "cấp lại"),
        ("Trực tiếp", "2 Ngày", "", ""),
    ]
    (one,) = read_detail(a_detail_file(DETAIL, ways)).taken
    assert [(limit.case_name, limit.quantity) for limit in one.limits] == [("cấp mới", 3), ("cấp lại", 1), ("", 2)]


def test_another_body_leaves_the_level_open() -> None:
    (one,) = read_detail(a_detail_file({**DETAIL, "Cấp thực hiện": "Cấp Xã, Cơ quan khác"})).taken
    assert (one.levels, one.level_open) == ((AuthorityLevel.PROVINCIAL_DEPARTMENT, AuthorityLevel.COMMUNE)[1:], True)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"Mã thủ tục": "10.005090"}, "code_malformed"),
        ({"Mã thủ tục": ""}, "code_missing"),
        ({"Tên thủ tục": ""}, "name_missing"),
    ],
)
def test_a_detail_that_cannot_be_read_is_set_aside(other: dict[str, str], reason: str) -> None:
    assert reasons(read_detail(a_detail_file({**DETAIL, **other}))) == [("detail.docx#detail", reason)]


def test_a_document_without_labels_is_refused() -> None:
    assert refusal(a_detail_file({"Kính gửi": "…"})) == "labels_missing"


# --- what nobody should send -------------------------------------------------------------------------------

LIST, DOC = a_plain_list([a_row(1)]), a_detail_file(DETAIL)
TYPES = "[Content_Types].xml"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_an_office_file"),
        (b"%PDF-1.7", "not_an_office_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "file_old_or_encrypted"),
        ("\ufeff<html><body>Lỗi hệ thống</body></html>".encode(), "page_instead_of_file"),
        (LIST[:200], "file_damaged"),
        (an_archive({"a.txt": b"x"}), "not_an_office_file"),
        (an_archive({TYPES: b"<Types/>"}), "not_an_office_file"),
        (an_archive({str(n): b"" for n in range(2_001)}), "file_too_large"),
    ],
    ids=["empty", "pdf", "old", "page", "cut", "zip", "no-main", "parts"],
)
def test_a_file_is_recognised_by_its_content(body: bytes, reason: str) -> None:
    assert refusal(body) == reason


def test_macros_are_refused_under_any_name() -> None:
    named = part_of(LIST, TYPES).replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    named = named.replace(b"openxmlformats-officedocument.spreadsheetml", b"ms-excel")
    assert refusal(with_parts(LIST, **{TYPES: named})) == "macros"
    assert refusal(with_parts(DOC, word__vbaProject_dot_bin=b"")) == "macros"


EVIL = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY l "ha">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", TYPES])
def test_a_document_type_is_refused_in_every_part_that_is_read(part: str) -> None:
    body = another_writers_list()
    assert len(read(body).taken) == 1
    evil = EVIL + part_of(body, part).partition(b"?>")[2]
    assert refusal(with_parts(body, **{part: evil})) == "doctype_present"


def test_another_encoding_does_not_hide_a_document_type() -> None:
    hidden = (EVIL + b"<document/>").decode().encode("utf-16")
    assert refusal(with_parts(DOC, word__document_dot_xml=hidden)) in {"xml_malformed", "doctype_present"}


def test_links_to_elsewhere_are_not_followed() -> None:
    relations = part_of(LIST, "xl/_rels/workbook.xml.rels").replace(
        b'Target="/xl/worksheets/sheet1.xml"', b'Target="http://127.0.0.1:9/sheet1.xml" TargetMode="External"'
    )
    assert refusal(with_parts(LIST, **{"xl/_rels/workbook.xml.rels": relations})) == "header_missing"


def peak_of(body: bytes) -> tuple[str, int]:
    """The refusal, and the most bytes that were held while reading."""
    tracemalloc.start()
    try:
        return refusal(body), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("body", "part", "filling"),
    [
        (DOC, "word/document.xml", b"<p><r><t>" + b"x" * 1_000_000),
        (LIST, "xl/worksheets/sheet1.xml", b'<row r="1"><c t="inlineStr"><is><t>' + b"x" * 1_000_000),
    ],
    ids=["one-text", "one-cell"],
)
def test_what_unpacks_to_too_much_is_refused_within_bounds(body: bytes, part: str, filling: bytes) -> None:
    bomb = with_parts(body, **{part: b"<x>" + filling * (MOST_UNPACKED // len(filling) + 2)})
    assert len(bomb) < 400_000
    reason, peak = peak_of(bomb)
    assert reason in {"file_too_large", "xml_malformed"}
    assert peak < 5 * MOST_UNPACKED


def test_elements_without_end_are_refused_before_they_cost_minutes() -> None:
    rows = b"<x>" + b"<row/>" * (MOST_ELEMENTS + 20_000)
    assert refusal(with_parts(LIST, **{"xl/worksheets/sheet1.xml": rows})) == "file_too_large"


def test_a_bomb_in_a_part_nobody_needs_is_never_unpacked() -> None:
    bomb = with_parts(LIST, xl__media__image1_dot_png=bytes(200_000_000))
    tracemalloc.start()
    assert len(read_list(bomb).taken) == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_what_nests_without_end_is_refused() -> None:
    assert refusal(with_parts(DOC, word__document_dot_xml=b"<a>" * 1_000_000)) == "xml_malformed"


def test_a_cell_far_to_the_right_costs_nothing() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for column, label in enumerate(("Mã số", "Tên"), 1):
        sheet.cell(1, column, label)
    sheet.cell(1_048_576, 1, "9.000001")
    sheet.cell(1_048_576, 2, "Thủ tục")
    sheet.cell(1_048_576, 16_384, "xa")
    written = BytesIO()
    book.save(written)
    assert [row.rejected for row in [read_list(written.getvalue())]] == [()]
