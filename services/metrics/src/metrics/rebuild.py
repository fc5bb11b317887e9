"""Throws the projection away and derives it again from the first ledger entry.

One transaction: readers keep the old rows until the new ones are complete. It needs room for both.
"""

from sqlalchemy.ext.asyncio import AsyncEngine

from metrics.domain.judging import RULE
from metrics.projector import BATCH_ROWS, Batch, project_after
from metrics.repository import facts, projection, session, tallies
from shared.runtime.clock import now
from shared.runtime.database import transaction


async def rebuild_where_rules_differ(engine: AsyncEngine) -> Batch | None:
    """Rebuild if the rows were judged by other rules than this program's. None: they were not, or there are none."""
    async with transaction(engine) as connection:
        place = await projection.place(connection)
    return None if place is None or place.rule == RULE else await rebuild(engine)


async def rebuild(engine: AsyncEngine, *, most_rows: int = BATCH_ROWS) -> Batch:
    """Rebuild facts and tallies from the whole ledger. Returns where it stands and how many revisions it took."""
    async with transaction(engine) as connection:
        await session.without_time_limit(connection)
        await projection.begin(connection, RULE, now())
        await projection.lock(connection, wait=True)
        await facts.delete_all(connection)
        await tallies.delete_all(connection)
        await projection.forget_blocks(connection)
        await projection.move(connection, 0, RULE, now(), None)
        entry, revisions = 0, 0
        while (batch := await project_after(connection, entry, most_rows)) is not None:
            entry, revisions = batch.entry, revisions + batch.revisions
        return Batch(entry, revisions)
