"""Alarms and gaps as an operator meets them: listed, explained, decided by somebody who is named, scraped."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.sync.verdicts import Verdict
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record
from support.syncing import FEED, row, rows, sync

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


async def test_an_alarm_is_decided_on_the_command_line_with_a_name_and_the_feed_passes_its_brake(
    engine: AsyncEngine, database_url: str
) -> None:
    async def command(*arguments: str) -> tuple[int, str]:
        environment = {**os.environ, "DATABASE_URL": database_url, "DOSSIER_SYNC_LOG_LEVEL": "ERROR"}
        asked = [sys.executable, "-m", "dossier_sync", *arguments]
        done = await asyncio.to_thread(subprocess.run, asked, capture_output=True, text=True, env=environment)
        return done.returncode, done.stdout + done.stderr

    portal = FakeIgate([a_record(code) for code in CODES])
    await sync(engine, portal.portal(10))
    assert await command("alarms") == (0, "")
    portal.records = portal.records[15:]
    assert (await sync(engine, portal.portal(10))).failure == "count_drop"
    code, told = await command("alarms", "--feed", FEED)
    assert code == 3
    assert f"{FEED}: count_drop, 15 dossiers" in told
    assert "not decided" in told
    assert "portal's owner" in told

    word = ("approve", "--feed", FEED, "--alarm", "count_drop", "--decision", "accept", "--rows")
    code, told = await command(*word, "14", "--by", "ops-haiphong")
    assert (code, "no alarm count_drop is open for 14 dossiers or fewer" in told) == (1, True)
    assert (await row(engine, "select decision from dossier.alarm"))["decision"] is None
    code, told = await command(*word, "15", "--by", "Nguyễn Văn A")
    assert (code, "not a person's name" in told) == (2, True)
    code, told = await command(*word, "15", "--by", "ops-haiphong")
    assert (code, "accept by command:ops-haiphong" in told, "full run is asked for" in told) == (0, True, True)
    assert (await row(engine, "select requested_mode from dossier.feed"))["requested_mode"] == "full"

    for _ in range(2):  # noted as missing, then written down as gone
        assert (await sync(engine, portal.portal(10))).verdict is Verdict.SUCCEEDED
    assert len(await rows(engine, "select 1 from dossier.head where gone")) == 15
    await sync(engine, portal.portal(10))
    assert await command("alarms") == (0, "")


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
