"""The page transaction: everything one page of a portal changes, or nothing.

In order: the fence; which records are new or changed, by hash, before anything is parsed; decode and admit only
those; copy the revisions; move the heads; quarantine, counters and cursor; and last of all the ledger entry under
a short lock. Raw asyncpg on the same connection and transaction, because this is the bulk path.
"""

from dataclasses import asdict, dataclass
from io import BytesIO

from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.changes import Changes, Decode, NewRecords, add_history, take_changed, take_new
from dossier_sync.domain.intake import Bounds
from dossier_sync.domain.line import COLUMNS, Place, page_digest, page_text
from dossier_sync.repository import heads, ledger, precedence, quarantine
from dossier_sync.repository.heads import Driver
from dossier_sync.repository.quarantine import QuarantineChanges
from dossier_sync.tables import SCHEMA, feed, revision, run
from shared.runtime.database import raw
from shared.sync.lease import FenceLost, Lease
from shared.sync.runs import add_page


@dataclass(frozen=True, slots=True)
class Counts:
    """What one page did, by the names of the run's counters (``RUN_COUNTERS`` and ``tables.OWN_COUNTERS``)."""

    seen: int
    new: int
    changed: int
    unchanged: int
    older: int
    repeated: int
    quarantined: int
    conflicts: int
    regressed: int
    anomalies: int
    copies_differ: int
    pages: int = 1


async def save_page(
    connection: AsyncConnection,
    lease: Lease,
    run_id: int,
    records: NewRecords,
    *,
    decode: Decode,
    bounds: Bounds,
    cursor: str | None,
) -> Counts:
    """Saves one page. Raises ``FenceLost`` and ``PageConflict``; then nothing of it is written."""
    held, before = await _begin(connection, lease)
    driver = await raw(connection)
    source = records.page
    keys = source.keys
    new, changed = await heads.sort_by_hash(driver, lease.feed_id, keys, source.hashes)
    found = await sort_out(driver, lease.feed_id, records, new, changed, decode, bounds)
    regressed = await heads.told_by(driver, lease.feed_id, found.went_back) if found.went_back else 0
    refused = {one.key for one in found.aside}
    settled = source.settles([key for key in (keys[n] for n in (*new, *changed)) if key not in refused])
    aside = await quarantine.changes(driver, lease.feed_id, before, settled, found.aside)
    place = Place(lease.feed_id, held + 1)
    digest = await write(driver, lease.feed, place, found, aside)
    if found.same or found.stepped:
        await heads.refresh(driver, [*found.same, *found.stepped])
    counts = Counts(
        seen=source.rows,
        new=found.new,
        changed=found.changed,
        unchanged=len(keys) - len(new) - len(changed) + len(found.same) + found.known_copies,
        older=len(found.older),
        repeated=source.repeated,
        quarantined=len(found.aside),
        conflicts=found.conflicts,
        regressed=regressed,
        anomalies=found.anomalies,
        copies_differ=found.copies_differ,
    )
    await add_page(
        connection,
        feed,
        run,
        lease,
        run_id,
        cursor=cursor,
        page=held if digest is None else place.page,
        counters=asdict(counts),
        portal_total=source.total,
        quarantined=aside.quarantined,
        set_aside=aside.set_aside,
    )
    if digest is not None:
        await ledger.append(
            driver,
            place,
            revisions=len(found.lines),
            opened=len(aside.opened),
            closed=len(aside.closed),
            digest=digest,
        )
    return counts


_BEGIN = f"""
select page, quarantined, set_aside, most_set_aside, {heads.PLAN_BY_INDEX}
from dossier.feed where feed_id = $1 and fence = $2 for update
"""
"""``lease.guard`` and all else that a page needs first, in one way there and back: every page pays for each."""


async def _begin(connection: AsyncConnection, lease: Lease) -> tuple[int, quarantine.State]:
    """The feed's row, locked: the newest page, and what stands aside. Raises ``FenceLost``."""
    row = (await connection.exec_driver_sql(_BEGIN, (lease.feed_id, lease.fence))).one_or_none()
    if row is None:
        raise FenceLost(lease)
    return row.page, quarantine.State(row.quarantined, row.set_aside, row.most_set_aside)


async def sort_out(
    driver: Driver,
    feed_id: int,
    records: NewRecords,
    new: list[int],
    changed: list[int],
    decode: Decode,
    bounds: Bounds,
) -> Changes:
    """What the new and changed records of a feed's page make of what is stored."""
    found = Changes()
    take_new(records, new, found)
    if changed:
        known = await heads.lock(driver, [records.page.keys[n] for n in changed], feed_id, records=False)
        take_changed(records.page, changed, known, decode, bounds, found)
        if found.older:
            seen = await heads.seen_before(driver, found.older)
            found.older = [dossier for dossier in found.older if dossier.dossier_code not in seen]
            for code in found.copies.keys() & seen.keys():
                found.copies[code] = found.copies[code]._replace(place=seen[code])
            add_history(found.older, known, found)
    found.lines.sort()
    return found


async def write(driver: Driver, name: str, place: Place, found: Changes, aside: QuarantineChanges) -> bytes | None:
    """Writes what changed and returns the digest of the page of the feed ``name``; None when nothing did."""
    if not found.lines and not aside.opened and not aside.closed:
        await precedence.write(driver, place, found)
        return None
    text = page_text(place, found.lines)
    if text:
        await driver.copy_to_table(
            revision.name, schema_name=SCHEMA, columns=COLUMNS, source=BytesIO(text), format="text"
        )
        if found.new:
            await heads.add(driver, place, found.new)
        if moved := len(found.lines) - len(found.older) - found.new:
            await heads.move(driver, place, moved)
    if found.older:
        await heads.note_history(driver, place, len(found.older))
    await precedence.write(driver, place, found)
    await quarantine.write(driver, place.feed_id, place.page, aside)
    return page_digest(name, text, aside.lines())
