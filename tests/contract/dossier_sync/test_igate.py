"""What the adapter makes of iGate's own spellings (portal-contracts.md 3.2, 7.11), and what dies inside it."""

import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import httpx
import msgspec
import pytest

from dossier_sync.domain.dossier import PortalRecord
from dossier_sync.portals import Edge, RecordUnreadable
from dossier_sync.portals.igate_words import STATUS_MAP
from shared.domain.status import DossierStatus
from shared.runtime.http import PortalShapeChanged
from support.canaries import markers_in
from support.fake_igate import FakeIgate, a_record, waiting

LATER = Edge(datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 1, 2, tzinfo=UTC))


def read(**changed: Any) -> PortalRecord:
    record = a_record(**changed)
    raw = msgspec.Raw(json.dumps(record, ensure_ascii=False).encode())
    return FakeIgate([]).portal().decode(raw, str(record["code"]).strip().upper())


def task(name: Any) -> dict[str, Any]:
    return {"dossierTaskStatus": {"id": "60f000000000000000000009", "name": name}, "dossierStatus": None}


def test_the_sample_of_the_contract_is_read() -> None:
    found = read()
    assert (found.agency_code, found.procedure_code, found.field_code) == ("H24.99", "1.005142", "G08-GD01")
    assert (found.channel, found.status) == (2, DossierStatus.RETURNED)
    assert found.modified_at == datetime(2024, 1, 17, 8, 0, 1, 231000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2024-01-14T16:59:59.000+0000", date(2024, 1, 14)),
        ("2024-01-14T17:00:00.000+0000", date(2024, 1, 15)),
        ("2024-01-15T00:00:00.000+0700", date(2024, 1, 15)),
        ("2024-01-15T00:00:00.000+07:00", date(2024, 1, 15)),
        ("2024-02-29T23:59:59Z", date(2024, 3, 1)),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_the_day_in_viet_nam(stamp: str | None, day: date | None) -> None:
    found = read(acceptedDate=stamp)
    assert (found.received_on, found.unreadable) == (day, "")


@pytest.mark.parametrize(
    "stamp",
    [
        "2024-02-30T01:00:00.000+0000",
        "2024-01-15T24:60:00.000+0000",
        "2024-01-15",
        "2024-01-15T01:00:00",
        "15/01/2024",
        "0912345678",
        1705282200000,
    ],
)
def test_a_date_in_no_known_format_is_named_and_kept_only_if_written_like_a_day(stamp: object) -> None:
    found = read(acceptedDate=stamp)
    assert found.unreadable == "received_on"
    assert (found.agency_code, found.ended_on) == ("H24.99", date(2024, 1, 17))
    assert (str(stamp) in found.record.decode()) == ("-" in str(stamp) or "/" in str(stamp))


@pytest.mark.parametrize("name", STATUS_MAP)
def test_a_status_is_known_by_its_name_however_it_is_spelt(name: str) -> None:
    expected = STATUS_MAP[name]
    for spelling in (
        name,
        f" {name.upper()} ",
        unicodedata.normalize("NFD", name.capitalize()),
        name.replace(" ", "  "),
    ):
        assert read(**task(spelling)).status == expected


def test_the_coarse_status_helps_only_where_the_task_says_nothing_known() -> None:
    both = {**task("Trạng thái lạ"), "dossierStatus": {"id": 4, "name": "Đã trả kết quả"}}
    assert read(**both).status == DossierStatus.RETURNED
    assert read(**task("Trạng thái lạ")).status == DossierStatus.UNMAPPED
    assert read(**task(None)).status == DossierStatus.UNMAPPED


@pytest.mark.parametrize(
    ("procedure", "code"),
    [
        ({"code": "1.005142", "nationCode": "undefined"}, "1.005142"),
        ({"code": "x", "nationCode": "1.001612.000.00.00.H48"}, "1.001612"),
        ({"code": "QT-12", "nationCode": ""}, ""),
        (None, ""),
    ],
)
def test_the_word_undefined_is_no_procedure(procedure: dict[str, Any] | None, code: str) -> None:
    assert read(procedure=procedure).procedure_code == code


def test_an_agency_that_cannot_be_read_is_named_and_a_missing_one_is_not() -> None:
    assert read(agency={"code": "Phòng một cửa"}).unreadable == "agency_code"
    found = read(agency=None)
    assert (found.agency_code, found.unreadable) == ("", "")


@pytest.mark.parametrize(
    ("changed", "path"),
    [({"code": 7}, "code"), ({"procedure": []}, "record"), ({"dossierTaskStatus": "x"}, "record")],
)
def test_a_record_of_another_shape_says_where_it_breaks(changed: dict[str, Any], path: str) -> None:
    with pytest.raises(RecordUnreadable) as caught:
        read(**changed)
    assert caught.value.path == path


def test_personal_data_dies_in_the_adapter() -> None:
    hidden = {
        "sector": {"code": "999000000001", "name": "Người Không Có Thật 1"},
        "code": "Người Không Có Thật 1",
        "nationCode": "999000000001",
    }
    everywhere = {
        "procedure": hidden,
        "agency": {"code": "999000000001"},
        "applyMethod": {"id": "999000000001", "name": "Người Không Có Thật 1"},
        "dossierStatus": {"id": "999000000001", "name": "Trả cho Người Không Có Thật 1"},
        "dossierTaskStatus": {"id": 999000000001, "name": "1@canary.invalid"},
        "acceptedDate": "Người Không Có Thật 1",
        "updatedDate": "0000000001",
        "id": "999000000001",
        "note": "Người Không Có Thật 1",
    }
    found = read(**everywhere)
    assert markers_in(str(found._replace(record=b"")) + found.record.decode()) == []


def test_an_unknown_wording_is_kept_for_the_operator_unless_it_may_name_someone() -> None:
    assert "Chờ ký số" in read(**waiting("Chờ ký số")).record.decode()
    for risky in ("Trả cho Nguyễn Văn A", "Chờ 0912345678", "Gửi a@b.vn"):
        assert risky not in read(**waiting(risky)).record.decode()


async def test_pages_are_counted_from_nought_and_read_to_the_end() -> None:
    portal = FakeIgate([a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(5)])
    pages = [page async for page in portal.portal(2).pages(0, LATER)]
    assert [(page.number, len(page.keys), page.last) for page in pages] == [(0, 2, False), (1, 2, False), (2, 1, True)]
    assert all(page.total == 5 and page.ordered for page in pages)
    assert portal.pages_asked == [0, 1, 2]


async def test_a_list_out_of_order_is_noticed() -> None:
    portal = FakeIgate([a_record("000.00.99.H24-240115-0001", updatedDate="2024-01-17T08:00:00.000+0700"),
                        a_record("000.00.99.H24-240115-0002", updatedDate="2024-01-17T02:00:00.000+0000")])  # fmt: skip
    (page,) = [page async for page in portal.portal(5).pages(0, LATER)]
    assert not page.ordered  # as texts 08:00 comes before 02:00, as instants after it


async def test_both_ways_of_parsing_a_page_give_the_same_records() -> None:
    odd = [{}, {"acceptedDate": "2024-01-15T00:00:00.000+0700"}, {"applyMethod": None}, task("lạ")]
    records = [a_record(f"000.00.99.H24-240115-{n:04d}", **one) for n, one in enumerate(odd)]
    found = []
    for mostly_new in (False, True):
        portal = FakeIgate(records).portal(9)
        portal.mostly_new = mostly_new
        (page,) = [page async for page in portal.pages(0, LATER)]
        read_ = [portal.decode(raw, key) for raw, key in zip(page.raws, page.keys, strict=True)]
        found.append((page.keys, page.hashes, page.newest, page.oldest, page.ordered, read_))
    assert found[0] == found[1]


async def test_one_bad_record_does_not_spoil_a_page_parsed_in_one_go() -> None:
    portal = FakeIgate([a_record(), a_record("000.00.99.H24-240115-0002", acceptedDate="x")]).portal(9)
    portal.mostly_new = True
    (page,) = [page async for page in portal.pages(0, LATER)]
    assert {portal.decode(raw, key).unreadable for raw, key in zip(page.raws, page.keys, strict=True)} == {
        "",
        "received_on",
    }


async def test_another_page_than_asked_is_no_answer() -> None:

    portal = FakeIgate([])
    portal.faults.append(
        lambda _: httpx.Response(200, json={"content": [], "totalElements": 0, "number": 7, "last": True})
    )
    with pytest.raises(PortalShapeChanged):
        [page async for page in portal.portal().pages(0, LATER)]


@pytest.mark.parametrize("mostly_new", [False, True])
async def test_an_object_of_another_shape_is_one_unreadable_record(mostly_new: bool) -> None:
    portal = FakeIgate([a_record(), a_record("000.00.99.H24-240115-0002", procedure=[])]).portal(9)
    portal.mostly_new = mostly_new
    (page,) = [page async for page in portal.pages(0, LATER)]
    raws = dict(zip(page.keys, page.raws, strict=True))
    assert portal.decode(raws["000.00.99.H24-240115-0001"], "000.00.99.H24-240115-0001").unreadable == ""
    with pytest.raises(RecordUnreadable):
        portal.decode(raws["000.00.99.H24-240115-0002"], "000.00.99.H24-240115-0002")
