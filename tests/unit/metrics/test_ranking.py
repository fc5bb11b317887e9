"""A rank is told only where no possible world has another."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.ranking import Contender, Place, Withheld, ranked


def row(key: str, low: int, high: int | None = None, **changes: bool) -> Contender:
    """A row between two per cents."""
    return Contender(key, (Fraction(low, 100), Fraction(low if high is None else high, 100)), **changes)


def told(places: list[Place]) -> list[tuple[str, int | None]]:
    return [(place.key, place.rank) for place in places]


def test_disjoint_rows_are_ranked_and_equal_ones_share_a_rank() -> None:
    rows = [row("a", 90), row("b", 95), row("c", 90), row("d", 80, 85)]
    assert told(ranked(rows)) == [("b", 1), ("a", 2), ("c", 2), ("d", 4)]
    assert told(ranked(rows, highest_first=False)) == [("d", 1), ("a", 2), ("c", 2), ("b", 4)]


def test_neighbours_that_overlap_have_no_rank_and_the_others_keep_theirs() -> None:
    rows = [row("first", 99), row("a", 90, 95), row("b", 94, 97), row("last", 10, 20)]
    assert ranked(rows) == [
        Place("first", 1, 1, 1, None),
        Place("a", None, 2, 3, Withheld.BOUNDS_OVERLAP),
        Place("b", None, 2, 3, Withheld.BOUNDS_OVERLAP),
        Place("last", 4, 4, 4, None),
    ]


def test_touching_bounds_overlap_and_an_interval_is_not_tied_with_its_like() -> None:
    assert told(ranked([row("a", 90, 95), row("b", 95, 99)])) == [("a", None), ("b", None)]
    assert told(ranked([row("a", 90, 95), row("b", 90, 95)])) == [("a", None), ("b", None)]
    assert told(ranked([row("point", 90), row("around", 80, 95)])) == [("around", None), ("point", None)]


@pytest.mark.fault("F139")
def test_what_looks_the_same_when_rounded_is_still_ranked_by_the_exact_numbers() -> None:
    near, exact = Fraction(89_999_999, 100_000_000), Fraction(9, 10)
    assert told(ranked([Contender("near", (near, near)), Contender("exact", (exact, exact))])) == [
        ("exact", 1),
        ("near", 2),
    ]


@pytest.mark.fault("F135")
def test_one_unproven_row_leaves_every_rank_open() -> None:
    rows = [row("a", 90), row("b", 50), row("silent", 99, proven=False)]
    assert ranked(rows) == [
        Place("a", None, 1, 2, Withheld.BOUNDS_OVERLAP),
        Place("silent", None, 1, 3, Withheld.SOURCE_UNPROVEN),
        Place("b", None, 2, 3, Withheld.BOUNDS_OVERLAP),
    ]


def test_a_row_without_cases_takes_no_place_unless_its_source_is_silent() -> None:
    nothing = Contender("nothing", None, cases=False)
    assert ranked([row("a", 90), nothing]) == [
        Place("a", 1, 1, 1, None),
        Place("nothing", None, None, None, Withheld.NO_CASES),
    ]
    silent = Contender("nothing", None, proven=False, cases=False)
    assert told(ranked([row("a", 90), silent])) == [("a", None), ("nothing", None)]


def test_of_rows_with_one_best_place_the_one_with_the_better_worst_comes_first() -> None:
    rows = [row("a", 10, 99), row("z", 60, 99), row("c", 20, 30)]
    assert [(place.key, place.best, place.worst) for place in ranked(rows)] == [("z", 1, 2), ("a", 1, 3), ("c", 2, 3)]


def test_a_row_alone_is_first_whatever_its_value_unless_its_source_is_silent() -> None:
    assert ranked([Contender("days", None)]) == [Place("days", 1, 1, 1, None)]
    silent = Contender("silent", None, proven=False)
    assert ranked([silent]) == [Place("silent", None, 1, 1, Withheld.SOURCE_UNPROVEN)]


def test_a_value_without_a_limit_can_be_anywhere() -> None:
    places = ranked([row("a", 90), Contender("days", None)])
    assert [place.withheld for place in places] == [Withheld.BOUNDS_OVERLAP] * 2


intervals = st.tuples(st.integers(0, 12), st.integers(0, 3)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(intervals, min_size=1, max_size=7), st.booleans(), st.data())
def test_in_every_possible_world_each_row_stands_between_its_best_and_worst(
    bounds: list[tuple[int, int]], highest_first: bool, data: st.DataObject
) -> None:
    rows = [row(str(number), low, high) for number, (low, high) in enumerate(bounds)]
    truth = {one.key: data.draw(st.integers(*each)) for one, each in zip(rows, bounds, strict=True)}
    for place in ranked(rows, highest_first=highest_first):
        own = truth[place.key]
        ahead = sum(value > own if highest_first else value < own for value in truth.values())
        assert place.best is not None
        assert place.worst is not None
        assert place.best <= 1 + ahead <= place.worst
        assert place.rank in (None, 1 + ahead)
