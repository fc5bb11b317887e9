"""Follows the ledger: judges each new revision, keeps the judged rows and moves the tallies by the difference.

A batch is one transaction: facts, tallies and offset move together or not at all, and the offset's row is locked
while it lasts, so that any number of processes may follow the ledger and each entry is projected exactly once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from metrics.changes import Changes, changed_codes, judge_all, known_of, write_facts
from metrics.domain.judging import RULE
from metrics.repository import cells, ledger, projection
from metrics.repository.calendar import Calendars, calendars
from metrics.repository.ledger import Revision
from shared.runtime.clock import now
from shared.runtime.database import transaction

BATCH_ROWS = 20_000


class RuleChanged(Exception):
    """The rows were judged by other rules than this program's: run ``python -m metrics rebuild``."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch did: the entry the projection stands at now, and how many revisions it took in."""

    entry: int
    revisions: int


async def catch_up(engine: AsyncEngine, *, most_rows: int = BATCH_ROWS) -> Batch:
    """Project until nothing is new. Waits for another process that is projecting."""
    revisions = 0
    while (batch := await step(engine, most_rows=most_rows, wait=True)) is not None:
        revisions += batch.revisions
    async with transaction(engine) as connection:
        place = await projection.place(connection)
    return Batch(0 if place is None else place.entry, revisions)


async def step(engine: AsyncEngine, *, most_rows: int = BATCH_ROWS, wait: bool = False) -> Batch | None:
    """Project one batch. None: nothing is new, or another process is at it and ``wait`` is false.

    Raises ``RuleChanged`` when the stored rows were judged by another version of the rules.
    """
    async with transaction(engine) as connection:
        place = await projection.lock(connection, wait=wait)
        if place is None:
            await projection.begin(connection, RULE, now())
            place = await projection.lock(connection, wait=wait)
            if place is None:
                return None
        if place.rule != RULE:
            raise RuleChanged(f"The rows were judged by rule {place.rule}, this program has rule {RULE}.")
        return await project_after(connection, place.entry, most_rows)


async def project_after(connection: AsyncConnection, after: int, most_rows: int) -> Batch | None:
    """Project the entries after ``after``, whose place the caller has locked. None: there are none."""
    found = (await projection.newest_slice(connection)).next(after)
    end = await ledger.batch_end(connection, after, most_rows, found.room)
    if end is None:
        return None
    upto, rows = end
    await projection.enter_slice(connection, found.with_more(rows))
    versions = await projection.versions(connection)
    revisions = await ledger.revisions(connection, after, upto)
    if revisions:
        known = await known_of(connection, changed_codes(revisions))
        changes = Changes(known, await _calendars(connection, revisions, after, versions.calendar))
        await judge_all(revisions, changes)
        await _write(connection, changes, found.number)
    await projection.move(connection, upto, RULE, now(), versions)
    return Batch(upto, len(revisions))


async def _calendars(
    connection: AsyncConnection, revisions: Sequence[Revision], after: int, current: int
) -> Calendars | None:
    """None where nobody was asked for anything: most pages, and then no date starts anew."""
    asked = any(revision.facts.supplements for revision in revisions)
    return await calendars(connection, after, current) if asked else None


async def _write(connection: AsyncConnection, changes: Changes, slice_: int) -> None:
    await write_facts(connection, changes)
    rows = changes.fold.rows()
    if rows:
        await cells.apply(connection, rows, slice_)
