"""iGate / DIGO (VNPT): the dossier search of the platform most provinces run (portal-contracts.md 3.2 and 7.11).

Quirks kept in mind here and nowhere else: pages count from 0; dates are ISO with ``+0000`` or ``+0700`` and no
colon; ids of statuses belong to one deployment, so the Vietnamese name is the key; ``nationCode`` may be the text
"undefined"; a page longer than allowed is cut without a word, so its length says nothing about the end.

**Why the order ``updatedDate,desc`` is safe while the portal goes on working.** A dossier that changes moves to
the front and pushes others to the right, never to the left: what we have not read yet can be met twice, not
missed. The one that moved away itself is newer than this run's window, and the next run reads it first. Only a
deletion moves dossiers to the left; the portal's falling total shows it, and the run is then not proven.
"""

import re
import unicodedata
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from dossier_sync.domain.dossier import PortalRecord, SourcePage
from dossier_sync.portals import Edge, RecordUnreadable
from shared.domain.channel import Channel
from shared.domain.identifiers import AgencyCode, DossierCode, IdentifierError, ProcedureCode, normal
from shared.domain.status import DossierStatus
from shared.runtime.http import PortalClient, PortalShapeChanged

SEARCH_PATH = "pa/dossier/search"
SIGN_ON_PATH = "auth/realms/digo/protocol/openid-connect/token"
"""Keycloak's, where it stands behind the same gateway."""

STATUS_MAP = {
    "mới đăng ký": DossierStatus.NEW,
    "tiếp nhận": DossierStatus.RECEIVED,
    "được tiếp nhận": DossierStatus.RECEIVED,
    "đã tiếp nhận": DossierStatus.RECEIVED,
    "từ chối tiếp nhận": DossierStatus.REFUSED_AT_RECEPTION,
    "không được tiếp nhận": DossierStatus.REFUSED_AT_RECEPTION,
    "thụ lý hồ sơ": DossierStatus.PROCESSING,
    "đang xử lý": DossierStatus.PROCESSING,
    "đã thanh toán": DossierStatus.PROCESSING,
    "yêu cầu bổ sung giấy tờ": DossierStatus.WAITING_SUPPLEMENT,
    "yêu cầu thanh toán": DossierStatus.WAITING_PAYMENT,
    "yêu cầu thực hiện nghĩa vụ tài chính": DossierStatus.WAITING_PAYMENT,
    "rút hồ sơ": DossierStatus.WITHDRAWN,
    "công dân yêu cầu rút hồ sơ": DossierStatus.WITHDRAWN,
    "dừng xử lý": DossierStatus.STOPPED,
    "có kết quả": DossierStatus.DONE,
    "đã xử lý xong": DossierStatus.DONE,
    "đã trả kết quả": DossierStatus.RETURNED,
}
"""Task status by name (portal-contracts.md 3.4; refusal, withdrawal, stop and result are our reading). "Đã thanh
toán" goes on in the agency's hands. What is not here is UNMAPPED, never guessed."""

CHANNEL_MAP = {
    "trực tuyến": Channel.ONLINE,
    "trực tiếp": Channel.DIRECT,
    "qua bưu chính": Channel.POSTAL,
    "bưu chính": Channel.POSTAL,
    "bưu chính công ích": Channel.POSTAL,
}

_UNDEFINED = frozenset({"", "undefined", "null"})
_NOTHING = msgspec.Raw(b"null")
_SEVEN_HOURS = timedelta(hours=7)
"""Viet Nam has stood at +07:00 without summer time since 1975."""
_MOST_REMEMBERED = 20_000
_FIELD_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,23}")
_MANY_DIGITS = re.compile(r"[0-9]{6}")
_DEPLOYMENT_ID = re.compile(r"[0-9]{1,3}|[0-9a-f]{24}")
_LONGEST_WORDING = 60


Dates = tuple[str | None, str | None, str | None, str | None]
"""Last change, acceptance, appointment, end."""


class _Key(msgspec.Struct):
    """What is read of every record, changed or not."""

    code: Any = None
    updatedDate: Any = None  # noqa: N815 - the portal's spelling


class _Keys(msgspec.Struct):
    content: list[_Key]


class _Page(msgspec.Struct):
    content: list[msgspec.Raw]
    totalElements: int  # noqa: N815 - the portal's spelling
    number: int
    last: bool


class _Record(msgspec.Struct):
    """The allow-list: what is not named here is never decoded. Nested objects are read once a spelling."""

    code: str
    updatedDate: str | None = None  # noqa: N815 - the portal's spelling
    acceptedDate: str | None = None  # noqa: N815
    appointmentDate: str | None = None  # noqa: N815
    dueDate: str | None = None  # noqa: N815
    completedDate: str | None = None  # noqa: N815
    procedure: msgspec.Raw = _NOTHING
    agency: msgspec.Raw = _NOTHING
    dossierStatus: msgspec.Raw = _NOTHING  # noqa: N815
    dossierTaskStatus: msgspec.Raw = _NOTHING  # noqa: N815
    applyMethod: msgspec.Raw = _NOTHING  # noqa: N815


class _Sector(msgspec.Struct):
    code: str | None = None


class _Procedure(msgspec.Struct):
    code: str | None = None
    nationCode: str | None = None  # noqa: N815
    sector: _Sector | None = None


class _Agency(msgspec.Struct):
    code: str | None = None


class _Named(msgspec.Struct):
    id: int | str | None = None
    name: str | None = None


class _Read(NamedTuple):
    """A nested object in our words, and what of it may be kept, as JSON."""

    value: Any
    kept: bytes


class _Remembered(dict[bytes, _Read]):
    """Reads each spelling of a nested object once: a page has thousands of them and few differ."""

    def __init__(self, read: Callable[[bytes], _Read]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, spelling: bytes) -> _Read:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = self[spelling] = self._read(spelling)
        return found


class Igate:
    """One city's iGate. ``page_size``: the portal may cut it."""

    def __init__(self, client: PortalClient, *, page_size: int) -> None:
        self._client, self.page_size = client, page_size
        self._split = msgspec.json.Decoder(_Page).decode
        self._keys = msgspec.json.Decoder(_Keys).decode
        self._record = msgspec.json.Decoder(_Record).decode
        self._procedures = _Remembered(_procedure)
        self._agencies = _Remembered(_agency)
        self._statuses = _Remembered(_status)
        self._channels = _Remembered(_channel)

    async def pages(self, start: int, hot: Edge) -> AsyncIterator[SourcePage]:
        number, last = start, False
        while not last:
            page = await self._client.request(
                "GET",
                SEARCH_PATH,
                params={"page": number, "size": self.page_size, "spec": "page", "sort": "updatedDate,desc"},
                decode=lambda body: self._decode_page(body, hot),
            )
            if page.number != number:
                raise PortalShapeChanged(f"Page {number} was asked for and page {page.number} answered.")
            yield page
            number, last = number + 1, page.last

    async def aclose(self) -> None:
        await self._client.aclose()

    def _decode_page(self, body: bytes, hot: Edge) -> SourcePage:
        page, keys = self._split(body), self._keys(body).content
        stamps = [key.updatedDate for key in keys]
        first, last = _hot_slice(stamps, hot)
        raws = page.content
        if last > first:
            raws, keys = raws[:first] + raws[last:], keys[:first] + keys[last:]
        hashes = [sha256(raw).digest() for raw in raws]
        return SourcePage(
            number=page.number,
            keys=[_key(key.code, digest) for key, digest in zip(keys, hashes, strict=True)],
            hashes=hashes,
            raws=raws,
            total=page.totalElements,
            last=page.last or not page.content,
            hot=last - first,
            newest=_instant_or_none(stamps[0]) if stamps else None,
            oldest=_instant_or_none(stamps[-1]) if stamps else None,
            ordered=_in_order(stamps),
        )

    def decode(self, raw: Any, key: str) -> PortalRecord:
        try:
            wire = self._record(raw)
            procedure, procedure_kept = self._procedures[bytes(wire.procedure)]
            agency, agency_kept = self._agencies[bytes(wire.agency)]
            status, status_kept = self._statuses[bytes(wire.dossierTaskStatus)]
            if status is None:
                status, coarse_kept = self._statuses[bytes(wire.dossierStatus)]
                status_kept = status_kept + b"," + coarse_kept
            channel, channel_kept = self._channels[bytes(wire.applyMethod)]
        except msgspec.DecodeError as error:
            raise RecordUnreadable(_path(error)) from None
        dates: Dates = (wire.updatedDate, wire.acceptedDate, wire.appointmentDate or wire.dueDate, wire.completedDate)
        unreadable = "" if agency is not None else "agency_code"
        try:
            read = _read_dates(*dates)
        except ValueError:
            unreadable = unreadable or _first_unreadable(*dates)
            read, dates = _NO_DATES, _safe_dates(*dates)
        kept = (
            b'{"dates":',
            _dates_kept(*dates),
            b',"procedure":',
            procedure_kept,
            b',"agency":',
            agency_kept,
            b',"statuses":[',
            status_kept,
            b'],"applyMethod":',
            channel_kept,
            b"}" if wire.code == key else _spelling(wire.code),
        )
        return PortalRecord(
            wire.code,
            agency or "",
            procedure[0],
            procedure[1],
            channel,
            status or 0,
            read[1],
            read[2],
            read[3],
            None,
            read[0],
            unreadable,
            b"".join(kept),
        )


def _read_dates(
    updated: str | None, accepted: str | None, due: str | None, completed: str | None
) -> tuple[datetime | None, date | None, date | None, date | None]:
    """The instant of the last change and the local days of the others. Raises ValueError."""
    return (
        _instant(updated) if updated else None,
        (_instant(accepted) + _SEVEN_HOURS).date() if accepted else None,
        (_instant(due) + _SEVEN_HOURS).date() if due else None,
        (_instant(completed) + _SEVEN_HOURS).date() if completed else None,
    )


_NO_DATES = (None, None, None, None)


def _dates_kept(updated: str | None, accepted: str | None, due: str | None, completed: str | None) -> bytes:
    """The dates as sent, by order: last change, acceptance, appointment, end. Read as dates, nothing needs escaping."""
    if updated and accepted and due and completed:
        return f'["{updated}","{accepted}","{due}","{completed}"]'.encode()
    return msgspec.json.encode((updated, accepted, due, completed))


def _key(code: Any, digest: bytes) -> str:
    """The name under which a record is looked up before it is parsed."""
    key = normal(code) if isinstance(code, str) else ""
    return key if key and key.isascii() and key.isprintable() else f"sha256:{digest.hex()}"


def _procedure(spelling: bytes) -> _Read:
    """((base code or "", field code or ""), kept). The text "undefined" stands for no national code."""
    wire = msgspec.json.decode(spelling, type=_Procedure | None) or _Procedure()
    given = [code for code in (wire.nationCode, wire.code) if code and code.strip().lower() not in _UNDEFINED]
    field = _field(wire.sector)
    for text in given:
        try:
            code = ProcedureCode.parse(text)
        except IdentifierError:
            continue
        return _Read((code.base, field), _json({"code": str(code), "sector": field or None}))
    return _Read(("", field), _json({"code": None, "sector": field or None}))


def _field(sector: _Sector | None) -> str:
    code = ((sector and sector.code) or "").strip()
    return code if _FIELD_CODE.fullmatch(code) and not _MANY_DIGITS.search(code) else ""


def _agency(spelling: bytes) -> _Read:
    """Canonical code; "" when the record has none, None when it has one that cannot be read."""
    wire = msgspec.json.decode(spelling, type=_Agency | None) or _Agency()
    if not wire.code or wire.code.strip().lower() in _UNDEFINED:
        return _Read("", b"null")
    try:
        code = str(AgencyCode.parse(wire.code))
    except IdentifierError:
        return _Read(None, b"null")
    return _Read(code, _json(code))


def _status(spelling: bytes) -> _Read:
    return _by_name(spelling, STATUS_MAP)


def _channel(spelling: bytes) -> _Read:
    return _by_name(spelling, CHANNEL_MAP)


def _by_name(spelling: bytes, names: dict[str, Any]) -> _Read:
    """The meaning of a named object, None when the name is in no map."""
    wire = msgspec.json.decode(spelling, type=_Named | None) or _Named()
    name = " ".join(unicodedata.normalize("NFC", wire.name or "").split())
    found = names.get(name.casefold())
    kept_id = wire.id if wire.id is not None and _DEPLOYMENT_ID.fullmatch(str(wire.id)) else None
    kept_name = name if found is not None or _is_wording(name) else None
    return _Read(None if found is None else int(found), _json({"id": kept_id, "name": kept_name}))


def _is_wording(name: str) -> bool:
    """Whether an unknown name may be kept for the operator who must map it.

    A status is written like a sentence ("Chờ ký số"). Digits, an address or a second capitalised word could be
    a person's, and then only the deployment's id is kept.
    """
    if not name or len(name) > _LONGEST_WORDING or any(letter.isdigit() or letter == "@" for letter in name):
        return False
    return not any(word[0].isupper() for word in name.split()[1:])


def _instant(text: str) -> datetime:
    """An instant in UTC from an ISO text with a zone. Raises ValueError: neither a day nor a zone is guessed."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at.astimezone(UTC)


def _instant_or_none(stamp: Any) -> datetime | None:
    try:
        return _instant(stamp) if isinstance(stamp, str) else None
    except ValueError:
        return None


def _hot_slice(stamps: list[Any], hot: Edge) -> tuple[int, int]:
    """Where the records stand that are too fresh to be read: none on most pages, and the first look tells."""
    newest = _instant_or_none(stamps[0]) if stamps else None
    if newest is not None and newest <= hot.after:
        return 0, 0
    fresh = [n for n, stamp in enumerate(stamps) if (at := _instant_or_none(stamp)) and hot.after < at <= hot.until]
    return (fresh[0], fresh[-1] + 1) if fresh else (0, 0)


def _in_order(stamps: list[Any]) -> bool:
    """Whether times of change never rise. Texts of one format compare as instants do; others are read."""
    if not all(isinstance(stamp, str) for stamp in stamps):
        return False
    if stamps == sorted(stamps, reverse=True):
        return True
    read = [_instant_or_none(stamp) for stamp in stamps]
    known = [at for at in read if at is not None]
    return len(known) == len(read) and known == sorted(known, reverse=True)


def _first_unreadable(updated: str | None, accepted: str | None, due: str | None, completed: str | None) -> str:
    named = {"modified_at": updated, "received_on": accepted, "due_on": due, "ended_on": completed}
    return next(name for name, text in named.items() if text and _instant_or_none(text) is None)


def _safe_dates(*texts: str | None) -> Dates:
    """Dates that may be kept: a text we cannot read could be anything, a telephone number too."""
    updated, accepted, due, completed = (
        text if text and _instant_or_none(text) is not None else None for text in texts
    )
    return updated, accepted, due, completed


def _spelling(code: str) -> bytes:
    """The code as the portal wrote it, where that is not the canonical form and is a code at all."""
    try:
        return b',"code":' + _json(DossierCode.parse(code).raw) + b"}"
    except IdentifierError:
        return b"}"


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value)


def _path(error: msgspec.DecodeError) -> str:
    """Where the shape broke, as msgspec names it ("$.acceptedDate"): a path, never a value."""
    found = re.search(r"`\$\.?([A-Za-z.\[\]0-9]*)`$", str(error))
    return (found and found.group(1)) or "record"
