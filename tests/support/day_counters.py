"""The sets of a period added up in memory, from judged dossiers one by one: what tallies and rows must agree with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from metrics.domain.counts import SUMS, PeriodCounts, Sum
from metrics.domain.dossier import Judged
from metrics.domain.events import COUNTERS, INDEX, events
from shared.domain.channel import Channel

_Sums = Mapping[int, Sequence[int]]


def counted(dossiers: Iterable[Judged], first: date, last: date) -> PeriodCounts:
    """Events summed by channel, before the period and within it, then every set from its sum of counters."""
    before: dict[int, list[int]] = {}
    within: dict[int, list[int]] = {}
    for judged in dossiers:
        for day, counter, delta in events(judged):
            if day <= last:
                sums = before if day < first else within
                sums.setdefault(judged.channel, [0] * len(COUNTERS))[counter] += delta
    return of_sums(before, within)


def of_sums(before: _Sums, within: _Sums) -> PeriodCounts:
    """Every set from the counters of each channel, summed before the period and within it."""
    found = {name: _of(one, one.before, before) + _of(one, one.within, within) for name, one in SUMS.items()}
    return PeriodCounts(**found)


def _of(one: Sum, factors: Mapping[str, int], sums: _Sums) -> int:
    channels = [counters for channel, counters in sums.items() if one.online in (None, channel == Channel.ONLINE)]
    return sum(factor * counters[INDEX[name]] for counters in channels for name, factor in factors.items())
