"""A run of the whole list beside the live feed: it steps aside for each tick and goes on where it stood."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync import worker
from dossier_sync.sync import Drained
from dossier_sync.tables import feed
from dossier_sync.worker import work_once
from shared.runtime.database import transaction
from shared.sync.lease import claim
from support.fake_igate import FakeIgate, a_record
from support.syncing import FEED, LEASE, plans_of, row, rows
from support.working import changed, habits, registered, until, working


def records(count: int) -> list[dict[str, Any]]:
    return [
        a_record(f"000.00.99.H24-240115-{n:04d}", updatedDate=f"2024-01-17T08:00:{n % 60:02d}.231+0000")
        for n in range(count)
    ]


def just_now(code: str) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(minutes=2)  # noqa: TID251
    return a_record(code, updatedDate=f"{at:%Y-%m-%dT%H:%M:%S}.000+0000")


@contextmanager
def stepping_aside_at_page(portal: FakeIgate, page: int) -> Iterator[asyncio.Event]:
    """As a slice's end does: the event is set while that page is asked for."""
    stop = asyncio.Event()

    def answer(request: Any) -> None:
        if request.url.params["page"] == str(page):
            stop.set()

    portal.faults.append(answer)
    yield stop
    portal.faults.remove(answer)


@pytest.mark.parametrize("first_load", [True, False])
async def test_the_live_feed_is_carried_while_a_long_run_stands_aside(engine: AsyncEngine, first_load: bool) -> None:
    portal = FakeIgate(records(20))
    plans = plans_of({FEED: lambda: portal.portal(3)}, every=timedelta(minutes=5))
    told = habits(plans)
    await registered(engine, plans.current())
    if not first_load:
        await work_once(engine, told, asyncio.Event())
        await changed(engine, "update dossier.feed set requested_mode = 'full'")
    before = await row(engine, "select watermark, data_until from dossier.feed")
    with stepping_aside_at_page(portal, 3) as stop, pytest.raises(Drained):
        await work_once(engine, told, stop)
    whole = (await row(engine, "select max(run_id) as id from dossier.run"))["id"]
    portal.put(just_now("000.00.99.H24-240115-0019"))
    await changed(engine, "update dossier.feed set next_at = now()")
    live = await work_once(engine, told, asyncio.Event())
    assert live is not None
    assert str(live.verdict) == "succeeded"
    between = await row(engine, "select * from dossier.feed")
    assert (between["parked_run_id"], between["run_id"]) == (whole, None)
    newest = await row(
        engine, "select mode, seen, changed + new as moved from dossier.run order by run_id desc limit 1"
    )
    assert newest["mode"] == "incremental"
    assert newest["moved"] >= 1
    assert newest["seen"] <= 6  # the front of the list, not all of it
    if first_load:  # a part of the dossiers proves nothing about all of them
        assert (between["watermark"], between["data_until"]) == (None, None)
    else:
        assert between["watermark"] > before["watermark"]
    rest = await work_once(engine, told, asyncio.Event())
    assert rest is not None
    assert str(rest.verdict) == "succeeded"
    after = await row(engine, "select * from dossier.feed")
    assert (after["parked_run_id"], after["parked_cursor"], after["run_id"], after["live_until"]) == (None,) * 4
    ends = await rows(engine, "select window_until from dossier.run order by run_id desc limit 1")
    assert after["watermark"] == ends[0]["window_until"] == after["data_until"]  # the live run went furthest
    assert [one["verdict"] for one in await rows(engine, "select verdict from dossier.run")] == ["succeeded"] * (
        2 if first_load else 3
    )
    assert (await row(engine, "select count(*) as n from dossier.head"))["n"] == 20
    assert await rows(engine, "select * from dossier.absence") == []
    assert (await row(engine, f"select seen, portal_total from dossier.run where run_id = {whole}")) == {
        "seen": 20,
        "portal_total": 20,
    }


async def test_a_worker_alternates_between_a_long_run_and_the_ticks(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_LEAST_SLICE", timedelta(seconds=0.05))
    portal = FakeIgate(records(60))

    def slowly(_: Any) -> None:
        time.sleep(0.02)  # the portal's own slowness

    portal.faults.append(slowly)
    plans = plans_of({FEED: lambda: portal.portal(1)}, every=timedelta(seconds=1))
    await registered(engine, plans.current())
    await changed(engine, "update dossier.feed set every_seconds = 1")
    async with working(engine, habits(plans)):
        await until(
            engine, "select exists (select from dossier.run where mode = 'full' and verdict = 'succeeded')", seconds=30
        )
    runs = await rows(engine, "select mode, verdict, seen, claims, started_at, finished_at from dossier.run order by 1")
    (whole,) = [one for one in runs if one["mode"] == "full"]
    inside = [one for one in runs if one["mode"] == "incremental" and one["started_at"] < whole["finished_at"]]
    assert inside
    assert whole["seen"] == 60
    assert whole["claims"] >= 2
    assert {one["verdict"] for one in runs if one["finished_at"]} == {"succeeded"}


async def test_workers_that_are_asked_to_stop_before_their_first_page_have_not_died_of_it(engine: AsyncEngine) -> None:
    portal = FakeIgate(records(20))
    plans = plans_of({FEED: lambda: portal.portal(3)}, every=timedelta(minutes=5))
    told = habits(plans)
    await registered(engine, plans.current())
    with stepping_aside_at_page(portal, 3) as stop, pytest.raises(Drained):
        await work_once(engine, told, stop)
    stopped = asyncio.Event()
    stopped.set()
    for _ in range(6):
        with pytest.raises(Drained):
            await work_once(engine, told, stopped)
    ending = await work_once(engine, told, asyncio.Event())
    assert ending is not None
    assert (str(ending.verdict), ending.failure) == ("succeeded", None)
    assert await rows(engine, "select * from dossier.gap") == []
    assert await row(engine, "select seen, claims from dossier.run") == {"seen": 20, "claims": 8}


async def test_what_is_more_urgent_is_carried_first(engine: AsyncEngine) -> None:
    plans = plans_of({f"p{n}/dossiers": lambda: FakeIgate([]).portal() for n in range(3)})
    await registered(engine, plans.current())
    await changed(engine, "update dossier.feed set priority = 5 where feed = 'p2/dossiers'")
    await changed(engine, "update dossier.feed set next_at = now() - interval '1 h' where feed = 'p1/dossiers'")
    order = []
    for _ in range(4):
        async with transaction(engine) as connection:
            lease = await claim(connection, feed, owner="w", lease=LEASE)
        order.append(lease and lease.feed)
    assert order == ["p2/dossiers", "p1/dossiers", "p0/dossiers", None]
