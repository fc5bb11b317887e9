"""Is the ledger what it says? Every entry is hashed again from the stored rows, and every head is looked at."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.dossier import Quarantined, Reason
from dossier_sync.domain.line import (
    FIRST_DIGEST,
    FormatUnknown,
    Place,
    chained,
    in_format,
    let_in_line,
    line,
    page_digest,
    page_text,
    set_aside_line,
)
from dossier_sync.repository.heads import Driver, stored_dossier
from shared.runtime.database import raw

_ENTRIES = """
select e.entry, e.feed_id, e.page, f.feed, e.format, e.revisions, e.opened, e.closed, e.page_digest, e.digest
from dossier.ledger_entry e join dossier.feed f using (feed_id)
where e.entry > $1 order by e.entry limit 200
"""
_REVISIONS = """
select number, applied, previous_feed_id, previous_page, dossier_code, agency_code, procedure_code, field_code, channel,
       status, received_on, due_on, first_due_on, statutory_due_on, ended_on, returned_on, supplements, flags,
       modified_at, gone, particulars, source_hash, record
from dossier.revision where feed_id = $1 and page = $2 order by dossier_code
"""
_OPENED = """
select id, source_key, reason, field, agency_code, procedure_code, received_on, source_hash, record
from dossier.quarantine where feed_id = $1 and opened_page = $2 order by id
"""
_CLOSED = "select id from dossier.quarantine where feed_id = $1 and closed_page = $2 order by id"
_LOST_HEADS = """
select count(*) from dossier.head h
left join dossier.revision r on r.feed_id = h.feed_id and r.page = h.page and r.dossier_code = h.dossier_code
where r.dossier_code is null or not r.applied or r.number <> h.number or r.gone <> h.gone
"""
_HEADLESS = """
select count(*) from dossier.revision r
left join dossier.head h on h.dossier_code = r.dossier_code
where h.dossier_code is null or (r.applied and r.number > h.number) or r.number > h.revisions
"""


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the chain holds. ``broken`` says where and how it does not; None: it holds."""

    entries: int
    revisions: int
    digest: bytes
    broken: str | None


async def verify(connection: AsyncConnection) -> Verified:
    """Recomputes the chain from its first entry and compares revisions with heads."""
    driver = await raw(connection)
    before, entries, revisions = FIRST_DIGEST, 0, 0
    async for entry in _entries(driver):
        problem = await _problem(driver, entry, entries + 1, before)
        if problem is not None:
            return Verified(entries, revisions, before, f"entry {entries + 1}: {problem}")
        entries, revisions, before = entries + 1, revisions + entry["revisions"], bytes(entry["digest"])
    lost, headless = await driver.fetchval(_LOST_HEADS), await driver.fetchval(_HEADLESS)
    if lost or headless:
        return Verified(entries, revisions, before, f"{lost} heads without their revision, {headless} the other way")
    return Verified(entries, revisions, before, None)


async def _entries(driver: Driver) -> AsyncIterator[dict[str, Any]]:
    after = 0
    while rows := await driver.fetch(_ENTRIES, after):
        for row in rows:
            yield row
        after = rows[-1]["entry"]


async def _problem(driver: Driver, entry: dict[str, Any], number: int, before: bytes) -> str | None:
    if entry["entry"] != number:
        return f"missing; {entry['entry']} follows"
    feed_id, page = entry["feed_id"], entry["page"]
    rows = await driver.fetch(_REVISIONS, feed_id, page)
    lines = [
        line(stored_dossier(row, 4), row[0], row[1], None if row[3] is None else Place(row[2], row[3])) for row in rows
    ]
    asides = [_aside(row) for row in await driver.fetch(_OPENED, feed_id, page)]
    closed = [let_in_line(row[0]) for row in await driver.fetch(_CLOSED, feed_id, page)]
    if (len(lines), len(asides), len(closed)) != (entry["revisions"], entry["opened"], entry["closed"]):
        return "its rows are not as many as it says"
    try:
        lines = [in_format(one, entry["format"]) for one in lines]
    except FormatUnknown as unknown:
        return str(unknown)
    text = page_text(Place(feed_id, page), lines)
    found = page_digest(entry["feed"], text, [*asides, *closed], entry["format"])
    if found != entry["page_digest"]:
        return "its rows are not those that were hashed"
    return None if chained(before, found) == entry["digest"] else "it does not follow from the entry before"


def _aside(row: tuple[int, str, str, str, str | None, str | None, date | None, bytes, str]) -> str:
    number, key, reason, field, agency, procedure, received_on, source_hash, record = row
    aside = Quarantined(key, Reason(reason), field, agency, procedure, received_on, source_hash, record.encode())
    return set_aside_line(number, aside)
