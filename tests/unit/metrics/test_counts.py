"""From sums of day counters to the named sets of a period, written out by hand."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from metrics.domain.counts import FLOW_SETS, SETS, PeriodCounts, add
from metrics.domain.events import COUNTERS
from support.day_counters import of_sums

ONLINE, DIRECT, POST = 2, 1, 3


def sums(**named: int) -> tuple[int, ...]:
    """The counters by name, the others 0."""
    assert named.keys() <= set(COUNTERS)
    return tuple(named.get(name, 0) for name in COUNTERS)


BEFORE = sums(
    received=20, early=5, on_time=3, late=2,
    overdue_delta=4, overdue_766_delta=3,
    unmapped=7, unmapped_ended=2, undated=4,
    no_due_date=6, no_due_date_ended=1, due_disagrees=8, due_disagrees_ended=3,
    withdrawn=1, late_766=1, not_accepted=1, refused=1, channel_missing=1, end_moved=1, gone=1,
)  # fmt: skip
DURING = sums(
    received=30, early=6, on_time=5, late=4,
    overdue_delta=2, overdue_766_delta=-1,
    unmapped=9, unmapped_ended=1, undated=3,
    no_due_date=2, no_due_date_ended=9, due_disagrees=1, due_disagrees_ended=9,
    withdrawn=2, late_766=3, not_accepted=11, refused=12, channel_missing=13, end_moved=14, gone=15,
)  # fmt: skip
# Carried over: 20 - (5 + 3 + 2). Resolved: 6 + 5 + 4 = 15. Pending: 10 + 30 - 15 = 25; overdue 4 + 2, by 766 3 - 1.
FLOWS = PeriodCounts(
    carried=10, received_other=30, early=6, on_time=5, late=4, pending_in_time=19, pending_overdue=6, withdrawn=2,
    resolved_in_time_766=12, pending_in_time_766=23, not_accepted=11, refused=12,
    unmapped_carried=5, unmapped_other=9, undated_carried=4, undated_other=3,
    no_due_date=7, channel_missing=13, end_moved=14, gone=15, due_disagrees=6,
)  # fmt: skip


def flows(counts: PeriodCounts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in FLOW_SETS}


def test_what_was_there_before_and_what_came_make_the_columns_of_the_period() -> None:
    assert flows(of_sums({DIRECT: BEFORE}, {DIRECT: DURING})) == flows(FLOWS)
    assert flows(of_sums({POST: BEFORE}, {POST: DURING})) == flows(FLOWS)
    online = replace(
        FLOWS, received_online=30, received_other=0, unmapped_online=9, unmapped_other=0, undated_online=3,
        undated_other=0,
    )  # fmt: skip
    assert flows(of_sums({ONLINE: BEFORE}, {ONLINE: DURING})) == flows(online)


def test_a_channel_that_had_nothing_before_or_has_nothing_now_is_counted_too() -> None:
    only_before = of_sums({DIRECT: BEFORE}, {})
    assert (only_before.carried, only_before.pending_in_time, only_before.pending_overdue) == (10, 6, 4)
    only_now = of_sums({}, {DIRECT: DURING})
    assert (only_now.carried, only_now.received_other, only_now.pending_overdue) == (0, 30, 2)
    both = of_sums({DIRECT: BEFORE}, {ONLINE: DURING})
    assert both == add(only_before, of_sums({}, {ONLINE: DURING}))
    assert (both.carried, both.received_online, both.received_other) == (10, 30, 0)


@pytest.mark.parametrize("question", ["result_file", "digitised", "reused", "in_store", "citizen_data"])
def test_yes_no_and_silence_of_each_question_make_up_all_that_is_handled(question: str) -> None:
    no = "not_" if f"not_{question}" in COUNTERS else "no_"
    before = sums(received=20, early=10, **{question: 9, f"{question}_ended": 2, f"{no}{question}": 5})
    during = sums(received=30, **{question: 6, f"{no}{question}": 3, f"{no}{question}_ended": 1})
    counts = of_sums({DIRECT: before}, {DIRECT: during})
    # Yes: 9 - 2 + 6. No: 5 + 3 (whoever ends within the period is handled in it). Handled: 10 + 30.
    told = tuple(getattr(counts, name) for name in (question, f"{no}{question}", f"{question}_unknown"))
    assert told == (13, 8, 19)


def test_what_is_told_at_the_end_is_a_part_of_what_was_resolved() -> None:
    during = sums(
        received=40, early=6, on_time=5, late=4, result_file_ended=7, no_result_file_ended=3,
        late_original=2, asked_once=4, asked_often=1,
    )  # fmt: skip
    counts = of_sums({}, {DIRECT: during})
    assert (counts.resolved_with_result, counts.resolved_without_result, counts.resolved_result_unknown) == (7, 3, 5)
    assert (counts.resolved_asked_never, counts.resolved_asked_once, counts.resolved_asked_often) == (10, 4, 1)
    assert counts.resolved_late_original == 2


def test_reappointments_are_of_all_handled_and_letters_of_those_received() -> None:
    before = sums(received=20, early=10, extension_told=9, extension_told_ended=6, extended=5, apologies_told=8)
    during = sums(received=30, extension_told=11, extended=4, apologies=9, apologies_told=12)
    counts = of_sums({DIRECT: before}, {DIRECT: during})
    assert (counts.extended, counts.extension_unknown) == (4, 40 - (9 - 6 + 11))
    assert (counts.apologies, counts.apologies_unknown) == (9, 30 - 12)


def test_one_without_a_day_of_receipt_may_lie_in_every_period_up_to_its_last_change() -> None:
    """Seven whose last change lies in the period or after it, three of them after it."""
    before = sums(undated_unplaced_delta=7, unmapped_unplaced_delta=2)
    during = sums(undated=4, undated_unplaced_delta=-4, unmapped_unplaced_delta=-1)
    counts = of_sums({DIRECT: before}, {DIRECT: during})
    assert (counts.undated_carried, counts.undated_other, counts.undated_earlier) == (0, 4 + 3, 7)
    assert (counts.unmapped_other, counts.unmapped_earlier) == (1, 2)


def test_what_was_told_before_is_counted_in_a_period_in_which_nothing_happened() -> None:
    counts = of_sums({DIRECT: sums(received=3, result_file=2)}, {})
    assert (counts.carried, counts.result_file, counts.result_file_unknown) == (3, 2, 1)


def test_two_scopes_add_up_set_by_set() -> None:
    one, other = PeriodCounts(carried=3, late=1), PeriodCounts(carried=4, gone=2)
    assert add(one, other) == PeriodCounts(carried=7, late=1, gone=2)


def test_no_set_is_full_by_itself_and_a_total_is_of_the_named_sets() -> None:
    nothing: Mapping[str, int] = {name: getattr(PeriodCounts(), name) for name in PeriodCounts.__slots__}
    assert set(nothing.values()) == {0}
    assert PeriodCounts(carried=3, late=1, gone=2).total(("carried", "gone")) == 5
    assert SETS[: len(FLOW_SETS)] == FLOW_SETS
    assert (FLOW_SETS[-1], SETS[len(FLOW_SETS)], SETS[-1]) == ("due_disagrees", "result_file", "apologies_unknown")
