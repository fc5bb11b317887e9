"""Which period lies before another, what makes two unlike, and the exact difference of their numbers."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.comparing import BreakKind, a_year_before, breaks, difference, previous
from metrics.domain.dictionary import find
from metrics.domain.errors import PeriodError
from metrics.domain.period import ReportingPeriod
from metrics.domain.ratio import Numbers, signed
from metrics.domain.territory import Succession

MERGED = Succession("H23", "H24", date(2025, 7, 1), True, "NQ 202/2025/QH15")


@pytest.mark.parametrize(
    ("period", "before", "last_year"),
    [
        ("2024", "2023", "2023"),
        ("2024-Q1", "2023-Q4", "2023-Q1"),
        ("2024-03", "2024-02", "2023-03"),
        ("2024-01", "2023-12", "2023-01"),
        ("report-2024", "report-2023", "report-2023"),
        ("report-2024-H1", "report-2023-H2", "report-2023-H1"),
        ("report-2024-Q2", "report-2024-Q1", "report-2023-Q2"),
        ("report-2024-01", "report-2023-12", "report-2023-01"),
        ("report-2024-03", "report-2024-02", "report-2023-03"),
    ],
)
def test_the_period_before_and_that_of_last_year_are_of_the_same_kind(period: str, before: str, last_year: str) -> None:
    asked = ReportingPeriod.parse(period)
    assert previous(asked) == ReportingPeriod.parse(before)
    assert a_year_before(asked) == ReportingPeriod.parse(last_year)


def test_a_custom_range_is_put_beside_as_many_days_and_the_same_days_of_last_year() -> None:
    report = ReportingPeriod.custom(date(2023, 11, 15), date(2024, 12, 5))
    assert previous(report) == ReportingPeriod.custom(date(2022, 10, 24), date(2023, 11, 14))
    assert a_year_before(report) == ReportingPeriod.custom(date(2022, 11, 15), date(2023, 12, 5))
    leap = ReportingPeriod.custom(date(2024, 2, 1), date(2024, 2, 29))
    assert a_year_before(leap) == ReportingPeriod.custom(date(2023, 2, 1), date(2023, 2, 28))


def test_a_month_of_last_year_is_whole_and_the_same_days_of_last_year_are_the_same_days() -> None:
    assert a_year_before(ReportingPeriod.parse("2025-02")) == ReportingPeriod.parse("2024-02")
    days = ReportingPeriod.custom(date(2025, 2, 1), date(2025, 2, 28))
    assert a_year_before(days) == ReportingPeriod.custom(date(2024, 2, 1), date(2024, 2, 28))


@given(st.dates(date(1995, 1, 1), date(2090, 1, 1)), st.integers(0, 900))
def test_the_previous_range_ends_the_day_before_and_is_as_long(first: date, more: int) -> None:
    period = ReportingPeriod.custom(first, date.fromordinal(first.toordinal() + more))
    before = previous(period)
    assert (period.first - before.last).days == 1
    assert before.last - before.first == period.last - period.first


def test_no_period_begins_before_the_days_there_are() -> None:
    with pytest.raises(PeriodError, match="with: It would begin on 1989"):
        previous(ReportingPeriod.parse("1990"))


def test_the_first_days_there_are_can_be_compared_with() -> None:
    assert previous(ReportingPeriod.parse("1991")) == ReportingPeriod.parse("1990")


def kinds(figure: str, one: str, other: str, *changed: Succession) -> list[BreakKind]:
    found = breaks(find(figure), ReportingPeriod.parse(one), ReportingPeriod.parse(other), changed)
    return [each.kind for each in found]


def test_two_periods_on_one_side_of_every_change_are_alike() -> None:
    assert kinds("on_time_rate_766", "2024", "2023", MERGED) == []
    assert kinds("procedures_full_online", "2026-Q2", "2025-Q4", MERGED) == []


def test_hai_phong_of_2026_is_not_hai_phong_of_2024() -> None:
    found = breaks(find("procedures_full_online"), *map(ReportingPeriod.parse, ("2026-Q3", "2024-Q3")), [MERGED])
    assert [(one.kind, one.current, one.other, one.refuses) for one in found] == [
        (BreakKind.TERRITORY, ("2025-07-01",), ("original",), True),
        (BreakKind.GOVERNMENT_LEVELS, ("province_commune",), ("province_district_commune",), True),
        (BreakKind.ONLINE_LEVELS, ("decree_224_2026",), ("decree_42_2022",), True),
    ]
    assert found[0].reason == "H24 took over from H23 on 2025-07-01."
    assert found[0].legal_basis == ("NQ 202/2025/QH15",)


def test_the_online_rule_touches_only_figures_that_rest_on_it() -> None:
    assert kinds("full_online_rate", "2026-Q3", "2026-Q2") == [BreakKind.ONLINE_LEVELS]
    assert kinds("on_time_rate_766", "2026-Q3", "2026-Q2") == []


def test_a_period_across_a_change_is_like_no_other() -> None:
    assert kinds("resolution_rate", "2025", "2025", MERGED) == [BreakKind.TERRITORY, BreakKind.GOVERNMENT_LEVELS]
    assert kinds("full_online_rate", "2026", "2026") == [BreakKind.ONLINE_LEVELS]


@pytest.mark.fault("F138")
def test_f138_a_formula_in_force_in_one_period_only_is_labelled_and_both_are_computed() -> None:
    periods = (ReportingPeriod.parse("2025-Q4"), ReportingPeriod.parse("2025-Q2"))
    (formula,) = [one for one in breaks(find("on_time_rate_received"), *periods, []) if not one.refuses]
    assert (formula.kind, formula.current, formula.other) == (BreakKind.FORMULA, ("outside",), ("in_force",))
    assert "until 2025-06-30" in formula.reason
    assert kinds("on_time_rate_766", "2022-Q3", "2022-Q2") == [BreakKind.FORMULA]


@pytest.mark.parametrize(
    ("figure", "first", "last", "state"),
    [
        ("on_time_rate_766", date(2022, 8, 1), date(2022, 8, 31), "in_force"),
        ("on_time_rate_766", date(2022, 7, 31), date(2022, 8, 31), "partly"),
        ("on_time_rate_766", date(2022, 7, 1), date(2022, 8, 1), "partly"),
        ("on_time_rate_766", date(2022, 7, 1), date(2022, 7, 31), "outside"),
        ("on_time_rate_received", date(2025, 6, 1), date(2025, 6, 30), "in_force"),
        ("on_time_rate_received", date(2025, 6, 1), date(2025, 7, 1), "partly"),
        ("on_time_rate_received", date(2025, 6, 30), date(2025, 7, 31), "partly"),
        ("on_time_rate_received", date(2025, 7, 1), date(2025, 7, 31), "outside"),
    ],
)
def test_a_formula_is_in_force_on_its_first_and_its_last_day(figure: str, first: date, last: date, state: str) -> None:
    periods = (ReportingPeriod.custom(first, last), ReportingPeriod.parse("2023"))
    told = [(one.current, one.other) for one in breaks(find(figure), *periods, []) if one.kind is BreakKind.FORMULA]
    assert told == ([] if state == "in_force" else [((state,), ("in_force",))])


def test_what_makes_two_periods_unlike_is_told_in_words_with_its_days() -> None:
    found = breaks(find("procedures_full_online"), *map(ReportingPeriod.parse, ("2026-Q3", "2024-Q3")), [MERGED])
    assert [one.reason for one in found[1:]] == [
        "province_district_commune until 2025-06-30; province_commune from 2025-07-01.",
        "decree_42_2022 until 2026-06-30; decree_224_2026 from 2026-07-01.",
    ]
    (formula,) = breaks(find("on_time_rate_766"), *map(ReportingPeriod.parse, ("2022-Q4", "2022-Q2")), [])
    assert formula.reason == "Formula 1 is in force from 2022-08-01; both periods are computed by it."


def test_an_unknown_record_on_either_side_widens_the_difference() -> None:
    found = difference(Numbers(5, 10, 2), Numbers(4, 10, 1))
    # Now between 5 and 7 of 12, then between 4 and 5 of 11.
    assert (found.low, found.high) == (Fraction(5, 12) - Fraction(5, 11), Fraction(7, 12) - Fraction(4, 11))
    assert found.absolute == Fraction(1, 10)
    days = difference(Numbers(5, 10, 2, most=None), Numbers(4, 10, 0, most=None))
    assert (days.low, days.high) == (None, None)
    days = difference(Numbers(5, 10, 0, most=None), Numbers(4, 10, 2, most=None))
    assert (days.low, days.high) == (None, None)


def test_differences_are_exact_and_rounded_for_display_only() -> None:
    found = difference(Numbers(2155, 2172, 0), Numbers(2150, 2172, 0))
    assert found.absolute == Fraction(5, 2172)
    assert found.relative == Fraction(5, 2150)
    assert (found.low, found.high, found.reason) == (Fraction(5, 2172), Fraction(5, 2172), None)


@pytest.mark.parametrize(
    ("current", "other", "reason"),
    [
        (Numbers(0, 0, 0), Numbers(1, 2, 0), "current_no_cases"),
        (Numbers(0, 0, 3), Numbers(1, 2, 0), "current_not_told"),
        (Numbers(1, 2, 0), Numbers(0, 0, 0), "other_no_cases"),
        (Numbers(5, None, 0), Numbers(0, None, 0), "other_is_zero"),
    ],
)
def test_no_difference_is_made_up(current: Numbers, other: Numbers, reason: str) -> None:
    found = difference(current, other)
    assert (found.relative, found.reason) == (None, reason)
    assert (found.absolute is None) == (reason != "other_is_zero")


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 4), st.integers(0, 4), st.data())
def test_a_difference_lies_between_its_bounds_wherever_unknown_records_belong(
    now: int, then: int, unknown_now: int, unknown_then: int, data: st.DataObject
) -> None:
    found = difference(Numbers(now, None, unknown_now), Numbers(then, None, unknown_then))
    truth = now + data.draw(st.integers(0, unknown_now)) - then - data.draw(st.integers(0, unknown_then))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= truth <= found.high


@pytest.mark.fault("F139")
@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Fraction(-1, 20), 1, "-0.1"),
        (Fraction(1, 20), 1, "0.1"),
        (Fraction(-1, 21), 1, "0.0"),
        (Fraction(-3), 0, "-3"),
        (Fraction(0), 6, "0.000000"),
        (Fraction(89_995, 1_000), 2, "90.00"),
        (Fraction(89_994, 1_000), 2, "89.99"),
    ],
)
def test_numbers_are_rounded_half_up_on_both_sides_of_zero(value: Fraction, places: int, text: str) -> None:
    assert signed(value, places) == text
