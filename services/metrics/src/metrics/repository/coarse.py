"""Counts of agencies and channels over periods, now or at any older entry of the ledger: sums of tallies, no replay.

At the end of a day of the ledger everything is a sum of whole months and days of it. Within a day, what the day's
entries changed so far is counted from the judged rows that began or ended with them.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import FLOW_SETS, SETS, PeriodCounts, add, of_signed, of_sums
from metrics.domain.folding import subtrees, windows
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.repository import counting, projection, tallies
from metrics.repository.projection import Block
from metrics.repository.scoping import AsOf
from shared.domain.channel import Channel

_ONE_DAY = timedelta(days=1)


async def counts(
    connection: AsyncConnection,
    agencies: Sequence[str],
    channel: Channel | None,
    as_of: AsOf,
    periods: Sequence[ReportingPeriod],
    *,
    told: bool = False,
) -> dict[str, list[PeriodCounts]]:
    """For each agency with its subtree ('' is everything) the counts of each period, in order.

    Without ``told`` the sets of what portals tell beside the flow stay 0: they were not asked for.
    """
    if as_of.latest:
        sums = await tallies.sums(connection, agencies, channel, windows(periods), told=told)
        return _all(sums, agencies, len(periods))
    block = await projection.block_of(connection, as_of.entry)
    if block is None:
        return {agency: [PeriodCounts()] * len(periods) for agency in agencies}
    whole = as_of.entry == block.last
    until = block.day + _ONE_DAY if whole else block.day
    sums = await tallies.sums_before(connection, agencies, channel, windows(periods), until, told=told)
    found = _all(sums, agencies, len(periods))
    if not whole:
        sets = SETS if told else FLOW_SETS
        so_far = await _so_far(connection, agencies, channel, block, as_of.entry, periods, sets)
        for agency, changes in so_far.items():
            found[agency] = [add(one, other) for one, other in zip(found[agency], changes, strict=True)]
    return found


def _all(sums: tallies.Sums, agencies: Sequence[str], periods: int) -> dict[str, list[PeriodCounts]]:
    return {agency: [_of_part(sums, agency, part) for part in range(periods)] for agency in agencies}


def _of_part(sums: Mapping[tuple[int, str], Mapping[int, Sequence[int]]], agency: str, part: int) -> PeriodCounts:
    """One period's counts from the sums of its two windows: everything before it, and what lies in it."""
    return of_sums(sums.get((2 * part, agency), {}), sums.get((2 * part + 1, agency), {}))


async def _so_far(
    connection: AsyncConnection,
    agencies: Sequence[str],
    channel: Channel | None,
    block: Block,
    entry: int,
    periods: Sequence[ReportingPeriod],
    sets: tuple[str, ...],
) -> dict[str, list[PeriodCounts]]:
    """What the entries of a day, up to one, changed in each agency's subtree."""
    one = agencies[0] or None if len(agencies) == 1 else None
    rows = await counting.between(connection, Scope(agency=one, channel=channel), block.before, entry, periods, sets)
    changes: dict[tuple[str, int], list[Sequence[int]]] = {}
    asked = set(agencies)
    for agency, part, changed in rows:
        for subtree in asked.intersection(subtrees(agency)):
            changes.setdefault((subtree, part), []).append(changed)
    nothing: list[Sequence[int]] = [(0,) * len(sets)]
    return {a: [of_signed(changes.get((a, part), nothing)) for part in range(len(periods))] for a in agencies}
