"""The cells of all tallies while the ledger is walked from its first entry on, slice by slice.

A rebuild writes what it gives; ``verify`` compares what is stored with it.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from metrics.domain.folding import Cell, Key
from metrics.repository.cells import Past, Standing


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
    """What each cell holds, since which slice, and the slice in which it was born. New ones are numbered 1, 2, …"""

    def __init__(self) -> None:
        self._held: dict[Key, tuple[int, int, int, Cell]] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._held)

    def unknown(self, keys: Iterable[Key]) -> list[Key]:
        """Those of the keys that are not held."""
        return [key for key in keys if key not in self._held]

    def take_back(self, standing: Iterable[Standing]) -> None:
        """Hold cells again that were given away."""
        self._held |= {one.key: one[1:] for one in standing}

    def add(self, deltas: Mapping[Key, Cell], slice_: int) -> list[Past]:
        """Add what entries of a slice changed; slices never go back. Returns what the changed cells were before it."""
        held, past = self._held, []
        for key, delta in deltas.items():
            known = held.get(key)
            if known is None:
                self._last += 1
                held[key] = (self._last, slice_, slice_, delta.copy())
                continue
            number, born, since, cell = known
            if since < slice_:
                past.append(Past(number, since, cell))
                cell = cell.copy()
                held[key] = (number, born, slice_, cell)
            for counter, moved in delta.items():
                cell[counter] = cell.get(counter, 0) + moved
        return past

    def give_away(self) -> list[Standing]:
        """Every cell as it stands; none is held afterwards."""
        held, self._held = self._held, {}
        return [Standing(key, *one) for key, one in held.items()]
