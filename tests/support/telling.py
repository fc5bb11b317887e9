"""A fake portal that also tells particulars: the iGate of ``fake_igate``, and what a test says beside its records."""

from io import BytesIO
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.dossier import PortalRecord
from dossier_sync.domain.line import COLUMNS, Place, line, page_digest, page_text
from dossier_sync.domain.particulars import Particulars, text
from dossier_sync.portals.igate import Igate
from dossier_sync.repository import heads, ledger
from dossier_sync.tables import SCHEMA
from shared.runtime.database import raw, transaction
from support.fake_igate import FakeIgate
from support.syncing import claimed


class Telling(Igate):
    """Adds to each record the particulars the test names for its code."""

    def __init__(self, inner: Igate, told: dict[str, Particulars]) -> None:
        self.__dict__ |= inner.__dict__
        self._told = told

    def decode(self, raw: Any, key: str) -> PortalRecord:
        record = super().decode(raw, key)
        return record._replace(particulars=text(self._told[key])) if key in self._told else record


def telling(portal: FakeIgate, told: dict[str, Particulars], page_size: int = 2) -> Telling:
    """The portal with particulars."""
    return Telling(portal.portal(page_size), told)


async def bury(engine: AsyncEngine, code: str) -> None:
    """A page of its own that says: the portal no longer holds this dossier."""
    lease = await claimed(engine)
    async with transaction(engine) as connection:
        driver = await raw(connection)
        stored = (await heads.lock(driver, [code]))[code]
        place = Place(lease.feed_id, lease.page + 1)
        tombstone = line(stored.dossier._replace(gone=True), stored.revisions + 1, True, stored.last)
        text = page_text(place, [tombstone])
        await driver.copy_to_table("revision", schema_name=SCHEMA, columns=COLUMNS, source=BytesIO(text), format="text")
        await heads.move(driver, place, 1)
        digest = page_digest(lease.feed, text, [])
        await ledger.append(driver, place, revisions=1, opened=0, closed=0, digest=digest)
        await connection.exec_driver_sql("update dossier.feed set page = page + 1, lease_until = null")
