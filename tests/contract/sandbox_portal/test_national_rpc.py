"""The national portal's session services, as portal-contracts.md 1.1 to 1.3, 2.1 and 7.1 to 7.6 show them."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import time_machine

LOGIN = {"username": "sandbox", "password": "sandbox-password"}
PROCEDURE_SAMPLE = {
    "ID": "1049999",
    "MATTHC": "1.005678",
    "TENTTHC": "",
    "CAPTHUCHIEN": [{"CAPTHUCHIEN": "3", "TENCAP": ""}],
    "CACHTHUCTHUCHIEN": [
        {
            "KENH": "2",
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": "1",
                    "DONVITINH": "Ngày làm việc",
                    "PHILEPHI": [{"MAPHILEPHI": "2'", "SOTIEN": "không", "DONVI": "đồng", "MOTA": ""}],
                }
            ],
        }
    ],
    "THANHPHANHOSO": [
        {"TRUONGHOP": "", "GIAYTO": [{"MAGIAYTO": "", "TENGIAYTO": "", "SOBANCHINH": "1", "SOBANSAO": "0", "URL": ""}]}
    ],
    "KETQUATHUCHIEN": [{"MAKETQUA": "", "TENKETQUA": ""}],
    "CANCUPHAPLY": [{"SOVANBAN": "", "TENVANBAN": "", "NGAYBANHANH": "", "NGAYHIEULUC": ""}],
    "COQUANTHUCHIEN": [{"MADONVI": "", "TENDONVI": ""}],
}


async def session(client: httpx.AsyncClient) -> str:
    answer = (await client.post("/mapi/login", json=LOGIN, headers={"dstcode": "VN:GOV:TEST"})).json()
    return str(answer["session"])


async def call(client: httpx.AsyncClient, service: str, **asked: Any) -> dict[str, Any]:
    body = {"session": await session(client), "madonvi": "000.00.00.H24", "service": service, **asked}
    answer = await client.post("/mapi/g", json=body)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(("spelling", "code"), [("00", "00"), ("0", "0"), ("int", 0)])
async def test_success_is_spelt_as_configured(
    opened: Callable[..., httpx.AsyncClient], spelling: str, code: object
) -> None:
    client = opened(rpc_success=spelling)
    login = (await client.post("/mapi/login", json=LOGIN)).json()
    assert login["error_code"] == code
    assert type(login["error_code"]) is type(code)
    assert (await call(client, "LayDanhMucLinhVuc"))["error_code"] == code


async def test_dictionaries_have_keys_in_capitals_and_come_whole(client: httpx.AsyncClient) -> None:
    agencies = (await call(client, "LayDanhMucCoQuan"))["result"]
    fields = (await call(client, "LayDanhMucLinhVuc"))["result"]
    levels = (await call(client, "LayDanhMucCapThucHien"))["result"]
    procedures = (await call(client, "LayDanhSachTTHC"))["result"]
    assert agencies[1].items() >= {"MADONVI": "000.00.99.H24", "CAPDONVI": "1"}.items()
    assert {tuple(row) for row in fields} == {("MALINHVUC", "TENLINHVUC", "MANGANH")}
    assert {row["CAPTHUCHIEN"] for row in levels} == {"0", "1", "2", "3"}
    assert len(procedures) == 114
    assert {tuple(row) for row in procedures} == {("MATTHC", "TENTTHC")}


async def test_a_procedure_has_the_sample_s_shape(
    client: httpx.AsyncClient, same_shape: Callable[[Any, Any], None]
) -> None:
    levels: Counter[str] = Counter()
    for row in (await call(client, "LayDanhSachTTHC"))["result"]:
        detail = (await call(client, "LayThuTuc", maTTHC=row["MATTHC"]))["result"]
        same_shape([PROCEDURE_SAMPLE], detail)
        assert int(detail[0]["TRANGTHAI"]) == 1
        levels[detail[0]["CAPTHUCHIEN"][0]["CAPTHUCHIEN"]] += 1
    assert levels == {"1": 75, "2": 34, "3": 5}


async def test_an_abolished_procedure_is_shown_as_not_public_and_an_unknown_one_is_not_shown(
    client: httpx.AsyncClient,
) -> None:
    gone = (await call(client, "LayThuTuc", maTTHC="9.980001"))["result"]
    assert int(gone[0]["TRANGTHAI"]) == 0
    assert (await call(client, "LayThuTuc", maTTHC="1.999999"))["result"] == []


async def test_money_is_text_with_dots(client: httpx.AsyncClient) -> None:
    detail = (await call(client, "LayThuTuc", maTTHC="1.004889"))["result"][0]
    assert detail["CACHTHUCTHUCHIEN"][0]["THOIGIAN"][0]["PHILEPHI"][0]["SOTIEN"] == "250.000"


async def test_the_highest_online_level_of_a_procedure_gives_45_and_69(client: httpx.AsyncClient) -> None:
    rows = (await call(client, "LayDVC"))["result"]["data"]
    levels: dict[str, set[str]] = {}
    for row in rows:
        assert row.keys() >= {"MADVC", "TENDVC", "MATTHC", "TENTTHC", "TENCOQUANBANHANH", "TENLINHVUC", "APDUNGDVC"}
        levels.setdefault(row["MATTHC"], set()).add(row["MUCDO"])
    best = Counter("toàn trình" if "toàn trình" in found else "một phần" for found in levels.values())
    assert best == {"toàn trình": 45, "một phần": 69}
    assert len(rows) > 114
    assert len({row["MADVC"] for row in rows}) == len(rows)


async def test_a_dossier_is_found_by_its_code_with_the_national_status(client: httpx.AsyncClient) -> None:
    form = {"grant_type": "client_credentials", "client_id": "sandbox-client", "client_secret": "sandbox-secret"}
    token = (await client.post("/auth/realms/digo/protocol/openid-connect/token", data=form)).json()["access_token"]
    page = await client.get("/pa/dossier/search?size=40", headers={"Authorization": f"Bearer {token}"})
    national = {"Đã trả kết quả": "10", "Có kết quả": "9"}
    codes = {r["code"]: national.get(r["dossierTaskStatus"]["name"]) for r in page.json()["content"]}
    known = [(code, status) for code, status in codes.items() if status]
    assert len(known) > 5
    for code, status in known:
        found = (await call(client, "TraCuuHoSo", mahoso=code))["result"]
        assert found == [{"MaHoSo": code, "TrangThaiHoSo": status}]
    assert (await call(client, "TraCuuHoSo", mahoso="000.00.99.H24-240101-0001"))["result"] == []


async def test_a_wrong_login_gives_no_session(client: httpx.AsyncClient) -> None:
    answer = await client.post("/mapi/login", json=LOGIN | {"password": "wrong"})
    assert (answer.status_code, answer.json()["session"], answer.json()["error_code"]) == (200, "", "-1")


async def test_a_session_ends_after_ten_minutes(client: httpx.AsyncClient) -> None:
    with time_machine.travel(datetime(2026, 11, 24, tzinfo=UTC), tick=False) as traveller:
        body = {"session": await session(client), "madonvi": "000.00.00.H24", "service": "LayDanhMucLinhVuc"}
        traveller.shift(599)
        assert (await client.post("/mapi/g", json=body)).json()["error_code"] == "00"
        traveller.shift(1)
        assert (await client.post("/mapi/g", json=body)).json()["error_code"] == "-1"


@pytest.mark.parametrize("given", ["", "-", "ffffffff-", "zz-00", "ffffffff-0123456789abcdef01234567", "é-é"])
async def test_a_session_that_is_not_ours_is_refused(client: httpx.AsyncClient, given: str) -> None:
    body = {"session": given, "madonvi": "000.00.00.H24", "service": "LayDVC"}
    answer = (await client.post("/mapi/g", json=body)).json()
    assert (answer["error_code"], answer["result"]) == ("-1", [])


async def test_an_unknown_service_or_a_missing_agency_is_refused_with_status_200(client: httpx.AsyncClient) -> None:
    assert (await call(client, "LayGiDo"))["error_code"] == "-1"
    assert (await call(client, "LayDVC", madonvi=""))["error_code"] == "-1"
