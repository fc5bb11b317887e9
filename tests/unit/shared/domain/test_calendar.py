"""The working calendar: terms in working days, and silence where the days off are not known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import CalendarUnknown, WorkingCalendar

TET = {date(2024, 2, day): False for day in (8, 9, 12, 13, 14)}
SWAP = {date(2024, 4, 29): False, date(2024, 5, 4): True, date(2024, 4, 30): False, date(2024, 5, 1): False}
CALENDAR = WorkingCalendar(
    TET | SWAP, date(2024, 12, 31), 1, known_from=date(2024, 1, 1), provisional_until=date(2025, 12, 31)
)
days_of_2024 = st.dates(date(2024, 1, 1), date(2024, 6, 30))


def test_tet_is_not_counted() -> None:
    assert CALENDAR.add(date(2024, 2, 6), 3) == date(2024, 2, 16)


def test_a_compensated_saturday_is_a_working_day() -> None:
    assert CALENDAR.add(date(2024, 4, 26), 3) == date(2024, 5, 4)


def test_the_day_a_term_starts_on_is_not_counted() -> None:
    assert CALENDAR.add(date(2024, 3, 4), 1) == date(2024, 3, 5)
    assert CALENDAR.add(date(2024, 3, 4), 0) == date(2024, 3, 4)


def test_a_last_day_off_moves_to_the_next_working_day() -> None:
    assert CALENDAR.next_working(date(2024, 2, 8)) == date(2024, 2, 15)
    assert CALENDAR.next_working(date(2024, 2, 15)) == date(2024, 2, 15)


@given(days_of_2024, st.integers(1, 60))
def test_a_term_holds_exactly_its_working_days(start: date, length: int) -> None:
    end = CALENDAR.add(start, length)
    assert CALENDAR.is_working(end)
    assert CALENDAR.count(start + timedelta(days=1), end) == length


@given(days_of_2024, st.integers(0, 30), st.integers(0, 30))
def test_terms_add_up(start: date, first: int, second: int) -> None:
    assert CALENDAR.add(CALENDAR.add(start, first), second) == CALENDAR.add(start, first + second)


def test_no_days_are_counted_backwards() -> None:
    assert CALENDAR.count(date(2024, 3, 5), date(2024, 3, 4)) == 0
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(date(2024, 3, 4), -1)


def test_beyond_the_confirmed_years_there_is_no_answer() -> None:
    with pytest.raises(CalendarUnknown, match="2025-01-01"):
        CALENDAR.add(date(2024, 12, 31), 1)
    with pytest.raises(CalendarUnknown):
        CALENDAR.is_working(date(2023, 12, 29))


def test_a_provisional_year_answers_only_when_asked_to() -> None:
    provisional = CALENDAR.with_provisional()
    assert provisional.add(date(2024, 12, 31), 1) == date(2025, 1, 1)
    with pytest.raises(CalendarUnknown, match="2026-01-01"):
        provisional.add(date(2025, 12, 31), 1)


def test_a_calendar_without_provisional_years_answers_no_more_when_asked_for_them() -> None:
    confirmed = WorkingCalendar(TET, date(2024, 12, 31), 1)
    assert confirmed.with_provisional() == confirmed


def test_the_tables_rows_say_what_is_known_confirmed_and_provisional() -> None:
    first, last = date(2024, 1, 1), date(2025, 12, 31)
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [(day, (TET | SWAP).get(day, day.weekday() < 5), day.year == 2025) for day in every]
    assert WorkingCalendar.of_days(rows, 1) == CALENDAR


def test_a_table_of_announced_years_needs_no_provision() -> None:
    calendar = WorkingCalendar.of_days([(date(2024, 1, 1), False, False), (date(2024, 1, 2), True, False)], 3)
    assert calendar.with_provisional().confirmed_until == calendar.confirmed_until == date(2024, 1, 2)


def test_a_table_of_provisional_days_confirms_none_of_them() -> None:
    calendar = WorkingCalendar.of_days([(date(2024, 1, 2), True, True), (date(2024, 1, 3), False, True)], 3)
    with pytest.raises(CalendarUnknown, match="2024-01-02"):
        calendar.is_working(date(2024, 1, 2))
    provisional = calendar.with_provisional()
    assert [provisional.is_working(date(2024, 1, day)) for day in (2, 3)] == [True, False]


def test_a_calendar_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="without days"):
        WorkingCalendar.of_days([], 1)
