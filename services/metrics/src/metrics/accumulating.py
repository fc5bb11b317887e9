"""The cells of all tallies while the ledger is walked from its first entry on, slice by slice.

A rebuild writes what it gives; ``verify`` compares what is stored with it.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from metrics.domain.folding import Cell, Key
from metrics.repository.tallies import State


@contextmanager
def without_collector() -> Iterator[None]:
    """Hold a million cells without the garbage collector walking through them again and again: they form no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Cells:
    """What each cell holds, and since which slice."""

    def __init__(self) -> None:
        self._held: dict[Key, tuple[int, Cell]] = {}

    def __len__(self) -> int:
        return len(self._held)

    def unknown(self, keys: Iterable[Key]) -> list[Key]:
        """Those of the keys that are not held."""
        return [key for key in keys if key not in self._held]

    def take_back(self, states: Iterable[State]) -> None:
        """Hold cells again that were given away."""
        self._held |= {key: (since, cell) for key, since, cell in states}

    def add(self, deltas: Mapping[Key, Cell], slice_: int) -> list[State]:
        """Add what entries of a slice changed; slices never go back. Returns what the changed cells were before it."""
        held, past = self._held, []
        for key, delta in deltas.items():
            known = held.get(key)
            if known is None:
                held[key] = (slice_, delta.copy())
                continue
            since, cell = known
            if since < slice_:
                past.append((key, since, cell))
                cell = cell.copy()
                held[key] = (slice_, cell)
            for counter, number in delta.items():
                cell[counter] = cell.get(counter, 0) + number
        return past

    def give_away(self) -> list[State]:
        """Every cell as it stands; none is held afterwards."""
        held, self._held = self._held, {}
        return [(key, since, cell) for key, (since, cell) in held.items()]
