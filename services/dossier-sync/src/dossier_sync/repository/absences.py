"""Dossiers that a proven sweep of the whole list did not show: noted, and written down as gone when two miss them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.changes import Changes
from dossier_sync.domain.line import Place, line
from dossier_sync.repository import heads, ledger, quarantine
from dossier_sync.repository.pages import write
from dossier_sync.tables import feed, run
from shared.runtime.database import raw
from shared.sync.lease import Lease, guard
from shared.sync.runs import add_page

_ABSENT = text("""
with shown as (
    select distinct key collate "C" as key
    from dossier.listed l, string_to_table(l.keys, e'\\n') as key where l.run_id = :run_id
), told as (
    select dossier_code from dossier.head where feed_id = :feed_id and not gone
    union all
    select dossier_code from dossier.copy where feed_id = :feed_id
), absent as (
    select dossier_code from told where not exists (select from shown where key = dossier_code)
)
select (select count(*) from told), count(*),
       (array_agg(dossier_code order by dossier_code))[1 : cast(:most as integer)] from absent
""")

_KNOWN = text("""
select (select count(*) from dossier.head where feed_id = :feed_id and not gone)
     + (select count(*) from dossier.copy where feed_id = :feed_id)
""")

_NOTE = text("""
insert into dossier.absence as a (feed_id, dossier_code, run_id, source_hash)
select :feed_id, dossier_code, :run_id, source_hash from (
    select dossier_code, source_hash from dossier.head where feed_id = :feed_id and dossier_code = any (:codes)
    union all
    select dossier_code, source_hash from dossier.copy where feed_id = :feed_id and dossier_code = any (:codes)
) as told
on conflict (feed_id, dossier_code) do update
set run_id = excluded.run_id, source_hash = excluded.source_hash, since = excluded.since
where a.source_hash <> excluded.source_hash
""")

_BACK = text("delete from dossier.absence where feed_id = :feed_id and dossier_code <> all (:codes)")

_RECOUNT = text("""
update dossier.feed set missing = (select count(*) from dossier.absence where feed_id = :feed_id)
where feed_id = :feed_id
""")

# Missed before and untouched since, held by no other feed that is read, and no record without a readable code has come
# up since the sweep that last showed it: that record might be this dossier.
_MISSED_TWICE = text("""
with missed as (
    select a.dossier_code,
           coalesce((select max(before.started_at) from dossier.run before
                     where before.feed_id = :feed_id and before.run_id < a.run_id and before.mode = 'full'),
                    '-infinity') as shown_at
    from dossier.absence a
    join dossier.head h on h.dossier_code = a.dossier_code and h.source_hash = a.source_hash
    where a.feed_id = :feed_id and a.run_id < :run_id and h.feed_id = :feed_id and not h.gone
)
select m.dossier_code from missed m
where not exists (select from dossier.copy c join dossier.feed f using (feed_id)
                  where c.dossier_code = m.dossier_code and f.enabled)
  and not exists (select from dossier.quarantine q
                  where q.feed_id = :feed_id and q.closed_page is null and q.source_key like 'sha256:%'
                    and q.seen_at >= m.shown_at)
order by m.dossier_code limit :most
""")

# A copy that two sweeps of its own portal missed holds nothing any more, and keeps nobody's dossier alive.
_FORGET = text("""
with missed as (
    delete from dossier.copy c using dossier.absence a
    where a.feed_id = :feed_id and a.run_id < :run_id and c.feed_id = a.feed_id and c.dossier_code = a.dossier_code
      and c.source_hash = a.source_hash
    returning c.dossier_code
)
delete from dossier.absence a using missed m where a.feed_id = :feed_id and a.dossier_code = m.dossier_code
""")


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a proven reading of the whole list shows of who is absent. ``codes``: those, up to the limit asked for."""

    known: int
    absent: int
    codes: list[str]


async def sweep(connection: AsyncConnection, feed_id: int, run_id: int, most: int, stored: int | None) -> Sweep:
    """Compares what the run was shown with what is stored of the feed.

    ``stored``: so many different dossiers were shown and all of them are stored; where the feed has no more, none is
    absent and they need not be compared one by one. None: not all are.
    """
    if stored is not None:
        known = (await connection.execute(_KNOWN, {"feed_id": feed_id})).scalar_one()
        if known == stored:
            return Sweep(known, 0, [])
    found = await connection.execute(_ABSENT, {"feed_id": feed_id, "run_id": run_id, "most": most})
    known, absent, codes = found.one()
    return Sweep(known, absent, list(codes or ()))


async def note(connection: AsyncConnection, feed_id: int, run_id: int, codes: Sequence[str]) -> None:
    """Notes who is absent now; whoever was and is listed again is not any more."""
    given = {"feed_id": feed_id, "run_id": run_id, "codes": list(codes)}
    await connection.execute(_BACK, given)
    if codes:
        await connection.execute(_NOTE, given)
    await connection.execute(_RECOUNT, given)


async def forget_copies(connection: AsyncConnection, feed_id: int, run_id: int) -> None:
    """Forgets the copies that an earlier proven sweep of their feed missed, and this one again."""
    given = {"feed_id": feed_id, "run_id": run_id}
    await connection.execute(_FORGET, given)
    await connection.execute(_RECOUNT, given)


async def missed_twice(connection: AsyncConnection, feed_id: int, run_id: int, most: int) -> list[str]:
    """Dossiers that an earlier proven sweep missed, and this one again."""
    given = {"feed_id": feed_id, "run_id": run_id, "most": most}
    return list((await connection.execute(_MISSED_TWICE, given)).scalars())


async def bury(connection: AsyncConnection, lease: Lease, run_id: int, codes: Sequence[str], cursor: str) -> None:
    """Writes tombstones as a page of the ledger. Raises ``FenceLost`` and ``PageConflict``; then none is written."""
    held = await guard(connection, feed, lease)
    driver = await raw(connection)
    known = await heads.lock(driver, codes)
    found = Changes()
    for stored in known.values():
        gone = stored.dossier._replace(gone=True)
        found.lines.append(line(gone, stored.revisions + 1, True, stored.last))
    found.lines.sort()
    place = Place(lease.feed_id, held + 1)
    aside = await quarantine.changes(driver, lease.feed_id, await quarantine.state(driver, lease.feed_id), [], [])
    digest = await write(driver, lease.feed, place, found, aside)
    if digest is None:
        return
    counted = {"gone": len(found.lines)}
    await add_page(
        connection, feed, run, lease, run_id, cursor=cursor, page=place.page, counters=counted, portal_total=None
    )
    given = {"feed_id": lease.feed_id, "codes": list(codes)}
    await connection.execute(_BURIED, given)
    await connection.execute(_RECOUNT, given)
    await ledger.append(driver, place, revisions=len(found.lines), opened=0, closed=0, digest=digest)


_BURIED = text("delete from dossier.absence where feed_id = :feed_id and dossier_code = any (:codes)")


async def contradicted(connection: AsyncConnection, run_id: int, dossiers: int) -> None:
    """Counts dossiers that the list leaves out and the portal finds: they are kept, and the two disagree."""
    if dossiers:
        await connection.execute(update(run).where(run.c.run_id == run_id).values(conflicts=run.c.conflicts + dossiers))
