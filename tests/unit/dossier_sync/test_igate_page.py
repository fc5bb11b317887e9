"""The names of a page's records: read at once or one by one, they are the same."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier_sync.portals.igate_page import key, keys

CODES = st.one_of(
    st.from_regex(r"h[0-9]{2}\.[0-9]{2}-[0-9]{6}-[0-9]{4}", fullmatch=True),
    st.text(max_size=12),
    st.sampled_from(["", "A\nB", "\n", "A B", " A", "ß", "A" * 200, "A" * 201, "ký"]),
    st.none(),
    st.integers(),
)


def _digests(codes: list[object]) -> list[bytes]:
    return [sha256(str(n).encode()).digest() for n in range(len(codes))]


@given(st.lists(CODES, max_size=6))
def test_a_page_is_named_as_its_records_are(codes: list[object]) -> None:
    digests = _digests(codes)
    assert keys(codes, digests) == [key(code, digest) for code, digest in zip(codes, digests, strict=True)]


@pytest.mark.parametrize(
    ("codes", "named"),
    [
        (["h99.01-240117-0001", "H99.01-240117-0002"], ["H99.01-240117-0001", "H99.01-240117-0002"]),
        (["H99.01-240117-0001", "A\nB"], ["H99.01-240117-0001", None]),
        (["H99.01-240117-0001", ""], ["H99.01-240117-0001", None]),
        (["", "A\nB"], [None, None]),
        ([" h99.01-240117-0001 ", 7], ["H99.01-240117-0001", None]),
        (["A" * 200, "A" * 201], ["A" * 200, None]),
        ([], []),
    ],
)
def test_what_is_no_code_is_named_by_its_digest(codes: list[object], named: list[str | None]) -> None:
    digests = _digests(codes)
    told = [name or f"sha256:{digest.hex()}" for name, digest in zip(named, digests, strict=True)]
    assert keys(codes, digests) == told
