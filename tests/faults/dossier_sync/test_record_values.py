"""Values of national dossier objects that lie: dates that are none, amounts, persons where codes should be."""

import json
from typing import Any

import pytest

from dossier_sync.domain import particulars
from dossier_sync.domain.dossier import PortalRecord
from dossier_sync.domain.particulars import Fee, Particulars
from dossier_sync.portals import national_dossier
from dossier_sync.portals.national_dossier import G2, G3, Contract
from shared.runtime.telemetry import REGISTRY
from support.canaries import markers_in
from support.national_wire import CODE, a_round, opencps


def read(told: dict[str, Any], contract: Contract = G2) -> PortalRecord:
    return national_dossier.read(json.dumps(told, ensure_ascii=False).encode(), CODE, contract)


def told(record: PortalRecord) -> Particulars:
    assert record.particulars is not None
    return particulars.read(record.particulars)


def sentinels() -> float:
    return REGISTRY.get_sample_value("motcua_dates_sentinel_total", {"portal": "national"}) or 0.0


@pytest.mark.fault("F72")
@pytest.mark.parametrize("wire", ["", "  ", None, "0", 0])
def test_f72_a_blank_date_is_none(wire: object) -> None:
    found = read(opencps(NgayHenTra=wire))
    assert (found.due_on, found.unreadable) == (None, "")


@pytest.mark.fault("F72")
def test_f72_a_missing_date_is_none() -> None:
    wire = opencps()
    del wire["NgayHenTra"]
    assert (read(wire).due_on, read(wire).unreadable) == (None, "")


@pytest.mark.fault("F73")
@pytest.mark.parametrize("wire", ["00010101000000", "19000101000000", "99991231235959", "00000000000000"])
def test_f73_a_sentinel_is_none_and_counted(wire: str) -> None:
    before = sentinels()
    found = read(opencps(NgayHenTra=wire))
    assert (found.due_on, found.unreadable, sentinels() - before) == (None, "", 1)


@pytest.mark.fault("F74")
@pytest.mark.parametrize(
    "wire",
    [
        "20240115", "202401150830", "20240115083000000", "15/01/2024", "05/06/2024 08:30:00", "2024-01-15 08:30:00",
        "2024-01-15T08:30:00Z", "2024-01-15T08:30:00+0700", "/Date(1705282200000)/", "45306", 45306.5, True, [],
        "２０２４０１１５０８３０００",
    ],
)  # fmt: skip
def test_f74_a_date_outside_the_list_of_the_contract_is_not_guessed(wire: object) -> None:
    found = read(opencps(NgayTiepNhan=wire))
    assert (found.received_on, found.unreadable) == (None, "received_on")
    again = national_dossier.redecode(found.record, CODE)
    assert (again.received_on, again.unreadable) == (None, "received_on")


@pytest.mark.fault("F74")
@pytest.mark.parametrize("wire", ["15/01/2024 08:30:00", "2024-01-15T08:30:00Z", "20240115"])
def test_f74_the_three_forms_of_2026_are_a_list_too(wire: str) -> None:
    assert read(opencps(NgayTiepNhan=wire), G3).unreadable == "received_on"


@pytest.mark.fault("F75")
@pytest.mark.parametrize("wire", ["20240230083000", "20240115246000", "20240115240000", "20241301083000"])
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (lambda at: {"NgayTiepNhan": at}, "received_on"),
        (lambda at: {"NgayKetThucXuLy": at}, "ended_on"),
        (lambda at: {"DanhSachHoSoBoSung": [a_round(NgayBoSung=at)]}, "supplements"),
        (lambda at: {"DanhSachHoSoBoSung": [a_round(NgayHenTraMoi=at)]}, "due_changes"),
    ],
)
def test_f75_a_moment_that_does_not_exist_is_named(wire: str, changed: Any, named: str) -> None:
    assert read(opencps(**changed(wire))).unreadable == named


@pytest.mark.fault("F84")
@pytest.mark.parametrize(
    ("wire", "amount"),
    [
        ("0", 0), (0, 0), ("20000", 20_000), (20000, 20_000), (20000.0, 20_000), ("1.000", 1_000), ("1,000", 1_000),
        ("1.000.000", 1_000_000), ("không", 0), ("KHÔNG", 0), ("", None), (None, None),
    ],
)  # fmt: skip
def test_f84_an_amount_is_read_with_dots_or_commas(wire: object, amount: int | None) -> None:
    assert told(read(opencps(DanhSachLePhi=[{"Gia": wire}]))).fees == (Fee(None, amount, None),)


@pytest.mark.fault("F84")
@pytest.mark.parametrize(
    "wire", ["1.5", "1.00.000", "1.000,00", "hai mươi nghìn", "1 000", "-5", True, 0.5, "1e6", "079200000001", 10**12]
)
def test_f84_an_amount_that_could_mean_two_things_is_named_unread_and_not_guessed(wire: object) -> None:
    found = told(read(opencps(DanhSachLePhi=[{"Gia": wire}])))
    assert (found.fees, found.unread) == (None, ("fees",))


@pytest.mark.fault("F85")
@pytest.mark.parametrize("value", ["Người Không Có Thật 1", "999000000001", "0000000001"])
def test_f85_a_name_or_a_number_in_the_wrong_field_is_dropped(value: str) -> None:
    fields = ("MaTTHC", "MaLinhVuc", "TrangThaiHoSo", "KenhThucHien", "NoiNopHoSo", "DuocThanhToanTrucTuyen",
              "HoSoCoThanhPhanSoHoa", "TaiKhoanDuocXacThucVoiVNeID", "NgayTiepNhan", "NgayHenTra")  # fmt: skip
    found = read(
        opencps(
            **dict.fromkeys(fields, value),
            MaHoSo=value,
            MaDonViTiepNhan=value,
            DSKetNoiCSDL=[{"MaCSDL": value}],
            DanhSachLePhi=[{"Gia": value, "LoaiPhiLePhi": value}],
        )
    )
    assert markers_in(str(found._replace(code=""))) == []
    assert told(found).unread == ("databases", "digitised", "fees", "filed_at", "paid_online", "verified_account")
