"""A figure's numbers: counts, rates, averages of points and of days, and what the unknown records leave open."""

from fractions import Fraction

import pytest

from metrics.domain.ratio import Numbers, signed


def test_a_count_is_itself_and_no_rate() -> None:
    count = Numbers(5, None, 2)
    assert (count.value, count.exact, count.percent, count.reason) == ("5", 5, None, None)
    assert (count.interval, count.bounds) == ((5, 7), ("5", "7"))


def test_a_rate_has_six_decimals_and_a_percent_with_one() -> None:
    rate = Numbers(2, 3, 1)
    assert (rate.value, rate.exact, rate.percent, rate.reason) == ("0.666667", Fraction(2, 3), "66.7", None)
    assert (rate.interval, rate.bounds) == ((Fraction(2, 4), Fraction(3, 4)), ("0.500000", "0.750000"))


def test_an_average_of_points_has_no_percent_and_an_unknown_case_may_score_them_all() -> None:
    points = Numbers(3, 2, 2, most=2)
    assert (points.value, points.percent) == ("1.500000", None)
    assert points.interval == (Fraction(3, 4), Fraction(7, 4))


def test_an_average_of_days_has_no_limit_once_a_record_is_unknown() -> None:
    assert Numbers(30, 10, 0, most=None).interval == (3, 3)
    assert Numbers(30, 10, 0, most=None).bounds == ("3.000000", "3.000000")
    assert Numbers(30, 10, 0, most=None).percent is None
    assert (Numbers(30, 10, 1, most=None).interval, Numbers(30, 10, 1, most=None).bounds) == (None, None)


@pytest.mark.parametrize(("unknown", "reason"), [(0, "no_cases"), (2, "not_told")])
def test_none_of_none_is_no_number(unknown: int, reason: str) -> None:
    nothing = Numbers(0, 0, unknown)
    assert (nothing.value, nothing.exact, nothing.percent, nothing.reason) == (None, None, None, reason)
    assert nothing.interval == ((0, 1) if unknown else None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(7, 2), "4"),
        (Fraction(-7, 2), "-4"),
        (Fraction(5, 4), "1"),
        (Fraction(9, 1), "9"),
        (Fraction(1, 2), "1"),
        (Fraction(-1, 3), "0"),
        (Fraction(0), "0"),
    ],
)
def test_a_whole_number_is_rounded_half_up_away_from_zero(value: Fraction, text: str) -> None:
    assert signed(value, 0) == text
