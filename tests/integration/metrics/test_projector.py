"""The projection: whatever the batches, replicas and crashes, the rows are those of one undisturbed run."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from asyncpg import IntegrityConstraintViolationError
from sqlalchemy import text

from metrics import projector
from metrics.follower import Follower
from metrics.rebuild import rebuild
from metrics.verify import verify
from shared.runtime.database import transaction
from support.metrics_world import World, a_dossier, again, any_dossiers


async def a_history(world: World, seed: int = 7, pages: int = 12) -> None:
    """Pages of new dossiers and of later versions of old ones, some of them kept as history only."""
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    known = any_dossiers(seed, 300)
    await world.page(known)
    for number in range(pages):
        versions = [again(dice, version) for version in dice.sample(known, 40)]
        await world.page(versions, applied=number % 5 != 4)


async def test_batches_of_any_size_give_the_same_rows(world: World) -> None:
    await a_history(world)
    await world.project(most_rows=1)
    by_page = await world.everything()
    await rebuild(world.engine, most_rows=100)
    assert await world.everything() == by_page
    await rebuild(world.engine)
    assert await world.everything() == by_page


async def test_tallies_rows_and_heads_agree(world: World) -> None:
    await a_history(world)
    await world.project(most_rows=90)
    verdict = await verify(world.engine)
    assert (verdict.differences, verdict.unproven, verdict.dossiers) == ((), None, 300)


@pytest.mark.fault("F136")
async def test_replicas_that_project_at_once_project_each_entry_once(world: World) -> None:
    await a_history(world)

    async def replica() -> int:
        return (await projector.catch_up(world.engine, most_rows=40)).revisions

    taken = await asyncio.gather(*(replica() for _ in range(3)))
    alone = await world.everything()
    verdict = await verify(world.engine)
    assert (sum(taken), verdict.differences) == (300 + 10 * 40, ())
    await rebuild(world.engine)
    assert await world.everything() == alone


async def test_a_batch_that_fails_after_its_facts_changes_nothing(world: World) -> None:
    await a_history(world, pages=3)
    await projector.step(world.engine, most_rows=1)
    before = await world.everything()
    async with refused_tallies(world):
        with pytest.raises(IntegrityConstraintViolationError):
            await projector.step(world.engine, most_rows=1)
    assert await world.everything() == before
    await world.project()
    assert (await verify(world.engine)).differences == ()


@asynccontextmanager
async def refused_tallies(world: World) -> AsyncIterator[None]:
    """Postgres itself refuses every new tally row, after the facts of the batch were written."""
    async with transaction(world.engine) as connection:
        await connection.execute(text("alter table metrics.tally add constraint no check (day is null) not valid"))
    yield
    async with transaction(world.engine) as connection:
        await connection.execute(text("alter table metrics.tally drop constraint no"))


@pytest.mark.fault("F129")
async def test_verify_names_what_was_tampered_with(world: World) -> None:
    await world.page([a_dossier(number) for number in range(5)])
    await world.project()
    async with transaction(world.engine) as connection:
        await connection.execute(
            text("update metrics.fact set ended_on = ended_on + 5 where dossier_code like '%0003'")
        )
        await connection.execute(text("update metrics.tally set received = received + 1 where agency_code = 'H24'"))
    differences = (await verify(world.engine)).differences
    assert any("240301-0003" in difference for difference in differences)
    assert any("tally ('H24'" in difference for difference in differences)


async def test_verify_does_not_call_a_lag_equal(world: World) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    await world.page([a_dossier(2)])
    assert (await verify(world.engine)).unproven is not None


async def test_rows_of_other_rules_are_not_added_to(world: World) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    async with transaction(world.engine) as connection:
        await connection.execute(text("update metrics.projection set rule = '0'"))
    await world.page([a_dossier(2)])
    with pytest.raises(projector.RuleChanged):
        await world.project()
    await rebuild(world.engine)
    assert (await verify(world.engine)).differences == ()


async def test_a_notification_wakes_the_follower_before_its_poll(world: World) -> None:
    task = asyncio.create_task(Follower(world.engine, world.url, poll_seconds=60, most_rows=100).run())
    try:
        await world.page([a_dossier(1)], notify=True)
        await _until_projected(world, 1)
        await world.page([a_dossier(2)], notify=True)
        await _until_projected(world, 2)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_follower_says_what_stops_it_and_goes_on_when_it_is_mended(world: World) -> None:
    follower = Follower(world.engine, world.url, poll_seconds=0.05, most_rows=100)
    await world.page([a_dossier(1)])
    async with refused_tallies(world):
        task = asyncio.create_task(follower.run())
        async with asyncio.timeout(10):
            while follower.trouble is None:  # noqa: ASYNC110 - another task's word
                await asyncio.sleep(0.02)
    try:
        await _until_projected(world, 1)
        async with asyncio.timeout(10):
            while follower.trouble is not None:  # noqa: ASYNC110 - another task's word
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until_projected(world: World, dossiers: int) -> None:
    async with asyncio.timeout(10):
        while sum("240301" in row for row in await world.everything()) < dossiers:  # noqa: ASYNC110 - another task's rows
            await asyncio.sleep(0.02)
