"""The quarantine as an operator looks at it: in groups, and as a file to hand over."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.repository import asides
from shared.runtime.database import transaction
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record
from support.replaying import settled
from support.syncing import FEED, row, sync

BAD_DAY = "2024-02-30T01:00:00.000+0000"


@pytest.fixture
async def api(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with an_api(engine, database_url) as client:
        yield client


@pytest.fixture(autouse=True)
async def _five_set_aside(engine: AsyncEngine) -> None:
    codes = [f"000.00.99.H24-240115-{n:04d}" for n in range(1, 4)]
    await sync(
        engine,
        FakeIgate(
            [
                *(a_record(code, acceptedDate=BAD_DAY) for code in codes),
                a_record("000.00.98.H24-240115-0001", agency={"code": "000.00.98.H24"}, acceptedDate=BAD_DAY),
                a_record("Người Không Có Thật 5"),
                a_record("000.00.99.H24-240115-0009"),
            ]
        ).portal(3),
    )


async def test_groups_name_reason_field_agency_and_what_to_do(api: httpx.AsyncClient) -> None:
    found = (await api.get("/v1/quarantine/groups")).json()
    assert [(one["reason"], one["field"], one["agency_code"], one["records"]) for one in found["items"]] == [
        ("date_unreadable", "received_on", "H24.99", 3),
        ("code_unreadable", "dossier_code", "H24.99", 1),
        ("date_unreadable", "received_on", "H24.98", 1),
    ]
    assert {one["feed"] for one in found["items"]} == {FEED}
    told = {one["reason"]: one for one in found["reasons"]}
    assert set(told) == {"date_unreadable", "code_unreadable"}
    assert told["date_unreadable"]["who_must_act"] == "upstream"
    assert "ngày" in told["date_unreadable"]["sentence"]["vi"]
    only = (await api.get("/v1/quarantine/groups", params={"reason": "code_unreadable"})).json()
    assert [one["records"] for one in only["items"]] == [1]
    assert (await api.get("/v1/quarantine/groups", params={"feed": "nobody/dossiers"})).json()["items"] == []


async def test_the_file_holds_every_record_and_no_person(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asides, "_PORTION", 2)
    answer = await api.get("/v1/quarantine/export", params={"format": "ndjson"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["id"] for row in rows] == sorted({row["id"] for row in rows})
    assert len(rows) == 5
    assert "Thật" not in answer.text
    bounded = await api.get("/v1/quarantine/export", params={"format": "ndjson", "limit": 3})
    assert len(bounded.text.splitlines()) == 3
    assert (await api.get("/v1/quarantine/export")).status_code == 422
    assert (await api.get("/v1/quarantine/export", params={"format": "csv", "limit": 100_001})).status_code == 422


async def test_a_spreadsheet_runs_nothing_of_what_a_portal_wrote(api: httpx.AsyncClient, engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await connection.execute(
            text("update dossier.quarantine set source_key = '=HYPERLINK(1)', record = e'\\t=1+1' "
                 "where reason = 'code_unreadable'")
        )  # fmt: skip
    answer = await api.get("/v1/quarantine/export", params={"format": "csv", "reason": "code_unreadable"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["source_key"], row["record"]) == ("'=HYPERLINK(1)", "'\t=1+1")
    assert (row["who_must_act"], row["received_on"]) == ("upstream", "2024-01-15")


async def test_orders_are_written_down_with_who_gave_them(api: httpx.AsyncClient, engine: AsyncEngine) -> None:
    wanted = {"feed": FEED, "what": "quarantine", "reason": "date_unreadable"}
    first = await api.post("/v1/replays", json=wanted)
    assert (first.status_code, first.json()["requested_by"], first.json()["finished_at"]) == (202, "c", None)
    again = await api.post("/v1/replays", json=wanted)
    assert again.json()["replay_id"] == first.json()["replay_id"]
    woken = await row(engine, "select requested_mode from dossier.feed")
    assert woken["requested_mode"] == "incremental"
    assert len(await settled(engine, FakeIgate([]).portal())) == 1
    number = first.json()["replay_id"]
    ended = (await api.get(f"/v1/replays/{number}")).json()
    assert (ended["tried"], ended["let_in"], ended["finished_at"] is not None) == (4, 0, True)
    assert (await api.get("/v1/replays", params={"feed": FEED})).json()["items"] == [ended]
    assert (await api.get("/v1/replays/99")).status_code == 404
    assert (await api.post("/v1/replays", json={**wanted, "feed": "nobody"})).status_code == 404
    refused = await api.post("/v1/replays", json={**wanted, "what": "heads"})
    assert refused.status_code == 422


async def test_one_record_is_retried_from_what_was_kept_or_its_portal_asked(
    api: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    rows_ = (await api.get("/v1/quarantine")).json()["items"]
    asked = {one["reason"]: (await api.post(f"/v1/quarantine/{one['id']}/retry")).json()["mode"] for one in rows_}
    assert asked == {"date_unreadable": "replay", "code_unreadable": "full"}
    ended = await settled(engine, FakeIgate([]).portal())
    assert [(one.aside_id, one.tried, one.let_in) for one in ended] == [(one["id"], 1, 0) for one in rows_]


def test_an_operator_reads_again_from_the_command_line(database_url: str) -> None:
    def command(*arguments: str) -> str:
        asked = [sys.executable, "-m", "dossier_sync", *arguments, "--feed", FEED]
        environment = {**os.environ, "DATABASE_URL": database_url, "DOSSIER_SYNC_PORTAL": "fake"}
        done = subprocess.run(asked, capture_output=True, text=True, env=environment, check=True, timeout=60)
        return done.stdout.strip()

    assert command("remap", "--all") == f"{FEED}: 1 read again, 0 let in, 0 dossiers changed"
    assert command("retry", "--reason", "date_unreadable") == f"{FEED}: 4 read again, 0 let in, 0 dossiers changed"
