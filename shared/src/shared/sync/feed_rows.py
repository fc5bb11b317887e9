"""What a configuration writes into the rows of feeds. Progress, leases and verdicts are never touched.

Users: catalogue, dossier_sync, which pass their own table.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, Table, and_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection


async def register(connection: AsyncConnection, feed: Table, name: str, **values: Any) -> None:
    """Makes the feed's row, or brings its configuration up to date; its progress stays.

    ``values``: portal, kind, agency_code, every_seconds, and further columns that the configuration decides.
    """
    known = (await connection.execute(select(feed.c.feed_id).where(feed.c.feed == name))).scalar_one_or_none()
    if known is None:
        await connection.execute(upsert(feed).values(feed=name, **values).on_conflict_do_nothing())
        return
    # Only where something differs: a page that is being written holds this row.
    differs = or_(*(feed.c[column].is_distinct_from(value) for column, value in values.items()))
    await connection.execute(update(feed).where(feed.c.feed_id == known, differs).values(values))


async def stand_on_grid(
    connection: AsyncConnection, feed: Table, name: str, anchor: datetime, every: timedelta
) -> None:
    """Moves the feed's next run onto the grid ``anchor + n * every``, where it is not on it.

    It becomes the last tick of the grid, so that the run is due at once and the ones after it fall on the grid.
    """
    begins = literal(anchor, DateTime(timezone=True))
    ticks = func.extract("epoch", feed.c.next_at - begins) / every.total_seconds()
    since = func.extract("epoch", func.now() - begins) / every.total_seconds()
    last = begins + func.make_interval(0, 0, 0, 0, 0, 0, func.floor(since) * every.total_seconds())
    off = or_(ticks != func.round(ticks), feed.c.next_at > func.now() + every)
    await connection.execute(update(feed).where(feed.c.feed == name, off).values(next_at=last))


async def disable_unnamed(connection: AsyncConnection, feed: Table, configuration: str, named: Sequence[str]) -> None:
    """Stops the feeds that an older file of portals named and this one does not. What was read stays."""
    gone = and_(feed.c.configuration.is_not(None), feed.c.feed.not_in(named))
    stopped = {"enabled": False, "configuration": configuration, "notice": None}
    await connection.execute(update(feed).where(gone, feed.c.enabled).values(stopped))


async def note(connection: AsyncConnection, feed: Table, named: Sequence[str], notice: str) -> None:
    """Puts a notice for operators on the feeds."""
    await connection.execute(update(feed).where(feed.c.feed.in_(named)).values(notice=notice[:2_000]))


async def set_maintenance(
    connection: AsyncConnection, feed: Table, name: str, window: tuple[datetime, datetime, str] | None
) -> None:
    """The announced maintenance that goes on or comes next; None: none is announced."""
    begins, ends, reason = window or (None, None, None)
    differs = or_(feed.c.quiet_from.is_distinct_from(begins), feed.c.quiet_until.is_distinct_from(ends))
    values = {"quiet_from": begins, "quiet_until": ends, "quiet_reason": reason}
    await connection.execute(update(feed).where(feed.c.feed == name, differs).values(values))


async def reopen(connection: AsyncConnection, feed: Table, named: Sequence[str], failure: str) -> None:
    """Ends the pause of those of the feeds whose newest run failed so: its cause was mended."""
    waits = (feed.c.feed.in_(named), feed.c.last_failure == failure, feed.c.closed_until.is_not(None))
    await connection.execute(update(feed).where(*waits).values(closed_until=None, next_at=func.now()))
