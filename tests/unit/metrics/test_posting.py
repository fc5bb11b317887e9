"""Posting deadlines of publication decisions, with the vectors of the 2024 report."""

from datetime import date, timedelta

import pytest

from metrics.domain.period import ReportingPeriod
from metrics.domain.posting import Postings, Signed, days_allowed, judge
from shared.domain.calendar import WorkingCalendar

TET = {date(2024, 2, day): False for day in range(8, 15)}
APRIL = {date(2024, 4, 29): False, date(2024, 4, 30): False, date(2024, 5, 1): False, date(2024, 5, 4): True}
CALENDAR = WorkingCalendar({**TET, **APRIL}, date(2024, 12, 31), 1, known_from=date(2023, 1, 1))
YEAR = ReportingPeriod.parse("2024")


def one(signed_on: date, posted_on: date | None, *kinds: str, period: ReportingPeriod = YEAR) -> Postings:
    return judge([Signed(kinds or ("NEW",), signed_on, posted_on)], period, CALENDAR, 5)


@pytest.mark.parametrize(
    ("signed_on", "due_on"),
    [
        (date(2024, 1, 10), date(2024, 1, 17)),
        (date(2024, 4, 26), date(2024, 5, 7)),
        (date(2024, 5, 20), date(2024, 5, 27)),
        (date(2024, 9, 16), date(2024, 9, 23)),
        (date(2024, 12, 2), date(2024, 12, 9)),
        (date(2024, 2, 7), date(2024, 2, 21)),
    ],
)
def test_a_province_has_until_the_fifth_working_day_after_signing(signed_on: date, due_on: date) -> None:
    assert one(signed_on, due_on) == Postings(1, 0, 0)
    assert one(signed_on, due_on + timedelta(days=1)) == Postings(0, 1, 0)


@pytest.mark.fault("F95")
def test_a_day_nobody_told_is_neither_on_time_nor_late() -> None:
    assert one(date(2024, 5, 20), None) == Postings(0, 0, 1)
    assert judge([Signed(("NEW",), date(2024, 5, 20), date(2024, 5, 21))], YEAR, None, 5) == Postings(0, 0, 1)
    beyond = [Signed(("NEW",), date(2024, 12, 30), date(2024, 12, 31))]
    assert judge(beyond, YEAR, CALENDAR, 5) == Postings(0, 0, 1)


def test_internal_procedures_have_no_duty_but_a_mixed_decision_has() -> None:
    assert one(date(2024, 10, 18), date(2024, 12, 18), "INTERNAL").total == 0
    assert one(date(2024, 10, 18), date(2024, 12, 18), "INTERNAL", "NEW") == Postings(0, 1, 0)


def test_one_signed_before_the_period_counts_where_it_fell_due_in_it_unposted() -> None:
    october = ReportingPeriod.parse("2024-10")
    signed = date(2024, 9, 27)
    assert one(signed, date(2024, 10, 4), period=october).total == 0
    assert one(signed, date(2024, 10, 7), period=october) == Postings(0, 1, 0)
    assert one(signed, None, period=october) == Postings(0, 0, 1)
    assert one(date(2024, 9, 2), None, period=october).total == 0
    assert one(date(2024, 11, 1), date(2024, 11, 4), period=october).total == 0


def test_the_first_and_the_last_day_of_the_period_belong_to_it() -> None:
    october = ReportingPeriod.parse("2024-10")
    for signed in (date(2024, 10, 1), date(2024, 10, 31)):
        assert one(signed, signed, period=october) == Postings(1, 0, 0)
    signed, due_on = date(2024, 9, 27), date(2024, 10, 4)
    ends_then = ReportingPeriod.custom(date(2024, 9, 30), due_on)
    begins_then = ReportingPeriod.custom(due_on, date(2024, 10, 20))
    for period in (ends_then, begins_then):
        assert one(signed, None, period=period) == Postings(0, 0, 1)


def test_a_ministry_has_ten_days_and_a_province_five() -> None:
    assert (days_allowed("G22"), days_allowed("H24"), days_allowed("H24.99")) == (10, 5, 5)
