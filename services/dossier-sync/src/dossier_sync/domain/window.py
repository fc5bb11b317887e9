"""Which part of a portal's list a run reads: never the hot edge, never less than what may have been missed.

A portal stamps a dossier when its transaction begins and shows it when the transaction commits. A run therefore ends
``margin`` before now, and the next one begins ``overlap`` before the end of the last: a dossier whose commit came up
to ``margin + overlap`` after its stamp is read by one of them. Nothing here is taken from what was seen, so no odd
time of change, rounded or of the year 2099, can move a window.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Window:
    """How a run's window is cut. ``margin`` before now, ``overlap`` before the watermark, ``skew`` of portal clocks."""

    margin: timedelta
    overlap: timedelta
    skew: timedelta

    def until(self, now: datetime) -> datetime:
        """The end of a window cut now."""
        return now - self.margin

    def since(self, watermark: datetime) -> datetime:
        """The start of a window that continues from a watermark."""
        return watermark - self.overlap

    def latest(self, until: datetime) -> datetime:
        """The latest time of change a portal may tell in a run whose window ends at ``until``."""
        return until + self.margin + self.skew


def good_watermark(held: datetime | None, proven: Sequence[datetime], until: datetime) -> datetime | None:
    """The watermark to go on from: the one held, unless the proven runs say otherwise.

    ``proven`` are the ends of the newest proven runs, the newest first; ``until`` is the end of the window now cut. A
    watermark that is lost is regained from them; one further on than any run proved would skip rows, so the proven one
    counts; one in the future (our own clock was wrong when it was written) is passed over for the one before it. None:
    nothing was ever proven, and the whole list must be read.
    """
    good = [end for end in proven if end <= until]
    if held is not None and held <= until and (not good or held <= good[0]):
        return held
    return good[0] if good else None


def hot_slice(
    stamps: Sequence[Any], after: datetime, until: datetime, instant: Callable[[Any], datetime | None]
) -> tuple[int, int]:
    """Where on a page the records stand that are too fresh to be read: those changed within (after, until].

    ``stamps`` are times of change as the portal writes them, the newest first, read by ``instant`` where needed: on
    most pages the first look tells that there are none.
    """
    newest = instant(stamps[0]) if stamps else None
    if newest is not None and newest <= after:
        return 0, 0
    fresh = [n for n, stamp in enumerate(stamps) if (at := instant(stamp)) and after < at <= until]
    return (fresh[0], fresh[-1] + 1) if fresh else (0, 0)


def is_before(at: datetime | None, limit: datetime | None) -> bool:
    """Whether a page that ends at ``at`` reaches behind the start of the window. Equal times are read on."""
    return at is not None and limit is not None and at < limit
