"""The pages of one run: read in order, saved one by one, and read again until they add up or cannot.

While one page is written the next is fetched. A page that fails although the portal answers is read in smaller parts,
down to the single record that breaks it; that one becomes a gap, and the rest goes on.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dossier_sync.ahead import Ahead, decoder, one_ahead
from dossier_sync.by_days import first_pages, know_days
from dossier_sync.domain.changes import NewRecords
from dossier_sync.domain.cursor import Cursor
from dossier_sync.domain.dossier import SourcePage
from dossier_sync.domain.intake import EARLIEST, Bounds
from dossier_sync.domain.limits import USUAL, Limits
from dossier_sync.domain.proving import Finding, Judged, is_cut, of_changes, of_days, of_whole_list
from dossier_sync.domain.slices import Slice, narrower, widest
from dossier_sync.domain.window import is_before
from dossier_sync.portals import (
    Days,
    Edge,
    ListsByDay,
    Portal,
    SignsIn,
    Sliceable,
)
from dossier_sync.repository import gaps, listing
from dossier_sync.repository.gaps import Unread
from dossier_sync.repository.heads import PageConflict
from dossier_sync.repository.listing import Standing
from dossier_sync.repository.pages import Counts, save_page
from dossier_sync.tables import feed, run
from shared.runtime.database import DATABASE_TROUBLE, is_contention, transaction
from shared.runtime.http import (
    PortalCursorLost,
    PortalError,
    PortalOversize,
    PortalPageRepeats,
    PortalRequestRefused,
    PortalShapeChanged,
    PortalUnavailable,
)
from shared.runtime.logs import logger
from shared.sync.lease import Lease, guard
from shared.sync.runs import Run, add_page
from shared.sync.tables import FULL

_log = logger(__name__)
_CONFLICTS = 3
_MOST_FAILURES = 100
"""Failed requests a run spends on narrowing down before the portal is left in peace."""
_MOST_REMEMBERED = 500_000
"""Different dossiers a worker counts by itself, some 60 MB of codes. Beyond, the database counts what was noted."""


class Drained(Exception):
    """The worker was asked to stop; the run stays unfinished and the next claim goes on from its cursor."""


class _Doubted(Exception):
    """An empty page where there should be rows: the session may have ended without a word."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be read: the run, the edge of its window, what intake may assume, what is known of the feed, and how
    far it is trusted."""

    lease: Lease
    opened: Run
    edge: Edge
    bounds: Bounds
    known: Standing
    limits: Limits = USUAL


class Reading:
    """One run's way through the list, from its cursor to a finding."""

    def __init__(self, engine: AsyncEngine, portal: Portal, task: Task, at: Cursor, stop: asyncio.Event) -> None:
        self._engine, self._portal, self._task, self._stop = engine, portal, task, stop
        self._decode = decoder(portal)
        self._ahead = Ahead(self._decode, task.bounds)
        self._marks: dict[bytes, int] = {}
        self._doubted, self._failures, self._oversized = False, 0, 0
        self._of_days: Judged | None = None
        # Known only to the worker that read all of the only pass; whoever follows asks the database.
        self._shown: set[str] | None = set() if task.opened.claims == 1 else None
        self.at = at

    async def to_the_end(self) -> Judged:
        """Reads until the run can be judged. Raises ``Drained``, ``FenceLost``, ``PortalError``, ``PageConflict``."""
        while True:
            ended = await self._pass()
            judged, self._of_days = self._of_days or await self._judge(ended), None
            if judged.finding is not Finding.AGAIN:
                return judged
            _, together = await self._count()
            self._marks.clear()
            self._shown = None
            again = self.at.seen.again(together)
            self.at = replace(self.at, part=Slice(0, self.at.full), seen=again, ended=None)
            _log.info("reading once more", feed=self._task.lease.feed, missing=judged.missing)

    async def _pass(self) -> bool:
        """Reads to the end of the list (True) or to the start of the window (False), around what fails."""
        while self.at.ended is None:
            try:
                await (self._pages() if self.at.part.size == self.at.full else self._part())
            except _Doubted:
                continue
            except PortalError as error:
                await self._around(error)
        return self.at.ended

    async def _pages(self) -> None:
        self._portal.page_size = self.at.full
        pages = self._ahead.of(self._portal.pages(self.at.part.number, self._task.edge))
        if self._task.opened.mode == FULL:
            pages = one_ahead(pages)
        try:
            async for records in pages:
                await self._take(records, Slice(records.page.number + 1, self.at.full))
                if self.at.ended is not None:
                    return
        finally:
            await pages.aclose()
        self.at = replace(self.at, ended=True)

    async def _part(self) -> None:
        """One part of a page that could not be read as a whole."""
        assert isinstance(self._portal, Sliceable)  # noqa: S101 - nothing else is ever narrowed down
        part = self.at.part
        page = await self._portal.slice(part, self._task.edge)
        records = NewRecords(page.once(), self._decode, self._task.bounds)
        await self._take(records, widest(part.end, self.at.full))

    async def _take(self, records: NewRecords, following: Slice) -> None:
        """Saves one page, and with it whether the pass has ended."""
        if self._stop.is_set():
            raise Drained
        page = records.page
        self._doubt(page)
        self._refuse_circles(page)
        seen = self.at.seen.after(page, shifted=await self._was_pushed(page))
        at = replace(self.at, part=following, seen=seen, ended=self._ends_with(page))
        counts = await self._save(records, at)
        self.at = at
        self._ahead.wanted = self._portal.mostly_new = counts.new > counts.seen // 2

    async def _was_pushed(self, page: SourcePage) -> bool:
        """Whether the page begins with what this pass has listed further up. Asked only where that may explain a time
        of change that is no older: what a worker before has read counts too, and it may be much."""
        seen = self.at.seen
        if seen.is_followed_by(page) or seen.disordered or seen.jumped:
            return False
        async with transaction(self._engine) as connection:
            return await listing.has_listed(connection, self._task.opened.run_id, seen.number, page.foremost)

    def _ends_with(self, page: SourcePage) -> bool | None:
        if self._task.opened.mode != FULL and is_before(page.oldest, self._task.opened.window_from):
            return False
        return True if page.last else None

    def _doubt(self, page: SourcePage) -> None:
        """An empty page where rows are due is asked for once more, in a new session, before it is believed."""
        if page.rows:
            self._doubted = False
            return
        seen = self.at.seen
        due = seen.rows == 0 or seen.total is None or seen.rows < seen.total
        if due and not self._doubted and isinstance(self._portal, SignsIn):
            self._doubted = True
            self._portal.sign_out()
            raise _Doubted

    def _refuse_circles(self, page: SourcePage) -> None:
        """The same records on a second page: allowed only when as many new ones pushed them there."""
        if not page.hashes:
            return
        mark = sha256(b"".join(page.hashes)).digest()
        before, total = self._marks.get(mark), page.total or 0
        if before is not None and total <= before:
            raise PortalPageRepeats(f"Page {page.number} holds the records of an earlier one.")
        self._marks[mark] = total

    async def _around(self, error: PortalError) -> None:
        """Narrows the failing part down; a single record becomes a gap. Raises when not the page is to blame."""
        self._failures += 1
        if isinstance(self._portal, ListsByDay) and await self._lost_its_place(error):
            await self._without_cursor(self._portal, error)
            return
        if not isinstance(self._portal, Sliceable) or not _may_be_the_page(error) or self._failures > _MOST_FAILURES:
            raise error
        part = self.at.part
        smaller = narrower(part, self.at.full)
        if part.size == self.at.full and isinstance(error, PortalOversize):
            self._oversized += 1
        elif part.size == self.at.full or smaller is None:
            await self._answers_elsewhere(error)
        if smaller is None:
            await self.skip(_unread(part, error))
        elif self._oversized > 1 and part.size == self.at.full:
            self.at = replace(self.at, part=smaller, full=smaller.size)
        else:
            self.at = replace(self.at, part=smaller)

    async def _lost_its_place(self, error: PortalError) -> bool:
        """Whether the portal does not go on from here at all. One that answers behind the place refuses its records."""
        if isinstance(error, PortalCursorLost):
            return True
        if (
            not isinstance(error, PortalRequestRefused)
            or not self.at.part.first > 0
            or self.at.part.size != self.at.full
        ):
            return False
        try:
            await self._answers_elsewhere(error)
        except PortalRequestRefused:
            return True
        return False

    async def _answers_elsewhere(self, error: PortalError) -> None:
        """Raises ``error`` when the portal does not answer for the page behind either."""
        assert isinstance(self._portal, Sliceable)  # noqa: S101 - asked before
        behind = Slice(self.at.part.first // self.at.full + 1, self.at.full)
        try:
            await self._portal.slice(behind, self._task.edge)
        except PortalError:
            raise error from None

    async def _without_cursor(self, portal: ListsByDay, error: PortalError) -> None:
        """Reads the run's window by days instead of page after page, and judges it. Raises ``PortalCursorLost`` where
        days mean nothing to the portal."""
        lease, opened = self._task.lease, self._task.opened
        _log.warning("the portal does not go on from its place; its days are asked for", feed=lease.feed)
        since = None if opened.mode == FULL else opened.window_from
        days = Days(EARLIEST, self._task.bounds.latest_on)
        if not await know_days(portal, days):
            raise PortalCursorLost(f"{error} Nor are its days a way through the list.") from error
        inside = unfinished = 0
        async for page, short in first_pages(portal, days, self.at.full, self._task.edge, since):
            await self._save_beside(page)
            inside, unfinished = inside + (page.total or 0), unfinished + short
        # The front once more: what arrived meanwhile stands there, and so does the count of the whole list.
        front = await portal.slice(Slice(0, self.at.full), self._task.edge)
        await self._save_beside(front)
        self.at = replace(self.at, seen=self.at.seen.recounted(front.total), ended=True)
        together = (await self._count())[1] if opened.mode == FULL else None
        self._of_days = of_days(
            self.at.seen, inside=inside, unfinished=unfinished, together=together, passes=self._task.limits.passes
        )

    async def _save_beside(self, page: SourcePage) -> None:
        """A page that is no step of the way through the list: the cursor stays. Raises ``Drained``."""
        if self._stop.is_set():
            raise Drained
        await self._save(NewRecords(page.once(), self._decode, self._task.bounds), self.at)

    async def skip(self, unread: Unread) -> None:
        """Writes a gap down and goes on behind it."""
        lease, run_id = self._task.lease, self._task.opened.run_id
        following = widest(unread.position + unread.rows, self.at.full)
        at = replace(self.at, part=following, seen=self.at.seen.without(unread.rows))
        async with transaction(self._engine) as connection:
            held = await guard(connection, feed, lease)
            await gaps.write_down(connection, lease.feed_id, run_id, unread)
            counted = {"gaps": unread.rows}
            await add_page(
                connection, feed, run, lease, run_id, cursor=at.text(), page=held, counters=counted, portal_total=None
            )
        self.at = at
        _log.warning("a place of the list cannot be read", feed=lease.feed, rows=unread.rows, failure=unread.failure)

    async def _judge(self, ended: bool) -> Judged:
        seen, passes = self.at.seen, self._task.limits.passes
        if self._task.opened.mode != FULL:
            alone = (await self._count())[0] if seen.tied or seen.jumped or seen.disordered else seen.rows
            return of_changes(seen, alone=alone, ended=ended, passes=passes)
        alone, together = await self._count()
        if seen.total is not None and together < seen.total and not seen.fell:
            await self._look_at_the_front()
            alone, together = await self._count()
        judged = replace(of_whole_list(self.at.seen, alone=alone, together=together, passes=passes), listed=together)
        if judged.finding is Finding.PROVEN and isinstance(self._portal, ListsByDay):
            return await self._behind_the_cut(self._portal, judged)
        return judged

    async def _behind_the_cut(self, portal: ListsByDay, judged: Judged) -> Judged:
        """A search may give so many rows and no more. What lies behind them is reached by asking for fewer days."""
        seen = self.at.seen
        if not seen.total or seen.oldest is None:
            return judged
        oldest = self._task.bounds.local_day(seen.oldest)
        days = Days(EARLIEST, max(self._task.bounds.latest_on, oldest + timedelta(days=1)))
        most = await self._cut_at(portal, days, seen.total, oldest)
        if most is None:
            return judged
        _log.warning("the search is cut; it is asked day by day", feed=self._task.lease.feed, rows=most)
        listed, missing = await self._by_days(portal, days, most)
        _, together = await self._count()
        short = max(missing, listed - together)
        return Judged(Finding.UNPROVEN, short) if short > 0 else judged

    async def _cut_at(self, portal: ListsByDay, days: Days, counted: int, oldest: date) -> int | None:
        """How many rows the search gives and no more, where two halves of the days hold more than the whole is said to;
        an empty half proves nothing. What arrives meanwhile is in the halves: the whole is counted again after them."""
        halves: tuple[Days, Days] | None = Days(days.first, oldest), Days(oldest + timedelta(days=1), days.last)
        while halves is not None:
            earlier, later = [await portal.counted(half) for half in halves]
            if is_cut(counted, earlier, later):
                counted = (await portal.slice(Slice(0, 1), self._task.edge)).total or counted
            if is_cut(counted, earlier, later):
                # Not cut, if days mean nothing to this portal: it gives the whole list for each of them.
                return counted if await know_days(portal, days) else None
            if earlier and later:
                return None
            halves = halves[0 if earlier else 1].halves()
        return None

    async def _by_days(self, portal: ListsByDay, days: Days, most: int) -> tuple[int, int]:
        """Reads the days in parts that a search can give whole: rows they hold, and how many may be missing."""
        total, halves = await portal.counted(days), days.halves()
        if total >= most and halves is not None:
            first, second = [await self._by_days(portal, half, most) for half in halves]
            return first[0] + second[0], first[1] + second[1]
        if total:
            pages = self._ahead.of(portal.pages_of(days, self._task.edge))
            try:
                async for records in pages:
                    await self._save(records, self.at)
            finally:
                await pages.aclose()
        return total, 1 if total >= most else 0

    async def _look_at_the_front(self) -> None:
        """Dossiers that changed while the list was read went to its front: they are there, and are counted there."""
        begun = self._task.opened.window_until
        pages = self._ahead.of(self._portal.pages(0, self._task.edge))
        try:
            async for records in pages:
                at = replace(self.at, seen=self.at.seen.recounted(records.page.total))
                await self._save(records, at)
                self.at = at
                if is_before(records.page.oldest, begun):
                    return
        finally:
            await pages.aclose()

    async def _count(self) -> tuple[int, int]:
        """How many different dossiers this pass listed, and how many all that count together did."""
        if self._shown is not None:
            return len(self._shown), len(self._shown)
        async with transaction(self._engine) as connection:
            return await listing.count(connection, self._task.opened.run_id, self.at.seen.number, self.at.seen.since)

    async def _save(self, records: NewRecords, at: Cursor) -> Counts:
        for attempt in range(1, _CONFLICTS + 1):
            try:
                async with transaction(self._engine) as connection:
                    counts = await self._save_once(connection, records, at)
                self._remember(records.page)
                return counts
            except PageConflict:
                if attempt == _CONFLICTS:
                    raise
            except DATABASE_TROUBLE as error:
                if attempt == _CONFLICTS or not is_contention(error):
                    raise
        raise AssertionError("the loop returns or raises")

    def _remember(self, page: SourcePage) -> None:
        if self._shown is not None:
            self._shown.update(page.keys, page.hot_keys)
            if len(self._shown) > _MOST_REMEMBERED:
                self._shown = None

    async def _save_once(self, connection: AsyncConnection, records: NewRecords, at: Cursor) -> Counts:
        task, page = self._task, records.page
        run_id = task.opened.run_id
        counts = await save_page(
            connection, task.lease, run_id, records, decode=self._decode, bounds=task.bounds, cursor=at.text()
        )
        listed = [*page.keys, *page.hot_keys]
        await listing.note(connection, run_id, at.seen.number, listed)
        if task.known.missing:
            await listing.seen_again(connection, task.lease.feed_id, listed)
        return counts


def _may_be_the_page(error: PortalError) -> bool:
    """Whether a failure may belong to the records asked for, not to the portal as a whole."""
    if isinstance(error, PortalUnavailable):
        return error.failure == PortalUnavailable.failure and error.retry_after is None
    return isinstance(error, PortalOversize | PortalShapeChanged) and not isinstance(error, PortalPageRepeats)


def _unread(part: Slice, error: PortalError) -> Unread:
    digest = error.digest if isinstance(error, PortalShapeChanged) else None
    return Unread(part.first, part.size, error.failure, str(error), digest)
