"""Why a number moved: one cause a step, and books that always close."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.ratio import Numbers
from metrics.domain.restating import Account, Cause, Known, Shift, Version, cause_of, steps, value_shifts, why_unlisted
from metrics.schemas.restating import RestatementOut

OLD = Version("D-1", 5, "H24.99", "1.001612", "F1", b"a", gone=False, told="x")
NEW = replace(OLD, entry=9)


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (None, NEW, Cause.LATE_ARRIVAL),
        (None, replace(NEW, gone=True), Cause.LATE_ARRIVAL),
        (OLD, replace(NEW, gone=True), Cause.UPSTREAM_DELETION),
        (replace(OLD, gone=True), NEW, Cause.UPSTREAM_DELETION),
        (replace(OLD, gone=True), replace(NEW, source_hash=b"b", told="y"), Cause.UPSTREAM_DELETION),
        (OLD, replace(NEW, source_hash=b"b", told="y"), Cause.UPSTREAM_CORRECTION),
        (OLD, replace(NEW, source_hash=b"b"), Cause.UPSTREAM_CORRECTION),
        (OLD, replace(NEW, told="y"), Cause.MAPPING),
        (OLD, NEW, Cause.CALENDAR),
        (replace(OLD, procedure="1.000001"), replace(NEW, procedure="1.000001"), Cause.CATALOGUE),
    ],
)
def test_each_step_has_one_cause(before: Version | None, after: Version, cause: Cause) -> None:
    known = Known(relimited={"1.000001"})
    assert cause_of(before, after, known) is cause
    assert cause_of(before, after, replace(known, let_in={("D-1", 9)})) is Cause.QUARANTINE
    assert cause_of(before, after, replace(known, let_in={("D-1", 8), ("D-2", 9)})) is cause


def test_the_steps_of_a_chain_lead_from_what_was_known_to_what_is() -> None:
    third = replace(OLD, entry=12)
    assert list(steps([OLD, NEW, third], 8)) == [(OLD, NEW), (NEW, third)]
    assert list(steps([OLD, NEW], 5)) == [(OLD, NEW)]
    assert list(steps([NEW, third], 8)) == [(None, NEW), (NEW, third)]
    assert list(steps([OLD], 8)) == []


SHIFTS = st.lists(st.tuples(st.sampled_from(Cause), st.integers(-50, 50), st.integers(-50, 50)), max_size=12)


@given(st.integers(0, 100), st.integers(0, 100), SHIFTS, st.booleans())
def test_the_values_of_the_causes_add_up_to_the_digit(
    numerator: int, denominator: int, shifts: list[tuple[Cause, int, int]], rate: bool
) -> None:
    account = Account()
    for cause, above, below in shifts:
        account.add(cause, above, below if rate else 0)
    sums = account.sums()
    published = Numbers(numerator, denominator if rate else None, 0)
    now = Numbers(numerator + sums[0], denominator + sums[1] if rate else None, 0)
    if now.numerator < 0 or (now.denominator or 0) < 0:
        return  # no such figure
    values = value_shifts(published, now, account)
    if published.value is None or now.value is None:
        assert values is None
        return
    assert values is not None
    assert sum(map(Decimal, values.values())) == Decimal(now.value) - Decimal(published.value)
    assert list(values) == [cause for cause, _ in account.in_order()]


def test_a_cause_is_told_when_it_moved_anything_and_two_of_its_movements_are_one() -> None:
    account = Account()
    account.add(Cause.CALENDAR, 0, 0)
    account.add(Cause.MAPPING, 0, 0, dossiers=2)
    account.add(Cause.FORMULA, 0, 3)
    account.add(Cause.LATE_ARRIVAL, 5, 0, dossiers=4)
    account.add(Cause.LATE_ARRIVAL, -2, 1, dossiers=1)
    assert account.in_order() == [
        (Cause.FORMULA, Shift(0, 3, 0)),
        (Cause.LATE_ARRIVAL, Shift(3, 1, 5)),
        (Cause.MAPPING, Shift(0, 0, 2)),
    ]
    assert account.sums() == (3, 4)


def test_on_the_way_through_no_cases_at_all_the_next_cause_is_given_the_step() -> None:
    account = Account()
    account.add(Cause.UPSTREAM_DELETION, -1, -1)
    account.add(Cause.CATALOGUE, 1, 2)
    assert value_shifts(Numbers(1, 1, 0), Numbers(1, 2, 0), account) == {
        Cause.UPSTREAM_DELETION: "0.000000",
        Cause.CATALOGUE: "-0.500000",
    }


@pytest.mark.parametrize(
    ("published", "first", "second", "shown"),
    [
        # Below nothing on the way: no such rate, so the next cause is given the step.
        ((1, 4), (-2, 0), (3, 0), ("0.000000", "0.250000")),
        ((1, 4), (-1, 0), (2, 0), ("-0.250000", "0.500000")),
        ((1, 2), (0, -1), (0, 3), ("0.500000", "-0.750000")),
    ],
)
def test_nothing_and_all_are_rates_on_the_way_and_less_than_nothing_is_none(
    published: tuple[int, int], first: tuple[int, int], second: tuple[int, int], shown: tuple[str, str]
) -> None:
    account = Account()
    account.add(Cause.UPSTREAM_DELETION, *first)
    account.add(Cause.UPSTREAM_CORRECTION, *second)
    now = Numbers(published[0] + first[0] + second[0], published[1] + first[1] + second[1], 0)
    values = value_shifts(Numbers(*published, 0), now, account)
    assert values == {Cause.UPSTREAM_DELETION: shown[0], Cause.UPSTREAM_CORRECTION: shown[1]}


def test_a_rate_moves_by_each_cause_after_the_one_before() -> None:
    account = Account()
    account.add(Cause.UPSTREAM_CORRECTION, 1, 0)
    account.add(Cause.LATE_ARRIVAL, 0, 2)
    shown = value_shifts(Numbers(1, 2, 0), Numbers(2, 4, 0), account)
    assert shown == {Cause.LATE_ARRIVAL: "-0.250000", Cause.UPSTREAM_CORRECTION: "0.250000"}
    assert value_shifts(Numbers(3, None, 0), Numbers(4, None, 0), account) == {
        Cause.LATE_ARRIVAL: "0",
        Cause.UPSTREAM_CORRECTION: "1",
    }


def test_the_example_of_the_documents_is_a_restatement_whose_books_close() -> None:
    example = RestatementOut.model_config["json_schema_extra"]
    assert isinstance(example, dict)
    shown = RestatementOut.model_validate(example["example"])
    (one,) = shown.figures
    assert one.now is not None
    account = Account()
    for cause in one.causes:
        account.add(Cause(cause.cause), cause.numerator, cause.denominator or 0, dossiers=cause.dossiers)
    then = Numbers(one.published.numerator, one.published.denominator, 0)
    now = Numbers(one.now.numerator, one.now.denominator, 0)
    assert account.sums() == (one.difference.numerator, one.difference.denominator)
    assert value_shifts(then, now, account) == {cause.cause: cause.value for cause in one.causes}
    assert (one.published.value, one.now.value, one.now.percent) == (then.value, now.value, now.percent)


def test_a_cause_without_a_list_of_dossiers_says_why() -> None:
    silent = Shift(3, 0, 0)
    assert {cause: why_unlisted(cause, silent) for cause in Cause} == {
        Cause.FORMULA: "old_judgements_not_kept",
        Cause.QUARANTINE: None,
        Cause.LATE_ARRIVAL: None,
        Cause.UPSTREAM_DELETION: None,
        Cause.MAPPING: None,
        Cause.CALENDAR: "whole_figure",
        Cause.CATALOGUE: "whole_figure",
        Cause.UPSTREAM_CORRECTION: None,
        Cause.RECORDS: "not_one_by_one",
        Cause.NO_HISTORY: "no_history",
        Cause.UNEXPLAINED: "unexplained",
    }
    assert why_unlisted(Cause.CALENDAR, Shift(3, 0, 2)) is None
