"""Schedules and clocks: what is late, twice or never is noticed, and a clock that jumps moves nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.worker import work_once
from shared.runtime.clock import now
from shared.runtime.portal_line import PortalLine
from support.fake_igate import FakeIgate, a_record
from support.syncing import FEED, plans_of, row, rows
from support.working import changed, habits, registered, signal, until, working


def dated(offset: timedelta) -> Any:
    """A portal whose clock is so far ahead of ours."""

    def answer(request: httpx.Request, *, listing: FakeIgate) -> httpx.Response:
        answered = listing.answer(request)
        at = datetime.now(UTC) + offset  # noqa: TID251 - the portal's clock, not ours
        answered.headers["date"] = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return answered

    return answer


def clocked(portal: FakeIgate, offset: timedelta, line: PortalLine) -> Any:
    answer = dated(offset)
    client = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: answer(request, listing=portal)))
    return lambda: portal.portal(3, line=line, client=client)


@pytest.mark.fault("F28")
@pytest.mark.fault("F102")
@pytest.mark.parametrize("hours", [-7, 7])
async def test_f102_a_portal_whose_clock_is_hours_off_proves_nothing(engine: AsyncEngine, hours: int) -> None:
    line, portal = PortalLine(1_000), FakeIgate([a_record()])
    plans = plans_of({FEED: clocked(portal, timedelta(hours=hours), line)}, line=line)
    await registered(engine, plans.current())
    ending = await work_once(engine, habits(plans), asyncio.Event())
    assert ending is not None
    assert (str(ending.verdict), ending.failure) == ("failed", "clock")
    feed = await row(engine, "select * from dossier.feed")
    assert (feed["watermark"], feed["data_until"], feed["cursor"]) == (None, None, None)
    assert abs(feed["clock_offset_seconds"] - hours * 3600) < 5
    assert abs(await signal(engine, "feed_clock_offset_seconds", FEED)) > 5
    assert await rows(engine, "select * from dossier.head") == []


@pytest.mark.fault("F28")
async def test_f28_a_few_seconds_are_measured_and_alarm_but_do_not_stop_a_run(engine: AsyncEngine) -> None:
    line, portal = PortalLine(1_000), FakeIgate([a_record()])
    plans = plans_of({FEED: clocked(portal, timedelta(seconds=20), line)}, line=line)
    await registered(engine, plans.current())
    ending = await work_once(engine, habits(plans), asyncio.Event())
    assert ending is not None
    assert str(ending.verdict) == "succeeded"
    assert 15 < await signal(engine, "feed_clock_offset_seconds", FEED) < 25


@pytest.mark.fault("F112")
@pytest.mark.parametrize("hours", [-1, 1])
async def test_f112_a_host_whose_clock_jumps_cuts_no_window_in_the_wrong_place(engine: AsyncEngine, hours: int) -> None:
    """The portal's clock is right; ours is not. No lease is lost, no window moves, and the portal is not blamed."""
    line, portal = PortalLine(1_000), FakeIgate([a_record()])
    portal.truth.ahead = timedelta(hours=hours)
    plans = plans_of({FEED: clocked(portal, timedelta(hours=-hours), line)}, line=line)  # it reads the moved clock too
    await registered(engine, plans.current())
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=hours), tick=True):  # noqa: TID251
        assert abs((now() - (await row(engine, "select now() as at"))["at"]).total_seconds()) > 3000
        ending = await work_once(engine, habits(plans), asyncio.Event())
    assert ending is not None
    assert str(ending.verdict) == "succeeded"
    feed = await row(
        engine,
        "select now() - watermark < interval '2 min' and watermark <= now() as right, owner, "
        "next_at > now() and next_at < now() + interval '2 min' as on_grid from dossier.feed",
    )
    assert feed == {"right": True, "owner": None, "on_grid": True}
    assert abs(await signal(engine, "feed_clock_offset_seconds", FEED)) < 5


@pytest.mark.fault("F110")
async def test_f110_missed_ticks_collapse_to_one_and_the_delay_is_measured(engine: AsyncEngine) -> None:
    plans = plans_of({FEED: lambda: FakeIgate([a_record()]).portal(3)}, every=timedelta(minutes=5))
    await registered(engine, plans.current())
    await changed(engine, "update dossier.feed set next_at = date_trunc('hour', now()) - interval '3 hours'")
    assert await signal(engine, "feed_overdue_seconds", FEED) >= 3 * 3600
    async with working(engine, habits(plans)), working(engine, habits(plans, owner="second")):
        await until(engine, "select last_verdict is not null from dossier.feed")
        await asyncio.sleep(0.2)
    assert len(await rows(engine, "select run_id from dossier.run")) == 1
    on_grid = "extract(epoch from next_at)::bigint % 300 = 0 and next_at > now() as there from dossier.feed"
    assert (await row(engine, f"select {on_grid}"))["there"]
    assert await signal(engine, "feed_start_delay_seconds", FEED) >= 3 * 3600
    assert await signal(engine, "feed_overdue_seconds", FEED) == 0


@pytest.mark.fault("F110")
async def test_f110_a_schedule_nobody_carries_is_overdue_and_one_that_waits_is_not(engine: AsyncEngine) -> None:
    await registered(engine, plans_of({FEED: lambda: FakeIgate([]).portal()}).current())
    await changed(engine, "update dossier.feed set next_at = now() - interval '10 min'")
    assert await signal(engine, "feed_overdue_seconds", FEED) >= 600
    for why in (
        "closed_until = now() + interval '1 min'",
        "closed_until = null, paced_until = now() + interval '1 min'",
        "paced_until = null, lease_until = now() + interval '1 min'",
        "lease_until = null, quiet_from = now(), quiet_until = now() + interval '1 min', quiet_reason = 'x'",
        "quiet_until = null, enabled = false",
    ):
        await changed(engine, f"update dossier.feed set {why}")
        assert await signal(engine, "feed_overdue_seconds", FEED) == 0, why


@pytest.mark.fault("F116")
async def test_f116_a_feed_that_was_never_registered_is_missing(engine: AsyncEngine) -> None:
    assert await signal(engine, "feed_missing", FEED, FEED) == 1
    await registered(engine, plans_of({FEED: lambda: FakeIgate([]).portal()}).current())
    assert await signal(engine, "feed_missing", FEED, FEED) == 0
