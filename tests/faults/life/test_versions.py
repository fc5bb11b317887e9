"""Versions that come late, twice, out of order, without a new time or with another meaning; searches that are cut."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.alarms import Alarm, Decision
from dossier_sync.repository.alarms import decide, open_alarms
from dossier_sync.sync import Drained, run_once
from dossier_sync.tables import feed
from shared.runtime.database import snapshot, transaction
from shared.sync.lease import claim
from shared.sync.runs import Ending
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record, waiting
from support.sandbox import Sandbox
from support.syncing import FEED, LEASE, WINDOW, claimed, row, rows, sync

NOW = datetime(2025, 6, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=3_650)
HOUR = timedelta(hours=1)
HELD = 2_236


async def ended(engine: AsyncEngine, sandbox: Sandbox, **how: Any) -> Ending:
    return await sync(engine, sandbox.igate(200), now=how.pop("now", NOW), **how)


async def last_run(engine: AsyncEngine) -> dict[str, Any]:
    return await row(engine, "select * from dossier.run order by run_id desc limit 1")


async def heads(engine: AsyncEngine) -> int:
    return int((await row(engine, "select count(*) as n from dossier.head"))["n"])


async def alarms(engine: AsyncEngine) -> set[str]:
    async with snapshot(engine) as connection:
        return {one.name for one in await open_alarms(connection, FEED)}


@pytest.mark.fault("F50")
async def test_f50_times_finer_than_ours_step_over_no_row(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F50", path="igate")
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    finer = await row(engine, "select count(*) as n from dossier.head where modified_at > date_trunc('second', "
                              "modified_at) + interval '0.9999995 s'")  # fmt: skip
    assert (await heads(engine), finer["n"]) == (HELD, 0)
    assert (await row(engine, "select watermark from dossier.feed"))["watermark"] == NOW - timedelta(minutes=1)


@pytest.mark.fault("F51")
async def test_f51_a_change_of_2099_is_set_aside_and_moves_no_watermark(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F51", path="igate", pages=[0])
    await ended(engine, sandbox)
    aside = await row(engine, "select reason, field from dossier.quarantine")
    assert (aside["reason"], aside["field"]) == ("date_impossible", "modified_at")
    found = await row(engine, "select watermark, newest_at from dossier.feed")
    assert found["watermark"] in {None, NOW - timedelta(minutes=1)}
    assert found["newest_at"] is None or found["newest_at"] < NOW


@pytest.mark.fault("F52")
async def test_f52_a_run_with_a_broken_cursor_begins_its_window_again(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(9)])
    stop = asyncio.Event()

    def stops(request: Any) -> None:
        if request.url.params["page"] == "2":
            stop.set()

    portal.faults.append(stops)
    await drained(engine, portal, stop)
    portal.faults.clear()
    async with engine.begin() as connection:
        await connection.exec_driver_sql("update dossier.feed set cursor = 'hỏng', lease_until = null")
    portal.pages_asked.clear()
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    assert (min(portal.pages_asked), await heads(engine)) == (0, 9)
    assert (await last_run(engine))["claims"] == 2


async def drained(engine: AsyncEngine, portal: FakeIgate, stop: asyncio.Event) -> None:
    lease = await claimed(engine, mode="full")
    with pytest.raises(Drained):
        await run_once(engine, portal.portal(), lease, WINDOW, lambda *_: None, now=NOW, stop=stop)


@pytest.mark.fault("F52")
async def test_f52_a_lost_watermark_is_regained_and_one_too_far_is_taken_back(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await ended(engine, sandbox)
    for broken in ("null", "watermark + interval '40 days'", "now() + interval '100 years'"):
        async with engine.begin() as connection:
            await connection.exec_driver_sql(f"update dossier.feed set watermark = {broken}")
        await sync(engine, sandbox.igate(200), mode=None, now=NOW + timedelta(hours=1))  # type: ignore[arg-type]
        run = await last_run(engine)
        assert (run["mode"], run["verdict"]) == ("incremental", "succeeded")
        assert run["window_from"] <= NOW + timedelta(hours=1) - timedelta(minutes=10)


@pytest.mark.fault("F52")
@pytest.mark.parametrize("variant", ["missing", "corrupt"])
async def test_f52_a_page_that_lies_about_its_place_is_no_page(
    engine: AsyncEngine, sandbox: Sandbox, variant: str
) -> None:
    await sandbox.fault("F52", path="igate", parameters={"variant": variant})
    ending = await ended(engine, sandbox)
    assert ending.verdict is Verdict.FAILED
    assert ending.failure in {"contract", "paging"}


@pytest.mark.fault("F52")
async def test_f52_a_portal_that_goes_back_to_its_front_is_read_by_days(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F52", path="igate", parameters={"variant": "regress"})
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert await heads(engine) == HELD


@pytest.mark.fault("F53")
async def test_f53_a_list_whose_later_pages_are_refused_is_read_by_days(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F53", path="igate")
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    run = await last_run(engine)
    assert (run["passes"], run["gaps"], run["new"]) == (1, 0, HELD)


@pytest.mark.fault("F53")
async def test_f53_what_changed_is_asked_for_from_the_last_proven_watermark_less_the_overlap(
    engine: AsyncEngine,
) -> None:
    portal = FakeIgate(applied_on_many_days(60))
    assert (await sync(engine, portal.portal(4), now=NOW)).verdict is Verdict.SUCCEEDED
    changed = NOW + timedelta(minutes=3)
    for record in portal.records[::5]:
        record["updatedDate"] = f"{changed:%Y-%m-%dT%H:%M:%S}.000+0000"
    asked = refusing(portal)
    assert (await sync(engine, portal.portal(4), mode="incremental", now=NOW + HOUR)).verdict is Verdict.SUCCEEDED
    run = await last_run(engine)
    assert (run["changed"], run["window_from"]) == (12, NOW - timedelta(minutes=11))
    assert (await row(engine, "select watermark from dossier.feed"))["watermark"] == NOW + HOUR - timedelta(minutes=1)
    answered = len(asked)
    assert answered < 60, "days are not asked for further than the window reaches"


@pytest.mark.fault("F53")
async def test_f53_a_day_with_more_dossiers_than_a_page_is_asked_for_in_one_longer_page(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(30)])
    refusing(portal)
    assert (await sync(engine, portal.portal(4), now=NOW)).verdict is Verdict.SUCCEEDED
    assert await heads(engine) == 30


@pytest.mark.fault("F53")
async def test_f53_a_cursor_of_the_worker_before_that_the_portal_forgot_loses_no_row(engine: AsyncEngine) -> None:
    portal = FakeIgate(applied_on_many_days(30))
    stop = asyncio.Event()
    portal.faults.append(lambda request: stop.set() if request.url.params["page"] == "4" else None)
    await drained(engine, portal, stop)
    portal.faults.clear()
    async with engine.begin() as connection:
        await connection.exec_driver_sql("update dossier.feed set lease_until = null")
    refusing(portal)
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    assert (await heads(engine), (await last_run(engine))["claims"]) == (30, 2)


@pytest.mark.fault("F53")
async def test_f53_dossiers_of_no_day_are_missed_and_the_run_is_not_proven(engine: AsyncEngine) -> None:
    portal = FakeIgate(applied_on_many_days(20))
    portal.records[0]["appliedDate"] = portal.records[1]["appliedDate"] = "9999-01-01T00:00:00.000+0000"
    for mode, now in (("full", NOW), ("incremental", NOW + HOUR)):
        refusing(portal)
        ending = await sync(engine, portal.portal(), mode=mode, now=now)
        assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "gaps")
        assert (await last_run(engine))["gaps"] == 2
        portal.faults.clear()
        assert (await sync(engine, portal.portal(), now=now)).verdict is Verdict.SUCCEEDED
        for record in portal.records:
            record["updatedDate"] = f"{now + timedelta(minutes=3):%Y-%m-%dT%H:%M:%S}.000+0000"


@pytest.mark.fault("F53")
async def test_f53_a_portal_that_does_not_search_by_day_fails_and_the_next_run_goes_on_from_the_watermark(
    engine: AsyncEngine,
) -> None:
    portal = FakeIgate(applied_on_many_days(20))
    await sync(engine, portal.portal(), now=NOW)
    refusing(portal)
    portal.knows_days = False
    ending = await sync(engine, portal.portal(), now=NOW + HOUR)
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "paging")
    found = await row(engine, "select watermark, cursor from dossier.feed")
    assert found == {"watermark": NOW - timedelta(minutes=1), "cursor": None}
    # The window of what changed stands on the first page, which needs no cursor.
    ending = await sync(engine, portal.portal(), mode="incremental", now=NOW + HOUR)
    assert ending.verdict is Verdict.SUCCEEDED


def applied_on_many_days(count: int) -> list[dict[str, Any]]:
    return [
        a_record(
            f"000.00.99.H24-240115-{n:04d}",
            appliedDate=f"2023-{n % 12 + 1:02d}-{n % 28 + 1:02d}T02:00:00.000+0000",
            updatedDate=f"2024-01-17T08:{n // 60:02d}:{n % 60:02d}.000+0000",
        )
        for n in range(count)
    ]


def refusing(portal: FakeIgate) -> list[str]:
    """The portal refuses every later page from now on; what it is asked for."""
    asked: list[str] = []

    def later(request: httpx.Request) -> httpx.Response | None:
        asked.append(str(request.url.query))
        return (
            httpx.Response(400, json={"message": "Con trỏ không hợp lệ"}) if request.url.params["page"] != "0" else None
        )

    portal.faults.append(later)
    return asked


@pytest.mark.fault("F54")
async def test_f54_a_change_without_a_new_time_is_found_by_the_full_comparison(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F54", path="igate", parameters={"rows": 3})
    await ended(engine, sandbox)
    run = await last_run(engine)
    assert (run["changed"], run["conflicts"], run["verdict"]) == (3, 3, "succeeded")
    assert await alarms(engine) == set()


@pytest.mark.fault("F55")
async def test_f55_an_older_version_is_history_and_a_few_of_them_no_alarm(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await ended(engine, sandbox)
    before = await rows(engine, "select dossier_code, status, modified_at from dossier.head order by 1")
    await sandbox.fault("F55", path="igate", parameters={"rows": 3})
    await ended(engine, sandbox)
    run = await last_run(engine)
    assert (run["older"], run["regressed"], run["changed"]) == (3, 3, 0)
    assert await rows(engine, "select dossier_code, status, modified_at from dossier.head order by 1") == before


@pytest.mark.fault("F56")
async def test_f56_two_contents_of_one_instant_are_counted_and_one_wins(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record()])
    await sync(engine, portal.portal())
    portal.put(a_record(**waiting("Thụ lý hồ sơ")))
    await sync(engine, portal.portal())
    assert (await row(engine, "select status from dossier.head"))["status"] == 10  # the further state
    assert (await last_run(engine))["conflicts"] == 1
    portal.put(a_record(completedDate="2024-01-16T03:11:05.000+0000"))
    await sync(engine, portal.portal())
    facts = await row(engine, "select ended_on::text from dossier.head_v2")
    assert (facts["ended_on"], (await last_run(engine))["conflicts"]) == ("2024-01-16", 1)  # the later receipt


@pytest.mark.fault("F57")
async def test_f57_a_second_run_of_one_window_finds_the_feed_taken(engine: AsyncEngine) -> None:
    await claimed(engine)
    async with transaction(engine) as connection:
        assert await claim(connection, feed, owner="second", lease=LEASE, only=FEED) is None
    assert (await row(engine, "select count(*) as n from dossier.run"))["n"] == 0


@pytest.mark.fault("F58")
async def test_f58_a_search_that_is_cut_is_asked_by_days_down_to_what_it_can_give(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await sandbox.fault("F58", path="igate", parameters={"rows": 1_000})
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert await heads(engine) == HELD


@pytest.mark.fault("F58")
async def test_f58_a_single_day_that_is_cut_is_not_proven(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F58", path="igate", parameters={"rows": 20})
    ending = await ended(engine, sandbox)
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "gaps")


@pytest.mark.fault("F77")
@pytest.mark.parametrize(("field", "flag"), [("due", "due_before_receipt"), ("ended", "end_before_receipt")])
async def test_f77_a_day_before_the_receipt_is_kept_and_flagged(
    engine: AsyncEngine, sandbox: Sandbox, field: str, flag: str
) -> None:
    await sandbox.fault("F77", path="igate", parameters={"records": 1, "field": field})
    await ended(engine, sandbox)
    column = "due_on" if field == "due" else "ended_on"
    odd = await rows(engine, f"select {column} < received_on as odd from dossier.head_v2 where '{flag}' = any (flags)")
    assert odd
    assert all(one["odd"] for one in odd)


@pytest.mark.fault("F81")
async def test_f81_an_end_in_the_future_is_set_aside(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F81", path="igate", parameters={"rows": 3, "days": 30})
    await ended(engine, sandbox)
    aside = await rows(engine, "select reason, field from dossier.quarantine")
    assert [(one["reason"], one["field"]) for one in aside] == [("date_impossible", "ended_on")] * 3
    assert await heads(engine) == HELD - 3


@pytest.mark.fault("F87")
async def test_f87_a_batch_of_years_ago_that_arrives_today_is_taken(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F87", path="igate", parameters={"rows": 300})
    assert (await ended(engine, sandbox, now=LATER)).verdict is Verdict.SUCCEEDED
    assert (await heads(engine), (await last_run(engine))["new"]) == (HELD + 300, 300)
    assert "regress" not in await alarms(engine)


@pytest.mark.fault("F103")
async def test_f103_states_that_change_without_a_time_raise_an_alarm_and_no_more(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F103", path="igate")
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert await alarms(engine) == {"status_shift"}


@pytest.mark.fault("F103")
async def test_f103_another_mixture_of_changes_is_noticed_until_it_is_accepted(engine: AsyncEngine) -> None:
    codes = [f"000.00.99.H24-240115-{n:04d}" for n in range(120)]
    portal = FakeIgate([a_record(code, **waiting("Thụ lý hồ sơ")) for code in codes])
    await sync(engine, portal.portal(60))

    async def moved(day: int, share: float) -> None:
        for n, code in enumerate(codes):
            stamp = {"updatedDate": f"2024-02-{day:02d}T08:00:00.{n:03d}+0000"}
            ended_now = {} if n < share * len(codes) else waiting("Thụ lý hồ sơ")
            portal.put(a_record(code, **{**ended_now, **stamp}))
        await sync(engine, portal.portal(60))

    for day in (1, 2, 3):
        await moved(day, 0.5)
    assert await alarms(engine) == set()
    await moved(4, 0.0)
    assert await alarms(engine) == {"status_shift"}
    assert (await last_run(engine))["verdict"] == "succeeded"  # an alarm, and no fact is changed by it
    async with transaction(engine) as connection:
        assert await decide(connection, FEED, Alarm.STATUS_SHIFT, Decision.ACCEPT, "operator-1", at_most=1_000)
    await moved(5, 0.0)
    assert await alarms(engine) == set()
