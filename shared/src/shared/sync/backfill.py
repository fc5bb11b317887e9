"""A run of the whole list steps aside for the live feed (docs/adr: a long run steps aside).

Users: dossier_sync. One feed has one lease and so at most one run under way. A long run that finds a tick due is
*parked*: its number and cursor stand aside in the feed's row, the tick's run is carried in between, and then the long
one goes on from its cursor. Nothing is read twice and no run's verdict speaks for another's pages.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.sync.lease import Lease
from shared.sync.schedule import next_on_grid
from shared.sync.tables import FULL, INCREMENTAL


async def take_turn(connection: AsyncConnection, feed: Table, run: Table, lease: Lease, *, full_due: bool) -> Lease:
    """Which run the claimed feed carries now: the lease as that run needs it. Part of the claim's transaction."""
    if lease.run_id is not None:
        if lease.mode is None and lease.tick_due and await _mode_of(connection, run, lease.run_id) == FULL:
            return await _park(connection, feed, run, lease)
        return lease
    if lease.parked:
        live = lease.tick_due if lease.mode is None else lease.mode == INCREMENTAL
        return await _beside(connection, feed, run, lease) if live else await _go_on(connection, feed, lease)
    if lease.mode is None and full_due:
        lease = lease.in_mode(FULL)
    if lease.mode == FULL and lease.tick_due:
        return await _leave_the_grid_free(connection, feed, lease)
    return lease


async def _mode_of(connection: AsyncConnection, run: Table, run_id: int) -> str:
    return str((await connection.execute(select(run.c.mode).where(run.c.run_id == run_id))).scalar_one())


async def _park(connection: AsyncConnection, feed: Table, run: Table, lease: Lease) -> Lease:
    moved = {"parked_run_id": feed.c.run_id, "parked_cursor": feed.c.cursor, "run_id": None, "cursor": None}
    await connection.execute(update(feed).where(feed.c.feed_id == lease.feed_id).values(moved))
    return await _beside(connection, feed, run, replace(lease, run_id=None, cursor=None, parked=True))


async def _beside(connection: AsyncConnection, feed: Table, run: Table, lease: Lease) -> Lease:
    """The live run beside a parked one. In a first load it begins where the long run's own window ended."""
    begun = select(run.c.window_until).where(
        run.c.run_id == select(feed.c.parked_run_id).where(feed.c.feed_id == lease.feed_id).scalar_subquery()
    )
    live_from = lease.live_from or (await connection.execute(begun)).scalar_one()
    return replace(lease, mode=INCREMENTAL, live_from=None if lease.watermark else live_from)


async def _go_on(connection: AsyncConnection, feed: Table, lease: Lease) -> Lease:
    back = {
        "run_id": feed.c.parked_run_id,
        "cursor": feed.c.parked_cursor,
        "parked_run_id": None,
        "parked_cursor": None,
    }
    statement = update(feed).where(feed.c.feed_id == lease.feed_id).values(back)
    row = (await connection.execute(statement.returning(feed.c.run_id, feed.c.cursor))).one()
    return replace(lease, run_id=row.run_id, cursor=row.cursor, mode=FULL, parked=False, live_from=None)


async def _leave_the_grid_free(connection: AsyncConnection, feed: Table, lease: Lease) -> Lease:
    """The long run takes this tick; the next one is the live feed's."""
    asked = select(feed.c.every_seconds).where(feed.c.feed_id == lease.feed_id)
    every = timedelta(seconds=(await connection.execute(asked)).scalar_one())
    tick = next_on_grid(lease.next_at, every, lease.claimed_at)
    await connection.execute(update(feed).where(feed.c.feed_id == lease.feed_id).values(next_at=tick))
    return replace(lease, next_at=tick, tick_due=False)


def until_next_tick(lease: Lease, *, at_least: timedelta) -> timedelta:
    """How long a run of the whole list may go on before it looks whether somebody waits."""
    return max(at_least, lease.next_at - lease.claimed_at)
