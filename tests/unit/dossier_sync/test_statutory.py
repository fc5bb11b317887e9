"""Our own due date: one limit in working days, a confirmed calendar, else none."""

from datetime import date

import pytest

from dossier_sync.domain.statutory import StatutoryDates
from shared.domain.calendar import WorkingCalendar

CALENDAR = WorkingCalendar({date(2024, 4, 29): False, date(2024, 4, 30): False, date(2024, 5, 1): False,
                            date(2024, 5, 4): True}, confirmed_until=date(2024, 12, 31), revision=1)  # fmt: skip
DAY = date(2024, 4, 26)


@pytest.mark.parametrize(
    ("limits", "agency", "channel", "due"),
    [
        pytest.param([("H24", "1.000001", 2, 3)], "H24", 2, date(2024, 5, 4), id="a worked Saturday counts"),
        pytest.param([("H24", "1.000001", 2, 1)], "H24.99", 2, date(2024, 5, 2), id="the agency above knows it"),
        pytest.param([("H24", "1.000001", 2, 9), ("H24.99", "1.000001", 2, 1)], "H24.99", 2, date(2024, 5, 2),
                     id="the nearest catalogue decides"),
        pytest.param([("H24", "1.000001", 1, 1)], "H24", None, date(2024, 5, 2), id="no channel counts as direct"),
        pytest.param([("H24", "1.000001", 2, 1), ("H24", "1.000001", 2, 2)], "H24", 2, None, id="two cases are no one"),
        pytest.param([("H24", "1.000001", 2, 400)], "H24", 2, None, id="beyond the confirmed calendar"),
        pytest.param([("H25", "1.000001", 2, 1)], "H24", 2, None, id="another province's limit"),
        pytest.param([], "H24", 2, None, id="no catalogue"),
    ],
)  # fmt: skip
def test_the_limit_counts_from_the_day_after_receipt(
    limits: list[tuple[str, str, int, int]], agency: str, channel: int | None, due: date | None
) -> None:
    assert StatutoryDates(limits, CALENDAR).due(agency, "1.000001", channel, DAY) == due


@pytest.mark.fault("F95")
def test_without_a_calendar_there_is_none() -> None:
    assert StatutoryDates([("H24", "1.000001", 2, 1)], None).due("H24", "1.000001", 2, DAY) is None
