"""The heart of a run: keeps its lease alive, and stops when the run does."""

import asyncio
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.tables import feed
from shared.runtime.clock import monotonic
from shared.runtime.database import transaction
from shared.runtime.portal_line import PortalLine
from shared.sync.lease import Lease, heartbeat, share_pace


class Hung(Exception):
    """The run's cursor stands still although its worker lives."""


async def beat(engine: AsyncEngine, lease: Lease, every: timedelta, hung_after: timedelta, line: PortalLine) -> None:
    """Lengthens the lease until it is lost. Raises ``FenceLost``, ``Hung`` and what the database raises.

    Waits that the portal asks for travel with it, to and from the workers that carry other feeds of the portal.
    """
    stands, since = "", monotonic()
    while True:
        await asyncio.sleep(every.total_seconds() / 3)
        async with transaction(engine) as connection:
            await heartbeat(connection, feed, lease, lease=every)
            line.hold(await share_pace(connection, feed, lease, line.held_for()))
            asked = select(feed.c.run_id, feed.c.cursor, feed.c.page).where(feed.c.feed_id == lease.feed_id)
            now_at = repr(tuple((await connection.execute(asked)).one()))
        if now_at != stands or line.held_for() > 0:
            stands, since = now_at, monotonic()
        elif monotonic() - since > hung_after.total_seconds():
            raise Hung(f"No page was committed for {hung_after}.")
