"""What early, on time, late, within and overdue mean, on the days where they change."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.deadline import Timeliness, timeliness

DUE = date(2024, 5, 10)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("ended_on", "expected"),
    [
        pytest.param(DUE - DAY, Timeliness.EARLY, id="the day before the due day is early"),
        pytest.param(DUE, Timeliness.ON_TIME, id="the due day itself is on time"),
        pytest.param(DUE + DAY, Timeliness.LATE, id="the day after the due day is late"),
    ],
)
def test_an_ended_dossier_is_compared_by_the_day(ended_on: date, expected: Timeliness) -> None:
    assert timeliness(DUE, ended_on, as_of=DUE + 30 * DAY) is expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param(DUE, Timeliness.WITHIN, id="the due day is not over on the due day"),
        pytest.param(DUE + DAY, Timeliness.OVERDUE, id="overdue from the day after"),
    ],
)
def test_an_open_dossier_is_overdue_only_when_its_due_day_is_over(as_of: date, expected: Timeliness) -> None:
    assert timeliness(DUE, None, as_of) is expected


def test_an_end_after_the_day_asked_about_has_not_happened_yet() -> None:
    assert timeliness(DUE, DUE + 5 * DAY, as_of=DUE + DAY) is Timeliness.OVERDUE
    assert timeliness(DUE, DUE + 5 * DAY, as_of=DUE) is Timeliness.WITHIN


def test_a_dossier_without_a_due_date_is_never_late() -> None:
    assert timeliness(None, DUE, as_of=DUE) is Timeliness.ON_TIME
    assert timeliness(None, None, as_of=DUE) is Timeliness.WITHIN


@given(st.none() | st.dates(), st.none() | st.dates(), st.dates())
def test_an_answer_is_for_the_ended_or_for_the_open_never_for_both(
    due_on: date | None, ended_on: date | None, as_of: date
) -> None:
    open_answers = {Timeliness.WITHIN, Timeliness.OVERDUE}
    ended = ended_on is not None and ended_on <= as_of
    assert (timeliness(due_on, ended_on, as_of) in open_answers) is not ended
