"""Form II.06a is never printed when its sums do not hold."""

import pytest

from metrics.reports import FormInconsistent, form_ii06, header
from metrics.reports.form_ii06 import II06A, CountedRow, Counts
from metrics.reports.model import Form, Text
from support.reports_2024 import AGENCY, AS_OF, FIELDS, PERIOD, SIGNATURE, TOTAL, form_2024


def build(rows: tuple[CountedRow, ...], total: Counts) -> Form:
    return form_ii06.build(
        rows, total, agency=AGENCY, receiver=Text("", ""), period=PERIOD, as_of=AS_OF, signature=SIGNATURE
    )


def test_the_form_has_the_thirteen_columns_with_their_sums() -> None:
    assert [column.number for column in II06A.columns] == [
        "(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+(9)+(10)", "(8)", "(9)", "(10)",
        "(11)=(12)+(13)", "(12)", "(13)",
    ]  # fmt: skip


def test_headings_are_grouped_over_three_rows() -> None:
    placed = {(cell.row, cell.column): (cell.rows, cell.columns) for cell in header.cells(II06A.columns)}
    assert placed[0, 0] == (3, 1)
    assert placed[0, 2] == (1, 4)
    assert placed[1, 3] == (1, 2)
    assert placed[2, 3] == (1, 1)
    assert placed[0, 6] == (1, 4)
    assert placed[0, 10] == (1, 3)
    assert sum(rows * columns for rows, columns in placed.values()) == 3 * 13


def test_the_rows_are_numbered_and_the_total_is_given() -> None:
    table = form_2024().table
    assert [row[0] for row in table.rows] == ["1", "2", "3"]
    assert table.total is not None
    assert table.total[2:] == TOTAL


@pytest.mark.parametrize("column", range(3, 14))
def test_one_wrong_number_in_any_column_is_refused(column: int) -> None:
    counts = list(FIELDS[0].counts)
    counts[column - 3] = (counts[column - 3] or 0) + 1
    with pytest.raises(FormInconsistent):
        build((CountedRow(FIELDS[0].name, counts), *FIELDS[1:]), TOTAL)


def test_rows_that_do_not_add_up_to_the_total_are_refused() -> None:
    with pytest.raises(FormInconsistent, match="column 3"):
        build(FIELDS[:2], TOTAL)


def test_a_row_of_other_length_is_refused() -> None:
    with pytest.raises(FormInconsistent, match="columns"):
        build((CountedRow(Text("a", "a"), (1, 2)),), TOTAL)


def test_an_unknown_number_is_allowed_and_stays_unknown() -> None:
    unknown = (None,) * 11
    form = build((*FIELDS, CountedRow(Text("Chưa rõ", "Unknown"), unknown)), TOTAL)
    assert form.table.rows[-1][2:] == unknown
