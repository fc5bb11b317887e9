"""Where the headings of a table's columns stand: groups above titles, titles down to the last heading row."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.reports.model import Column, Text


@dataclass(frozen=True, slots=True)
class HeaderCell:
    """A heading at (row, column), counted from 0, over ``rows`` × ``columns`` cells."""

    row: int
    column: int
    rows: int
    columns: int
    text: Text


def depth(columns: Sequence[Column]) -> int:
    """How many heading rows the columns need, without the row of numbers."""
    return 1 + max(len(column.groups) for column in columns)


def cells(columns: Sequence[Column]) -> list[HeaderCell]:
    """All headings, row by row, left to right."""
    rows = depth(columns)
    found = [cell for level in range(rows - 1) for cell in _groups(columns, level)]
    for index, column in enumerate(columns):
        start = len(column.groups)
        found.append(HeaderCell(start, index, rows - start, 1, column.title))
    return sorted(found, key=lambda cell: (cell.row, cell.column))


def numbers(columns: Sequence[Column]) -> list[str] | None:
    """The form's column numbers, "(3)=(4)+(5)+(6)"; None if it has none."""
    return [column.number for column in columns] if any(column.number for column in columns) else None


def _groups(columns: Sequence[Column], level: int) -> list[HeaderCell]:
    found: list[HeaderCell] = []
    index = 0
    while index < len(columns):
        path = columns[index].groups[: level + 1]
        stop = index + 1
        if len(path) == level + 1:
            while stop < len(columns) and columns[stop].groups[: level + 1] == path:
                stop += 1
            found.append(HeaderCell(level, index, 1, stop - index, path[level]))
        index = stop
    return found
