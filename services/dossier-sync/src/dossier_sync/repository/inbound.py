"""A feed that others write to: its row held for one push, the day's run that counts pushes, what the reply must know.

A push proves that it came and nothing about what did not, so these runs move no watermark: the feed's state stays
``unknown`` until somebody compares it with the sender's own count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, false, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.dossier import Flag
from dossier_sync.repository.feeds import register
from dossier_sync.repository.precedence import judge_anew
from dossier_sync.tables import copy, feed, head, quarantine, revision, run
from shared.runtime.clock import LOCAL_ZONE
from shared.sync.lease import Lease, hold
from shared.sync.tables import INCREMENTAL
from shared.sync.verdicts import Verdict

KIND = "dossiers"
_A_DAY = timedelta(days=1)


def is_pushed(name: str) -> bool:
    """Whether others write to the feed of this name."""
    return name.endswith(_PUSHED)


_PUSHED = "/inbound"


@dataclass(frozen=True, slots=True)
class Held:
    """The feed held for this transaction. ``at`` is the database's clock after the lock: pushes stand in its order."""

    lease: Lease
    run_id: int
    at: datetime


async def hold_feed(
    connection: AsyncConnection, name: str, *, portal: str, agency_code: str, columns: Mapping[str, int]
) -> Held:
    """The inbound feed's row, locked until the transaction ends; made on the first push.

    ``columns``: what the configuration decides of it. A rank that changed holds from this push on: copies judged under
    the old one are judged again when they are sent.
    """
    lease = await hold(connection, feed, name)
    if lease is None:
        every = int(_A_DAY.total_seconds())
        await register(connection, name, portal=portal, kind=KIND, agency_code=agency_code, every_seconds=every)
        lease = await hold(connection, feed, name)
    assert lease is not None  # noqa: S101 - registered in this transaction, or by the one that was waited for
    differs = or_(false(), *(feed.c[column] != value for column, value in columns.items()))
    told = update(feed).where(feed.c.feed_id == lease.feed_id, differs).values(dict(columns))
    if columns and (await connection.execute(told)).rowcount:
        await judge_anew(connection, lease.feed_id)
    at = await database_clock(connection)
    return Held(lease, await _run_of_the_day(connection, lease, at), at)


async def database_clock(connection: AsyncConnection) -> datetime:
    """The database's clock now, not as of the transaction's beginning."""
    at: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return at


async def pushed_feeds(connection: AsyncConnection) -> list[tuple[str, str]]:
    """(name, agency) of every feed that others write to."""
    question = select(feed.c.feed, feed.c.agency_code).where(feed.c.feed.endswith(_PUSHED)).order_by(feed.c.feed)
    return [(row.feed, row.agency_code) for row in await connection.execute(question)]


async def _run_of_the_day(connection: AsyncConnection, lease: Lease, at: datetime) -> int:
    """One run counts the pushes of a local day. The first push of the next day ends it."""
    if lease.run_id is not None:
        until = (await connection.execute(select(run.c.window_until).where(run.c.run_id == lease.run_id))).scalar_one()
        if at < until:
            return lease.run_id
        ended = {"finished_at": func.now(), "verdict": str(Verdict.SUCCEEDED)}
        await connection.execute(update(run).where(run.c.run_id == lease.run_id).values(ended))
    day = at.astimezone(LOCAL_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    opened = insert(run).values(feed_id=lease.feed_id, mode=INCREMENTAL, window_from=day, window_until=day + _A_DAY)
    run_id: int = (await connection.execute(opened.returning(run.c.run_id))).scalar_one()
    await connection.execute(update(feed).where(feed.c.feed_id == lease.feed_id).values(run_id=run_id))
    return run_id


async def note_push(connection: AsyncConnection, held: Held) -> None:
    """Notes that the sender was heard; the next push is expected within a day."""
    heard = {"last_finished_at": held.at, "last_verdict": str(Verdict.SUCCEEDED), "next_at": held.at + _A_DAY}
    await connection.execute(update(feed).where(feed.c.feed_id == held.lease.feed_id).values(heard))


async def timeline_conflicts(connection: AsyncConnection, held: Held) -> int:
    """How many steps of this transaction contradict the dossier that counts."""
    question = (
        select(func.count())
        .select_from(revision)
        .where(
            revision.c.feed_id == held.lease.feed_id,
            revision.c.page > held.lease.page,
            revision.c.flags.contains([str(Flag.TIMELINE_DISAGREES)]),
        )
    )
    return int((await connection.execute(question)).scalar_one())


async def known_otherwise(connection: AsyncConnection, feed_id: int, told: Mapping[str, bytes]) -> set[str]:
    """Which of these dossiers are stored, whoever told them, and not from these very bytes of this feed.

    ``told``: the digest of the bytes, by dossier. The same bytes again are a push whose answer got lost.
    """
    own = and_(copy.c.dossier_code == head.c.dossier_code, copy.c.feed_id == feed_id)
    question = (
        select(head.c.dossier_code, case((head.c.feed_id == feed_id, head.c.source_hash), else_=copy.c.source_hash))
        .select_from(head.outerjoin(copy, own))
        .where(head.c.dossier_code.in_(list(told)))
    )
    return {code for code, digest in await connection.execute(question) if digest != told[code]}


async def status_of(connection: AsyncConnection, code: str) -> tuple[str, int] | None:
    """(agency, status) of a stored dossier."""
    question = select(head.c.agency_code, head.c.status).where(head.c.dossier_code == code)
    row = (await connection.execute(question)).one_or_none()
    return None if row is None else (row.agency_code, row.status)


async def set_aside_now(
    connection: AsyncConnection, feed_id: int, keys: Sequence[str]
) -> dict[str, tuple[str, str, bytes]]:
    """Which of these keys stand in the feed's quarantine: reason, field and the digest of the bytes."""
    question = select(quarantine.c.source_key, quarantine.c.reason, quarantine.c.field, quarantine.c.source_hash).where(
        quarantine.c.feed_id == feed_id, quarantine.c.closed_page.is_(None), quarantine.c.source_key.in_(keys)
    )
    return {row[0]: (row[1], row[2], bytes(row[3])) for row in await connection.execute(question)}
