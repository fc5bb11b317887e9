"""A page as it came: its rows, each dossier once, what it settles, and whether another page overlaps it."""

from dataclasses import replace

import pytest

from dossier_sync.domain.dossier import SourcePage, Tells

PAGE = SourcePage(
    number=1, keys=["a", "b"], hashes=[b"1", b"2"], raws=["A", "B"], total=None, last=False, hot=3, repeated=4,
    newest=None, oldest=None, ordered=True,
)  # fmt: skip


def test_the_rows_are_those_taken_left_to_the_next_run_and_repeated() -> None:
    assert PAGE.rows == 2 + 3 + 4


def test_a_dossier_that_stands_twice_is_taken_where_it_stands_first() -> None:
    twice = replace(
        PAGE,
        keys=["a", "b", "a", "c", "b"],
        hashes=[b"1", b"2", b"3", b"4", b"5"],
        raws=["A", "B", "A2", "C", "B2"],
    )
    assert twice.once() == replace(
        PAGE, keys=["a", "b", "c"], hashes=[b"1", b"2", b"4"], raws=["A", "B", "C"], repeated=4 + 2
    )
    assert twice.once().rows == twice.rows
    assert PAGE.once() is PAGE


@pytest.mark.parametrize(
    ("tells", "settled"),
    [
        (Tells.DOSSIERS, ["a", "b"]),
        (Tells.HEADERS, ["a", "b", "b+step"]),
        (Tells.STEPS, ["a+step", "b+step"]),
    ],
)
def test_a_page_settles_its_own_keys_and_a_header_that_is_taken_its_steps(tells: Tells, settled: list[str]) -> None:
    assert replace(PAGE, tells=tells).settles(["b"]) == settled


@pytest.mark.parametrize(
    ("keys", "hot", "foremost"),
    [(["a", "b"], (), ["a"]), (["a"], ("h", "i"), ["a", "h"]), ([], ("h",), ["h"]), ([], (), [])],
)
def test_a_page_begins_with_its_first_record_or_its_first_fresh_one(
    keys: list[str], hot: tuple[str, ...], foremost: list[str]
) -> None:
    assert replace(PAGE, keys=keys, hot_keys=hot).foremost == foremost
