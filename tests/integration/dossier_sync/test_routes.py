"""The API, asked as an operator and an integrator ask it, over a synced feed."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.particulars import Cause, Components, DueChange, Fee, Particulars
from shared.runtime.database import transaction
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record, waiting
from support.syncing import FEED, sync
from support.telling import bury, telling


@pytest.fixture
async def api(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with an_api(engine, database_url) as client:
        yield client


@pytest.fixture
async def synced(engine: AsyncEngine) -> FakeIgate:
    """Six dossiers: four ended, one open and one waiting; and one record set aside."""
    codes = [f"000.00.99.H24-240115-{n:04d}" for n in range(1, 7)]
    portal = FakeIgate(
        [
            *(a_record(code) for code in codes[:4]),
            a_record(codes[4], **waiting("Thụ lý hồ sơ"), agency={"code": "000.01.99.H24"}),
            a_record(codes[5], **waiting("Yêu cầu bổ sung giấy tờ"), appointmentDate="2024-02-20T10:00:00.000+0000"),
            a_record("999000000001"),
        ]
    )
    await sync(engine, portal.portal(3))
    return portal


async def answer(api: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:
    found = await api.get(path, params=parameters)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json()
    return body


@pytest.mark.usefixtures("synced")
async def test_an_operator_sees_the_feed_and_its_run(api: httpx.AsyncClient) -> None:
    (feed,) = (await answer(api, "/v1/feeds"))["items"]
    assert (feed["feed"], feed["last_verdict"], feed["quarantined"], feed["pages"]) == (FEED, "succeeded", 1, 3)
    assert await answer(api, f"/v1/feeds/{FEED}") == feed
    (run,) = (await answer(api, "/v1/runs", feed=FEED))["items"]
    assert (run["seen"], run["new"], run["quarantined"], run["portal_total"]) == (7, 6, 1, 7)
    assert await answer(api, f"/v1/runs/{run['run_id']}") == run
    (counted,) = (await answer(api, "/v1/reconciliation"))["lists"]
    assert (counted["theirs"], counted["ours"], counted["unexplained"]) == (7, 6, 0)
    assert counted["explained"] == [{"cause": "quarantined", "dossiers": 1}]


@pytest.mark.usefixtures("synced")
async def test_an_operator_asks_for_a_run(api: httpx.AsyncClient, engine: AsyncEngine) -> None:
    accepted = await api.post(f"/v1/feeds/{FEED}/runs", json={"mode": "full"})
    assert (accepted.status_code, accepted.json()) == (202, {"feed": FEED, "mode": "full", "replay": None})
    async with engine.connect() as connection:
        asked = await connection.execute(text("select requested_mode from dossier.feed"))
        assert asked.scalar_one() == "full"
    assert (await api.post("/v1/feeds/nobody/dossiers/runs", json={})).status_code == 404
    assert (await api.post(f"/v1/feeds/{FEED}/runs", json={"mode": "all"})).status_code == 422


@pytest.mark.usefixtures("synced")
async def test_what_was_set_aside_is_shown_without_the_person(api: httpx.AsyncClient) -> None:
    (aside,) = (await answer(api, "/v1/quarantine", reason="code_unreadable"))["items"]
    assert (aside["source_key"][:7], aside["field"], aside["closed"]) == ("sha256:", "dossier_code", False)
    assert "999000" not in str(aside)
    assert (await answer(api, "/v1/quarantine", closed=True))["items"] == []
    retried = await api.post(f"/v1/quarantine/{aside['id']}/retry")
    assert (retried.status_code, retried.json()["mode"]) == (202, "full")
    assert (await api.post("/v1/quarantine/1/retry")).status_code == 404


@pytest.mark.usefixtures("synced")
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, 6),
        ({"agency": "H24.99"}, 6),
        ({"agency": "000.01.99.H24"}, 1),
        ({"agency": "H24.9"}, None),
        ({"agency": "H24.98"}, 0),
        ({"state": "open"}, 2),
        ({"state": "waiting"}, 1),
        ({"state": "ended"}, 4),
        ({"gone": "true"}, 0),
        ({"state": "open", "due_before": "2024-02-01"}, 1),
    ],
)
async def test_dossiers_are_listed_by_subtree_state_and_day(
    api: httpx.AsyncClient, filters: dict[str, str], found: int | None
) -> None:
    if found is None:
        refused = await api.get("/v1/dossiers", params=filters)
        assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "agency")
        return
    assert len((await answer(api, "/v1/dossiers", **filters))["items"]) == found


@pytest.mark.usefixtures("synced")
async def test_pages_of_a_list_join_without_gap_or_repeat(api: httpx.AsyncClient) -> None:
    codes, cursor = [], None
    while True:
        page = await answer(api, "/v1/dossiers", limit=2, **({"cursor": cursor} if cursor else {}))
        codes += [one["code"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(codes) == len(set(codes)) == 6
    foreign = await answer(api, "/v1/dossiers", limit=2)
    refused = await api.get("/v1/dossiers", params={"state": "open", "cursor": foreign["next"]})
    assert (refused.status_code, refused.json()["failed_check"]) == (400, "cursor-invalid")


async def test_a_dossier_shows_every_version_of_it(
    api: httpx.AsyncClient, engine: AsyncEngine, synced: FakeIgate
) -> None:
    code = "000.00.99.H24-240115-0001"
    synced.put(a_record(code, completedDate="2024-01-18T03:00:00.000+0000", updatedDate="2024-01-18T04:00:00.000+0000"))
    await sync(engine, synced.portal(3))
    synced.put(a_record(code, updatedDate="2024-01-16T04:00:00.000+0000"))
    await sync(engine, synced.portal(3))
    found = await answer(api, f"/v1/dossiers/{code.lower()}")
    assert found["current"]["ended_on"] == "2024-01-18"
    assert [(one["number"], one["applied"]) for one in found["history"]] == [(3, False), (2, True), (1, True)]
    assert (await api.get("/v1/dossiers/000.00.99.H24-240115-9999")).status_code == 404


async def test_a_tombstone_is_shown_in_the_ledger_and_leaves_the_lists(
    api: httpx.AsyncClient, engine: AsyncEngine, synced: FakeIgate
) -> None:
    code = "000.00.99.H24-240115-0006"
    await bury(engine, code)
    (gone,) = (await answer(api, "/v1/dossiers", gone=True))["items"]
    assert (gone["code"], gone["gone"]) == (code, True)
    assert code not in [one["code"] for one in (await answer(api, "/v1/dossiers"))["items"]]
    found = await answer(api, f"/v1/dossiers/{code}")
    assert [(one["number"], one["facts"]["gone"]) for one in found["history"]] == [(2, True), (1, False)]
    *_, last = (await answer(api, "/v1/ledger"))["items"]
    assert (last["facts"]["code"], last["facts"]["gone"]) == (code, True)
    await sync(engine, synced.portal(3))
    assert (await answer(api, f"/v1/dossiers/{code}"))["current"]["gone"] is False


async def test_particulars_and_every_promised_day_are_shown(api: httpx.AsyncClient, engine: AsyncEngine) -> None:
    code = "000.00.99.H24-240115-0001"
    portal = FakeIgate([a_record(code, updatedDate="2024-01-15T04:00:00.000+0000")])
    await sync(engine, portal.portal())
    change = DueChange(date(2024, 1, 16), date(2024, 1, 18), date(2024, 1, 25), Cause.SUPPLEMENT)
    told = Particulars(
        fees=(Fee("1", 50_000, None),), components=Components(3, 2, None, None), due_changes=(change,), digitised=True
    )
    portal.put(a_record(code, appointmentDate="2024-01-25T10:00:00.000+0000"))
    await sync(engine, telling(portal, {code: told}))
    found = await answer(api, f"/v1/dossiers/{code}")
    assert [(one["due_on"], one["since"], one["cause"]) for one in found["due_dates"]] == [
        ("2024-01-18", "2024-01-15", None),
        ("2024-01-25", "2024-01-16", "supplement"),
    ]
    particulars = found["current"]["particulars"]
    assert particulars["fees"] == [{"kind": "1", "amount": 50_000, "collected_at": None}]
    assert particulars["components"] == {"total": 3, "digitised": 2, "reused": None, "from_store": None}
    assert (particulars["digitised"], particulars["apologies"], particulars["unread"]) == (True, None, [])
    assert found["history"][1]["facts"]["particulars"] is None


@pytest.mark.usefixtures("synced")
async def test_another_agencys_dossiers_do_not_exist_for_the_caller(
    api: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    """The sub-unit H24.99.01 has one dossier; to it the five of the department above are no dossiers at all."""
    async with transaction(engine) as connection:
        await connection.execute(text("update catalogue.api_client set agency_code = 'H24.99.01'"))
    listed = await answer(api, "/v1/dossiers")
    assert [one["agency"] for one in listed["items"]] == ["H24.99.01"]
    followed = await answer(api, "/v1/ledger")
    assert [one["facts"]["agency"] for one in followed["items"]] == ["H24.99.01"]
    assert (await api.get("/v1/dossiers", params={"agency": "H24.99"})).status_code == 404
    foreign = await api.get("/v1/dossiers/000.00.99.H24-240115-0001")
    absent = await api.get("/v1/dossiers/000.00.99.H24-240115-9999")
    assert (foreign.status_code, foreign.json()["detail"]) == (absent.status_code, absent.json()["detail"])
    assert (await api.get("/v1/dossiers/000.00.99.H24-240115-0005")).status_code == 200


@pytest.mark.usefixtures("synced")
async def test_a_follower_of_the_ledger_misses_nothing(api: httpx.AsyncClient) -> None:
    seen, cursor = [], None
    while True:
        page = await answer(api, "/v1/ledger", after=0, limit=4, **({"cursor": cursor} if cursor else {}))
        seen += [(one["entry"], one["facts"]["code"]) for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == 6
    assert page["newest_entry"] == 3
    rest = await answer(api, "/v1/ledger", after=page["newest_entry"])
    assert (rest["items"], rest["next"]) == ([], None)
    first = await answer(api, "/v1/ledger", after=1)
    assert {one["entry"] for one in first["items"]} <= {2, 3}


@pytest.mark.usefixtures("synced")
async def test_asking_twice_costs_a_304(api: httpx.AsyncClient) -> None:
    for path in ("/v1/dossiers", "/v1/ledger", "/v1/runs", "/v1/quarantine", "/v1/reconciliation"):
        first = await api.get(path)
        again = await api.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, path) == (304, path)


@pytest.mark.usefixtures("synced")
async def test_gauges_come_from_the_rows(api: httpx.AsyncClient) -> None:
    metrics = (await api.get("/metrics")).text
    assert f'motcua_feed_quarantined{{feed="{FEED}"}} 1.0' in metrics
    assert f'motcua_feed_state{{feed="{FEED}",state="stale"}} 1.0' in metrics
    assert (await api.get("/readyz")).status_code == 200


async def test_without_the_scope_nothing_is_said(api: httpx.AsyncClient) -> None:
    api.headers.pop("Authorization")
    for path in ("/v1/feeds", "/v1/runs", "/v1/dossiers", "/v1/ledger", "/v1/quarantine"):
        assert (await api.get(path)).status_code == 401
