"""Parts of a page: how a page that cannot be read is narrowed down to the records that break it. Pure."""

from typing import NamedTuple


class Slice(NamedTuple):
    """Page ``number``, counted from 0, at ``size`` records a page."""

    number: int
    size: int

    @property
    def first(self) -> int:
        """Position of its first record in the portal's list, from 0."""
        return self.number * self.size

    @property
    def end(self) -> int:
        """Position behind its last record."""
        return self.first + self.size


def sizes(full: int) -> list[int]:
    """The sizes a page of ``full`` records is narrowed through, down to a single one; each divides the one before."""
    found, left = [full], full
    while left > 1:
        left //= next(n for n in range(2, left + 1) if left % n == 0)
        found.append(left)
    return found


def narrower(part: Slice, full: int) -> Slice | None:
    """The beginning of a part, at the next smaller size; None when it is a single record."""
    smaller = next((size for size in sizes(full) if size < part.size), None)
    return None if smaller is None else Slice(part.first // smaller, smaller)


def widest(position: int, full: int) -> Slice:
    """The longest part that begins at a position: portals page by number, so it begins at a multiple of its size."""
    size = next(size for size in sizes(full) if position % size == 0)
    return Slice(position // size, size)
