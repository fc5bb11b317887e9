"""Throws the projection away and derives it again from the first ledger entry.

One transaction: readers keep the old rows until the new ones are complete. It needs room for both. While Postgres
writes one batch, the next is judged and the one after it is read: none of the three waits for the others.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from metrics.accumulating import Cells, without_collector
from metrics.changes import Changes, changed_codes, judge_all, known_of, write_facts
from metrics.domain.folding import Cell, Key
from metrics.domain.judging import RULE
from metrics.projector import BATCH_ROWS, Batch
from metrics.repository import cells, facts, ledger, projection, session
from metrics.repository.calendar import Calendars, calendars
from metrics.repository.ledger import Revision
from metrics.repository.projection import OpenSlice, Versions
from shared.runtime.clock import now
from shared.runtime.database import snapshot, transaction

MOST_CELLS = 2_000_000
"""Cells kept in memory at most, some hundred bytes each; beyond that all are written, and read again when they change.
"""


async def rebuild_where_rules_differ(engine: AsyncEngine) -> Batch | None:
    """Rebuild if the rows were judged by other rules than this program's. None: they were not, or there are none."""
    async with transaction(engine) as connection:
        place = await projection.place(connection)
    return None if place is None or place.rule == RULE else await rebuild(engine)


async def rebuild(engine: AsyncEngine, *, most_rows: int = BATCH_ROWS) -> Batch:
    """Rebuild facts and tallies from the whole ledger. Returns where it stands and how many revisions it took.

    ``engine`` needs two connections: one writes, one reads ahead.
    """
    with without_collector():
        return await _rebuilt(engine, most_rows)


async def _rebuilt(engine: AsyncEngine, most_rows: int) -> Batch:
    async with transaction(engine) as connection:
        await session.without_time_limit(connection)
        await projection.begin(connection, RULE, now())
        await projection.lock(connection, wait=True)
        await facts.delete_all(connection)
        await cells.delete_all(connection)
        await projection.forget_slices(connection)
        await projection.move(connection, 0, RULE, now(), None)
        versions = await projection.versions(connection)
        writer = _Writer(connection, versions)
        known = await calendars(connection, 0, versions.calendar)
        async with aclosing(_stretches(engine, most_rows)) as stretches:
            async for stretch in stretches:
                await writer.take(stretch, known)
        await writer.finish()
        return writer.done


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The revisions of the entries up to ``upto`` of one slice of the ledger, which it fills so far."""

    upto: int
    slice: OpenSlice
    revisions: Sequence[Revision]


async def _stretches(engine: AsyncEngine, most_rows: int) -> AsyncGenerator[_Stretch, None]:
    """The whole ledger, read one stretch ahead."""
    ahead = asyncio.create_task(_read(engine, 0, most_rows, OpenSlice()))
    try:
        while (stretch := await ahead) is not None:
            ahead = asyncio.create_task(_read(engine, stretch.upto, most_rows, stretch.slice))
            yield stretch
    finally:
        ahead.cancel()
        await asyncio.gather(ahead, return_exceptions=True)


async def _read(engine: AsyncEngine, after: int, most_rows: int, reached: OpenSlice) -> _Stretch | None:
    found = reached.next(after)
    async with snapshot(engine) as connection:
        end = await ledger.batch_end(connection, after, most_rows, found.room)
        if end is None:
            return None
        upto, rows = end
        return _Stretch(upto, found.with_more(rows), await ledger.revisions(connection, after, upto))


class _Writer:
    """Judges a stretch while the one before it is written. ``done`` says what is written."""

    def __init__(self, connection: AsyncConnection, versions: Versions) -> None:
        self._connection, self._versions = connection, versions
        self._cells, self._given_away = Cells(), False
        self._judged: tuple[_Stretch, Changes] | None = None
        self.done = Batch(0, 0)

    async def take(self, stretch: _Stretch, calendars: Calendars) -> None:
        """Judge a stretch, and write the one taken before."""
        changes = Changes(await self._known(changed_codes(stretch.revisions)), calendars)
        await _both(judge_all(stretch.revisions, changes), self._write())
        self._judged = (stretch, changes)

    async def finish(self) -> None:
        """Write what is left."""
        await self._write()
        await cells.insert(self._connection, self._cells.give_away())

    async def _known(self, codes: set[str]) -> dict[str, tuple[str, Any]]:
        """How dossiers count before a stretch: by the stretch that is judged and not written, else by the rows."""
        last = {} if self._judged is None else {code: self._judged[1].left(code) for code in codes}
        judged = {code: counted for code, counted in last.items() if counted is not None}
        return judged | await known_of(self._connection, codes - judged.keys())

    async def _write(self) -> None:
        if self._judged is None:
            return
        (stretch, changes), self._judged = self._judged, None
        await projection.enter_slice(self._connection, stretch.slice)
        await write_facts(self._connection, changes)
        await self._write_cells(changes.fold.rows(), stretch.slice.number)
        await projection.move(self._connection, stretch.upto, RULE, now(), self._versions)
        self.done = Batch(stretch.upto, self.done.revisions + len(stretch.revisions))

    async def _write_cells(self, deltas: Mapping[Key, Cell], slice_: int) -> None:
        if self._given_away:
            again = await cells.take_back(self._connection, self._cells.unknown(deltas))
            self._cells.take_back(again)
        await cells.insert_past(self._connection, self._cells.add(deltas, slice_))
        if len(self._cells) > MOST_CELLS:
            await cells.insert(self._connection, self._cells.give_away())
            self._given_away = True


async def _both(work: Coroutine[Any, Any, None], writing: Coroutine[Any, Any, None]) -> None:
    """Both at once, to the end of both: a connection must not be left in the middle of a statement."""
    writes = asyncio.create_task(writing)
    try:
        await work
    finally:
        await writes
