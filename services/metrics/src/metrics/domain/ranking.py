"""The order of rows by value, as far as it is proven: where intervals overlap no rank is told.

A row's interval holds every value it can have. Two rows stand in a proven order only when their intervals have nothing
in common, or are one and the same known number. A row whose source is not proven can have any value, so it leaves a
place open for every other one.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

Interval = tuple[Fraction, Fraction]


class Withheld(StrEnum):
    """Why a row has no rank."""

    NO_CASES = "no_cases"
    """Nothing happened: there is no value to rank, and it takes no place."""
    SOURCE_UNPROVEN = "source_unproven"
    """A portal it rests on is missing, not up to date, or counts otherwise: it can have any value."""
    BOUNDS_OVERLAP = "bounds_overlap"
    """It can have a value that another can have: which of the two is first, nobody knows."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One row to be ranked. ``interval`` None: its value has no limit; ``proven``: every source it rests on is."""

    key: str
    interval: Interval | None
    proven: bool = True
    cases: bool = True

    @property
    def known(self) -> Interval | None:
        return self.interval if self.proven else None

    @property
    def takes_a_place(self) -> bool:
        return self.cases or not self.proven


@dataclass(frozen=True, slots=True)
class Place:
    """The rank of a row (equal values share one, the next skips), or the best and worst it can have and why no more.

    All three are None without cases.
    """

    key: str
    rank: int | None
    best: int | None
    worst: int | None
    withheld: Withheld | None


def ranked(rows: Sequence[Contender], *, highest_first: bool = True) -> list[Place]:
    """The rows in order of their best place, then worst, then key; those without cases last. Every row once."""
    taking = [row for row in rows if row.takes_a_place]
    field = _Field(taking, highest_first=highest_first)
    places = [field.place(row) for row in taking]
    places.sort(key=lambda place: (place.best or 0, place.worst or 0, place.key))
    without = sorted(row.key for row in rows if not row.takes_a_place)
    return places + [Place(key, None, None, None, Withheld.NO_CASES) for key in without]


class _Field:
    """Every interval that is known, so that who is surely above or below one is two searches."""

    def __init__(self, rows: Sequence[Contender], *, highest_first: bool) -> None:
        known = [row.known for row in rows if row.known is not None]
        self._lows, self._highs = sorted(low for low, _ in known), sorted(high for _, high in known)
        self._same = Counter(low for low, high in known if low == high)
        self._number, self._highest_first = len(rows), highest_first

    def place(self, row: Contender) -> Place:
        if row.known is None:
            reason = Withheld.BOUNDS_OVERLAP if row.proven else Withheld.SOURCE_UNPROVEN
            alone = self._number == 1 and row.proven
            return Place(row.key, 1 if alone else None, 1, self._number, None if alone else reason)
        low, high = row.known
        higher, lower = len(self._lows) - bisect_right(self._lows, high), bisect_left(self._highs, low)
        before, after = (higher, lower) if self._highest_first else (lower, higher)
        sharing = self._same[low] if low == high else 1
        if before + after + sharing == self._number:
            return Place(row.key, before + 1, before + 1, before + 1, None)
        return Place(row.key, None, before + 1, self._number - after, Withheld.BOUNDS_OVERLAP)
