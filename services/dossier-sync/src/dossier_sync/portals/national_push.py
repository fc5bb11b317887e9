"""The push contract of the national portal, seen from the receiving side (portal-contracts.md 1.2 to 1.7).

Senders differ: OpenCPS wraps its call in an envelope with the session; the .NET system of Thanh Hoá too, and looks for
the words "thành công" in the answer's raw text; Hà Giang's gateway client sends a bare array and puts the rest into the
address. ``isUpdating`` is "True" or "False" as text, or a real boolean. A refusal is an answer with another
``error_code``, never another HTTP status, and must not contain those two words anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

SYNC, PROGRESS, LOOK_UP = "DongBoHoSoMC", "CapNhatTienDoHoSoMC", "TraCuuHoSo"
SERVICES = (SYNC, PROGRESS, LOOK_UP)

_BOM = b"\xef\xbb\xbf"
_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0", ""})
_LONGEST_TEXT = 200


class PushUnreadable(ValueError):
    """The call as a whole cannot be read. The message is the sender's, in its language, without any value of it."""


class _Envelope(msgspec.Struct):
    session: Any = None
    madonvi: Any = None
    service: Any = None
    isUpdating: Any = None
    mahoso: Any = None
    data: msgspec.Raw = msgspec.Raw(b"null")


@dataclass(frozen=True, slots=True)
class Push:
    """A call. ``session`` "" where it comes in a header; ``unit`` "" where the sender names none."""

    session: str
    unit: str
    service: str
    updating: bool
    code: str
    records: list[msgspec.Raw]


def login_of(body: bytes) -> tuple[str, str]:
    """(username, password). Raises ``PushUnreadable``."""
    told = _json(body, dict[str, Any])
    return _text(told.get("username")), _text(told.get("password"))


def push_of(body: bytes, query: Mapping[str, str], service: str) -> Push:
    """The call in ``body``; ``query`` and ``service`` are what the address says. Raises ``PushUnreadable``."""
    body = body.removeprefix(_BOM)
    if body.lstrip()[:1] == b"[":
        told = _Envelope(madonvi=query.get("MaDinhDanhDV"), isUpdating=query.get("isUpdating"), data=msgspec.Raw(body))
    else:
        told = _json(body, _Envelope)
        if service and told.data == b"null" and told.service is None and told.mahoso is None:
            told.data = msgspec.Raw(body)
    name = _text(told.service) or service or SYNC
    if name not in SERVICES:
        raise PushUnreadable("Dịch vụ không tồn tại; có: " + ", ".join(SERVICES) + ".")
    return Push(
        session=_text(told.session),
        unit=_text(told.madonvi) or query.get("MaDinhDanhDV", ""),
        service=name,
        updating=_is_updating(told.isUpdating if told.isUpdating is not None else query.get("isUpdating")),
        code=_text(told.mahoso),
        records=[] if name == LOOK_UP else _records(told.data),
    )


def _json(body: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(body.removeprefix(_BOM), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise PushUnreadable("Nội dung không phải JSON theo hợp đồng.") from None


def _records(data: msgspec.Raw) -> list[msgspec.Raw]:
    """An array, or one object that was not put into one. A text that holds JSON is refused: the contract has none."""
    first = bytes(data).lstrip()[:1]
    if first == b"{":
        return [data]
    if first != b"[":
        raise PushUnreadable("Trường data phải là một mảng hồ sơ, không phải chuỗi và không để trống.")
    records: list[msgspec.Raw] = _json(bytes(data), list[msgspec.Raw])
    if not records:
        raise PushUnreadable("Mảng hồ sơ rỗng: không có gì để nhận.")
    return records


def _is_updating(given: Any) -> bool:
    word = str("" if given is None else given).strip().casefold()
    if word not in _TRUE | _FALSE:
        raise PushUnreadable('isUpdating phải là "True" hoặc "False".')
    return word in _TRUE


def _text(given: Any) -> str:
    return given.strip() if isinstance(given, str) and len(given) <= _LONGEST_TEXT else ""
