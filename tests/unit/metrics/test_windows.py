"""How a period is cut into spans of the tally: every day once, in as few rows as there are."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.folding import DAY, MONTH, YEAR, Window, windows
from metrics.domain.period import ReportingPeriod

DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


def _days_of(window: Window) -> set[date]:
    """The days of the rows a window reads: a month's or a year's row stands on its first day."""
    found, day = set(), window.first
    while day < window.stop:
        found.add(day)
        day += timedelta(days=1)
    return found


@given(st.tuples(DAYS, DAYS).map(sorted))
def test_the_windows_of_a_period_hold_each_of_its_days_once(ends: list[date]) -> None:
    period = ReportingPeriod.custom(*ends)
    within = [window for window in windows([period]) if window.part == 1]
    held = Counter(day for window in within for day in _days_of(window))
    assert set(held.values()) == {1}
    assert (min(held), max(held), len(held)) == (period.first, period.last, (period.last - period.first).days + 1)
    for window in within:
        assert window.span == DAY or (window.first.day, window.stop.day) == (1, 1)
        assert window.span != YEAR or (window.first.month, window.stop.month) == (1, 1)
    longest = max(len(_days_of(window)) for window in within if window.span == DAY) if within[0].span == DAY else 0
    assert longest < 2 * 31, "a whole month was read day by day"


def test_a_year_and_all_before_it_are_two_ranges_of_rows() -> None:
    (before, during) = windows([ReportingPeriod.parse("2024")])
    assert (before.span, before.stop) == (YEAR, date(2024, 1, 1))
    assert (during.span, during.first, during.stop) == (YEAR, date(2024, 1, 1), date(2025, 1, 1))


def test_a_report_year_is_months_between_days() -> None:
    spans = [(w.span, w.first, w.stop) for w in windows([ReportingPeriod.parse("report-2024")]) if w.part == 1]
    assert spans == [
        (DAY, date(2023, 12, 15), date(2024, 1, 1)),
        (DAY, date(2024, 12, 1), date(2024, 12, 15)),
        (MONTH, date(2024, 1, 1), date(2024, 12, 1)),
    ]


def test_all_before_a_report_year_is_years_then_months_then_days() -> None:
    spans = [(w.span, w.first, w.stop) for w in windows([ReportingPeriod.parse("report-2024")]) if w.part == 0]
    assert spans == [
        (DAY, date(2023, 12, 1), date(2023, 12, 15)),
        (MONTH, date(2023, 1, 1), date(2023, 12, 1)),
        (YEAR, date.min, date(2023, 1, 1)),
    ]


def test_each_period_has_a_part_before_it_and_a_part_within_it() -> None:
    february, march = ReportingPeriod.parse("2024-02"), ReportingPeriod.parse("2024-03")
    parts = {w.part: (w.span, w.first, w.stop) for w in windows([february, march]) if w.span == MONTH}
    assert parts == {
        0: (MONTH, date(2024, 1, 1), date(2024, 2, 1)),
        1: (MONTH, date(2024, 2, 1), date(2024, 3, 1)),
        2: (MONTH, date(2024, 1, 1), date(2024, 3, 1)),
        3: (MONTH, date(2024, 3, 1), date(2024, 4, 1)),
    }


def test_a_whole_year_within_a_period_is_one_row_on_its_first_day() -> None:
    period = ReportingPeriod.custom(date(2022, 12, 15), date(2024, 2, 14))
    assert [(w.span, w.first, w.stop) for w in windows([period]) if w.part == 1] == [
        (DAY, date(2022, 12, 15), date(2023, 1, 1)),
        (DAY, date(2024, 2, 1), date(2024, 2, 15)),
        (MONTH, date(2024, 1, 1), date(2024, 2, 1)),
        (YEAR, date(2023, 1, 1), date(2024, 1, 1)),
    ]


def test_months_before_the_first_whole_year_are_read_as_months() -> None:
    period = ReportingPeriod.custom(date(2022, 11, 1), date(2024, 2, 29))
    assert [(w.span, w.first, w.stop) for w in windows([period]) if w.part == 1] == [
        (MONTH, date(2022, 11, 1), date(2023, 1, 1)),
        (MONTH, date(2024, 1, 1), date(2024, 3, 1)),
        (YEAR, date(2023, 1, 1), date(2024, 1, 1)),
    ]


def test_a_period_that_begins_within_a_short_february_goes_on_with_march() -> None:
    period = ReportingPeriod.custom(date(2023, 2, 2), date(2023, 3, 31))
    assert [(w.span, w.first, w.stop) for w in windows([period]) if w.part == 1] == [
        (DAY, date(2023, 2, 2), date(2023, 3, 1)),
        (MONTH, date(2023, 3, 1), date(2023, 4, 1)),
    ]


def test_a_single_day_is_one_row() -> None:
    first = date(2024, 1, 1)
    assert windows([ReportingPeriod.custom(first, first)])[-1] == Window(1, DAY, first, date(2024, 1, 2))
