"""One dossier from several portals: the nearest to the truth counts, the others are compared, and nothing is double."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.portals.igate import Igate
from dossier_sync.repository.feeds import register
from dossier_sync.repository.verify import verify
from metrics import projector
from shared.runtime.database import snapshot, transaction
from shared.sync.verdicts import PROVEN
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record, waiting
from support.national_wire import a_step, opencps
from support.pushing import a_sender
from support.syncing import row, rows, sync

CITY, NATION = "city/dossiers", "nation/dossiers"
CODE = "000.00.99.H24-240115-0001"
HEADS = """
    select h.dossier_code as code, f.feed, h.status, h.gone, h.modified_at, r.due_on, r.ended_on
    from dossier.head h join dossier.feed f using (feed_id)
    join dossier.revision r on r.feed_id = h.feed_id and r.page = h.page and r.dossier_code = h.dossier_code
    order by 1"""
COPIES = "select f.feed, c.differs from dossier.copy c join dossier.feed f using (feed_id) order by 1"
LEDGER = "select entry, digest from dossier.ledger_entry order by entry"


def code(number: int) -> str:
    return f"000.00.99.H24-240115-{number:04d}"


async def ranked(engine: AsyncEngine, *, city: int = 10, nation: int = 50) -> None:
    async with transaction(engine) as connection:
        for name, rank in ((CITY, city), (NATION, nation)):
            told = {"portal": name.partition("/")[0], "kind": "dossiers", "agency_code": "H24", "every_seconds": 60}
            await register(connection, name, rank=rank, **told)


async def told(engine: AsyncEngine, portal: FakeIgate, name: str) -> None:
    assert (await sync(engine, portal.portal(), name=name)).verdict in PROVEN


async def run_of(engine: AsyncEngine, name: str) -> dict[str, Any]:
    return await row(
        engine, f"select * from dossier.run where feed_id = (select feed_id from dossier.feed where feed = '{name}')"
        " order by run_id desc limit 1"
    )  # fmt: skip


async def chain_holds(engine: AsyncEngine) -> bool:
    async with snapshot(engine) as connection:
        return (await verify(connection)).broken is None


@pytest.mark.fault("F70")
@pytest.mark.parametrize("order", [(CITY, NATION), (NATION, CITY)])
async def test_f70_the_city_counts_and_the_greener_copy_is_counted_as_different(
    engine: AsyncEngine, database_url: str, monkeypatch: pytest.MonkeyPatch, order: tuple[str, str]
) -> None:
    await ranked(engine)
    portals = {
        CITY: FakeIgate([a_record(**waiting("Đang xử lý"))], feed=CITY),
        NATION: FakeIgate([a_record(updatedDate="2024-01-19T00:00:00.000+0000")], feed=NATION),
    }
    for name in order:
        await told(engine, portals[name], name)
    (head,) = await rows(engine, HEADS)
    assert (head["feed"], head["ended_on"]) == (CITY, None)
    assert await rows(engine, COPIES) == [{"feed": NATION, "differs": ["status"]}]
    counted = await row(engine, "select sum(copies_differ) as n, sum(conflicts) as c from dossier.run")
    assert (int(counted["n"]), int(counted["c"])) == (1 if order[0] == CITY else 0, 0)
    history = await rows(engine, "select applied from dossier.revision order by number")
    assert [one["applied"] for one in history] == ([True, False] if order[0] == CITY else [True, True])

    async with an_api(engine, database_url) as api:
        assert f'motcua_feed_copies_differ{{fact="status",feed="{NATION}"}} 1.0' in (await api.get("/metrics")).text
        shown = (await api.get(f"/v1/dossiers/{CODE}")).json()
    assert (shown["current"]["status"], shown["current"]["ended_on"]) == ("PROCESSING", None)
    (copy,) = shown["copies"]
    assert (copy["feed"], copy["differs"], copy["facts"]["status"]) == (NATION, ["status"], "RETURNED")

    # Read again, neither is parsed: each is known by the hash of its own bytes.
    ledger = await rows(engine, LEDGER)
    with monkeypatch.context() as patched:
        patched.setattr(Igate, "decode", lambda *_: pytest.fail("parsed again"))
        for name in (*order, *order):
            await told(engine, portals[name], name)
    assert await rows(engine, LEDGER) == ledger
    assert ((await run_of(engine, NATION))["unchanged"], (await run_of(engine, NATION))["changed"]) == (1, 0)

    # The city catches up: the copy is compared again, though nobody told it anew.
    portals[CITY].put(a_record(updatedDate="2024-01-20T00:00:00.000+0000"))
    await told(engine, portals[CITY], CITY)
    assert await rows(engine, COPIES) == [{"feed": NATION, "differs": []}]
    assert await chain_holds(engine)


@pytest.mark.fault("F70")
async def test_f70_a_newer_copy_never_counts_and_is_one_revision(engine: AsyncEngine) -> None:
    await ranked(engine)
    city = FakeIgate([a_record()], feed=CITY)
    nation = FakeIgate([], feed=NATION)
    await told(engine, city, CITY)
    for day in (18, 19, 18, 19):
        at = f"2024-01-{day}T00:00:00.000+0000"
        nation.records = [a_record(updatedDate=at, appointmentDate=f"2024-02-{day}T10:00:00.000+0000")]
        await told(engine, nation, NATION)
        (head,) = await rows(engine, HEADS)
        assert (head["feed"], str(head["due_on"])) == (CITY, "2024-01-18")
    assert await row(engine, "select count(*) as n from dossier.revision") == {"n": 3}
    assert await rows(engine, COPIES) == [{"feed": NATION, "differs": ["due_on"]}]
    run = await run_of(engine, NATION)
    assert (run["copies_differ"], run["unchanged"], run["regressed"], run["conflicts"]) == (1, 1, 0, 0)


@pytest.mark.fault("F70")
@pytest.mark.parametrize("seed", range(6))
async def test_f70_the_heads_are_the_same_in_whatever_order_the_feeds_are_read(engine: AsyncEngine, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    await ranked(engine)
    portals = {CITY: FakeIgate([], feed=CITY), NATION: FakeIgate([], feed=NATION)}
    began = datetime(2024, 2, 1, tzinfo=UTC)
    versions = [
        (name, code(number), began + timedelta(hours=n, minutes=number))
        for name in portals
        for number in range(8)
        if name == NATION or number % 4  # some the city never tells
        for n in range(dice.randint(1, 4))
    ]
    by_feed = {name: [one for one in versions if one[0] == name] for name in portals}
    for one in by_feed.values():
        one.sort(key=lambda version: version[2])
    told_last: dict[str, tuple[str, datetime]] = {}
    while any(by_feed.values()):
        name = dice.choice([name for name, left in by_feed.items() if left])
        _, key, at = by_feed[name].pop(0)
        if name == CITY or told_last.get(key, (NATION,))[0] == NATION:
            told_last[key] = (name, at)
        portals[name].put(_some_version(dice, key, at))
        if dice.random() < 0.4:
            read = dice.choice([CITY, NATION])
            await told(engine, portals[read], read)
    for name in dice.sample(list(portals), 2):
        await told(engine, portals[name], name)
    found = {one["code"]: (one["feed"], one["modified_at"]) for one in await rows(engine, HEADS)}
    assert found == told_last
    assert await chain_holds(engine)


def _some_version(dice: random.Random, key: str, at: datetime) -> dict[str, Any]:
    changed = {"updatedDate": at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")}
    return a_record(key, **changed) if dice.random() < 0.5 else a_record(key, **(waiting("Đang xử lý") | changed))


@pytest.mark.fault("F101")
async def test_f101_two_systems_that_list_the_same_dossiers_count_none_twice(engine: AsyncEngine) -> None:
    records = [a_record(code(number)) for number in range(6)]
    old, new = FakeIgate(records, feed=CITY), FakeIgate([], feed=NATION)
    await ranked(engine, city=10, nation=10)
    await told(engine, old, CITY)
    for moved in range(1, 7):  # one dossier after another is carried over, some with a new time of change
        new.records = [
            one | ({"updatedDate": "2024-01-20T00:00:00.000+0000"} if n % 2 else {})
            for n, one in enumerate(records[:moved])
        ]
        await told(engine, new, NATION)
        await told(engine, old, CITY)
    assert await row(engine, "select count(*) as n, count(distinct dossier_code) as codes from dossier.head") == {
        "n": 6,
        "codes": 6,
    }
    await projector.catch_up(engine)
    assert await row(engine, "select count(*) as n from metrics.fact where valid_to is null") == {"n": 6}
    ledger = await rows(engine, LEDGER)
    await told(engine, new, NATION)
    await told(engine, old, CITY)
    assert await rows(engine, LEDGER) == ledger

    # The old system is switched off: the new one goes on with every dossier, also where it says the same.
    async with transaction(engine) as connection:
        await connection.exec_driver_sql(f"update dossier.feed set enabled = false where feed = '{CITY}'")
    await told(engine, new, NATION)
    assert {one["feed"] for one in await rows(engine, HEADS)} == {NATION}
    lost, new.records = new.records[0]["code"], new.records[1:]
    for _ in range(2):
        await told(engine, new, NATION)
    assert [(one["code"], one["gone"]) for one in await rows(engine, HEADS) if one["gone"]] == [(lost, True)]
    await projector.catch_up(engine)
    assert await row(engine, "select count(*) as n from metrics.fact where valid_to is null") == {"n": 6}
    assert await chain_holds(engine)


@pytest.mark.fault("F70", "F66")
async def test_f70_a_dossier_is_gone_when_no_portal_holds_it_any_more(engine: AsyncEngine) -> None:
    await ranked(engine)
    records = [a_record(code(number)) for number in range(6)]
    city, nation = FakeIgate(records, feed=CITY), FakeIgate(records, feed=NATION)

    async def swept(portal: FakeIgate, name: str, times: int = 2) -> list[str]:
        for _ in range(times):
            await told(engine, portal, name)
        return [one["code"] for one in await rows(engine, HEADS) if one["gone"]]

    assert await swept(city, CITY, 1) == await swept(nation, NATION, 1) == []
    nation.records = [one for one in records if one["code"] != code(1)]
    assert await swept(nation, NATION, 3) == [], "the city holds it"
    city.records = [one for one in records if one["code"] not in (code(1), code(2))]
    assert await swept(city, CITY, 3) == [code(1)], "the nation holds the other one still"
    nation.records = [one for one in nation.records if one["code"] != code(2)]
    assert await swept(nation, NATION, 3) == [code(1)], "its own portal is asked last"
    assert await swept(city, CITY) == [code(1), code(2)]

    nation.put(a_record(code(1), updatedDate="2024-01-16T00:00:00.000+0000"))
    assert await swept(nation, NATION, 1) == [code(2)], "one that any portal tells again is back"
    assert next(one["feed"] for one in await rows(engine, HEADS) if one["code"] == code(1)) == NATION
    city.put(a_record(code(1)))
    assert await swept(city, CITY, 1) == [code(2)]
    assert next(one["feed"] for one in await rows(engine, HEADS) if one["code"] == code(1)) == CITY
    assert await chain_holds(engine)


@pytest.mark.fault("F70")
async def test_f70_a_push_has_a_rank_too_and_its_steps_move_nothing_that_a_nearer_portal_told(
    engine: AsyncEngine, database_url: str
) -> None:
    await ranked(engine)
    async with a_sender(engine, database_url) as sender:
        await sender.sync(opencps(TrangThaiHoSo="4"))
        async with transaction(engine) as connection:
            await connection.exec_driver_sql("update dossier.feed set rank = 70 where feed = 'h24-99/inbound'")
        await told(engine, FakeIgate([a_record()], feed=CITY), CITY)
        before = await rows(engine, HEADS)
        assert [one["feed"] for one in before] == [CITY]
        await sender.progress(a_step(TrangThai="5", ThoiDiemXuLy="20300116090000"))
        await sender.progress(a_step(TrangThai="5", ThoiDiemXuLy="20240216090000"))
        await sender.sync(opencps(TrangThaiHoSo="5"), updating="True")
        assert await rows(engine, HEADS) == before
        (copy,) = await rows(engine, COPIES)
        assert (copy["feed"], "status" in copy["differs"]) == ("h24-99/inbound", True)
        ledger = await rows(engine, LEDGER)
        await sender.sync(opencps(TrangThaiHoSo="5"), updating="True")
        assert await rows(engine, LEDGER) == ledger
    assert await chain_holds(engine)


@pytest.mark.fault("F70")
async def test_f70_ranks_that_change_have_every_copy_read_and_judged_again(engine: AsyncEngine) -> None:
    await ranked(engine)
    city = FakeIgate([a_record(**waiting("Đang xử lý"))], feed=CITY)
    nation = FakeIgate([a_record()], feed=NATION)
    for portal, name in ((city, CITY), (nation, NATION)):
        await told(engine, portal, name)
    await ranked(engine, city=50, nation=10)
    assert (await sync(engine, nation.portal(), name=NATION, mode="incremental")).verdict in PROVEN
    await told(engine, nation, NATION)
    assert [one["feed"] for one in await rows(engine, HEADS)] == [NATION]
    assert await rows(engine, COPIES) == [{"feed": CITY, "differs": ["status"]}]
    ledger = await rows(engine, LEDGER)
    await told(engine, city, CITY)
    assert await rows(engine, LEDGER) == ledger
    assert await chain_holds(engine)
