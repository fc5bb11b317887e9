"""F21 to F28: sessions, logins and clocks."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
import time_machine

TOKEN = "/auth/realms/digo/protocol/openid-connect/token"
GRANT = {"grant_type": "client_credentials"}
CLIENT = ("sandbox-client", "sandbox-secret")
LOGIN = {"username": "sandbox", "password": "sandbox-password"}


async def token(client: httpx.AsyncClient) -> dict[str, str]:
    answer = await client.post(TOKEN, data=GRANT, auth=CLIENT)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def session(client: httpx.AsyncClient) -> str:
    return str((await client.post("/mapi/login", json=LOGIN)).json()["session"])


async def call(client: httpx.AsyncClient, live: str) -> dict[str, Any]:
    answer = await client.post("/mapi/g", json={"session": live, "madonvi": "x", "service": "LayDanhMucLinhVuc"})
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


async def search(client: httpx.AsyncClient, bearer: dict[str, str]) -> httpx.Response:
    return await client.get("/pa/dossier/search", headers=bearer)


async def test_f21_a_token_dies_in_mid_run_and_only_a_new_login_helps(portals: Any) -> None:
    client = portals.client
    old = await token(client)
    await portals.on("F21", path="igate", after=2)
    assert [(await search(client, old)).status_code for _ in range(5)] == [200, 200, 401, 401, 401]
    assert (await search(client, old)).headers["www-authenticate"] == "Bearer"
    new = await token(client)
    assert [(await search(client, one)).status_code for one in (new, old, new)] == [200, 401, 200]


async def test_f22_a_session_dies_in_an_answer_that_says_200(portals: Any) -> None:
    client = portals.client
    old = await session(client)
    await portals.on("F22", path="national_rpc")
    assert [(await call(client, old))["error_code"] for _ in range(2)] == ["-1", "-1"]
    assert (await call(client, await session(client)))["error_code"] == "00"
    await portals.off()
    await portals.on("F22", path="igate")
    answer = await search(client, await token(client))
    assert (answer.status_code, answer.json()["error_code"], "content" in answer.json()) == (200, "-1", False)


async def test_f23_a_session_dies_in_a_valid_empty_page(portals: Any) -> None:
    client = portals.client
    old = await token(client)
    await portals.on("F23", path="igate")
    page = (await search(client, old)).json()
    assert (page["content"], page["totalElements"], page["totalPages"], page["last"]) == ([], 0, 0, True)
    assert (await search(client, old)).json()["content"] == []
    assert (await search(client, await token(client))).json()["totalElements"] == 2236
    await portals.off()
    await portals.on("F23", path="opencps")
    assert (await portals.opencps()).json() == {"total": 0, "data": []}


async def test_f24_the_login_is_down_and_open_sessions_go_on(portals: Any) -> None:
    client = portals.client
    bearer, live = await token(client), await session(client)
    await portals.on("F24")
    assert (await client.post(TOKEN, data=GRANT, auth=CLIENT)).status_code == 503
    assert (await client.post("/mapi/login", json=LOGIN)).status_code == 503
    assert (await search(client, bearer)).status_code == 200
    assert (await call(client, live))["error_code"] == "00"


async def test_f25_a_second_login_ends_the_first(portals: Any) -> None:
    client = portals.client
    await portals.on("F25")
    first = await token(client)
    assert (await search(client, first)).status_code == 200
    second = await token(client)
    assert [(await search(client, one)).status_code for one in (first, second)] == [401, 200]
    await portals.off()
    await portals.on("F25", path="national_rpc")
    older, newer = await session(client), await session(client)
    assert [(await call(client, one))["error_code"] for one in (older, newer)] == ["-1", "00"]


async def test_f26_the_password_is_no_longer_right(portals: Any) -> None:
    client = portals.client
    bearer = await token(client)
    await portals.on("F26")
    refused = await client.post(TOKEN, data=GRANT, auth=CLIENT)
    assert (refused.status_code, refused.json()["error"]) == (401, "unauthorized_client")
    assert (await client.post("/mapi/login", json=LOGIN)).json()["error_code"] == "-1"
    assert (await search(client, bearer)).status_code == 200


@pytest.mark.parametrize("portal", ["igate", "opencps"])
async def test_f27_some_agencies_are_no_longer_seen(portals: Any, portal: str) -> None:
    agency = (lambda r: r["agency"]["code"]) if portal == "igate" else (lambda r: r["govAgencyCode"])
    before = {agency(record) for record in (await portals.all(portal)).values()}
    await portals.on("F27", parameters={"agencies": 2})
    seen = await portals.all(portal)
    after = {agency(record) for record in seen.values()}
    assert (len(before) - len(after), after < before) == (2, True)
    total = (await portals.ask(portal)).json()["totalElements" if portal == "igate" else "total"]
    assert total == len(seen) < 2236


async def test_f28_the_portal_s_clock_is_wrong_everywhere_alike(portals: Any) -> None:
    client = portals.client
    with time_machine.travel(datetime(2026, 11, 24, tzinfo=UTC), tick=False) as traveller:
        await portals.on("F28", parameters={"seconds": 120})
        bearer = await token(client)
        answer = await search(client, bearer)
        assert parsedate_to_datetime(answer.headers["date"]) == datetime(2026, 11, 24, 0, 2, tzinfo=UTC)
        traveller.shift(299)
        assert (await search(client, bearer)).status_code == 200
        await portals.off()
        right = await token(client)
        await portals.on("F28", parameters={"seconds": 301})
        assert (await search(client, right)).status_code == 401
        await portals.off()
        await portals.on("F28", parameters={"seconds": 60, "behind": True})
        answer = await search(client, right)
        assert parsedate_to_datetime(answer.headers["date"]) == datetime(2026, 11, 24, 0, 3, 59, tzinfo=UTC)
