"""Folds judged dossiers into the rows of the tally: cells of an agency, channel and day, then subtrees and months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from metrics.domain.dossier import Judged
from metrics.domain.events import COUNTERS, events
from metrics.domain.period import ReportingPeriod

DAY, MONTH = 1, 2
"""Spans of a tally row. A month's row is the sum of its days' rows, so that long periods stay few rows."""

Key = tuple[str, int, date, int]
"""(agency code, span, day, channel); '' is every agency, the day of a month is its first."""

_WIDTH = len(COUNTERS)
_ONE_DAY = timedelta(days=1)


class Fold:
    """Sums of judged dossiers, each added (+1) or taken away (-1)."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, int, date], list[int]] = {}

    def __len__(self) -> int:
        return len(self._cells)

    def add(self, agency: str, judged: Judged, sign: int = 1) -> None:
        """Add or take away one dossier of ``agency``."""
        cells, channel = self._cells, judged.channel
        for day, counter, delta in events(judged):
            cell = cells.get((agency, channel, day))
            if cell is None:
                cells[agency, channel, day] = cell = [0] * _WIDTH
            cell[counter] += sign * delta

    def rows(self) -> dict[Key, list[int]]:
        """What to add to each tally row; rows that would not change are left out. The fold is empty afterwards."""
        rows: dict[Key, list[int]] = {}
        while self._cells:
            (agency, channel, day), cell = self._cells.popitem()
            changed = [(counter, value) for counter, value in enumerate(cell) if value]
            if not changed:
                continue
            month = day.replace(day=1)
            for subtree in subtrees(agency):
                _add(rows, (subtree, DAY, day, channel), changed)
                _add(rows, (subtree, MONTH, month, channel), changed)
        return {key: row for key, row in rows.items() if any(row)}


def _add(rows: dict[Key, list[int]], key: Key, changed: list[tuple[int, int]]) -> None:
    row = rows.get(key)
    if row is None:
        rows[key] = row = [0] * _WIDTH
    for counter, value in changed:
        row[counter] += value


@lru_cache(maxsize=50_000)
def subtrees(agency: str) -> tuple[str, ...]:
    """Every subtree an agency belongs to: its own, its ancestors', and '' which is everything."""
    parts = agency.split(".") if agency else []
    return ("", *(".".join(parts[:length]) for length in range(1, len(parts) + 1)))


@dataclass(frozen=True, slots=True)
class Window:
    """A range of days (span DAY) or of months (span MONTH), the stop not included, whose sums belong to ``part``."""

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
    """Whole months by their own rows, the days at both ends one by one."""
    months_from = first if first.day == 1 else (first.replace(day=28) + 4 * _ONE_DAY).replace(day=1)
    months_to = stop.replace(day=1)
    if months_from >= months_to:
        return [Window(part, DAY, first, stop)]
    pieces = (
        Window(part, DAY, first, months_from),
        Window(part, MONTH, months_from, months_to),
        Window(part, DAY, months_to, stop),
    )
    return [piece for piece in pieces if piece.first < piece.stop]
