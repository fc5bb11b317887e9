"""What portals tell beside a dossier's days: yes, no and silence are three answers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.domain.particulars import Cause, Components, DueChange, Fee, PaidOnline, Particulars, Results
from metrics.domain.telling import (
    extension,
    has_result,
    is_digitised,
    is_in_store,
    is_reused,
    original_due,
    payment,
    uses_citizen_data,
)
from metrics.domain.traits import NOTHING, QUESTIONS, Told, Trait, told

DAY = date(2024, 3, 20)
ONE = timedelta(days=1)
NO_FILES = Components(0, 0, 0, 0)
FREE, DEAR, UNPRICED = Fee(None, 0, None), Fee("1", 50_000, None), Fee("1", None, None)


@pytest.mark.parametrize(
    ("fees", "paid", "expected"),
    [
        ((DEAR,), PaidOnline.NATIONAL, (True, True)),
        ((FREE, DEAR), PaidOnline.LOCAL, (True, True)),
        ((DEAR, UNPRICED), PaidOnline.NOT_ONLINE, (True, False)),
        ((DEAR,), PaidOnline.OTHER, (True, False)),
        ((DEAR,), None, (True, None)),
        ((FREE, FREE), PaidOnline.NATIONAL, (False, True)),
        ((FREE, UNPRICED), PaidOnline.NOT_ONLINE, (None, False)),
        ((), PaidOnline.NOT_ONLINE, (None, False)),
        (None, PaidOnline.NOT_ONLINE, (None, False)),
        (None, PaidOnline.NATIONAL, (True, True)),
        (None, None, (None, None)),
    ],
)
def test_who_had_to_pay_and_who_paid_online(
    fees: tuple[Fee, ...] | None, paid: PaidOnline | None, expected: tuple[bool | None, bool | None]
) -> None:
    assert payment(Particulars(fees=fees, paid_online=paid)) == expected


@pytest.mark.parametrize(
    ("particulars", "result", "digitised", "reused", "in_store"),
    [
        (Particulars(), None, None, None, None),
        (Particulars(results=Results(0, None)), False, False, None, None),
        (Particulars(results=Results(1, 0)), False, False, None, None),
        (Particulars(results=Results(1, 1)), True, None, None, True),
        (Particulars(results=Results(0, 1)), True, None, None, True),  # a file that is told is a result
        (Particulars(results=Results(1, None), components=Components(2, 1, 0, 1)), None, None, True, True),
        (Particulars(results=Results(1, 1), components=Components(2, 0, 0, 0)), True, True, None, True),
        (Particulars(results=Results(1, 0), components=NO_FILES, digitised=False), False, False, False, False),
        (Particulars(components=Components(2, 0, 0, 0), digitised=True), None, None, True, None),
    ],
)  # fmt: skip
def test_the_questions_of_group_4(
    particulars: Particulars, result: bool | None, digitised: bool | None, reused: bool | None, in_store: bool | None
) -> None:
    assert has_result(particulars) is result
    assert is_digitised(particulars) is digitised
    assert is_reused(particulars) is reused
    assert is_in_store(particulars) is in_store


@pytest.mark.parametrize(
    ("verified", "databases", "expected"),
    [
        (True, None, True),
        (False, None, None),
        (None, ("22", "7"), True),
        (None, ("1",), True),
        (False, (), False),
        (False, ("22",), False),
        (None, ("22",), None),
    ],
)
def test_who_uses_data_of_the_population(
    verified: bool | None, databases: tuple[str, ...] | None, expected: bool | None
) -> None:
    assert uses_citizen_data(Particulars(verified_account=verified, databases=databases)) is expected


def a_change(on: date | None, cause: Cause | None, before: date | None = None) -> DueChange:
    return DueChange(on, before, None, cause)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (None, (False, None)),
        ((), (True, None)),
        ((a_change(DAY, Cause.SUPPLEMENT),), (True, None)),
        ((a_change(DAY, Cause.EXTENSION), a_change(DAY - ONE, Cause.EXTENSION)), (True, DAY - ONE)),
        ((a_change(None, Cause.EXTENSION),), (False, None)),
        ((a_change(DAY, None),), (False, None)),
        ((a_change(DAY, None), a_change(DAY, Cause.EXTENSION)), (True, DAY)),
        ((a_change(DAY - ONE, None), a_change(DAY, Cause.EXTENSION)), (False, None)),
        ((a_change(None, Cause.EXTENSION), a_change(DAY, Cause.EXTENSION)), (False, None)),
        ((a_change(None, Cause.SUPPLEMENT), a_change(DAY, Cause.EXTENSION)), (True, DAY)),
    ],
)
def test_a_reappointment_needs_its_cause_and_its_day(
    changes: tuple[DueChange, ...] | None, expected: tuple[bool, date | None]
) -> None:
    assert extension(Particulars(due_changes=changes)) == expected


def test_the_first_promise_is_the_portals_own_when_it_tells_it_else_the_first_ever_received() -> None:
    told_first = Particulars(due_changes=(a_change(DAY, None), a_change(DAY, Cause.EXTENSION, before=DAY - ONE)))
    assert original_due(told_first, DAY) == DAY - ONE
    assert original_due(Particulars(), DAY) == DAY
    assert original_due(Particulars(), None) is None


def test_late_against_the_first_promise_counts_from_the_day_after_it() -> None:
    assert Trait.LATE_ORIGINAL in told(None, DAY, DAY - 9 * ONE, DAY + ONE, 0).traits
    assert told(None, DAY, DAY - 9 * ONE, DAY + ONE, 0) == Told(Trait.LATE_ORIGINAL, None, 0)
    assert told(None, DAY, DAY - 9 * ONE, DAY, 0) is NOTHING
    assert told(None, DAY, DAY - 9 * ONE, None, 0) is NOTHING
    assert told(None, None, DAY - 9 * ONE, DAY, 0) is NOTHING


@pytest.mark.parametrize(("requests", "trait"), [(1, Trait.ASKED_ONCE), (2, Trait.ASKED_OFTEN), (5, Trait.ASKED_OFTEN)])
def test_requests_to_the_applicant(requests: int, trait: Trait) -> None:
    assert told(None, None, DAY, None, requests).traits == trait


@pytest.mark.parametrize(("on", "counted"), [(DAY - 30 * ONE, DAY - 9 * ONE), (DAY, DAY), (DAY + 30 * ONE, DAY + ONE)])
def test_a_reappointment_lies_within_the_dossiers_days(on: date, counted: date) -> None:
    moved = Particulars(due_changes=(a_change(on, Cause.EXTENSION),))
    assert told(moved, None, DAY - 9 * ONE, DAY + ONE, 0).extended_on == counted


def test_a_reappointment_that_is_told_to_be_none_is_told() -> None:
    assert told(Particulars(due_changes=()), None, DAY, None, 0) == Told(Trait.EXTENSION_TOLD, None, 0)
    assert told(Particulars(due_changes=None), None, DAY, None, 0) == NOTHING
    assert told(Particulars(due_changes=(a_change(None, Cause.EXTENSION),)), None, DAY, None, 0) == NOTHING


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        (None, NOTHING),
        (0, Told(Trait.APOLOGIES_TOLD, None, 0)),
        (1, Told(Trait.APOLOGIES_TOLD, None, 1)),
        (3, Told(Trait.APOLOGIES_TOLD, None, 3)),
    ],
)
def test_letters_of_apology_are_counted_and_none_told_is_not_none_written(letters: int | None, expected: Told) -> None:
    assert told(Particulars(apologies=letters), None, DAY, None, 0) == expected


def test_payment_has_three_bits_and_silence_none() -> None:
    def bits(fees: tuple[Fee, ...] | None, paid: PaidOnline | None) -> Trait:
        return told(Particulars(fees=fees, paid_online=paid), None, DAY, None, 0).traits

    assert bits((DEAR,), PaidOnline.NATIONAL) == Trait.PAID_ONLINE
    assert bits((DEAR,), PaidOnline.NOT_ONLINE) == Trait.PAID_OTHERWISE
    assert bits((FREE,), PaidOnline.NOT_ONLINE) == Trait.PAID_NOTHING
    assert bits((DEAR,), None) == bits(None, PaidOnline.NOT_ONLINE) == Trait(0)


COUNT = st.one_of(st.none(), st.integers(0, 3))
PARTICULARS = st.builds(
    Particulars,
    components=st.one_of(st.none(), st.builds(Components, COUNT, COUNT, COUNT, COUNT)),
    digitised=st.one_of(st.none(), st.booleans()),
    results=st.one_of(st.none(), st.builds(Results, COUNT, COUNT)),
    verified_account=st.one_of(st.none(), st.booleans()),
    databases=st.one_of(st.none(), st.lists(st.sampled_from(["1", "7", "22"]), max_size=2).map(tuple)),
)


@given(PARTICULARS)
def test_no_dossier_answers_yes_and_no_and_every_answer_is_stored(particulars: Particulars) -> None:
    traits = told(particulars, None, DAY, None, 0).traits
    for answer, yes, no in QUESTIONS:
        assert (
            answer(particulars)
            is {(True, False): True, (False, True): False, (False, False): None}[yes in traits, no in traits]
        )
