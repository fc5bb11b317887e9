"""What a list that lacks a known procedure proves."""

from hypothesis import given
from hypothesis import strategies as st

from catalogue.domain.procedure import ProcedureKey
from catalogue.domain.withdrawal import judge_absence


def key(number: int) -> ProcedureKey:
    return ("H24.99", f"9.{number:06d}", "")


ALL = {key(number) for number in range(20)}
keys = st.sets(st.integers(0, 30).map(key))


def test_the_first_complete_list_raises_a_suspicion_only() -> None:
    found = judge_absence(published=ALL, listed=ALL - {key(1)}, suspected_before=set(), complete=True, most_share=0.1)
    assert (found.withdrawn, found.suspected) == (frozenset(), {key(1)})


def test_the_second_complete_list_withdraws() -> None:
    found = judge_absence(
        published=ALL, listed=ALL - {key(1), key(2)}, suspected_before={key(1)}, complete=True, most_share=0.1
    )
    assert (found.withdrawn, found.suspected) == ({key(1)}, {key(2)})


def test_a_procedure_that_comes_back_is_no_longer_suspected() -> None:
    found = judge_absence(published=ALL, listed=ALL, suspected_before={key(1)}, complete=True, most_share=0.1)
    assert (found.cleared, found.withdrawn) == ({key(1)}, frozenset())


def test_too_many_missing_ask_for_an_operators_word() -> None:
    half = {key(number) for number in range(10)}
    asked = judge_absence(published=ALL, listed=half, suspected_before=ALL, complete=True, most_share=0.1)
    assert (asked.withdrawn, asked.suspected, asked.implausible) == (frozenset(), frozenset(), 10)
    agreed = judge_absence(
        published=ALL, listed=half, suspected_before=set(), complete=True, most_share=0.1, agreed=True
    )
    assert agreed.withdrawn == ALL - half


def test_a_decisions_abolition_needs_no_second_list_and_no_operator() -> None:
    half = {key(number) for number in range(10)}
    found = judge_absence(
        published=ALL, listed=half, suspected_before=set(), confirmed=ALL - half, complete=True, most_share=0.1
    )
    assert (found.withdrawn, found.implausible) == (ALL - half, 0)


@given(keys, keys, keys, keys)
def test_an_incomplete_list_removes_nothing(
    published: set[ProcedureKey], listed: set[ProcedureKey], before: set[ProcedureKey], confirmed: set[ProcedureKey]
) -> None:
    found = judge_absence(
        published=published,
        listed=listed,
        suspected_before=before,
        confirmed=confirmed,
        complete=False,
        most_share=1.0,
        agreed=True,
    )
    assert not found.withdrawn
    assert not found.suspected


@given(keys, keys, keys, st.booleans(), st.floats(0, 1))
def test_only_what_was_published_and_is_not_listed_is_ever_withdrawn(
    published: set[ProcedureKey], listed: set[ProcedureKey], before: set[ProcedureKey], agreed: bool, share: float
) -> None:
    found = judge_absence(
        published=published, listed=listed, suspected_before=before, complete=True, most_share=share, agreed=agreed
    )
    assert found.withdrawn <= published - listed
    assert not found.withdrawn & found.suspected
