"""A million dossiers, each shown some time after the time of change it carries, while runs read the edge: none is lost.

Only the portal is played. The windows are cut, the hot edge is left out, the pages are added up and the end of the
reading is found by the functions that a run uses, and the watermark moves only when they say that it may.
"""

import random
from bisect import insort
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

import pytest

from dossier_sync.domain.dossier import SourcePage
from dossier_sync.domain.proving import Finding, Pass, of_changes
from dossier_sync.domain.window import Window, good_watermark, hot_slice, is_before

WINDOW = Window(margin=timedelta(seconds=30), overlap=timedelta(seconds=300), skew=timedelta(seconds=300))
START = datetime(2026, 1, 5, tzinfo=UTC)
EVERY = 60.0
PAGE = 200
Row = tuple[datetime, int]


class Listing:
    """A portal's list, the last changed first, at any moment of its life. Rows far behind every window are dropped."""

    def __init__(self, commits: Iterator[tuple[datetime, Row]], kept: timedelta) -> None:
        self._commits, self._kept, self._rows = commits, kept, list[Row]()
        self._next: tuple[datetime, Row] | None = next(commits, None)
        self.total = 0

    def at(self, moment: datetime, number: int) -> list[Row]:
        """Page ``number`` as it is at a moment; moments never go back."""
        while self._next is not None and self._next[0] <= moment:
            insort(self._rows, self._next[1])
            self.total += 1
            self._next = next(self._commits, None)
        end = len(self._rows) - number * PAGE
        return self._rows[max(0, end - PAGE) : max(0, end)][::-1]

    def forget(self, moment: datetime) -> None:
        del self._rows[: _behind(self._rows, moment - self._kept)]

    @property
    def is_over(self) -> bool:
        return self._next is None


def _behind(rows: list[Row], limit: datetime) -> int:
    return next((n for n, row in enumerate(rows) if row[0] >= limit), len(rows))


def commits(count: int, longest: timedelta, seed: int) -> Iterator[tuple[datetime, Row]]:
    """(shown at, (time of change, number)) in the order they are shown; delays are mostly short, some the longest."""
    rng = random.Random(seed)  # noqa: S311 - a simulation, no secret
    waiting: list[tuple[datetime, Row]] = []
    stamped = START
    for number in range(count):
        stamped += timedelta(seconds=rng.expovariate(4.0))
        kind = rng.random()
        delay = longest if kind < 0.001 else longest * (rng.random() if kind < 0.05 else 0.01 * rng.random())
        heappush(waiting, (stamped + delay, (stamped, number)))
        while waiting[0][0] <= stamped:
            yield heappop(waiting)
    while waiting:
        yield heappop(waiting)


def lost(window: Window, *, count: int, longest: timedelta, seed: int = 20260105) -> int:
    """How many of ``count`` dossiers no run ever read, when a portal shows them up to ``longest`` after their stamp."""
    rng = random.Random(seed)  # noqa: S311 - a simulation, no secret
    listing = Listing(commits(count, longest, seed), kept=2 * (WINDOW.margin + WINDOW.overlap) + timedelta(hours=1))
    stored: set[int] = set()
    watermark, proven, now, rest = START, list[datetime](), START, 20
    while rest:
        now += timedelta(seconds=EVERY * (0.5 + rng.random()))
        until = window.until(now)
        begin = good_watermark(watermark, proven[-2:][::-1], until)
        assert begin is not None
        judged_well = _run(window, listing, stored, now, begin, breaks=rng.random() < 0.1)
        if judged_well:
            watermark = until
            proven.append(until)
        listing.forget(min(watermark, now))
        rest -= listing.is_over and now > START + timedelta(hours=1)
    return count - len(stored)


def _run(
    window: Window, listing: Listing, stored: set[int], now: datetime, watermark: datetime, *, breaks: bool
) -> bool:
    """One run. Half a second goes by from page to page, and the list moves meanwhile. False: it was not proven."""
    until, since = window.until(now), window.since(watermark)
    seen, number, ended, before = Pass(), 0, False, set[str]()
    while not ended:
        rows = listing.at(now + timedelta(seconds=0.5 * number), number)
        page = _page(rows, number, listing.total, until, window.latest(until))
        if breaks and number:
            return False
        stored.update(map(int, page.keys))
        seen = seen.after(page, shifted=not before.isdisjoint(page.foremost))
        before = {*page.keys, *page.hot_keys}
        ended = page.last or is_before(page.oldest, since)
        number += 1
    return of_changes(seen, alone=seen.rows, ended=False).finding is Finding.PROVEN


def _page(rows: list[Row], number: int, total: int, until: datetime, latest: datetime) -> SourcePage:
    stamps = [row[0] for row in rows]
    first, last = hot_slice(stamps, until, latest, lambda stamp: stamp)
    keys = [str(row[1]) for row in rows]
    page = SourcePage(number, keys, [], [], total, not rows, 0, 0, None, None, True)
    if not rows:
        return page
    cold = keys[:first] + keys[last:]
    return replace(page, keys=cold, hot=last - first, hot_keys=keys[first:last], newest=stamps[0], oldest=stamps[-1])


@pytest.mark.fault("F49")
@pytest.mark.slow
def test_f49_of_a_million_late_commits_none_is_lost() -> None:
    assert lost(WINDOW, count=1_000_000, longest=WINDOW.margin + WINDOW.overlap) == 0


@pytest.mark.fault("F49")
@pytest.mark.parametrize(
    "narrowed",
    [
        replace(WINDOW, overlap=timedelta(0)),
        replace(WINDOW, overlap=WINDOW.overlap / 2),
        replace(WINDOW, margin=timedelta(0), overlap=timedelta(seconds=200)),
    ],
    ids=["no overlap", "half the overlap", "no margin"],
)
def test_f49_with_a_narrower_window_rows_would_be_lost(narrowed: Window) -> None:
    """The simulation can fail: what the margin and the overlap protect from is really there."""
    assert lost(narrowed, count=50_000, longest=WINDOW.margin + WINDOW.overlap) > 0


@pytest.mark.fault("F49")
def test_f49_the_bound_is_the_margin_and_the_overlap_together() -> None:
    assert lost(WINDOW, count=50_000, longest=2 * (WINDOW.margin + WINDOW.overlap)) > 0
