"""Dossiers folded into rows of days, months and years, of an agency and all above it."""

from datetime import date
from itertools import groupby

from metrics.domain.dossier import Judged
from metrics.domain.events import COUNTERS
from metrics.domain.folding import DAY, MONTH, YEAR, Cell, Fold, Key, subtrees
from shared.domain.deadline import Timeliness

OPEN = Judged(None, 2, date(2024, 3, 5))
ENDED = OPEN._replace(ended_on=date(2024, 4, 2), outcome=Timeliness.EARLY)


def named(rows: dict[Key, Cell]) -> dict[Key, dict[str, int]]:
    """The counters of each row that are not 0."""
    return {key: {COUNTERS[counter]: n for counter, n in cell.items() if n} for key, cell in rows.items()}


def folded(*dossiers: tuple[str, Judged, int]) -> dict[Key, dict[str, int]]:
    fold = Fold()
    for agency, judged, sign in dossiers:
        fold.add(agency, judged, sign)
    return named(fold.rows())


def test_an_agency_belongs_to_its_own_subtree_to_those_above_and_to_everything() -> None:
    assert subtrees("H24.99.01") == ("", "H24", "H24.99", "H24.99.01")
    assert subtrees("") == ("",)


def test_one_dossier_stands_in_the_rows_of_its_days_months_and_years() -> None:
    received, ended = {"received": 1}, {"early": 1}
    assert folded(("H24", ENDED, 1)) == {
        (agency, *rest): row
        for agency in ("", "H24")
        for rest, row in {
            (DAY, date(2024, 3, 5), 2): received,
            (DAY, date(2024, 4, 2), 2): ended,
            (MONTH, date(2024, 3, 1), 2): received,
            (MONTH, date(2024, 4, 1), 2): ended,
            (YEAR, date(2024, 1, 1), 2): received | ended,
        }.items()
    }


def test_dossiers_of_two_agencies_meet_above_them_and_channels_never_meet() -> None:
    rows = folded(("H24.01", OPEN, 1), ("H24.02", OPEN, 1), ("H24.02", OPEN._replace(channel=1), 1))
    year = {key[0]: row for key, row in rows.items() if key[1:] == (YEAR, date(2024, 1, 1), 2)}
    assert year == {"": {"received": 2}, "H24": {"received": 2}, "H24.01": {"received": 1}, "H24.02": {"received": 1}}
    assert rows["H24", DAY, date(2024, 3, 5), 1] == {"received": 1}


def test_what_is_taken_away_leaves_no_row_and_a_new_version_only_its_difference() -> None:
    assert folded(("H24", OPEN, 1), ("H24", OPEN, -1)) == {}
    assert folded(("H24", ENDED, -1)) == {key: dict.fromkeys(row, -1) for key, row in folded(("H24", ENDED, 1)).items()}
    moved = folded(("H24", OPEN, -1), ("H24", ENDED, 1))
    assert {key[1:] for key in moved} == {
        (DAY, date(2024, 4, 2), 2), (MONTH, date(2024, 4, 1), 2), (YEAR, date(2024, 1, 1), 2)
    }  # fmt: skip
    assert all(row == {"early": 1} for row in moved.values())


def test_what_ended_on_the_day_of_its_receipt_adds_its_end_to_the_rows_where_its_receipt_cancels_out() -> None:
    same_day = OPEN._replace(ended_on=date(2024, 3, 5), outcome=Timeliness.EARLY)
    assert folded(("H24", OPEN, -1), ("H24", same_day, 1)) == {
        (agency, span, first, 2): {"early": 1}
        for agency in ("", "H24")
        for span, first in ((DAY, date(2024, 3, 5)), (MONTH, date(2024, 3, 1)), (YEAR, date(2024, 1, 1)))
    }


def test_the_rows_of_an_agency_stand_together_whatever_their_channels() -> None:
    fold = Fold()
    for channel in (1, 2):
        for agency in ("H24.02", "H24.01"):
            fold.add(agency, OPEN._replace(channel=channel))
    told = [agency_and_span for agency_and_span, _ in groupby((key[1], key[0]) for key in fold.rows())]
    assert told == [(span, agency) for span in (DAY, MONTH, YEAR) for agency in ("", "H24", "H24.01", "H24.02")]


def test_a_range_that_stops_in_its_month_leaves_no_row_of_the_month() -> None:
    fold = Fold()
    fold.add("H24", OPEN._replace(overdue=((date(2024, 3, 20), date(2024, 3, 25)),)))
    fold.add("H24", OPEN, -1)
    assert named(fold.rows()) == {
        (agency, DAY, day, 2): {"overdue_delta": delta}
        for agency in ("", "H24")
        for day, delta in ((date(2024, 3, 20), 1), (date(2024, 3, 25), -1))
    }


def test_a_fold_is_empty_after_its_rows_were_taken() -> None:
    fold = Fold()
    assert len(fold) == 0
    fold.add("H24", ENDED)
    fold.add("H24", ENDED)
    assert len(fold) == 2, "a cell for each agency, channel and day"
    assert fold.rows()["", YEAR, date(2024, 1, 1), 2][COUNTERS.index("received")] == 2
    assert (len(fold), fold.rows()) == (0, {})
