"""Records read before their page's turn: the next page is fetched, and its records decoded, while one is written."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, TypeVar

from dossier_sync.domain.changes import Decode, NewRecords
from dossier_sync.domain.dossier import PortalRecord, Quarantined, Reason, SourcePage
from dossier_sync.domain.intake import Bounds
from dossier_sync.portals import ContractDrift, Portal, RecordUnreadable
from shared.domain.identifiers import DossierCode, IdentifierError

_PORTION = 20
"""Records read before the page that is being written gets its turn again: with more, COPY waits for its bytes."""

T = TypeVar("T")


class Ahead:
    """Reads records as dossiers ahead of their page's turn, as long as most of them are ``wanted`` so."""

    def __init__(self, decode: Decode, bounds: Bounds) -> None:
        self._decode, self._bounds, self.wanted = decode, bounds, False

    async def of(self, pages: AsyncIterator[SourcePage]) -> AsyncGenerator[NewRecords, None]:
        try:
            async for page in pages:
                records = NewRecords(page.once(), self._decode, self._bounds)
                if self.wanted:
                    # In small portions: the page before is being written by this same thread.
                    for _ in records.read_ahead(_PORTION):
                        await asyncio.sleep(0)
                yield records
        finally:
            if isinstance(pages, AsyncGenerator):
                await pages.aclose()


async def one_ahead(items: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    """The same items, the next one fetched while the present one is used."""

    async def following() -> T | None:
        return await anext(items, None)

    fetching = asyncio.create_task(following())
    try:
        while (item := await fetching) is not None:
            fetching = asyncio.create_task(following())
            yield item
    finally:
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)
        if isinstance(items, AsyncGenerator):
            await items.aclose()


def decoder(portal: Portal) -> Decode:
    """The adapter's decoding, where a record without the agreed shape is set aside instead of stopping the page."""

    def decode(raw: Any, key: str, source_hash: bytes) -> PortalRecord | Quarantined:
        try:
            return portal.decode(raw, key)
        except RecordUnreadable as error:
            name = key if _is_code(key) else f"sha256:{source_hash.hex()}"
            reason = Reason.CONTRACT_DRIFT if isinstance(error, ContractDrift) else Reason.SHAPE
            return Quarantined(name, reason, error.path, None, None, None, source_hash, b"{}")

    return decode


def _is_code(key: str) -> bool:
    try:
        DossierCode.parse(key)
    except IdentifierError:
        return False
    return True
