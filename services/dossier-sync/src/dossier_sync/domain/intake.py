"""Which records become dossiers: the checks, in their order. The first that fails sets the record aside.

A doubtful fact is kept and flagged; a record is set aside only when it cannot be placed at all: no code, no
agency, or dates that cannot be.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from dossier_sync.domain.dossier import Dossier, Flag, PortalRecord, Quarantined, Reason, Round, step_key
from dossier_sync.domain.exclusion import IsTest, no_tests
from dossier_sync.domain.links import Listed, nobody_can_say
from dossier_sync.domain.step import Step, told_again
from shared.domain.identifiers import IdentifierError, dossier_agency
from shared.domain.status import ENDED, EXCLUDED, OPEN, WAITING_ON_APPLICANT, DossierStatus

EARLIEST = date(2000, 1, 1)
"""Older dates are sentinels (0001-01-01, 1900-01-01): there was no portal."""
_LAST_YEAR_OF_AN_APPOINTMENT = 2100

StatutoryDue = Callable[[str, str, int | None, date], date | None]
"""(agency, procedure, channel, received_on) -> our own due date, None where the catalogue names no single limit."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What intake may assume: nothing happened after ``latest_at``; ``latest_on`` is its local day."""

    latest_at: datetime
    latest_on: date
    statutory_due: StatutoryDue
    local_day: Callable[[datetime], date]
    accept_older: bool = False
    """An operator said that the portal's older versions are the truth (it was restored from a backup)."""
    listed: Listed = nobody_can_say
    is_test: IsTest = no_tests


def admit(
    record: PortalRecord, key: str, source_hash: bytes, previous: Dossier | None, bounds: Bounds
) -> Dossier | Quarantined:
    """A dossier, or the record set aside with the reason.

    ``key`` is the record's canonical dossier code; ``previous`` is the version this one may replace.
    """
    try:
        inside = dossier_agency(key)
    except IdentifierError:
        return _aside(record, key, source_hash, Reason.CODE_UNREADABLE, "dossier_code")
    if bounds.is_test(key, record.agency_code or str(inside)):
        return _aside(record, key, source_hash, Reason.TEST_DOSSIER, "dossier_code")
    if record.unreadable:
        reason = _UNREADABLE.get(record.unreadable, Reason.DATE_UNREADABLE)
        return _aside(record, key, source_hash, reason, record.unreadable)
    (_, agency, procedure, field, channel, status, received_on, due_on, ended_on, returned_on, modified_at, _, text,
     particulars, told) = record  # fmt: skip
    impossible = _impossible(record, bounds)
    if impossible:
        return _aside(record, key, source_hash, Reason.DATE_IMPOSSIBLE, impossible)
    if modified_at is None:
        return _aside(record, key, source_hash, Reason.DATE_UNREADABLE, "modified_at")
    agency = agency or str(inside)
    flags = _flags(record) + bounds.listed(agency, procedure, received_on)
    if previous is not None and modified_at >= previous.modified_at:
        flags += _odd_history(previous, status, received_on)
        previous = None if _is_another_case(previous, received_on) else previous
    first_due_on, statutory, supplements = due_on, None, None
    if previous is not None:
        first_due_on = previous.first_due_on or due_on
        statutory = previous.statutory_due_on if previous.received_on == received_on else None
    if statutory is None and received_on is not None:
        statutory = bounds.statutory_due(agency, procedure, channel, received_on)
    if told or previous is not None or status in WAITING_ON_APPLICANT:
        supplements = _rounds(told, previous, status, bounds.local_day(modified_at))
    return Dossier(
        key, agency, procedure, field, channel, status, received_on, due_on,
        first_due_on, statutory, ended_on, returned_on, supplements, flags or None, modified_at, False, particulars,
        source_hash, text,
    )  # fmt: skip


_UNREADABLE = {
    "agency_code": Reason.AGENCY_UNREADABLE,
    "status": Reason.TEXT_GARBLED,
    "channel": Reason.TEXT_GARBLED,
}
"""Why a field that cannot be read sets its record aside; for every other field it is a date."""


def _flags(record: PortalRecord) -> tuple[str, ...]:
    status, received_on, ended_on, due_on = record.status, record.received_on, record.ended_on, record.due_on
    flags: list[str] = []
    if not record.agency_code:
        flags.append(Flag.AGENCY_FROM_CODE)
    if not record.procedure_code:
        flags.append(Flag.PROCEDURE_UNKNOWN)
    if record.channel is None:
        flags.append(Flag.CHANNEL_UNKNOWN)
    if status != _USUAL or received_on is None or ended_on is None or ended_on < received_on:
        _flag_times(flags, status, received_on, ended_on)
    if due_on is not None and received_on is not None and due_on < received_on:
        flags.append(Flag.DUE_BEFORE_RECEIPT)
    if record.particulars is not None and _UNREAD in record.particulars:
        flags.append(Flag.PARTICULARS_UNREAD)
    return tuple(flags)


def _odd_history(previous: Dossier, status: int, received_on: date | None) -> tuple[str, ...]:
    """What is odd about this version after the one before. Once odd, the same case stays so."""
    flags = previous.flags or ()
    if _is_another_case(previous, received_on):
        return (Flag.CODE_REUSED,)
    if previous.status in ENDED and status in OPEN:
        return tuple(flag for flag in (Flag.REOPENED, Flag.CODE_REUSED) if flag is Flag.REOPENED or flag in flags)
    return tuple(flag for flag in (Flag.REOPENED, Flag.CODE_REUSED) if flag in flags)


def _is_another_case(previous: Dossier, received_on: date | None) -> bool:
    """Received after the case before had ended: the code is the same, the case is not."""
    return previous.ended_on is not None and received_on is not None and received_on > previous.ended_on


ODD_HISTORY = frozenset({str(Flag.REOPENED), str(Flag.CODE_REUSED)})

_UNREAD = b'"unread":'
_USUAL = int(DossierStatus.RETURNED)
"""Most dossiers of a portal are old and handed over: they skip the questions about open ones."""


def _impossible(record: PortalRecord, bounds: Bounds) -> str:
    """The first field whose date cannot be, or ""."""
    latest = bounds.latest_on
    if record.received_on is not None and not EARLIEST <= record.received_on <= latest:
        return "received_on"
    if record.ended_on is not None and not EARLIEST <= record.ended_on <= latest:
        return "ended_on"
    if record.returned_on is not None and not EARLIEST <= record.returned_on <= latest:
        return "returned_on"
    if record.due_on is not None and (record.due_on < EARLIEST or record.due_on.year > _LAST_YEAR_OF_AN_APPOINTMENT):
        return "due_on"
    if record.modified_at is not None and record.modified_at > bounds.latest_at:
        return "modified_at"
    return ""


def _flag_times(flags: list[str], status: int, received_on: date | None, ended_on: date | None) -> None:
    if status == DossierStatus.UNMAPPED:
        flags.append(Flag.STATUS_UNMAPPED)
    elif received_on is None and status not in EXCLUDED:
        flags.append(Flag.RECEIPT_MISSING)
    if status in ENDED and ended_on is None:
        flags.append(Flag.END_MISSING)
    elif ended_on is not None and status not in ENDED:
        flags.append(Flag.END_WHILE_OPEN)
    if ended_on is not None and received_on is not None and ended_on < received_on:
        flags.append(Flag.END_BEFORE_RECEIPT)


def _rounds(
    told: tuple[Round, ...] | None, previous: Dossier | None, status: int, day: date
) -> tuple[Round, ...] | None:
    """The supplement rounds after this version: one opens when the dossier begins to wait and closes when it stops.

    Most portals keep no list of rounds, only the present status, so ``day`` is that of its last change. A list that
    is told has precedence (an empty one tells nothing: many senders never fill it); where it leaves an answer blank
    though the dossier went on, the day that was seen first stays.
    """
    seen = (previous.supplements or ()) if previous is not None else ()
    rounds = _with_answers_seen(told, seen) if told else list(seen)
    waiting = status in WAITING_ON_APPLICANT
    open_round = bool(rounds) and rounds[-1][1] is None
    if waiting and not open_round:
        rounds.append((day, None))
    elif not waiting and open_round:
        asked_on = rounds[-1][0]
        rounds[-1] = (asked_on, max(asked_on, day))
    return tuple(rounds) or None


def _with_answers_seen(told: tuple[Round, ...], seen: tuple[Round, ...]) -> list[Round]:
    answers = dict(seen)
    rounds = [(asked, answered or answers.get(asked)) for asked, answered in told]
    if seen and seen[-1][0] > max((asked for asked, _ in told), default=date.min):
        rounds.append(seen[-1])  # begun after the list was written
    return rounds


def advance(step: Step, source_hash: bytes, known: Dossier, bounds: Bounds) -> Dossier | Quarantined:
    """The known dossier after a step, or the step set aside. What happened cannot be later than when we heard of it."""
    if step.status == DossierStatus.UNMAPPED:
        return step_aside(step, known.dossier_code, source_hash, Reason.STATUS_UNREADABLE)
    if step.at is None or step.unreadable or step.at > bounds.latest_at:
        return step_aside(step, known.dossier_code, source_hash, Reason.DATE_UNREADABLE)
    return admit(told_again(step, known, bounds.local_day(step.at)), known.dossier_code, source_hash, known, bounds)


def step_aside(step: Step, key: str, source_hash: bytes, reason: Reason) -> Quarantined:
    """A step set aside. A code that cannot be read is not kept."""
    try:
        dossier_agency(key)
        shown = step_key(key)
    except IdentifierError:
        shown, reason = f"sha256:{source_hash.hex()}", Reason.CODE_UNREADABLE
    return Quarantined(shown, reason, _STEP_FIELDS[reason], None, None, None, source_hash, step.record)


_STEP_FIELDS = {
    Reason.CODE_UNREADABLE: "dossier_code",
    Reason.DOSSIER_UNKNOWN: "dossier_code",
    Reason.STATUS_UNREADABLE: "status",
    Reason.DATE_UNREADABLE: "modified_at",
}


def _aside(record: PortalRecord, key: str, source_hash: bytes, reason: Reason, field: str) -> Quarantined:
    """Set aside. A code that cannot be read is not kept: the record is then known by the digest of its bytes."""
    shown = f"sha256:{source_hash.hex()}" if reason is Reason.CODE_UNREADABLE else key
    return Quarantined(
        shown,
        reason,
        field,
        record.agency_code or None,
        record.procedure_code or None,
        record.received_on,
        source_hash,
        record.record,
        record.particulars,
    )
