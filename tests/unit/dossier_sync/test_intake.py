"""Which records become dossiers, and what is noticed about them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from dossier_sync.domain.dossier import Dossier, Flag, PortalRecord, Quarantined, Reason
from dossier_sync.domain.intake import Bounds, admit
from shared.domain.status import DossierStatus

CODE = "000.00.99.H24-240115-0001"
NOW = datetime(2024, 6, 1, tzinfo=UTC)
BOUNDS = Bounds(NOW, NOW.date(), lambda *_: date(2024, 1, 20), lambda at: at.date())


def told(**changed: Any) -> PortalRecord:
    usual = PortalRecord(
        code=CODE,
        agency_code="H24.99",
        procedure_code="1.005142",
        field_code="G08-GD01",
        channel=2,
        status=int(DossierStatus.RETURNED),
        received_on=date(2024, 1, 15),
        due_on=date(2024, 1, 18),
        ended_on=date(2024, 1, 17),
        returned_on=None,
        modified_at=datetime(2024, 1, 17, 8, tzinfo=UTC),
        unreadable="",
        record=b"{}",
    )
    return usual._replace(**changed)


def admitted(record: PortalRecord, previous: Dossier | None = None) -> Dossier:
    found = admit(record, record.code, b"h" * 32, previous, BOUNDS)
    assert isinstance(found, Dossier)
    return found


def aside(record: PortalRecord, key: str = CODE) -> Quarantined:
    found = admit(record, key, b"h" * 32, None, BOUNDS)
    assert isinstance(found, Quarantined)
    return found


def test_a_plain_record_becomes_a_dossier_without_flags() -> None:
    found = admitted(told())
    assert (found.agency_code, found.flags, found.supplements) == ("H24.99", None, None)
    assert (found.first_due_on, found.statutory_due_on) == (date(2024, 1, 18), date(2024, 1, 20))


@pytest.mark.parametrize(
    ("changed", "flag"),
    [
        ({"agency_code": ""}, Flag.AGENCY_FROM_CODE),
        ({"procedure_code": ""}, Flag.PROCEDURE_UNKNOWN),
        ({"channel": None}, Flag.CHANNEL_UNKNOWN),
        ({"status": 0}, Flag.STATUS_UNMAPPED),
        ({"received_on": None}, Flag.RECEIPT_MISSING),
        ({"ended_on": None}, Flag.END_MISSING),
        ({"ended_on": date(2024, 1, 14)}, Flag.END_BEFORE_RECEIPT),
        ({"status": int(DossierStatus.PROCESSING)}, Flag.END_WHILE_OPEN),
        ({"due_on": date(2024, 1, 10)}, Flag.DUE_BEFORE_RECEIPT),
        ({"particulars": b'{"digitised":true,"unread":["fees"]}'}, Flag.PARTICULARS_UNREAD),
    ],
)
def test_what_is_odd_is_kept_and_flagged(changed: dict[str, Any], flag: Flag) -> None:
    assert flag in (admitted(told(**changed)).flags or ())


def test_particulars_pass_as_they_are_told_and_nothing_arrives_gone() -> None:
    found = admitted(told(particulars=b'{"digitised":true}'), admitted(told())._replace(gone=True))
    assert (found.particulars, found.gone, found.flags) == (b'{"digitised":true}', False, None)


def test_a_dossier_not_yet_accepted_needs_no_day_of_receipt() -> None:
    new = told(status=int(DossierStatus.NEW), received_on=None, ended_on=None)
    assert admitted(new).flags is None


def test_the_agency_inside_the_code_stands_in_for_a_missing_one() -> None:
    assert admitted(told(agency_code="")).agency_code == "H24.99"


@pytest.mark.parametrize(
    ("changed", "reason", "field"),
    [
        ({"unreadable": "agency_code"}, Reason.AGENCY_UNREADABLE, "agency_code"),
        ({"unreadable": "received_on"}, Reason.DATE_UNREADABLE, "received_on"),
        ({"modified_at": None}, Reason.DATE_UNREADABLE, "modified_at"),
        ({"received_on": date(2024, 6, 2)}, Reason.DATE_IMPOSSIBLE, "received_on"),
        ({"ended_on": date(2025, 1, 1)}, Reason.DATE_IMPOSSIBLE, "ended_on"),
        ({"received_on": date(1900, 1, 1)}, Reason.DATE_IMPOSSIBLE, "received_on"),
        ({"due_on": date(9999, 12, 31)}, Reason.DATE_IMPOSSIBLE, "due_on"),
        ({"modified_at": datetime(2099, 1, 1, tzinfo=UTC)}, Reason.DATE_IMPOSSIBLE, "modified_at"),
    ],
)
def test_what_cannot_be_placed_is_set_aside_with_its_reason(
    changed: dict[str, Any], reason: Reason, field: str
) -> None:
    found = aside(told(**changed))
    assert (found.key, found.reason, found.field) == (CODE, reason, field)


@pytest.mark.parametrize("code", ["NGUYEN VAN A", "H24.99-241340-0001", "999000000001", "000.00.99.H24-240115-01"])
def test_a_text_that_is_no_code_is_known_by_its_digest_only(code: str) -> None:
    found = aside(told(code=code), key=code)
    assert found.reason is Reason.CODE_UNREADABLE
    assert found.key == "sha256:" + (b"h" * 32).hex()


def test_the_first_appointment_outlives_its_revisions() -> None:
    first = admitted(told(due_on=date(2024, 1, 18)))
    later = admitted(told(due_on=date(2024, 1, 25)), first)
    assert (later.first_due_on, later.due_on) == (date(2024, 1, 18), date(2024, 1, 25))


def test_our_own_due_date_is_frozen_with_the_receipt() -> None:
    first = admitted(told())._replace(statutory_due_on=date(2024, 1, 19))
    assert admitted(told(), first).statutory_due_on == date(2024, 1, 19)
    moved = admitted(told(received_on=date(2024, 1, 16)), first)
    assert moved.statutory_due_on == date(2024, 1, 20)


def test_a_wait_between_two_states_of_the_applicant_is_one_round() -> None:
    asked = admitted(told(status=int(DossierStatus.WAITING_SUPPLEMENT), ended_on=None))
    paying = told(
        status=int(DossierStatus.WAITING_PAYMENT), ended_on=None, modified_at=datetime(2024, 1, 18, tzinfo=UTC)
    )
    assert admitted(paying, asked).supplements == ((date(2024, 1, 17), None),)
    back = told(modified_at=datetime(2024, 1, 19, tzinfo=UTC))
    assert admitted(back, admitted(paying, asked)).supplements == ((date(2024, 1, 17), date(2024, 1, 19)),)


def test_newest_wins_by_time_then_by_the_further_status() -> None:
    found = admitted(told())
    at = found.modified_at
    assert found.supersedes(at, found.status)
    assert not found.supersedes(at.replace(hour=9), 0)
    assert found.supersedes(at, int(DossierStatus.DONE))
    assert not admitted(told(status=int(DossierStatus.DONE))).supersedes(at, int(DossierStatus.RETURNED))
