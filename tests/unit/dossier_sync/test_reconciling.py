"""A difference between two counts falls apart without a rest: explained by cause, and what nothing explains."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier_sync.domain.reconciling import (
    Cause,
    Ours,
    Population,
    by_subtree,
    compare,
    month_after,
    months_before,
)

AUGUST = date(2024, 8, 1)
_numbers = st.integers(0, 50)
_ours = st.builds(
    Ours, _numbers, _numbers, _numbers, _numbers, _numbers, _numbers, _numbers, later_in_utc=st.integers(-20, 20)
)


@given(_numbers, _ours, st.sampled_from(Population))
def test_explained_and_unexplained_are_the_whole_difference(theirs: int, ours: Ours, population: Population) -> None:
    counted = ours.counted(population)
    candidates = dict(ours.candidates(population))
    found = compare(theirs, counted, candidates.items())
    assert theirs - counted == sum(found.explained.values()) + found.unexplained
    assert found.matched == min(theirs, counted)
    for cause, number in found.explained.items():
        assert 0 < abs(number) <= abs(candidates[cause])
        assert (number > 0) == (candidates[cause] > 0)


def test_equal_counts_need_no_explanation_whatever_could_be_one() -> None:
    found = compare(10, 10, Ours(10, quarantined=3, hot=2, gone=1, later_in_utc=-1).candidates(Population.LISTED))
    assert (found.explained, found.unexplained, found.matched) == ({}, 0, 10)


@pytest.mark.parametrize(
    ("theirs", "ours", "explained", "unexplained"),
    [
        (12, Ours(10, quarantined=2), {Cause.QUARANTINED: 2}, 0),
        (13, Ours(10, quarantined=2), {Cause.QUARANTINED: 2}, 1),
        (13, Ours(10, quarantined=2, hot=5), {Cause.QUARANTINED: 2, Cause.HOT_EDGE: 1}, 0),
        (8, Ours(10, quarantined=2), {}, -2),
        (8, Ours(10, other_portal=3), {Cause.OTHER_PORTAL: -2}, 0),
        (11, Ours(10, gone=1), {Cause.GONE: 1}, 0),
        (13, Ours(10, later_in_utc=3), {Cause.DAY_BOUNDARY: 3}, 0),
        (7, Ours(10, later_in_utc=-3), {Cause.DAY_BOUNDARY: -3}, 0),
        (11, Ours(10, later_in_utc=3), {}, 1),  # it would not come nearer: the portal does not cut months so
    ],
)
def test_what_explains_a_difference(theirs: int, ours: Ours, explained: dict[Cause, int], unexplained: int) -> None:
    found = compare(theirs, ours.counted(Population.LISTED), ours.candidates(Population.LISTED))
    assert (dict(found.explained), found.unexplained) == (explained, unexplained)


def test_only_a_count_of_the_accepted_leaves_room_for_the_unmapped() -> None:
    ours = Ours(listed=10, accepted=7, unmapped=2)
    assert compare(9, ours.counted(Population.ACCEPTED), ours.candidates(Population.ACCEPTED)).unexplained == 0
    assert compare(12, ours.counted(Population.LISTED), ours.candidates(Population.LISTED)).unexplained == 2


def test_agencies_are_counted_with_everything_below_them_and_no_higher_than_the_root() -> None:
    held = {("H24.99.01", AUGUST): Ours(1), ("H24.99", AUGUST): Ours(2), ("H24.100", AUGUST): Ours(4)}
    summed = {agency: ours.listed for (agency, _), ours in by_subtree(held, "H24.99").items()}
    assert summed == {"H24.99.01": 1, "H24.99": 3}
    assert by_subtree(held, "H24")["H24", AUGUST].listed == 7


def test_months_follow_each_other_over_the_turn_of_the_year() -> None:
    months = months_before(date(2025, 2, 28), 4)
    assert months == [date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1)]
    assert [month_after(month) for month in months[:-1]] == months[1:]
