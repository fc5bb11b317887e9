"""Who may work on a feed. Any number of workers on any number of machines, and only Postgres between them.

Users: catalogue, dossier_sync. A claim increments the fence; every later write names it, so a worker that slept
past its lease is refused instead of overwriting its successor. The database's clock decides, not the worker's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Interval,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.sync.tables import in_maintenance


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed feed, as it stood when it was claimed. ``run_id`` and ``cursor`` are set when a run is unfinished.

    ``claimed_at``: the database's clock then, the one that windows are cut by. ``tick_due``: its schedule asks for a
    run. ``parked``: a run of the whole list stepped aside. ``live_from``: the window of changes begins there while a
    first load goes on and there is no watermark yet.
    """

    feed_id: int
    feed: str
    agency_code: str | None
    fence: int
    run_id: int | None
    cursor: str | None
    watermark: datetime | None
    page: int
    mode: str | None
    claimed_at: datetime
    next_at: datetime
    tick_due: bool
    parked: bool = False
    live_from: datetime | None = None

    def in_mode(self, mode: str) -> "Lease":
        """The same lease, for a run of this mode."""
        return replace(self, mode=mode)


class FenceLost(Exception):
    """Another worker holds this feed now; what we were about to write is not written."""

    def __init__(self, held: Lease) -> None:
        super().__init__(f"{held.feed}: fence {held.fence} is no longer the newest.")


_LEASE = bindparam("lease", type_=Interval)


async def claim(
    connection: AsyncConnection,
    feed: Table,
    *,
    owner: str,
    lease: timedelta,
    among: Sequence[str] | None = None,
    only: str | None = None,
    mode: str | None = None,
) -> Lease | None:
    """Claims a feed that is due, or None: of the smallest priority the one that has been due longest.

    ``among`` names the feeds this worker knows how to read. ``only`` names a feed and claims it whether due or not
    (an operator's one-shot run); a feed that somebody else holds is never claimed. Commit at once: the row stays
    locked until then.
    """
    other = feed.alias("other")
    paced = exists().where(other.c.portal == feed.c.portal, other.c.paced_until > func.now())
    free = or_(feed.c.lease_until.is_(None), feed.c.lease_until < func.now())
    waits = and_(
        feed.c.enabled,
        or_(
            feed.c.next_at <= func.now(),
            feed.c.run_id.is_not(None),
            feed.c.parked_run_id.is_not(None),
            feed.c.requested_mode.is_not(None),
            # Somebody claimed it and died before the run began: its tick is spent, and nothing else tells of it.
            feed.c.lease_until < func.now(),
        ),
        or_(feed.c.closed_until.is_(None), feed.c.closed_until <= func.now()),
        not_(in_maintenance(feed)),
        not_(paced),
    )
    chosen = (
        select(feed.c.feed_id, feed.c.requested_mode)
        .where(free, feed.c.feed == only if only else waits, feed.c.feed.in_(among) if among is not None else true())
        .order_by(feed.c.priority, feed.c.next_at, feed.c.feed_id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    statement = (
        update(feed)
        .where(feed.c.feed_id == chosen.c.feed_id)
        .values(
            fence=feed.c.fence + 1,
            owner=owner,
            lease_until=func.now() + _LEASE,
            requested_mode=None,
            start_delay_seconds=case((_begins(feed), _seconds_late(feed)), else_=feed.c.start_delay_seconds),
        )
        .returning(
            feed.c.feed_id,
            feed.c.feed,
            feed.c.agency_code,
            feed.c.fence,
            feed.c.run_id,
            feed.c.cursor,
            feed.c.watermark,
            feed.c.page,
            feed.c.next_at,
            feed.c.parked_run_id,
            feed.c.live_until,
            func.now().label("claimed_at"),
            chosen.c.requested_mode,
        )
    )
    row = (await connection.execute(statement, {"lease": lease})).one_or_none()
    if row is None:
        return None
    return Lease(
        feed_id=row.feed_id,
        feed=row.feed,
        agency_code=row.agency_code,
        fence=row.fence,
        run_id=row.run_id,
        cursor=row.cursor,
        watermark=row.watermark,
        page=row.page,
        mode=mode or row.requested_mode,
        claimed_at=row.claimed_at,
        next_at=row.next_at,
        tick_due=row.next_at <= row.claimed_at,
        parked=row.parked_run_id is not None,
        live_from=row.live_until,
    )


def _begins(feed: Table) -> ColumnElement[bool]:
    """Whether a claim starts the run of a tick, and does not go on with an older one."""
    return and_(feed.c.run_id.is_(None), feed.c.next_at <= func.now())


def _seconds_late(feed: Table) -> ColumnElement[Any]:
    return func.extract("epoch", func.now() - feed.c.next_at)


async def heartbeat(connection: AsyncConnection, feed: Table, lease_held: Lease, *, lease: timedelta) -> None:
    """Lengthens the lease. Raises ``FenceLost``."""
    statement = update(feed).where(*_held(feed, lease_held)).values(lease_until=func.now() + _LEASE)
    if (await connection.execute(statement, {"lease": lease})).rowcount == 0:
        raise FenceLost(lease_held)


async def share_pace(connection: AsyncConnection, feed: Table, lease_held: Lease, held: float) -> float:
    """Notes that the portal asked us to wait ``held`` more seconds; the longest wait any of its feeds was told of.

    Whoever hears it first speaks for all feeds of the portal, on every machine.
    """
    if held > 0:
        until = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, held)
        longest = func.greatest(feed.c.paced_until, until)
        await connection.execute(update(feed).where(*_held(feed, lease_held)).values(paced_until=longest))
    ours = select(feed.c.portal).where(feed.c.feed_id == lease_held.feed_id).scalar_subquery()
    left = select(func.extract("epoch", func.max(feed.c.paced_until) - func.now())).where(feed.c.portal == ours)
    return max(0.0, float((await connection.execute(left)).scalar_one() or 0.0))


async def guard(connection: AsyncConnection, feed: Table, lease_held: Lease) -> int:
    """Locks the feed's row for this transaction and returns its page number. Raises ``FenceLost``.

    First statement of every page transaction: until it commits no other worker can claim the feed.
    """
    statement = select(feed.c.page).where(*_held(feed, lease_held)).with_for_update()
    page = (await connection.execute(statement)).scalar_one_or_none()
    if page is None:
        raise FenceLost(lease_held)
    return int(page)


async def hold(connection: AsyncConnection, feed: Table, name: str) -> Lease | None:
    """Locks a feed's row for this transaction, without a claim; None: there is no such feed.

    For feeds that nobody reads because others write to us: each push is one short transaction, the row's lock puts
    concurrent pushes in order, and no lease can expire in between. The fence stays: nobody works on such a feed.
    """
    question = select(
        feed.c.feed_id,
        feed.c.feed,
        feed.c.agency_code,
        feed.c.fence,
        feed.c.run_id,
        feed.c.cursor,
        feed.c.watermark,
        feed.c.page,
        feed.c.next_at,
        func.now().label("claimed_at"),
    )
    row = (await connection.execute(question.where(feed.c.feed == name).with_for_update())).mappings().one_or_none()
    return None if row is None else Lease(**row, mode=None, tick_due=False)


async def release(connection: AsyncConnection, feed: Table, lease_held: Lease, cursor: str | None = None) -> None:
    """Lets the feed go, its unfinished run included: the next claim goes on from ``cursor``, else where it stood."""
    values = {"owner": None, "lease_until": None} | ({} if cursor is None else {"cursor": cursor})
    await connection.execute(update(feed).where(*_held(feed, lease_held)).values(values))


async def postpone(connection: AsyncConnection, feed: Table, lease_held: Lease, wait: timedelta) -> None:
    """Lets the feed go and no other take it for ``wait``: it could not even be asked. Its progress stays."""
    closed = {"owner": None, "lease_until": None, "closed_until": func.now() + bindparam("wait", type_=Interval)}
    await connection.execute(update(feed).where(*_held(feed, lease_held)).values(closed), {"wait": wait})


def _held(feed: Table, lease_held: Lease) -> tuple[ColumnElement[bool], ...]:
    return feed.c.feed_id == lease_held.feed_id, feed.c.fence == lease_held.fence
