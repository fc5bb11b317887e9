"""Follows the ledger: judges each new revision, keeps the judged rows and moves the tallies by the difference.

A batch is one transaction: facts, tallies and offset move together or not at all, and the offset's row is locked
while it lasts, so that any number of processes may follow the ledger and each entry is projected exactly once.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from metrics.domain.dossier import Judged
from metrics.domain.folding import Fold
from metrics.domain.judging import RULE, judge
from metrics.repository import facts, ledger, projection, tallies
from metrics.repository.calendar import Calendars, calendars
from metrics.repository.ledger import Revision
from shared.runtime.clock import now
from shared.runtime.database import transaction

BATCH_ROWS = 20_000
_ROWS_A_BREATH = 500
"""Judging is pure Python: after so many rows the event loop may answer a request."""


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
    end = await ledger.batch_end(connection, after, most_rows, await projection.newest_block(connection))
    if end is None:
        return None
    upto, block = end
    await projection.enter_block(connection, block, after + 1)
    versions = await projection.versions(connection)
    revisions = await ledger.revisions(connection, after, upto)
    if revisions:
        known = await _known(connection, revisions)
        changes = _Changes(known, await _calendars(connection, revisions, after, versions.calendar))
        await _judge_all(revisions, changes)
        await _write(connection, changes, block)
    await projection.move(connection, upto, RULE, now(), versions)
    return Batch(upto, len(revisions))


@dataclass(slots=True)
class _Changes:
    """What a batch changes: rows that end, rows that begin (the newest of a dossier still open), counters."""

    known: dict[str, tuple[str, Judged]]
    calendars: Calendars | None
    fold: Fold = field(default_factory=Fold)
    ends: list[tuple[str, int]] = field(default_factory=list)
    replaced: list[tuple[Revision, Judged, int]] = field(default_factory=list)
    newest: dict[str, tuple[Revision, Judged]] = field(default_factory=dict)

    def take(self, revision: Revision) -> None:
        """Take in the next revision, in ledger order."""
        calendar = None if self.calendars is None else self.calendars.at(revision.entry)
        code, judged = revision.dossier_code, judge(revision.facts, calendar)
        earlier = self.newest.get(code)
        if earlier is not None:
            self.replaced.append((*earlier, revision.entry))
            self.fold.add(earlier[0].agency_code, earlier[1], -1)
        elif code in self.known:
            self.ends.append((code, revision.entry))
            self.fold.add(*self.known[code], -1)
        self.newest[code] = (revision, judged)
        self.fold.add(revision.agency_code, judged)

    def rows(self) -> Iterable[tuple[Any, ...]]:
        """The new rows, in column order."""
        for revision, judged, valid_to in self.replaced:
            yield facts.row(revision, judged, valid_to)
        for revision, judged in self.newest.values():
            yield facts.row(revision, judged, None)


async def _known(connection: AsyncConnection, revisions: Sequence[Revision]) -> dict[str, tuple[str, Judged]]:
    """How the dossiers of the batch counted before it. A dossier's first revision has no before."""
    codes = list({revision.dossier_code for revision in revisions if revision.number > 1})
    if not codes:
        return {}
    found = await facts.current_of(connection, codes)
    return {old.dossier_code: (old.agency_code, old.judged) for old in found}


async def _calendars(
    connection: AsyncConnection, revisions: Sequence[Revision], after: int, current: int
) -> Calendars | None:
    """None where nobody was asked for anything: most pages, and then no date starts anew."""
    asked = any(revision.facts.supplements for revision in revisions)
    return await calendars(connection, after, current) if asked else None


async def _judge_all(revisions: Sequence[Revision], changes: _Changes) -> None:
    for number, revision in enumerate(revisions):
        changes.take(revision)
        if number % _ROWS_A_BREATH == 0:
            await asyncio.sleep(0)


async def _write(connection: AsyncConnection, changes: _Changes, block: date) -> None:
    if changes.ends:
        await facts.close(connection, changes.ends)
    await facts.insert(connection, changes.rows())
    rows = changes.fold.rows()
    if rows:
        await tallies.apply(connection, rows, block)
