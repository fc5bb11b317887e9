"""Proves that three ways give the same integers: the tallies, the fold of the judged rows, and the heads judged afresh.

Everything is read in one snapshot. Dossiers are compared one by one, so a difference names the dossier; tallies cell by
cell, with all that a cell ever was: the versions of all dossiers are folded slice by slice of the ledger.
"""

from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from metrics.accumulating import Cells, without_collector
from metrics.domain.events import COUNTERS
from metrics.domain.folding import Cell, Fold
from metrics.domain.judging import judge
from metrics.repository import cells, facts, ledger, projection, session
from metrics.repository.calendar import Calendars, calendars
from metrics.repository.cells import Past, Standing
from metrics.repository.facts import CurrentFact
from metrics.repository.ledger import Revision
from shared.runtime.database import snapshot

_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """``differences`` is empty when all agree; ``unproven`` says why heads could not be compared, if so."""

    dossiers: int
    tally_rows: int
    entry: int
    differences: tuple[str, ...]
    unproven: str | None


async def verify(engine: AsyncEngine) -> Verdict:
    """Compare the three ways. Names at most fifty differences of each comparison."""
    with without_collector():
        return await _verified(engine)


async def _verified(engine: AsyncEngine) -> Verdict:
    async with snapshot(engine) as connection:
        await session.without_time_limit(connection)
        place, head = await projection.place(connection), await ledger.head(connection)
        entry, newest = (place.entry if place else 0), (head.entry if head else 0)
        dossiers = 0
        odd: list[str] = []
        known = await calendars(connection, 0, (await projection.versions(connection)).calendar)
        pairs = _pairs(connection) if entry == newest else _alone(connection)
        async for stored, fresh in pairs:
            if stored is not None:
                dossiers += 1
            if entry == newest and len(odd) < _MOST_NAMED and (difference := _compare(stored, fresh, known)):
                odd.append(difference)
        rows, unequal = await _compare_tallies(connection, await _folded(connection))
    behind = None if entry == newest else f"the projection stands at {entry}, the ledger at {newest}"
    return Verdict(dossiers, rows, entry, (*odd, *unequal), behind)


async def _alone(connection: AsyncConnection) -> AsyncIterator[tuple[CurrentFact | None, Revision | None]]:
    async for stored in facts.current(connection):
        yield stored, None


async def _pairs(connection: AsyncConnection) -> AsyncIterator[tuple[CurrentFact | None, Revision | None]]:
    """Stored rows and heads of the same dossier, merged in code order; one side None where the other lacks it."""
    stored_rows, heads = facts.current(connection), ledger.heads(connection)
    stored, fresh = await anext(stored_rows, None), await anext(heads, None)
    while stored is not None or fresh is not None:
        if fresh is None or (stored is not None and stored.dossier_code < fresh.dossier_code):
            yield stored, None
            stored = await anext(stored_rows, None)
        elif stored is None or fresh.dossier_code < stored.dossier_code:
            yield None, fresh
            fresh = await anext(heads, None)
        else:
            yield stored, fresh
            stored, fresh = await anext(stored_rows, None), await anext(heads, None)


def _compare(stored: CurrentFact | None, fresh: Revision | None, known: Calendars) -> str | None:
    if stored is None or fresh is None:
        one = stored or fresh
        assert one is not None  # noqa: S101 - _pairs never yields two Nones
        return f"{one.dossier_code}: only in {'the heads' if stored is None else 'the judged rows'}"
    judged = judge(fresh.facts, known.at(fresh.entry))
    expected = (fresh.entry, fresh.agency_code, fresh.procedure_code, fresh.field_code, judged)
    found = (stored.valid_from, stored.agency_code, stored.procedure_code, stored.field_code, stored.judged)
    return None if expected == found else f"{stored.dossier_code}: stored {found}, judged afresh {expected}"


@dataclass(slots=True)
class _Folded:
    """What the judged rows say that each cell was and is. ``was`` holds a digest of each cell's past, by its number."""

    cells: Cells = field(default_factory=Cells)
    was: dict[int, bytes] = field(default_factory=dict)

    def add(self, fold: Fold, slice_: int) -> None:
        """Add what a slice changed."""
        for past in self.cells.add(fold.rows(), slice_):
            self.was[past.number] = _chained(self.was.get(past.number, b""), past.since, past.counters)


async def _folded(connection: AsyncConnection) -> _Folded:
    """Walk through all versions of all dossiers, slice by slice."""
    firsts = await projection.slices(connection)
    begun, ended = facts.begun(connection), facts.ended(connection)
    begins, ends = await anext(begun, None), await anext(ended, None)
    found = _Folded()
    while begins is not None or ends is not None:
        first = min(version[0] for version in (begins, ends) if version is not None)
        slice_ = bisect_right(firsts, first)
        after = firsts[slice_] if slice_ < len(firsts) else None  # the first entry of the next slice
        fold = Fold()
        while begins is not None and (after is None or begins[0] < after):
            fold.add(begins[1], begins[2])
            begins = await anext(begun, None)
        while ends is not None and (after is None or ends[0] < after):
            fold.add(ends[1], ends[2], -1)
            ends = await anext(ended, None)
        found.add(fold, slice_)
    return found


def _chained(before: bytes, since: int, counters: Cell) -> bytes:
    said = repr((since, sorted(pair for pair in counters.items() if pair[1])))
    return blake2b(before + said.encode(), digest_size=16).digest()


async def _compare_tallies(connection: AsyncConnection, folded: _Folded) -> tuple[int, list[str]]:
    expected = {one.key: one for one in folded.cells.give_away()}
    rows, odd = 0, []
    async for number, past, stored in cells.ever(connection):
        rows += 1
        if stored is None:
            odd.append(f"tally_past: cell {number} was something and stands nowhere after it")
            continue
        found = expected.pop(stored.key, _EMPTY)
        if difference := _compare_cell(past, stored, found, folded.was.get(found.number, b"")):
            odd.append(difference)
    odd += [f"tally {one.key}: missing, folded {_named(one.counters)}" for one in expected.values()]
    return rows, odd[:_MOST_NAMED]


_EMPTY = Standing(("", 0, date.min, 0), 0, 0, 0, {})


def _compare_cell(past: Sequence[Past], stored: Standing, folded: Standing, was: bytes) -> str | None:
    """``was``: the digest of what the judged rows say that the cell was."""
    if _named(stored.counters) != _named(folded.counters):
        return f"tally {stored.key}: stored {_named(stored.counters)}, folded {_named(folded.counters)}"
    states = [*((one.since, one.counters) for one in past), (stored.since, stored.counters)]
    *earlier, (since, _) = _changes(states)
    if _digest(earlier) != was or (stored.counters and since != folded.since):
        return f"tally_past {stored.key}: what it was earlier is not what the judged rows give"
    if stored.born != states[0][0]:
        return f"tally {stored.key}: born in slice {stored.born}, and first counted in slice {states[0][0]}"
    return None


_State = tuple[int, Cell]
"""Since which slice a cell held what."""


def _changes(states: Sequence[_State]) -> list[_State]:
    """Batches of one slice that undo each other leave a state behind that is no other than the one before it."""
    found, before = [], Cell()
    for state in states:
        if state[1] != before:
            found.append(state)
            before = state[1]
    return found or [states[-1]]


def _digest(states: Iterable[_State]) -> bytes:
    digest = b""
    for since, counters in states:
        digest = _chained(digest, since, counters)
    return digest


def _named(cell: Cell) -> dict[str, int]:
    return {COUNTERS[counter]: number for counter, number in cell.items() if number}
