"""Syncs that go wrong: nothing is removed without proof, and every run says what it proves."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.portals.national_v1 import DETAIL, LIST
from catalogue.publishing import Policy
from catalogue.repository import feeds, quarantine
from catalogue.sync import FeedPlan, Outcome, run_feed
from shared.contracts.views import procedure_v1
from shared.domain.identifiers import AgencyCode
from shared.sync.lease import FenceLost
from shared.sync.verdicts import Verdict
from support.catalogue_portals import FakeNational, a_detail, plan, portals_over

FEED = FeedPlan("national", AgencyCode.parse("H24.99"), 3_600)
SIZE = 20

Sync = Callable[..., Any]


@pytest.fixture
async def sync(engine: AsyncEngine) -> Sync:
    """Runs the feed once against a fake portal."""
    await plan(engine, [FEED])

    async def once(portal: FakeNational, *, page_size: int = 7, **policy: Any) -> Outcome:
        async with portals_over(portal.transport(), page_size=page_size) as portals:
            done = await run_feed(engine, portals, owner="test", only=FEED.name, policy=Policy(**policy))
        assert done is not None
        return done

    return once


async def in_force(engine: AsyncEngine) -> set[str]:
    question = select(procedure_v1.c.procedure_code).where(procedure_v1.c.change_to.is_(None), procedure_v1.c.in_force)
    async with engine.connect() as connection:
        return set((await connection.execute(question)).scalars())


def failing(path: str, *, after: int, status: int = 503) -> Callable[[str, Any], httpx.Response | None]:
    """Answers ``status`` to every request of a path after the first few."""
    asked = 0

    def break_(given: str, _: Any) -> httpx.Response | None:
        nonlocal asked
        asked += given == path
        return httpx.Response(status) if given == path and asked > after else None

    return break_


async def test_a_vanished_procedure_is_suspected_first_and_withdrawn_by_the_second_list(
    engine: AsyncEngine, sync: Sync
) -> None:
    portal = FakeNational.of(SIZE)
    await sync(portal)
    portal.hide("9.000003")
    first = await sync(portal)
    assert (first.ending.verdict, first.change) == (Verdict.SUCCEEDED, None)
    assert "9.000003" in await in_force(engine)
    async with engine.connect() as connection:
        assert await quarantine.suspected(connection, "H24.99") == {("H24.99", "9.000003", "")}
    second = await sync(portal)
    assert second.change == 2
    assert "9.000003" not in await in_force(engine)


async def test_a_procedure_that_comes_back_was_only_suspected(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    await sync(portal)
    portal.hide("9.000003")
    await sync(portal)
    portal.hidden.clear()
    back = await sync(portal)
    assert back.change is None
    async with engine.connect() as connection:
        assert await quarantine.suspected(connection, "H24.99") == set()


async def test_the_portals_own_word_that_it_ended_one_needs_no_second_list(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    await sync(portal)
    portal.put(a_detail(3, state="INACTIVE"))
    portal.hide("9.000003")
    found = await sync(portal)
    assert (found.ending.verdict, found.change) == (Verdict.SUCCEEDED, 2)
    assert "9.000003" not in await in_force(engine)
    async with engine.connect() as connection:
        rows = await connection.execute(text("select state from catalogue.procedure where change_from = 2"))
        assert rows.scalars().all() == ["INACTIVE"]
    assert (await sync(portal)).change is None


@pytest.mark.fault("F89")
async def test_a_list_that_breaks_off_removes_nothing(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    await sync(portal)
    portal.break_ = failing(LIST, after=1)
    for _ in range(3):
        broken = await sync(portal)
        assert (broken.ending.verdict, broken.ending.failure) == (Verdict.PARTIAL, "unavailable")
        portal.break_ = failing(LIST, after=1)
    assert len(await in_force(engine)) == SIZE


async def test_a_list_that_does_not_begin_is_a_failed_run(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    await sync(portal)
    portal.break_ = failing(LIST, after=0)
    broken = await sync(portal)
    assert (broken.ending.verdict, broken.ending.failure) == (Verdict.FAILED, "unavailable")
    assert len(await in_force(engine)) == SIZE


async def test_a_firewalls_page_with_status_200_is_not_an_empty_list(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    await sync(portal)
    page = httpx.Response(200, html="<html>Request Rejected</html>")
    portal.break_ = lambda path, body: page if path == LIST else None
    broken = await sync(portal)
    assert (broken.ending.verdict, broken.ending.failure) == (Verdict.FAILED, "contract")
    assert len(await in_force(engine)) == SIZE


async def test_a_cursor_that_loops_ends_the_run_and_proves_nothing(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    ids = sorted(portal.details)

    def loop(path: str, body: Any) -> httpx.Response | None:
        if path != LIST:
            return None
        here = ids[0] if body["lastId"] != ids[0] else ids[1]
        rows = [{"id": here, "code": portal.details[here]["code"]}]
        return httpx.Response(201, json={"code": "OK", "data": {"items": rows, "lastId": here}})

    await sync(portal)
    portal.break_ = loop
    looped = await sync(portal)
    assert looped.ending.verdict is Verdict.PARTIAL
    assert "twice" in (looped.ending.detail or "")
    assert len(await in_force(engine)) == SIZE


@pytest.mark.fault("F89")
async def test_a_list_shorter_than_the_portals_own_total_proves_nothing(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    await sync(portal)
    portal.total = SIZE
    portal.hide("9.000001")
    for _ in range(2):
        short = await sync(portal)
        assert short.ending.verdict is Verdict.PARTIAL
    assert len(await in_force(engine)) == SIZE


@pytest.mark.fault("F89")
async def test_an_empty_list_is_believed_only_with_a_total_of_zero(engine: AsyncEngine, sync: Sync) -> None:
    empty = FakeNational()
    assert (await sync(empty)).ending.verdict is Verdict.FAILED
    empty.total = 0
    assert (await sync(empty)).ending.verdict is Verdict.SUCCEEDED_EMPTY


@pytest.mark.fault("F88")
async def test_a_great_loss_waits_for_an_operators_word(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    await sync(portal)
    portal.hide(*(f"9.{number:06d}" for number in range(1, 9)))
    for _ in range(3):
        refused = await sync(portal)
        assert refused.ending.verdict is Verdict.PARTIAL
        assert "8 procedures" in (refused.ending.detail or "")
    assert len(await in_force(engine)) == SIZE
    agreed = await sync(portal, agreed=True)
    assert agreed.ending.verdict is Verdict.SUCCEEDED
    assert len(await in_force(engine)) == SIZE - 8


async def test_a_bad_record_is_set_aside_and_let_in_when_it_is_mended(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(3)
    portal.put(a_detail(4, code="10.005090"))
    found = await sync(portal)
    assert (found.ending.verdict, found.counters["quarantined"]) == (Verdict.SUCCEEDED, 1)
    async with engine.connect() as connection:
        (kept,) = await quarantine.listed(connection, is_open=True, after=None, limit=10)
        (feed,) = await feeds.feeds(connection)
    assert (kept.reason, kept.field, feed.quarantined) == ("code_malformed", "code", 1)
    portal.put(a_detail(4))
    await sync(portal)
    assert len(await in_force(engine)) == 4
    async with engine.connect() as connection:
        assert await quarantine.listed(connection, is_open=True, after=None, limit=10) == []
        assert len(await quarantine.listed(connection, is_open=False, after=None, limit=10)) == 1


async def test_a_detail_that_cannot_be_read_keeps_what_was_known(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    await sync(portal)
    portal.break_ = lambda path, body: (
        httpx.Response(404) if path == DETAIL and body["id"].startswith("019d2bfe-0005") else None
    )
    found = await sync(portal)
    assert (found.ending.verdict, found.counters["gaps"], found.change) == (Verdict.PARTIAL, 1, None)
    assert len(await in_force(engine)) == SIZE


async def test_a_portal_that_fails_between_details_keeps_what_it_gave(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(SIZE)
    portal.break_ = failing(DETAIL, after=5)
    found = await sync(portal)
    assert (found.ending.verdict, found.counters["new"], found.counters["gaps"]) == (Verdict.PARTIAL, 5, SIZE - 5)


async def test_a_change_of_a_portals_words_is_a_new_version_with_its_change(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(3)
    await sync(portal)
    portal.put(a_detail(2, description="Bước mới"))
    changed = await sync(portal)
    assert (changed.change, changed.counters["changed"], changed.counters["unchanged"]) == (2, 1, 2)
    async with engine.connect() as connection:
        rows = await connection.execute(
            text(
                "select change_from, change_to from catalogue.procedure_v1 where procedure_code = '9.000002' order by 1"
            )
        )
        assert [tuple(row) for row in rows] == [(1, 2), (2, None)]


async def test_a_limit_that_is_gone_is_closed(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(1)
    await sync(portal)
    method = {"submissionMethod": "POSTAL", "processingTime": 9, "processingTimeUnit": "DAY"}
    portal.put(a_detail(1, executionMethods=[method]))
    await sync(portal)
    async with engine.connect() as connection:
        rows = await connection.execute(
            text("select channel, quantity, unit, change_to from catalogue.limit_v1 order by change_from")
        )
        assert [tuple(row) for row in rows] == [(2, 5, "WORKING_DAY", 2), (3, 9, "DAY", None)]


async def test_the_highest_online_service_wins_over_the_catalogues_mark(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(2)
    portal.services = [
        {"MADVC": "a", "MATTHC": "9.000001", "TENDVC": "", "APDUNGDVC": [{"MACQTH": "000.00.99.H24", "MUCDO": "3"}]},
        {"MADVC": "b", "MATTHC": "9.000001", "TENDVC": "", "MUCDO": "Toàn trình", "MACQTH": "000.00.00.H24"},
        {"MADVC": "c", "MATTHC": "9.000002", "TENDVC": "", "MUCDO": "toàn trình", "MACQTH": "H30"},
        {"MADVC": "d", "MATTHC": "9.000002", "TENDVC": "", "MUCDO": "rất cao", "MACQTH": "H24"},
    ]
    found = await sync(portal)
    assert found.counters["quarantined"] == 1
    async with engine.connect() as connection:
        rows = await connection.execute(
            select(procedure_v1.c.procedure_code, procedure_v1.c.online_level).order_by(procedure_v1.c.procedure_code)
        )
        assert [tuple(row) for row in rows] == [("9.000001", "FULL"), ("9.000002", "NONE")]


async def test_a_district_procedure_that_begins_after_the_district_level_ended_is_set_aside(
    engine: AsyncEngine, sync: Sync
) -> None:
    portal = FakeNational.of(2)
    district = {"departmentsExecuting": [{"name": "Ủy ban nhân dân cấp huyện"}], "isProvince": False}
    portal.put(a_detail(1, **district))
    portal.put(a_detail(2, **district))
    decision = {"number": "1/QĐ-UBND", "agency": "H24", "signed_on": "2025-08-01", "effective_on": "2025-08-01"}
    portal.decisions = [{**decision, "new": ["9.000002"], "catalogue_agency": "H24.99"}]
    found = await sync(portal)
    assert found.counters["quarantined"] == 1
    assert await in_force(engine) == {"9.000001"}


async def test_only_one_worker_holds_a_feed(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(2)
    inner: list[Outcome | None] = []

    async with portals_over(portal.transport()) as portals:
        detail = portals.v1.detail

        async def meanwhile(portal_id: str) -> Any:
            inner.append(await run_feed(engine, portals, owner="other", only=FEED.name))
            return await detail(portal_id)

        portals.v1.detail = meanwhile  # type: ignore[method-assign]  # the portal's side of a race
        await run_feed(engine, portals, owner="test", only=FEED.name)
    assert inner == [None, None]


@pytest.mark.fault("F121")
async def test_a_worker_that_slept_past_its_lease_writes_nothing(engine: AsyncEngine, sync: Sync) -> None:
    portal = FakeNational.of(2)

    async with portals_over(portal.transport()) as portals:
        detail = portals.v1.detail

        async def too_late(portal_id: str) -> Any:
            async with engine.begin() as connection:
                await connection.execute(text("update catalogue.feed set fence = fence + 1"))
            return await detail(portal_id)

        portals.v1.detail = too_late  # type: ignore[method-assign]  # the portal's side of a race
        with pytest.raises(FenceLost):
            await run_feed(engine, portals, owner="test", only=FEED.name)
    assert await in_force(engine) == set()
