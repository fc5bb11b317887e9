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
        (date(2000, 1, 1), date(2020, 12, 31), "from"),
    ],
)
def test_a_custom_range_has_bounds(first: date, last: date, parameter: str) -> None:
    if parameter == "from" and first.year == 2000:
        last = date(2021, 1, 1)
    with pytest.raises(PeriodError) as refusal:
        ReportingPeriod.custom(first, last)
    assert refusal.value.parameter == parameter


@given(
    st.dates(date(1995, 1, 1), date(2090, 1, 1)), st.integers(0, 3000), st.sampled_from(["month", "quarter", "year"])
)
def test_the_pieces_of_a_period_cover_it_without_gap_or_overlap(first: date, length: int, unit: str) -> None:
    whole = ReportingPeriod.custom(first, first + timedelta(days=length))
    pieces = whole.pieces(unit)
    assert (pieces[0].first, pieces[-1].last) == (whole.first, whole.last)
    for one, following in itertools.pairwise(pieces):
        assert one.last + timedelta(days=1) == following.first
