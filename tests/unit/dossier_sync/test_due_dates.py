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
