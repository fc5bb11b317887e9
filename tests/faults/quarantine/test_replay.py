"""Records set aside or misread, read again once the cause is gone."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.replay import What
from dossier_sync.portals import igate_words
from dossier_sync.repository import replays
from dossier_sync.repository.verify import verify
from shared.domain.status import DossierStatus
from shared.runtime.database import snapshot
from support.fake_igate import FakeIgate, a_record, waiting
from support.replaying import ordered, reacted, settled
from support.syncing import NOW, row, rows, sync

AHEAD = "2024-06-03T02:00:00.000+0000"
LATER = NOW + timedelta(days=4)
ENTRIES = "select entry, revisions, opened, closed from dossier.ledger_entry order by entry"
HEADS = "select dossier_code, status, ended_on, number from dossier.head_v1 order by dossier_code"


def code(n: int) -> str:
    return f"000.00.99.H24-240115-{n:04d}"


def ahead(count: int) -> FakeIgate:
    """Dossiers whose end lies ahead of the day they are read on, and one that is in order."""
    return FakeIgate([a_record(code(0)), *(a_record(code(n), completedDate=AHEAD) for n in range(1, count + 1))])


async def chain_holds(engine: AsyncEngine) -> bool:
    async with snapshot(engine) as connection:
        return (await verify(connection)).broken is None


async def aside(engine: AsyncEngine) -> int:
    standing = "(select count(*) from dossier.quarantine where closed_page is null) as standing"
    found = await row(engine, f"select quarantined, {standing} from dossier.feed")
    assert found["quarantined"] == found["standing"]
    return int(found["standing"])


@pytest.mark.fault("F115")
async def test_f115_a_replay_lets_in_what_can_be_read_now_and_twice_is_once(engine: AsyncEngine) -> None:
    portal = ahead(3).portal(10)
    await sync(engine, portal)
    assert await aside(engine) == 3
    await ordered(engine, What.QUARANTINE, "date_impossible", by="officer-7")
    (still,) = await settled(engine, portal)  # the day has not come: nothing moves, nothing is written
    assert (still.tried, still.let_in, still.changed) == (3, 0, 0)
    before = await rows(engine, ENTRIES)
    assert len(before) == 1
    number = await ordered(engine, What.QUARANTINE, "date_impossible", by="officer-7")
    assert await ordered(engine, What.QUARANTINE, "date_impossible") == number  # standing already
    (done,) = await settled(engine, portal, now=LATER)
    assert (done.tried, done.let_in, done.changed, done.requested_by) == (3, 3, 3, "officer-7")
    assert await rows(engine, ENTRIES) == [*before, {"entry": 2, "revisions": 3, "opened": 0, "closed": 3}]
    assert await aside(engine) == 0
    shown = await rows(engine, "select reason, closed_entry from dossier.quarantine_v1")
    assert {one["closed_entry"] for one in shown} == {2}
    heads = await rows(engine, HEADS)
    assert [one["ended_on"] for one in heads[1:]] == [date(2024, 6, 3)] * 3
    await ordered(engine, What.QUARANTINE)
    (again,) = await settled(engine, portal, now=LATER)
    assert (again.tried, len(await rows(engine, ENTRIES))) == (0, 2)
    await sync(engine, portal, now=LATER)  # the portal tells the same bytes: they are known
    assert (await rows(engine, HEADS), len(await rows(engine, ENTRIES))) == (heads, 2)
    assert await chain_holds(engine)


@pytest.mark.fault("F115")
async def test_f115_stopped_anywhere_a_replay_goes_on_where_it_stood(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "PORTION", 2)
    portal = ahead(5).portal(10)
    await sync(engine, portal)
    number = await ordered(engine, What.QUARANTINE)
    stop = asyncio.Event()
    stop.set()
    for done in (2, 4):
        assert await settled(engine, portal, now=LATER, stop=stop) == []
        assert (await row(engine, "select tried, let_in from dossier.replay")) == {"tried": done, "let_in": done}
    (ended,) = await settled(engine, portal, now=LATER)
    assert (ended.replay_id, ended.tried, ended.let_in) == (number, 5, 5)
    assert await aside(engine) == 0
    assert await chain_holds(engine)


async def test_an_order_is_bounded(engine: AsyncEngine) -> None:
    portal = ahead(3).portal(10)
    await sync(engine, portal)
    await ordered(engine, What.QUARANTINE, most=2)
    (ended,) = await settled(engine, portal, now=LATER)
    assert (ended.tried, await aside(engine)) == (2, 1)


async def test_the_day_that_lay_ahead_is_tried_again_by_itself_once_a_day(engine: AsyncEngine) -> None:
    portal = ahead(2).portal(10)
    await sync(engine, portal)
    (first,) = await reacted(engine, portal)
    assert (first.trigger, first.requested_by, first.let_in) == ("time", "worker", 0)
    assert await reacted(engine, portal, now=LATER) == []  # tried today
    async with engine.begin() as connection:
        await connection.exec_driver_sql("update dossier.replay set requested_at = now() - interval '25 hours'")
    (second,) = await reacted(engine, portal, now=LATER)
    assert (second.trigger, second.let_in, await aside(engine)) == ("time", 2, 0)


@pytest.mark.fault("F59")
async def test_f59_a_state_in_no_map_is_kept_shown_and_read_again_once_mapped(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown: dict[str, Any] = {**waiting("Chờ ký số"), "dossierStatus": None}
    source = FakeIgate([a_record(code(1), **unknown), a_record(code(2)), a_record(code(3), dossierTaskStatus=None,
                                                                                 dossierStatus=None)])  # fmt: skip
    await sync(engine, source.portal())
    assert await reacted(engine, source.portal()) == []  # nothing changed: nothing is read again
    heads = await rows(engine, "select dossier_code, status, flags, source_hash from dossier.head_v1 join dossier.head"
                               " using (dossier_code, status) order by 1")  # fmt: skip
    assert [one["status"] for one in heads] == [0, 10, 0]
    assert "status_unmapped" in heads[0]["flags"]
    monkeypatch.setitem(igate_words.STATUS_MAP, "chờ ký số", DossierStatus.PROCESSING)
    (remapped,) = await reacted(engine, source.portal())
    assert (remapped.what, remapped.trigger, remapped.tried, remapped.changed) == ("unmapped", "map", 2, 1)
    versions = await rows(engine, "select number, status, source_hash, modified_at, applied from dossier.revision"
                                  f" where dossier_code = '{code(1)}' order by number")  # fmt: skip
    assert [(one["number"], one["status"], one["applied"]) for one in versions] == [(1, 0, True), (2, 4, True)]
    assert versions[0]["source_hash"] == versions[1]["source_hash"]  # how metrics knows the cause "mapping"
    assert versions[0]["modified_at"] == versions[1]["modified_at"]
    assert await reacted(engine, source.portal()) == []
    entries = await rows(engine, ENTRIES)
    await sync(engine, source.portal())
    assert await rows(engine, ENTRIES) == entries
    assert await chain_holds(engine)


async def test_a_remap_counts_even_where_the_new_status_ranks_lower(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FakeIgate([a_record(code(1)), a_record(code(2), **waiting("Thụ lý hồ sơ"))])
    await sync(engine, source.portal())
    monkeypatch.setitem(igate_words.STATUS_MAP, "đã trả kết quả", DossierStatus.DONE)
    await ordered(engine, What.HEADS)
    (ended,) = await settled(engine, source.portal())
    assert (ended.tried, ended.changed) == (2, 1)
    assert [one["status"] for one in await rows(engine, HEADS)] == [9, 4]
    await ordered(engine, What.HEADS)
    (again,) = await settled(engine, source.portal())
    assert again.changed == 0
    assert await chain_holds(engine)


async def test_a_round_is_told_as_if_the_state_had_been_known_from_the_start(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FakeIgate(
        [a_record(code(1), **waiting("Yêu cầu bổ sung giấy tờ"), updatedDate="2024-01-16T02:00:00.000Z")]
    )
    await sync(engine, source.portal())
    source.put(a_record(code(1), **{**waiting("Chờ dân nộp thêm"), "dossierStatus": None},
                        updatedDate="2024-01-19T02:00:00.000Z"))  # fmt: skip
    await sync(engine, source.portal())
    misread = await row(engine, "select supplements from dossier.head_v1")
    assert misread["supplements"] == [["2024-01-16", "2024-01-19"]]
    monkeypatch.setitem(igate_words.STATUS_MAP, "chờ dân nộp thêm", DossierStatus.WAITING_SUPPLEMENT)
    await ordered(engine, What.UNMAPPED)
    await settled(engine, source.portal())
    assert (await row(engine, "select supplements from dossier.head_v1"))["supplements"] == [["2024-01-16", None]]


async def test_a_newer_version_from_the_portal_still_wins_over_a_remapped_one(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = FakeIgate([a_record(code(1), **{**waiting("Chờ ký số"), "dossierStatus": None})])
    await sync(engine, source.portal())
    monkeypatch.setitem(igate_words.STATUS_MAP, "chờ ký số", DossierStatus.PROCESSING)
    await ordered(engine, What.UNMAPPED)
    await settled(engine, source.portal())
    source.put(a_record(code(1), updatedDate="2024-01-18T08:00:00.000+0000"))
    await sync(engine, source.portal())
    head = await row(engine, "select status, number from dossier.head")
    assert (head["status"], head["number"]) == (10, 3)
