"""Alarms and gaps as an operator meets them: listed, explained, decided by somebody who is named, scraped."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record
from support.syncing import FEED, row, sync

CODES = [f"000.00.99.H24-240115-{n:04d}" for n in range(30)]


@pytest.fixture
async def api(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with an_api(engine, database_url) as client:
        yield client


async def test_an_alarm_is_explained_and_decided_with_a_name(api: httpx.AsyncClient, engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(code) for code in CODES])
    await sync(engine, portal.portal(10))
    portal.records = portal.records[15:]
    await sync(engine, portal.portal(10))
    (alarm,) = (await api.get("/v1/alarms", params={"feed": FEED})).json()["items"]
    assert (alarm["alarm"], alarm["rows"], alarm["decision"]) == ("count_drop", 15, None)
    assert "portal's owner" in alarm["what_to_do"]
    scraped = (await api.get("/metrics")).text
    assert f'motcua_feed_alarm{{alarm="count_drop",feed="{FEED}"}} 15.0' in scraped

    too_few = {"alarm": "count_drop", "decision": "accept", "rows": 14}
    assert (await api.post(f"/v1/feeds/{FEED}/approve", json=too_few)).status_code == 404
    answer = await api.post(f"/v1/feeds/{FEED}/approve", json={**too_few, "rows": 15})
    (decided,) = answer.json()["items"]
    assert (decided["decision"], decided["decided_by"]) == ("accept", "c")
    assert (await row(engine, "select requested_mode from dossier.feed"))["requested_mode"] == "full"
    assert (await api.post("/v1/feeds/no/such/approve", json=too_few)).status_code == 404
    (run,) = (await api.get("/v1/runs", params={"feed": FEED, "limit": 1})).json()["items"]
    assert (run["failure"], run["passes"], run["gone"]) == ("count_drop", 1, 0)


async def test_a_gap_is_listed_with_its_place_and_failure(api: httpx.AsyncClient, engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(code) for code in CODES[:8]])

    def breaks(request: httpx.Request) -> httpx.Response | None:
        number, size = int(request.url.params["page"]), int(request.url.params["size"])
        return httpx.Response(400) if number * size <= 5 < (number + 1) * size else None

    portal.faults.append(breaks)
    await sync(engine, portal.portal(4))
    (gap,) = (await api.get(f"/v1/feeds/{FEED}/gaps")).json()["items"]
    assert (gap["position"], gap["rows"], gap["failure"], gap["tries"]) == (5, 1, "contract", 1)
    feed = (await api.get(f"/v1/feeds/{FEED}")).json()
    assert (feed["gaps"], feed["missing"], feed["last_failure"]) == (1, 0, "gaps")
    assert f'motcua_feed_gaps{{feed="{FEED}"}} 1.0' in (await api.get("/metrics")).text
