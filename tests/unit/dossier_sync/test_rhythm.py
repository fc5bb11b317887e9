"""Silence is counted in working time."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dossier_sync.domain.rhythm import working_time
from shared.domain.calendar import WorkingCalendar

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TET = WorkingCalendar(
    {date(2024, 2, day): False for day in (8, 9, 12, 13, 14)}, date(2024, 12, 31), 1, date(2024, 1, 1)
)


def waited(since: str, until: str, calendar: WorkingCalendar | None = TET) -> float:
    first, last = (datetime.fromisoformat(text).replace(tzinfo=ZONE) for text in (since, until))
    found = working_time(first, last, opens=time(7, 30), closes=time(17), zone=ZONE, calendar=calendar)
    return found / timedelta(hours=1)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2024-01-15T09:00", "2024-01-15T11:30", 2.5),
        ("2024-01-15T03:00", "2024-01-15T23:00", 9.5),
        ("2024-01-15T16:00", "2024-01-16T08:30", 2.0),
        ("2024-01-12T17:00", "2024-01-15T07:30", 0.0),  # a weekend
        ("2024-02-07T17:00", "2024-02-15T07:30", 0.0),  # Tết
        ("2024-01-16T09:00", "2024-01-15T09:00", 0.0),
    ],
)
def test_only_the_opening_hours_of_working_days_count(since: str, until: str, hours: float) -> None:
    assert waited(since, until) == hours


def test_without_a_calendar_that_reaches_so_far_weekdays_count() -> None:
    assert waited("2026-01-12T17:00", "2026-01-13T17:00") == 9.5
    assert waited("2024-02-08T00:00", "2024-02-09T00:00", None) == 9.5


def test_a_silence_of_many_years_is_not_walked_through() -> None:
    assert waited("1900-01-01T00:00", "2024-06-01T00:00") < 400 * 9.5
