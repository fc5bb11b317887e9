"""Feeds and runs as rows: registered at start, opened, resumed, listed for the console."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import feed, run
from shared.sync.lease import Lease
from shared.sync.runs import Run, open_run, resume_run
from shared.sync.tables import FULL, RUN_COUNTERS


async def register(
    connection: AsyncConnection, name: str, *, portal: str, kind: str, agency_code: str, every_seconds: int
) -> None:
    """Makes the feed's row, or brings its configuration up to date; its progress stays."""
    values = {"portal": portal, "kind": kind, "agency_code": agency_code, "every_seconds": every_seconds}
    known = (await connection.execute(select(feed.c.feed_id).where(feed.c.feed == name))).scalar_one_or_none()
    if known is None:
        await connection.execute(insert(feed).values(feed=name, **values).on_conflict_do_nothing())
        return
    # Only where something differs: a page that is being written holds this row.
    differs = or_(*(feed.c[column].is_distinct_from(value) for column, value in values.items()))
    await connection.execute(update(feed).where(feed.c.feed_id == known, differs).values(values))


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
