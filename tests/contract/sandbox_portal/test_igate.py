"""iGate, as portal-contracts.md 3.2 and 7.11 show it."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

TOKEN = "/auth/realms/digo/protocol/openid-connect/token"
SEARCH = "/pa/dossier/search"
BASIC = ("sandbox-client", "sandbox-secret")
GRANT = {"grant_type": "client_credentials"}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
MARKERS = ("Người Không Có Thật", "@canary.invalid", "0000", "999000", "Phố Không Có Thật")
SAMPLE = {
    "content": [
        {
            "id": "68f",
            "code": "000.00.42.H29-260901-0007",
            "procedure": {"code": "", "nationCode": "", "translate": {"name": ""}, "sector": {"code": ""}},
            "procedureProcessDefinition": {
                "processDefinition": {"processingTime": 1, "processingTimeUnit": "d", "timesheet": {"name": ""}}
            },
            "agency": {"id": "", "name": "", "code": ""},
            "applicant": {
                "data": {"fullname": "", "identityNumber": "", "phoneNumber": "", "email": "", "address": ""}
            },
            "appliedDate": "",
            "acceptedDate": "",
            "appointmentDate": "",
            "dueDate": "",
            "completedDate": None,
            "updatedDate": "",
            "dossierStatus": {"id": 2, "name": ""},
            "dossierTaskStatus": {"id": "60f", "name": ""},
            "applyMethod": {"id": 0, "name": ""},
            "currentTask": [{"dueDate": "", "assignee": {"fullname": ""}}],
        }
    ],
    "totalElements": 1234,
    "totalPages": 25,
    "size": 50,
    "number": 0,
    "last": False,
}

Record = dict[str, Any]


async def search(client: httpx.AsyncClient, bearer: dict[str, str], **asked: Any) -> Record:
    answer = await client.get(SEARCH, params={name.replace("_", "-"): asked[name] for name in asked}, headers=bearer)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    found: Record = answer.json()
    return found


async def walk(client: httpx.AsyncClient, bearer: dict[str, str], **asked: Any) -> list[Record]:
    found: list[Record] = []
    page: Record = {"last": False}
    number = 0
    while not page["last"]:
        page = await search(client, bearer, page=number, **asked)
        found += page["content"]
        number += 1
    return found


def local_day(stamp: str | None) -> date | None:
    """Reads the portal's one date format by hand, as an integrator would."""
    if stamp is None:
        return None
    assert INSTANT.fullmatch(stamp), stamp
    return (datetime.fromisoformat(stamp[:19]) + timedelta(hours=7)).date()


async def test_a_search_has_the_shape_of_the_sample(
    client: httpx.AsyncClient, bearer: dict[str, str], same_shape: Callable[[Any, Any], None]
) -> None:
    same_shape(SAMPLE, await search(client, bearer, page=0, size=1_000, spec="page", sort="updatedDate,desc"))


async def test_the_report_s_integers_come_over_the_wire(client: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    first, last = date(2023, 11, 15), date(2024, 12, 5)
    seen: Counter[str] = Counter()
    for record in await walk(client, bearer, size=500):
        received, ended = local_day(record["acceptedDate"]), local_day(record["completedDate"])
        due = local_day(record["appointmentDate"])
        if received is None:
            seen[record["dossierTaskStatus"]["name"]] += 1
            continue
        assert due is not None
        seen["online" if record["applyMethod"]["id"] == 0 else "other"] += first <= received <= last
        seen["carried"] += received < first
        seen["early"] += ended is not None and first <= ended <= last and ended < due
        seen["on time"] += ended is not None and first <= ended <= last and ended == due
        seen["open"] += ended is None and due >= last
    assert seen == {
        "online": 2205,
        "other": 2,
        "carried": 8,
        "early": 2155,
        "on time": 17,
        "open": 43,
        "Mới đăng ký": 12,
        "Từ chối tiếp nhận": 9,
    }


async def test_pages_count_from_zero_and_join_without_gap_or_overlap(
    client: httpx.AsyncClient, bearer: dict[str, str]
) -> None:
    newest = await walk(client, bearer, size=300, sort="updatedDate,desc")
    oldest = await walk(client, bearer, size=300, sort="updatedDate,asc")
    assert len({record["code"] for record in newest}) == len(newest) == 2236
    assert newest == oldest[::-1]
    updated = [record["updatedDate"] for record in newest]
    assert updated == sorted(updated, reverse=True)


async def test_a_slice_tells_only_whether_it_is_the_last(client: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    page = await search(client, bearer, page=2, size=1_000, spec="slice")
    assert page.keys() == {"content", "size", "number", "last"}
    assert (len(page["content"]), page["last"]) == (236, True)
    beyond = await search(client, bearer, page=99, size=1_000)
    assert (beyond["content"], beyond["last"], beyond["totalElements"], beyond["totalPages"]) == ([], True, 2236, 3)


async def test_a_page_longer_than_allowed_is_cut_without_a_word(opened: Callable[..., httpx.AsyncClient]) -> None:
    client = opened()
    token = (await client.post(TOKEN, data=GRANT, auth=BASIC)).json()["access_token"]
    page = await search(client, {"Authorization": f"Bearer {token}"}, size=5_000)
    assert (len(page["content"]), page["size"], page["totalPages"]) == (200, 200, 12)


async def test_each_filter_narrows_and_an_empty_one_is_ignored(
    client: httpx.AsyncClient, bearer: dict[str, str]
) -> None:
    everything = await walk(client, bearer, size=1_000)
    aids = {a["code"]: a["igate_id"] for a in (await client.get("/sandbox")).json()["agencies"]}
    task = everything[0]["dossierTaskStatus"]["id"]
    chosen: list[tuple[dict[str, str], Callable[[Record], bool]]] = [
        ({"ancestor-agency-id": aids["H24.99.01"]}, lambda r: r["agency"]["code"] == "000.01.99.H24"),
        ({"ancestor-agency-id": aids["H24.99"]}, lambda r: True),
        ({"procedure-code": "1.005142"}, lambda r: r["procedure"]["code"] == "1.005142"),
        ({"task-status-id": task}, lambda r: r["dossierTaskStatus"]["id"] == task),
        ({"dossier-status": "2,6"}, lambda r: r["dossierStatus"]["id"] in (2, 6)),
        ({"apply-method-id": "2"}, lambda r: r["applyMethod"]["id"] == 2),
        ({"code": everything[7]["code"]}, lambda r: r["code"] == everything[7]["code"]),
        (
            {"accepted-from": "01/06/2024", "accepted-to": "30/06/2024"},
            lambda r: (day := local_day(r["acceptedDate"])) is not None and (day.year, day.month) == (2024, 6),
        ),
        (
            {"appointment-from": "05/12/2024"},
            lambda r: (day := local_day(r["appointmentDate"])) is not None and day >= date(2024, 12, 5),
        ),
        ({"applied-to": "14/11/2023"}, lambda r: (local_day(r["appliedDate"]) or date.max) <= date(2023, 11, 14)),
        ({"code": "", "accepted-from": "", "phone": "", "sector-id": "unknown to the sandbox"}, lambda r: True),
    ]
    for asked, keep in chosen:
        expected = [record for record in everything if keep(record)]
        assert expected, asked
        assert await walk(client, bearer, size=1_000, **asked) == expected, asked


async def test_foreign_ids_find_nothing(client: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    for name in ("ancestor-agency-id", "task-status-id", "apply-method-id", "dossier-status", "procedure-code", "code"):
        assert (await search(client, bearer, **{name: "68f000000000000000000000"}))["totalElements"] == 0, name


async def test_a_day_in_another_format_is_refused_in_the_portal_s_words(
    client: httpx.AsyncClient, bearer: dict[str, str]
) -> None:
    answer = await client.get(SEARCH, params={"accepted-from": "2024-06-01"}, headers=bearer)
    assert (answer.status_code, answer.json()["error"], answer.json()["path"]) == (400, "Bad Request", SEARCH)


async def test_the_portal_s_dirt_is_there_and_rare(client: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    records = await walk(client, bearer, size=1_000)
    undefined = [r for r in records if r["procedure"]["nationCode"] == "undefined"]
    names = Counter(r["dossierTaskStatus"]["name"] for r in records)
    dirty = {
        name: count
        for name, count in names.items()
        if not name.isascii() and (name != name.strip() or "\u0323" in name)
    }
    assert 1 <= len(undefined) <= 20
    assert all(r["procedure"]["code"] != "undefined" for r in records)
    assert len(dirty) >= 2
    assert sum(dirty.values()) < 0.05 * len(records)


async def test_every_value_of_a_person_carries_a_marker(opened: Callable[..., httpx.AsyncClient]) -> None:
    for settings in ({}, {"scenario": "province", "dossiers": 3_000, "agencies": 40}):
        client = opened(max_page_size=5_000, **settings)
        token = (await client.post(TOKEN, data=GRANT, auth=BASIC)).json()["access_token"]
        for record in await walk(client, {"Authorization": f"Bearer {token}"}, size=5_000):
            people = [record["applicant"], [task["assignee"] for task in record["currentTask"]]]
            for value in leaves(people):
                assert any(marker in str(value) for marker in MARKERS), value


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value]


async def test_a_token_is_given_for_five_minutes(client: httpx.AsyncClient) -> None:
    answer = await client.post(TOKEN, data=GRANT, auth=BASIC)
    assert answer.status_code == 200
    assert answer.json().items() >= {"expires_in": 300, "token_type": "Bearer"}.items()
    assert answer.json()["access_token"].count(".") == 2


async def test_a_token_ends_and_a_later_one_works(client: httpx.AsyncClient) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-24T00:00:00+00:00"), tick=False) as traveller:
        old = {"Authorization": f"Bearer {(await client.post(TOKEN, data=GRANT, auth=BASIC)).json()['access_token']}"}
        traveller.shift(299)
        assert (await client.get(SEARCH, headers=old)).status_code == 200
        traveller.shift(1)
        refused = await client.get(SEARCH, headers=old)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")
        assert refused.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("form", "basic", "status", "error"),
    [
        (GRANT, ("sandbox-client", "wrong"), 401, "unauthorized_client"),
        (GRANT, ("other", "sandbox-secret"), 401, "unauthorized_client"),
        (GRANT, None, 401, "unauthorized_client"),
        ({}, BASIC, 400, "invalid_request"),
        ({"grant_type": "implicit"}, BASIC, 400, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "sandbox", "password": "no"}, BASIC, 401, "invalid_grant"),
    ],
)
async def test_a_sign_on_is_refused_as_keycloak_does(
    client: httpx.AsyncClient, form: dict[str, str], basic: tuple[str, str] | None, status: int, error: str
) -> None:
    answer = await client.post(TOKEN, data=form, auth=basic) if basic else await client.post(TOKEN, data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "error_description" in answer.json()


async def test_the_password_grant_and_a_client_in_the_form_work_too(client: httpx.AsyncClient) -> None:
    user = {"grant_type": "password", "username": "sandbox", "password": "sandbox-password"}
    form = {"client_id": BASIC[0], "client_secret": BASIC[1]}
    assert (await client.post(TOKEN, data=user | form)).status_code == 200


@pytest.mark.parametrize(
    "header", [None, "Basic c2FuZGJveA==", "Bearer ", "Bearer abc", "Bearer a.b.c", "Bearer é.é.é"]
)
async def test_without_a_token_of_ours_nothing_is_told(client: httpx.AsyncClient, header: str | None) -> None:
    headers = {"Authorization": header.encode()} if header else {}
    answer = await client.get(SEARCH, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"] in {"unauthorized", "invalid_token"}


def kept_in(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


async def test_a_spooled_page_is_the_same_page_and_a_change_makes_another(
    opened: Callable[..., httpx.AsyncClient], tmp_path: Path
) -> None:
    settings = {"scenario": "province", "dossiers": 5_000, "agencies": 50, "max_page_size": 1_000}
    plain, spooled = opened(**settings), opened(**settings, spool_dir=tmp_path)
    token = (await plain.post(TOKEN, data=GRANT, auth=BASIC)).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    asked = {"page": 2, "size": 1_000}
    expected = (await plain.get(SEARCH, params=asked, headers=bearer)).content
    assert (await spooled.get(SEARCH, params=asked, headers=bearer)).content == expected
    assert kept_in(tmp_path) == [expected]
    assert (await spooled.get(SEARCH, params=asked, headers=bearer)).content == expected
    await spooled.post("/sandbox/changes", json={"share": 0.1, "round": 1})
    assert (await spooled.get(SEARCH, params=asked, headers=bearer)).content != expected


async def test_a_full_spool_keeps_nothing_more(opened: Callable[..., httpx.AsyncClient], tmp_path: Path) -> None:
    client = opened(spool_dir=tmp_path, spool_max_bytes=10)
    token = (await client.post(TOKEN, data=GRANT, auth=BASIC)).json()["access_token"]
    page = await search(client, {"Authorization": f"Bearer {token}"}, size=5)
    assert len(page["content"]) == 5
    assert kept_in(tmp_path) == []


async def test_a_page_is_valid_json_in_utf_8(client: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    answer = await client.get(SEARCH, params={"size": 3}, headers=bearer)
    assert "Người Không Có Thật" in answer.content.decode("utf-8")
    assert json.loads(answer.content)["size"] == 3
