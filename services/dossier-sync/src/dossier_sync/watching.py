"""After a run: is the portal silent against its own rhythm, do its clock and its time zone make sense?

None of it changes the verdict of the run, which is written already; a failure here is logged and nothing more.
"""

from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dossier_sync.domain.rhythm import working_time
from dossier_sync.plan import FeedPlan
from dossier_sync.repository import watching
from dossier_sync.tables import feed
from shared.domain.calendar import WorkingCalendar
from shared.runtime.database import DATABASE_TROUBLE, transaction
from shared.runtime.logs import logger
from shared.sync.lease import Lease, share_pace

_log = logger(__name__)


async def look_back(engine: AsyncEngine, lease: Lease, plan: FeedPlan, calendar: WorkingCalendar | None) -> None:
    """Notes what the run that just ended tells of its portal's health."""
    try:
        async with transaction(engine) as connection:
            await share_pace(connection, feed, lease, plan.line.held_for())
            night = await watching.share_at_night(connection, lease, plan.time_zone)
            offset = plan.line.clock_offset
            await watching.note_vitals(connection, lease, clock_offset_seconds=offset, night_share=night)
            await _silence(connection, lease, plan, calendar)
    except DATABASE_TROUBLE as error:
        _log.error("the feed's health was not noted; the verdict stands", feed=lease.feed, error=type(error).__name__)
        return
    if night is not None and night > plan.rhythm.night_share:
        _log.warning("changes at night: is the time zone told rightly?", feed=lease.feed, share=round(night, 3))


async def _silence(connection: AsyncConnection, lease: Lease, plan: FeedPlan, calendar: WorkingCalendar | None) -> None:
    found = await watching.movement(connection, lease)
    if found is None:
        return
    rhythm = plan.rhythm
    waited = working_time(
        found.moved_at,
        found.now,
        opens=rhythm.opens,
        closes=rhythm.closes,
        zone=ZoneInfo(plan.time_zone),
        calendar=calendar,
    )
    silent = rhythm.silence is not None and waited > rhythm.silence
    await watching.set_silent(connection, lease, silent=silent)
