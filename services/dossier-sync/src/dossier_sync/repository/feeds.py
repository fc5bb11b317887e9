"""Feeds and runs as rows: registered at start, opened, resumed, listed for the console."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import feed, run
from shared.sync import feed_rows
from shared.sync.lease import Lease, guard, release
from shared.sync.runs import Ending, Run, finish_run, open_run, resume_run
from shared.sync.tables import FULL, RUN_COUNTERS, feed_state, in_maintenance, state_reason
from shared.sync.verdicts import PROVEN, Verdict


async def register(connection: AsyncConnection, name: str, **values: Any) -> None:
    """Makes the feed's row, or brings its configuration up to date; its progress stays."""
    await feed_rows.register(connection, feed, name, **values)


async def open_or_resume(
    connection: AsyncConnection, lease: Lease, *, mode: str, window_from: datetime | None, window_until: datetime
) -> Run:
    """The feed's unfinished run, or a new one."""
    if lease.run_id is not None:
        return await resume_run(connection, run, lease.run_id, RUN_COUNTERS)
    return await open_run(
        connection,
        feed,
        run,
        lease,
        mode=mode,
        window_from=None if mode == FULL else window_from,
        window_until=window_until,
    )


async def close_run(
    connection: AsyncConnection,
    lease: Lease,
    opened: Run,
    ending: Ending,
    *,
    gaps: int,
    passes: int,
    newest_at: datetime | None,
    asks_full: bool,
) -> None:
    """Ends the run. ``asks_full``: only the whole list can tell what is amiss, so the next run reads it."""
    await finish_run(connection, feed, run, lease, opened, ending)
    await connection.execute(update(run).where(run.c.run_id == opened.run_id).values(gaps=gaps, passes=passes))
    values: dict[str, Any] = {"newest_at": newest_at}
    if asks_full:
        values["requested_mode"] = func.coalesce(feed.c.requested_mode, FULL)
    await connection.execute(update(feed).where(feed.c.feed_id == lease.feed_id).values(values))


async def end_hung(connection: AsyncConnection, lease: Lease, detail: str) -> Ending:
    """Ends the unfinished run of a feed as failed. Raises ``FenceLost``."""
    await guard(connection, feed, lease)
    ending = Ending(Verdict.FAILED, "hung", detail)
    number = select(feed.c.run_id).where(feed.c.feed_id == lease.feed_id).scalar_subquery()
    row = (await connection.execute(select(run).where(run.c.run_id == number))).mappings().one_or_none()
    if row is None:
        await release(connection, feed, lease)
        return ending
    opened = Run(row["run_id"], row["mode"], row["window_from"], row["window_until"], {}, row["portal_total"])
    await finish_run(connection, feed, run, lease, opened, ending)
    return ending


async def full_run_is_due(connection: AsyncConnection, lease: Lease, every: timedelta) -> bool:
    """Whether the whole list was not read, to a proven end, for so long. An unproven end is tried again sooner."""
    proven = [str(verdict) for verdict in PROVEN]
    of_feed = (run.c.feed_id == lease.feed_id, run.c.mode == FULL)
    newest = select(func.max(run.c.window_until)).where(*of_feed, run.c.verdict.in_(proven)).scalar_subquery()
    tried = select(func.max(run.c.finished_at)).where(*of_feed, run.c.verdict == str(Verdict.PARTIAL)).scalar_subquery()
    due = func.coalesce(newest < func.now() - every, True)
    rested = func.coalesce(tried < func.now() - every / _TRIES_BETWEEN, True)
    return bool((await connection.execute(select(and_(due, rested)))).scalar_one())


_TRIES_BETWEEN = 28
"""A weekly comparison that is not proven is tried again after six hours: not with every poll, which could last days."""


async def feed_names(connection: AsyncConnection) -> list[str]:
    """Every feed, by name."""
    return list((await connection.execute(select(feed.c.feed).order_by(feed.c.feed))).scalars())


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed as the console shows it; ``asked_at`` is the database's clock, so ages need no other."""

    feed: str
    portal: str
    kind: str
    agency_code: str | None
    state: str
    enabled: bool
    priority: int
    rank: int
    configuration: str | None
    notice: str | None
    reason: str | None
    maintenance: bool
    paced_until: datetime | None
    parked_run_id: int | None
    moved_at: datetime | None
    silent_since: datetime | None
    quiet_from: datetime | None
    quiet_until: datetime | None
    quiet_reason: str | None
    start_delay_seconds: float | None
    clock_offset_seconds: float | None
    night_share: float | None
    every_seconds: int
    next_at: datetime
    owner: str | None
    lease_until: datetime | None
    run_id: int | None
    watermark: datetime | None
    data_until: datetime | None
    last_verdict: str | None
    last_failure: str | None
    last_finished_at: datetime | None
    failures: int
    closed_until: datetime | None
    pages: int
    quarantined: int
    most_set_aside: int
    gaps: int
    missing: int
    asked_at: datetime


async def list_feeds(connection: AsyncConnection, name: str | None = None) -> list[FeedRow]:
    """Every feed, or the one named so."""
    columns = [feed.c[field] for field in FeedRow.__slots__ if field in feed.c]
    question = select(
        *columns,
        feed_state(feed).label("state"),
        state_reason(feed).label("reason"),
        in_maintenance(feed).label("maintenance"),
        feed.c.page.label("pages"),
        func.now().label("asked_at"),
    ).order_by(feed.c.feed)
    if name is not None:
        question = question.where(feed.c.feed == name)
    return [FeedRow(**row) for row in (await connection.execute(question)).mappings()]


async def request_run(connection: AsyncConnection, name: str, mode: str) -> bool:
    """Asks for a run as soon as a worker is free, whatever the schedule or the breaker says. False: no such feed."""
    statement = update(feed).where(feed.c.feed == name).values(requested_mode=mode, closed_until=None)
    return (await connection.execute(statement)).rowcount == 1


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as the console shows it."""

    run_id: int
    feed: str
    mode: str
    window_from: datetime | None
    window_until: datetime
    started_at: datetime
    finished_at: datetime | None
    verdict: str | None
    failure: str | None
    detail: str | None
    claims: int
    pages: int
    seen: int
    new: int
    changed: int
    unchanged: int
    older: int
    repeated: int
    quarantined: int
    gaps: int
    passes: int
    conflicts: int
    regressed: int
    anomalies: int
    gone: int
    copies_differ: int
    portal_total: int | None


async def list_runs(
    connection: AsyncConnection,
    *,
    name: str | None = None,
    run_id: int | None = None,
    before: int | None = None,
    limit: int = 1,
) -> list[RunRow]:
    """Runs, newest first: of one feed, the one numbered so, or those before a number."""
    columns = [run.c[field] for field in RunRow.__slots__ if field in run.c]
    question = select(*columns, feed.c.feed).join(feed, feed.c.feed_id == run.c.feed_id)
    if name is not None:
        question = question.where(feed.c.feed == name)
    if run_id is not None:
        question = question.where(run.c.run_id == run_id)
    if before is not None:
        question = question.where(run.c.run_id < before)
    rows = await connection.execute(question.order_by(run.c.run_id.desc()).limit(limit))
    return [RunRow(**row) for row in rows.mappings()]
