"""Early, on time or late: the comparison of a dossier's end with its due date.

Users: metrics (judges every dossier by it), dossier_sync (shows a dossier's state to operators).

Comparison is by day in Asia/Ho_Chi_Minh, never by hour: that is how the one-stop systems compare (practice;
no legal text that was read says otherwise). Which due date is compared is the caller's business: the portal's
own date is what the applicant holds.
"""

from datetime import date
from enum import Enum


class Timeliness(Enum):
    """Three words for a dossier that has ended, two for one that is open."""

    EARLY = "EARLY"
    """Trước hạn: ended before the due day."""
    ON_TIME = "ON_TIME"
    """Đúng hạn: ended on the due day, or no due day is known."""
    LATE = "LATE"
    """Quá hạn: ended after the due day."""
    WITHIN = "WITHIN"
    """Trong hạn: open, and the due day is not over."""
    OVERDUE = "OVERDUE"
    """Open, and the due day is over."""


def timeliness(due_on: date | None, ended_on: date | None, as_of: date) -> Timeliness:
    """How a dossier stands at the end of the day ``as_of``.

    An end after ``as_of`` has not happened yet. Without a due date a dossier counts as on time or within time
    (practice of the report screens); the caller should flag it, because nothing proves it.
    """
    if ended_on is None or ended_on > as_of:
        return Timeliness.OVERDUE if due_on is not None and due_on < as_of else Timeliness.WITHIN
    if due_on is None or ended_on == due_on:
        return Timeliness.ON_TIME
    return Timeliness.EARLY if ended_on < due_on else Timeliness.LATE
