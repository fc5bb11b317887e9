"""Places of a portal's list that could not be read: each its own row, counted, tried again, closed when read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import feed, gap


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of a page that failed every time. ``digest``: SHA-256 of an answer that came and could not be decoded."""

    position: int
    rows: int
    failure: str
    detail: str
    digest: bytes | None


async def write_down(connection: AsyncConnection, feed_id: int, run_id: int, unread: Unread) -> None:
    """Writes the gap down, or counts one more try of it.

    Positions move as dossiers change, so the same gap is one of the same failure and length that no other place of
    this run was yet.
    """
    same = (
        select(gap.c.gap_id)
        .where(
            gap.c.feed_id == feed_id,
            gap.c.closed_at.is_(None),
            gap.c.failure == unread.failure,
            gap.c.rows == unread.rows,
            (gap.c.run_id != run_id) | (gap.c.position == unread.position),
        )
        .order_by(func.abs(gap.c.position - unread.position), gap.c.gap_id)
        .limit(1)
    )
    known = (await connection.execute(same)).scalar_one_or_none()
    values = {
        "position": unread.position,
        "detail": unread.detail,
        "digest": unread.digest,
        "run_id": run_id,
    }
    if known is None:
        new = {"feed_id": feed_id, "rows": unread.rows, "failure": unread.failure, **values}
        await connection.execute(insert(gap).values(new))
    else:
        again = {"tries": gap.c.tries + 1, "tried_at": func.now(), **values}
        await connection.execute(update(gap).where(gap.c.gap_id == known).values(again))
    await _recount(connection, feed_id)


async def close(connection: AsyncConnection, feed_id: int) -> None:
    """The whole list was read to a proven end: nothing is unread any more."""
    still = (gap.c.feed_id == feed_id, gap.c.closed_at.is_(None))
    await connection.execute(update(gap).where(*still).values(closed_at=func.now()))
    await _recount(connection, feed_id)


async def _recount(connection: AsyncConnection, feed_id: int) -> None:
    rows = select(func.coalesce(func.sum(gap.c.rows), 0)).where(gap.c.feed_id == feed_id, gap.c.closed_at.is_(None))
    await connection.execute(update(feed).where(feed.c.feed_id == feed_id).values(gaps=rows.scalar_subquery()))


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap as the console shows it."""

    feed: str
    position: int
    rows: int
    failure: str
    detail: str
    digest: bytes | None
    tries: int
    run_id: int
    opened_at: datetime
    tried_at: datetime


async def open_gaps(connection: AsyncConnection, name: str, limit: int) -> list[GapRow]:
    """A feed's gaps, the oldest first."""
    columns = [gap.c[field] for field in GapRow.__slots__ if field in gap.c]
    question = select(*columns, feed.c.feed).join(feed, feed.c.feed_id == gap.c.feed_id)
    question = question.where(feed.c.feed == name, gap.c.closed_at.is_(None)).order_by(gap.c.gap_id).limit(limit)
    return [GapRow(**row) for row in (await connection.execute(question)).mappings()]
