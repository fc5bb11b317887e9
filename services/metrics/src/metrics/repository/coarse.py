"""Counts of agencies and channels over periods, now or at any older entry of the ledger: sums of tallies, no replay.

At the end of a slice of the ledger every cell is read as it was then. Within a slice, what its entries changed so far
is counted from the judged rows that began or ended with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import FLOW_SETS, PeriodCounts
from metrics.domain.folding import subtrees, windows
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.repository import counting, projection, tallies
from metrics.repository.scoping import AsOf, LedgerSlice
from shared.domain.channel import Channel


async def counts(
    connection: AsyncConnection,
    agencies: Sequence[str],
    channel: Channel | None,
    as_of: AsOf,
    periods: Sequence[ReportingPeriod],
    sets: tuple[str, ...] = FLOW_SETS,
) -> dict[str, list[PeriodCounts]]:
    """For each agency with its subtree ('' is everything) the counts of each period, in order; of other sets 0."""
    state = await _state(connection, channel, as_of, periods, sets)
    if state is None:
        return {agency: [PeriodCounts()] * len(periods) for agency in agencies}
    found = await tallies.counts(connection, agencies, state.asked)
    await _add_rest(connection, found, agencies, channel, as_of, periods, state)
    return {agency: [_counts(sets, found.get((agency, n))) for n in range(len(periods))] for agency in agencies}


async def counts_below(
    connection: AsyncConnection,
    agency: str,
    after: str,
    most: int,
    channel: Channel | None,
    as_of: AsOf,
    period: ReportingPeriod,
    sets: tuple[str, ...],
) -> dict[str, Mapping[str, int]]:
    """Each of the sets of at most ``most`` agencies directly below one ('' is the country), in code order."""
    state = await _state(connection, channel, as_of, [period], sets)
    if state is None:
        return {code: dict.fromkeys(sets, 0) for code in await tallies.children(connection, agency, after, most)}
    codes, found = await tallies.counts_below(connection, agency, after, most, state.asked)
    await _add_rest(connection, found, codes, channel, as_of, [period], state)
    return {code: dict(zip(sets, found[code, 0], strict=True)) for code in codes}


@dataclass(frozen=True, slots=True)
class _State:
    """What the tallies are asked, and the slice of the ledger of which a part comes on top; None: none does."""

    asked: tallies.Asked
    cut: LedgerSlice | None


async def _state(
    connection: AsyncConnection,
    channel: Channel | None,
    as_of: AsOf,
    periods: Sequence[ReportingPeriod],
    sets: tuple[str, ...],
) -> _State | None:
    """None: it is before the first entry."""
    number = None if channel is None else int(channel)
    if as_of.latest:
        return _State(tallies.Asked(sets, len(periods), windows(periods), number), None)
    part = as_of.slice or await projection.slice_of(connection, as_of.entry)
    if part is None:
        return None
    whole = as_of.entry == part.last
    before = part.number + 1 if whole else part.number
    return _State(tallies.Asked(sets, len(periods), windows(periods), number, before), None if whole else part)


def _counts(sets: Sequence[str], numbers: Sequence[int] | None) -> PeriodCounts:
    return PeriodCounts() if numbers is None else PeriodCounts(**dict(zip(sets, numbers, strict=True)))


async def _add_rest(
    connection: AsyncConnection,
    found: tallies.Counts,
    agencies: Sequence[str],
    channel: Channel | None,
    as_of: AsOf,
    periods: Sequence[ReportingPeriod],
    state: _State,
) -> None:
    """Add to the counts at the end of whole slices what a part of the next one changed."""
    if state.cut is None:
        return
    changes = await _so_far(connection, agencies, channel, state.cut, as_of.entry, periods, state.asked.sets)
    for key, changed in changes.items():
        known = found.get(key, (0,) * len(changed))
        found[key] = tuple(one + other for one, other in zip(known, changed, strict=True))


async def _so_far(
    connection: AsyncConnection,
    agencies: Sequence[str],
    channel: Channel | None,
    part: LedgerSlice,
    entry: int,
    periods: Sequence[ReportingPeriod],
    sets: tuple[str, ...],
) -> dict[tuple[str, int], list[int]]:
    """What the entries of a slice, up to one, changed in each agency's subtree and period; else it is absent."""
    one = agencies[0] or None if len(agencies) == 1 else None
    rows = await counting.between(connection, Scope(agency=one, channel=channel), part.before, entry, periods, sets)
    changes: dict[tuple[str, int], list[Sequence[int]]] = {}
    asked = set(agencies)
    for agency, period, changed in rows:
        for subtree in asked.intersection(subtrees(agency)):
            changes.setdefault((subtree, period), []).append(changed)
    return {key: [sum(column) for column in zip(*found, strict=True)] for key, found in changes.items()}
