"""Workers that stop, hang, or work twice: one holder, true verdicts, nothing left held."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.slices import Slice
from dossier_sync.portals.igate import Igate
from dossier_sync.repository import watching
from dossier_sync.sync import Drained
from dossier_sync.tables import feed
from dossier_sync.worker import work_once
from shared.runtime.database import transaction
from shared.sync.lease import FenceLost, claim, guard
from support.fake_igate import FakeIgate, a_record
from support.syncing import FEED, LEASE, plans_of, row, rows
from support.working import changed, habits, registered, until, working

RECORDS = [a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(9)]


class Stuck(Igate):
    """Its second page never comes, and no deadline of a client ends the wait."""

    async def _fetch(self, part: Slice, narrowed: Mapping[str, str] | None = None) -> Any:
        if part.number:
            await asyncio.Event().wait()
        return await super()._fetch(part, narrowed)


def stuck(portal: FakeIgate) -> Stuck:
    return Stuck(portal.portal(3)._client, page_size=3)


@pytest.mark.fault("F107")
async def test_f107_told_to_stop_a_worker_finishes_its_page_and_lets_the_feed_go(engine: AsyncEngine) -> None:
    portal, stop = FakeIgate(RECORDS), asyncio.Event()
    portal.faults.append(lambda request: stop.set() if request.url.params["page"] == "1" else None)
    plans = plans_of({FEED: lambda: portal.portal(3)})
    await registered(engine, plans.current())
    with pytest.raises(Drained):
        await work_once(engine, habits(plans), stop)
    found = await row(engine, "select owner, lease_until, run_id is not null as unfinished from dossier.feed")
    assert found == {"owner": None, "lease_until": None, "unfinished": True}
    assert (await row(engine, "select verdict from dossier.run"))["verdict"] is None
    portal.faults.clear()
    ending = await work_once(engine, habits(plans, owner="next"), asyncio.Event())
    assert ending is not None
    assert str(ending.verdict) == "succeeded"
    assert (await row(engine, "select count(*) as n, sum(revisions) as r from dossier.head")) == {"n": 9, "r": 9}
    assert await rows(engine, "select verdict, seen from dossier.run") == [{"verdict": "succeeded", "seen": 9}]


@pytest.mark.fault("F107")
async def test_f107_a_page_that_does_not_end_within_the_grace_is_left(engine: AsyncEngine) -> None:
    portal, stop = FakeIgate(RECORDS), asyncio.Event()
    plans = plans_of({FEED: lambda: stuck(portal)})
    await registered(engine, plans.current())
    working = asyncio.create_task(work_once(engine, habits(plans, grace=timedelta(seconds=0.2)), stop))
    await until(engine, "select exists (select from dossier.run)")
    stop.set()
    with pytest.raises(Drained):
        await asyncio.wait_for(working, 5)
    found = await row(engine, "select owner, lease_until, run_id is not null as unfinished from dossier.feed")
    assert found == {"owner": None, "lease_until": None, "unfinished": True}


@pytest.mark.fault("F109")
async def test_f109_of_many_schedulers_one_holds_the_feed_and_the_fence_refuses_the_rest(engine: AsyncEngine) -> None:
    plans = plans_of({FEED: lambda: FakeIgate(RECORDS).portal(3)})
    await registered(engine, plans.current())

    async def claimed(owner: str) -> Any:
        async with transaction(engine) as connection:
            return await claim(connection, feed, owner=owner, lease=LEASE)

    held = [one for one in await asyncio.gather(*(claimed(f"w{n}") for n in range(12))) if one is not None]
    assert len(held) == 1
    await changed(engine, "update dossier.feed set lease_until = now() - interval '1 s'")
    heir = await claimed("heir")
    assert heir.fence == held[0].fence + 1
    with pytest.raises(FenceLost):
        async with transaction(engine) as connection:
            await guard(connection, feed, held[0])
    async with transaction(engine) as connection:
        await guard(connection, feed, heir)


@pytest.mark.fault("F111")
async def test_f111_a_run_that_hangs_is_failed_and_taken_over(engine: AsyncEngine) -> None:
    portal = FakeIgate(RECORDS)
    portals = iter([stuck(portal)])
    plans = plans_of({FEED: lambda: next(portals, None) or portal.portal(3)})
    await registered(engine, plans.current())
    told = habits(plans, lease=timedelta(seconds=0.3), hung_after=timedelta(seconds=0.5))
    async with working(engine, told):
        await until(engine, "select exists (select from dossier.run where failure = 'hung')")
        first = await row(engine, "select verdict, finished_at is not null as ended from dossier.run")
        assert first == {"verdict": "failed", "ended": True}
        await changed(engine, "update dossier.feed set closed_until = null, next_at = now()")
        await until(engine, "select last_verdict = 'succeeded' from dossier.feed")
    assert (await row(engine, "select count(*) as n from dossier.head"))["n"] == 9


@pytest.mark.fault("F111")
async def test_f111_a_worker_whose_heart_stopped_is_succeeded_by_another(engine: AsyncEngine) -> None:
    """Its whole process stands still: no heartbeat, so the lease ends, and its next write is refused."""
    portal = FakeIgate(RECORDS)
    plans = plans_of({FEED: lambda: portal.portal(3)})
    await registered(engine, plans.current())
    async with transaction(engine) as connection:
        dead = await claim(connection, feed, owner="dead", lease=timedelta(seconds=0.2))
    assert dead is not None
    async with working(engine, habits(plans)):
        await until(engine, "select last_verdict = 'succeeded' from dossier.feed")
    with pytest.raises(FenceLost):
        async with transaction(engine) as connection:
            await guard(connection, feed, dead)


@pytest.mark.fault("F117")
async def test_f117_what_fails_after_a_run_does_not_alter_its_verdict(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections cannot be closed, the feed's health cannot be noted: the run stays what it was proven to be."""
    portal = FakeIgate(RECORDS)

    class Unclosable(Igate):
        async def aclose(self) -> None:
            raise httpx.TransportError("closing failed")

    async def refused(*_: Any, **__: Any) -> None:
        raise DBAPIError("select", None, OSError("gone"))

    monkeypatch.setattr(watching, "note_vitals", refused)
    plans = plans_of({FEED: lambda: Unclosable(portal.portal(3)._client, page_size=3)})
    await registered(engine, plans.current())
    ending = await work_once(engine, habits(plans), asyncio.Event())
    assert ending is not None
    assert str(ending.verdict) == "succeeded"
    found = await row(engine, "select last_verdict, watermark is not null as moved, owner from dossier.feed")
    assert found == {"last_verdict": "succeeded", "moved": True, "owner": None}
