"""Runs against a fake portal and a real Postgres: what is kept, what is counted, what is proven."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
import stamina
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync import reading
from dossier_sync.repository.verify import verify
from dossier_sync.sync import Drained, run_once
from dossier_sync.tables import feed
from shared.runtime.database import snapshot, transaction
from shared.sync.lease import FenceLost, claim
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record, waiting
from support.syncing import FEED, LEASE, NOW, WINDOW, claimed, row, rows, sync

LEDGER = "select entry, page, revisions, opened, closed, encode(digest, 'hex') as digest from dossier.ledger_entry"


@pytest.fixture(autouse=True)
def _no_sleeping_between_retries() -> Any:
    with stamina.set_testing(True, attempts=2):
        yield


def some(count: int) -> list[dict[str, Any]]:
    return [
        a_record(f"000.00.99.H24-240115-{n:04d}", updatedDate=f"2024-01-17T08:00:{n:02d}.000+0000")
        for n in range(1, count + 1)
    ]


async def last_run(engine: AsyncEngine) -> dict[str, Any]:
    return await row(engine, "select * from dossier.run order by run_id desc limit 1")


async def chain_holds(engine: AsyncEngine) -> bool:
    async with snapshot(engine) as connection:
        return (await verify(connection)).broken is None


async def test_a_first_run_stores_every_dossier_and_proves_it(engine: AsyncEngine) -> None:
    ending = await sync(engine, FakeIgate(some(5)).portal())
    assert ending.verdict is Verdict.SUCCEEDED
    run = await last_run(engine)
    assert (run["pages"], run["seen"], run["new"], run["portal_total"]) == (3, 5, 5, 5)
    assert [entry["revisions"] for entry in await rows(engine, LEDGER + " order by entry")] == [2, 2, 1]
    facts = await row(engine, "select * from dossier.head_v1 where dossier_code = '000.00.99.H24-240115-0003'")
    assert (facts["agency_code"], facts["procedure_code"], facts["channel"], facts["status"]) == (
        "H24.99",
        "1.005142",
        2,
        10,
    )
    assert (facts["received_on"], facts["due_on"], facts["ended_on"]) == (
        date(2024, 1, 15),
        date(2024, 1, 18),
        date(2024, 1, 17),
    )
    assert facts["flags"] is None
    assert await chain_holds(engine)


@pytest.mark.parametrize("remembered", [0, 3, 500_000])
async def test_one_listed_twice_is_counted_once_whoever_counts(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    """What a worker remembers is bounded: behind that the database counts the notes of the run's pages."""
    monkeypatch.setattr(reading, "_MOST_REMEMBERED", remembered)
    twice = [*some(5), {**some(1)[0], "updatedDate": "2024-01-17T07:00:00.000+0000"}]
    await sync(engine, FakeIgate(twice).portal(page_size=2))
    run = await last_run(engine)
    assert (run["verdict"], run["passes"], run["portal_total"], run["seen"]) == ("succeeded", 2, 6, 16)


async def test_reading_the_same_again_writes_no_entry(engine: AsyncEngine) -> None:
    portal = FakeIgate(some(5))
    await sync(engine, portal.portal())
    before = await rows(engine, LEDGER)
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    assert await rows(engine, LEDGER) == before
    assert (await last_run(engine))["unchanged"] == 5


async def test_only_what_changed_gets_a_revision(engine: AsyncEngine) -> None:
    portal = FakeIgate(some(5))
    await sync(engine, portal.portal())
    portal.put(a_record("000.00.99.H24-240115-0002", completedDate="2024-01-18T03:00:00.000+0000",
                        updatedDate="2024-01-18T04:00:00.000+0000"))  # fmt: skip
    await sync(engine, portal.portal())
    run = await last_run(engine)
    assert (run["new"], run["changed"], run["unchanged"]) == (0, 1, 4)
    history = await rows(
        engine,
        "select number, applied, ended_on from dossier.revision_v1 where dossier_code like '%0002' order by number",
    )
    assert [(one["number"], one["applied"], one["ended_on"]) for one in history] == [
        (1, True, date(2024, 1, 17)),
        (2, True, date(2024, 1, 18)),
    ]
    assert await chain_holds(engine)


async def test_other_bytes_with_the_same_facts_are_no_change(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record()])
    await sync(engine, portal.portal())
    portal.put(a_record(applicant={"data": {"fullname": "Người Không Có Thật 9"}}))
    await sync(engine, portal.portal())
    assert (await last_run(engine))["unchanged"] == 1
    assert len(await rows(engine, LEDGER)) == 1
    digest = await row(engine, "select h.source_hash = r.source_hash as same from dossier.head h, dossier.revision r")
    assert not digest["same"]
    await sync(engine, portal.portal())
    assert len(await rows(engine, LEDGER)) == 1


@pytest.mark.fault("F55")
async def test_an_older_version_is_kept_as_history_and_never_counts(engine: AsyncEngine) -> None:
    new = a_record(updatedDate="2024-01-18T04:00:00.000+0000", completedDate="2024-01-18T03:00:00.000+0000")
    portal = FakeIgate([new])
    await sync(engine, portal.portal())
    for _ in range(2):  # met again, the old version is known and nothing is written
        portal.put(a_record())
        await sync(engine, portal.portal())
        portal.put(new)
        await sync(engine, portal.portal())
    head = await row(engine, "select number, revisions, status, page from dossier.head")
    assert (head["number"], head["revisions"], head["page"]) == (1, 2, 1)
    shown = await rows(engine, "select number, applied, ended_on from dossier.revision_v1 order by number")
    assert [(one["number"], one["applied"]) for one in shown] == [(1, True), (2, False)]
    assert (await row(engine, "select ended_on from dossier.head_v1"))["ended_on"] == date(2024, 1, 18)
    portal.put(a_record(updatedDate="2024-01-19T04:00:00.000+0000"))
    await sync(engine, portal.portal())
    head = await row(engine, "select number, revisions from dossier.head")
    assert (head["number"], head["revisions"]) == (3, 3)
    assert await chain_holds(engine)


@pytest.mark.fault("F56")
async def test_at_the_same_instant_the_further_status_wins(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record()])
    await sync(engine, portal.portal())
    portal.put(a_record(**waiting("Thụ lý hồ sơ")))
    await sync(engine, portal.portal())
    assert (await row(engine, "select status from dossier.head"))["status"] == 10


async def test_a_supplement_round_opens_and_closes_with_the_state(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(**waiting("Thụ lý hồ sơ"), updatedDate="2024-01-15T02:00:00.000+0000")])
    await sync(engine, portal.portal())
    portal.put(a_record(**waiting("Yêu cầu bổ sung giấy tờ"), updatedDate="2024-01-16T02:00:00.000+0000"))
    await sync(engine, portal.portal())
    facts = await row(engine, "select supplements from dossier.head_v1")
    assert facts["supplements"] == [["2024-01-16", None]]
    portal.put(a_record(**waiting("Thụ lý hồ sơ"), updatedDate="2024-01-18T02:00:00.000+0000",
                        appointmentDate="2024-01-25T10:00:00.000+0000"))  # fmt: skip
    await sync(engine, portal.portal())
    facts = await row(engine, "select supplements, due_on, first_due_on from dossier.head_v1")
    assert facts["supplements"] == [["2024-01-16", "2024-01-18"]]
    assert (facts["first_due_on"], facts["due_on"]) == (date(2024, 1, 18), date(2024, 1, 25))
    assert await chain_holds(engine)


async def test_a_record_that_cannot_be_placed_is_set_aside_and_let_in_when_mended(engine: AsyncEngine) -> None:
    portal = FakeIgate([*some(3), a_record("000.00.99.H24-240115-0009", acceptedDate="2024-02-30T01:00:00.000+0000")])
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    aside = await row(engine, "select * from dossier.quarantine_v1")
    assert (aside["reason"], aside["agency_code"], aside["closed_entry"]) == ("date_unreadable", "H24.99", None)
    before = await rows(engine, LEDGER)
    await sync(engine, portal.portal())
    assert await rows(engine, LEDGER) == before  # met again, it is no change
    portal.put(a_record("000.00.99.H24-240115-0009", updatedDate="2024-03-01T00:00:00.000+0000"))
    await sync(engine, portal.portal())
    closed = await row(engine, "select q.*, f.quarantined as left from dossier.quarantine_v1 q, dossier.feed f")
    assert closed["closed_entry"] > closed["opened_entry"]
    assert closed["left"] == 0
    assert await chain_holds(engine)


async def test_a_name_in_place_of_a_code_is_not_kept(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record("Người Không Có Thật 7"), a_record("999000000001")])
    await sync(engine, portal.portal())
    kept = await rows(engine, "select source_key, record from dossier.quarantine")
    assert len(kept) == 2
    assert all(one["source_key"].startswith("sha256:") for one in kept)
    assert not [one for one in kept if "Thật" in one["record"] or "999000" in one["record"]]


async def test_an_unknown_wording_is_unmapped_and_never_guessed(engine: AsyncEngine) -> None:
    await sync(
        engine,
        FakeIgate(
            [
                a_record(
                    **waiting("Chờ ký số"),
                )
                | {"dossierStatus": {"id": 9, "name": "?"}}
            ]
        ).portal(),
    )
    facts = await row(engine, "select status, flags, record from dossier.revision")
    assert (facts["status"], "status_unmapped" in facts["flags"]) == (0, True)
    assert "Chờ ký số" in facts["record"]


async def test_a_silent_portal_is_not_an_empty_one(engine: AsyncEngine) -> None:
    assert (await sync(engine, FakeIgate([]).portal())).verdict is Verdict.SUCCEEDED_EMPTY
    await sync(engine, FakeIgate(some(3)).portal())
    ending = await sync(engine, FakeIgate([]).portal())
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "suspicious_empty")
    assert len(await rows(engine, "select 1 as one from dossier.head")) == 3


async def test_a_total_that_falls_while_reading_is_not_proven(engine: AsyncEngine) -> None:
    portal = FakeIgate(some(6))
    watermark = (await sync(engine, portal.portal())).verdict, (await row(engine, "select watermark from dossier.feed"))

    def deletes_while_read(request: httpx.Request) -> None:
        if request.url.params["page"] == "1":
            portal.records = portal.records[:-1]

    portal.faults.append(deletes_while_read)
    ending = await sync(engine, portal.portal(), now=NOW + timedelta(hours=1))
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "gaps")
    assert (await row(engine, "select watermark from dossier.feed")) == watermark[1]


async def test_an_incremental_run_stops_where_its_window_begins(engine: AsyncEngine) -> None:
    portal = FakeIgate(some(9))
    await sync(engine, portal.portal())
    portal.put(a_record("000.00.99.H24-240115-0001", updatedDate="2024-06-01T00:30:00.000+0000"))
    portal.pages_asked.clear()
    ending = await sync(engine, portal.portal(), mode="incremental", now=NOW + timedelta(hours=1))
    assert ending.verdict is Verdict.SUCCEEDED
    run = await last_run(engine)
    assert (run["changed"], run["pages"]) == (1, 1)
    assert max(portal.pages_asked) <= 1  # the page under way is the only one fetched ahead


async def test_the_hot_edge_is_left_to_the_next_run(engine: AsyncEngine) -> None:
    hot = a_record("000.00.99.H24-240115-0099", updatedDate="2024-05-31T23:59:30.000+0000")
    portal = FakeIgate([*some(3), hot])
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    assert len(await rows(engine, "select 1 as one from dossier.head")) == 3
    await sync(engine, portal.portal(), mode="incremental", now=NOW + timedelta(minutes=5))
    assert len(await rows(engine, "select 1 as one from dossier.head")) == 4


@pytest.mark.fault("F81")
async def test_a_change_of_the_far_future_is_set_aside_and_blocks_nothing(engine: AsyncEngine) -> None:
    portal = FakeIgate([*some(3), a_record("000.00.99.H24-240115-0099", updatedDate="2099-01-01T00:00:00.000+0000")])
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    aside = await row(engine, "select reason, field from dossier.quarantine")
    assert (aside["reason"], aside["field"]) == ("date_impossible", "modified_at")
    assert (await row(engine, "select watermark from dossier.feed"))["watermark"] < datetime(2024, 6, 2, tzinfo=UTC)


async def test_a_portal_that_refuses_us_fails_the_run_and_moves_nothing(engine: AsyncEngine) -> None:
    portal = FakeIgate(some(3))
    portal.faults.append(lambda _: httpx.Response(403, json={}))
    ending = await sync(engine, portal.portal())
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "auth")
    found = await row(engine, "select * from dossier.feed")
    assert (found["watermark"], found["data_until"], found["failures"]) == (None, None, 1)
    assert found["closed_until"] is not None
    state = await row(engine, "select state from dossier.feed_v1")
    assert state["state"] == "unknown"


async def test_half_a_page_is_no_page(engine: AsyncEngine) -> None:
    portal = FakeIgate(some(4))

    def breaks(request: httpx.Request) -> httpx.Response | None:
        torn = httpx.Response(200, content=b'{"content":[{"code"', headers={"content-type": "application/json"})
        return torn if request.url.params["page"] != "0" else None

    portal.faults.append(breaks)
    ending = await sync(engine, portal.portal())
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "contract")
    assert len(await rows(engine, "select 1 as one from dossier.head")) == 2
    portal.faults.clear()
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    assert await chain_holds(engine)


@pytest.mark.fault("F121")
async def test_a_zombie_is_refused_and_writes_nothing(engine: AsyncEngine) -> None:
    portal = FakeIgate(some(4))
    zombie = await claimed(engine)
    async with transaction(engine) as connection:
        await connection.exec_driver_sql("update dossier.feed set lease_until = now() - interval '1 s'")
    async with transaction(engine) as connection:
        assert await claim(connection, feed, owner="heir", lease=LEASE, only=FEED) is not None
    with pytest.raises(FenceLost):
        await run_once(engine, portal.portal(), zombie, WINDOW, lambda *_: None, now=NOW, stop=asyncio.Event())
    assert await rows(engine, LEDGER) == []


async def test_a_drained_run_goes_on_where_it_stopped(engine: AsyncEngine) -> None:
    portal, stop = FakeIgate(some(6)), asyncio.Event()

    def stops(request: httpx.Request) -> None:
        if request.url.params["page"] == "1":
            stop.set()

    portal.faults.append(stops)
    lease = await claimed(engine)
    with pytest.raises(Drained):
        await run_once(engine, portal.portal(), lease, WINDOW, lambda *_: None, now=NOW, stop=stop)
    stored = len(await rows(engine, "select 1 as one from dossier.head"))
    portal.faults.clear()
    portal.pages_asked.clear()
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    assert min(portal.pages_asked) == stored // 2
    run = await last_run(engine)
    assert (run["run_id"], run["claims"], run["new"], run["seen"]) == (1, 2, 6, 6)


@pytest.mark.fault("F70", "F101")
async def test_two_feeds_telling_of_one_dossier_give_one_dossier(engine: AsyncEngine) -> None:
    city, nation = FakeIgate([a_record()]), FakeIgate([a_record(updatedDate="2024-01-16T00:00:00.000+0000")])
    await sync(engine, city.portal())
    await sync(engine, nation.portal(), name="nation/dossiers")
    assert (await row(engine, "select number, revisions from dossier.head")) == {"number": 1, "revisions": 2}
    before = await rows(engine, LEDGER)
    await sync(engine, city.portal())
    await sync(engine, nation.portal(), name="nation/dossiers")
    assert await rows(engine, LEDGER) == before


@pytest.mark.fault("F57")
async def test_two_feeds_storing_one_dossier_at_once_take_turns(engine: AsyncEngine) -> None:
    records = some(40)
    endings = await asyncio.gather(
        sync(engine, FakeIgate(records).portal(10)), sync(engine, FakeIgate(records).portal(10), name="nation/dossiers")
    )
    assert {ending.verdict for ending in endings} == {Verdict.SUCCEEDED}
    heads = await row(engine, "select count(*) as heads, count(distinct dossier_code) as codes from dossier.head")
    assert heads == {"heads": 40, "codes": 40}
    assert await chain_holds(engine)


@pytest.mark.fault("F129")
async def test_a_tampered_revision_is_found(engine: AsyncEngine) -> None:
    await sync(engine, FakeIgate(some(3)).portal())
    async with transaction(engine) as connection:
        await connection.exec_driver_sql("update dossier.revision set ended_on = due_on + 1 where page = 1")
    async with snapshot(engine) as connection:
        assert "entry 1" in ((await verify(connection)).broken or "")


async def test_whoever_listens_hears_of_each_entry(engine: AsyncEngine, database_url: str) -> None:

    heard: list[str] = []
    listener = await asyncpg.connect(database_url)
    try:
        await listener.add_listener("motcua_ledger", lambda *args: heard.append(args[3]))
        await sync(engine, FakeIgate(some(3)).portal())
        for _ in range(50):
            if len(heard) == 2:
                break
            await asyncio.sleep(0.02)
    finally:
        await listener.close()
    assert heard == ["1", "2"]
