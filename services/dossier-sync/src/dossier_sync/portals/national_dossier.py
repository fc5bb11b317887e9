"""A dossier as one-stop systems tell it to the national portal: the object of ``DongBoHoSoMC`` (portal-contracts.md 1.4
to 1.8), read by whoever receives it or asks for it.

Quirks kept in mind here and nowhere else: every value is text, or a number where a later client thought better of it;
dates are ``yyyyMMddHHmmss`` in local time and blank for none; booleans are "0"/"1", "True"/"False" and true/false, all
in one message; ``DonViXuLy`` is the *name* of an agency and so never its identity, which is in the dossier code;
``Fax`` has been seen to hold a telephone, ``MaHoSo`` a person. The object has no time of change: whoever
receives it knows when it was said.
"""

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

import msgspec

from dossier_sync.domain import particulars
from dossier_sync.domain.dossier import PortalRecord, Round
from dossier_sync.portals import RecordUnreadable, local_times, national_particulars, wire_codes
from dossier_sync.portals.local_times import COMPACT, DASHED, ISO_LOCAL, Format, TimeUnreadable
from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

STATUS_MAP = {
    "1": DossierStatus.NEW,
    "2": DossierStatus.RECEIVED,
    "3": DossierStatus.REFUSED_AT_RECEPTION,
    "4": DossierStatus.PROCESSING,
    "5": DossierStatus.WAITING_SUPPLEMENT,
    "6": DossierStatus.WAITING_PAYMENT,
    "7": DossierStatus.WITHDRAWN,
    "8": DossierStatus.STOPPED,
    "9": DossierStatus.DONE,
    "10": DossierStatus.RETURNED,
}
"""TrangThaiHoSo (portal-contracts.md 1.6). Senders leave it blank where their own status has no national one."""

CHANNEL_MAP = {"1": Channel.DIRECT, "2": Channel.ONLINE, "3": Channel.POSTAL}
"""KenhThucHien. Systems of before 2022 do not send it."""

_SEVEN_HOURS = timedelta(hours=7)
_MOST_ROUNDS = 64
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Contract:
    """A generation of the contract: which written forms of a time it has."""

    name: str
    formats: tuple[Format, ...]


G2 = Contract("national", (COMPACT,))
"""2019 to 2025: one form."""
G3 = Contract("national-g3", (COMPACT, DASHED, ISO_LOCAL))
"""2026: three forms in one contract, statuses and flags as numbers. One third party's document: to be confirmed."""


class _Supplement(msgspec.Struct):
    """Of a supplement round, its days. Who asked, who answered and what was written are not decoded."""

    NgayBoSung: Any = None
    NgayTiepNhanBoSung: Any = None
    NgayHenTraTruoc: Any = None
    NgayHenTraMoi: Any = None


class _Wire(msgspec.Struct):
    """The allow-list. Owner, identities, telephones, abstract, notes and names of files are not decoded."""

    MaHoSo: Any = None
    MaTTHC: Any = None
    MaLinhVuc: Any = None
    MaDonViTiepNhan: Any = None  # 2026: a code at last
    KenhThucHien: Any = None
    TrangThaiHoSo: Any = None
    TrangThai: Any = None  # 2026
    NgayNopHoSo: Any = None
    NgayNop: Any = None  # 2026
    NgayTiepNhan: Any = None
    NgayHenTra: Any = None
    NgayTuChoi: Any = None
    NgayKetThucXuLy: Any = None
    NgayTra: Any = None
    DanhSachHoSoBoSung: list[_Supplement | None] | None = None
    NoiNopHoSo: Any = None
    HoSoCoThanhPhanSoHoa: Any = None
    TaiKhoanDuocXacThucVoiVNeID: Any = None
    DuocThanhToanTrucTuyen: Any = None
    DSKetNoiCSDL: list[national_particulars.Database | None] | None = None
    TaiLieuNop: list[national_particulars.Paper | None] | None = None
    DanhSachLePhi: list[national_particulars.FeeLine | None] | None = None
    DanhSachGiayToKetQua: list[national_particulars.ResultPaper | None] | None = None


_decode = msgspec.json.Decoder(_Wire).decode

_DATES = {
    "NgayTiepNhan": "received_on",
    "NgayHenTra": "due_on",
    "NgayKetThucXuLy": "ended_on",
    "NgayTra": "returned_on",
    "NgayNopHoSo": "filed_on",
    "NgayNop": "filed_on",
    "NgayTuChoi": "refused_on",
}
"""Dates of the object, and the field that is named when one cannot be read."""


WIRE_NAMES = {
    **{ours: name for name, ours in reversed(_DATES.items())},
    "supplements": "DanhSachHoSoBoSung",
    "due_changes": "DanhSachHoSoBoSung.NgayHenTra",
    "dossier_code": "MaHoSo",
    "agency_code": "MaDonViTiepNhan",
    "status": "TrangThai",
    "modified_at": "ThoiDiemXuLy",
}
"""Our names of fields in the sender's words, for telling it what to mend."""


def read(raw: bytes | msgspec.Raw, key: str, contract: Contract = G2) -> PortalRecord:
    """The record, ``modified_at`` None. ``key``: its canonical code. Raises ``RecordUnreadable``."""
    try:
        wire = _decode(raw)
    except msgspec.ValidationError as error:
        raise RecordUnreadable(wire_codes.path(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RecordUnreadable("record") from None
    return _Reading(wire, key, contract).record()


def code_of(raw: bytes | msgspec.Raw) -> Any:
    """What stands where the dossier's code should, None when that cannot be read."""
    try:
        return msgspec.json.decode(raw, type=_Named).MaHoSo
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Named(msgspec.Struct):
    MaHoSo: Any = None


def redecode(record: bytes, key: str, contract: Contract = G2) -> PortalRecord:
    """A kept record as ``read`` would read the original now: what is kept is a part of the object it came from.

    What had to be left behind stays named in ``unreadable``. Raises ``RecordUnreadable``.
    """
    found = read(record, key, contract)
    lost = msgspec.json.decode(record, type=_Lost).unread
    return found._replace(code=found.code or key, unreadable=found.unreadable or next(iter(lost), ""), particulars=None)


class _Lost(msgspec.Struct):
    unread: list[str] = []


class _Reading:
    """One object being read; ``unreadable`` is the first field that could not be."""

    def __init__(self, wire: _Wire, key: str, contract: Contract) -> None:
        self._wire, self._key, self._contract = wire, key, contract
        self.unreadable = ""
        self._lost: list[str] = []

    def record(self) -> PortalRecord:
        wire = self._wire
        kept: dict[str, Any] = {}
        days = {name: self._day(getattr(wire, name), name, field, kept) for name, field in _DATES.items()}
        rounds, changes = self._supplements(kept)
        agency = self._agency(kept)
        procedure, suffix = wire_codes.procedure(wire.MaTTHC)
        field = wire_codes.field(wire.MaLinhVuc)
        status = wire_codes.short(wire.TrangThaiHoSo) or wire_codes.short(wire.TrangThai)
        channel = wire_codes.short(wire.KenhThucHien)
        kept |= {"MaTTHC": procedure + suffix, "MaLinhVuc": field, "TrangThaiHoSo": status, "KenhThucHien": channel}
        return PortalRecord(
            wire.MaHoSo if isinstance(wire.MaHoSo, str) else "",
            agency,
            procedure,
            field,
            CHANNEL_MAP.get(channel),
            int(STATUS_MAP.get(status, DossierStatus.UNMAPPED)),
            days["NgayTiepNhan"],
            days["NgayHenTra"],
            days["NgayKetThucXuLy"],
            days["NgayTra"],
            None,
            self.unreadable,
            self._redacted(kept),
            particulars.text(national_particulars.read(wire, changes)),
            rounds,
        )

    def _day(self, given: Any, name: str, field: str, kept: dict[str, Any]) -> date | None:
        """The local day of a time; the text goes into ``kept`` where it is one, or could be nothing else."""
        try:
            at = local_times.read(given, self._contract.formats, self._contract.name)
        except TimeUnreadable:
            self.unreadable = self.unreadable or field
            if (text := local_times.harmless(given)) is None:
                self._lost.append(field)
            else:
                kept[name] = text
            return None
        if at is None:
            return None
        kept[name] = str(given).strip()
        return (at.astimezone(UTC) + _SEVEN_HOURS).date()

    def _supplements(self, kept: dict[str, Any]) -> tuple[tuple[Round, ...] | None, tuple[particulars.DueChange, ...]]:
        """The rounds told, None when the sender keeps no list, and the changes of the appointed day in them."""
        told = self._wire.DanhSachHoSoBoSung
        if told is None:
            return None, ()
        if len(told) > _MOST_ROUNDS:
            self.unreadable = self.unreadable or "supplements"
            self._lost.append("supplements")
            return None, ()
        rounds: list[Round] = []
        changes: list[particulars.DueChange] = []
        kept_rounds: list[dict[str, Any]] = []
        for one in filter(None, told):
            texts: dict[str, Any] = {}
            asked = self._day(one.NgayBoSung, "NgayBoSung", "supplements", texts)
            answered = self._day(one.NgayTiepNhanBoSung, "NgayTiepNhanBoSung", "supplements", texts)
            before = self._day(one.NgayHenTraTruoc, "NgayHenTraTruoc", "due_changes", texts)
            after = self._day(one.NgayHenTraMoi, "NgayHenTraMoi", "due_changes", texts)
            kept_rounds.append(texts)
            if asked is not None:
                rounds.append((asked, answered))
            if after is not None and after != before:
                cause = particulars.Cause.SUPPLEMENT
                changes.append(particulars.DueChange(answered or asked, before, after, cause))
        kept["DanhSachHoSoBoSung"] = kept_rounds
        return tuple(sorted(rounds, key=_by_day)), tuple(changes)

    def _agency(self, kept: dict[str, Any]) -> str:
        """The code of 2026's contract, "" where the record names none: the dossier code then tells it."""
        code, readable = wire_codes.agency(self._wire.MaDonViTiepNhan)
        if not readable:
            self.unreadable = self.unreadable or "agency_code"
            self._lost.append("agency_code")
        kept["MaDonViTiepNhan"] = code
        return code

    def _redacted(self, kept: dict[str, Any]) -> bytes:
        """What of the object may be kept, under the sender's names: codes that are codes, times that are times."""
        kept = {name: value for name, value in kept.items() if value != ""}
        if self._wire.MaHoSo != self._key and (spelt := wire_codes.spelling(self._wire.MaHoSo)):
            kept["MaHoSo"] = spelt
        if self._lost:
            kept["unread"] = self._lost
        return _encode(kept)


def _by_day(one: Round) -> tuple[date, date]:
    return one[0], one[1] or date.max
