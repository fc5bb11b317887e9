"""What a run's reading means for the feed: who is absent, what has gone back, and which alarms stand.

Absent is not deleted. A dossier that one proven sweep of the whole list misses is noted; when the next one misses it
too, untouched since, and the portal does not find it when asked for it alone, a tombstone is written. Never above the
brake, and never while the portal may have been restored from a backup.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dossier_sync.domain.alarms import (
    STOPPING,
    Alarm,
    Decision,
    Raised,
    changed_in_silence,
    has_regressed,
    has_shifted,
)
from dossier_sync.domain.cursor import Cursor
from dossier_sync.domain.proving import moved_back
from dossier_sync.portals import LooksUp
from dossier_sync.reading import Task
from dossier_sync.repository import absences, flows
from dossier_sync.repository.alarms import AlarmRow, clear, raise_alarm
from dossier_sync.repository.feeds import RunRow, list_runs
from dossier_sync.repository.heads import PageConflict
from dossier_sync.tables import feed
from shared.runtime.database import transaction
from shared.runtime.http import PortalError
from shared.runtime.logs import logger
from shared.sync.lease import guard
from shared.sync.runs import Ending
from shared.sync.tables import FULL
from shared.sync.verdicts import PROVEN, Verdict

_log = logger(__name__)
_MOST_ABSENT = 100_000


@dataclass(slots=True)
class _Weighed:
    """What stands against the feed after the run."""

    standing: dict[Alarm, AlarmRow]
    raised: list[Raised] = field(default_factory=list)
    cleared: list[Alarm] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def stops(self, alarm: Alarm) -> bool:
        """Whether the alarm keeps the run from being proven."""
        if any(one.alarm is alarm for one in self.raised):
            return not self.accepted(alarm)
        return alarm in self.standing and alarm not in self.cleared and not self.accepted(alarm)

    def accepted(self, alarm: Alarm) -> bool:
        """Whether an operator accepted it, and for as many dossiers as it is about now."""
        known = self.standing.get(alarm)
        rows = next((one.rows for one in self.raised if one.alarm is alarm), 0)
        return known is not None and known.decision == Decision.ACCEPT and rows <= known.rows


async def conclude(
    engine: AsyncEngine,
    askers: Sequence[LooksUp],
    task: Task,
    at: Cursor,
    ending: Ending,
    alarms: dict[Alarm, AlarmRow],
    *,
    listed: int,
) -> tuple[Ending, int]:
    """The run's ending, in view of the feed's alarms and of how many dossiers were ``listed``, and how many the list
    leaves out and an asker finds. ``askers`` are asked for those that seem gone.

    Whoever takes the run over from here concludes it again, so what is counted is written with the verdict. Raises
    ``FenceLost``.
    """
    async with transaction(engine) as connection:
        await guard(connection, feed, task.lease)
        weighed = _Weighed(alarms)
        await _weigh(connection, task, at, ending, weighed, listed)
        for raised in weighed.raised:
            _log.warning("alarm", feed=task.lease.feed, alarm=str(raised.alarm), detail=raised.detail)
            await raise_alarm(connection, task.lease.feed_id, task.opened.run_id, raised)
        await clear(connection, task.lease.feed_id, weighed.cleared)
    contradicted = await _bury(engine, askers, task, at, weighed.missed) if weighed.missed else 0
    stopping = next((alarm for alarm in sorted(STOPPING) if weighed.stops(alarm)), None)
    if stopping is None or ending.verdict is Verdict.FAILED:
        return ending, contradicted
    detail = next((one.detail for one in weighed.raised if one.alarm is stopping), None)
    return Ending(Verdict.PARTIAL, str(stopping), detail or alarms[stopping].detail), contradicted


async def _weigh(
    connection: AsyncConnection, task: Task, at: Cursor, ending: Ending, weighed: _Weighed, listed: int
) -> None:
    (counted,) = await list_runs(connection, run_id=task.opened.run_id)
    whole = task.opened.mode == FULL and ending.verdict in PROVEN
    _weigh_regress(task, at, counted, weighed, whole=whole)
    if at.began > 0 and counted.new + counted.changed + counted.conflicts > 0:
        await _weigh_states(connection, task, at, counted, weighed)
    # A portal that only repeats what another one tells writes no page, and is swept all the same.
    if whole and (at.began > 0 or task.lease.watermark is not None):
        await _weigh_absences(connection, task, weighed, listed if _is_stored_whole(counted) else None)


def _is_stored_whole(counted: RunRow) -> bool:
    """Whether every row the run was shown stands in the ledger: none too fresh, set aside or told in an old version."""
    return counted.seen == counted.new + counted.changed + counted.unchanged + counted.repeated


def _weigh_regress(task: Task, at: Cursor, counted: RunRow, weighed: _Weighed, *, whole: bool) -> None:
    back = moved_back(at.seen.newest, task.known.newest_at)
    if task.bounds.accept_older:
        if whole:
            weighed.cleared.append(Alarm.REGRESS)
    elif has_regressed(counted.regressed, counted.changed, moved_back=back, limits=task.limits):
        detail = f"{counted.regressed} dossiers are told in older versions than this portal told before."
        weighed.raised.append(Raised(Alarm.REGRESS, counted.regressed, detail))
    elif whole and not counted.regressed and not back:
        weighed.cleared.append(Alarm.REGRESS)


async def _weigh_states(
    connection: AsyncConnection, task: Task, at: Cursor, counted: RunRow, weighed: _Weighed
) -> None:
    """Alarm only: no state is read otherwise because many are. The first load is a stock, not a habit."""
    feed_id, run_id = task.lease.feed_id, task.opened.run_id
    moved = await flows.of_run(connection, feed_id, at.began)
    known = weighed.standing.get(Alarm.STATUS_SHIFT)
    if known is not None and known.decision == Decision.ACCEPT:
        await flows.forget(connection, feed_id)
        weighed.cleared.append(Alarm.STATUS_SHIFT)
    elif changed_in_silence(counted.conflicts, counted.changed + counted.older):
        detail = f"{counted.conflicts} dossiers are told otherwise, and their times of change did not move."
        weighed.raised.append(Raised(Alarm.STATUS_SHIFT, counted.conflicts, detail))
        return
    elif far := has_shifted(await flows.usual(connection, feed_id, run_id), moved, task.limits):
        status, before, now = far
        detail = f"State {status} is {now:.0%} of what changed; usually it is {before:.0%}."
        weighed.raised.append(Raised(Alarm.STATUS_SHIFT, moved.get(status, 0), detail))
        return
    await flows.remember(connection, feed_id, run_id, moved)


async def _weigh_absences(connection: AsyncConnection, task: Task, weighed: _Weighed, stored: int | None) -> None:
    feed_id, run_id = task.lease.feed_id, task.opened.run_id
    swept = await absences.sweep(connection, feed_id, run_id, _MOST_ABSENT, stored)
    known = weighed.standing.get(Alarm.COUNT_DROP)
    accepted = known.rows if known is not None and known.decision == Decision.ACCEPT else 0
    if swept.absent <= task.limits.absent_at_most(swept.known):
        weighed.cleared.append(Alarm.COUNT_DROP)
    elif swept.absent > task.limits.absent_at_most(swept.known, accepted) or swept.absent > _MOST_ABSENT:
        detail = f"{swept.absent} of {swept.known} dossiers are not listed any more."
        weighed.raised.append(Raised(Alarm.COUNT_DROP, swept.absent, detail))
        return
    await absences.note(connection, feed_id, run_id, swept.codes)
    if not weighed.stops(Alarm.REGRESS):
        await absences.forget_copies(connection, feed_id, run_id)
        weighed.missed = await absences.missed_twice(connection, feed_id, run_id, task.limits.looked_up)


async def _bury(engine: AsyncEngine, askers: Sequence[LooksUp], task: Task, at: Cursor, missed: Sequence[str]) -> int:
    """Writes tombstones for those that no asker finds either, and returns how many one does find; they are kept.

    What fails here is tried after the next sweep.
    """
    try:
        found = [code for code in missed if await _anyone_holds(askers, code)]
        gone = sorted(set(missed).difference(found))
        if gone:
            async with transaction(engine) as connection:
                await absences.bury(connection, task.lease, task.opened.run_id, gone, at.text())
    except (PortalError, PageConflict) as error:
        _log.warning("tombstones wait for the next sweep", feed=task.lease.feed, detail=str(error))
        return 0
    if found:
        _log.warning("not listed, yet found when asked for", feed=task.lease.feed, dossiers=len(found))
    return len(found)


async def _anyone_holds(askers: Sequence[LooksUp], code: str) -> bool:
    """In their order; the first that finds it is enough. Raises ``PortalError``: no answer is never a no."""
    for one in askers:
        if await one.holds(code):
            return True
    return False
