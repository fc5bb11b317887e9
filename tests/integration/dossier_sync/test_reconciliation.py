"""Our counts beside the portals' own, over the sandbox's real contracts: agreement, and each cause of a difference."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.runtime.database import transaction
from shared.sync.verdicts import Verdict
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record
from support.reconciled import AFTER, MONTHS, odd, passes
from support.sandbox import Sandbox, a_sandbox
from support.syncing import FEED, row, rows, sync
from support.telling import bury

JANUARY = date(2024, 1, 1)


@pytest.fixture(scope="module")
async def sandbox() -> Any:
    async with a_sandbox() as running:
        yield running


async def test_both_of_a_synced_portals_counts_agree_for_every_agency_and_month(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    portal = sandbox.igate()
    assert (await sync(engine, portal, now=AFTER)).verdict is Verdict.SUCCEEDED
    own, national = await passes(engine, portal, national=sandbox.url)
    assert (own.source, national.source, own.failure, national.failure) == (
        "igate_search",
        "national_evaluation",
        "",
        "",
    )
    assert (odd(own), odd(national)) == ({}, {})
    whole = sum(found.theirs for (agency, _), found in own.compared.items() if agency == "H24")
    stored = await row(engine, "select count(*) as heads from dossier.head_v2 where received_on >= '2023-11-01'")
    assert whole == stored["heads"]
    assert {agency for agency, _ in own.compared} > {"H24"}
    shown = await rows(engine, "select distinct portal, source, unexplained from dossier.reconciliation_v1")
    assert {(one["portal"], one["source"], one["unexplained"]) for one in shown} == {
        ("fake", "igate_search", 0),
        ("national", "national_evaluation", 0),
    }


async def test_what_changed_after_our_last_run_is_the_hot_edge(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record("000.00.99.H24-240115-0001")])
    await sync(engine, portal.portal())
    portal.put(a_record("000.00.99.H24-240115-0002", updatedDate="2024-05-31T23:59:30.000+0000"))
    (one,) = await passes(engine, portal.portal(), months=[JANUARY])
    assert {agency: found.explained for (agency, _), found in odd(one).items()} == {
        "H24": {"hot_edge": 1},
        "H24.99": {"hot_edge": 1},
    }
    await sync(engine, portal.portal(), now=AFTER)
    (after,) = await passes(engine, portal.portal(), months=[JANUARY], now=AFTER + timedelta(hours=1))
    assert odd(after) == {}


async def test_a_record_set_aside_and_a_tombstone_explain_what_they_can(engine: AsyncEngine) -> None:
    codes = [f"000.00.99.H24-240115-{n:04d}" for n in range(1, 5)]
    portal = FakeIgate([a_record(code) for code in codes])
    portal.put(a_record(codes[3], completedDate="2099-01-01T00:00:00.000+0000"))
    await sync(engine, portal.portal())
    await bury(engine, codes[0])
    (one,) = await passes(engine, portal.portal(), months=[JANUARY])
    found = one.compared["H24", JANUARY]
    assert (found.theirs, found.ours, found.matched) == (4, 2, 2)
    assert (dict(found.explained), found.unexplained) == ({"quarantined": 1, "gone": 1}, 0)


async def test_a_portal_that_cuts_its_months_in_utc_is_explained_by_it(engine: AsyncEngine) -> None:
    records = [
        a_record("000.00.99.H24-240201-0001", acceptedDate="2024-01-31T23:30:00.000+0000"),  # 06:30 on 1 February
        a_record("000.00.99.H24-240201-0002", acceptedDate="2024-02-01T01:00:00.000+0700"),  # 01:00 on 1 February
        a_record("000.00.99.H24-240201-0003", acceptedDate="2024-02-01T00:30:00.000+0000"),
        a_record("000.00.99.H24-240115-0004"),
    ]
    portal = FakeIgate([one | {"completedDate": "2024-02-05T03:00:00.000+0000"} for one in records])
    portal.counts_in_utc = True
    await sync(engine, portal.portal())
    (one,) = await passes(engine, portal.portal(), months=[JANUARY, date(2024, 2, 1)])
    january, february = one.compared["H24", JANUARY], one.compared["H24", date(2024, 2, 1)]
    assert (january.theirs, january.ours, dict(january.explained)) == (3, 1, {"day_boundary": 2})
    assert (february.theirs, february.ours, dict(february.explained)) == (1, 3, {"day_boundary": -2})
    portal.counts_in_utc = False
    later = AFTER + timedelta(hours=1)
    (local,) = await passes(engine, portal.portal(), months=[JANUARY, date(2024, 2, 1)], now=later)
    assert odd(local) == {}


async def test_a_dossier_only_another_portal_tells_of_is_no_loss(engine: AsyncEngine) -> None:
    city, other = FakeIgate([a_record("000.00.99.H24-240115-0001")]), FakeIgate([a_record("000.00.99.H24-240115-0002")])
    await sync(engine, city.portal())
    await sync(engine, other.portal(), name="other/dossiers")
    async with transaction(engine) as connection:
        await connection.execute(text("update dossier.feed set portal = 'other' where feed = 'other/dossiers'"))
    (one,) = await passes(engine, city.portal(), months=[JANUARY])
    assert dict(one.compared["H24", JANUARY].explained) == {"other_portal": -1}


async def test_an_operator_and_an_alarm_see_the_newest_pass_only(engine: AsyncEngine, database_url: str) -> None:
    portal = FakeIgate([a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(1, 4)])
    await sync(engine, portal.portal())
    portal.counted_besides = 2  # dossiers the portal counts and lists nowhere
    await passes(engine, portal.portal(), months=[JANUARY])
    async with an_api(engine, database_url) as api:
        shown = await _answer(api, unexplained=True)
        assert [(one["agency"], one["month"], one["theirs"], one["ours"], one["unexplained"]) for one in shown] == [
            ("H24", "2024-01", 5, 3, 2),
            ("H24.99", "2024-01", 5, 3, 2),
        ]
        gauge = 'motcua_reconciliation_unexplained{portal="fake",source="igate_search"}'
        assert f"{gauge} 2.0" in (await api.get("/metrics")).text
        portal.counted_besides = 0
        await passes(engine, portal.portal(), months=[JANUARY], now=AFTER + timedelta(hours=1))
        assert await _answer(api, unexplained=True) == []
        assert len(await _answer(api, agency="H24.99", month="2024-01", portal="fake")) == 1
        assert f"{gauge} 0.0" in (await api.get("/metrics")).text
        assert (await api.get("/v1/reconciliation", params={"month": "2024-13"})).status_code == 422
        pages, cursor = [], None
        while True:
            page = (
                await api.get("/v1/reconciliation", params={"limit": 1} | ({"cursor": cursor} if cursor else {}))
            ).json()
            pages += [one["agency"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert pages == ["H24", "H24.99"]
    kept = await rows(engine, "select distinct asked_at from dossier.reconciliation")
    assert len(kept) == 2  # what the portal said before is evidence, and stays


async def _answer(api: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    found = await api.get("/v1/reconciliation", params=asked)
    assert found.status_code == 200, found.text
    items: list[dict[str, Any]] = found.json()["items"]
    return items


async def test_a_portal_that_cannot_be_asked_leaves_the_pass_before(engine: AsyncEngine, sandbox: Sandbox) -> None:
    portal = FakeIgate([a_record()])
    await sync(engine, portal.portal())
    (first,) = await passes(engine, portal.portal(), months=[JANUARY])
    before = await rows(engine, "select * from dossier.reconciliation")
    portal.faults.append(lambda _: httpx.Response(404, json={}))
    own, national = await passes(engine, portal.portal(), months=[JANUARY], national=sandbox.url)
    assert (bool(first.failure), bool(own.failure), bool(national.failure)) == (False, True, False)
    stored = await rows(engine, "select * from dossier.reconciliation where portal = 'fake'")
    assert stored == before


async def test_nothing_local_is_changed_by_a_published_number(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sync(engine, FakeIgate([a_record()]).portal())
    state = "select md5(string_agg(h::text || r::text, '')) as state from dossier.head h, dossier.revision r"
    before = await row(engine, state), await rows(engine, "select * from dossier.ledger_entry")
    await passes(engine, object(), national=sandbox.url, months=MONTHS)
    assert (await row(engine, state), await rows(engine, "select * from dossier.ledger_entry")) == before
    differing = await row(engine, "select count(*) as n from dossier.reconciliation where unexplained <> 0")
    assert differing["n"] > 0
    assert FEED not in {one["portal"] for one in await rows(engine, "select portal from dossier.reconciliation")}
