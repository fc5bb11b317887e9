"""The generator's own calendar."""

from datetime import date

import pytest

from sandbox_portal.scenarios.days import add_working_days, instant, is_working, local_ordinal, ordinal, working_days

VECTORS = [
    (date(2024, 2, 6), 3, date(2024, 2, 16)),
    (date(2024, 4, 26), 1, date(2024, 5, 2)),
    (date(2024, 4, 26), 3, date(2024, 5, 4)),
    (date(2025, 1, 24), 5, date(2025, 2, 7)),
    (date(2025, 4, 25), 2, date(2025, 4, 28)),
    (date(2025, 4, 29), 1, date(2025, 5, 5)),
    (date(2025, 12, 31), 1, date(2026, 1, 5)),
    (date(2026, 1, 9), 1, date(2026, 1, 10)),
    (date(2026, 2, 13), 1, date(2026, 2, 23)),
    (date(2026, 8, 21), 1, date(2026, 8, 22)),
    (date(2026, 8, 28), 1, date(2026, 9, 3)),
    (date(2026, 11, 23), 1, date(2026, 11, 25)),
]


@pytest.mark.parametrize(("day", "limit", "due"), VECTORS)
def test_limits_end_where_the_announcements_say(day: date, limit: int, due: date) -> None:
    assert add_working_days(day, limit) == due


def test_the_report_has_266_working_days_and_each_year_its_own() -> None:
    assert len(working_days(date(2023, 11, 15), date(2024, 12, 5))) == 266
    years = {year: len(working_days(date(year, 1, 1), date(year, 12, 31))) for year in (2023, 2024, 2025, 2026)}
    assert years == {2023: 249, 2024: 251, 2025: 250, 2026: 249}


def test_a_swapped_saturday_is_worked_and_its_monday_is_not() -> None:
    assert is_working(date(2024, 5, 4))
    assert not is_working(date(2024, 4, 29))


def test_an_early_morning_belongs_to_the_local_day_and_not_to_the_day_in_utc() -> None:
    at = instant(date(2024, 1, 15), 6 * 3600)
    assert at // 86_400_000 == ordinal(date(2024, 1, 14))
    assert local_ordinal(at) == ordinal(date(2024, 1, 15))
