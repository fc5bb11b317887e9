"""Whose word counts when two feeds tell one dossier, and what they contradict each other in."""

from datetime import UTC, date, datetime

import pytest

from dossier_sync.domain.dossier import Dossier
from dossier_sync.domain.precedence import TOLD, Standing, differences, standing

DOSSIER = Dossier(
    dossier_code="000.00.99.H24-240115-0001", agency_code="H24.99", procedure_code="1.005142", field_code="G08-GD01",
    channel=2, status=9, received_on=date(2024, 1, 15), due_on=date(2024, 1, 18), first_due_on=date(2024, 1, 18),
    statutory_due_on=date(2024, 1, 18), ended_on=date(2024, 1, 17), returned_on=date(2024, 1, 18), supplements=None,
    flags=None, modified_at=datetime(2024, 1, 17, 8, tzinfo=UTC), gone=False,
    particulars=b'{"apologies":1,"digitised":true}', source_hash=b"a" * 32, record=b"{}",
)  # fmt: skip
OTHERWISE = {
    "agency_code": "H24.98",
    "procedure_code": "1.000001",
    "field_code": "G08-GD02",
    "channel": 1,
    "status": 8,
    "received_on": date(2024, 1, 14),
    "due_on": date(2024, 1, 19),
    "ended_on": date(2024, 1, 18),
    "returned_on": date(2024, 1, 19),
}


@pytest.mark.parametrize(
    ("own", "ours", "theirs", "read", "expected"),
    [
        (True, 1, 2, True, Standing.OWN),
        (True, 2, 1, False, Standing.OWN),
        (False, 1, 2, True, Standing.NEARER),
        (False, 1, 2, False, Standing.NEARER),
        (False, 2, 2, True, Standing.EQUAL),
        (False, 2, 2, False, Standing.HEIR),
        (False, 3, 2, True, Standing.FARTHER),
        (False, 3, 2, False, Standing.HEIR),
    ],
)
def test_the_smaller_rank_is_nearer_the_truth_and_what_nobody_reads_any_more_is_inherited(
    own: bool, ours: int, theirs: int, read: bool, expected: Standing
) -> None:
    assert standing(own=own, ours=ours, theirs=theirs, read=read) is expected


def test_each_standing_is_another_than_the_others() -> None:
    assert [one.name for one in Standing] == ["OWN", "EQUAL", "NEARER", "FARTHER", "HEIR"], "two of one number are one"


@pytest.mark.parametrize("fact", TOLD)
def test_copies_differ_in_the_facts_that_portals_tell(fact: str) -> None:
    copy = DOSSIER._replace(**{fact: OTHERWISE[fact]})
    assert differences(copy, DOSSIER) == differences(DOSSIER, copy) == (fact,)


@pytest.mark.parametrize("fact", [fact for fact in TOLD if fact != "status"])
def test_what_one_of_them_does_not_tell_it_does_not_deny(fact: str) -> None:
    silent = DOSSIER._replace(**{fact: "" if isinstance(OTHERWISE[fact], str) else None})
    assert differences(silent, DOSSIER) == differences(DOSSIER, silent) == ()


def test_what_is_derived_here_is_no_contradiction_and_two_are_told_in_order() -> None:
    derived = DOSSIER._replace(first_due_on=None, statutory_due_on=None, flags=("reopened",), record=b"x")
    assert differences(derived, DOSSIER) == ()
    assert differences(DOSSIER._replace(due_on=date(2024, 1, 20), channel=3), DOSSIER) == ("channel", "due_on")


def test_a_status_that_is_not_understood_contradicts_none() -> None:
    unmapped = DOSSIER._replace(status=0, channel=1)
    assert differences(unmapped, DOSSIER) == differences(DOSSIER, unmapped) == ("channel",)


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (None, ()),
        (b'{"apologies":1,"digitised":true}', ()),
        (b'{"apologies":2,"digitised":true}', ("particulars",)),
        (b'{"apologies":1}', ()),
        (b'{"apologies":1,"digitised":false}', ("particulars",)),
        (b'{"results":{"files":1}}', ()),
        (b'{"apologies":1,"unread":["fees"]}', ()),
    ],
)
def test_particulars_differ_where_both_tell_one_otherwise(other: bytes | None, differs: tuple[str, ...]) -> None:
    copy = DOSSIER._replace(particulars=other)
    assert differences(copy, DOSSIER) == differences(DOSSIER, copy) == differs


def test_what_two_could_not_read_is_no_contradiction() -> None:
    here, there = (DOSSIER._replace(particulars=b'{"unread":["%b"]}' % name) for name in (b"fees", b"results"))
    assert differences(here, there) == ()
