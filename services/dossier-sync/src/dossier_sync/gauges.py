"""What an operator's alarms watch, read from the feed rows at scrape time: a dead worker could not report itself."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.console.alarms import every_portal_away
from dossier_sync.domain.alarms import Alarm
from dossier_sync.repository.alarms import open_alarms
from dossier_sync.repository.feeds import FeedRow, list_feeds
from dossier_sync.repository.precedence import differing
from dossier_sync.repository.reconciling import unexplained
from shared.runtime.database import snapshot
from shared.runtime.logs import logger
from shared.runtime.telemetry import gauge
from shared.sync.verdicts import FeedState

_log = logger(__name__)

_STATE = gauge("feed_state", "1 for the state a feed is in: fresh, stale or unknown.", ["feed", "state"])
_AGE = gauge("feed_data_age_seconds", "Age of the instant up to which a feed is proven complete; -1: never.", ["feed"])
_QUARANTINED = gauge("feed_quarantined", "Records of a feed set aside now.", ["feed"])
_MOST_SET_ASIDE = gauge("feed_quarantine_limit", "Records of a feed that may be set aside.", ["feed"])
_GAPS = gauge("feed_gaps", "Records in places of a feed's list that cannot be read.", ["feed"])
_ABSENT = gauge(
    "feed_absent_dossiers", "Dossiers that the newest proven reading of a feed's list did not show.", ["feed"]
)
_ALARM = gauge("feed_alarm", "Dossiers an alarm of a feed is about; 0: it is not raised.", ["feed", "alarm"])
_UNEXPLAINED = gauge(
    "reconciliation_unexplained",
    "Dossiers by which a portal's own counts and ours differ, and nothing explains it.",
    ["portal", "source"],
)
_COPIES_DIFFER = gauge(
    "feed_copies_differ",
    "Dossiers that a feed tells otherwise than the portal whose word counts, by fact.",
    ["feed", "fact"],
)
_FAILURES = gauge("feed_failures", "Failed runs of a feed in a row.", ["feed"])
_LAST_FAILURE = gauge("feed_last_failure", "1 for the class its last run failed with.", ["feed", "failure"])
_LEASE = gauge(
    "feed_lease_seconds", "Seconds until a feed's lease ends; negative: its worker is silent; 0: free.", ["feed"]
)
_MISSING = gauge("feed_missing", "1 for a feed that is configured and that no worker ever registered.", ["feed"])
_OVERDUE = gauge(
    "feed_overdue_seconds", "Seconds since a run was expected that nobody started; 0: none is expected.", ["feed"]
)
_DELAY = gauge("feed_start_delay_seconds", "How late the newest run of a feed was started.", ["feed"])
_MAINTENANCE = gauge("feed_maintenance", "1 while the portal is closed as it announced.", ["feed"])
_SILENT = gauge("feed_silent", "1 while nothing moves for longer than the portal's own rhythm allows.", ["feed"])
_PACED = gauge("feed_paced_seconds", "Seconds the portal still asks us to wait.", ["feed"])
_OFFSET = gauge("feed_clock_offset_seconds", "By how much the portal's clock is ahead of ours.", ["feed"])
_NIGHT = gauge("feed_night_share", "Share of a feed's newest changes dated outside 05:00 to 21:00.", ["feed"])
_NOTICE = gauge("feed_notice", "1 while a feed carries a notice for operators: see GET /v1/feeds.", ["feed"])
_AWAY = gauge("every_portal_away", "1 while no portal of several answers: one cause, and probably ours.")
_FILE = gauge("portal_file_refused", "1 while the file of portals as it stands cannot be used.")


def set_file_refused(refused: bool) -> None:
    """What this process found when it read the file of portals."""
    _FILE.set(refused)


async def refresh_gauges(engine: AsyncEngine, configured: Collection[str] = ()) -> None:
    """Sets the gauges. A database that is away leaves them as they were; ``/readyz`` says so.

    ``configured``: feeds that should exist. One that never made it into the table could not report itself.
    """
    try:
        async with snapshot(engine) as connection:
            rows, alarms = await list_feeds(connection), await open_alarms(connection)
            differences = await unexplained(connection)
            told_otherwise = await differing(connection)
    except (SQLAlchemyError, OSError) as error:
        _log.error("gauges not refreshed", error=type(error).__name__)
        return
    _AWAY.set(every_portal_away(rows))
    _LAST_FAILURE.clear()
    for name in configured:
        _MISSING.labels(name).set(name not in {row.feed for row in rows})
    _COPIES_DIFFER.clear()
    for name, fact, dossiers in told_otherwise:
        _COPIES_DIFFER.labels(name, fact).set(dossiers)
    for portal, source, dossiers in differences:
        _UNEXPLAINED.labels(portal, source).set(dossiers)
    for row in rows:
        _set_watched(row)
        if row.last_failure is not None:
            _LAST_FAILURE.labels(row.feed, row.last_failure).set(1)
        for state in FeedState:
            _STATE.labels(row.feed, str(state)).set(row.state == state)
        _AGE.labels(row.feed).set(-1 if row.data_until is None else (row.asked_at - row.data_until).total_seconds())
        _QUARANTINED.labels(row.feed).set(row.quarantined)
        _GAPS.labels(row.feed).set(row.gaps)
        _ABSENT.labels(row.feed).set(row.missing)
        for alarm in Alarm:
            _ALARM.labels(row.feed, str(alarm)).set(
                sum(one.rows for one in alarms if (one.feed, one.name) == (row.feed, alarm))
            )
        _MOST_SET_ASIDE.labels(row.feed).set(row.most_set_aside)
        _FAILURES.labels(row.feed).set(row.failures)
        left = 0 if row.lease_until is None else (row.lease_until - row.asked_at).total_seconds()
        _LEASE.labels(row.feed).set(left)


def _set_watched(row: FeedRow) -> None:
    _OVERDUE.labels(row.feed).set(_overdue(row))
    _DELAY.labels(row.feed).set(row.start_delay_seconds or 0.0)
    _MAINTENANCE.labels(row.feed).set(row.maintenance)
    _SILENT.labels(row.feed).set(row.silent_since is not None)
    _PACED.labels(row.feed).set(_seconds(row.paced_until, row.asked_at))
    _OFFSET.labels(row.feed).set(row.clock_offset_seconds or 0.0)
    _NIGHT.labels(row.feed).set(row.night_share or 0.0)
    _NOTICE.labels(row.feed).set(row.notice is not None)


def _overdue(row: FeedRow) -> float:
    """A run is expected by the tick, by the end of what holds it back, or by the end of a dead worker's lease."""
    if not row.enabled or row.maintenance:
        return 0.0
    held = [at for at in (row.closed_until, row.paced_until, row.lease_until) if at is not None]
    past = [row.quiet_until] if row.quiet_until is not None and row.quiet_until <= row.asked_at else []
    expected = max([row.next_at, *held, *past])
    return max(0.0, (row.asked_at - expected).total_seconds())


def _seconds(until: datetime | None, asked_at: datetime) -> float:
    return 0.0 if until is None else max(0.0, (until - asked_at).total_seconds())
