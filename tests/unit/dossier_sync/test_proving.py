"""Windows, parts of pages, cursors and what passes prove: the rules behind every verdict, without a portal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier_sync.domain.cursor import Cursor, read_cursor
from dossier_sync.domain.proving import PROVEN, Finding, Judged, Pass, moved_back, of_changes, of_days, of_whole_list
from dossier_sync.domain.slices import Slice, narrower, sizes, widest
from dossier_sync.domain.window import good_watermark

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
instants = st.integers(-2_000, 2_000).map(lambda hours: NOW + hours * HOUR)


@pytest.mark.fault("F50")
@pytest.mark.fault("F51")
@given(held=st.none() | instants, proven=st.lists(instants, max_size=3), until=instants)
def test_f50_no_watermark_lies_beyond_what_was_proven_or_beyond_now(
    held: datetime | None, proven: list[datetime], until: datetime
) -> None:
    ends = sorted(proven, reverse=True)
    found = good_watermark(held, ends, until)
    assert found is None or found <= until
    if found is not None and [end for end in ends if end <= until]:
        assert found <= max(end for end in ends if end <= until)


@pytest.mark.fault("F52")
@pytest.mark.parametrize(
    ("held", "proven", "found"),
    [
        (NOW - HOUR, [NOW - HOUR], NOW - HOUR),
        (None, [NOW - HOUR, NOW - 2 * HOUR], NOW - HOUR),
        (None, [], None),
        (NOW + HOUR, [NOW + HOUR, NOW - 2 * HOUR], NOW - 2 * HOUR),
        (NOW - HOUR, [NOW - 2 * HOUR], NOW - 2 * HOUR),
        (NOW - 3 * HOUR, [NOW - HOUR], NOW - 3 * HOUR),
    ],
    ids=["as proven", "lost", "never proven", "in the future", "further than proven", "gone back"],
)
def test_f52_the_watermark_is_regained_and_never_skips(
    held: datetime | None, proven: list[datetime], found: datetime | None
) -> None:
    assert good_watermark(held, proven, NOW) == found


@given(st.integers(1, 5_000), st.integers(0, 10**6))
def test_parts_cover_a_page_without_overlap_down_to_single_records(full: int, position: int) -> None:
    assert all(larger % smaller == 0 for larger, smaller in zip(sizes(full), sizes(full)[1:], strict=False))
    assert sizes(full)[-1] == 1
    part = widest(position, full)
    assert part.first == position
    smaller = narrower(part, full)
    assert smaller is None if part.size == 1 else (smaller is not None and smaller.first == part.first)


def test_a_cursor_survives_its_text() -> None:
    seen = Pass(number=2, rows=400, total=None, tied=True, newest=NOW, oldest=NOW - HOUR, before=7)
    for ended in (None, True, False):
        cursor = Cursor(Slice(4, 100), 200, seen, claim=3, ended=ended, began=17)
        assert read_cursor(cursor.text()) == cursor


@pytest.mark.fault("F52")
@given(st.text() | st.sampled_from(["3/200", "{}", '{"part":[1,3],"full":200,"claim":1,"seen":{}}', "null", "[1]"]))
def test_f52_a_broken_cursor_is_told_from_a_good_one(text: str) -> None:
    assert read_cursor(text) is None


def test_what_adds_up_is_proven_and_what_does_not_is_read_again() -> None:
    whole = Pass(rows=10, total=10)
    assert of_whole_list(whole, alone=10, together=10) == PROVEN
    assert of_whole_list(whole, alone=9, together=9).finding is Finding.AGAIN
    assert of_whole_list(replace(whole, number=3), alone=9, together=9).missing == 1
    assert of_whole_list(whole, alone=9, together=9, passes=1).finding is Finding.UNPROVEN
    assert of_whole_list(replace(whole, number=3), alone=9, together=9, passes=4).finding is Finding.AGAIN
    assert of_whole_list(replace(whole, fell=1), alone=10, together=10).finding is Finding.AGAIN
    assert of_whole_list(replace(whole, unread=1), alone=9, together=9).finding is Finding.UNPROVEN


def test_dossiers_a_portal_lists_twice_are_no_loss_once_two_passes_agree() -> None:
    second = Pass(number=2, rows=10, total=10, before=9)
    assert of_whole_list(second, alone=9, together=9) == PROVEN
    assert of_whole_list(replace(second, tied=True), alone=9, together=9).finding is Finding.AGAIN
    assert of_whole_list(second, alone=9, together=9 + 1) == PROVEN  # what one missed the other has


def test_changes_are_proven_by_their_order_alone() -> None:
    assert of_changes(Pass(rows=10, total=500), alone=10, ended=False) == PROVEN
    assert of_changes(Pass(rows=10, total=500, disordered=True), alone=10, ended=False).finding is Finding.UNPROVEN
    assert of_changes(Pass(rows=10, total=500, disordered=True), alone=10, ended=False).asks_full
    assert of_changes(Pass(rows=10, total=500, tied=True), alone=10, ended=False) == PROVEN
    assert of_changes(Pass(rows=10, total=500, tied=True), alone=9, ended=False).finding is Finding.AGAIN
    assert of_changes(Pass(rows=10, total=500), alone=10, ended=True).finding is Finding.AGAIN


def test_times_that_rise_between_two_pages_are_worth_another_pass_and_prove_nothing_in_the_last() -> None:
    jumped = Pass(rows=10, total=10, jumped=True)
    assert of_changes(jumped, alone=10, ended=False) == Judged(Finding.AGAIN, 0)
    assert of_changes(replace(jumped, number=3), alone=10, ended=False) == Judged(Finding.UNPROVEN, 1, asks_full=True)
    assert of_whole_list(jumped, alone=10, together=10).finding is Finding.AGAIN
    assert of_whole_list(replace(jumped, number=2, before=10), alone=10, together=10) == PROVEN


@pytest.mark.fault("F53")
def test_f53_days_prove_a_window_where_they_hold_every_row_and_gave_each() -> None:
    seen = Pass(rows=4, total=10)
    assert of_days(seen, inside=10, unfinished=0, together=10) == replace(PROVEN, listed=10)
    assert of_days(seen, inside=10, unfinished=0, together=None) == PROVEN
    last = of_days(replace(seen, number=3), inside=9, unfinished=0, together=None)
    assert (last.finding, last.asks_full) == (Finding.UNPROVEN, True)
    for worse in ({"inside": 9}, {"unfinished": 1}, {"together": 9}):
        short = of_days(replace(seen, number=3), **{"inside": 10, "unfinished": 0, "together": 10, **worse})  # type: ignore[arg-type]
        assert (short.finding, short.missing) == (Finding.UNPROVEN, 1)
    assert of_days(replace(seen, fell=1), inside=10, unfinished=0, together=10).finding is Finding.AGAIN
    assert of_days(replace(seen, total=None), inside=10, unfinished=0, together=10).finding is Finding.UNPROVEN


def test_a_list_that_begins_earlier_than_it_did_is_noticed() -> None:
    assert moved_back(NOW - HOUR, NOW)
    assert moved_back(None, NOW)
    assert not moved_back(NOW, NOW)
    assert not moved_back(NOW, None)
