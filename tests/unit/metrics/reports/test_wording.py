"""How numbers and strings are written."""

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.period import ReportingPeriod
from metrics.reports.model import DOSSIERS, PERCENT, AsOf, Text
from metrics.reports.wording import clean, number, percent, period, place_and_day, share, stamp, written


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (2172, 2215, "98.1"),
        (2155, 2172, "99.2"),
        (17, 2172, "0.8"),
        (45, 114, "39.5"),
        (69, 114, "60.5"),
        (2205, 2207, "99.9"),
        (1, 8, "12.5"),
        (1, 80, "1.3"),  # 1.25, half up
        (0, 2172, "0.0"),
        (2172, 2172, "100.0"),
    ],
)
def test_a_share_has_one_decimal_rounded_half_up(numerator: int, denominator: int, expected: str) -> None:
    assert str(share(numerator, denominator)) == expected


def test_one_late_dossier_in_two_thousand_is_not_printed_as_all_on_time() -> None:
    assert str(share(2214, 2215)) == "99.95"
    assert str(share(1, 2215)) == "0.05"
    assert str(share(9_999_999, 10_000_000)) == "99.99999"


def test_a_share_of_nothing_is_unknown() -> None:
    assert share(0, 0) is None


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_only_all_prints_as_100_and_only_none_as_0(part: int, more: int) -> None:
    points = share(part, part + more)
    assert points is not None
    assert (points == 0) == (part == 0)
    assert points < 100


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (0, "0", "0"),
        (5, "5", "5"),
        (2215, "2.215", "2,215"),
        (10_000_000, "10.000.000", "10,000,000"),
        (Decimal("98.97"), "98,97", "98.97"),
        (Decimal("1234.5"), "1.234,5", "1,234.5"),
        (Decimal("100.0"), "100", "100"),
    ],
)
def test_numbers_are_grouped_as_each_language_does(value: int | Decimal, vietnamese: str, english: str) -> None:
    assert number(value, "vi") == vietnamese
    assert number(value, "en") == english


def test_prose_in_vietnamese_pads_single_digits_but_not_zero() -> None:
    assert [number(n, "vi", padded=True) for n in (0, 8, 10)] == ["0", "08", "10"]
    assert number(8, "en", padded=True) == "8"


def test_percents_are_written_as_in_the_report() -> None:
    assert percent(Decimal("98.1"), "vi") == "98,1 %"
    assert percent(Decimal("98.1"), "en") == "98.1%"
    assert percent(100, "vi") == "100 %"


def test_qualifiers_are_part_of_the_value() -> None:
    assert written(5000, DOSSIERS, "vi", "more_than") == "hơn 5.000"
    assert written(10000, DOSSIERS, "vi", "nearly") == "gần 10.000"
    assert written(10000, DOSSIERS, "en", "nearly") == "nearly 10,000"
    assert written(Decimal("90.5"), PERCENT, "vi", "more_than") == "hơn 90,5 %"


def test_the_unknown_is_said_to_be_unknown() -> None:
    assert written(None, DOSSIERS, "vi") == "chưa có số liệu"
    assert written(None, PERCENT, "en") == "no data"


def test_dates_follow_the_decree_on_clerical_work() -> None:
    place = Text("Hải Phòng", "Hải Phòng")
    assert place_and_day(place, date(2024, 2, 5), "vi") == "Hải Phòng, ngày 05 tháng 02 năm 2024"
    assert place_and_day(place, date(2024, 12, 15), "vi") == "Hải Phòng, ngày 15 tháng 12 năm 2024"
    assert place_and_day(place, date(2024, 3, 5), "vi") == "Hải Phòng, ngày 05 tháng 3 năm 2024"
    assert place_and_day(place, None, "vi") == "Hải Phòng, ngày …… tháng …… năm 20……"


def test_a_period_names_both_days() -> None:
    span = ReportingPeriod.custom(date(2023, 11, 15), date(2024, 12, 5))
    assert period(span, "vi") == "từ ngày 15/11/2023 đến ngày 05/12/2024"
    assert period(span, "en") == "from 15 November 2023 to 5 December 2024"


def test_text_is_one_line_composed_and_without_hidden_characters() -> None:
    decomposed = unicodedata.normalize("NFD", "Sở Giáo dục")
    assert clean(decomposed) == "Sở Giáo dục"
    assert clean("a\r\nb\tc") == "a  b c"
    assert clean("a\x00\x07\u202eb\ufeff\u200b\ud800c") == "abc"


def test_an_empty_ledger_still_gives_a_fixed_date() -> None:
    span = ReportingPeriod.custom(date(2024, 1, 1), date(2024, 12, 31))
    assert stamp(AsOf(0, None, None), span).isoformat() == "2024-12-31T00:00:00+00:00"
