"""What is made of the national dossier object (portal-contracts.md 1.4 to 1.8), and what dies on the way."""

import json
from datetime import date
from typing import Any

import pytest

from dossier_sync.domain import particulars
from dossier_sync.domain.dossier import PortalRecord
from dossier_sync.domain.particulars import Components, DueChange, Fee, PaidOnline, Particulars, Results
from dossier_sync.portals import RecordUnreadable, national_dossier
from dossier_sync.portals.national_dossier import G2, G3, STATUS_MAP, Contract
from shared.domain.status import DossierStatus
from support.canaries import markers_in
from support.national_wire import CODE, a_round, ha_giang, opencps, thanh_hoa


def read(told: dict[str, Any], contract: Contract = G2) -> PortalRecord:
    return national_dossier.read(json.dumps(told, ensure_ascii=False).encode(), CODE, contract)


def told(record: PortalRecord) -> Particulars:
    assert record.particulars is not None
    return particulars.read(record.particulars)


def test_the_object_of_opencps_is_read() -> None:
    found = read(opencps())
    assert (found.code, found.agency_code, found.procedure_code, found.field_code) == (CODE, "", "1.005142", "G08-GD01")
    assert (found.channel, found.status, found.modified_at) == (2, DossierStatus.PROCESSING, None)
    assert (found.received_on, found.due_on, found.ended_on) == (date(2024, 1, 15), date(2024, 1, 18), None)
    assert (found.unreadable, found.rounds) == ("", ())
    assert told(found) == Particulars(
        fees=(Fee("1", 1_200_000, None),),
        paid_online=PaidOnline.LOCAL,
        components=Components(total=2, digitised=1, reused=1, from_store=0),
        digitised=True,
        results=Results(0, 0),
        verified_account=True,
        databases=("7",),
        filed_at=particulars.Filed.NATIONAL,
    )


def test_the_object_of_thanh_hoa_tells_rounds_and_a_moved_appointment() -> None:
    found = read(thanh_hoa())
    assert found.rounds == ((date(2024, 1, 16), date(2024, 1, 17)),)
    assert told(found).due_changes == (
        DueChange(date(2024, 1, 17), date(2024, 1, 18), date(2024, 1, 22), particulars.Cause.SUPPLEMENT),
    )
    assert told(found).paid_online is PaidOnline.OTHER
    assert told(found).fees == (Fee("1", 0, None),)


def test_the_object_of_ha_giang_tells_little_and_nothing_is_made_up() -> None:
    found = read(ha_giang())
    assert (found.procedure_code, found.status, found.channel) == ("3.000181", DossierStatus.RETURNED, None)
    assert (found.due_on, found.ended_on, found.rounds) == (None, None, None)
    assert told(found) == Particulars(components=Components(1, None, None, None), results=Results(1, 1))


@pytest.mark.parametrize(("wire", "status"), [*STATUS_MAP.items()])
def test_a_status_is_one_of_ten_codes_as_text_or_number(wire: str, status: DossierStatus) -> None:
    for spelling in (wire, int(wire), f" {wire} "):
        assert read(opencps(TrangThaiHoSo=spelling)).status == status


@pytest.mark.parametrize("wire", ["", None, "0", "11", "Đang xử lý", "999000000001", True])
def test_a_status_that_is_none_of_the_ten_is_unmapped_never_guessed(wire: object) -> None:
    found = read(opencps(TrangThaiHoSo=wire))
    assert found.status == DossierStatus.UNMAPPED
    assert found.unreadable == ""


def test_the_name_of_the_unit_is_never_an_identity() -> None:
    assert read(opencps(DonViXuLy="000.00.01.H22")).agency_code == ""


def test_blank_rounds_and_null_entries_say_nothing() -> None:
    found = read(opencps(DanhSachHoSoBoSung=[None, a_round(NgayTiepNhanBoSung="", NgayHenTraMoi="")]))
    assert found.rounds == ((date(2024, 1, 16), None),)
    assert told(found).due_changes is None


@pytest.mark.parametrize(
    ("wire", "day"),
    [
        ("20240115083000", date(2024, 1, 15)),
        ("20240114235959", date(2024, 1, 14)),
        (20240115083000, date(2024, 1, 15)),
        ("2024-01-15 08:30:00", date(2024, 1, 15)),
        ("2024-01-15T08:30:00.123", date(2024, 1, 15)),
        ("2024-01-15T08:30:00", date(2024, 1, 15)),
    ],
)
def test_the_contract_of_2026_writes_times_in_three_ways(wire: object, day: date) -> None:
    assert read(opencps(NgayTiepNhan=wire), G3).received_on == day


def test_the_contract_of_2026_names_things_otherwise() -> None:
    wire = {
        "IDHoSo": "999000000001", "IdHoSo": 999000000001, "MaHoSo": CODE, "MaTTHC": "1.005142", "MaDichVuCong": "x",
        "MaDonViTiepNhan": "000.00.99.H24", "LoaiDoiTuong": 0, "NgayNop": "2024-01-14 07:45:12",
        "NgayTiepNhan": "2024-01-15 08:30:00", "TrangThai": 9, "NgayKetThucXuLy": "2024-01-17T09:00:00.000",
        "ThongTinNguoiNop": {"ThongTinChiTiet": {"TenNguoiNop": "Người Không Có Thật 1"}},
    }  # fmt: skip
    found = read(wire, G3)
    assert (found.agency_code, found.status, found.received_on) == ("H24.99", DossierStatus.DONE, date(2024, 1, 15))
    assert found.ended_on == date(2024, 1, 17)
    assert markers_in(found.record.decode()) == []


@pytest.mark.parametrize("wire", [opencps(), thanh_hoa(), ha_giang()], ids=["opencps", "thanh-hoa", "ha-giang"])
def test_personal_data_dies_in_the_parser(wire: dict[str, Any]) -> None:
    assert markers_in(json.dumps(wire, ensure_ascii=False))
    found = read(wire)
    assert markers_in(str(found)) == []


@pytest.mark.parametrize(
    ("wire", "path"),
    [
        (b"[]", "record"), (b"7", "record"), (b'"x"', "record"), (b"{", "record"),
        (b'{"DanhSachLePhi":{}}', "DanhSachLePhi"), (b'{"TaiLieuNop":["x"]}', "TaiLieuNop[0]"),
    ],
)  # fmt: skip
def test_an_object_of_another_shape_says_where_it_breaks(wire: bytes, path: str) -> None:
    with pytest.raises(RecordUnreadable) as caught:
        national_dossier.read(wire, CODE)
    assert caught.value.path == path


@pytest.mark.parametrize("wire", [opencps(), thanh_hoa(), ha_giang(), opencps(TrangThaiHoSo="")])
def test_a_kept_record_is_read_again_as_the_original_was(wire: dict[str, Any]) -> None:
    found = read(wire)
    assert national_dossier.redecode(found.record, CODE) == found._replace(particulars=None)


def test_what_redaction_left_behind_is_never_let_in_later() -> None:
    for lost in ("999000000001", "Người Không Có Thật 1"):
        again = national_dossier.redecode(read(opencps(NgayTiepNhan=lost)).record, CODE)
        assert (again.received_on, again.unreadable) == (None, "received_on")
    kept = national_dossier.redecode(read(opencps(NgayTiepNhan="2024-01-15 08:30:00")).record, CODE, G3)
    assert (kept.received_on, kept.unreadable) == (date(2024, 1, 15), "")
