"""Which day, which agency and which running number a province's n-th dossier has: arithmetic both ways.

A day's dossiers walk along a wheel of agencies drawn by their size. The running number of an agency on a day is
its count of slots passed, so a code leads back to its dossier without a list of codes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from random import Random

_SLOTS, _WHEELS = 512, 128
_MONTH = (0.0, 1.0, 0.7, 1.1, 1.1, 1.1, 1.2, 1.2, 1.2, 1.0, 1.0, 0.9, 0.9)
_AFTER_A_BREAK = 1.4


class Days:
    """Spreads ``total`` dossiers over working days, more on Mondays and in summer."""

    def __init__(self, days: Sequence[date], total: int, random: Random) -> None:
        weights = [_weight(day) * random.uniform(0.85, 1.15) for day in days]
        passed = list(accumulate(weights))
        bounds = [round(total * part / passed[-1]) for part in passed]
        self.starts = [0, *bounds[:-1]]
        self.sizes = [end - start for start, end in zip(self.starts, bounds, strict=True)]

    def of(self, number: int) -> int:
        """Position of the day on which the dossier is received."""
        return bisect_right(self.starts, number) - 1

    def first(self, day: int) -> int:
        """The first dossier of a day, or of the next day that has one."""
        return self.starts[day] if day < len(self.starts) else self.starts[-1] + self.sizes[-1]


class Wheels:
    """Agencies in the order in which they receive dossiers, one wheel a day in turn."""

    def __init__(self, agencies: int, random: Random) -> None:
        sizes = [1 / (place + 2) ** 0.8 for place in range(agencies)]
        draw = [random.choices(range(agencies), sizes, k=_SLOTS) for _ in range(_WHEELS)]
        self._slots = [tuple(_ranked(wheel)) for wheel in draw]
        self._places = [_places(wheel, agencies) for wheel in draw]

    def at(self, day: int, position: int) -> tuple[int, int]:
        """The agency of a day's dossier, and its running number there, from 1."""
        wheel = day % _WHEELS
        turn, slot = divmod(position, _SLOTS)
        agency, rank = self._slots[wheel][slot]
        return agency, rank + turn * len(self._places[wheel][agency]) + 1

    def position(self, day: int, agency: int, running: int) -> int | None:
        """The way back; None when the agency receives nothing on that wheel."""
        places = self._places[day % _WHEELS][agency]
        if not places or running < 1:
            return None
        turn, rank = divmod(running - 1, len(places))
        return turn * _SLOTS + places[rank]


def _ranked(wheel: list[int]) -> list[tuple[int, int]]:
    seen: dict[int, int] = {}
    ranked = []
    for agency in wheel:
        ranked.append((agency, seen.get(agency, 0)))
        seen[agency] = seen.get(agency, 0) + 1
    return ranked


def _places(wheel: list[int], agencies: int) -> list[list[int]]:
    places: list[list[int]] = [[] for _ in range(agencies)]
    for slot, agency in enumerate(wheel):
        places[agency].append(slot)
    return places


def _weight(day: date) -> float:
    return _MONTH[day.month] * (_AFTER_A_BREAK if day.weekday() == 0 else 1.0)


def day_span(days: Sequence[int], first: int | None, last: int | None) -> tuple[int, int]:
    """Positions, end excluded, of the sorted day numbers between first and last."""
    low = 0 if first is None else bisect_left(days, first)
    high = len(days) if last is None else bisect_right(days, last)
    return low, max(low, high)
