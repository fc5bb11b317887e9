"""One run: cut its window, read the pages, and say at the end what was proven.

The window ends a margin before now, because a portal's own transactions may still be under way, and begins an
overlap before the watermark; reading again is cheap, for unchanged records are recognised by their hash.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dossier_sync.concluding import conclude
from dossier_sync.domain.alarms import Alarm, Decision
from dossier_sync.domain.cursor import Cursor, read_cursor
from dossier_sync.domain.dossier import Reason
from dossier_sync.domain.exclusion import IsTest, no_tests
from dossier_sync.domain.intake import Bounds, StatutoryDue
from dossier_sync.domain.limits import USUAL, Limits
from dossier_sync.domain.links import Listed, nobody_can_say
from dossier_sync.domain.proving import Finding, Judged, Pass, moved_back
from dossier_sync.domain.slices import Slice, narrower
from dossier_sync.domain.window import Window, good_watermark
from dossier_sync.portals import Edge, LooksUp, Portal, TellsNewFields
from dossier_sync.reading import Drained, Reading, Task
from dossier_sync.repository import absences, gaps, listing
from dossier_sync.repository.alarms import standing_alarms
from dossier_sync.repository.asides import any_aside
from dossier_sync.repository.feeds import close_run, open_or_resume
from dossier_sync.repository.gaps import Unread
from dossier_sync.repository.heads import PageConflict
from dossier_sync.repository.precedence import judge_anew
from dossier_sync.tables import feed
from shared.runtime.clock import LOCAL_ZONE
from shared.runtime.database import transaction
from shared.runtime.http import PortalError, PortalUnavailable
from shared.runtime.logs import logger
from shared.sync.lease import Lease, guard, release
from shared.sync.runs import Ending, Run
from shared.sync.tables import FULL, INCREMENTAL
from shared.sync.verdicts import PROVEN, Verdict

__all__ = ["Drained", "Window", "run_once"]

_log = logger(__name__)
_DEATHS = 2
"""Workers that may die on one part of the list before it is narrowed down: the first may have died of anything."""


async def run_once(
    engine: AsyncEngine,
    portal: Portal,
    lease: Lease,
    window: Window,
    statutory_due: StatutoryDue,
    *,
    now: datetime,
    stop: asyncio.Event,
    listed: Listed = nobody_can_say,
    is_test: IsTest = no_tests,
    look_ups: Sequence[LooksUp] = (),
    limits: Limits = USUAL,
) -> Ending:
    """Carries a claimed feed's run to its end. ``look_ups``: portals that are asked, beside this one, before a dossier
    is held to be gone. Raises ``FenceLost``, ``Drained`` and what the database raises."""
    async with transaction(engine) as connection:
        page = await guard(connection, feed, lease)
        opened = await _open(connection, lease, window, now)
        known = await listing.standing(connection, lease.feed_id)
        alarms = await standing_alarms(connection, lease.feed_id)
        at = await _begin(connection, lease, opened, portal.page_size, page)
    # A run may wait long for its next worker: what changed meanwhile is too fresh for it, and no date of the future.
    latest = window.latest(max(opened.window_until, window.until(now)))
    restored = alarms.get(Alarm.REGRESS)
    accepts = opened.mode == FULL and restored is not None and restored.decision == Decision.ACCEPT
    bounds = Bounds(latest, _local_day(latest), statutory_due, _local_day, accepts, listed, is_test)
    task = Task(lease, opened, Edge(opened.window_until, latest), bounds, known, limits)
    reading = Reading(engine, portal, task, at, stop)
    askers = [*([portal] if isinstance(portal, LooksUp) else []), *look_ups]
    judged, contradicted = None, 0
    try:
        await _step_aside(reading, opened.claims)
        judged = await reading.to_the_end()
        ending = await _believed(engine, lease, portal, _ending(task, reading.at.seen, judged))
        concluded = await conclude(engine, askers, task, reading.at, ending, alarms, listed=judged.listed)
        ending, contradicted = concluded
    except Drained:
        async with transaction(engine) as connection:
            # The cursor names this claim: whoever leaves before the first page, asked to, has not died of it.
            await release(connection, feed, lease, reading.at.text())
        raise
    except PortalError as error:
        ending = _failed(error)
    except PageConflict as error:
        ending = Ending(Verdict.FAILED, "conflict", str(error))
    async with transaction(engine) as connection:
        await guard(connection, feed, lease)
        await _finish(connection, task, reading.at.seen, judged, ending)
        await absences.contradicted(connection, opened.run_id, contradicted)
    _log.info("run ended", feed=lease.feed, run=opened.run_id, verdict=str(ending.verdict), failure=ending.failure)
    return ending


async def _open(connection: AsyncConnection, lease: Lease, window: Window, now: datetime) -> Run:
    until = window.until(now)
    watermark = good_watermark(lease.watermark, await listing.proven_ends(connection, lease.feed_id), until)
    if watermark != lease.watermark:
        _log.warning("the watermark is not the one that was proven", feed=lease.feed, held=str(lease.watermark))
    begins = lease.live_from or watermark
    anew = await judge_anew(connection, lease.feed_id)
    return await open_or_resume(
        connection,
        lease,
        mode=lease.mode or (INCREMENTAL if watermark and not anew else FULL),
        window_from=window.since(begins) if begins else None,
        window_until=until,
    )


async def _begin(connection: AsyncConnection, lease: Lease, opened: Run, page_size: int, page: int) -> Cursor:
    """Where to go on. A cursor that cannot be read begins the run's window again, which skips nothing."""
    start = Cursor(Slice(0, page_size), page_size, Pass(), opened.claims, began=page)
    if lease.run_id is None or lease.cursor is None:
        return start if lease.run_id is None else replace(start, claim=0)
    cursor = read_cursor(lease.cursor)
    if cursor is None:
        _log.warning("the cursor cannot be read; the run begins its window again", feed=lease.feed)
        await listing.forget(connection, opened.run_id)
        return start
    return cursor


async def _step_aside(reading: Reading, claims: int) -> None:
    """Workers died on this part of the list, one after another: read less of it, and in the end leave it out."""
    at = reading.at
    deaths = claims - 1 - at.claim if at.ended is None else 0
    for _ in range(max(0, deaths - _DEATHS + 1)):
        smaller = narrower(reading.at.part, at.full)
        if smaller is None:
            part = reading.at.part
            detail = "Every worker that reads this record dies of it."
            await reading.skip(Unread(part.first, part.size, "kills_reader", detail, None))
            break
        reading.at = replace(at, part=smaller)
    reading.at = replace(reading.at, claim=claims)


async def _believed(engine: AsyncEngine, lease: Lease, portal: Portal, ending: Ending) -> Ending:
    """No run is proven while records stand aside because the contract changed; new fields are noticed."""
    if ending.verdict not in PROVEN:
        return ending
    async with transaction(engine) as connection:
        drifted = await any_aside(connection, lease.feed, (Reason.CONTRACT_DRIFT,))
    if drifted:
        detail = "A needed field was renamed or retyped on a whole page: the quarantine names it. Mend the adapter."
        return Ending(Verdict.PARTIAL, "contract_drift", detail)
    if isinstance(portal, TellsNewFields) and portal.unknown_fields:
        return replace(ending, detail=f"New fields, not read: {', '.join(sorted(portal.unknown_fields))}.")
    return ending


def _ending(task: Task, seen: Pass, judged: Judged) -> Ending:
    if seen.rows == 0 and task.lease.page > 0:
        detail = "The portal lists nothing where it listed dossiers before."
        return Ending(Verdict.PARTIAL, "suspicious_empty", detail)
    if judged.finding is not Finding.PROVEN:
        return _short(seen, judged.missing)
    if task.opened.mode != FULL:
        return _of_changes(task, seen)
    return Ending(Verdict.SUCCEEDED if seen.rows else Verdict.SUCCEEDED_EMPTY)


def _of_changes(task: Task, seen: Pass) -> Ending:
    """What changed was read, but a run is not proven while something else is known to be amiss."""
    known = task.known
    if moved_back(seen.newest, known.newest_at):
        detail = "The list begins with an older change than it once did; the whole of it is compared next."
        return Ending(Verdict.PARTIAL, "moved_back", detail)
    if known.gaps:
        return Ending(Verdict.PARTIAL, "gaps", f"{known.gaps} rows lie where the list could not be read.")
    return Ending(Verdict.SUCCEEDED)


def _short(seen: Pass, missing: int) -> Ending:
    told = "tells no total" if seen.total is None else f"counts {seen.total}"
    detail = f"{seen.rows} rows were read, the portal {told}; {missing} may be missing."
    return Ending(Verdict.PARTIAL, "gaps", detail)


async def _finish(connection: AsyncConnection, task: Task, seen: Pass, judged: Judged | None, ending: Ending) -> None:
    """The run's row and the feed's, and what the run was shown is forgotten."""
    lease, opened = task.lease, task.opened
    proven = ending.verdict in PROVEN
    front = seen.newest if seen.newest is None or seen.newest <= task.bounds.latest_at else task.known.newest_at
    await close_run(
        connection,
        lease,
        opened,
        ending,
        gaps=judged.missing if judged else 0,
        passes=seen.number,
        newest_at=front if proven else task.known.newest_at,
        asks_full=ending.failure == "moved_back" or (judged is not None and judged.asks_full),
    )
    if proven and opened.mode == FULL:
        await gaps.close(connection, lease.feed_id)
    await listing.forget(connection, opened.run_id)


def _failed(error: PortalError) -> Ending:
    wait = error.retry_after if isinstance(error, PortalUnavailable) and error.retry_after else 0.0
    return Ending(Verdict.FAILED, error.failure, str(error), timedelta(seconds=min(wait, 86_400.0)))


def _local_day(at: datetime) -> date:
    return at.astimezone(LOCAL_ZONE).date()
