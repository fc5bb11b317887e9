"""Workers: any number of them, on any number of machines, each carrying one feed at a time to the end of its run.

A run of the whole list steps aside when a tick of its feed is due (``shared.sync.backfill``), so that loading years of
dossiers never keeps today's waiting. Times that are stored come from the database's clock, durations from a monotonic
one: a host whose clock jumps cuts no window in the wrong place.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.copies import compare
from dossier_sync.domain.exclusion import rule_of
from dossier_sync.domain.links import Listed
from dossier_sync.domain.reconciling import months_before
from dossier_sync.domain.statutory import StatutoryDates
from dossier_sync.heart import Hung, beat
from dossier_sync.plan import FeedPlan, Plans
from dossier_sync.portals import LooksUp, Portal, TellsCopies
from dossier_sync.reconciling import MONTHS, Subject, reconcile_all
from dossier_sync.replaying import TestsOf, bounds_of, react, settle, settle_pushed
from dossier_sync.repository.feeds import end_hung, full_run_is_due
from dossier_sync.repository.rules import links, statutory_dates
from dossier_sync.sync import Drained, run_once
from dossier_sync.tables import feed, run
from dossier_sync.watching import look_back
from shared.runtime.clock import LOCAL_ZONE, monotonic, now
from shared.runtime.database import DATABASE_TROUBLE, transaction
from shared.runtime.logs import logger
from shared.sync.backfill import take_turn, until_next_tick
from shared.sync.feed_rows import note
from shared.sync.lease import FenceLost, Lease, claim, postpone, release
from shared.sync.runs import Ending
from shared.sync.secrets import SecretMissing
from shared.sync.tables import FULL
from shared.sync.verdicts import PROVEN

_log = logger(__name__)
_LEAST_SLICE = timedelta(seconds=10)
_PUSHED_SECONDS = 15.0
"""Between two looks at what was pushed and waits to be read again: a few short questions for each such feed."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a worker works.

    ``owner`` names it in the console. ``plans``: the feeds it can speak to; another worker, told of other portals,
    may share this database. ``grace``: once told to stop, it gives the page under way so long and then leaves it.
    ``test_dossiers``: the rules that hold for what an agency's accounts push; ``skew`` of those senders' clocks.
    ``hung_after``: a run whose cursor stands still for so long is ended, so that its lease is not kept alive for ever.
    """

    owner: str
    plans: Plans
    lease: timedelta
    poll_seconds: float
    grace: timedelta = timedelta(seconds=20)
    hung_after: timedelta = timedelta(minutes=15)
    test_dossiers: TestsOf = lambda agency: ()
    skew: timedelta = timedelta(minutes=5)


async def work(engine: AsyncEngine, habits: Habits, stop: asyncio.Event) -> None:
    """Claims what is due until ``stop`` is set. A database that is away is waited for."""
    look_at = 0.0
    while not stop.is_set():
        try:
            await habits.plans.refresh(engine)
            if (looked := monotonic()) >= look_at:
                await settle_pushed(engine, habits.skew, habits.test_dossiers, stop)
                look_at = looked + _PUSHED_SECONDS
            carried = await _carry_one(engine, habits, stop)
        except FenceLost as error:
            _log.warning("lost the feed to another worker", detail=str(error))
            carried = False
        except DATABASE_TROUBLE as error:
            _log.error("the database does not answer", error=type(error).__name__)
            carried = False
        if not carried:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), habits.poll_seconds)


async def _carry_one(engine: AsyncEngine, habits: Habits, stop: asyncio.Event) -> bool:
    """False when there was nothing to carry. A long run that stepped aside was carried too: look again at once."""
    try:
        return await work_once(engine, habits, stop) is not None
    except Drained:
        return True


async def work_once(
    engine: AsyncEngine, habits: Habits, stop: asyncio.Event, *, only: str | None = None, mode: str | None = None
) -> Ending | None:
    """One run of a feed that is due, or of the feed ``only``; None when there was none to claim.

    Raises ``Drained`` when the run was left unfinished for a later claim, ``FenceLost`` and what the database raises.
    """
    plans = habits.plans.current()
    async with transaction(engine) as connection:
        lease = await claim(
            connection, feed, owner=habits.owner, lease=habits.lease, among=list(plans), only=only, mode=mode
        )
        if lease is None:
            return None
        plan = plans[lease.feed]
        full_due = await full_run_is_due(connection, lease, plan.full_every)
        lease = await take_turn(connection, feed, run, lease, full_due=full_due)
    async with transaction(engine) as connection:
        statutory, listed = await statutory_dates(connection), (await links(connection)).flags
    plan.line.trust(lease.claimed_at)
    opened = await _opened(engine, lease, plan)
    if opened is None:
        return None
    portal, look_ups = opened
    aside = until_next_tick(lease, at_least=_LEAST_SLICE) if lease.mode == FULL and only is None else None
    halt = asyncio.Event()
    running = _carried(engine, portal, lease, plan, statutory, listed, halt, list(look_ups.values()))
    try:
        ending = await _watched(engine, habits, lease, plan, running, stop, halt, aside)
        if ending.verdict in PROVEN and (lease.mode == FULL or lease.watermark is None):
            await _reconcile(engine, plan, portal, look_ups)
    except Drained:
        await _let_go(engine, lease)
        _log.info("left unfinished", feed=lease.feed, drained=stop.is_set())
        raise
    finally:
        for close in (portal.aclose, *(one.aclose for one in look_ups.values())):
            with suppress(Exception):  # the connections are gone either way, and the verdict stands
                await close()
    await look_back(engine, lease, plan, statutory.calendar)
    return ending


async def _carried(
    engine: AsyncEngine,
    portal: Portal,
    lease: Lease,
    plan: FeedPlan,
    statutory: StatutoryDates,
    listed: Listed,
    halt: asyncio.Event,
    look_ups: Sequence[LooksUp],
) -> Ending:
    """What was set aside is read again where its cause is gone; then the run."""
    is_test = rule_of(plan.test_dossiers)
    await react(engine, portal, lease.feed)
    bounds = bounds_of(lease.claimed_at, plan.window.skew, statutory.due, listed, is_test)
    await settle(engine, portal, lease.feed, bounds, halt)
    return await run_once(
        engine,
        portal,
        lease,
        plan.window,
        statutory.due,
        now=lease.claimed_at,
        stop=halt,
        listed=listed,
        is_test=is_test,
        look_ups=look_ups,
        limits=plan.limits,
    )


async def _reconcile(engine: AsyncEngine, plan: FeedPlan, portal: Portal, look_ups: Mapping[str, TellsCopies]) -> None:
    """After a whole list was read and proven: the feed is free again, and no verdict depends on it."""
    subject, at = Subject(plan.portal, plan.feed, plan.agency_code), now()
    months = months_before(at.astimezone(LOCAL_ZONE).date(), MONTHS)
    await reconcile_all(engine, subject, portal, plan.evaluations, months, now=at)
    for name, copies in look_ups.items():
        await compare(engine, plan.feed, name, copies, plan.limits.looked_up)


async def _opened(engine: AsyncEngine, lease: Lease, plan: FeedPlan) -> tuple[Portal, dict[str, TellsCopies]] | None:
    """The feed's adapter and its look-ups. None when a secret cannot be found: the feed waits, and says why."""
    try:
        return plan.open(), {name: opens() for name, opens in plan.look_ups.items()}
    except SecretMissing as error:
        _log.error("the portal cannot be opened", feed=lease.feed, reason=str(error))
        async with transaction(engine) as connection:
            await note(connection, feed, [lease.feed], f"Its portal cannot be opened. {error}")
            await postpone(connection, feed, lease, plan.every)
        return None


async def _watched(
    engine: AsyncEngine,
    habits: Habits,
    lease: Lease,
    plan: FeedPlan,
    run_of_feed: Coroutine[Any, Any, Ending],
    stop: asyncio.Event,
    halt: asyncio.Event,
    aside: timedelta | None,
) -> Ending:
    """The run's ending. Its lease is kept alive beside it; losing it, hanging, or the end of the grace stop the run."""
    running = asyncio.create_task(run_of_feed)
    beating = asyncio.create_task(beat(engine, lease, habits.lease, habits.hung_after, plan.line))
    leaving = asyncio.create_task(_leave(stop, halt, habits.grace))
    slicing = asyncio.create_task(_step_aside(halt, aside))
    try:
        await asyncio.wait({running, beating, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        if not running.cancelled():
            return running.result()
        if beating.done():
            return await _ended_by_the_heart(engine, lease, beating.exception())
        raise Drained
    finally:
        for task in (running, beating, leaving, slicing):
            task.cancel()
        await asyncio.gather(running, beating, leaving, slicing, return_exceptions=True)


async def _ended_by_the_heart(engine: AsyncEngine, lease: Lease, failure: BaseException | None) -> Ending:
    """A run that hung is failed by us, who still hold its fence; anything else that stopped the heart is raised."""
    if not isinstance(failure, Hung):
        raise failure or Drained
    _log.error("the run hung and is ended", feed=lease.feed, detail=str(failure))
    async with transaction(engine) as connection:
        return await end_hung(connection, lease, str(failure))


async def _leave(stop: asyncio.Event, halt: asyncio.Event, grace: timedelta) -> None:
    """Told to stop: the page under way may be finished, but not for ever."""
    await stop.wait()
    halt.set()
    await asyncio.sleep(grace.total_seconds())


async def _step_aside(halt: asyncio.Event, after: timedelta | None) -> None:
    if after is not None:
        await asyncio.sleep(after.total_seconds())
        halt.set()


async def _let_go(engine: AsyncEngine, lease: Lease) -> None:
    async with transaction(engine) as connection:
        await release(connection, feed, lease)
