"""What an operator's alarms watch, read from the feed rows at scrape time: a dead worker could not report itself."""

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.repository.feeds import list_feeds
from shared.runtime.database import snapshot
from shared.runtime.logs import logger
from shared.runtime.telemetry import gauge
from shared.sync.verdicts import FeedState

_log = logger(__name__)

_STATE = gauge("feed_state", "1 for the state a feed is in: fresh, stale or unknown.", ["feed", "state"])
_AGE = gauge("feed_data_age_seconds", "Age of the instant up to which a feed is proven complete; -1: never.", ["feed"])
_QUARANTINED = gauge("feed_quarantined", "Records of a feed set aside now.", ["feed"])
_MOST_SET_ASIDE = gauge("feed_quarantine_limit", "Records of a feed that may be set aside.", ["feed"])
_FAILURES = gauge("feed_failures", "Failed runs of a feed in a row.", ["feed"])
_LAST_FAILURE = gauge("feed_last_failure", "1 for the class its last run failed with.", ["feed", "failure"])
_LEASE = gauge(
    "feed_lease_seconds", "Seconds until a feed's lease ends; negative: its worker is silent; 0: free.", ["feed"]
)


async def refresh_gauges(engine: AsyncEngine) -> None:
    """Sets the gauges. A database that is away leaves them as they were; ``/readyz`` says so."""
    try:
        async with snapshot(engine) as connection:
            rows = await list_feeds(connection)
    except (SQLAlchemyError, OSError) as error:
        _log.error("gauges not refreshed", error=type(error).__name__)
        return
    _LAST_FAILURE.clear()
    for row in rows:
        if row.last_failure is not None:
            _LAST_FAILURE.labels(row.feed, row.last_failure).set(1)
        for state in FeedState:
            _STATE.labels(row.feed, str(state)).set(row.state == state)
        _AGE.labels(row.feed).set(-1 if row.data_until is None else (row.asked_at - row.data_until).total_seconds())
        _QUARANTINED.labels(row.feed).set(row.quarantined)
        _MOST_SET_ASIDE.labels(row.feed).set(row.most_set_aside)
        _FAILURES.labels(row.feed).set(row.failures)
        left = 0 if row.lease_until is None else (row.lease_until - row.asked_at).total_seconds()
        _LEASE.labels(row.feed).set(left)
