"""Which due date a dossier is judged by when the applicant was asked for supplements: three policies, never one guess.

``PORTAL``: the date the portal shows, which the applicant holds (ours where it shows none). ``RESTART``: the limit
begins anew when the last supplement is complete (NĐ 61/2018 Art. 19(4), read). ``SUBTRACT``: the days of waiting are
taken out of the limit (business rules of QĐ 766 [D]). The two are computed from the date by the procedure's limit, or
from the first date ever promised where the catalogue has no limit.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from metrics.domain.dossier import Days
from metrics.domain.waiting import Wait, overdue, spent
from shared.domain.calendar import CalendarUnknown, WorkingCalendar

_ONE_DAY = timedelta(days=1)


class Policy(StrEnum):
    """What a supplement request does to the due date."""

    PORTAL = "PORTAL"
    RESTART = "RESTART"
    SUBTRACT = "SUBTRACT"


def restarted(
    limit_on: date | None, received_on: date, waits: Sequence[Wait], calendar: WorkingCalendar | None
) -> date | None:
    """The due date when the limit, in working days, starts again after the last completed request.

    During a request nothing has begun anew yet, so the date is the old one. None: no limit, or the calendar does not
    reach so far: a date that cannot be computed is not guessed.
    """
    answered = answers(waits)
    if limit_on is None or not answered or limit_on < received_on:
        return limit_on
    if calendar is None:
        return None
    try:
        return calendar.add(max(answered), calendar.count(received_on + _ONE_DAY, limit_on))
    except CalendarUnknown:
        return None


def overdue_restarted(
    limit_on: date | None,
    received_on: date,
    ended_on: date | None,
    waits: Sequence[Wait],
    calendar: WorkingCalendar | None,
) -> tuple[Days, ...]:
    """Days overdue by a limit that starts anew: an answer moves no day before it, when the older date still stood."""
    found: list[Days] = []
    begins = [received_on, *answers(waits)]
    for begun, stop in zip(begins, [*begins[1:], ended_on], strict=True):
        due_on = restarted(
            limit_on, received_on, [w for w in waits if w.stop is not None and w.stop <= begun], calendar
        )
        for first, over in overdue(begun, stop, due_on, waits):
            if found and found[-1][1] == first:
                first = found.pop()[0]
            found.append((first, over))
    return tuple(found)


def answers(waits: Sequence[Wait]) -> list[date]:
    """The days on which a request was answered, in order."""
    return sorted({wait.stop for wait in waits if wait.request and wait.complete and wait.stop is not None})


def subtracted(limit_on: date | None, waits: Sequence[Wait]) -> date | None:
    """The due date when the days of waiting, each counted once, are added to it; None: no limit, or it still waits."""
    after = spent(waits, limit_on)
    return None if after is None else after - _ONE_DAY
