"""Copies: what other feeds than the one that counts say of a dossier, known again by hash and compared fact by fact.

A row for each further feed that tells a dossier, and none where one portal tells it. The row is to that feed what the
head is to the one that counts: its hash is why a second portal's list is read again for nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.changes import Changes
from dossier_sync.domain.dossier import Dossier
from dossier_sync.domain.line import Place
from dossier_sync.domain.precedence import differences
from dossier_sync.repository.heads import Driver, stored_dossier
from dossier_sync.tables import copy, feed, revision

_KEEP = """
insert into dossier.copy as c (dossier_code, feed_id, source_hash, told_feed_id, told_page, differs)
select code, feed_id, hash, told_feed_id, told_page, string_to_array(differs, ',')
from unnest($1::text[], $2::int[], $3::bytea[], $4::int[], $5::bigint[], $6::text[])
     as k (code, feed_id, hash, told_feed_id, told_page, differs)
on conflict (dossier_code, feed_id) do update
set source_hash = excluded.source_hash, told_feed_id = excluded.told_feed_id, told_page = excluded.told_page,
    differs = excluded.differs
"""
_DROP = "delete from dossier.copy where feed_id = $1 and dossier_code = any ($2::text[])"
_OF = """
select c.feed_id, r.dossier_code, r.agency_code, r.procedure_code, r.field_code, r.channel, r.status, r.received_on,
       r.due_on, r.first_due_on, r.statutory_due_on, r.ended_on, r.returned_on, r.supplements, r.flags, r.modified_at,
       r.gone, r.particulars, r.source_hash, r.record
from dossier.copy c
join dossier.revision r
  on r.feed_id = c.told_feed_id and r.page = c.told_page and r.dossier_code = c.dossier_code
where c.dossier_code = any ($1::text[])
"""
_COMPARED = """
update dossier.copy c set differs = string_to_array(k.differs, ',')
from unnest($1::text[], $2::int[], $3::text[]) as k (code, feed_id, differs)
where c.dossier_code = k.code collate "C" and c.feed_id = k.feed_id
"""


async def write(driver: Driver, place: Place, found: Changes) -> None:
    """What a page of the feed at ``place`` changes in copies: its own, and those of heads that it moved."""
    if found.taken_over:
        await driver.execute(_DROP, place.feed_id, found.taken_over)
    if found.copies:
        kept = sorted(found.copies.items())
        told = [one.place or place for _, one in kept]
        await driver.execute(
            _KEEP,
            [code for code, _ in kept],
            [place.feed_id if one.feed_id is None else one.feed_id for _, one in kept],
            [one.source_hash for _, one in kept],
            [one.feed_id for one in told],
            [one.page for one in told],
            [",".join(one.differs) for _, one in kept],
        )
    if found.moved:
        await _compare_again(driver, found.moved)


async def _compare_again(driver: Driver, moved: Mapping[str, Dossier]) -> None:
    rows = [(row[1], row[0], stored_dossier(row, 1)) for row in await driver.fetch(_OF, list(moved))]
    compared = [(code, feed_id, ",".join(differences(told, moved[code]))) for code, feed_id, told in sorted(rows)]
    if compared:
        await driver.execute(_COMPARED, *(list(column) for column in zip(*compared, strict=True)))


_RANKS = text("""
select string_agg(feed_id || ':' || rank || case when enabled then '' else ' stopped' end, ', ' order by feed_id)
from dossier.feed
""")
_READ_AGAIN = text("update dossier.copy set source_hash = '' where feed_id = :feed_id and source_hash <> ''")


async def judge_anew(connection: AsyncConnection, feed_id: int) -> bool:
    """Before a run: were copies of this feed judged under other ranks, or while another feed was still read?

    Then their records are read again, whatever their hash, and True is returned: the whole list is wanted.
    """
    ranks = (await connection.execute(_RANKS)).scalar_one()
    before = (await connection.execute(select(feed.c.precedence).where(feed.c.feed_id == feed_id))).scalar_one()
    if before == ranks:
        return False
    await connection.execute(update(feed).where(feed.c.feed_id == feed_id).values(precedence=ranks))
    if before is None:
        return False
    return (await connection.execute(_READ_AGAIN, {"feed_id": feed_id})).rowcount > 0


_DIFFERING = text("""
select f.feed, fact, count(*) as dossiers
from dossier.copy c join dossier.feed f using (feed_id), unnest(c.differs) as fact
where c.differs <> '{}' group by 1, 2 order by 1, 2
""")


async def differing(connection: AsyncConnection) -> list[tuple[str, str, int]]:
    """(feed, fact, dossiers): how many copies of a feed differ now from what counts, by fact."""
    return [(row.feed, row.fact, row.dossiers) for row in await connection.execute(_DIFFERING)]


@dataclass(frozen=True, slots=True)
class CopyRow:
    """What another feed says of a dossier."""

    feed: str
    differs: tuple[str, ...]
    dossier: Dossier


async def copies_of(connection: AsyncConnection, code: str) -> list[CopyRow]:
    """The copies of one dossier, by feed."""
    here = tuple_(revision.c.feed_id, revision.c.page, revision.c.dossier_code)
    told = tuple_(copy.c.told_feed_id, copy.c.told_page, copy.c.dossier_code)
    facts = [revision.c[name] for name in Dossier._fields]
    question = (
        select(feed.c.feed, copy.c.differs, *facts)
        .select_from(copy.join(revision, here == told).join(feed, feed.c.feed_id == copy.c.feed_id))
        .where(copy.c.dossier_code == code)
        .order_by(feed.c.feed)
    )
    rows: Iterable[tuple[object, ...]] = [tuple(row) for row in await connection.execute(question)]
    return [CopyRow(str(row[0]), tuple(row[1]), stored_dossier(row, 2)) for row in rows]  # type: ignore[arg-type]
