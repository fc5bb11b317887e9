"""A cursor comes back as it went, and only to the query it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.paging import decode_cursor, encode_cursor
from shared.contracts.problem import ProblemError

KEYS = st.lists(st.one_of(st.text(), st.integers(-(2**53), 2**53), st.none()), max_size=4)


@given(position=KEYS, query=st.text())
def test_a_cursor_comes_back_as_it_went(position: list[object], query: str) -> None:
    assert decode_cursor(encode_cursor(position, query), query) == position


@pytest.mark.fault("F141")
def test_a_cursor_of_another_filter_is_refused_and_says_so() -> None:
    cursor = encode_cursor(["H24.99"], "agency=H24")
    with pytest.raises(ProblemError, match="other filters") as refusal:
        decode_cursor(cursor, "agency=H29")
    assert refusal.value.kind.status == 400


@pytest.mark.parametrize("forged", ["", "%%%", "a" * 3000, "bm90IGpzb24", "WzFd", "ệ"])
def test_what_is_not_a_cursor_is_refused(forged: str) -> None:
    with pytest.raises(ProblemError) as refusal:
        decode_cursor(forged, "agency=H24")
    assert refusal.value.parameter == "cursor"
