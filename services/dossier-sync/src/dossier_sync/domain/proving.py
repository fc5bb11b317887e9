"""What a run may claim about the list it read. Pure; completeness is decided here and nowhere else.

A portal's list moves while it is read. In the order "last changed first" a new or changed dossier pushes the others
away from the front, so what was not read yet can be met twice, never missed; a deletion pulls them towards the front,
over the place already read, and the falling total shows it. Where dossiers share a time of change their order may
differ from page to page: one that was passed over is then paid for by another that was listed twice.

The portal's total is evidence, never loop control: it may be missing, capped or wrong. What counts is how many
different dossiers were listed since the list last shrank. A pass that does not add up is read again, a few times.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from dossier_sync.domain.dossier import SourcePage
from dossier_sync.domain.limits import USUAL

_NO_TIME = timedelta(0)
_PASSES = USUAL.passes


@dataclass(frozen=True, slots=True)
class Pass:
    """One reading of the list, as far as it came.

    ``number`` counts the run's passes from 1; ``since`` is the first whose dossiers still count together, because the
    list did not shrink after it began. ``rows`` were listed in this pass, ``unread`` of them lie in gaps. ``total`` is
    the portal's newest count (None: it tells none), ``fell`` by how much it shrank within the pass. ``disordered``:
    times of change rise on a page; ``jumped``: from a page to the next; ``tied``: one is shared across their edge.
    ``newest`` and ``oldest`` are the times of change at the two ends of what was read. ``before``: how many different
    dossiers the passes before listed.
    """

    number: int = 1
    since: int = 1
    rows: int = 0
    unread: int = 0
    total: int | None = None
    fell: int = 0
    disordered: bool = False
    jumped: bool = False
    tied: bool = False
    newest: datetime | None = None
    oldest: datetime | None = None
    before: int | None = None

    def after(self, page: SourcePage, *, shifted: bool = False) -> "Pass":
        """The pass with one page more.

        ``shifted``: the page begins with a dossier this pass has listed. New ones pushed it there; that its time of
        change is not older then says nothing against the order, and between the two pages nothing was passed over.
        """
        oldest, newest = self.oldest, page.newest
        step = None if shifted or oldest is None or newest is None else newest - oldest
        return replace(
            self.recounted(page.total),
            rows=self.rows + page.rows,
            disordered=self.disordered or not page.ordered,
            jumped=self.jumped or (step is not None and step > _NO_TIME),
            tied=self.tied or step == _NO_TIME,
            newest=self.newest or page.newest,
            oldest=page.oldest,
        )

    def is_followed_by(self, page: SourcePage) -> bool:
        """Whether the page begins with an older time of change than was read last, or one of the two is not known."""
        return self.oldest is None or page.newest is None or page.newest < self.oldest

    def recounted(self, total: int | None) -> "Pass":
        """The pass with a newer total of the portal; below zero it tells none."""
        told = total if total is not None and total >= 0 else None
        fell = max(0, self.total - told) if self.total is not None and told is not None else 0
        return replace(self, total=told, fell=self.fell + fell)

    def without(self, rows: int) -> "Pass":
        """The pass with so many rows that could not be read."""
        return replace(self, rows=self.rows + rows, unread=self.unread + rows)

    def again(self, together: int) -> "Pass":
        """The next pass. What the passes listed counts together only as long as the list did not shrink."""
        since = self.number + 1 if self.fell else self.since
        return Pass(number=self.number + 1, since=since, before=None if self.fell else together)


class Finding(Enum):
    """What a pass shows."""

    PROVEN = auto()
    """Nothing of the window can have been passed over."""
    AGAIN = auto()
    """It does not add up; another pass may."""
    UNPROVEN = auto()
    """It does not add up, and reading once more would not help."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding; ``missing`` rows may have been passed over. ``asks_full``: only the whole list can tell.

    ``listed`` counts the different dossiers that the whole list showed; 0 where nobody counted them.
    """

    finding: Finding
    missing: int = 0
    asks_full: bool = False
    listed: int = 0


PROVEN = Judged(Finding.PROVEN)


def of_changes(seen: Pass, *, alone: int, ended: bool, passes: int = _PASSES) -> Judged:
    """Of a pass over what changed, of ``passes`` at most. ``alone`` dossiers were listed by it; ``ended``: it came to
    the end of the list.

    An order that does not hold on a page holds nowhere. Between two pages so much may have arrived that nothing on the
    second was listed before, when a worker takes over from another: that is worth another pass.
    """
    if seen.unread:
        return Judged(Finding.UNPROVEN, seen.unread)
    if seen.disordered:
        return Judged(Finding.UNPROVEN, max(1, seen.rows - alone), asks_full=True)
    if seen.fell or seen.jumped or (seen.tied and alone < seen.rows):
        return _again(seen, max(seen.fell, seen.rows - alone), passes, asks_full=True)
    if ended and seen.total is not None and seen.rows < seen.total:
        return _again(seen, seen.total - seen.rows, passes, asks_full=True)
    return PROVEN


def of_whole_list(seen: Pass, *, alone: int, together: int, passes: int = _PASSES) -> Judged:
    """Of a pass over the whole list, of ``passes`` at most: ``alone`` dossiers were listed by it, ``together`` by those
    since ``since``."""
    total = seen.total
    missing = max(0, (total or 0) - together)
    if seen.unread:
        return Judged(Finding.UNPROVEN, max(seen.unread, missing))
    if seen.fell:
        return _again(seen, max(seen.fell, missing), passes)
    in_order = not seen.disordered and not seen.jumped
    agreed = seen.number > seen.since and together == alone == seen.before
    if total is None or total < alone:
        return PROVEN if agreed else _again(seen, 1, passes)
    if together >= total:
        return PROVEN if agreed or in_order else _again(seen, 1, passes)
    if agreed and seen.rows >= total and not seen.tied and in_order:
        return PROVEN  # every place was read twice: the portal lists some dossiers at two of them
    return _again(seen, missing, passes)


def of_days(seen: Pass, *, inside: int, unfinished: int, together: int | None, passes: int = _PASSES) -> Judged:
    """Of a pass that could not go on page by page and read the days one by one, no page of any a second one.

    Each day, or some days together, came in one answer, so nothing moves from a page to another. The days held
    ``inside`` rows by the portal's counts, ``unfinished`` of which no answer gave; rows of no day at all make its total
    larger. ``together``: different dossiers of the whole list listed so; None where only what changed was asked for.
    """
    total = seen.total
    if total is None:
        return Judged(Finding.UNPROVEN, max(1, unfinished))
    short = max(unfinished, total - inside, seen.fell, 0 if together is None else total - together)
    if short > 0:
        return _again(seen, short, passes, asks_full=together is None)
    return replace(PROVEN, listed=together or 0)


def _again(seen: Pass, missing: int, passes: int, *, asks_full: bool = False) -> Judged:
    if seen.number < passes:
        return Judged(Finding.AGAIN, missing)
    return Judged(Finding.UNPROVEN, max(1, missing), asks_full)


def is_cut(counted: int, earlier: int, later: int) -> bool:
    """Whether a search gives so many rows and no more: its two halves hold more than the whole is said to."""
    return earlier + later > counted


def moved_back(front: datetime | None, known_front: datetime | None) -> bool:
    """Whether a list that is read from its newest dossier begins earlier than it once did.

    The newest dossier was deleted, or the portal was restored from a backup: what changed since then may be gone or
    undone, and a window that begins at our watermark would show nothing of it.
    """
    return known_front is not None and (front is None or front < known_front)
