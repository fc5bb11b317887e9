"""A book of dossiers as the faults of the moment let it be seen.

Without a fault it is the book itself and costs one look at a context variable. With one, every dossier is taken up,
changed, sorted and searched anew: right for the small scenarios, refused for large ones.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from itertools import count

from sandbox_portal.faults.model import Listing
from sandbox_portal.scenarios.lifecycle import matches
from sandbox_portal.scenarios.model import Arrivals, Dossier, DossierBook, DossierQuery

MOST_LISTED = 250_000
"""More dossiers than this are not re-listed for a fault: a page would take seconds."""

_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Relisting:
    """What to do to the list, in order. ``key`` tells one state of it from every other."""

    changes: tuple[Callable[[Listing], None], ...]
    key: str


_NONE = Relisting((), "")
_NOW: ContextVar[Relisting] = ContextVar("relisting", default=_NONE)


@contextmanager
def relisted(changes: tuple[Callable[[Listing], None], ...]) -> Iterator[None]:
    """Whoever asks a book inside sees it changed so."""
    token = _NOW.set(Relisting(changes, f"~{next(_NUMBERS)}") if changes else _NONE)
    try:
        yield
    finally:
        _NOW.reset(token)


def is_relisted() -> bool:
    """Whether this request sees another list than the world's."""
    return bool(_NOW.get().changes)


class RelistedBook:
    """Implements ``DossierBook`` over another. ``standing``: what holds without a request, for counts of the truth."""

    def __init__(self, book: DossierBook, standing: Callable[[], Relisting]) -> None:
        self._book, self._standing = book, standing

    @property
    def version(self) -> str:
        return self._book.version + (_NOW.get() if is_relisted() else self._standing()).key

    @property
    def period(self) -> tuple[date, date]:
        return self._book.period

    def find(self, code: str) -> Dossier | None:
        now = _NOW.get()
        if not now.changes:
            return self._book.find(code)
        return next((d for d in self._listing(now).dossiers if d.code == code), None)

    def search(
        self, query: DossierQuery, *, newest_first: bool, start: int, stop: int
    ) -> tuple[int, Iterable[Dossier]]:
        now = _NOW.get()
        if not now.changes:
            return self._book.search(query, newest_first=newest_first, start=start, stop=stop)
        listing = self._listing(now)
        found = [dossier for dossier in listing.dossiers if matches(dossier, query)]
        found.sort(key=lambda dossier: (dossier.updated, listing.tie(dossier)), reverse=newest_first)
        found = found[: listing.longest]
        return len(found), found[start:stop]

    def every(self) -> Iterable[Dossier]:
        now = _NOW.get() if is_relisted() else self._standing()
        return self._listing(now).dossiers if now.changes else self._book.every()

    def change(self, *, share: float, round_: int) -> int:
        return self._book.change(share=share, round_=round_)

    def arrive(self, count: int) -> Arrivals:
        return self._book.arrive(count)

    def _listing(self, now: Relisting) -> Listing:
        listing = Listing(list(self._book.every()))
        for change in now.changes:
            change(listing)
        return listing
