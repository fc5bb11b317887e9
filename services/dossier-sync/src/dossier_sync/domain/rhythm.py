"""How long a portal has been silent, counted in the working time of the offices that fill it. Pure.

A portal where nothing moves on a Sunday is at rest; one where nothing moves on a Tuesday is silent, and silence is not
zero. Days off come from the working calendar; where it does not reach, Monday to Friday count.
"""

from datetime import date, datetime, time, timedelta, tzinfo

from shared.domain.calendar import CalendarUnknown, WorkingCalendar

_SATURDAY = 5
_LONGEST_DAYS = 400
"""A silence is never counted further back: it is long enough to be told."""


def working_time(
    since: datetime, until: datetime, *, opens: time, closes: time, zone: tzinfo, calendar: WorkingCalendar | None
) -> timedelta:
    """Time of offices' opening hours between two instants; zero when ``until`` is earlier."""
    first, last = since.astimezone(zone), until.astimezone(zone)
    counted = timedelta(0)
    day = max(first.date(), last.date() - timedelta(days=_LONGEST_DAYS))
    while day <= last.date():
        if _is_working(day, calendar):
            begins = max(datetime.combine(day, opens, zone), first)
            ends = min(datetime.combine(day, closes, zone), last)
            counted += max(timedelta(0), ends - begins)
        day += timedelta(days=1)
    return counted


def _is_working(day: date, calendar: WorkingCalendar | None) -> bool:
    if calendar is not None:
        try:
            return calendar.is_working(day)
        except CalendarUnknown:
            pass
    return day.weekday() < _SATURDAY
