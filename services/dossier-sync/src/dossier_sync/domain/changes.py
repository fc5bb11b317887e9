"""What one page changes: new dossiers, newer versions, older ones kept as history, records set aside.

Pure: it is given what is stored and decides; the repository writes what it decides.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dossier_sync.domain.dossier import Dossier, PortalRecord, Quarantined, SourcePage
from dossier_sync.domain.intake import Bounds, admit
from dossier_sync.domain.line import Place, line

Decode = Callable[[Any, str, bytes], PortalRecord | Quarantined]
"""(raw record, key, hash) -> the record as read, or set aside where it lacks the agreed shape."""


@dataclass(frozen=True, slots=True)
class Known:
    """A stored dossier: the version that counts, how many revisions there are, and where the last one stands."""

    dossier: Dossier
    revisions: int
    last: Place


@dataclass(slots=True)
class Changes:
    """What to write. ``lines`` are revisions, not yet in order; ``same`` are equal facts in other bytes."""

    lines: list[bytes] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    older: list[Dossier] = field(default_factory=list)
    same: list[tuple[str, bytes]] = field(default_factory=list)
    aside: list[Quarantined] = field(default_factory=list)


def distinct(page: SourcePage) -> SourcePage:
    """The page with each dossier once. A code met twice: the first is newer, for the list is ordered so."""
    first = {key: n for n, key in reversed(list(enumerate(page.keys)))} if len(set(page.keys)) < len(page.keys) else {}
    if not first:
        return page
    kept = sorted(first.values())
    return replace(
        page,
        keys=[page.keys[n] for n in kept],
        hashes=[page.hashes[n] for n in kept],
        raws=[page.raws[n] for n in kept],
    )


def take_new(page: SourcePage, positions: Iterable[int], decode: Decode, bounds: Bounds, found: Changes) -> None:
    """Records whose dossier is not stored yet."""
    lines, aside = found.lines, found.aside
    raws, keys, hashes = page.raws, page.keys, page.hashes
    for n in positions:
        key, source_hash = keys[n], hashes[n]
        record = decode(raws[n], key, source_hash)
        if isinstance(record, Quarantined):
            aside.append(record)
            continue
        dossier = admit(record, key, source_hash, None, bounds)
        if isinstance(dossier, Quarantined):
            aside.append(dossier)
        else:
            lines.append(line(dossier, 1, True, None))
            found.new += 1


def take_changed(
    page: SourcePage,
    positions: Iterable[int],
    known: Mapping[str, Known],
    decode: Decode,
    bounds: Bounds,
    found: Changes,
) -> None:
    """Records whose dossier is stored with other bytes: newer, the same after all, or older than what is stored."""
    for n in positions:
        key, source_hash = page.keys[n], page.hashes[n]
        record, stored = decode(page.raws[n], key, source_hash), known[key]
        taken = record if isinstance(record, Quarantined) else admit(record, key, source_hash, stored.dossier, bounds)
        if isinstance(taken, Quarantined):
            found.aside.append(taken)
        elif taken.says_the_same(stored.dossier):
            found.same.append((key, source_hash))
        elif taken.supersedes(stored.dossier.modified_at, stored.dossier.status):
            found.lines.append(line(taken, stored.revisions + 1, True, stored.last))
            found.changed += 1
        else:
            found.older.append(_by_itself(taken))


def add_history(older: Iterable[Dossier], known: Mapping[str, Known], found: Changes) -> None:
    """Older versions that were never seen before: kept, without moving what counts."""
    for dossier in older:
        stored = known[dossier.dossier_code]
        found.lines.append(line(dossier, stored.revisions + 1, False, stored.last))


def _by_itself(dossier: Dossier) -> Dossier:
    """An older version takes nothing over from the newer one that is stored."""
    return dossier._replace(first_due_on=dossier.due_on, supplements=None)
