"""What states runs move dossiers into: of one run, and usually."""

from collections.abc import Mapping

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import revision, status_flow

_RUNS_REMEMBERED = 400

_USUAL = text("""
select status, sum(changed)::bigint from dossier.status_flow
where feed_id = :feed_id and run_id in (
    select distinct run_id from dossier.status_flow
    where feed_id = :feed_id and run_id < :run_id order by run_id desc limit :runs)
group by status
""")


async def of_run(connection: AsyncConnection, feed_id: int, after_page: int) -> dict[int, int]:
    """States of the versions that count, in the pages a feed wrote after ``after_page``."""
    question = (
        select(revision.c.status, func.count())
        .where(revision.c.feed_id == feed_id, revision.c.page > after_page, revision.c.applied)
        .group_by(revision.c.status)
    )
    return {row[0]: row[1] for row in await connection.execute(question)}


async def usual(connection: AsyncConnection, feed_id: int, run_id: int) -> dict[int, int]:
    """States that runs before this one moved dossiers into."""
    rows = await connection.execute(_USUAL, {"feed_id": feed_id, "run_id": run_id, "runs": _RUNS_REMEMBERED})
    return {row[0]: row[1] for row in rows}


async def remember(connection: AsyncConnection, feed_id: int, run_id: int, moved: Mapping[int, int]) -> None:
    """Makes a run part of what is usual."""
    rows = [
        {"feed_id": feed_id, "run_id": run_id, "status": status, "changed": changed}
        for status, changed in moved.items()
    ]
    if rows:
        await connection.execute(insert(status_flow).on_conflict_do_nothing(), rows)


async def forget(connection: AsyncConnection, feed_id: int) -> None:
    """An operator said that another mixture is right from now on."""
    await connection.execute(delete(status_flow).where(status_flow.c.feed_id == feed_id))
