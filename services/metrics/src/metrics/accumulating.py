"""Sums the counters of the ledger's days, months and years in memory, and writes each when it is over: for a rebuild.

The rows of a block are then written once and in key order, instead of being added to with every batch.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.folding import Fold
from metrics.repository import tallies

MOST_CELLS = 250_000
"""Cells of a block kept in memory at most, some hundred bytes each: a first load may bring all years in one day."""


@dataclass(slots=True)
class _Level:
    """The newest block of one table. ``begun``: some of its rows are written already."""

    table: str
    block_of: Callable[[date], date]
    block: date | None = None
    begun: bool = False
    fold: Fold = field(default_factory=Fold)


class Accumulator:
    """Takes the sums of one stretch of the ledger after another, inside the caller's transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        # From the shortest to the longest: a block that is over is a part of the longer one.
        self._levels = [_Level(table, block_of) for table, block_of in reversed(tuple(tallies.BLOCKS.items()))]

    async def add(self, fold: Fold, day: date) -> None:
        """Add what a stretch of this day of the ledger changed; days never go back."""
        for number, level in enumerate(self._levels):
            if level.block not in (None, level.block_of(day)):
                await self._write(number)
                level.begun = False
            level.block = level.block_of(day)
        await self._merge(0, fold)

    async def finish(self) -> None:
        """Write what is left, and the tallies of now from all of it."""
        for number in range(len(self._levels)):
            await self._write(number)
        await tallies.sum_up(self._connection)

    async def _merge(self, number: int, fold: Fold) -> None:
        level = self._levels[number]
        level.fold.merge(fold)
        if len(level.fold) > MOST_CELLS:
            await self._write(number)

    async def _write(self, number: int) -> None:
        level = self._levels[number]
        if level.block is None or not len(level.fold):
            return
        if number + 1 < len(self._levels):
            await self._merge(number + 1, level.fold)
        rows = level.fold.rows()
        write = tallies.add_to if level.begun else tallies.insert
        await write(self._connection, level.table, level.block, rows)
        level.begun = True
