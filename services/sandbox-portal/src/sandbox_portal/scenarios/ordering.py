"""The list ordered by ``updated`` of a book that holds no list: which dossier stands at a position.

At first the order is that of the numbers. A round of changes takes one residue class out of the middle and puts
it at the end; late arrivals are put at the end. So the list is a few segments, each with its own arithmetic.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """Dossiers ``numbers(0) … numbers(count - 1)`` in a row: of each block of ``modulus`` those at ``places``."""

    count: int
    modulus: int
    places: tuple[int, ...]
    first: int = 0

    def number(self, position: int) -> int:
        """The dossier at a position inside the segment."""
        block, place = divmod(position, len(self.places))
        return self.first + block * self.modulus + self.places[place]


class Ordering:
    """Segments from oldest to newest over ``total`` dossiers."""

    def __init__(self, total: int) -> None:
        self._base = total
        self._moved: list[int | Segment] = []
        self._modulus = 1
        self.segments = [Segment(total, 1, (0,))]

    def __len__(self) -> int:
        return sum(segment.count for segment in self.segments)

    def move(self, modulus: int, residue: int) -> int:
        """Puts the class to the end, as just updated; answers its size."""
        self._modulus = modulus
        self._moved = [event for event in self._moved if event != residue] + [residue]
        self._settle()
        return self._size(residue)

    def append(self, count: int) -> int:
        """Puts new dossiers to the end; answers the number of the first."""
        first = len(self)
        self._moved.append(Segment(count, 1, (0,), first))
        self._settle()
        return first

    def numbers(self, start: int, stop: int) -> Iterator[int]:
        """The dossiers at positions start … stop - 1, oldest first."""
        offset = 0
        for segment in self.segments:
            first, last = max(start - offset, 0), min(stop - offset, segment.count)
            for position in range(first, last):
                yield segment.number(position)
            offset += segment.count

    def _settle(self) -> None:
        moved = [event for event in self._moved if isinstance(event, int)]
        kept = tuple(place for place in range(self._modulus) if place not in moved)
        rest = self._base - sum(map(self._size, moved))
        self.segments = [Segment(rest, self._modulus, kept)] if rest else []
        for event in self._moved:
            self.segments.append(event if isinstance(event, Segment) else self._class(event))

    def _class(self, residue: int) -> Segment:
        return Segment(self._size(residue), self._modulus, (residue,))

    def _size(self, residue: int) -> int:
        return (self._base - residue + self._modulus - 1) // self._modulus
