"""Records and pages that are not what they should be: set aside or refused, counted, and nothing else is lost."""

import json
import unicodedata
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.repository.verify import verify
from shared.runtime.database import snapshot, transaction
from shared.sync.verdicts import Verdict
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record, waiting
from support.syncing import FEED, row, rows, sync

CURSOR = "select watermark, data_until, page, last_verdict, last_failure, failures, quarantined from dossier.feed"


def code(n: int) -> str:
    return f"000.00.99.H24-240115-{n:04d}"


def task(name: str) -> dict[str, Any]:
    return {**waiting(name), "dossierStatus": None}


async def chain_holds(engine: AsyncEngine) -> bool:
    async with snapshot(engine) as connection:
        return (await verify(connection)).broken is None


@pytest.fixture
async def api(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with an_api(engine, database_url) as client:
        yield client


@pytest.mark.fault("F33")
@pytest.mark.parametrize("broken", ["truncated", "two documents", "trailing HTML"])
async def test_f33_a_page_that_is_not_one_document_is_refused_whole(
    engine: AsyncEngine, api: httpx.AsyncClient, broken: str
) -> None:
    source = FakeIgate([a_record(code(n)) for n in range(1, 4)])

    def fault(request: httpx.Request) -> httpx.Response | None:
        page = {"content": source.records, "totalElements": 3, "number": 0, "last": True}
        body = json.dumps(page, ensure_ascii=False).encode()
        told = {"truncated": body[:-40], "two documents": body + body, "trailing HTML": body + b"<html>"}[broken]
        return httpx.Response(200, content=told, headers={"content-type": "application/json"})

    source.faults.append(fault)
    ending = await sync(engine, source.portal())
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "contract")
    assert await rows(engine, "select * from dossier.ledger_entry") == []
    feed = await row(engine, CURSOR)
    assert (feed["watermark"], feed["page"], feed["failures"]) == (None, 0, 1)
    assert f'motcua_feed_last_failure{{failure="contract",feed="{FEED}"}} 1.0' in (await api.get("/metrics")).text
    source.faults.clear()
    assert (await sync(engine, source.portal())).verdict is Verdict.SUCCEEDED
    assert len(await rows(engine, "select * from dossier.head")) == 3


@pytest.mark.fault("F39")
async def test_f39_records_beside_errors_are_no_page(engine: AsyncEngine) -> None:
    source = FakeIgate([a_record(code(1))])
    page = {
        "content": source.records,
        "totalElements": 1,
        "number": 0,
        "last": True,
        "errors": [{"message": "timeout"}],
    }
    source.faults.append(lambda _: httpx.Response(200, json=page))
    ending = await sync(engine, source.portal())
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "contract")
    assert await rows(engine, "select * from dossier.head") == []
    assert (await row(engine, CURSOR))["watermark"] is None
    page["errors"] = []
    assert (await sync(engine, source.portal())).verdict is Verdict.SUCCEEDED


@pytest.mark.fault("F38")
@pytest.mark.parametrize(
    "poison",
    [
        {"code": "000.00.99.H24-240115-00\x0009"},
        {"code": "000.00.99.H24-240115-00\x1b[31m09"},
        {"code": "x" * 10_000_000},
        {"acceptedDate": "2024-01-15\x00"},
        {"acceptedDate": "9" * 10_000_000},
        {"agency": {"code": "H24\x00.99"}},
    ],
    ids=["NUL in the code", "escape in the code", "10 MB code", "NUL in a date", "10 MB date", "NUL in the agency"],
)
async def test_f38_a_poisoned_record_is_one_row_of_the_quarantine(engine: AsyncEngine, poison: dict[str, Any]) -> None:
    source = FakeIgate([a_record(code(1)), a_record(**{"code": code(2), **poison}), a_record(code(3))])
    assert (await sync(engine, source.portal(10))).verdict is Verdict.SUCCEEDED
    assert len(await rows(engine, "select * from dossier.head")) == 2
    kept = await row(engine, "select source_key, record, length(record) as long from dossier.quarantine")
    assert kept["long"] < 1_000
    assert "\x00" not in kept["record"]
    assert len(kept["source_key"]) < 100
    assert await chain_holds(engine)


@pytest.mark.fault("F38")
@pytest.mark.parametrize("poison", ["Chờ\x00ký số", "Chờ ký số " * 1_000_000, "Chờ \x1b[31mký số"])
async def test_f38_a_poisoned_wording_is_not_kept_and_its_dossier_is_unmapped(engine: AsyncEngine, poison: str) -> None:
    source = FakeIgate([a_record(code(1), **task(poison)), a_record(code(2))])
    assert (await sync(engine, source.portal(10))).verdict is Verdict.SUCCEEDED
    found = await rows(engine, "select status, record from dossier.revision order by dossier_code")
    assert [one["status"] for one in found] == [0, 10]
    assert "Chờ" not in found[0]["record"]


@pytest.mark.fault("F38")
async def test_f38_half_a_surrogate_pair_costs_one_record(engine: AsyncEngine) -> None:
    source = FakeIgate([a_record(code(1)), a_record(code(2), dossierTaskStatus={"id": 1, "name": "HALF"})])

    def fault(request: httpx.Request) -> httpx.Response | None:
        page = {"content": source.records, "totalElements": 2, "number": 0, "last": True}
        body = json.dumps(page, ensure_ascii=False).replace("HALF", "\\ud83d ký số").encode()
        return httpx.Response(200, content=body, headers={"content-type": "application/json"})

    source.faults.append(fault)
    assert (await sync(engine, source.portal(10))).verdict is Verdict.SUCCEEDED
    assert [one["dossier_code"] for one in await rows(engine, "select dossier_code from dossier.head")] == [code(1)]
    assert (await row(engine, "select reason, source_key from dossier.quarantine")) == {
        "reason": "text_garbled",
        "source_key": code(2),
    }


@pytest.mark.fault("F83")
@pytest.mark.parametrize(
    "garbled", ["Ä\x90ang xá»\xad lÃ½", "Ñang xöû lyù", "§ang xö lý"], ids=["mojibake", "VNI", "TCVN3"]
)
async def test_f83_a_garbled_state_is_set_aside_and_let_in_once_the_portal_writes_unicode(
    engine: AsyncEngine, garbled: str
) -> None:
    source = FakeIgate([a_record(code(1), **task(garbled)), a_record(code(2))])
    assert (await sync(engine, source.portal())).verdict is Verdict.SUCCEEDED
    aside = await row(engine, "select reason, field, agency_code, record from dossier.quarantine")
    assert (aside["reason"], aside["field"], aside["agency_code"]) == ("text_garbled", "status", "H24.99")
    assert garbled not in aside["record"]
    assert (await row(engine, CURSOR))["quarantined"] == 1
    source.put(a_record(code(1), **task("Đang xử lý")))
    await sync(engine, source.portal())
    assert (await row(engine, CURSOR))["quarantined"] == 0
    assert (await row(engine, f"select status from dossier.head where dossier_code = '{code(1)}'"))["status"] == 4
    assert await chain_holds(engine)


@pytest.mark.fault("F82")
@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_f82_a_state_is_the_same_however_its_letters_are_composed(engine: AsyncEngine, form: str) -> None:
    written = unicodedata.normalize(form, "\ufeffĐANG\u00a0XỬ \u200bLÝ")
    await sync(engine, FakeIgate([a_record(code(1), **task(written))]).portal())
    assert (await row(engine, "select status, flags from dossier.head_v1")) == {"status": 4, "flags": None}


@pytest.mark.fault("F114")
async def test_f114_above_the_limit_a_run_stops_and_the_quarantine_does_not_grow(
    engine: AsyncEngine, api: httpx.AsyncClient
) -> None:
    bad = [a_record(code(n), acceptedDate="2024-02-30T01:00:00.000+0000") for n in range(1, 7)]
    source = FakeIgate([a_record(code(0)), *bad])
    await sync(engine, FakeIgate([]).portal())
    async with transaction(engine) as connection:
        await connection.execute(text("update dossier.feed set most_set_aside = 3"))
    before = await row(engine, "select watermark from dossier.feed")
    ending = await sync(engine, source.portal(2))
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "quarantine_full")
    feed = await row(engine, CURSOR)
    assert feed["watermark"] == before["watermark"]
    assert (feed["last_failure"], feed["quarantined"] <= 3) == ("quarantine_full", True)
    assert len(await rows(engine, "select * from dossier.quarantine where closed_page is null")) == feed["quarantined"]
    metrics = (await api.get("/metrics")).text
    assert f'motcua_feed_last_failure{{failure="quarantine_full",feed="{FEED}"}} 1.0' in metrics
    assert f'motcua_feed_quarantine_limit{{feed="{FEED}"}} 3.0' in metrics
    source.records = [a_record(code(n)) for n in range(7)]  # the portal mends them: a full quarantine empties
    assert (await sync(engine, source.portal(2))).verdict is Verdict.SUCCEEDED
    assert (await row(engine, CURSOR))["quarantined"] == 0
    assert await chain_holds(engine)
