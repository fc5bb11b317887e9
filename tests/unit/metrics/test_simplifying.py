"""Shares by exact ranks, days in the agency's hands, and the limit that the catalogue names."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.simplifying import CaseLimit, Cut, Lacking, cuts, days_for, days_taken, in_force, within
from metrics.domain.waiting import Wait

MARCH = {  # Working days up to each day, from Friday 1 March 2024 on.
    date(2024, 3, 1) + timedelta(days=n): sum(
        (date(2024, 3, 1) + timedelta(days=m)).weekday() < 5 for m in range(n + 1)
    )
    for n in range(31)
}


def test_a_share_is_kept_by_the_fewest_days_that_keep_it() -> None:
    histogram = {1: 90, 3: 5, 4: 4, 9: 1}
    assert cuts(histogram, 10) == (Cut(95, 3, 95, 7), Cut(99, 4, 99, 6), Cut(100, 9, 100, 1))
    assert [days_for(histogram, share) for share in (50, 90, 91)] == [1, 1, 3]


def test_nineteen_of_twenty_is_exactly_ninety_five_per_cent() -> None:
    assert days_for({2: 19, 8: 1}, 95) == 2
    assert days_for({2: 18, 8: 1}, 95) == 8, "18 of 19 is less, though it rounds to it"
    assert days_for({0: 1}, 100) == 0


def test_a_limit_that_is_not_kept_now_cannot_be_cut() -> None:
    assert cuts({2: 98, 7: 2}, 5) == (Cut(95, 2, 98, 3), Cut(99, 7, 100, None), Cut(100, 7, 100, None))
    assert cuts({}, 5) == ()


def test_a_limit_that_is_just_kept_can_be_cut_by_nothing_and_no_dossier_keeps_none() -> None:
    assert cuts({5: 10}, 5) == (Cut(95, 5, 10, 0), Cut(99, 5, 10, 0), Cut(100, 5, 10, 0))
    with pytest.raises(ValueError, match="no dossiers"):
        days_for({5: 0}, 95)


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 500), min_size=1), st.integers(1, 100))
def test_one_day_less_would_not_keep_the_share(histogram: dict[int, int], share: int) -> None:
    days, total = days_for(histogram, share), sum(histogram.values())
    assert 100 * within(histogram, days) >= share * total
    assert 100 * within(histogram, days - 1) < share * total


def day(number: int) -> date:
    return date(2024, 3, number)


@pytest.mark.parametrize(
    ("waits", "days"),
    [
        ([], 10),
        ([Wait(day(5), day(8), request=True)], 7),
        ([Wait(day(5), day(8), request=True), Wait(day(6), day(8), request=True)], 7),
        ([Wait(day(5), day(8), request=True), Wait(day(7), day(12), request=True)], 5),
        ([Wait(day(8), day(10), request=True)], 10),
        ([Wait(day(12), None, request=True)], 7),
        ([Wait(day(12), day(29), request=False)], 7),
        ([Wait(day(1), day(15), request=True)], 0),
    ],
)
def test_days_of_waiting_are_taken_out_once_and_only_while_it_was_there(waits: list[Wait], days: int) -> None:
    assert days_taken(day(1), day(15), waits, MARCH) == days


def test_a_day_the_calendar_does_not_know_is_not_guessed() -> None:
    assert days_taken(date(2024, 2, 29), day(15), [], MARCH) is None
    assert days_taken(day(1), date(2024, 4, 1), [], MARCH) is None
    assert days_taken(day(4), day(4), [], MARCH) == 0


@pytest.mark.parametrize(
    ("cases", "days", "lacking"),
    [
        ([("", 5, "WORKING_DAY")], 5, None),
        ([("a", 5, "WORKING_DAY"), ("b", 5, "WORKING_DAY")], 5, None),
        ([("a", 5, "WORKING_DAY"), ("b", 7, "WORKING_DAY")], None, Lacking.SEVERAL_LIMITS),
        ([("a", 5, "WORKING_DAY"), ("b", 5, "DAY")], None, Lacking.SEVERAL_LIMITS),
        ([("", 5, "DAY")], None, Lacking.OTHER_UNIT),
        ([("", None, "OTHER")], None, Lacking.OTHER_UNIT),
        ([("", None, "WORKING_DAY")], None, Lacking.OTHER_UNIT),
        ([("", 0, "WORKING_DAY")], None, Lacking.OTHER_UNIT),
        ([], None, Lacking.NO_LIMIT),
    ],
)
def test_only_one_limit_in_working_days_can_be_cut(
    cases: list[tuple[str, int | None, str]], days: int | None, lacking: Lacking | None
) -> None:
    found = in_force([CaseLimit(*case) for case in cases])
    assert (found.days, found.lacking, len(found.cases)) == (days, lacking, len(cases))


def test_the_cases_are_told_by_name_unit_and_length_the_unwritten_first() -> None:
    told = [("b", 3, "DAY"), ("a", 7, "DAY"), ("a", 1, "DAY"), ("a", None, "DAY"), ("a", 9, "AGE")]
    assert [(one.case_name, one.quantity) for one in in_force([CaseLimit(*case) for case in told]).cases] == [
        ("a", 9),
        ("a", None),
        ("a", 1),
        ("a", 7),
        ("b", 3),
    ]
