"""The text that is copied and hashed: one format, the same from the record and from the stored row."""

from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier_sync.domain.dossier import Dossier, Quarantined, Reason
from dossier_sync.domain.line import (
    COLUMNS,
    FORMAT,
    FormatUnknown,
    Place,
    chained,
    in_format,
    let_in_line,
    line,
    page_digest,
    page_text,
    set_aside_line,
)

DOSSIER = Dossier(
    "000.00.99.H24-240115-0001", "H24.99", "1.005142", "G08-GD01", 2, 10, date(2024, 1, 15), date(2024, 1, 18),
    date(2024, 1, 18), None, date(2024, 1, 17), None, ((date(2024, 1, 16), None),), ("end_missing",),
    datetime(2024, 1, 17, 8, 0, 1, 231000, tzinfo=UTC), False, None, b"\x01" * 32, b'{"a":"\\u0000"}',
)  # fmt: skip


def test_a_line_names_every_column_in_order() -> None:
    cells = line(DOSSIER, 3, False, Place(1, 7)).split(b"\t")
    assert len(cells) == len(COLUMNS) - 2
    named = dict(zip(COLUMNS[2:], cells, strict=True))
    assert named["number"] == b"3"
    assert named["applied"] == b"f"
    assert named["statutory_due_on"] == b"\\N"
    assert named["supplements"] == b'[["2024-01-16", null]]'
    assert named["flags"] == b"{end_missing}"
    assert named["modified_at"] == b"2024-01-17T08:00:01.231000+00"
    assert named["source_hash"] == b"\\\\x" + b"01" * 32
    assert named["record"] == b'{"a":"\\\\u0000"}'
    assert (named["previous_feed_id"], named["previous_page"]) == (b"1", b"7")


def test_tombstones_and_particulars_have_cells_of_their_own() -> None:
    told = DOSSIER._replace(gone=True, particulars=b'{"digitised":true}')
    named = dict(zip(COLUMNS[2:], line(told, 3, True, None).split(b"\t"), strict=True))
    assert (named["gone"], named["particulars"]) == (b"t", b'{"digitised":true}')
    named = dict(zip(COLUMNS[2:], line(DOSSIER, 3, True, None).split(b"\t"), strict=True))
    assert (named["gone"], named["particulars"]) == (b"f", b"\\N")


def test_a_line_of_format_1_is_as_it_was_written() -> None:
    assert in_format(line(DOSSIER, 3, False, Place(1, 7)), 1) == (
        b"000.00.99.H24-240115-0001\t3\tf\tH24.99\t1.005142\tG08-GD01\t2\t10\t2024-01-15\t2024-01-18\t2024-01-18\t\\N\t"
        b'2024-01-17\t\\N\t[["2024-01-16", null]]\t{end_missing}\t2024-01-17T08:00:01.231000+00\t\\\\x'
        + b"01" * 32
        + b'\t{"a":"\\\\u0000"}\t1\t7'
    )


@pytest.mark.parametrize("changed", [{"gone": True}, {"particulars": b"{}"}])
def test_format_1_cannot_hold_what_it_did_not_know(changed: dict[str, Any]) -> None:
    with pytest.raises(FormatUnknown):
        in_format(line(DOSSIER._replace(**changed), 1, True, None), 1)


def test_a_format_of_the_future_is_not_guessed() -> None:
    with pytest.raises(FormatUnknown):
        in_format(line(DOSSIER, 1, True, None), FORMAT + 1)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001 - zoned below
def test_an_instant_is_written_in_utc_to_the_microsecond(at: datetime, hours: int) -> None:
    aware = at.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=hours)))
    written = line(DOSSIER._replace(modified_at=aware), 1, True, None).split(b"\t")[COLUMNS.index("modified_at") - 2]
    assert datetime.fromisoformat(written.decode()) == aware


@given(st.lists(st.from_regex(r"[0-9A-Z]{2}(\.[0-9A-Z]{2})?-[0-9]{4}", fullmatch=True), unique=True))
def test_lines_sort_as_their_codes_do(codes: list[str]) -> None:
    lines = sorted(line(DOSSIER._replace(dossier_code=code), 1, True, None) for code in codes)
    assert [one.split(b"\t")[0].decode() for one in lines] == sorted(codes)


def test_a_page_without_dossiers_is_empty_text() -> None:
    assert page_text(Place(1, 2), []) == b""
    assert page_text(Place(1, 2), [b"a", b"b"]) == b"1\t2\ta\n1\t2\tb\n"


def test_the_digest_depends_on_the_feed_the_rows_and_what_was_set_aside() -> None:
    aside = Quarantined("k", Reason.SHAPE, "code", None, None, None, b"\x02" * 32, b"{}")
    digests = {
        page_digest("a/d", b"x", []),
        page_digest("b/d", b"x", []),
        page_digest("a/d", b"x", [], 1),
        page_digest("a/d", b"y", []),
        page_digest("a/d", b"x", [set_aside_line(1, aside)]),
        page_digest("a/d", b"x", [let_in_line(1)]),
    }
    assert len(digests) == 6
    assert chained(bytes(32), b"p" * 32) == sha256(bytes(32) + b"p" * 32).digest()
