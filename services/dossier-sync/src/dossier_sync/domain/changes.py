"""What one page changes: new dossiers, newer versions, older ones kept as history, records set aside.

Pure: it is given what is stored and decides; the repository writes what it decides.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dossier_sync.domain.dossier import Dossier, PortalRecord, Quarantined, Reason, SourcePage
from dossier_sync.domain.intake import ODD_HISTORY, Bounds, admit, advance, step_aside
from dossier_sync.domain.line import Place, line
from dossier_sync.domain.precedence import Copy, Standing, differences
from dossier_sync.domain.step import Step, with_disagreement

Told = PortalRecord | Step | Quarantined
Decode = Callable[[Any, str, bytes], Told]
"""(raw record, key, hash) -> the record as read, or set aside where it lacks the agreed shape."""


class Known(NamedTuple):
    """A stored dossier: the version that counts, how many revisions there are, where the last one stands, and the
    digest of the record it was last told by (that of the version, or of other bytes with the same facts).

    ``place``: where the version that counts stands, and so who told it. ``standing``: of whoever asks, against them.
    ``copied``: other feeds tell the dossier too.
    """

    dossier: Dossier
    revisions: int
    last: Place
    told_hash: bytes
    place: Place
    standing: Standing = Standing.OWN
    copied: bool = False


@dataclass(slots=True)
class Changes:
    """What to write. ``lines`` are revisions, not yet in order; ``same`` are equal facts in other bytes."""

    lines: list[bytes] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    older: list[Dossier] = field(default_factory=list)
    same: list[tuple[str, bytes]] = field(default_factory=list)
    stepped: list[tuple[str, bytes]] = field(default_factory=list)
    """Heads moved by a step: they stay known by the digest of the dossier's own record."""
    aside: list[Quarantined] = field(default_factory=list)
    went_back: list[str] = field(default_factory=list)
    """Dossiers told in an older version than is stored, whether that one was seen before or not."""
    conflicts: int = 0
    anomalies: int = 0
    copies: dict[str, Copy] = field(default_factory=dict)
    copies_differ: int = 0
    taken_over: list[str] = field(default_factory=list)
    """Heads that another feed told until now."""
    moved: dict[str, Dossier] = field(default_factory=dict)
    """Heads that say something else from now on and have copies: those are compared again."""

    @property
    def known_copies(self) -> int:
        """Copies that say nothing the dossier's history does not hold."""
        return sum(1 for one in self.copies.values() if one.feed_id is None and one.place is not None)

    def move(self, taken: Dossier, stored: Known) -> None:
        """The version that counts from now on. Who told the one before still tells it, unless it is gone there."""
        self.lines.append(line(taken, stored.revisions + 1, True, stored.last))
        self.changed += 1
        another = stored.standing is not Standing.OWN
        if another:
            self.taken_over.append(taken.dossier_code)
            if not stored.dossier.gone:
                before = Copy(stored.told_hash, (), stored.place, stored.place.feed_id)
                self.copies[taken.dossier_code] = before
        if another or stored.copied:
            self.moved[taken.dossier_code] = taken

    def keep_copy(self, taken: Dossier, stored: Known) -> None:
        """What another feed than the one that counts says, and in which facts it differs."""
        differs = differences(taken, stored.dossier)
        self.copies_differ += bool(differs)
        known = stored.place if taken.says_the_same(stored.dossier) else None
        self.copies[taken.dossier_code] = Copy(taken.source_hash, differs, known)

    def look_at(self, taken: Dossier, stored: Dossier) -> None:
        """Counts what is odd about a version that differs from the stored one, and changes nothing by it."""
        if taken.modified_at == stored.modified_at and not stored.gone:
            self.conflicts += 1
        odd = {*(taken.flags or ())} & ODD_HISTORY
        if odd - {*(stored.flags or ())}:
            self.anomalies += 1


class NewRecords:
    """A page's records read as dossiers that are not stored yet: each once, and ahead of need where that is likely.

    Reading ahead needs nothing of the database, so it can be done while the page before is written.
    """

    def __init__(self, page: SourcePage, decode: Decode, bounds: Bounds) -> None:
        self.page, self._decode, self._bounds = page, decode, bounds
        self._read: list[bytes | Quarantined] = []

    def read_ahead(self, portion: int) -> Iterator[None]:
        """Reads every record, pausing after each ``portion`` of them."""
        for begin in range(0, len(self.page.keys), portion):
            self._read.extend(map(self._read_one, range(begin, min(begin + portion, len(self.page.keys)))))
            yield

    def __getitem__(self, n: int) -> bytes | Quarantined:
        """The line of the record's first revision, or the record set aside."""
        return self._read[n] if n < len(self._read) else self._read_one(n)

    def _read_one(self, n: int) -> bytes | Quarantined:
        key, source_hash = self.page.keys[n], self.page.hashes[n]
        record = self._decode(self.page.raws[n], key, source_hash)
        if isinstance(record, Quarantined):
            return record
        if isinstance(record, Step):
            return step_aside(record, key, source_hash, Reason.DOSSIER_UNKNOWN)
        dossier = admit(record, key, source_hash, None, self._bounds)
        return dossier if isinstance(dossier, Quarantined) else line(dossier, 1, True, None)


def take_new(records: NewRecords, positions: Iterable[int], found: Changes) -> None:
    """Records whose dossier is not stored yet."""
    for n in positions:
        taken = records[n]
        if isinstance(taken, Quarantined):
            found.aside.append(taken)
        else:
            found.lines.append(taken)
    found.new = len(found.lines)


def take_changed(
    page: SourcePage,
    positions: Iterable[int],
    known: Mapping[str, Known],
    decode: Decode,
    bounds: Bounds,
    found: Changes,
) -> None:
    """Records whose dossier is stored with other bytes, as gone, or as another feed told it."""
    for n in positions:
        key, source_hash = page.keys[n], page.hashes[n]
        record, stored = decode(page.raws[n], key, source_hash), known[key]
        if isinstance(record, Step):
            _take_step(record, source_hash, stored, bounds, found)
            continue
        # A feed of another rank begins a history of its own: what the other one saw before is not what it saw.
        goes_on = stored.standing not in (Standing.NEARER, Standing.FARTHER)
        previous = stored.dossier if goes_on else None
        taken = record if isinstance(record, Quarantined) else admit(record, key, source_hash, previous, bounds)
        if isinstance(taken, Quarantined):
            found.aside.append(taken)
        elif stored.standing is Standing.NEARER or (stored.dossier.gone and not goes_on):
            found.move(taken, stored)
        elif stored.standing is Standing.FARTHER:
            found.keep_copy(taken, stored)
            if not taken.says_the_same(stored.dossier):
                found.older.append(taken)
        else:
            _take_version(taken, stored, bounds, found)


def _take_version(taken: Dossier, stored: Known, bounds: Bounds, found: Changes) -> None:
    """A version that counts if it is the newest."""
    key, own = taken.dossier_code, stored.standing is Standing.OWN
    if taken.says_the_same(stored.dossier):
        if own:
            found.same.append((key, taken.source_hash))
        elif stored.standing is Standing.HEIR:
            found.move(taken, stored)
        else:
            found.keep_copy(taken, stored)
    elif bounds.accept_older or taken.supersedes(stored.dossier.modified_at, stored.dossier.status):
        found.look_at(taken, stored.dossier)
        found.move(taken, stored)
    elif stored.dossier.gone:
        # It is back, in an older version than the one it left in: what was newer stays, the tombstone does not.
        # The next run meets the older version again and keeps it as history.
        found.move(stored.dossier._replace(gone=False), stored)
    else:
        found.look_at(taken, stored.dossier)
        if taken.modified_at < stored.dossier.modified_at:
            found.went_back.append(key)
        found.older.append(_by_itself(taken))
        if not own:
            found.keep_copy(taken, stored)


def take_again(
    known: Mapping[str, Known], before: Mapping[str, Dossier], decode: Decode, bounds: Bounds, found: Changes
) -> None:
    """Current versions read anew from what was kept of them, each after the version ``before`` it.

    They are the same bytes of the portal, so what they say today counts whatever their status was: this is no
    question of order. A version that can no longer be read stays as it was read.
    """
    for code, stored in known.items():
        kept, previous = stored.dossier, before.get(code)
        record = decode(kept.record, code, kept.source_hash)
        if isinstance(record, Quarantined) or (isinstance(record, Step) and previous is None):
            continue
        if isinstance(record, Step):
            assert previous is not None  # noqa: S101 - asked in the line before
            taken = advance(record._replace(at=kept.modified_at), kept.source_hash, previous, bounds)
        else:
            record = record._replace(particulars=kept.particulars)
            taken = admit(record, code, kept.source_hash, previous, bounds)
        if isinstance(taken, Quarantined):
            continue
        taken = _still_due(taken, kept)
        if not taken.says_the_same(kept):
            found.move(taken, stored)
            if isinstance(record, Step):
                found.stepped.append((code, stored.told_hash))


def _still_due(taken: Dossier, kept: Dossier) -> Dossier:
    """Our own due date was frozen at intake: limits that changed since may fill a gap, never move a date."""
    same = (taken.procedure_code, taken.received_on) == (kept.procedure_code, kept.received_on)
    if same and kept.statutory_due_on is not None:
        return taken._replace(statutory_due_on=kept.statutory_due_on)
    return taken


def _take_step(step: Step, source_hash: bytes, stored: Known, bounds: Bounds, found: Changes) -> None:
    """A step moves the dossier only when it happened after what is known of it; else it is history, or known.

    Of a feed that is farther from the truth than the one that told the dossier it is history always.
    """
    known, key = stored.dossier, stored.dossier.dossier_code
    taken = advance(step, source_hash, known, bounds)
    if isinstance(taken, Quarantined):
        found.aside.append(taken)
    elif (taken.modified_at, taken.status) == (known.modified_at, known.status):
        found.same.append((key, stored.told_hash))
    elif stored.standing is not Standing.FARTHER and (taken.modified_at, taken.status) > (
        known.modified_at,
        known.status,
    ):
        found.move(taken, stored)
        found.stepped.append((key, stored.told_hash))
    else:
        found.older.append(with_disagreement(_by_itself(taken), known))


def add_history(older: Iterable[Dossier], known: Mapping[str, Known], found: Changes) -> None:
    """Older versions that were never seen before: kept, without moving what counts."""
    for dossier in older:
        stored = known[dossier.dossier_code]
        found.lines.append(line(dossier, stored.revisions + 1, False, stored.last))


def _by_itself(dossier: Dossier) -> Dossier:
    """An older version takes nothing over from the newer one that is stored."""
    return dossier._replace(first_due_on=dossier.due_on, supplements=None)
