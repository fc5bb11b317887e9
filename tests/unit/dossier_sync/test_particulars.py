"""Particulars: one canonical text, read back as it was told, bounded, and no place for a person in it."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier_sync.domain.particulars import (
    MOST_COUNTED,
    MOST_DONG,
    MOST_LINES,
    Cause,
    Components,
    DueChange,
    Fee,
    Filed,
    PaidOnline,
    Particulars,
    Results,
    canonical,
    read,
    text,
)
from metrics.domain import particulars as published

_maybe_day = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
_count = st.none() | st.integers(0, 1000)
_code = st.from_regex(r"[A-Za-z0-9][A-Za-z._-]{0,15}", fullmatch=True)
_instant = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - zoned here
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
_told = st.builds(
    Particulars,
    fees=st.none()
    | st.lists(
        st.builds(Fee, st.none() | _code, st.none() | st.integers(0, MOST_DONG), st.none() | _instant), max_size=5
    ).map(tuple),
    paid_online=st.none() | st.sampled_from(PaidOnline),
    components=st.none() | st.builds(Components, _count, _count, _count, _count),
    digitised=st.none() | st.booleans(),
    results=st.none() | st.builds(Results, _count, _count),
    verified_account=st.none() | st.booleans(),
    databases=st.none() | st.lists(_code, max_size=5).map(tuple),
    filed_at=st.none() | st.sampled_from(Filed),
    due_changes=st.none()
    | st.lists(
        st.builds(DueChange, _maybe_day, _maybe_day, _maybe_day, st.none() | st.sampled_from(Cause)), max_size=5
    ).map(tuple),
    apologies=_count,
)


@given(_told)
def test_what_is_told_is_read_back_here_and_by_whoever_reads_the_view(told: Particulars) -> None:
    written = text(told)
    if written is None:
        assert told == Particulars()
        return
    assert read(written) == told
    elsewhere = published.read(written.decode())
    assert repr(elsewhere.due_changes) == repr(told.due_changes)
    assert (elsewhere.fees, elsewhere.components, elsewhere.results) == (told.fees, told.components, told.results)
    assert (elsewhere.digitised, elsewhere.verified_account) == (told.digitised, told.verified_account)
    assert elsewhere.paid_online == (None if told.paid_online is None else int(told.paid_online))
    assert (elsewhere.databases, elsewhere.filed_at, elsewhere.apologies, elsewhere.unread) == (
        told.databases,
        told.filed_at,
        told.apologies,
        (),
    )


@given(_told)
def test_the_text_survives_postgres_which_keeps_no_order_and_no_blanks(told: Particulars) -> None:
    written = text(told) or b"{}"
    shuffled = dict(reversed(json.loads(written).items()))
    assert canonical(json.loads(json.dumps(shuffled, indent=2))) == written


def test_the_text_is_the_published_one() -> None:
    told = Particulars(
        fees=(Fee("1", 50_000, datetime(2024, 1, 15, 2, tzinfo=UTC)), Fee(None, None, None)),
        paid_online=PaidOnline.LOCAL,
        components=Components(4, 3, None, 0),
        digitised=True,
        results=Results(1, 1),
        verified_account=False,
        databases=("7",),
        filed_at=Filed.NATIONAL,
        due_changes=(DueChange(date(2024, 1, 17), date(2024, 1, 18), date(2024, 1, 25), Cause.SUPPLEMENT),),
        apologies=1,
    )
    assert text(told) == (
        b'{"apologies":1,"components":{"digitised":3,"from_store":0,"total":4},"databases":["7"],"digitised":true,'
        b'"due_changes":[["2024-01-17","2024-01-18","2024-01-25","supplement"]],'
        b'"fees":[["1",50000,"2024-01-15T02:00:00Z"],[null,null,null]],"filed_at":"national","paid_online":2,'
        b'"results":{"files":1,"total":1},"verified_account":false}'
    )


@pytest.mark.parametrize(
    "told",
    [
        Particulars(fees=(Fee("Nguyễn Văn A", 1, None),)),
        Particulars(fees=(Fee("001085012345", 1, None),)),
        Particulars(fees=(Fee("a\tb", 1, None),)),
        Particulars(fees=(Fee("1", -1, None),)),
        Particulars(fees=(Fee("1", MOST_DONG + 1, None),)),
        Particulars(fees=(Fee("1", 1, None),) * (MOST_LINES + 1)),
    ],
)
def test_what_is_out_of_bounds_is_left_out_and_named(told: Particulars) -> None:
    assert text(told) == b'{"unread":["fees"]}'
    assert read(text(told) or b"").unread == ("fees",)


def test_what_lies_just_within_the_bounds_is_kept() -> None:
    told = Particulars(
        fees=(Fee("1", 0, None), *((Fee("1", MOST_DONG, None),) * (MOST_LINES - 1))),
        components=Components(MOST_COUNTED, 0, None, None),
        apologies=MOST_COUNTED,
    )
    assert read(text(told) or b"") == told
    assert text(Particulars(apologies=MOST_COUNTED + 1)) == b'{"unread":["apologies"]}'


def test_sixty_four_lines_ten_thousand_billion_dong_and_a_hundred_thousand_papers_are_the_most() -> None:
    fee = Fee("1", 10_000_000_000_000, None)
    told = Particulars(fees=(fee,) * 64, results=Results(100_000, None), apologies=100_000)
    assert read(text(told) or b"") == told
    assert text(Particulars(fees=(fee,) * 65)) == b'{"unread":["fees"]}'
    assert text(Particulars(fees=(Fee("1", 10_000_000_000_001, None),))) == b'{"unread":["fees"]}'
    assert text(Particulars(results=Results(100_001, None))) == b'{"unread":["results"]}'
    assert text(Particulars(apologies=100_001)) == b'{"unread":["apologies"]}'


def test_the_cause_of_a_changed_day_is_read_as_a_cause_and_none_as_none() -> None:
    moves = [[None, None, "2024-01-25", "extension"], [None, None, "2024-01-26", None]]
    first, second = read(json.dumps({"due_changes": moves}).encode()).due_changes or ()
    assert first.cause is Cause.EXTENSION, "the word alone would equal it"
    assert second.cause is None


def test_one_bad_part_does_not_take_the_others_with_it() -> None:
    told = Particulars(databases=("số 7",), components=Components(-1, None, None, None), digitised=False)
    assert text(told) == b'{"digitised":false,"unread":["components","databases"]}'


def test_what_an_adapter_could_not_read_is_named_and_nothing_else_can_be() -> None:
    assert text(Particulars(unread=("fees", "Nguyễn Văn A"))) == b'{"unread":["fees"]}'
