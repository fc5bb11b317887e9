"""Proves that three ways give the same integers: the tallies, the fold of the judged rows, and the heads judged afresh.

Everything is read in one snapshot. Dossiers are compared one by one, so a difference names the dossier.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from metrics.domain.events import COUNTERS
from metrics.domain.folding import Cell, Fold
from metrics.domain.judging import judge
from metrics.repository import facts, ledger, projection, session, tallies
from metrics.repository.calendar import Calendars, calendars
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
    async with snapshot(engine) as connection:
        await session.without_time_limit(connection)
        place, head = await projection.place(connection), await ledger.head(connection)
        entry, newest = (place.entry if place else 0), (head.entry if head else 0)
        fold, dossiers = Fold(), 0
        odd: list[str] = []
        known = await calendars(connection, 0, (await projection.versions(connection)).calendar)
        pairs = _pairs(connection) if entry == newest else _alone(connection)
        async for stored, fresh in pairs:
            if stored is not None:
                fold.add(stored.agency_code, stored.judged)
                dossiers += 1
            if entry == newest and len(odd) < _MOST_NAMED and (difference := _compare(stored, fresh, known)):
                odd.append(difference)
        rows, unequal = await _compare_tallies(connection, fold)
        unequal += await tallies.unequal(connection, _MOST_NAMED)
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


async def _compare_tallies(connection: AsyncConnection, fold: Fold) -> tuple[int, list[str]]:
    expected, rows, odd = fold.rows(), 0, []
    async for key, found in tallies.stream(connection):
        rows += 1
        wanted = _named(expected.pop(key, {}))
        if found != wanted:
            odd.append(f"tally {key}: stored {found}, folded {wanted}")
    odd += [f"tally {key}: missing, folded {_named(cell)}" for key, cell in expected.items()]
    return rows, odd[:_MOST_NAMED]


def _named(cell: Cell) -> dict[str, int]:
    return {COUNTERS[counter]: number for counter, number in cell.items() if number}
