"""The reporting period of a figure: which days it covers, both ends included.

Two calendars exist side by side. QĐ 766 runs on calendar months, quarters and years; reports under NĐ 09/2019 run
from the 15th of the month before to the 14th (figures.md 1.K), so report year 2024 is 2023-12-15 to 2024-12-14.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.domain.errors import PeriodError

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
LONGEST_YEARS = 20

_ONE_DAY = timedelta(days=1)
_PERIOD = re.compile(
    r"(?P<report>report-)?(?P<year>[0-9]{4})(?:-(?:Q(?P<quarter>[0-9]+)|H(?P<half>[0-9]+)|(?P<month>[0-9]{2})))?"
)
_SHAPES = "2024, 2024-Q3, 2024-08, report-2024, report-2024-Q1, report-2024-H1 or report-2024-08"


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """``first`` to ``last``, both included, with the way it was named. ``kind`` is stable and public."""

    kind: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> "ReportingPeriod":
        """The period named by ``text``. Raises ``PeriodError`` naming ``period``."""
        match = _PERIOD.fullmatch(text)
        if match is None:
            raise PeriodError("period", f"It is not one of the forms {_SHAPES}.")
        report = match["report"] is not None
        if match["half"] is not None and not report:
            raise PeriodError("period", "Half years exist only as report periods: report-2024-H1.")
        kind, start, months = _months(match["quarter"], match["half"], match["month"])
        year = int(match["year"])
        if not EARLIEST.year <= year <= LATEST.year:
            raise PeriodError("period", f"Years run from {EARLIEST.year} to {LATEST.year}.")
        first = date(year, start, 1)
        stop = date(year + (start - 1 + months) // 12, (start - 1 + months) % 12 + 1, 1)
        if report:
            first, stop, kind = _fifteenth_before(first), _fifteenth_before(stop), f"report_{kind}"
        return cls(kind, first, stop - _ONE_DAY)

    @classmethod
    def custom(cls, first: date, last: date) -> "ReportingPeriod":
        """Any range of days. Raises ``PeriodError`` naming ``from`` or ``to``."""
        _within("from", first)
        _within("to", last)
        if last < first:
            raise PeriodError("to", "It lies before `from`.")
        if last.year - first.year > LONGEST_YEARS or (last - first).days > LONGEST_YEARS * 366:
            raise PeriodError("from", f"The range is longer than {LONGEST_YEARS} years.")
        return cls("custom", first, last)

    def pieces(self, unit: str) -> list["ReportingPeriod"]:
        """The calendar months, quarters or years of the period, cut at its ends (then of kind ``custom``)."""
        length = {"month": 1, "quarter": 3, "year": 12}[unit]
        found: list[ReportingPeriod] = []
        start = date(self.first.year, (self.first.month - 1) // length * length + 1, 1)
        while start <= self.last:
            index = start.month - 1 + length
            stop = date(start.year + index // 12, index % 12 + 1, 1)
            first, last = max(start, self.first), min(stop - _ONE_DAY, self.last)
            whole = (first, last) == (start, stop - _ONE_DAY)
            found.append(ReportingPeriod(unit if whole else "custom", first, last))
            start = stop
        return found


def _months(quarter: str | None, half: str | None, month: str | None) -> tuple[str, int, int]:
    """Kind, first month and number of months."""
    if quarter is not None:
        return "quarter", 3 * _numbered("quarter", quarter, 4) - 2, 3
    if half is not None:
        return "half", 6 * _numbered("half year", half, 2) - 5, 6
    if month is not None:
        return "month", _numbered("month", month, 12), 1
    return "year", 1, 12


def _numbered(what: str, text: str, most: int) -> int:
    number = int(text[:9])
    if not 1 <= number <= most:
        raise PeriodError("period", f"There is no {what} {text[:9]}.")
    return number


def _fifteenth_before(month_start: date) -> date:
    return (month_start - _ONE_DAY).replace(day=15)


def _within(parameter: str, day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise PeriodError(parameter, f"Days run from {EARLIEST} to {LATEST}.")
