"""What other services read of the catalogue's feeds and limits."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.domain.agency import Succession
from catalogue.succession import record
from catalogue.sync import FeedPlan, run_feed
from shared.contracts.views import catalogue_feed_v1, limit_v1, limit_v2, succession_v1
from shared.domain.identifiers import AgencyCode
from support.catalogue_portals import FakeNational, a_detail, plan, portals_over

FEED = FeedPlan("national", AgencyCode.parse("H24.99"), 3_600)


async def sync(engine: AsyncEngine, portal: FakeNational) -> None:
    await plan(engine, [FEED])
    async with portals_over(portal.transport(), days=False) as portals:
        assert await run_feed(engine, portals, owner="test", only=FEED.name)


async def published(engine: AsyncEngine) -> list[dict[str, Any]]:
    async with engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(select(catalogue_feed_v1))).mappings()]


async def test_a_feed_says_whether_its_catalogue_is_proven_complete(engine: AsyncEngine) -> None:
    await plan(engine, [FEED])
    (feed,) = await published(engine)
    assert (feed["feed"], feed["kind"], feed["agency_code"]) == (FEED.name, "procedures", "H24.99")
    assert (feed["state"], feed["data_until"], feed["last_verdict"]) == ("unknown", None, None)
    portal = FakeNational.of(3)
    portal.put(a_detail(4, code="10.005090"))
    await sync(engine, portal)
    (feed,) = await published(engine)
    assert (feed["state"], feed["last_verdict"], feed["quarantined"]) == ("fresh", "succeeded", 1)


@pytest.mark.parametrize(("hours", "state"), [(1.9, "fresh"), (2.1, "stale")])
async def test_a_catalogue_stays_fresh_for_two_poll_periods(engine: AsyncEngine, hours: float, state: str) -> None:
    await sync(engine, FakeNational.of(1))
    async with engine.begin() as connection:
        aged = text("update catalogue.feed set data_until = now() - make_interval(secs => :seconds)")
        await connection.execute(aged, {"seconds": hours * 3_600})
    assert [feed["state"] for feed in await published(engine)] == [state]


async def test_a_feed_nobody_polls_that_never_proved_anything_is_not_published(engine: AsyncEngine) -> None:
    await plan(engine, [FEED])
    async with engine.begin() as connection:
        await connection.execute(text("update catalogue.feed set enabled = false"))
    assert await published(engine) == []


async def test_limits_of_a_local_copy_are_told_from_the_national_ones(engine: AsyncEngine) -> None:
    portal = FakeNational.of(1)
    method = {"submissionMethod": "ONLINE", "processingTime": 9, "processingTimeUnit": "WORKING_DAY"}
    portal.put(a_detail(2, code="9.000001.H24", executionMethods=[method]))
    await sync(engine, portal)
    async with engine.connect() as connection:
        first = (await connection.execute(select(limit_v1.c.procedure_code, limit_v1.c.quantity))).all()
        rows = await connection.execute(select(limit_v2.c.suffix, limit_v2.c.quantity).order_by("suffix"))
        assert [tuple(row) for row in rows] == [("", 5), ("H24", 9)]
    # The first version cannot tell them apart; it stays as it was promised.
    assert sorted(tuple(row) for row in first) == [("9.000001", 5), ("9.000001", 9)]


async def test_who_succeeded_whom_is_published_with_its_law(engine: AsyncEngine) -> None:
    step = Succession("H23", "H24", date(2025, 7, 1), "NQ 202/2025/QH15")
    await record(engine, [step], source="test")
    async with engine.connect() as connection:
        told = select(succession_v1).where(succession_v1.c.predecessor_code == "H23")
        rows = [tuple(row) for row in await connection.execute(told)]
    assert rows == [("H23", "H24", date(2025, 7, 1), True, "NQ 202/2025/QH15")]
