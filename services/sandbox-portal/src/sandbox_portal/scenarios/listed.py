"""A dossier book small enough to be held as a list."""

from collections.abc import Callable, Iterable
from datetime import date

from sandbox_portal.scenarios.changes import Changes
from sandbox_portal.scenarios.lifecycle import advance, matches
from sandbox_portal.scenarios.model import Arrivals, Dossier, DossierQuery

Late = Callable[[int, int, int], list[Dossier]]
"""From the first free index, how many to add and the instant they are recorded: the dossiers that arrive late."""


class ListedBook:
    """Answers searches by looking at every dossier. Implements ``DossierBook``."""

    def __init__(
        self, dossiers: Iterable[Dossier], *, period: tuple[date, date], changes_from: int, late: Late
    ) -> None:
        self._period = period
        self._dossiers = list(dossiers)
        self._changes = Changes(changes_from)
        self._late = late
        self._settle()

    @property
    def period(self) -> tuple[date, date]:
        return self._period

    @property
    def version(self) -> str:
        return self._changes.version

    def find(self, code: str) -> Dossier | None:
        return self._by_code.get(code)

    def search(
        self, query: DossierQuery, *, newest_first: bool, start: int, stop: int
    ) -> tuple[int, Iterable[Dossier]]:
        found = self._ordered if query.everything else [d for d in self._ordered if matches(d, query)]
        listed = found[::-1] if newest_first else found
        return len(found), listed[start:stop]

    def every(self) -> Iterable[Dossier]:
        return iter(self._ordered)

    def change(self, *, share: float, round_: int) -> int:
        applied = self._changes.round(share=share, number=round_)
        if applied is None:
            return 0
        chosen = [n for n, dossier in enumerate(self._dossiers) if dossier.number % applied.modulus == applied.residue]
        for position, n in enumerate(chosen):
            self._dossiers[n] = advance(self._dossiers[n], applied.starts_at + position * 1000)
        self._settle()
        return len(chosen)

    def arrive(self, count: int) -> Arrivals:
        added = self._late(len(self._dossiers), count, self._changes.arrival(count))
        self._dossiers.extend(added)
        self._settle()
        return Arrivals.of(added)

    def _settle(self) -> None:
        self._ordered = sorted(self._dossiers, key=lambda dossier: (dossier.updated, dossier.number))
        self._by_code = {dossier.code: dossier for dossier in self._dossiers}
