"""iGate / DIGO (VNPT): the dossier search of the platform most provinces run (portal-contracts.md 3.2 and 7.11).

Quirks kept in mind here and nowhere else: pages count from 0; dates are ISO with ``+0000`` or ``+0700`` and no
colon; ids of statuses belong to one deployment, so the Vietnamese name is the key; ``nationCode`` may be the text
"undefined"; a page longer than allowed is cut without a word, so its length says nothing about the end.

**Why the order ``updatedDate,desc`` is safe while the portal goes on working.** A dossier that changes moves to
the front and pushes others to the right, never to the left: what we have not read yet can be met twice, not
missed. The one that moved away itself is newer than this run's window, and the next run reads it first. Only a
deletion moves dossiers to the left; the portal's falling total shows it, and the run is then not proven.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec
from pydantic import Field

from dossier_sync.domain.dossier import PortalRecord, SourcePage
from dossier_sync.domain.reconciling import Population
from dossier_sync.domain.slices import Slice
from dossier_sync.domain.status_map import Dated
from dossier_sync.domain.window import hot_slice
from dossier_sync.portals import ContractDrift, Days, Edge, RecordUnreadable, igate_words
from dossier_sync.portals.igate_contract import drifted, unknown_fields
from dossier_sync.portals.igate_counts import MonthlyCounts
from dossier_sync.portals.igate_page import Instant, Key, Keys, Page, in_order, instant_or_none, key, keys
from dossier_sync.portals.igate_words import GARBLED
from dossier_sync.portals.json_text import without_half_pairs
from shared.domain.identifiers import DossierCode, IdentifierError
from shared.runtime.http import (
    PortalClient,
    PortalCursorLost,
    PortalPageRepeats,
    PortalShapeChanged,
)

SEARCH_PATH = "pa/dossier/search"
SIGN_ON_PATH = "auth/realms/digo/protocol/openid-connect/token"
"""Keycloak's, where it stands behind the same gateway."""

_NOTHING = msgspec.Raw(b"null")
_SEVEN_HOURS = timedelta(hours=7)
"""Viet Nam has stood at +07:00 without summer time since 1975."""
_PORTION = 500


PageSize = Annotated[int, Field(ge=1, le=5_000)]
"""Dossiers asked for at a time."""

T = TypeVar("T")

Dates = tuple[datetime | None, datetime | None, datetime | None, datetime | None]
"""Last change, acceptance, appointment, end."""


class _Record(msgspec.Struct, gc=False):
    """The allow-list: what is not named here is never decoded. Nested objects are read once a spelling."""

    code: str
    updatedDate: Instant | None = None  # noqa: N815 - the portal's spelling
    acceptedDate: Instant | None = None  # noqa: N815
    appointmentDate: Instant | None = None  # noqa: N815
    dueDate: Instant | None = None  # noqa: N815
    completedDate: Instant | None = None  # noqa: N815
    procedure: msgspec.Raw = _NOTHING
    agency: msgspec.Raw = _NOTHING
    dossierStatus: msgspec.Raw = _NOTHING  # noqa: N815
    dossierTaskStatus: msgspec.Raw = _NOTHING  # noqa: N815
    applyMethod: msgspec.Raw = _NOTHING  # noqa: N815


class _Records(msgspec.Struct):
    content: list[_Record]


class _LooseRecord(msgspec.Struct, gc=False):
    """The same dossier when a date of it cannot be read: everything else still can."""

    code: str
    updatedDate: Any = None  # noqa: N815
    acceptedDate: Any = None  # noqa: N815
    appointmentDate: Any = None  # noqa: N815
    dueDate: Any = None  # noqa: N815
    completedDate: Any = None  # noqa: N815
    procedure: msgspec.Raw = _NOTHING
    agency: msgspec.Raw = _NOTHING
    dossierStatus: msgspec.Raw = _NOTHING  # noqa: N815
    dossierTaskStatus: msgspec.Raw = _NOTHING  # noqa: N815
    applyMethod: msgspec.Raw = _NOTHING  # noqa: N815


class _Drifted(NamedTuple):
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
    applyMethod: msgspec.Raw  # noqa: N815 - the portal's spelling
    code: str | None = None
    unread: dict[str, str | None] = {}


class Igate:
    """One city's iGate.

    ``page_size``: the portal may cut it. ``statuses``: rows as in ``statuses/igate.toml``, for what only this
    deployment means by its words.
    """

    def __init__(
        self, client: PortalClient, *, page_size: PageSize = 200, statuses: igate_words.OwnStatuses = ()
    ) -> None:
        own = igate_words.own_statuses(statuses)
        self._client, self.page_size, self.mostly_new = client, page_size, False
        self._split = msgspec.json.Decoder(Page).decode
        self._keys = msgspec.json.Decoder(Keys).decode
        self._record = msgspec.json.Decoder(_Record).decode
        self._loose = msgspec.json.Decoder(_LooseRecord).decode
        self._records = msgspec.json.Decoder(_Records).decode
        self._kept = msgspec.json.Decoder(_Kept).decode
        self.unknown_fields: set[str] = set()
        self.map_version = igate_words.map_version(own)
        self._procedures = igate_words.Remembered(igate_words.procedure)
        self._agencies = igate_words.Remembered(igate_words.agency)
        self._statuses = igate_words.Remembered(partial(igate_words.status, own=own))
        self._channels = igate_words.Remembered(igate_words.channel)
        self._counts = MonthlyCounts(self._search)

    def pages(self, start: int, hot: Edge) -> AsyncIterator[SourcePage]:
        return self._listed(start, hot, {})

    def pages_of(self, days: Days, hot: Edge) -> AsyncIterator[SourcePage]:
        return self._listed(0, hot, _applied(days))

    async def counted(self, days: Days) -> int:
        return (await self._ask({**_LIST, "page": 0, "size": 1, **_applied(days)}))[1].totalElements

    async def first_of(self, days: Days, size: int, hot: Edge) -> SourcePage:
        body, page = await self._fetch(Slice(0, size), _applied(days))
        return await self._take_apart(body, page, hot)

    async def _listed(self, start: int, hot: Edge, narrowed: Mapping[str, str]) -> AsyncIterator[SourcePage]:
        """While one page is taken apart the next one is on its way."""
        number = start
        fetching = asyncio.create_task(self._fetch(Slice(number, self.page_size), narrowed))
        try:
            while True:
                body, page = await fetching
                last = page.last or not page.content
                if not last:
                    number += 1
                    fetching = asyncio.create_task(self._fetch(Slice(number, self.page_size), narrowed))
                yield await self._take_apart(body, page, hot)
                if last:
                    return
        finally:
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)

    async def slice(self, part: Slice, hot: Edge) -> SourcePage:
        body, page = await self._fetch(part)
        return await self._take_apart(body, page, hot)

    async def holds(self, code: str) -> bool:
        body = await self._ask({**_LIST, "page": 0, "size": 1, "code": code})
        return any(key(one.code, b"") == code for one in self._keys(body[0]).content)

    def sign_out(self) -> None:
        self._client.sign_out()

    async def _fetch(self, part: Slice, narrowed: Mapping[str, str] | None = None) -> tuple[bytes, Page]:
        """One page. A page number is all the place this portal gives us: forgotten, there is none."""
        found = await self._ask({**_LIST, "page": part.number, "size": part.size, **(narrowed or {})})
        if found[1].number != part.number:
            told = f"Page {part.number} was asked for and page {found[1].number} answered."
            raise PortalCursorLost(told) if found[1].number == 0 else PortalPageRepeats(told)
        return found

    async def _ask(self, query: Mapping[str, Any]) -> tuple[bytes, Page]:
        found = await self._client.request("GET", SEARCH_PATH, params=query, decode=self._opened)
        if found[1].errors:
            raise PortalShapeChanged(
                f"GET {SEARCH_PATH} answered with errors beside records: what is missing is not said."
            )
        return found

    def _opened(self, body: bytes) -> tuple[bytes, Page]:
        try:
            return body, self._split(body)
        except msgspec.DecodeError:
            mended = without_half_pairs(body)
            if mended == body:
                raise
            return mended, self._split(mended)

    source = "igate_search"
    population = Population.LISTED

    async def received(self, month: date, samples: Mapping[str, str], root: str) -> Mapping[str, int]:
        return await self._counts.received(month, samples, root)

    def accepted_at(self, record: bytes) -> datetime | None:
        try:
            return self._kept(record).dates[1]
        except msgspec.DecodeError:
            return None

    async def _search(self, query: Mapping[str, Any], decode: Callable[[bytes], T]) -> T:
        return await self._client.request("GET", SEARCH_PATH, params=query, decode=decode)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _take_apart(self, body: bytes, page: Page, hot: Edge) -> SourcePage:
        """In portions: the page before is being written by this same thread, and its database must not wait."""
        gone = drifted(page.content)
        self.unknown_fields.update(unknown_fields(page.content))
        hashes: list[bytes] = []
        for begin in range(0, len(page.content), _PORTION):
            hashes.extend([sha256(raw).digest() for raw in page.content[begin : begin + _PORTION]])
            await asyncio.sleep(0)
        parsed = self._parsed(body) if self.mostly_new and not gone else None
        named: Sequence[Key | _Record] = self._named(body) if parsed is None else parsed
        await asyncio.sleep(0)
        stamps = [one.updatedDate for one in named]
        names = keys([one.code for one in named], hashes)
        raws: list[Any] = page.content if parsed is None else list(parsed)
        if gone:
            raws = [_Drifted(gone)] * len(raws)
        first, last = hot_slice(stamps, hot.after, hot.until, instant_or_none)
        hot_keys = names[first:last]
        for column in (names, hashes, raws):
            del column[first:last]
        return SourcePage(
            number=page.number,
            keys=names,
            hashes=hashes,
            raws=raws,
            total=page.totalElements,
            last=page.last or not stamps,
            hot=last - first,
            repeated=0,
            newest=instant_or_none(stamps[0]) if stamps else None,
            oldest=instant_or_none(stamps[-1]) if stamps else None,
            ordered=in_order(stamps),
            hot_keys=hot_keys,
        )

    def _parsed(self, body: bytes) -> list[_Record] | None:
        """Every record parsed in one go; None where one lacks the agreed shape and must be found by itself."""
        try:
            return self._records(body).content
        except (msgspec.ValidationError, UnicodeDecodeError):
            return None

    def _named(self, body: bytes) -> list[Key]:
        """What is read of every record. Bytes that are no text are no page: not one letter of it is guessed."""
        try:
            return self._keys(body).content
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise PortalShapeChanged("A page holds bytes that are no text.", digest=sha256(body).digest()) from None

    def decode(self, raw: Any, key: str) -> PortalRecord:
        if isinstance(raw, _Drifted):
            raise ContractDrift(raw.field)
        try:
            return self._record_of(raw if isinstance(raw, _Record) else self._record(raw), key, {})
        except msgspec.ValidationError as error:
            if isinstance(raw, _Record):  # its own fields were read; what breaks is one of its objects
                raise RecordUnreadable("record") from None
            return self._with_loose_dates(raw, key, error)
        except msgspec.DecodeError:
            raise RecordUnreadable("record") from None

    def _with_loose_dates(self, raw: Any, key: str, found: msgspec.ValidationError) -> PortalRecord:
        """The record without the dates that cannot be read, naming them; raises if that was not what is wrong."""
        try:
            loose = self._loose(raw)
            wire = _Record(loose.code, **{name: getattr(loose, name) for name in _NESTED})
            unread: Unread = {}
            for name in _DATE_FIELDS:
                at, readable = _loose_date(getattr(loose, name))
                setattr(wire, name, at)
                if not readable:
                    unread[name] = _date_text(getattr(loose, name))
            return self._record_of(wire, key, unread)
        except msgspec.DecodeError:
            raise RecordUnreadable(_path(found)) from None

    def redecode(self, record: bytes, key: str) -> PortalRecord:
        try:
            kept = self._kept(record)
            wire = _Record(kept.code or key)
            wire.updatedDate, wire.acceptedDate, wire.appointmentDate, wire.completedDate = kept.dates
            wire.procedure = msgspec.Raw(_encode(_wire_procedure(kept.procedure)))
            wire.agency = msgspec.Raw(_encode({"code": kept.agency or kept.unread.get("agency")}))
            wire.dossierTaskStatus = kept.statuses[0]
            wire.dossierStatus = kept.statuses[1] if len(kept.statuses) > 1 else _NOTHING
            wire.applyMethod = kept.applyMethod
            return self._record_of(wire, key, _still_unread(wire, kept.unread))
        except (msgspec.DecodeError, IndexError):
            raise RecordUnreadable("record") from None

    def _record_of(self, wire: _Record, key: str, unread: "Unread") -> PortalRecord:
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


Unread = dict[str, str | None]
"""Fields that said something we could not read; the text where it can be nobody's name, number or address."""

_LIST = {"spec": "page", "sort": "updatedDate,desc"}


def _applied(days: Days) -> dict[str, str]:
    return {"applied-from": f"{days.first:%d/%m/%Y}", "applied-to": f"{days.last:%d/%m/%Y}"}


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


def _still_unread(wire: _Record, unread: Unread) -> Unread:
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
