"""Lists that grow where a run could take it for something worse: between two counts, and between two workers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record
from support.syncing import row, rows, sync
from support.working import changed

NOW = datetime(2024, 6, 1, tzinfo=UTC)
SIZE = 4
HELD = 20
LAST_RUN = "select mode, claims, passes, gaps, quarantined from dossier.run order by run_id desc limit 1"


class Died(BaseException):
    """What nobody catches: the process is gone."""


def a_portal(*, days: int = 1) -> FakeIgate:
    """Dossiers changed within the hour before ``NOW``, one a minute, applied for on so many days."""
    return FakeIgate(
        [
            a_record(
                f"000.00.99.H24-240115-{n:04d}",
                appliedDate=f"2024-01-{n % days + 1:02d}T02:00:00.000+0000",
                updatedDate=stamp(NOW - timedelta(minutes=5 + n)),
            )
            for n in range(HELD)
        ]
    )


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000+0000"


def arrive(portal: FakeIgate, count: int, at: datetime = NOW) -> None:
    """New dossiers, received as of now."""
    for n in range(count):
        portal.put(a_record(f"000.00.99.H24-240531-{n:04d}", updatedDate=stamp(at + timedelta(seconds=n))))


async def codes(engine: AsyncEngine) -> set[str]:
    return {one["dossier_code"] for one in await rows(engine, "select dossier_code from dossier.head")}


def arrives_with_the_first_count(portal: FakeIgate) -> list[httpx.Request]:
    """One dossier comes between the list's last page and the first count of days; the requests for days."""
    counted: list[httpx.Request] = []

    def one_arrives(request: httpx.Request) -> None:
        if "applied-from" in request.url.params:
            if not counted:
                arrive(portal, 1)
            counted.append(request)

    portal.faults.append(one_arrives)
    return counted


@pytest.mark.fault("F41", "F58")
@pytest.mark.parametrize("days", [1, 10])
async def test_f41_a_dossier_that_arrives_before_the_days_are_counted_is_no_search_that_is_cut(
    engine: AsyncEngine, days: int
) -> None:
    portal = a_portal(days=days)
    counted = arrives_with_the_first_count(portal)
    assert (await sync(engine, portal.portal(SIZE), now=NOW)).verdict is Verdict.SUCCEEDED
    assert {asked.url.params["size"] for asked in counted} == {"1"}, "days are counted, and none is read"
    assert len(await codes(engine)) == HELD


@pytest.mark.fault("F41", "F58")
async def test_f58_a_search_that_is_cut_is_found_although_a_dossier_arrives(engine: AsyncEngine) -> None:
    portal = a_portal(days=10)
    arrives_with_the_first_count(portal)
    portal.most = 12
    assert (await sync(engine, portal.portal(SIZE), now=NOW)).verdict is Verdict.SUCCEEDED
    assert len(await codes(engine)) == HELD


async def dies(engine: AsyncEngine, portal: FakeIgate, page: int, **how: Any) -> None:
    """The worker that asks for this page dies; a minute later its feed is free."""

    def kill(request: httpx.Request) -> None:
        if request.url.params["page"] == str(page):
            raise Died

    portal.faults.append(kill)
    with pytest.raises(Died):
        await sync(engine, portal.portal(SIZE), now=NOW, **how)
    portal.faults.clear()
    await changed(engine, "update dossier.feed set lease_until = null")


async def with_a_window(engine: AsyncEngine) -> FakeIgate:
    """The whole list is proven as of an hour ago, and every dossier has changed since."""
    portal = a_portal()
    for n, record in enumerate(portal.records):
        record["updatedDate"] = stamp(NOW - timedelta(days=1, minutes=n))
    await sync(engine, portal.portal(SIZE), now=NOW - timedelta(hours=1))
    for n, record in enumerate(portal.records):
        record["updatedDate"] = stamp(NOW - timedelta(minutes=5 + n))
    return portal


@pytest.mark.fault("F41", "F106")
@pytest.mark.parametrize("mode", ["full", "incremental"])
@pytest.mark.parametrize("arrived", [1, SIZE, SIZE + 1])
async def test_f41_what_arrives_between_two_workers_does_not_look_like_a_list_in_no_order(
    engine: AsyncEngine, mode: str, arrived: int
) -> None:
    portal = await with_a_window(engine)
    await dies(engine, portal, 3, mode=mode)
    arrive(portal, arrived)
    ending = await sync(engine, portal.portal(SIZE), now=NOW, mode=mode)
    run = await row(engine, LAST_RUN)
    assert (ending.verdict, run["mode"], run["claims"], run["passes"]) == (Verdict.SUCCEEDED, mode, 2, 1)


@pytest.mark.fault("F41", "F106")
async def test_f41_more_arrivals_than_the_worker_before_had_read_make_another_pass(engine: AsyncEngine) -> None:
    portal = await with_a_window(engine)
    await dies(engine, portal, 1, mode="incremental")
    arrive(portal, 3 * SIZE)
    assert (await sync(engine, portal.portal(SIZE), now=NOW, mode="incremental")).verdict is Verdict.SUCCEEDED
    run = await row(engine, LAST_RUN)
    assert (run["claims"], run["passes"]) == (2, 2)


@pytest.mark.fault("F51", "F106")
async def test_f51_what_changed_while_a_run_waited_for_its_next_worker_is_not_of_the_future(
    engine: AsyncEngine,
) -> None:
    portal, later = a_portal(), NOW + timedelta(hours=2)
    await dies(engine, portal, 1)
    arrive(portal, SIZE + 1, at=later - timedelta(minutes=10))
    assert (await sync(engine, portal.portal(SIZE), now=later)).verdict is Verdict.SUCCEEDED
    assert (await row(engine, LAST_RUN))["quarantined"] == 0
