"""Orders to read stored records again, carried out as a worker does it."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.replay import Order, Replay, Trigger, What
from dossier_sync.portals import Portal
from dossier_sync.replaying import bounds_of, react, settle
from dossier_sync.repository.replays import order
from dossier_sync.repository.rules import links, statutory_dates
from shared.runtime.database import transaction
from support.syncing import FEED, NOW

SKEW = timedelta(minutes=5)


async def ordered(engine: AsyncEngine, what: What, *reasons: str, by: str = "officer", most: int = 100_000) -> int:
    """An operator's order."""
    async with transaction(engine) as connection:
        number = await order(connection, Order(FEED, what, Trigger.OPERATOR, by, reasons=reasons or None, most=most))
    assert number is not None
    return number


async def settled(
    engine: AsyncEngine, portal: Portal, *, now: datetime = NOW, stop: asyncio.Event | None = None
) -> list[Replay]:
    """Every standing order of the feed, carried out."""
    async with transaction(engine) as connection:
        statutory, listed = await statutory_dates(connection), (await links(connection)).flags
    return await settle(engine, portal, FEED, bounds_of(now, SKEW, statutory.due, listed), stop or asyncio.Event())


async def reacted(engine: AsyncEngine, portal: Portal, *, now: datetime = NOW) -> list[Replay]:
    """What the worker finds to do before a run, done."""
    await react(engine, portal, FEED)
    return await settled(engine, portal, now=now)
