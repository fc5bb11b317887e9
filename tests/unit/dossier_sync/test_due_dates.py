"""Every day a dossier was promised for, from what we saw and from what the portal lists."""

from datetime import date

from dossier_sync.domain.due_dates import DueDate, due_dates
from dossier_sync.domain.particulars import Cause, DueChange


def day(number: int) -> date:
    return date(2024, 1, number)


def test_versions_alone_tell_when_the_day_moved() -> None:
    seen = [(day(1), None), (day(2), day(10)), (day(3), day(10)), (day(5), day(20)), (day(8), None), (day(9), day(10))]
    assert due_dates(seen, ()) == [
        DueDate(day(10), day(2), None, False),
        DueDate(day(20), day(5), None, False),
        DueDate(day(10), day(9), None, False),
    ]


def test_a_change_both_witness_is_one_with_its_day_and_cause() -> None:
    told = [DueChange(day(4), day(10), day(20), Cause.SUPPLEMENT)]
    assert due_dates([(day(2), day(10)), (day(5), day(20))], told) == [
        DueDate(day(10), day(2), None, False),
        DueDate(day(20), day(4), Cause.SUPPLEMENT, True),
    ]


def test_changes_between_two_reads_are_not_lost() -> None:
    told = [DueChange(day(3), day(8), day(12), Cause.EXTENSION), DueChange(day(5), day(12), day(20), None)]
    assert due_dates([(day(9), day(20))], told) == [
        DueDate(day(8), None, None, True),
        DueDate(day(12), day(3), Cause.EXTENSION, True),
        DueDate(day(20), day(5), None, True),
    ]


def test_a_change_without_a_day_follows_what_it_replaces() -> None:
    told = [DueChange(None, day(8), day(12), None)]
    assert [one.due_on for one in due_dates([(day(2), day(8)), (day(9), day(20))], told)] == [day(8), day(12), day(20)]


def test_a_change_that_took_the_day_away_promises_nothing() -> None:
    assert due_dates([(day(2), day(8))], [DueChange(day(3), day(8), None, None)]) == [
        DueDate(day(8), day(2), None, False)
    ]


def test_a_change_from_a_day_nobody_saw_comes_before_all_that_was_seen_later() -> None:
    told = [DueChange(None, day(8), day(12), None)]
    assert [one.due_on for one in due_dates([(day(2), day(15))], told)] == [day(8), day(12), day(15)]


def test_a_day_told_without_one_before_it_may_be_the_first() -> None:
    seen = [(day(5), day(20))]
    assert due_dates(seen, [DueChange(day(3), None, day(12), None)]) == [
        DueDate(day(12), day(3), None, True),
        DueDate(day(20), day(5), None, False),
    ]
    assert due_dates(seen, [DueChange(day(4), None, day(20), Cause.EXTENSION)]) == [
        DueDate(day(20), day(4), Cause.EXTENSION, True)
    ]


def test_a_change_without_a_day_stands_behind_what_it_replaces_and_before_all_else() -> None:
    told = [DueChange(None, day(8), day(12), None)]
    seen = [(day(2), day(8)), (day(9), day(20)), (day(12), day(25))]
    assert [one.due_on for one in due_dates(seen, told)] == [day(8), day(12), day(20), day(25)]


def test_a_change_with_a_day_stands_before_what_held_from_that_day_on() -> None:
    seen = [(day(2), day(8)), (day(3), day(10)), (day(5), day(20))]
    told = [DueChange(day(5), day(8), day(12), None)]
    assert [one.due_on for one in due_dates(seen, told)] == [day(8), day(10), day(12), day(20)]
    assert [one.due_on for one in due_dates(seen, [told[0]._replace(on=day(6))])] == [day(8), day(10), day(20), day(12)]


def test_a_change_without_a_day_keeps_the_day_from_which_it_was_seen() -> None:
    told = [DueChange(None, day(10), day(20), Cause.SUPPLEMENT)]
    assert due_dates([(day(2), day(10)), (day(5), day(20))], told)[1] == DueDate(
        day(20), day(5), Cause.SUPPLEMENT, True
    )


def test_a_day_that_was_given_up_and_promised_again_stands_each_time() -> None:
    told = [
        DueChange(day(3), day(8), day(12), None),
        DueChange(day(5), day(12), day(8), None),
        DueChange(day(7), day(8), day(12), None),
    ]
    found = due_dates([(day(1), day(8))], told)
    assert [(one.due_on, one.since) for one in found] == [
        (day(8), day(1)),
        (day(12), day(3)),
        (day(8), day(5)),
        (day(12), day(7)),
    ]
