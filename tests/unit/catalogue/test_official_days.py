"""The seeded calendar gives the dates that were worked out by hand from the announcements."""

from datetime import date

import pytest

from catalogue.official_days import official_days
from shared.domain.calendar import CalendarUnknown, WorkingCalendar

CALENDAR = WorkingCalendar.of_days([(day.day, day.working, day.provisional) for day in official_days()], 1)
YEARS = {2020: 252, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 250, 2026: 249, 2027: 249}


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2024-02-06", 3, "2024-02-16"),
        ("2024-04-26", 1, "2024-05-02"),
        ("2024-04-26", 3, "2024-05-04"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2025-04-25", 2, "2025-04-28"),
        ("2025-04-29", 1, "2025-05-05"),
        ("2025-12-31", 1, "2026-01-05"),
        ("2026-01-09", 1, "2026-01-10"),
        ("2026-02-13", 1, "2026-02-23"),
        ("2026-08-21", 1, "2026-08-22"),
        ("2026-08-28", 1, "2026-09-03"),
        ("2026-11-23", 1, "2026-11-25"),
    ],
)
def test_a_term_ends_on_the_day_worked_out_by_hand(start: str, count: int, end: str) -> None:
    assert CALENDAR.add(date.fromisoformat(start), count) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("signed", "due"),
    [
        ("2024-01-10", "2024-01-17"),
        ("2024-01-22", "2024-01-29"),
        ("2024-04-26", "2024-05-07"),
        ("2024-05-20", "2024-05-27"),
        ("2024-09-16", "2024-09-23"),
        ("2024-10-16", "2024-10-23"),
        ("2024-10-18", "2024-10-25"),
        ("2024-12-02", "2024-12-09"),
    ],
)
def test_five_working_days_to_post_a_decision_of_2024(signed: str, due: str) -> None:
    assert CALENDAR.add(date.fromisoformat(signed), 5) == date.fromisoformat(due)


@pytest.mark.parametrize(("year", "expected"), YEARS.items())
def test_each_year_has_its_number_of_working_days(year: int, expected: int) -> None:
    assert CALENDAR.with_provisional().count(date(year, 1, 1), date(year, 12, 31)) == expected


def test_the_reports_ranges_have_their_working_days() -> None:
    assert CALENDAR.count(date(2023, 11, 15), date(2024, 12, 5)) == 266
    assert CALENDAR.count(date(2023, 12, 15), date(2024, 12, 14)) == 250


def test_the_swap_of_january_2026_is_ours_and_names_its_announcement() -> None:
    swapped = {day.day: day for day in official_days() if day.announced}
    assert {day: one.working for day, one in swapped.items()} == {date(2026, 1, 2): False, date(2026, 1, 10): True}
    assert all("12729/VPCP-KGVX" in one.source for one in swapped.values())


def test_every_day_of_2019_to_2027_is_there_once() -> None:
    days = [day.day for day in official_days()]
    assert (days[0], days[-1]) == (date(2019, 1, 1), date(2027, 12, 31))
    assert len(days) == len(set(days)) == (days[-1] - days[0]).days + 1


def test_the_year_nobody_announced_yet_is_provisional() -> None:
    with pytest.raises(CalendarUnknown):
        CALENDAR.add(date(2026, 12, 31), 1)
    assert CALENDAR.with_provisional().add(date(2026, 12, 31), 1) == date(2027, 1, 4)
