"""Which records become dossiers, and what is noticed about them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dossier_sync.domain.dossier import Dossier, Flag, PortalRecord, Quarantined, Reason
from dossier_sync.domain.intake import Bounds, admit, advance, step_aside
from dossier_sync.domain.step import Step
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
    assert admitted(told(agency_code="H24.98.01")).agency_code == "H24.98.01", "the code names who opened it"


def test_older_versions_are_believed_only_where_an_operator_says_so() -> None:
    assert BOUNDS.accept_older is False


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
        ({"modified_at": NOW + timedelta(microseconds=1)}, Reason.DATE_IMPOSSIBLE, "modified_at"),
        ({"ended_on": date(1999, 12, 31)}, Reason.DATE_IMPOSSIBLE, "ended_on"),
        ({"ended_on": date(2024, 6, 2)}, Reason.DATE_IMPOSSIBLE, "ended_on"),
        ({"returned_on": date(1999, 12, 31)}, Reason.DATE_IMPOSSIBLE, "returned_on"),
        ({"returned_on": date(2024, 6, 2)}, Reason.DATE_IMPOSSIBLE, "returned_on"),
        ({"due_on": date(1999, 12, 31)}, Reason.DATE_IMPOSSIBLE, "due_on"),
        ({"due_on": date(2101, 1, 1)}, Reason.DATE_IMPOSSIBLE, "due_on"),
        ({"unreadable": "status"}, Reason.TEXT_GARBLED, "status"),
        ({"unreadable": "channel"}, Reason.TEXT_GARBLED, "channel"),
    ],
)
def test_what_cannot_be_placed_is_set_aside_with_its_reason(
    changed: dict[str, Any], reason: Reason, field: str
) -> None:
    found = aside(told(**changed))
    assert (found.key, found.reason, found.field) == (CODE, reason, field)


FIRST_DAY, TODAY = date(2000, 1, 1), NOW.date()


@pytest.mark.parametrize(
    "changed",
    [
        {"received_on": FIRST_DAY, "ended_on": FIRST_DAY, "returned_on": FIRST_DAY, "due_on": FIRST_DAY},
        {"received_on": TODAY, "ended_on": TODAY, "returned_on": TODAY, "due_on": date(2100, 12, 31)},
        {"modified_at": NOW},
        {"received_on": TODAY, "ended_on": TODAY, "due_on": TODAY},
        {"received_on": TODAY, "ended_on": TODAY, "due_on": TODAY, "status": int(DossierStatus.DONE)},
    ],
)
def test_a_day_within_the_bounds_is_kept_and_two_on_one_day_are_nothing_odd(changed: dict[str, Any]) -> None:
    assert admitted(told(**changed)).flags is None


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


def test_what_is_set_aside_says_whose_it_is_as_far_as_that_is_told() -> None:
    found = aside(told(unreadable="due_on", particulars=b"{}"))
    assert (found.agency_code, found.procedure_code, found.received_on) == ("H24.99", "1.005142", date(2024, 1, 15))
    assert (found.record, found.particulars, found.source_hash) == (b"{}", b"{}", b"h" * 32)
    nameless = aside(told(unreadable="due_on", agency_code="", procedure_code=""))
    assert (nameless.agency_code, nameless.procedure_code) == (None, None)


@pytest.mark.parametrize(("agency", "asked"), [("H24.50", "H24.50"), ("", "H24.99")])
def test_a_test_dossier_is_asked_for_by_the_agency_told_or_the_one_inside_the_code(agency: str, asked: str) -> None:
    bounds = replace(BOUNDS, is_test=lambda code, of: (code, of) == (CODE, asked))
    found = admit(told(agency_code=agency), CODE, b"h" * 32, None, bounds)
    assert isinstance(found, Quarantined)
    assert (found.reason, found.field) == (Reason.TEST_DOSSIER, "dossier_code")


def test_what_the_catalogue_does_not_list_is_flagged_after_what_the_record_lacks() -> None:
    asked: list[tuple[str, str, date | None]] = []

    def listed(agency: str, procedure: str, received_on: date | None) -> tuple[str, ...]:
        asked.append((agency, procedure, received_on))
        return (Flag.PROCEDURE_UNLISTED,)

    found = admit(told(agency_code=""), CODE, b"h" * 32, None, replace(BOUNDS, listed=listed))
    assert isinstance(found, Dossier)
    assert found.flags == (Flag.AGENCY_FROM_CODE, Flag.PROCEDURE_UNLISTED)
    assert asked == [("H24.99", "1.005142", date(2024, 1, 15))]


def test_our_own_due_date_is_asked_for_by_what_the_record_says_and_only_with_a_receipt() -> None:
    asked: list[tuple[str, str, int | None, date]] = []

    def due(agency: str, procedure: str, channel: int | None, received_on: date) -> date | None:
        asked.append((agency, procedure, channel, received_on))
        return None

    bounds = replace(BOUNDS, statutory_due=due)
    admit(told(), CODE, b"h" * 32, None, bounds)
    admit(told(received_on=None), CODE, b"h" * 32, None, bounds)
    assert asked == [("H24.99", "1.005142", 2, date(2024, 1, 15))]


@pytest.mark.parametrize(
    ("changed", "flags"),
    [
        ({"status": 0}, {Flag.STATUS_UNMAPPED, Flag.END_WHILE_OPEN}),
        ({"status": 0, "received_on": None, "ended_on": None}, {Flag.STATUS_UNMAPPED}),
        ({"status": int(DossierStatus.DONE)}, set()),
        ({"status": int(DossierStatus.DONE), "ended_on": None}, {Flag.END_MISSING}),
        ({"status": int(DossierStatus.DONE), "received_on": None}, {Flag.RECEIPT_MISSING}),
        ({"status": int(DossierStatus.DONE), "ended_on": date(2024, 1, 14)}, {Flag.END_BEFORE_RECEIPT}),
        ({"status": int(DossierStatus.PROCESSING), "ended_on": None}, set()),
        ({"status": int(DossierStatus.REFUSED_AT_RECEPTION), "received_on": None, "ended_on": None}, set()),
        ({"received_on": None, "ended_on": None}, {Flag.RECEIPT_MISSING, Flag.END_MISSING}),
        ({"due_on": date(2024, 1, 14)}, {Flag.DUE_BEFORE_RECEIPT}),
        ({"due_on": date(2024, 1, 14), "received_on": None}, {Flag.RECEIPT_MISSING}),
        ({"due_on": None}, set()),
        ({"particulars": b'{"digitised":true}'}, set()),
    ],
)
def test_each_oddity_has_its_flag_and_no_other(changed: dict[str, Any], flags: set[Flag]) -> None:
    assert set(admitted(told(**changed)).flags or ()) == flags


# --- the version before ---------------------------------------------------------------------------------------

LATER = datetime(2024, 1, 20, 8, tzinfo=UTC)
WORKING, WAITING = int(DossierStatus.PROCESSING), int(DossierStatus.WAITING_SUPPLEMENT)


def test_a_dossier_that_ended_and_is_worked_on_again_is_reopened_and_stays_so() -> None:
    ended = admitted(told())
    again = admitted(told(status=WORKING, ended_on=None, modified_at=LATER), ended)
    assert again.flags == (Flag.REOPENED,)
    assert admitted(told(modified_at=LATER), again).flags == (Flag.REOPENED,)
    still = admitted(told(status=WORKING, ended_on=None, modified_at=LATER), again)
    assert still.flags == (Flag.REOPENED,)
    excluded = told(status=int(DossierStatus.NEW), ended_on=None, modified_at=LATER)
    assert admitted(excluded, ended).flags is None, "a status that is neither open nor ended reopens nothing"


@pytest.mark.parametrize("before", [WORKING, WAITING])
def test_a_dossier_that_never_ended_is_not_reopened_by_going_on(before: int) -> None:
    open_before = admitted(told(status=before, ended_on=None))
    assert admitted(told(status=WORKING, ended_on=None, modified_at=LATER), open_before).flags is None


def test_a_version_of_the_same_instant_goes_on_and_an_older_one_is_odd_in_nothing() -> None:
    ended = admitted(told())
    assert admitted(told(status=WORKING, ended_on=None), ended).flags == (Flag.REOPENED,)
    older = told(status=WORKING, ended_on=None, modified_at=ended.modified_at - timedelta(microseconds=1))
    assert admitted(older, ended).flags is None


def test_received_after_the_case_before_had_ended_is_another_case_that_inherits_nothing() -> None:
    waited = ((date(2024, 1, 16), date(2024, 1, 17)),)
    before = admitted(told())._replace(statutory_due_on=date(2024, 1, 19), supplements=waited)
    new = told(
        received_on=date(2024, 1, 18), due_on=date(2024, 1, 25), status=WORKING, ended_on=None, modified_at=LATER
    )
    found = admitted(new, before)
    assert found.flags == (Flag.CODE_REUSED,)
    assert (found.first_due_on, found.statutory_due_on, found.supplements) == (
        date(2024, 1, 25),
        date(2024, 1, 20),
        None,
    )
    ended = admitted(new._replace(status=int(DossierStatus.RETURNED), ended_on=date(2024, 1, 20)), found)
    assert ended.flags == (Flag.CODE_REUSED,), "once odd, the same case stays so"
    reopened = admitted(new, ended)
    assert reopened.flags == (Flag.REOPENED, Flag.CODE_REUSED)
    assert admitted(new, reopened).flags == (Flag.REOPENED, Flag.CODE_REUSED)


def test_received_on_the_day_the_case_ended_is_the_same_case() -> None:
    before = admitted(told())
    same = admitted(told(received_on=date(2024, 1, 17), modified_at=LATER), before)
    assert (same.flags, same.first_due_on) == (None, date(2024, 1, 18))
    unknown = admitted(told(received_on=None, modified_at=LATER), before)
    assert unknown.flags == (Flag.RECEIPT_MISSING,)


def test_the_first_appointment_is_the_first_that_was_told() -> None:
    silent = admitted(told(due_on=None))
    assert silent.first_due_on is None
    assert admitted(told(modified_at=LATER), silent).first_due_on == date(2024, 1, 18)


def test_a_limit_that_the_catalogue_learns_fills_the_gap_of_the_version_before() -> None:
    before = admitted(told())._replace(statutory_due_on=None)
    assert admitted(told(modified_at=LATER), before).statutory_due_on == date(2024, 1, 20)


# --- supplement rounds ----------------------------------------------------------------------------------------

Told = tuple[tuple[date, date | None], ...] | None


def day(number: int) -> date:
    return date(2024, 1, number)


@pytest.mark.parametrize(
    ("status", "seen", "listed", "rounds"),
    [
        pytest.param(WORKING, None, None, None, id="nobody waited"),
        pytest.param(WORKING, (), None, None, id="nobody waited before or now"),
        pytest.param(WAITING, None, None, ((day(20), None),), id="a wait begins with the last change"),
        pytest.param(WAITING, ((day(16), None),), None, ((day(16), None),), id="it goes on"),
        pytest.param(WORKING, ((day(16), None),), None, ((day(16), day(20)),), id="it stops with the last change"),
        pytest.param(WORKING, ((day(25), None),), None, ((day(25), day(25)),), id="never before it began"),
        pytest.param(
            WAITING, ((day(16), day(17)),), None, ((day(16), day(17)), (day(20), None)), id="a second one begins"
        ),
        pytest.param(WORKING, ((day(16), day(17)),), None, ((day(16), day(17)),), id="what was over stays"),
        pytest.param(WORKING, None, ((day(16), day(18)),), ((day(16), day(18)),), id="a list is believed"),
        pytest.param(WORKING, ((day(16), None),), ((day(16), day(18)),), ((day(16), day(18)),), id="not what we saw"),
        pytest.param(
            WORKING, ((day(16), day(17)),), ((day(16), None),), ((day(16), day(17)),), id="a blank keeps the day seen"
        ),
        pytest.param(WORKING, None, ((day(16), None),), ((day(16), day(20)),), id="a blank that nobody saw answered"),
        pytest.param(WORKING, ((day(16), day(17)),), (), ((day(16), day(17)),), id="an empty list tells nothing"),
        pytest.param(
            WAITING, ((day(18), None),), ((day(16), day(17)),), ((day(16), day(17)), (day(18), None)),
            id="begun after the list was written",
        ),
        pytest.param(
            WORKING, ((day(16), day(19)),), ((day(16), day(18)),), ((day(16), day(18)),), id="the same day is not new"
        ),
        pytest.param(
            WORKING, ((day(15), day(16)),), ((day(17), day(18)),), ((day(17), day(18)),), id="the list knows better"
        ),
        pytest.param(
            WORKING, ((day(17), day(18)),), ((day(16), day(16)), (day(19), day(19))),
            ((day(16), day(16)), (day(19), day(19))), id="the list was written after it",
        ),
    ],
)  # fmt: skip
def test_supplement_rounds_after_a_version(status: int, seen: Told, listed: Told, rounds: Told) -> None:
    before = None
    if seen is not None:
        before = admitted(told(status=WORKING, ended_on=None))._replace(supplements=seen)
    record = told(status=status, ended_on=None, modified_at=LATER, rounds=listed)
    assert admitted(record, before).supplements == rounds


# --- steps ----------------------------------------------------------------------------------------------------

KNOWN = admitted(told(status=WORKING, ended_on=None))


def step(status: DossierStatus, at: datetime | None = LATER, unreadable: str = "") -> Step:
    return Step(int(status), at, unreadable, b"{}")


def test_a_step_moves_the_dossier_to_its_status_and_day() -> None:
    done = advance(step(DossierStatus.DONE), b"s" * 32, KNOWN, BOUNDS)
    assert isinstance(done, Dossier)
    assert (done.status, done.ended_on, done.returned_on, done.modified_at) == (9, day(20), None, LATER)
    assert (done.dossier_code, done.received_on, done.due_on) == (CODE, KNOWN.received_on, KNOWN.due_on)
    returned = advance(step(DossierStatus.RETURNED, LATER + timedelta(days=2)), b"s" * 32, done, BOUNDS)
    assert isinstance(returned, Dossier)
    assert (returned.status, returned.ended_on, returned.returned_on) == (10, day(20), day(22))
    waiting = advance(step(DossierStatus.WAITING_SUPPLEMENT), b"s" * 32, KNOWN, BOUNDS)
    assert isinstance(waiting, Dossier)
    assert (waiting.ended_on, waiting.supplements) == (None, ((day(20), None),))


@pytest.mark.parametrize(
    ("told_step", "reason", "field"),
    [
        (step(DossierStatus.UNMAPPED), Reason.STATUS_UNREADABLE, "status"),
        (step(DossierStatus.DONE, None), Reason.DATE_UNREADABLE, "modified_at"),
        (step(DossierStatus.DONE, LATER, "modified_at"), Reason.DATE_UNREADABLE, "modified_at"),
        (step(DossierStatus.DONE, NOW + timedelta(microseconds=1)), Reason.DATE_UNREADABLE, "modified_at"),
    ],
)
def test_a_step_that_says_nothing_is_set_aside_under_a_key_of_its_own(
    told_step: Step, reason: Reason, field: str
) -> None:
    found = advance(told_step, b"s" * 32, KNOWN, BOUNDS)
    assert isinstance(found, Quarantined)
    assert (found.key, found.reason, found.field) == (f"{CODE}+step", reason, field)
    assert (found.agency_code, found.procedure_code, found.received_on) == (None, None, None)


def test_a_step_of_this_very_instant_is_believed() -> None:
    assert isinstance(advance(step(DossierStatus.DONE, NOW), b"s" * 32, KNOWN, BOUNDS), Dossier)


def test_a_step_of_an_unreadable_code_is_known_by_its_digest() -> None:
    found = step_aside(step(DossierStatus.DONE), "NGUYEN VAN A", b"s" * 32, Reason.DOSSIER_UNKNOWN)
    assert (found.key, found.reason, found.field) == (
        "sha256:" + (b"s" * 32).hex(),
        Reason.CODE_UNREADABLE,
        "dossier_code",
    )
