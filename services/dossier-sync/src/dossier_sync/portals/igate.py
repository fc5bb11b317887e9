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
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, TypeVar

import msgspec
from pydantic import Field

from dossier_sync.domain.dossier import PortalRecord, SourcePage
from dossier_sync.domain.reconciling import Population
from dossier_sync.domain.slices import Slice
from dossier_sync.domain.window import hot_slice
from dossier_sync.portals import Days, Edge, igate_words
from dossier_sync.portals.igate_contract import drifted, unknown_fields
from dossier_sync.portals.igate_counts import MonthlyCounts
from dossier_sync.portals.igate_page import Key, Keys, Page, in_order, instant_or_none, key, keys
from dossier_sync.portals.igate_record import Drifted, Record, Records
from dossier_sync.portals.json_text import without_half_pairs
from shared.runtime.http import (
    PortalClient,
    PortalCursorLost,
    PortalPageRepeats,
    PortalShapeChanged,
)

SEARCH_PATH = "pa/dossier/search"
SIGN_ON_PATH = "auth/realms/digo/protocol/openid-connect/token"
"""Keycloak's, where it stands behind the same gateway."""

_PORTION = 500


PageSize = Annotated[int, Field(ge=1, le=5_000)]
"""Dossiers asked for at a time."""

T = TypeVar("T")


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
        self._records = Records(own)
        self.unknown_fields: set[str] = set()
        self.map_version = igate_words.map_version(own)
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
        return self._records.accepted_at(record)

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
        parsed = self._records.of_page(body) if self.mostly_new and not gone else None
        named: Sequence[Key | Record] = self._named(body) if parsed is None else parsed
        await asyncio.sleep(0)
        stamps = [one.updatedDate for one in named]
        names = keys([one.code for one in named], hashes)
        raws: list[Any] = page.content if parsed is None else list(parsed)
        if gone:
            raws = [Drifted(gone)] * len(raws)
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

    def decode(self, raw: Any, key: str) -> PortalRecord:
        return self._records.read(raw, key)

    def redecode(self, record: bytes, key: str) -> PortalRecord:
        return self._records.read_again(record, key)

    def _named(self, body: bytes) -> list[Key]:
        """What is read of every record. Bytes that are no text are no page: not one letter of it is guessed."""
        try:
            return self._keys(body).content
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise PortalShapeChanged("A page holds bytes that are no text.", digest=sha256(body).digest()) from None


_LIST = {"spec": "page", "sort": "updatedDate,desc"}


def _applied(days: Days) -> dict[str, str]:
    return {"applied-from": f"{days.first:%d/%m/%Y}", "applied-to": f"{days.last:%d/%m/%Y}"}
