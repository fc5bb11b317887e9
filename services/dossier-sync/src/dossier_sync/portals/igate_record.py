"""One record of iGate's search in our words, and what is kept of it. Users: ``igate``."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import msgspec

from dossier_sync.domain.dossier import PortalRecord
from dossier_sync.domain.status_map import Dated, Names
from dossier_sync.portals import ContractDrift, RecordUnreadable, igate_words
from dossier_sync.portals.igate_page import Instant, instant_or_none
from dossier_sync.portals.igate_words import GARBLED
from shared.domain.identifiers import DossierCode, IdentifierError

_NOTHING = msgspec.Raw(b"null")
_SEVEN_HOURS = timedelta(hours=7)
"""Viet Nam has stood at +07:00 without summer time since 1975."""

Dates = tuple[datetime | None, datetime | None, datetime | None, datetime | None]
"""Last change, acceptance, appointment, end."""

Unread = dict[str, str | None]
"""Fields that said something we could not read; the text where it can be nobody's name, number or address."""


class Record(msgspec.Struct, gc=False):
    """The allow-list: what is not named here is never decoded. Nested objects are read once a spelling."""

    code: str
    updatedDate: Instant | None = None
    acceptedDate: Instant | None = None
    appointmentDate: Instant | None = None
    dueDate: Instant | None = None
    completedDate: Instant | None = None
    procedure: msgspec.Raw = _NOTHING
    agency: msgspec.Raw = _NOTHING
    dossierStatus: msgspec.Raw = _NOTHING
    dossierTaskStatus: msgspec.Raw = _NOTHING
    applyMethod: msgspec.Raw = _NOTHING


class _Records(msgspec.Struct):
    content: list[Record]


class _LooseRecord(msgspec.Struct, gc=False):
    """The same dossier when a date of it cannot be read: everything else still can."""

    code: str
    updatedDate: Any = None
    acceptedDate: Any = None
    appointmentDate: Any = None
    dueDate: Any = None
    completedDate: Any = None
    procedure: msgspec.Raw = _NOTHING
    agency: msgspec.Raw = _NOTHING
    dossierStatus: msgspec.Raw = _NOTHING
    dossierTaskStatus: msgspec.Raw = _NOTHING
    applyMethod: msgspec.Raw = _NOTHING


class Drifted(NamedTuple):
    """Instead of a record of a page that is not believed: the needed field it lacks."""

    field: str


class _KeptProcedure(msgspec.Struct):
    code: str | None = None
    sector: str | None = None


class _Kept(msgspec.Struct):
    """The redacted record, as ``_record_of`` writes it. ``unread``: fields that said something we could not read."""

    dates: Dates
    procedure: _KeptProcedure
    agency: str | None
    statuses: list[msgspec.Raw]
    applyMethod: msgspec.Raw
    code: str | None = None
    unread: dict[str, str | None] = {}


class Records:
    """Reads records of one deployment; ``own``: what only it means by its words."""

    def __init__(self, own: Names) -> None:
        self._record = msgspec.json.Decoder(Record).decode
        self._loose = msgspec.json.Decoder(_LooseRecord).decode
        self._page = msgspec.json.Decoder(_Records).decode
        self._kept = msgspec.json.Decoder(_Kept).decode
        self._procedures = igate_words.Remembered(igate_words.procedure)
        self._agencies = igate_words.Remembered(igate_words.agency)
        self._statuses = igate_words.Remembered(partial(igate_words.status, own=own))
        self._channels = igate_words.Remembered(igate_words.channel)

    def of_page(self, body: bytes) -> list[Record] | None:
        """Every record parsed in one go; None where one lacks the agreed shape and must be found by itself."""
        try:
            return self._page(body).content
        except (msgspec.ValidationError, UnicodeDecodeError):
            return None

    def read(self, raw: Any, key: str) -> PortalRecord:
        """A record as it came, parsed or not. Raises ``RecordUnreadable`` and ``ContractDrift``."""
        if isinstance(raw, Drifted):
            raise ContractDrift(raw.field)
        try:
            return self._record_of(raw if isinstance(raw, Record) else self._record(raw), key, {})
        except msgspec.ValidationError as error:
            if isinstance(raw, Record):  # its own fields were read; what breaks is one of its objects
                raise RecordUnreadable("record") from None
            return self._with_loose_dates(raw, key, error)
        except msgspec.DecodeError:
            raise RecordUnreadable("record") from None

    def _with_loose_dates(self, raw: Any, key: str, found: msgspec.ValidationError) -> PortalRecord:
        """The record without the dates that cannot be read, naming them; raises if that was not what is wrong."""
        try:
            loose = self._loose(raw)
            wire = Record(loose.code, **{name: getattr(loose, name) for name in _NESTED})
            unread: Unread = {}
            for name in _DATE_FIELDS:
                at, readable = _loose_date(getattr(loose, name))
                setattr(wire, name, at)
                if not readable:
                    unread[name] = _date_text(getattr(loose, name))
            return self._record_of(wire, key, unread)
        except msgspec.DecodeError:
            raise RecordUnreadable(_path(found)) from None

    def read_again(self, record: bytes, key: str) -> PortalRecord:
        """A kept record. Raises ``RecordUnreadable``."""
        try:
            kept = self._kept(record)
            wire = Record(kept.code or key)
            wire.updatedDate, wire.acceptedDate, wire.appointmentDate, wire.completedDate = kept.dates
            wire.procedure = msgspec.Raw(_encode(_wire_procedure(kept.procedure)))
            wire.agency = msgspec.Raw(_encode({"code": kept.agency or kept.unread.get("agency")}))
            wire.dossierTaskStatus = kept.statuses[0]
            wire.dossierStatus = kept.statuses[1] if len(kept.statuses) > 1 else _NOTHING
            wire.applyMethod = kept.applyMethod
            return self._record_of(wire, key, _still_unread(wire, kept.unread))
        except (msgspec.DecodeError, IndexError):
            raise RecordUnreadable("record") from None

    def accepted_at(self, record: bytes) -> datetime | None:
        """When the kept record was accepted; None when it does not say so, or is none of iGate's."""
        try:
            return self._kept(record).dates[1]
        except msgspec.DecodeError:
            return None

    def _record_of(self, wire: Record, key: str, unread: "Unread") -> PortalRecord:
        (procedure, field), procedure_kept = self._procedures[bytes(wire.procedure)]
        agency, agency_kept = self._agencies[bytes(wire.agency)]
        status, status_kept = self._statuses[bytes(wire.dossierTaskStatus)]
        if status.__class__ is not int:
            status = _on_the_day(status, wire.updatedDate)
            if status is None:
                coarse, coarse_kept = self._statuses[bytes(wire.dossierStatus)]
                status, status_kept = _on_the_day(coarse, wire.updatedDate), status_kept + b"," + coarse_kept
        channel, channel_kept = self._channels[bytes(wire.applyMethod)]
        if status == GARBLED or channel == GARBLED:
            unread = {**unread, ("status" if status == GARBLED else "channel"): None}
            status, channel = None, None
        if agency is None:
            unread = {**unread, "agency": igate_words.agency_text(bytes(wire.agency))}
        updated, accepted, completed = wire.updatedDate, wire.acceptedDate, wire.completedDate
        due = wire.appointmentDate or wire.dueDate
        kept = (
            b'{"dates":',
            _encode((updated, accepted, due, completed)),
            b',"procedure":',
            procedure_kept,
            b',"agency":',
            agency_kept,
            b',"statuses":[',
            status_kept,
            b'],"applyMethod":',
            channel_kept,
            b"" if wire.code == key else _spelling(wire.code),
            b',"unread":' + _encode(unread) + b"}" if unread else b"}",
        )
        return PortalRecord(
            wire.code,
            agency or "",
            procedure,
            field,
            channel,
            status or 0,
            (accepted + _SEVEN_HOURS).date() if accepted and accepted.tzinfo is UTC else _local_day(accepted),
            (due + _SEVEN_HOURS).date() if due and due.tzinfo is UTC else _local_day(due),
            (completed + _SEVEN_HOURS).date() if completed and completed.tzinfo is UTC else _local_day(completed),
            None,
            updated,
            _named(unread) if unread else "",
            b"".join(kept),
        )


_encode = msgspec.json.Encoder().encode
_NESTED = ("procedure", "agency", "dossierStatus", "dossierTaskStatus", "applyMethod")
_DATE_FIELDS = {
    "updatedDate": "modified_at",
    "acceptedDate": "received_on",
    "appointmentDate": "due_on",
    "dueDate": "due_on",
    "completedDate": "ended_on",
}


_NAMED = {**_DATE_FIELDS, "agency": "agency_code", "status": "status", "channel": "channel"}
"""Fields of the portal by our names, in the order in which the first that cannot be read is named."""

_DATE_TEXT = re.compile(
    r"(?:[0-9]{4}|[0-9]{1,2})([-/.])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{1,2})"
    r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
"""Two numbers of a day and one of a year, in any order. No phone or identity number is written so."""


def _date_text(given: Any) -> str | None:
    return given if isinstance(given, str) and _DATE_TEXT.fullmatch(given) else None


def _still_unread(wire: Record, unread: Unread) -> Unread:
    """Reads again what was not readable when the record was stored; what is not readable today either stays named."""
    left: Unread = {}
    for name, text in unread.items():
        at = instant_or_none(text) if name in _DATE_FIELDS else None
        if at is not None:
            setattr(wire, name, at)
        elif name in _DATE_FIELDS or text is None:
            left[name] = text
    return left


def _named(unread: Unread) -> str:
    """The first of our fields that could not be read, "" when all could."""
    return next((ours for name, ours in _NAMED.items() if name in unread), "")


def _wire_procedure(kept: _KeptProcedure) -> dict[str, Any]:
    return {"nationCode": kept.code, "sector": {"code": kept.sector}}


def _on_the_day(meant: int | Dated | None, at: datetime | None) -> int | None:
    """The status meant when the portal last changed the dossier; a meaning by the day needs that day.

    A plain code holds on every day; None: the wording is in no map.
    """
    if not isinstance(meant, Dated):
        return meant
    day = _local_day(at)
    return None if day is None else meant.on(day)


def _local_day(at: datetime | None) -> date | None:
    return at and (at.astimezone(UTC) + _SEVEN_HOURS).date()


def _loose_date(given: Any) -> tuple[datetime | None, bool]:
    """The instant, and whether the text could be read; blank means none."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return None, True
    at = instant_or_none(given)
    return at, at is not None


def _spelling(code: str) -> bytes:
    """The code as the portal wrote it, where that is not the canonical form and is a code at all."""
    try:
        return b',"code":' + _encode(DossierCode.parse(code).raw)
    except IdentifierError:
        return b""


def _path(error: msgspec.DecodeError) -> str:
    """Where the shape broke, as msgspec names it ("$.acceptedDate"): a path, never a value."""
    found = re.search(r"`\$\.?([A-Za-z.\[\]0-9]*)`$", str(error))
    return (found and found.group(1)) or "record"
