"""Feeds and runs of this service."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.tables import feed, quarantined, run
from shared.sync.tables import feed_state
from shared.sync.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: what is read, how it stands, and when it is due."""

    feed: str
    portal: str
    kind: str
    agency_code: str | None
    enabled: bool
    every_seconds: int
    next_at: datetime
    state: str
    data_until: datetime | None
    last_verdict: str | None
    last_failure: str | None
    last_finished_at: datetime | None
    failures: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is told to operators."""

    run_id: int
    feed: str
    mode: str
    started_at: datetime
    finished_at: datetime | None
    verdict: str | None
    failure: str | None
    detail: str | None
    pages: int
    seen: int
    new: int
    changed: int
    unchanged: int
    repeated: int
    quarantined: int
    gaps: int
    portal_total: int | None


async def ensure(
    connection: AsyncConnection,
    *,
    name: str,
    portal: str,
    kind: str,
    agency_code: str,
    every_seconds: int,
    polled: bool = True,
) -> None:
    """Makes the feed, or brings its schedule up to date. One that is not polled waits for what is handed to it."""
    statement = upsert(feed).values(
        feed=name, portal=portal, kind=kind, agency_code=agency_code, every_seconds=every_seconds, enabled=polled
    )
    changed = {"every_seconds": statement.excluded.every_seconds}
    await connection.execute(statement.on_conflict_do_update(index_elements=["feed"], set_=changed))


async def give_up_run(connection: AsyncConnection, run_id: int) -> None:
    """Ends a run whose process died; what it was handed is gone with it, so nobody can resume it."""
    ended = {"finished_at": func.now(), "verdict": str(Verdict.FAILED), "failure": "interrupted"}
    await connection.execute(update(run).where(run.c.run_id == run_id).values(ended))


async def request_run(connection: AsyncConnection, name: str, mode: str) -> bool:
    """Asks the worker for a run; False when there is no such feed."""
    asked = update(feed).where(feed.c.feed == name).values(requested_mode=mode)
    return (await connection.execute(asked)).rowcount > 0


async def feeds(connection: AsyncConnection, name: str | None = None) -> list[Feed]:
    """All feeds by name, or the one named."""
    open_records = (
        select(func.count())
        .where(quarantined.c.feed_id == feed.c.feed_id, quarantined.c.closed_at.is_(None))
        .scalar_subquery()
    )
    plain = [feed.c[field] for field in Feed.__dataclass_fields__ if field not in ("state", "quarantined")]
    question = select(*plain, feed_state(feed).label("state"), open_records.label("quarantined"))
    if name is not None:
        question = question.where(feed.c.feed == name)
    rows = await connection.execute(question.order_by(feed.c.feed))
    return [Feed(**row) for row in rows.mappings()]


async def runs(
    connection: AsyncConnection, *, name: str | None = None, run_id: int | None = None, before: int | None, limit: int
) -> list[Run]:
    """Runs, newest first, before the id ``before``."""
    plain = [run.c[field] for field in Run.__dataclass_fields__ if field != "feed"]
    question = select(*plain, feed.c.feed).join(feed, feed.c.feed_id == run.c.feed_id)
    if name is not None:
        question = question.where(feed.c.feed == name)
    if run_id is not None:
        question = question.where(run.c.run_id == run_id)
    if before is not None:
        question = question.where(run.c.run_id < before)
    rows = await connection.execute(question.order_by(run.c.run_id.desc()).limit(limit))
    return [Run(**row) for row in rows.mappings()]
