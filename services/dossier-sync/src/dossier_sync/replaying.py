"""Stored records read again, on an operator's word or because the cause of their trouble is gone.

A worker looks before each run of a feed: has the adapter other maps than the records were read with, did the
catalogue learn something, did a day pass? Then it writes the order down, like an operator would, and carries out
whatever stands. Every order stays as the audit of itself: who, when, why, how many.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dossier_sync.domain.dossier import PortalRecord, Reason
from dossier_sync.domain.exclusion import IsTest, no_tests, rule_of
from dossier_sync.domain.intake import Bounds, StatutoryDue
from dossier_sync.domain.links import Listed, nobody_can_say
from dossier_sync.domain.reasons import Cause, cured_by
from dossier_sync.domain.replay import Order, Replay, Trigger, What
from dossier_sync.domain.step import Step
from dossier_sync.portals import RecordUnreadable, Rereads
from dossier_sync.portals.pushed_records import PushedRecords
from dossier_sync.repository.asides import any_aside
from dossier_sync.repository.causes import Seen, note_seen, seen
from dossier_sync.repository.feeds import request_run
from dossier_sync.repository.heads import PageConflict
from dossier_sync.repository.inbound import database_clock, is_pushed, pushed_feeds
from dossier_sync.repository.pending import any_pending
from dossier_sync.repository.replays import Redecode, carry_portion, last_ordered_within, list_replays, order
from dossier_sync.repository.rules import links, statutory_dates
from shared.runtime.clock import LOCAL_ZONE
from shared.runtime.database import transaction
from shared.runtime.logs import logger
from shared.sync.tables import FULL

_log = logger(__name__)
_CONFLICTS = 3
_A_DAY = timedelta(days=1)
_MOST_AT_ONCE = 100
_NOTHING_KEPT = (Reason.SHAPE, Reason.CONTRACT_DRIFT)
"""Too little was stored of these to read them again: a mended adapter must be shown the whole list."""

TestsOf = Callable[[str], Sequence[str]]

WORKER = "worker"
"""Who orders what a cause calls for."""


def bounds_of(
    now: datetime,
    skew: timedelta,
    statutory_due: StatutoryDue,
    listed: Listed = nobody_can_say,
    is_test: IsTest = no_tests,
) -> Bounds:
    """What intake may assume of a record that is read again now."""
    latest = now + skew
    return Bounds(latest, _local_day(latest), statutory_due, _local_day, listed=listed, is_test=is_test)


async def react(engine: AsyncEngine, portal: Rereads, feed: str) -> None:
    """Orders what the causes that are gone call for. The causes are noted in the same transaction: once each."""
    async with transaction(engine) as connection:
        before, now = await seen(connection, feed, portal.map_version)
        called_for = _called_for(feed, before, now)
        if not await last_ordered_within(connection, feed, Trigger.TIME, _A_DAY):
            called_for.append(_retry(feed, Trigger.TIME, Cause.TIME))
        for wanted in called_for:
            if await _is_worth_it(connection, wanted):
                await order(connection, wanted)
        renewed = before.map_version not in (None, now.map_version) and not is_pushed(feed)
        if renewed and await any_aside(connection, feed, _NOTHING_KEPT):
            await request_run(connection, feed, FULL)
        await note_seen(connection, feed, now)


async def _is_worth_it(connection: AsyncConnection, wanted: Order) -> bool:
    if wanted.what is What.UNLISTED:
        return await any_pending(connection, wanted.feed)
    return wanted.reasons is None or await any_aside(connection, wanted.feed, wanted.reasons)


async def settle(
    engine: AsyncEngine, portal: Rereads, feed: str, bounds: Bounds, stop: asyncio.Event, *, only: int | None = None
) -> list[Replay]:
    """Carries out the feed's standing orders, or the one numbered so, and returns those that were ended."""
    async with transaction(engine) as connection:
        standing = await list_replays(connection, name=feed, number=only, unfinished=True, limit=_MOST_AT_ONCE)
    ended: list[Replay] = []
    for one in standing:
        try:
            while not await _portion(engine, one.replay_id, _reader(portal), bounds):
                if stop.is_set():
                    return ended
        except PageConflict as error:
            _log.warning("records are read again later", feed=feed, replay=one.replay_id, detail=str(error))
            continue
        ended.append(await _ended(engine, one.replay_id))
    return ended


async def settle_pushed(
    engine: AsyncEngine, skew: timedelta, test_dossiers: TestsOf, stop: asyncio.Event, *, only: int | None = None
) -> list[Replay]:
    """Reads again what was pushed and set aside: no run of such a feed does it. ``test_dossiers``: rules, by agency.

    A portion holds the feed's row, as a push does, so the two take turns; any number of workers may be at it.
    """
    records, ended = PushedRecords(), list[Replay]()
    async with transaction(engine) as connection:
        feeds = await pushed_feeds(connection)
    for name, agency in feeds:
        if only is None:
            await react(engine, records, name)
        async with transaction(engine) as connection:
            if not await list_replays(connection, name=name, number=only, unfinished=True):
                continue
            statutory, listed = await statutory_dates(connection), (await links(connection)).flags
            at = await database_clock(connection)
        bounds = bounds_of(at, skew, statutory.due, listed, rule_of(test_dossiers(agency)))
        ended += await settle(engine, records, name, bounds, stop, only=only)
    return ended


async def _portion(engine: AsyncEngine, number: int, redecode: Redecode, bounds: Bounds) -> bool:
    for attempt in range(1, _CONFLICTS + 1):
        try:
            async with transaction(engine) as connection:
                return await carry_portion(connection, number, redecode, bounds)
        except PageConflict:
            if attempt == _CONFLICTS:
                raise
    raise AssertionError("the loop returns or raises")


async def _ended(engine: AsyncEngine, number: int) -> Replay:
    async with transaction(engine) as connection:
        (ended,) = await list_replays(connection, number=number)
    _log.info(
        "records read again",
        feed=ended.feed,
        replay=number,
        what=ended.what,
        trigger=ended.trigger,
        requested_by=ended.requested_by,
        tried=ended.tried,
        let_in=ended.let_in,
        changed=ended.changed,
    )
    return ended


def _called_for(feed: str, before: Seen, now: Seen) -> list[Order]:
    """A feed seen for the first time calls for nothing: its records were read with what there is."""
    wanted: list[Order] = []
    if before.map_version not in (None, now.map_version):
        wanted.append(_retry(feed, Trigger.MAP, Cause.MAP))
        wanted.append(Order(feed, What.UNMAPPED, Trigger.MAP, WORKER))
    if before.catalogue_change is not None and (now.catalogue_change or 0) > before.catalogue_change:
        wanted.append(_retry(feed, Trigger.CATALOGUE, Cause.CATALOGUE))
        wanted.append(Order(feed, What.UNLISTED, Trigger.CATALOGUE, WORKER))
    return wanted


def _retry(feed: str, trigger: Trigger, cause: Cause) -> Order:
    reasons = tuple(str(reason) for reason in cured_by(cause))
    return Order(feed, What.QUARANTINE, trigger, WORKER, reasons)


def _reader(portal: Rereads) -> Redecode:
    def redecode(record: bytes, key: str) -> PortalRecord | Step | None:
        try:
            return portal.redecode(record, key)
        except RecordUnreadable:
            return None

    return redecode


def _local_day(at: datetime) -> date:
    return at.astimezone(LOCAL_ZONE).date()
