"""Scores of an agency as a whole (TT 01/2018), and the sync rate with its stand-ins (QĐ 766 1.4)."""

import pytest

from metrics.domain.qd766.inputs import DataQuality, Ratio
from metrics.domain.qd766.sync import sync_ratio
from metrics.domain.tt01 import online_index, petitions_index


@pytest.mark.parametrize(
    ("due", "on_time", "points"),
    [(0, 0, 2), (5, 5, 2), (10, 9, 1), (100, 90, 1), (100, 89, 0), (1, 0, 0)],
)
def test_index_8(due: int, on_time: int, points: int) -> None:
    assert petitions_index(due, on_time) == points


@pytest.mark.parametrize(
    ("procedures", "online", "received", "by_net", "overdue", "points"),
    [
        (100, 20, 100, 30, 0, 2),
        (100, 19, 100, 100, 0, 0),
        (100, 20, 100, 30, 1, 1),
        (100, 20, 100, 29, 0, 1),
        (100, 20, 100, 15, 0, 1),
        (100, 20, 100, 14, 0, 0),
        (100, 20, 1000, 149, 0, 0),
        (0, 0, 100, 50, 0, None),
        (100, 50, 0, 0, 0, None),
    ],
)
def test_index_9(procedures: int, online: int, received: int, by_net: int, overdue: int, points: int | None) -> None:
    assert online_index(procedures, online, received, by_net, overdue) == points


TEMP, NONE = (DataQuality.TEMP_NATIONAL_REPORT_DENOMINATOR,), (DataQuality.NO_NATIONAL_REPORT_DATA,)


@pytest.mark.parametrize(
    ("on_portal", "in_report", "last_year", "kind", "expected"),
    [
        (90, 100, 1, "month", Ratio(90, 100)),
        (110, 100, None, "month", Ratio(110, 110)),
        (90, None, 1200, "month", Ratio(90, 100, TEMP)),
        (90, None, 1201, "month", Ratio(90, 101, TEMP)),
        (90, None, 400, "quarter", Ratio(90, 100, TEMP)),
        (90, None, 100, "year", Ratio(90, 100, TEMP)),
        (90, None, 1200, "custom", Ratio(90, 90, TEMP)),
        (90, None, None, "month", Ratio(90, 90, TEMP)),
        (0, None, 1200, "month", Ratio(0, 100, TEMP)),
        (0, None, None, "month", Ratio(0, 0, NONE)),
        (0, 0, None, "month", Ratio(0, 0)),
        (None, 100, 1200, "month", None),
    ],
)
def test_the_sync_rate_and_what_stands_in(
    on_portal: int | None, in_report: int | None, last_year: int | None, kind: str, expected: Ratio | None
) -> None:
    assert sync_ratio(on_portal, in_report, last_year, kind) == expected
