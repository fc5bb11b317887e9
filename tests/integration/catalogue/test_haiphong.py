"""The 2024 report's catalogue, synced from the sandbox: what must come out to the last procedure."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.reading import Portals
from catalogue.sync import FeedPlan, Outcome, run_feed
from sandbox_portal.app import build
from sandbox_portal.settings import SandboxSettings
from shared.contracts.views import decision_v1, limit_v1, procedure_v1, version_v1
from shared.domain.identifiers import AgencyCode
from shared.domain.level import DecisionKind
from shared.sync.verdicts import Verdict
from support.catalogue_portals import asgi, plan, portals_over

FEED = FeedPlan("national", AgencyCode.parse("H24.99"), 86_400)
NOW = (procedure_v1.c.change_to.is_(None), procedure_v1.c.in_force)


@pytest.fixture(scope="module")
async def portals() -> AsyncIterator[Portals]:
    async with portals_over(asgi(build(SandboxSettings()))) as portals:
        yield portals


@pytest.fixture
async def synced(engine: AsyncEngine, portals: Portals) -> Outcome:
    await plan(engine, [FEED])
    done = await run_feed(engine, portals, owner="test", only=FEED.name)
    assert done is not None
    return done


async def test_one_sync_is_one_change_and_proves_itself(engine: AsyncEngine, synced: Outcome) -> None:
    assert (synced.ending.verdict, synced.ending.detail, synced.change) == (Verdict.SUCCEEDED, None, 1)
    assert (synced.counters["seen"], synced.counters["quarantined"], synced.counters["gaps"]) == (114, 0, 0)


async def test_114_procedures_by_level_online_level_and_fee(engine: AsyncEngine, synced: Outcome) -> None:
    async with engine.connect() as connection:
        rows = (await connection.execute(select(procedure_v1).where(*NOW))).all()
    assert len(rows) == 114
    assert Counter(level for row in rows for level in row.levels) == {
        "PROVINCE_PEOPLES_COMMITTEE": 27,
        "PROVINCIAL_DEPARTMENT": 48,
        "DISTRICT": 34,
        "COMMUNE": 5,
    }
    assert Counter(row.online_level for row in rows) == {"FULL": 45, "PARTIAL": 69}
    assert Counter(row.fee_bearing for row in rows) == {True: 1, False: 113}
    assert {row.agency_code for row in rows} == {"H24.99"}


async def test_eight_decisions_twelve_kinds_with_their_days(engine: AsyncEngine, synced: Outcome) -> None:
    async with engine.connect() as connection:
        rows = (await connection.execute(select(decision_v1).where(decision_v1.c.change_to.is_(None)))).all()
    assert len(rows) == 8
    assert Counter(DecisionKind(kind) for row in rows for kind in row.kinds) == {
        DecisionKind.NEW: 3,
        DecisionKind.REPLACED: 2,
        DecisionKind.AMENDED: 3,
        DecisionKind.ABOLISHED: 2,
        DecisionKind.STANDARDISED: 1,
        DecisionKind.INTERNAL: 1,
    }
    assert {row.agency_code for row in rows} == {"H24.99"}
    assert all(row.effective_on and row.posted_on for row in rows)


async def test_decisions_move_the_validity_of_what_they_touch(engine: AsyncEngine, synced: Outcome) -> None:
    async with engine.connect() as connection:
        rows = (await connection.execute(select(procedure_v1).where(procedure_v1.c.change_to.is_(None)))).all()
    begun = Counter(row.valid_from for row in rows)
    ended = Counter(row.valid_to for row in rows)
    assert begun == {None: 106, date(2024, 1, 10): 5, date(2024, 1, 22): 4, date(2024, 12, 2): 6}
    assert ended == {None: 114, date(2024, 9, 16): 4, date(2024, 12, 2): 3}


async def test_every_procedure_has_a_limit_for_every_channel(engine: AsyncEngine, synced: Outcome) -> None:
    async with engine.connect() as connection:
        rows = (await connection.execute(select(limit_v1))).all()
    assert Counter(row.channel for row in rows) == {1: 121, 2: 121, 3: 121}
    assert {row.unit for row in rows} == {"WORKING_DAY"}


async def test_a_second_sync_of_the_same_portal_changes_nothing(
    engine: AsyncEngine, portals: Portals, synced: Outcome
) -> None:
    done = await run_feed(engine, portals, owner="test", only=FEED.name)
    assert done is not None
    assert (done.change, done.counters["unchanged"]) == (None, 114)
    async with engine.connect() as connection:
        assert (await connection.execute(select(version_v1.c.change))).scalar_one() == 1
        assert (await connection.execute(text("select count(*) from catalogue.run"))).scalar_one() == 2


async def test_without_the_supplement_nothing_is_guessed_about_days(engine: AsyncEngine) -> None:
    await plan(engine, [FEED])
    async with portals_over(asgi(build(SandboxSettings())), days=False) as bare:
        done = await run_feed(engine, bare, owner="test", only=FEED.name)
    assert done is not None
    assert done.ending.verdict is Verdict.SUCCEEDED
    async with engine.connect() as connection:
        rows = (await connection.execute(select(decision_v1))).all()
        procedures = (await connection.execute(select(procedure_v1).where(*NOW))).all()
    assert len(rows) == 8
    assert {(row.effective_on, row.posted_on) for row in rows} == {(None, None)}
    assert {row.valid_from for row in procedures} == {None}
