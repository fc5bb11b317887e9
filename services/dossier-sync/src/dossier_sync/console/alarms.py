"""What an operator must know of a feed at once: the conditions of ``deploy/prometheus/alerts.yml``, seen on its row."""

from collections.abc import Iterable
from dataclasses import dataclass

from dossier_sync.repository.feeds import FeedRow
from dossier_sync.repository.inbound import is_pushed
from shared.runtime.http import PortalUnavailable
from shared.sync.verdicts import FeedState, Verdict

_MANY_FAILURES = 3
_NEARLY_FULL = 0.8


@dataclass(frozen=True, slots=True)
class Alarm:
    """``name`` is one of the console's words, ``grave``: somebody must act now. ``notice``: words of the row itself."""

    name: str
    grave: bool
    count: int = 0
    notice: str = ""


def alarms_of(row: FeedRow) -> list[Alarm]:
    """The gravest first."""
    found = [
        (row.enabled and row.state == FeedState.STALE, Alarm("alarm_stale", True)),
        (row.lease_until is not None and row.lease_until < row.asked_at, Alarm("alarm_lease", True)),
        (row.quarantined > _NEARLY_FULL * row.most_set_aside, Alarm("alarm_quarantine", True)),
        (row.failures >= _MANY_FAILURES, Alarm("alarm_failing", True, row.failures)),
        (row.enabled and row.state == FeedState.UNKNOWN, Alarm("alarm_unknown", False)),
        (row.last_verdict == Verdict.PARTIAL, Alarm("alarm_partial", False)),
        (not row.enabled, Alarm("disabled", False)),
        (bool(row.notice), Alarm("", False, notice=row.notice or "")),
    ]
    return [alarm for holds, alarm in found if holds]


def every_portal_away(rows: Iterable[FeedRow]) -> bool:
    """Whether no portal of several answered when it was last asked: then the first suspect is our own network.

    Portals that announced it, and senders that come to us, say nothing about the way to the others.
    """
    asked = [row for row in rows if row.enabled and not row.maintenance and not is_pushed(row.feed)]
    away = all(row.last_failure == PortalUnavailable.failure for row in asked)
    return away and len({row.portal for row in asked}) > 1
