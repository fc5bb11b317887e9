"""What was pushed passes the intake of what was pulled, and is read again like it; a repeat is answered as such."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.replay import Order, Replay, Trigger, What
from dossier_sync.plan import FixedPlans
from dossier_sync.portals.pushed_records import PushedRecords
from dossier_sync.replaying import bounds_of, settle, settle_pushed
from dossier_sync.repository.replays import list_replays, order
from dossier_sync.repository.verify import verify
from dossier_sync.worker import Habits, work
from shared.runtime.clock import LOCAL_ZONE, now
from shared.runtime.database import snapshot, transaction
from support.dossier_api import KEY, a_key
from support.fake_igate import FakeIgate, a_record
from support.national_wire import a_step, opencps
from support.pushing import Sender, a_sender
from support.syncing import row, rows, sync

from .test_links import learn

FEED = "h24-99/inbound"
SKEW = timedelta(minutes=5)
OPEN = "select source_key, reason from dossier.quarantine where closed_page is null order by source_key"
HEAD = "select status, modified_at from dossier.head_v1"
FILE = """
[portal.city]
url = "https://city.test"
[portal.city.feed.dossiers]
adapter = "igate"
agencies = ["H24"]
{of_city}
[inbound."H24"]
{of_pushes}
"""


def code(number: int) -> str:
    return f"000.00.99.H24-240115-{number:04d}"


@pytest.fixture
async def sender(engine: AsyncEngine, database_url: str) -> AsyncIterator[Sender]:
    async with a_sender(engine, database_url) as sender:
        yield sender


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Path]:
    """The file of portals, written."""

    def write(of_pushes: str = "", of_city: str = "") -> Path:
        path = tmp_path / "portals.toml"
        path.write_text(FILE.format(of_city=of_city, of_pushes=of_pushes))
        return path

    return write


def taken(answer: dict[str, Any]) -> bool:
    return int(answer["error_code"]) == 0


async def again(engine: AsyncEngine, rules: Sequence[str] = ()) -> list[Replay]:
    """What a worker does with pushes between two runs."""
    return await settle_pushed(engine, SKEW, lambda agency: rules, asyncio.Event())


async def ordered(engine: AsyncEngine, what: What = What.QUARANTINE) -> None:
    async with transaction(engine) as connection:
        assert await order(connection, Order(FEED, what, Trigger.OPERATOR, "officer"))


async def the_chain_holds(engine: AsyncEngine) -> None:
    async with snapshot(engine) as connection:
        assert (await verify(connection)).broken is None


async def test_a_rule_for_tests_holds_for_pushes_whoever_wrote_it_and_its_end_lets_them_in(
    engine: AsyncEngine, database_url: str, told: Callable[..., Path]
) -> None:
    path = told('test_dossiers = ["*-0001"]', 'test_dossiers = ["*-0002"]')
    async with a_sender(engine, database_url, DOSSIER_SYNC_PORTALS=path) as sender:
        assert taken(await sender.sync(*(opencps(code(n)) for n in (1, 2, 3)))), "its sender has nothing to mend"
        assert [tuple(one.values()) for one in await rows(engine, OPEN)] == [
            (code(1), "test_dossier"), (code(2), "test_dossier"),
        ]  # fmt: skip
        told()
        heard = await row(engine, "select max(at) as at from dossier.ledger_entry")
        await ordered(engine)
        (ended,) = await again(engine)
        assert (ended.tried, ended.let_in, ended.changed, ended.requested_by) == (2, 2, 2, "officer")
        heads = await rows(engine, HEAD)
        assert len(heads) == 3
        assert all(one["modified_at"] < heard["at"] for one in heads), "said when it was pushed, not when it was read"
        entries = await rows(engine, "select entry from dossier.ledger_entry")
        assert taken(await sender.sync(*(opencps(code(n)) for n in (1, 2, 3)), updating="True"))
        assert await rows(engine, "select entry from dossier.ledger_entry") == entries
    await the_chain_holds(engine)


async def test_one_record_is_read_again_on_an_operators_word(
    engine: AsyncEngine, database_url: str, told: Callable[..., Path]
) -> None:
    await a_key(engine)
    operates = {"Authorization": f"Bearer {KEY}"}
    path = told('test_dossiers = ["*-0001", "*-0002"]')
    async with a_sender(engine, database_url, DOSSIER_SYNC_PORTALS=path) as sender:
        await sender.sync(opencps(code(1)), opencps(code(2)))
        told()
        (first, _) = await rows(engine, "select id from dossier.quarantine order by source_key")
        accepted = await sender.http.post(f"/v1/quarantine/{first['id']}/retry", headers=operates)
        assert (accepted.status_code, accepted.json()["mode"]) == (202, "replay"), accepted.text
        assert [one.let_in for one in await again(engine)] == [1]
        assert [one["source_key"] for one in await rows(engine, OPEN)] == [code(2)]
        body = {"feed": FEED, "what": "quarantine"}
        assert (await sender.http.post("/v1/replays", json=body, headers=operates)).status_code == 202
        assert [one.let_in for one in await again(engine)] == [1]
    assert (await row(engine, "select requested_mode from dossier.feed"))["requested_mode"] is None, "nobody runs it"


async def test_a_day_ahead_is_let_in_when_it_has_come(sender: Sender, engine: AsyncEngine) -> None:
    ahead = now() + timedelta(days=3)
    await sender.sync(opencps(NgayTiepNhan=f"{ahead:%Y%m%d}083000", NgayHenTra=""))
    assert (await row(engine, OPEN))["reason"] == "date_impossible"
    await again(engine)  # the worker's daily order
    assert (await row(engine, OPEN))["reason"] == "date_impossible"
    await ordered(engine)
    bounds = bounds_of(ahead + timedelta(days=1), SKEW, lambda *_: None)
    (ended,) = await settle(engine, PushedRecords(), FEED, bounds, asyncio.Event())
    assert (ended.let_in, await rows(engine, OPEN)) == (1, [])
    (day,) = (await row(engine, "select received_on from dossier.head_v1")).values()
    assert f"{day:%Y%m%d}" == f"{ahead:%Y%m%d}"
    await the_chain_holds(engine)


async def test_a_step_waits_for_a_dossier_that_another_portal_tells(sender: Sender, engine: AsyncEngine) -> None:
    await sender.progress(a_step(TrangThai="10", ThoiDiemXuLy="20240301090000"), a_step(code(2), TrangThai="9"))
    assert [one["reason"] for one in await rows(engine, OPEN)] == ["dossier_unknown"] * 2
    await sync(engine, FakeIgate([a_record()]).portal())
    before = await row(engine, HEAD)
    (ended,) = await again(engine)
    assert (ended.trigger, ended.tried, ended.let_in) == ("time", 2, 1)
    after = await row(engine, HEAD)
    assert (before["modified_at"] < after["modified_at"], after["status"]) == (True, 10)
    assert [one["source_key"] for one in await rows(engine, OPEN)] == [f"{code(2)}+step"]
    await the_chain_holds(engine)


async def test_pushes_name_what_the_catalogue_does_not_know_and_are_linked_when_it_learns(
    engine: AsyncEngine, database_url: str
) -> None:
    await learn(engine, 1, ("1.000001", None, None))
    async with a_sender(engine, database_url) as sender:
        await sender.sync(opencps(code(1)), opencps(code(2), TrangThaiHoSo="2"))
        later = f"{(now() + timedelta(minutes=2)).astimezone(LOCAL_ZONE):%Y%m%d%H%M%S}"
        await sender.progress(a_step(code(2), TrangThai="4", ThoiDiemXuLy=later))
    flags = "select flags, status, received_on, modified_at from dossier.head_v1 order by dossier_code"
    before = await rows(engine, flags)
    assert [one["flags"] for one in before] == [["agency_from_code", "procedure_unlisted"]] * 2
    assert [one["status"] for one in before] == [4, 4], "the step moved the second one"
    assert await again(engine) == []  # looked at for the first time
    await learn(engine, 2, ("1.005142", None, None))
    (linked,) = await again(engine)
    assert (linked.what, linked.trigger, linked.changed) == ("unlisted", "catalogue", 2)
    assert await rows(engine, flags) == [one | {"flags": ["agency_from_code"]} for one in before], (
        "nothing else of them changed"
    )
    await the_chain_holds(engine)


async def test_another_reading_of_the_contract_has_what_is_set_aside_read_again_by_itself(
    sender: Sender, engine: AsyncEngine
) -> None:
    await sender.sync(opencps())
    await sender.progress(a_step(TrangThai="77"))
    await again(engine)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("update dossier.feed set map_version = 'older'")
    ended = await again(engine)
    assert {(one.what, one.trigger) for one in ended} == {("quarantine", "map"), ("unmapped", "map")}
    assert [one["reason"] for one in await rows(engine, OPEN)] == ["status_unreadable"], "this reading knows it neither"
    assert await again(engine) == []


async def test_a_worker_without_a_feed_of_its_own_reads_pushes_again(sender: Sender, engine: AsyncEngine) -> None:
    await sender.sync(opencps(NgayTiepNhan="mai"))
    await ordered(engine)
    stop = asyncio.Event()
    habits = Habits("w", FixedPlans({}), lease=timedelta(seconds=60), poll_seconds=0.05)
    working = asyncio.create_task(work(engine, habits, stop))
    try:
        await until(lambda: ended(engine))
    finally:
        stop.set()
        await working


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await holds():  # noqa: ASYNC110 - the worker tells by its rows only
            await asyncio.sleep(0.05)


async def ended(engine: AsyncEngine) -> bool:
    async with transaction(engine) as connection:
        return not await list_replays(connection, name=FEED, unfinished=True)


async def test_the_file_ranks_pushes_and_a_changed_rank_holds_from_the_next_push(
    engine: AsyncEngine, database_url: str, told: Callable[..., Path]
) -> None:
    path = told("rank = 200\nmost_set_aside = 5")
    await sync(engine, FakeIgate([a_record()]).portal())  # rank 100
    heads = "select f.feed from dossier.head h join dossier.feed f using (feed_id)"
    async with a_sender(engine, database_url, DOSSIER_SYNC_PORTALS=path) as sender:
        await sender.sync(opencps(TrangThaiHoSo="5"), updating="True")
        assert (await row(engine, heads))["feed"] == "fake/dossiers"
        told("rank = 50")
        await sender.sync(opencps(TrangThaiHoSo="5"), updating="True")
        assert (await row(engine, heads))["feed"] == FEED
    found = await row(engine, f"select rank, most_set_aside from dossier.feed where feed = '{FEED}'")
    assert found == {"rank": 50, "most_set_aside": 10_000}


async def test_the_same_push_as_new_again_is_a_lost_answer_and_another_one_a_double(
    sender: Sender, engine: AsyncEngine
) -> None:
    pushed = opencps(code(1)), opencps(code(2))
    assert taken(await sender.sync(*pushed))
    entries = await rows(engine, "select entry from dossier.ledger_entry")
    assert taken(await sender.sync(*pushed))
    assert await rows(engine, "select entry from dossier.ledger_entry") == entries
    answer = await sender.sync(opencps(code(1)), opencps(code(2), TrangThaiHoSo="9"))
    assert [one["MaHoSo"] for one in answer["result"]] == [code(2)]


async def test_what_is_kept_of_a_push_tells_when_it_was_heard_and_no_person(
    sender: Sender, engine: AsyncEngine
) -> None:
    await sender.sync(opencps(NgayTiepNhan="2024-01-15"))
    (kept,) = await rows(engine, "select record from dossier.quarantine")
    record = json.loads(kept["record"])
    assert (record["NgayTiepNhan"], record["MaTTHC"]) == ("2024-01-15", "1.005142")
    assert record["heard"].startswith(f"{now():%Y-%m-%d}")
    assert "Không Có Thật" not in kept["record"]
