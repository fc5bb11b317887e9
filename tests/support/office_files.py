"""Exports as the national portal makes them, written by other programs than ours, and archives nobody should send."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import docx
import openpyxl

HEADER = ("STT", "Mã số", "Tên thủ tục hành chính", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực")

Row = Sequence[Any]


def a_row(number: int, **other: Any) -> list[Any]:
    """A valid row of a list; override what matters."""
    row = {
        "stt": number,
        "code": f"9.{number:06d}",
        "name": f"Thủ tục thử nghiệm {number}",
        "issuer": "Bộ Thử nghiệm",
        "executing": "Ủy ban nhân dân cấp xã",
        "field": "Giáo dục phổ thông",
    }
    return list({**row, **other}.values())


def a_list(rows: Iterable[Row], *, title: str = "DANH SÁCH THỦ TỤC HÀNH CHÍNH LĨNH VỰC GIÁO DỤC") -> bytes:
    """A list with a merged title and a header whose bodies stand under one merged label."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append([*HEADER[:3], "Cơ quan", None, HEADER[5]])
    sheet.append([None, None, None, "ban hành", "thực hiện"])
    sheet.merge_cells("D3:E3")
    for column in "ABCF":
        sheet.merge_cells(f"{column}3:{column}4")
    for row in rows:
        sheet.append(list(row))
    return _written(book)


def a_plain_list(rows: Iterable[Row], header: Row = HEADER) -> bytes:
    """A list with one header row."""
    book = openpyxl.Workbook()
    book.active.append(list(header))
    for row in rows:
        book.active.append(list(row))
    return _written(book)


def a_detail_file(texts: Mapping[str, str], ways: Iterable[Sequence[str]] = ()) -> bytes:
    """A document with labels and texts, and the table of channels below its label."""
    document = docx.Document()
    document.add_heading("CHI TIẾT THỦ TỤC HÀNH CHÍNH", 1)
    for label, text in texts.items():
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}:").bold = True
        paragraph.add_run(f" {text}")
        if label == "Trình tự thực hiện":
            _ways(document, ways)
    return _written(document)


DETAIL = {
    "Mã thủ tục": "9.000001",
    "Số quyết định": "Quyết định số 12/QĐ-TN",
    "Tên thủ tục": "Thủ tục thử nghiệm 1",
    "Cấp thực hiện": "Cấp Tỉnh, Cấp Xã",
    "Loại thủ tục": "TTHC được luật giao quy định chi tiết",
    "Lĩnh vực": "Giáo dục phổ thông",
    "Trình tự thực hiện": "Bước 1: Nộp hồ sơ.",
    "Cơ quan thực hiện": "Sở Thử nghiệm",
    "Cơ quan phối hợp": "Không có thông tin",
    "Mô tả": "Không có thông tin",
}
WAYS = (
    ("Trực tiếp", "05 Ngày làm việc", "Phí : 2.000.000 Đồng (cấp lần đầu)\nLệ phí : Không Đồng", ""),
    ("Trực tuyến", "0.5 Giờ", "Phí : o Đồng", ""),
    ("Dịch vụ bưu chính", "5 ngày làm việc; 3 ngày đối với cấp lại", "", ""),
)


def an_archive(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of these parts."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return written.getvalue()


def with_parts(body: bytes, **parts: bytes) -> bytes:
    """An office file with parts replaced or added; "__" in a name stands for "/", "_dot_" for "."."""
    with zipfile.ZipFile(BytesIO(body)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    return an_archive({**found, **named})


def part_of(body: bytes, name: str) -> bytes:
    """One part of an office file."""
    with zipfile.ZipFile(BytesIO(body)) as archive:
        return archive.read(name)


def _ways(document: Any, ways: Iterable[Sequence[str]]) -> None:
    document.add_paragraph("Cách thức thực hiện:")
    table = document.add_table(rows=1, cols=4)
    for cell, label in zip(
        table.rows[0].cells, ("Hình thức nộp", "Thời hạn giải quyết", "Phí, lệ phí", "Mô tả"), strict=True
    ):
        cell.text = label
    for way in ways:
        for cell, text in zip(table.add_row().cells, way, strict=True):
            cell.text = text


def _written(file: Any) -> bytes:
    written = BytesIO()
    file.save(written)
    return written.getvalue()
