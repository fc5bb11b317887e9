"""What is kept of a feed's health beside its runs: movement, silence, clocks, announced maintenance."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import feed, revision, run
from shared.sync.lease import Lease
from shared.sync.verdicts import PROVEN

_NEWEST = 2_000
"""Changes looked at to tell whether a portal's hours are those of its offices."""
_ENOUGH = 50
_WAKING_HOURS = (5, 21)


@dataclass(frozen=True, slots=True)
class Movement:
    """When something of the feed last moved; ``now`` by the database's clock."""

    moved_at: datetime
    now: datetime


async def movement(connection: AsyncConnection, lease: Lease) -> Movement | None:
    """Notes whether the newest run moved anything, and tells since when nothing did. None: that run proved nothing."""
    newest = select(run.c.verdict, (run.c.new + run.c.changed).label("moved")).where(run.c.feed_id == lease.feed_id)
    found = (await connection.execute(newest.order_by(run.c.run_id.desc()).limit(1))).one_or_none()
    if found is None or found.verdict not in {str(verdict) for verdict in PROVEN}:
        return None
    moved = func.now() if found.moved else func.coalesce(feed.c.moved_at, func.now())
    statement = update(feed).where(feed.c.feed_id == lease.feed_id).values(moved_at=moved)
    row = (await connection.execute(statement.returning(feed.c.moved_at, func.now().label("now")))).one()
    return Movement(row.moved_at, row.now)


async def set_silent(connection: AsyncConnection, lease: Lease, *, silent: bool) -> None:
    """Marks the feed as silent, since now where it was not before; or as heard."""
    since = func.coalesce(feed.c.silent_since, func.now()) if silent else None
    await connection.execute(update(feed).where(feed.c.feed_id == lease.feed_id).values(silent_since=since))


async def share_at_night(connection: AsyncConnection, lease: Lease, time_zone: str) -> float | None:
    """Of the newest changes, the share the portal dates outside 05:00 to 21:00. None: there are too few to tell.

    Offices work by day: a share that is not small means that times are read in another zone than they are written in.
    """
    newest = (
        select(func.extract("hour", func.timezone(time_zone, revision.c.modified_at)).label("hour"))
        .where(revision.c.feed_id == lease.feed_id)
        .order_by(revision.c.page.desc())
        .limit(_NEWEST)
        .subquery()
    )
    first, last = _WAKING_HOURS
    night = or_(newest.c.hour < first, newest.c.hour >= last)
    question = select(func.count().label("all"), func.sum(case((night, 1), else_=0)).label("night")).select_from(newest)
    row = (await connection.execute(question)).one()
    return None if row.all < _ENOUGH else row.night / row.all


async def note_vitals(connection: AsyncConnection, lease: Lease, **vitals: Any) -> None:
    """Keeps what was measured: ``clock_offset_seconds``, ``night_share``."""
    await connection.execute(update(feed).where(feed.c.feed_id == lease.feed_id).values(vitals))
