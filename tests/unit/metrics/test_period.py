"""Which days a reporting period covers, and how a wrong one is refused."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.errors import PeriodError
from metrics.domain.period import ReportingPeriod


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 31)),
        ("1990", "year", date(1990, 1, 1), date(1990, 12, 31)),
        ("2100", "year", date(2100, 1, 1), date(2100, 12, 31)),
        ("2024-Q1", "quarter", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-Q4", "quarter", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12", "month", date(2024, 12, 1), date(2024, 12, 31)),
        ("report-2024", "report_year", date(2023, 12, 15), date(2024, 12, 14)),
        ("report-2024-Q1", "report_quarter", date(2023, 12, 15), date(2024, 3, 14)),
        ("report-2024-Q2", "report_quarter", date(2024, 3, 15), date(2024, 6, 14)),
        ("report-2024-Q4", "report_quarter", date(2024, 9, 15), date(2024, 12, 14)),
        ("report-2024-H1", "report_half", date(2023, 12, 15), date(2024, 6, 14)),
        ("report-2024-H2", "report_half", date(2024, 6, 15), date(2024, 12, 14)),
        ("report-2024-08", "report_month", date(2024, 7, 15), date(2024, 8, 14)),
        ("report-2024-01", "report_month", date(2023, 12, 15), date(2024, 1, 14)),
    ],
)
def test_a_named_period_covers_its_days(text: str, kind: str, first: date, last: date) -> None:
    assert ReportingPeriod.parse(text) == ReportingPeriod(kind, first, last)


@pytest.mark.parametrize(
    "text",
    [
        "2024-13",
        "2024-00",
        "2024-Q0",
        "2024-Q5",
        "2024-H1",
        "report-2024-H3",
        "report-2024-13",
        "1989",
        "2101",
        "",
        "24",
        "2024-8",
        "2024-Q",
        "2024-08-01",
        " 2024",
        "2024\n",
        "２０２４",
        "٢٠٢٤",
        "2024-Q" + "9" * 5000,
    ],
)
def test_what_is_not_a_period_is_refused_by_the_name_of_its_parameter(text: str) -> None:
    with pytest.raises(PeriodError) as refusal:
        ReportingPeriod.parse(text)
    assert refusal.value.parameter == "period"


@pytest.mark.parametrize(
    ("first", "last", "parameter"),
    [
        (date(2024, 2, 1), date(2024, 1, 31), "to"),
        (date(1989, 12, 31), date(1990, 1, 1), "from"),
        (date(2100, 1, 1), date(2101, 1, 1), "to"),
        (date(2000, 1, 1), date(2020, 1, 17), "from"),  # 7 321 days after, and twenty leap years are 7 320
        (date(2000, 12, 31), date(2021, 1, 1), "from"),  # only 7 306 days after, but the year is the twenty-first
    ],
)
def test_a_custom_range_has_bounds(first: date, last: date, parameter: str) -> None:
    with pytest.raises(PeriodError) as refusal:
        ReportingPeriod.custom(first, last)
    assert refusal.value.parameter == parameter


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(1990, 1, 1), date(1990, 1, 1)),
        (date(2100, 12, 31), date(2100, 12, 31)),
        (date(2000, 1, 1), date(2020, 1, 1)),
        (date(2000, 1, 1), date(2020, 1, 16)),  # 7 320 days after: 7 305 to the new year of 2020, and 15
    ],
)
def test_a_custom_range_may_reach_its_bounds(first: date, last: date) -> None:
    assert ReportingPeriod.custom(first, last) == ReportingPeriod("custom", first, last)


@given(
    st.dates(date(1995, 1, 1), date(2090, 1, 1)), st.integers(0, 3000), st.sampled_from(["month", "quarter", "year"])
)
def test_the_pieces_of_a_period_cover_it_without_gap_or_overlap(first: date, length: int, unit: str) -> None:
    whole = ReportingPeriod.custom(first, first + timedelta(days=length))
    pieces = whole.pieces(unit)
    assert (pieces[0].first, pieces[-1].last) == (whole.first, whole.last)
    for one, following in itertools.pairwise(pieces):
        assert one.last + timedelta(days=1) == following.first


def test_a_report_year_is_whole_quarters_between_two_cut_ones() -> None:
    assert ReportingPeriod.parse("report-2024").pieces("quarter") == [
        ReportingPeriod("custom", date(2023, 12, 15), date(2023, 12, 31)),
        ReportingPeriod("quarter", date(2024, 1, 1), date(2024, 3, 31)),
        ReportingPeriod("quarter", date(2024, 4, 1), date(2024, 6, 30)),
        ReportingPeriod("quarter", date(2024, 7, 1), date(2024, 9, 30)),
        ReportingPeriod("custom", date(2024, 10, 1), date(2024, 12, 14)),
    ]


def test_a_report_quarter_is_whole_months_between_two_cut_ones() -> None:
    assert ReportingPeriod.parse("report-2024-Q1").pieces("month") == [
        ReportingPeriod("custom", date(2023, 12, 15), date(2023, 12, 31)),
        ReportingPeriod("month", date(2024, 1, 1), date(2024, 1, 31)),
        ReportingPeriod("month", date(2024, 2, 1), date(2024, 2, 29)),
        ReportingPeriod("custom", date(2024, 3, 1), date(2024, 3, 14)),
    ]


def test_years_are_whole_where_both_their_ends_lie_in_the_period() -> None:
    assert ReportingPeriod.custom(date(2023, 1, 1), date(2025, 12, 30)).pieces("year") == [
        ReportingPeriod("year", date(2023, 1, 1), date(2023, 12, 31)),
        ReportingPeriod("year", date(2024, 1, 1), date(2024, 12, 31)),
        ReportingPeriod("custom", date(2025, 1, 1), date(2025, 12, 30)),
    ]
