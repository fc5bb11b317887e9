"""Carries feeds as they fall due. Any number of workers may do so at once."""

import asyncio
import socket
from os import getpid

from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.plan import CataloguePlan
from catalogue.publishing import Policy
from catalogue.sync import carry, claim_feed
from catalogue.tables import feed
from shared.runtime.database import DATABASE_TROUBLE, transaction
from shared.runtime.logs import logger
from shared.sync.feed_rows import note
from shared.sync.lease import FenceLost, postpone
from shared.sync.secrets import SecretMissing
from shared.sync.watched_file import Plans

_IDLE_SECONDS = 5.0

_log = logger(__name__)


async def work(engine: AsyncEngine, plans: Plans[CataloguePlan], policy: Policy) -> None:
    """Runs feeds as they fall due, until it is cancelled.

    A database that is away is waited for, and a feed that another worker took over is left to it.
    """
    while True:
        try:
            await plans.refresh(engine)
            carried = await _carry_one(engine, plans, policy)
        except FenceLost as error:
            _log.warning("lost the feed to another worker", detail=str(error))
            carried = False
        except DATABASE_TROUBLE as error:
            _log.error("the database does not answer", error=type(error).__name__)
            carried = False
        if not carried:
            await asyncio.sleep(_IDLE_SECONDS)


def owner() -> str:
    """Who holds a lease, for operators' eyes."""
    return f"{socket.gethostname()}/{getpid()}"


async def _carry_one(engine: AsyncEngine, plans: Plans[CataloguePlan], policy: Policy) -> bool:
    """False when nothing is due. A feed whose secret cannot be found waits for its next tick and says why."""
    known = plans.current()
    lease = await claim_feed(engine, owner=owner(), among=list(known))
    if lease is None:
        return False
    plan = known[lease.feed]
    try:
        async with plan.open() as portals:
            await carry(engine, portals, lease, policy)
    except SecretMissing as error:
        _log.error("the portal cannot be opened", feed=lease.feed, reason=str(error))
        async with transaction(engine) as connection:
            await note(connection, feed, [lease.feed], f"Its portal cannot be opened. {error}")
            await postpone(connection, feed, lease, plan.every)
    return True
