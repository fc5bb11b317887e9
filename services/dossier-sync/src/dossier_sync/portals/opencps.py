"""OpenCPS REST v2: dossiers as ``GET /o/rest/v2/dossiers`` lists them (portal-contracts.md 3.1).

Quirks kept in mind here and nowhere else: offsets, the end left out; a list longer than allowed is cut without a word,
so a page is asked for until it is full; every date is local text dd/MM/yyyy HH:mm:ss; ``online`` is a text; everything
is scoped by the site in the header ``groupId``, and another site has nothing; a refusal may be an object with a code.

**No order is promised.** So a run reads the whole list, which costs little: unchanged records are known by their
hash. Where a deployment is known to list the last changed first (``newest_first``), a run stops at the start of its
window. A time of change is no part of the contract either: a dossier without one is as it was at the window's end.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec
from pydantic import AfterValidator, Field

from dossier_sync.domain import particulars
from dossier_sync.domain.dossier import PortalRecord, SourcePage
from dossier_sync.domain.slices import Slice
from dossier_sync.domain.spelling import spelled
from dossier_sync.domain.status_map import Dated, names
from dossier_sync.portals import Edge, RecordUnreadable, local_times, statuses, wire_codes
from dossier_sync.portals.json_text import without_half_pairs
from dossier_sync.portals.local_times import SLASHED, TimeUnreadable
from shared.domain.channel import Channel
from shared.domain.identifiers import normal
from shared.domain.status import DossierStatus
from shared.runtime.http import PortalClient, PortalRefused, PortalShapeChanged
from shared.runtime.portal_answers import tells_ended_session

DOSSIERS_PATH = "o/rest/v2/dossiers"
STATUS_MAP = statuses.common("opencps")
"""``dossierStatus`` by its code (``statuses/opencps.toml``). What is in no map is UNMAPPED, never guessed."""

_PORTAL = "opencps"
_FORMATS = (SLASHED,)
_VIA_POST, _FROM_NATIONAL = 2, 5
_SEVEN_HOURS = timedelta(hours=7)
_REFUSALS = (401, 403)
_MOST_CUTS = 200
"""Answers one page may be put together from."""

_encode = msgspec.json.Encoder().encode
_W = TypeVar("_W", bound=msgspec.Struct)


def _checked(rows: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    names(rows)
    return rows


PageSize = Annotated[int, Field(ge=1, le=5_000)]
OwnStatuses = Annotated[tuple[dict[str, Any], ...], AfterValidator(_checked)]
"""Rows a deployment's own section of the file of portals may give; refused there where they contradict themselves."""


class _List(msgspec.Struct):
    """The answer. ``code`` stands in a refusal, which has no ``data``."""

    data: list[msgspec.Raw] | None = None
    total: Any = None
    code: Any = None
    errors: Any = None


class _Key(msgspec.Struct, gc=False):
    """What is read of every record, changed or not."""

    dossierNo: Any = None
    modifiedDate: Any = None


class _Wire(msgspec.Struct, gc=False):
    """The allow-list: applicant, contact, addresses and notes are not decoded."""

    dossierNo: Any = None
    serviceCode: Any = None
    domainCode: Any = None
    govAgencyCode: Any = None
    dossierStatus: Any = None
    online: Any = None
    viaPostal: Any = None
    systemId: Any = None
    receiveDate: Any = None
    dueDate: Any = None
    releaseDate: Any = None
    finishDate: Any = None
    modifiedDate: Any = None
    error_code: Any = None  # an error in the place of a dossier


class _Kept(_Wire, gc=False):
    """The redacted record. ``asOf``: the window's end where no change is told; ``unread``: what was not kept."""

    asOf: datetime | None = None
    unread: list[str] = []


_DATES = {
    "modifiedDate": "modified_at",
    "receiveDate": "received_on",
    "dueDate": "due_on",
    "releaseDate": "ended_on",
    "finishDate": "returned_on",
}


class _Listed(NamedTuple):
    """A record of a page, and the end of the window it was read in."""

    raw: msgspec.Raw
    until: datetime


class Opencps:
    """One site of an OpenCPS.

    ``group_id``: the site. ``newest_first``: this deployment is known to list the last changed first. ``statuses``:
    rows as in ``statuses/opencps.toml``, for what only this deployment means by its codes.
    """

    def __init__(
        self,
        client: PortalClient,
        *,
        group_id: str,
        page_size: PageSize = 200,
        newest_first: bool = False,
        statuses: OwnStatuses = (),
    ) -> None:
        self._client, self._group, self._newest_first = client, group_id, newest_first
        self.page_size, self.mostly_new = page_size, False
        self._own = names(statuses)
        held = (1, sorted(STATUS_MAP.items()), sorted(map(repr, self._own.items())))
        self.map_version = sha256(_encode(held)).hexdigest()[:12]

    async def pages(self, start: int, hot: Edge) -> AsyncIterator[SourcePage]:
        number = start
        while True:
            page = await self.slice(Slice(number, self.page_size), hot)
            yield page
            if page.last:
                return
            number += 1

    async def holds(self, code: str) -> bool:
        """Whether the site lists a dossier of this canonical code. Raises ``PortalError``."""
        found = await self._ask({"start": 0, "end": 10, "dossierNo": code})
        named = [msgspec.json.decode(raw, type=_Key).dossierNo for raw in found.data or ()]
        return any(isinstance(one, str) and normal(one) == code for one in named)

    def sign_out(self) -> None:
        """Drops the token, where there is one."""
        self._client.sign_out()

    async def aclose(self) -> None:
        await self._client.aclose()

    async def slice(self, part: Slice, hot: Edge) -> SourcePage:
        """The records of these positions, put together where the portal cuts what it is asked for."""
        begin, end, size = part.first, part.end, part.size
        raws: list[msgspec.Raw] = []
        total = None
        for _ in range(_MOST_CUTS):
            answer = await self._ask({"start": begin + len(raws), "end": end})
            total = _total(answer.total)
            got = (answer.data or [])[: size - len(raws)]
            raws += got
            if not got or len(raws) == size or (total is not None and begin + len(raws) >= total):
                break
        last = len(raws) < size or (total is not None and end >= total)
        return self._taken_apart(part.number, raws, total, hot, last=last)

    async def _ask(self, query: Mapping[str, Any]) -> _List:
        return await self._client.request(
            "GET", DOSSIERS_PATH, params=query, headers={"groupId": self._group}, decode=_listed
        )

    def _taken_apart(
        self, number: int, raws: list[msgspec.Raw], total: int | None, hot: Edge, *, last: bool
    ) -> SourcePage:
        hashes = [sha256(raw).digest() for raw in raws]
        named = [_key_of(raw) for raw in raws]
        stamps = [_instant_or_none(one.modifiedDate) for one in named]
        keys = [wire_codes.key(one.dossierNo, digest) for one, digest in zip(named, hashes, strict=True)]
        kept = [n for n, at in enumerate(stamps) if at is None or not hot.after < at <= hot.until]
        read = set(kept)
        told = [at for at in stamps if at is not None]
        ends = (stamps[0], stamps[-1]) if self._newest_first and stamps else (None, None)
        return SourcePage(
            number=number,
            keys=[keys[n] for n in kept],
            hashes=[hashes[n] for n in kept],
            raws=[_Listed(raws[n], hot.after) for n in kept],
            total=total,
            last=last,
            hot=len(raws) - len(kept),
            hot_keys=[key for n, key in enumerate(keys) if n not in read],
            repeated=0,
            newest=ends[0],
            oldest=ends[1],
            ordered=not self._newest_first or (told == sorted(told, reverse=True) and len(told) == len(stamps)),
        )

    def decode(self, raw: Any, key: str) -> PortalRecord:
        return self._told(_decoded(raw.raw, _Wire), key, raw.until, [])

    def redecode(self, record: bytes, key: str) -> PortalRecord:
        kept = _decoded(record, _Kept)
        return self._told(kept, key, kept.asOf, kept.unread)._replace(particulars=None)

    def _told(self, wire: _Wire, key: str, until: datetime | None, lost_before: list[str]) -> PortalRecord:
        if wire.error_code is not None:
            raise RecordUnreadable("error_code")
        kept: dict[str, Any] = {}
        unread, lost = list(lost_before), list(lost_before)
        found = {name: _time(getattr(wire, name), name, kept, unread, lost) for name in _DATES}
        modified = found["modifiedDate"]
        if modified is None and "modified_at" not in unread:
            modified = kept["asOf"] = until
        agency, readable = wire_codes.agency(wire.govAgencyCode)
        if not readable:
            unread.append("agency_code")
            lost.append("agency_code")
        procedure, suffix = wire_codes.procedure(wire.serviceCode)
        field, word = wire_codes.field(wire.domainCode), wire_codes.word(wire.dossierStatus)
        finished = _day(found["finishDate"])
        kept |= {"serviceCode": procedure + suffix, "domainCode": field, "govAgencyCode": agency, "dossierStatus": word}
        kept |= {
            "online": _truth(wire.online),
            "viaPostal": _number(wire.viaPostal),
            "systemId": _number(wire.systemId),
        }
        kept |= {"unread": lost, "dossierNo": "" if wire.dossierNo == key else wire_codes.spelling(wire.dossierNo)}
        status = self._status(word, modified)
        national = _number(wire.systemId) == _FROM_NATIONAL
        return PortalRecord(
            wire.dossierNo if isinstance(wire.dossierNo, str) else key,
            agency,
            procedure,
            field,
            _channel(wire),
            status,
            _day(found["receiveDate"]),
            _day(found["dueDate"]),
            _day(found["releaseDate"]) or finished,
            finished if status == DossierStatus.RETURNED else None,
            modified,
            next((ours for ours in _ORDER if ours in unread), ""),
            _encode({name: value for name, value in kept.items() if value not in ("", None, [])}),
            particulars.text(particulars.Particulars(filed_at=particulars.Filed.NATIONAL if national else None)),
        )

    def _status(self, word: str, modified: datetime | None) -> int:
        """The status a word means when the dossier last changed: first by the deployment's own rows."""
        common, own = STATUS_MAP.get(spelled(word)), self._own.get(spelled(word))
        day = _day(modified)
        for meant in (own, common):
            said = (None if day is None else meant.on(day)) if isinstance(meant, Dated) else meant
            if said is not None:
                return int(said)
        return 0


_ORDER = (*_DATES.values(), "agency_code")


def _listed(body: bytes) -> _List:
    """The list of an answer. A refusal inside a 200 is one; an answer without a list is none."""
    try:
        answer = msgspec.json.decode(body, type=_List)
    except msgspec.DecodeError:
        answer = msgspec.json.decode(without_half_pairs(body), type=_List)
    if answer.errors:
        raise PortalShapeChanged("The list of dossiers came with errors: what is missing is not said.")
    if answer.data is None:
        if answer.code in _REFUSALS or tells_ended_session(body):
            raise PortalRefused("The list of dossiers was refused inside an answer of status 200.")
        raise PortalShapeChanged("The list of dossiers has no data, which is not an empty list.")
    return answer


def _decoded(raw: bytes | msgspec.Raw, shape: type[_W]) -> _W:
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise RecordUnreadable(wire_codes.path(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise RecordUnreadable("record") from None


def _key_of(raw: msgspec.Raw) -> _Key:
    try:
        return msgspec.json.decode(raw, type=_Key)
    except msgspec.DecodeError:
        return _Key()


def _total(given: Any) -> int | None:
    """The portal's own count; -1 and the like are none."""
    return given if type(given) is int and given >= 0 else None


def _time(given: Any, name: str, kept: dict[str, Any], unread: list[str], lost: list[str]) -> datetime | None:
    """The instant; its text goes into ``kept`` where it is a time, or could be nothing else."""
    try:
        at = local_times.read(given, _FORMATS, _PORTAL)
    except TimeUnreadable:
        unread.append(_DATES[name])
        if (text := local_times.harmless(given)) is None:
            lost.append(_DATES[name])
        else:
            kept[name] = text
        return None
    if at is not None:
        kept[name] = str(given).strip()
    return at


def _instant_or_none(given: Any) -> datetime | None:
    try:
        return local_times.read(given, _FORMATS, _PORTAL)
    except TimeUnreadable:
        return None


def _day(at: datetime | None) -> date | None:
    return at and (at.astimezone(UTC) + _SEVEN_HOURS).date()


def _channel(wire: _Wire) -> Channel | None:
    """Online as it says; else by post where the post was used. Neither told: not known."""
    online = _truth(wire.online)
    if online:
        return Channel.ONLINE
    if _number(wire.viaPostal) == _VIA_POST:
        return Channel.POSTAL
    return None if online is None else Channel.DIRECT


def _truth(given: Any) -> bool | None:
    return {"true": True, "false": False, "1": True, "0": False}.get(str(given).strip().casefold())


def _number(given: Any) -> int | None:
    code = wire_codes.short(given)
    return int(code) if code else None
