"""Leases: one holder a feed, the fence stronger than any belief of a worker."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.repository.feeds import register
from dossier_sync.tables import feed, run
from shared.runtime.database import transaction
from shared.sync.lease import FenceLost, Lease, claim, guard, heartbeat, release
from shared.sync.runs import Ending, finish_run, open_run
from shared.sync.verdicts import Verdict

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def feeds(engine: AsyncEngine) -> list[str]:
    names = ["a/dossiers", "b/dossiers"]
    async with transaction(engine) as connection:
        for name in names:
            await register(connection, name, portal=name[0], kind="dossiers", agency_code="H24", every_seconds=60)
    return names


async def claimed(engine: AsyncEngine, **options: str) -> Lease | None:
    async with transaction(engine) as connection:
        return await claim(connection, feed, owner="w", lease=MINUTE, **options)  # type: ignore[arg-type]  # names only


async def time_passes(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text("update dossier.feed set lease_until = now() - interval '1 s'"))


async def ended(engine: AsyncEngine, lease: Lease, verdict: Verdict) -> None:
    async with transaction(engine) as connection:
        now = (await connection.execute(text("select now()"))).scalar_one()
        opened = await open_run(connection, feed, run, lease, mode="full", window_from=None, window_until=now)
        await finish_run(connection, feed, run, lease, opened, Ending(verdict, detail="said"))


@pytest.mark.usefixtures("feeds")
@pytest.mark.fault("F57")
async def test_each_feed_has_one_holder(engine: AsyncEngine) -> None:
    found = await asyncio.gather(*(claimed(engine) for _ in range(4)))
    assert sorted(one.feed for one in found if one) == ["a/dossiers", "b/dossiers"]


@pytest.mark.usefixtures("feeds")
@pytest.mark.fault("F57")
async def test_a_silent_worker_is_succeeded_and_then_refused(engine: AsyncEngine) -> None:
    old = await claimed(engine, only="a/dossiers")
    assert old is not None
    assert await claimed(engine, only="a/dossiers") is None
    await time_passes(engine)
    new = await claimed(engine, only="a/dossiers")
    assert new is not None
    assert new.fence == old.fence + 1
    for forbidden in (guard, heartbeat):
        with pytest.raises(FenceLost):
            async with transaction(engine) as connection:
                await forbidden(connection, feed, old, **({"lease": MINUTE} if forbidden is heartbeat else {}))
    async with transaction(engine) as connection:
        await release(connection, feed, old)  # lets nothing go that is not its own
        assert await guard(connection, feed, new) == 0
    assert await claimed(engine, only="a/dossiers") is None


@pytest.mark.usefixtures("feeds")
async def test_a_heartbeat_keeps_the_feed(engine: AsyncEngine) -> None:
    lease = await claimed(engine, only="a/dossiers")
    assert lease is not None
    await time_passes(engine)
    async with transaction(engine) as connection:
        await heartbeat(connection, feed, lease, lease=MINUTE)
    assert await claimed(engine, only="a/dossiers") is None


@pytest.mark.usefixtures("feeds")
async def test_a_worker_takes_only_feeds_it_can_read(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        found = await claim(connection, feed, owner="w", lease=MINUTE, among=["b/dossiers"])
    assert found is not None
    assert found.feed == "b/dossiers"


@pytest.mark.usefixtures("feeds")
@pytest.mark.parametrize(
    ("verdict", "proven", "failures"),
    [
        (Verdict.SUCCEEDED, True, 0),
        (Verdict.SUCCEEDED_EMPTY, True, 0),
        (Verdict.PARTIAL, False, 0),
        (Verdict.FAILED, False, 1),
    ],
)
async def test_only_a_proven_verdict_moves_the_watermark(
    engine: AsyncEngine, verdict: Verdict, proven: bool, failures: int
) -> None:
    lease = await claimed(engine, only="a/dossiers")
    assert lease is not None
    await ended(engine, lease, verdict)
    async with transaction(engine) as connection:
        question = text(
            "select f.*, v.state from dossier.feed f join dossier.feed_v1 v using (feed) where feed = 'a/dossiers'"
        )
        row = (await connection.execute(question)).mappings().one()
    assert (row["watermark"] is not None, row["data_until"] is not None) == (proven, proven)
    assert (row["owner"], row["run_id"], row["failures"]) == (None, None, failures)
    assert (row["closed_until"] is not None) == bool(failures)
    assert row["state"] == ("fresh" if proven else "unknown")


@pytest.mark.usefixtures("feeds")
async def test_fresh_turns_stale_after_two_periods(engine: AsyncEngine) -> None:
    lease = await claimed(engine, only="a/dossiers")
    assert lease is not None
    await ended(engine, lease, Verdict.SUCCEEDED)
    async with transaction(engine) as connection:
        await connection.execute(text("update dossier.feed set data_until = data_until - interval '121 s'"))
        state = await connection.execute(text("select state from dossier.feed_v1 where feed = 'a/dossiers'"))
        assert state.scalar_one() == "stale"


@pytest.mark.usefixtures("feeds")
async def test_an_open_breaker_keeps_workers_away_and_an_operator_may_ask(engine: AsyncEngine) -> None:
    lease = await claimed(engine, only="a/dossiers")
    assert lease is not None
    await ended(engine, lease, Verdict.FAILED)
    async with transaction(engine) as connection:
        await connection.execute(text("update dossier.feed set next_at = now() - interval '1 s'"))
    names = {one.feed for one in [await claimed(engine), await claimed(engine)] if one}
    assert names == {"b/dossiers"}
    assert await claimed(engine, only="a/dossiers") is not None
