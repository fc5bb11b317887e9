"""The quarantine seen from above: how many records, since when, for which reason. And all of it, row by row."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dossier_sync.repository.lists import AsideRow, list_quarantine
from dossier_sync.tables import feed, quarantine
from shared.runtime.database import snapshot

_PORTION = 1_000


@dataclass(frozen=True, slots=True)
class Group:
    """Records set aside for one reason, in one field, of one agency."""

    feed: str
    reason: str
    field: str
    agency_code: str | None
    records: int
    oldest_at: datetime
    newest_at: datetime


async def groups(
    connection: AsyncConnection, *, name: str | None = None, reason: str | None = None, limit: int
) -> list[Group]:
    """What is set aside now, the largest group first."""
    keys = (feed.c.feed, quarantine.c.reason, quarantine.c.field, quarantine.c.agency_code)
    records = func.count().label("records")
    question = (
        select(
            *keys,
            records,
            func.min(quarantine.c.seen_at).label("oldest_at"),
            func.max(quarantine.c.seen_at).label("newest_at"),
        )
        .join(feed, feed.c.feed_id == quarantine.c.feed_id)
        .where(quarantine.c.closed_page.is_(None))
        .group_by(*keys)
        .order_by(records.desc(), *keys)
        .limit(limit)
    )
    if name is not None:
        question = question.where(feed.c.feed == name)
    if reason is not None:
        question = question.where(quarantine.c.reason == reason)
    return [Group(**row) for row in (await connection.execute(question)).mappings()]


async def any_aside(connection: AsyncConnection, name: str, reasons: Collection[str]) -> bool:
    """Whether the feed has a record set aside for one of these reasons."""
    held = (
        select(quarantine.c.id)
        .join(feed, feed.c.feed_id == quarantine.c.feed_id)
        .where(feed.c.feed == name, quarantine.c.closed_page.is_(None), quarantine.c.reason.in_(reasons))
    )
    return bool((await connection.execute(select(held.exists()))).scalar_one())


async def every_aside(
    engine: AsyncEngine, *, name: str | None, reason: str | None, most: int
) -> AsyncIterator[AsideRow]:
    """What is set aside now, in the order it was met, at most so many.

    Each portion is a snapshot of its own: a reader who takes an hour holds no connection meanwhile.
    """
    after = 0
    while most > 0:
        async with snapshot(engine) as connection:
            rows = await list_quarantine(connection, name=name, reason=reason, after=after, limit=min(_PORTION, most))
        for row in rows:
            yield row
        if len(rows) < min(_PORTION, most):
            return
        most, after = most - len(rows), rows[-1].id
