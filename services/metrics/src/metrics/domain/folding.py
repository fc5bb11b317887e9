"""Folds judged dossiers into the rows of the tally: by agency, channel and day; of subtrees, months and years."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter

from metrics.domain.dossier import Judged
from metrics.domain.events import events
from metrics.domain.period import ReportingPeriod

DAY, MONTH, YEAR = 1, 2, 3
"""Spans of a tally row. A longer span's row is the sum of its days' rows, so that long periods stay few rows."""

Key = tuple[str, int, date, int]
"""(agency code, span, day, channel); '' is every agency, the day of a month or a year is its first."""

Cell = dict[int, int]
"""Index of a counter → sum. Most days move one or two counters of fifty: those that do not move are absent."""

_ONE_DAY = timedelta(days=1)


class Fold:
    """Sums of judged dossiers, each added (+1) or taken away (-1)."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, int, date], Cell] = {}

    def __len__(self) -> int:
        return len(self._cells)

    def add(self, agency: str, judged: Judged, sign: int = 1) -> None:
        """Add or take away one dossier of ``agency``."""
        cells, channel = self._cells, judged.channel
        for day, counter, delta in events(judged):
            cell = cells.get((agency, channel, day))
            if cell is None:
                cells[agency, channel, day] = {counter: sign * delta}
            else:
                cell[counter] = cell.get(counter, 0) + sign * delta

    def rows(self) -> dict[Key, Cell]:
        """What to add to each tally row, those of an agency together; rows that would not change are left out.

        The fold is empty afterwards.
        """
        days: _Rows = {}
        while self._cells:
            (agency, channel, day), cell = self._cells.popitem()
            if any(cell.values()):
                for subtree in subtrees(agency):
                    _add(days, (subtree, channel, day), cell)
        months = _longer(days, lambda day: day.replace(day=1))
        years = _longer(months, lambda month: month.replace(month=1))
        found: dict[Key, Cell] = {}
        for span, rows in ((DAY, days), (MONTH, months), (YEAR, years)):
            for key in sorted(rows, key=_AGENCY):
                cell = rows[key]
                if any(cell.values()):
                    found[key[0], span, key[2], key[1]] = cell
        return found


_AGENCY = itemgetter(0)
_Rows = dict[tuple[str, int, date], Cell]


def _longer(rows: _Rows, span_of: Callable[[date], date]) -> _Rows:
    found: _Rows = {}
    for (agency, channel, day), cell in rows.items():
        _add(found, (agency, channel, span_of(day)), cell)
    return found


def _add(rows: _Rows, key: tuple[str, int, date], added: Cell) -> None:
    cell = rows.get(key)
    if cell is None:
        rows[key] = added.copy()
        return
    for counter, delta in added.items():
        cell[counter] = cell.get(counter, 0) + delta


@lru_cache(maxsize=50_000)
def subtrees(agency: str) -> tuple[str, ...]:
    """Every subtree an agency belongs to: its own, its ancestors', and '' which is everything."""
    parts = agency.split(".") if agency else []
    return ("", *(".".join(parts[:length]) for length in range(1, len(parts) + 1)))


@dataclass(frozen=True, slots=True)
class Window:
    """A range of days, months or years (``span``), the stop not included, whose sums belong to ``part``."""

    part: int
    span: int
    first: date
    stop: date


def windows(periods: Sequence[ReportingPeriod]) -> list[Window]:
    """What to sum for each period: part 2n is everything before the n-th, part 2n + 1 what lies in it."""
    found: list[Window] = []
    for number, period in enumerate(periods):
        found += _windows(2 * number, date.min, period.first)
        found += _windows(2 * number + 1, period.first, period.last + _ONE_DAY)
    return found


def _windows(part: int, first: date, stop: date) -> list[Window]:
    """Whole years by their own rows, then the whole months at both ends, then the days at both ends one by one."""
    marks = [(DAY, first, stop)]
    for span, begins in ((MONTH, _month_on_or_after), (YEAR, _year_on_or_after)):
        _, inner_first, inner_stop = marks[-1]
        begun, ended = begins(inner_first), _START[span](inner_stop)
        if begun >= ended:
            break
        marks.append((span, begun, ended))
    found = []
    for (span, outer_first, outer_stop), (_, begun, ended) in pairwise(marks):
        found += [Window(part, span, outer_first, begun), Window(part, span, ended, outer_stop)]
    found.append(Window(part, *marks[-1]))
    return [window for window in found if window.first < window.stop]


_START = {MONTH: lambda day: day.replace(day=1), YEAR: lambda day: day.replace(month=1, day=1)}


def _month_on_or_after(day: date) -> date:
    return day if day.day == 1 else (day.replace(day=28) + 4 * _ONE_DAY).replace(day=1)


def _year_on_or_after(day: date) -> date:
    return day if (day.month, day.day) == (1, 1) else date(day.year + 1, 1, 1)
