"""The ledger: one entry for each page that changed something, in order of commit, chained by digest."""

from dossier_sync.domain.line import FIRST_DIGEST, FORMAT, Place
from dossier_sync.repository.heads import Driver

CHANNEL = "motcua_ledger"
"""NOTIFY channel; the payload is the entry's number."""

_LOCK_NUMBER = 0x6D6F7463
_LOCK = "select pg_advisory_xact_lock($1)"
# A statement of its own after the lock: its snapshot must be younger than the entry that was waited for.
_APPEND = f"""
with last as (select entry, digest from dossier.ledger_entry order by entry desc limit 1), appended as (
    insert into dossier.ledger_entry (entry, feed_id, page, format, revisions, opened, closed, page_digest, digest)
    select coalesce(max(entry), 0) + 1, $1, $2, {FORMAT}, $3, $4, $5, $6::bytea,
           sha256(coalesce((select digest from last), $7) || $6::bytea)
    from last
    returning entry
)
select entry, pg_notify('{CHANNEL}', entry::text) from appended
"""


async def take_turn(driver: Driver) -> None:
    """Wait for every writer of an entry; the next one waits until the caller's transaction ends."""
    await driver.execute(_LOCK, _LOCK_NUMBER)


async def append(driver: Driver, place: Place, *, revisions: int, opened: int, closed: int, digest: bytes) -> int:
    """Writes the page's entry and returns its number. Last statement of the transaction: the lock orders commits."""
    await take_turn(driver)
    entry = await driver.fetchval(_APPEND, *place, revisions, opened, closed, digest, FIRST_DIGEST)
    return int(entry)
