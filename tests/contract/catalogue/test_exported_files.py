"""Real exports of the national portal, put back into files, are read to the last row: taken, or set aside.

The rows are real; the files are laid out again by the tests, because only their contents were published.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.file_imports import ReadFile, Terms, import_files, read_file
from shared.domain.identifiers import AgencyCode
from shared.domain.level import AuthorityLevel, LimitUnit
from support.office_files import a_detail_file, a_list

DATA = Path(__file__).parents[4] / "shared" / "data"


def real(name: str) -> list[dict[str, Any]]:
    file = DATA / name
    if not file.is_file():
        pytest.skip(f"{file} is absent: real public data are not part of the repository")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def lists() -> Iterator[ReadFile]:
    """The seven lists, each as one file again."""
    of_file: defaultdict[str, list[list[str]]] = defaultdict(list)
    for row in real("tthc_portal_excel_lists_2026.jsonl"):
        rows = of_file[row["file"]]
        cells = ("ma_so", "ten", "co_quan_ban_hanh", "co_quan_thuc_hien", "linh_vuc")
        rows.append([str(len(rows) + 1), *(row[cell] for cell in cells)])
    for name, rows in of_file.items():
        yield read_file(name, a_list(rows))


LABELS = {
    "mã_thủ_tục": "Mã thủ tục",
    "số_quyết_định": "Số quyết định",
    "tên_thủ_tục": "Tên thủ tục",
    "cấp_thực_hiện": "Cấp thực hiện",
    "loại_thủ_tục": "Loại thủ tục",
    "lĩnh_vực": "Lĩnh vực",
    "trình_tự_thực_hiện": "Trình tự thực hiện",
    "đối_tượng_thực_hiện": "Đối tượng thực hiện",
    "cơ_quan_thực_hiện": "Cơ quan thực hiện",
    "cơ_quan_có_thẩm_quyền": "Cơ quan có thẩm quyền",
    "địa_chỉ_tiếp_nhận_hs": "Địa chỉ tiếp nhận HS",
    "cơ_quan_được_ủy_quyền": "Cơ quan được ủy quyền",
    "cơ_quan_phối_hợp": "Cơ quan phối hợp",
    "kết_quả_thực_hiện": "Kết quả thực hiện",
    "yêu_cầu_điều_kiện_thực_hiện": "Yêu cầu, điều kiện thực hiện",
    "từ_khóa": "Từ khóa",
    "mô_tả": "Mô tả",
}


def details() -> Iterator[tuple[dict[str, Any], ReadFile]]:
    """Each procedure of the Ministry of Defence as one document again."""
    for row in real("tthc_bqp_docx_2025.jsonl"):
        texts = {LABELS[key]: value for key, value in {**row["metadata"], **row["content"]}.items() if key in LABELS}
        columns = ("hinh_thuc", "thoi_han_giai_quyet", "phi_le_phi", "mo_ta")
        ways = [[way[column] for column in columns] for way in row["tables"]["hinh_thuc_nop"]]
        yield row, read_file(row["source_file"], a_detail_file(texts, ways))


async def test_every_row_of_the_seven_lists_is_taken_or_set_aside(engine: AsyncEngine) -> None:
    found = list(lists())
    assert (len(found), sum(one.reading.rows for one in found)) == (7, 2_100)
    done = await import_files(engine, found, Terms(AgencyCode.parse("G22")), by="test")
    assert (done.rows, done.taken, done.rejected, done.published.count("procedure", "added")) == (
        2_100,
        2_100,
        0,
        2_100,
    )
    async with engine.connect() as connection:
        question = text("select count(*) from catalogue.file_record")
        assert (await connection.execute(question)).scalar_one() == 2_100
    taken = [one for file in found for one in file.reading.taken]
    assert not any("\n" in one.name or "\n" in one.field_name or "  " in one.name for one in taken)
    bodies = [one.record["executing"] for one in taken]
    assert all(len(names) == len(set(names)) and "" not in names for names in bodies)
    rows = real("tthc_portal_excel_lists_2026.jsonl")
    assert sum(not names for names in bodies) == sum(not row["co_quan_thuc_hien"].strip() for row in rows) == 404
    assert Counter(level for one in taken for level in one.levels) == {
        AuthorityLevel.MINISTRY: 778,
        AuthorityLevel.PROVINCIAL_DEPARTMENT: 413,
        AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE: 214,
        AuthorityLevel.COMMUNE: 123,
    }
    # Names alone do not tell the level of "Cơ quan chức năng do …" nor of an empty cell: open, and flagged so.
    assert sum(one.level_open for one in taken) == 672


async def test_every_detail_is_taken_or_set_aside(engine: AsyncEngine) -> None:
    pairs = list(details())
    found = [file for _, file in pairs]
    done = await import_files(engine, found, Terms(AgencyCode.parse("G04")), by="test")
    assert (done.rows, done.taken, done.rejected, done.published.count("procedure", "added")) == (95, 95, 0, 95)
    limits = Counter[LimitUnit]()
    for row, file in pairs:
        (one,) = file.reading.taken
        assert str(one.code) == row["thu_tuc_id"]
        assert one.name == " ".join(row["metadata"]["tên_thủ_tục"].split())
        assert one.levels or one.level_open
        limits.update(limit.unit for limit in one.limits)
    assert limits == {LimitUnit.WORKING_DAY: 86, LimitUnit.DAY: 81, LimitUnit.HOUR: 15, LimitUnit.OTHER: 27}
