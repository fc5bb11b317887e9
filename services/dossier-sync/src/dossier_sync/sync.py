"""One run: read a portal's pages in order, save each, and say at the end what was proven.

The window ends a margin before now, because a portal's own transactions may still be under way, and begins an
overlap before the watermark; reading again is cheap, for unchanged records are recognised by their hash. While one
page is written the next is fetched.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.changes import Decode, NewRecords
from dossier_sync.domain.dossier import PortalRecord, Quarantined, Reason, SourcePage
from dossier_sync.domain.intake import Bounds, StatutoryDue
from dossier_sync.portals import Edge, Portal, RecordUnreadable
from dossier_sync.repository.feeds import open_or_resume
from dossier_sync.repository.heads import PageConflict
from dossier_sync.repository.pages import Counts, save_page
from dossier_sync.tables import feed, run
from shared.domain.identifiers import DossierCode, IdentifierError
from shared.runtime.clock import LOCAL_ZONE
from shared.runtime.database import DATABASE_TROUBLE, is_contention, transaction
from shared.runtime.http import PortalError, PortalUnavailable
from shared.runtime.logs import logger
from shared.sync.lease import Lease, guard, release
from shared.sync.runs import Ending, Run, finish_run
from shared.sync.tables import FULL, INCREMENTAL
from shared.sync.verdicts import Verdict

_log = logger(__name__)
_CONFLICTS = 3
_PORTION = 50

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    """How a run's window is cut. ``margin`` before now, ``overlap`` before the watermark, ``skew`` of portal clocks."""

    margin: timedelta
    overlap: timedelta
    skew: timedelta


@dataclass(slots=True)
class _Progress:
    """What the run has seen so far, across claims."""

    seen: int
    gaps: int
    total: int | None
    next_page: int
    oldest: datetime | None = None


class Drained(Exception):
    """The worker was asked to stop; the run stays unfinished and the next claim goes on from its cursor."""


async def run_once(
    engine: AsyncEngine,
    portal: Portal,
    lease: Lease,
    window: Window,
    statutory_due: StatutoryDue,
    *,
    now: datetime,
    stop: asyncio.Event,
) -> Ending:
    """Carries a claimed feed's run to its end. Raises ``FenceLost``, ``Drained`` and what the database raises."""
    async with transaction(engine) as connection:
        await guard(connection, feed, lease)
        opened = await open_or_resume(
            connection,
            lease,
            mode=lease.mode or (INCREMENTAL if lease.watermark else FULL),
            window_from=lease.watermark - window.overlap if lease.watermark else None,
            window_until=now - window.margin,
        )
    try:
        ending = await _read_all(engine, portal, lease, opened, window, statutory_due, stop)
    except Drained:
        async with transaction(engine) as connection:
            await release(connection, feed, lease)
        raise
    except PortalError as error:
        ending = _failed(error)
    except PageConflict as error:
        ending = Ending(Verdict.FAILED, "conflict", str(error))
    async with transaction(engine) as connection:
        await guard(connection, feed, lease)
        await finish_run(connection, feed, run, lease, opened, ending)
    _log.info("run ended", feed=lease.feed, run=opened.run_id, verdict=str(ending.verdict), failure=ending.failure)
    return ending


async def _read_all(
    engine: AsyncEngine,
    portal: Portal,
    lease: Lease,
    opened: Run,
    window: Window,
    statutory_due: StatutoryDue,
    stop: asyncio.Event,
) -> Ending:
    latest = opened.window_until + window.margin + window.skew
    bounds = Bounds(latest, _local_day(latest), statutory_due, _local_day)
    so_far = _Progress(
        seen=opened.counters.get("seen", 0),
        gaps=opened.counters.get("gaps", 0),
        total=opened.portal_total,
        next_page=_page_of(lease.cursor, portal.page_size),
    )
    decode = _decoder(portal)
    listed = portal.pages(so_far.next_page, Edge(opened.window_until, latest))
    reading = _Reading(decode, bounds)
    pages = reading.of(listed)
    if opened.mode == FULL:
        pages = _one_ahead(_one_ahead(pages))
    try:
        async for records in pages:
            page = records.page
            if stop.is_set():
                raise Drained
            gaps = _gaps(so_far, page)
            so_far.next_page = page.number + 1
            cursor = f"{so_far.next_page}/{portal.page_size}"
            counts = await _save(engine, lease, opened, records, decode, bounds, cursor, gaps)
            reading.ahead = portal.mostly_new = counts.new > counts.seen // 2
            so_far.seen += counts.seen
            so_far.gaps += gaps
            so_far.total, so_far.oldest = page.total, page.oldest
            if opened.mode == INCREMENTAL and _is_before(page.oldest, opened.window_from):
                return _verdict_of_changes(so_far)
    finally:
        await pages.aclose()
    return _verdict_of_all(so_far, had_dossiers=lease.page > 0)


async def _save(
    engine: AsyncEngine,
    lease: Lease,
    opened: Run,
    records: NewRecords,
    decode: Decode,
    bounds: Bounds,
    cursor: str,
    gaps: int,
) -> Counts:
    for attempt in range(1, _CONFLICTS + 1):
        try:
            async with transaction(engine) as connection:
                return await save_page(
                    connection, lease, opened.run_id, records, decode=decode, bounds=bounds, cursor=cursor, gaps=gaps
                )
        except PageConflict:
            if attempt == _CONFLICTS:
                raise
        except DATABASE_TROUBLE as error:
            if attempt == _CONFLICTS or not is_contention(error):
                raise
    raise AssertionError("the loop returns or raises")


class _Reading:
    """Reads records as dossiers ahead of their page's turn, as long as ``ahead`` says that most of them are new."""

    def __init__(self, decode: Decode, bounds: Bounds) -> None:
        self._decode, self._bounds, self.ahead = decode, bounds, False

    async def of(self, pages: AsyncIterator[SourcePage]) -> AsyncGenerator[NewRecords, None]:
        async for page in pages:
            records = NewRecords(page.once(), self._decode, self._bounds)
            if self.ahead:
                # In small portions: the page before is being written by this same thread.
                for _ in records.read_ahead(_PORTION):
                    await asyncio.sleep(0)
            yield records


async def _one_ahead(items: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """The same items, the next one fetched while the present one is used."""

    async def following() -> T | None:
        return await anext(items, None)

    fetching = asyncio.create_task(following())
    try:
        while (item := await fetching) is not None:
            fetching = asyncio.create_task(following())
            yield item
    finally:
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)
        if isinstance(items, AsyncGenerator):
            await items.aclose()


def _decoder(portal: Portal) -> Decode:
    """The adapter's decoding, where a record without the agreed shape is set aside instead of stopping the page."""

    def decode(raw: Any, key: str, source_hash: bytes) -> PortalRecord | Quarantined:
        try:
            return portal.decode(raw, key)
        except RecordUnreadable as error:
            name = key if _is_code(key) else f"sha256:{source_hash.hex()}"
            return Quarantined(name, Reason.SHAPE, error.path, None, None, None, source_hash, b"{}")

    return decode


def _is_code(key: str) -> bool:
    try:
        DossierCode.parse(key)
    except IdentifierError:
        return False
    return True


def _gaps(so_far: _Progress, page: SourcePage) -> int:
    """Rows that may have been passed over: the portal's total fell, or its list is not in the promised order."""
    fell = 0 if so_far.total is None or page.total is None else max(0, so_far.total - page.total)
    rises = so_far.oldest is not None and page.newest is not None and page.newest > so_far.oldest
    return fell + (len(page.keys) if rises or not page.ordered else 0)


def _verdict_of_changes(so_far: _Progress) -> Ending:
    if so_far.gaps:
        return Ending(Verdict.PARTIAL, "gaps", f"{so_far.gaps} rows may have been passed over.")
    return Ending(Verdict.SUCCEEDED)


def _verdict_of_all(so_far: _Progress, *, had_dossiers: bool) -> Ending:
    """The list was read to its end: proven when every position the portal counts was read."""
    if so_far.gaps or so_far.seen != so_far.total:
        detail = f"{so_far.seen} rows were read, the portal counts {so_far.total}; {so_far.gaps} may be missing."
        return Ending(Verdict.PARTIAL, "gaps", detail)
    if so_far.total:
        return Ending(Verdict.SUCCEEDED)
    if had_dossiers:
        return Ending(Verdict.PARTIAL, "suspicious_empty", "The portal lists nothing where it listed dossiers before.")
    return Ending(Verdict.SUCCEEDED_EMPTY)


def _failed(error: PortalError) -> Ending:
    wait = error.retry_after if isinstance(error, PortalUnavailable) and error.retry_after else 0.0
    return Ending(Verdict.FAILED, error.failure, str(error), timedelta(seconds=min(wait, 86_400.0)))


def _page_of(cursor: str | None, page_size: int) -> int:
    """The page to go on with; from the front when the size of pages was changed meanwhile."""
    number, _, size = (cursor or "").partition("/")
    return int(number) if size == str(page_size) else 0


def _is_before(at: datetime | None, limit: datetime | None) -> bool:
    return at is not None and limit is not None and at < limit


def _local_day(at: datetime) -> Any:
    return at.astimezone(LOCAL_ZONE).date()
