"""Opening a run, adding to it page by page, and ending it with a verdict.

Users: catalogue, dossier_sync. All of them are called inside the caller's transaction, after ``lease.guard``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.sync.lease import Lease
from shared.sync.schedule import breaker_pause, next_on_grid, refused_pause
from shared.sync.tables import FULL
from shared.sync.verdicts import PROVEN, Verdict

REFUSED = "auth"
"""Failure of a run whose credentials the portal did not accept."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it stands. ``counters`` by name (``tables.RUN_COUNTERS``); ``claims``: how many workers it took."""

    run_id: int
    mode: str
    window_from: datetime | None
    window_until: datetime
    counters: Mapping[str, int]
    portal_total: int | None
    claims: int = 1


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended. ``detail``: a sentence for the operator. ``not_before`` defers the next run (Retry-After)."""

    verdict: Verdict
    failure: str | None = None
    detail: str | None = None
    not_before: timedelta = timedelta(0)


async def open_run(
    connection: AsyncConnection,
    feed: Table,
    run: Table,
    lease: Lease,
    *,
    mode: str,
    window_from: datetime | None,
    window_until: datetime,
) -> Run:
    """Starts a run and makes it the feed's unfinished one."""
    started = insert(run).values(feed_id=lease.feed_id, mode=mode, window_from=window_from, window_until=window_until)
    run_id = (await connection.execute(started.returning(run.c.run_id))).scalar_one()
    await connection.execute(update(feed).where(feed.c.feed_id == lease.feed_id).values(run_id=run_id, cursor=None))
    return Run(run_id, mode, window_from, window_until, {}, None)


async def resume_run(connection: AsyncConnection, run: Table, run_id: int, names: tuple[str, ...]) -> Run:
    """The run a dead or drained worker left, counted as claimed once more."""
    statement = update(run).where(run.c.run_id == run_id).values(claims=run.c.claims + 1).returning(run)
    row = (await connection.execute(statement)).mappings().one()
    return Run(
        run_id,
        row["mode"],
        row["window_from"],
        row["window_until"],
        {name: row[name] for name in names},
        row["portal_total"],
        row["claims"],
    )


async def add_page(
    connection: AsyncConnection,
    feed: Table,
    run: Table,
    lease: Lease,
    run_id: int,
    *,
    cursor: str | None,
    page: int,
    counters: Mapping[str, int],
    portal_total: int | None,
    **feed_values: Any,
) -> None:
    """Counts one page and moves the cursor; part of the page's own transaction."""
    grown: dict[str, Any] = {name: run.c[name] + counted for name, counted in counters.items() if counted}
    if portal_total is not None:
        grown["portal_total"] = portal_total
    moved = {"cursor": cursor, "page": page, **feed_values}
    statement = update(feed).where(feed.c.feed_id == lease.feed_id).values(moved)
    if grown:
        statement = statement.add_cte(update(run).where(run.c.run_id == run_id).values(grown).cte("counted"))
    await connection.execute(statement)


async def finish_run(
    connection: AsyncConnection, feed: Table, run: Table, lease: Lease, opened: Run, ending: Ending
) -> None:
    """Ends the run, lets the feed go and sets its next tick. Only a proven verdict moves the watermark."""
    await connection.execute(
        update(run)
        .where(run.c.run_id == opened.run_id)
        .values(finished_at=func.now(), verdict=str(ending.verdict), failure=ending.failure, detail=ending.detail)
    )
    question = select(
        feed.c.next_at,
        feed.c.every_seconds,
        feed.c.failures,
        feed.c.last_failure,
        feed.c.watermark,
        feed.c.parked_run_id,
        func.now().label("now"),
    )
    row = (await connection.execute(question.where(feed.c.feed_id == lease.feed_id))).one()
    failures = row.failures + 1 if ending.verdict is Verdict.FAILED else 0
    again = ending.failure == row.last_failure
    pause = max(ending.not_before, refused_pause(again) if ending.failure == REFUSED else breaker_pause(failures))
    tick = next_on_grid(row.next_at, timedelta(seconds=row.every_seconds), row.now)
    values: dict[str, Any] = {
        "run_id": None,
        "cursor": None,
        "owner": None,
        "lease_until": None,
        "last_verdict": str(ending.verdict),
        "last_failure": ending.failure,
        "last_finished_at": func.now(),
        "next_at": min(tick, row.now + pause) if pause else tick,
        "failures": failures,
        "closed_until": row.now + pause if pause else None,
    }
    if ending.verdict in PROVEN:
        first_load = row.watermark is None and row.parked_run_id is not None
        values |= (
            {"live_until": opened.window_until} if first_load else _proven_until(feed, opened.mode, opened.window_until)
        )
    elif opened.mode == FULL:
        values["live_until"] = None
    await connection.execute(update(feed).where(feed.c.feed_id == lease.feed_id).values(values))


def _proven_until(feed: Table, mode: str, until: datetime) -> dict[str, Any]:
    """What a proven run says of the feed's data. Live runs went further while a long one was parked: it keeps their
    mark, unless that lies in the future and proves nothing."""
    if mode != FULL:
        return {"watermark": until, "data_until": until}
    further = [case((mark <= func.now(), mark)) for mark in (feed.c.watermark, feed.c.live_until)]
    reached = func.greatest(until, *further)
    return {"watermark": reached, "data_until": reached, "live_until": None}
