"""A step as ``CapNhatTienDoHoSoMC`` tells it (portal-contracts.md 1.5). Who acted and what was written die here."""

from datetime import datetime
from typing import Any

import msgspec

from dossier_sync.domain.step import Step
from dossier_sync.portals import RecordUnreadable, local_times, wire_codes
from dossier_sync.portals.local_times import TimeUnreadable
from dossier_sync.portals.national_dossier import G2, STATUS_MAP, Contract
from shared.domain.status import DossierStatus


class _Wire(msgspec.Struct):
    MaHoSo: Any = None
    ThoiDiemXuLy: Any = None
    TrangThai: Any = None


_decode = msgspec.json.Decoder(_Wire).decode
_encode = msgspec.json.Encoder().encode


def read(raw: bytes | msgspec.Raw, contract: Contract = G2) -> Step:
    """The step. Raises ``RecordUnreadable``."""
    try:
        wire = _decode(raw)
    except msgspec.ValidationError as error:
        raise RecordUnreadable(wire_codes.path(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RecordUnreadable("record") from None
    status = wire_codes.short(wire.TrangThai)
    at, unreadable = moment(raw, contract), ""
    kept = {"MaHoSo": wire_codes.spelling(wire.MaHoSo), "TrangThai": status}
    if at is None:
        unreadable = "modified_at"
        kept["ThoiDiemXuLy"] = local_times.harmless(wire.ThoiDiemXuLy) or ""
    else:
        kept["ThoiDiemXuLy"] = str(wire.ThoiDiemXuLy).strip()
    told = {name: value for name, value in kept.items() if value}
    return Step(int(STATUS_MAP.get(status, DossierStatus.UNMAPPED)), at, unreadable, _encode(told))


def moment(raw: bytes | msgspec.Raw, contract: Contract = G2) -> datetime | None:
    """When the step was taken; None where it does not say so in a form we can read."""
    try:
        return local_times.read(_decode(raw).ThoiDiemXuLy, contract.formats, contract.name)
    except (msgspec.DecodeError, UnicodeDecodeError, TimeUnreadable):
        return None
