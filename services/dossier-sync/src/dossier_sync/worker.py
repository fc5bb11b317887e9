"""Workers: any number of them, on any number of machines, each carrying one feed at a time to the end of its run."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.plan import FeedPlan, Plans
from dossier_sync.portals import Portal
from dossier_sync.replaying import bounds_of, react, settle
from dossier_sync.repository.feeds import full_run_is_due, note
from dossier_sync.repository.rules import statutory_dates
from dossier_sync.sync import Drained, run_once
from dossier_sync.tables import feed
from shared.runtime.clock import now
from shared.runtime.database import DATABASE_TROUBLE, transaction
from shared.runtime.logs import logger
from shared.sync.lease import FenceLost, Lease, claim, heartbeat, postpone
from shared.sync.runs import Ending
from shared.sync.secrets import SecretMissing
from shared.sync.tables import FULL

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a worker works.

    ``owner`` names it in the console. ``plans``: the feeds it can speak to; another worker, told of other portals,
    may share this database.
    """

    owner: str
    plans: Plans
    lease: timedelta
    poll_seconds: float


async def work(engine: AsyncEngine, habits: Habits, stop: asyncio.Event) -> None:
    """Claims what is due until ``stop`` is set. A database that is away is waited for."""
    while not stop.is_set():
        try:
            await habits.plans.refresh(engine)
            ended = await work_once(engine, habits, stop)
        except FenceLost as error:
            _log.warning("lost the feed to another worker", detail=str(error))
            ended = None
        except DATABASE_TROUBLE as error:
            _log.error("the database does not answer", error=type(error).__name__)
            ended = None
        if ended is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), habits.poll_seconds)


async def work_once(
    engine: AsyncEngine, habits: Habits, stop: asyncio.Event, *, only: str | None = None, mode: str | None = None
) -> Ending | None:
    """One run of a feed that is due, or of the feed ``only``; None when there was none to claim, or when drained."""
    plans = habits.plans.current()
    async with transaction(engine) as connection:
        lease = await claim(
            connection, feed, owner=habits.owner, lease=habits.lease, among=list(plans), only=only, mode=mode
        )
        if lease is None:
            return None
        plan = plans[lease.feed]
        if lease.mode is None and await full_run_is_due(connection, lease, plan.full_every):
            lease = lease.in_mode(FULL)
    async with transaction(engine) as connection:
        statutory = await statutory_dates(connection)
    portal = await _opened(engine, lease, plan)
    if portal is None:
        return None
    try:
        async with _beating(engine, lease, habits.lease):
            await react(engine, portal, lease.feed)
            await settle(engine, portal, lease.feed, bounds_of(now(), plan.window.skew, statutory.due), stop)
            return await run_once(engine, portal, lease, plan.window, statutory.due, now=now(), stop=stop)
    except Drained:
        _log.info("drained", feed=lease.feed)
        return None
    finally:
        await portal.aclose()


async def _opened(engine: AsyncEngine, lease: Lease, plan: FeedPlan) -> Portal | None:
    """The feed's adapter. None when its secret cannot be found: the feed waits a poll period and says why."""
    try:
        return plan.open()
    except SecretMissing as error:
        _log.error("the portal cannot be opened", feed=lease.feed, reason=str(error))
        async with transaction(engine) as connection:
            await note(connection, [lease.feed], f"Its portal cannot be opened. {error}")
            await postpone(connection, feed, lease, plan.every)
        return None


@asynccontextmanager
async def _beating(engine: AsyncEngine, lease: Lease, every: timedelta) -> AsyncIterator[None]:
    """Keeps the lease alive while the block runs; a lost fence cancels the block and raises ``FenceLost``."""
    beating = asyncio.create_task(_beat(engine, lease, every))
    working = asyncio.current_task()
    assert working is not None  # noqa: S101 - a coroutine always runs in a task

    def stop_working(ended: "asyncio.Task[None]") -> None:
        if not ended.cancelled() and ended.exception() is not None:
            working.cancel()

    beating.add_done_callback(stop_working)
    try:
        yield
    except asyncio.CancelledError:
        failure = beating.exception() if beating.done() and not beating.cancelled() else None
        if failure is None:
            raise
        working.uncancel()
        raise failure from None
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError, FenceLost, *DATABASE_TROUBLE):
            await beating


async def _beat(engine: AsyncEngine, lease: Lease, lease_time: timedelta) -> None:
    while True:
        await asyncio.sleep(lease_time.total_seconds() / 3)
        async with transaction(engine) as connection:
            await heartbeat(connection, feed, lease, lease=lease_time)
