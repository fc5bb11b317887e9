"""Criterion 5.4 from 2.1: what is subtracted, what stays open, and the published number it reproduces."""

from fractions import Fraction

import pytest

from metrics.domain.qd766.evidence import Evidence, judge
from metrics.domain.qd766.inputs import Ratio
from metrics.domain.qd766.layouts import PUBLISHED
from metrics.domain.qd766.satisfaction import satisfied
from shared.domain.level import AuthorityLevel


def on_time(above: int, below: int, unknown: int = 0) -> Evidence:
    return Evidence(Ratio(above, below), Ratio(above, below + unknown), Ratio(above + unknown, below + unknown))


def test_the_province_of_phu_tho_in_august_2026_is_reproduced() -> None:
    found = satisfied(on_time(144_625, 184_513), 51, ())
    assert found.known == found.low == found.high == Ratio(144_574, 184_513)
    assert ("disliked_or_petitioned", 51) in found.flags
    assert not found.complete


def test_never_below_nothing() -> None:
    assert satisfied(on_time(1, 4), 3, ()).known == Ratio(0, 4)
    assert satisfied(on_time(3, 3), 3, ()).known == Ratio(0, 3)


def test_records_that_are_not_understood_widen_it() -> None:
    found = satisfied(on_time(3, 4, unknown=2), 1, ())
    assert (found.known, found.low, found.high) == (Ratio(2, 4), Ratio(2, 6), Ratio(4, 6))


@pytest.mark.parametrize("silent", [("votes",), ("petitions",), ("petitions", "votes")])
def test_what_was_never_imported_leaves_it_open_below_what_is_known(silent: tuple[str, ...]) -> None:
    found = satisfied(on_time(4, 5, unknown=1), 1, silent)
    assert (found.known, found.low, found.high) == (None, Ratio(0, 6), Ratio(4, 6))
    assert [flag for flag, _ in found.flags] == [f"{one}_not_imported" for one in silent]
    assert not found.complete


def test_a_share_in_time_that_is_not_settled_settles_nothing_here() -> None:
    found = satisfied(Evidence(None, Ratio(1, 4), Ratio(3, 4)), 1, ())
    assert (found.known, found.low, found.high, found.flags) == (None, Ratio(0, 4), Ratio(2, 4), ())


@pytest.mark.parametrize(
    ("above", "below", "points"), [(9, 10, 6), (899, 1000, Fraction(899, 150)), (0, 10, 0), (0, 0, 0)]
)
def test_six_points_from_nine_tenths_and_none_without_dossiers(above: int, below: int, points: Fraction) -> None:
    evidence = {"DOSSIER_RECEIVING_SATISFACTION": satisfied(on_time(above, below), 0, ())}
    result = judge(evidence, level=AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE, layout=PUBLISHED)
    one = next(one for group in result.groups for one in group.criteria if one.criterion.section == "5.4")
    assert one.points.exact == points
