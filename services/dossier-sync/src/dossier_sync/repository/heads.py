"""The newest version of each dossier: found by hash, locked, moved."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

import asyncpg

from dossier_sync.domain.changes import Known
from dossier_sync.domain.dossier import Dossier, Round
from dossier_sync.domain.line import Place
from dossier_sync.domain.particulars import canonical
from dossier_sync.domain.precedence import Standing, standing

Driver: TypeAlias = "asyncpg.Connection[Any]"
"""The driver's own connection, inside the page's transaction."""


class PageConflict(Exception):
    """Another feed stored one of the page's dossiers meanwhile. The page is rolled back and tried again."""


PLAN_BY_INDEX = ", ".join(f"set_config('enable_{way}', 'off', true)" for way in ("seqscan", "hashjoin", "mergejoin"))
"""What is selected to hold the joins of this transaction to their indexes.

A prepared plan is kept while a first sync fills the tables. One made over an almost empty head would read the whole of
it for every page from then on.
"""

_SORT_BY_HASH = """
select string_agg(k.n::text, ' ') filter (where h.dossier_code is null),
       string_agg(k.n::text, ' ') filter (where h.dossier_code is not null)
from (
    select code, n, substring($2::bytea from n::int * 32 - 31 for 32) as hash
    from string_to_table($1::text, e'\n') with ordinality as told (code, n)
) k
left join dossier.head h on h.dossier_code = k.code collate "C"
where h.gone or k.hash is distinct from case when h.feed_id <> $3::int then (
    select c.source_hash from dossier.copy c where c.dossier_code = h.dossier_code and c.feed_id = $3::int
) else h.source_hash end
"""
# The head knows the bytes of the feed that counts, a copy those of another one. With one portal no copy is looked for.
# Texts and one byte string instead of arrays: the driver looks at every element of an array four times, and on each new
# connection it asks the catalogue what an array is before the first page is read.

_LOCK = """
select h.revisions, coalesce(h.last_feed_id, h.feed_id), coalesce(h.last_page, h.page),
       r.dossier_code, r.agency_code, r.procedure_code, r.field_code, r.channel, r.status, r.received_on, r.due_on,
       r.first_due_on, r.statutory_due_on, r.ended_on, r.returned_on, r.supplements, r.flags, r.modified_at,
       r.gone, r.particulars, r.source_hash, case when $2 or h.gone then r.record else '' end,
       (select exists (select from dossier.copy))
           and exists (select from dossier.copy c where c.dossier_code = h.dossier_code),
       h.source_hash, h.feed_id, h.page
from dossier.head h
join dossier.revision r on r.feed_id = h.feed_id and r.page = h.page and r.dossier_code = h.dossier_code
where h.dossier_code = any ($1::text[])
order by h.dossier_code
for update of h
"""

_RANKS = "select feed_id, rank, enabled from dossier.feed where feed_id = any ($1::int[])"

_ADD = """
insert into dossier.head (dossier_code, source_hash, feed_id, page, number, revisions, modified_at, status,
                          agency_code, due_on, gone)
select dossier_code, source_hash, feed_id, page, number, number, modified_at, status, agency_code, due_on, gone
from dossier.revision
where feed_id = $1 and page = $2 and applied and number = 1
order by dossier_code
"""

_MOVE = """
update dossier.head h
set source_hash = r.source_hash, feed_id = r.feed_id, page = r.page, number = r.number, revisions = r.number,
    last_feed_id = null, last_page = null, modified_at = r.modified_at, status = r.status,
    agency_code = r.agency_code, due_on = r.due_on, gone = r.gone
from dossier.revision r
where r.feed_id = $1 and r.page = $2 and r.applied and h.dossier_code = r.dossier_code
  and h.revisions = r.number - 1
"""

_NOTE_HISTORY = """
update dossier.head h
set revisions = r.number, last_feed_id = r.feed_id, last_page = r.page
from dossier.revision r
where r.feed_id = $1 and r.page = $2 and not r.applied and h.dossier_code = r.dossier_code
  and h.revisions = r.number - 1
"""

_REFRESH = """
update dossier.head h set source_hash = k.hash
from unnest($1::text[], $2::bytea[]) as k (code, hash)
where h.dossier_code = k.code collate "C"
"""

_SEEN_BEFORE = """
with recursive walk as (
    select k.code, k.hash, h.last_feed_id, h.last_page, h.feed_id, h.page
    from unnest($1::text[], $2::bytea[]) as k (code, hash)
    join dossier.head h on h.dossier_code = k.code collate "C"
), chain as (
    select w.code, w.hash, coalesce(w.last_feed_id, w.feed_id) as feed_id, coalesce(w.last_page, w.page) as page
    from walk w
    union all
    select c.code, c.hash, r.previous_feed_id, r.previous_page
    from chain c
    join dossier.revision r on r.feed_id = c.feed_id and r.page = c.page and r.dossier_code = c.code collate "C"
    where r.previous_page is not null
)
select distinct on (c.code) c.code, r.feed_id, r.page from chain c
join dossier.revision r on r.feed_id = c.feed_id and r.page = c.page and r.dossier_code = c.code collate "C"
where r.source_hash = c.hash
"""


_BEFORE = """
with recursive chain as (
    select r.dossier_code as code, r.source_hash as hash, r.previous_feed_id, r.previous_page,
           h.feed_id, h.page, false as found, f.rank
    from dossier.head h
    join dossier.revision r on r.feed_id = h.feed_id and r.page = h.page and r.dossier_code = h.dossier_code
    join dossier.feed f on f.feed_id = h.feed_id
    where h.dossier_code = any ($1::text[])
    union all
    select c.code, c.hash, r.previous_feed_id, r.previous_page, r.feed_id, r.page,
           r.applied and r.source_hash <> c.hash and f.rank = c.rank, c.rank
    from chain c
    join dossier.revision r
      on r.feed_id = c.previous_feed_id and r.page = c.previous_page and r.dossier_code = c.code collate "C"
    join dossier.feed f on f.feed_id = r.feed_id
    where not c.found
)
select r.dossier_code, r.agency_code, r.procedure_code, r.field_code, r.channel, r.status, r.received_on, r.due_on,
       r.first_due_on, r.statutory_due_on, r.ended_on, r.returned_on, r.supplements, r.flags, r.modified_at,
       r.gone, r.particulars, r.source_hash, r.record
from chain c
join dossier.revision r on r.feed_id = c.feed_id and r.page = c.page and r.dossier_code = c.code collate "C"
where c.found
"""


_TOLD_BY = "select count(*) from dossier.head where feed_id = $1 and dossier_code = any ($2::text[])"


async def plan_by_index(driver: Driver) -> None:
    """Holds this transaction's joins to their indexes."""
    await driver.execute(f"select {PLAN_BY_INDEX}")


async def sort_by_hash(
    driver: Driver, feed_id: int, keys: Sequence[str], hashes: Sequence[bytes]
) -> tuple[list[int], list[int]]:
    """Positions (from 0) of the records that are not stored, and of those stored as gone or that this feed tells in
    other bytes, or for the first time.
    """
    if not keys:
        return [], []
    new, changed = await driver.fetchrow(_SORT_BY_HASH, "\n".join(keys), b"".join(hashes), feed_id)
    return _positions(new), _positions(changed)


def _positions(told: str | None) -> list[int]:
    return [int(n) - 1 for n in told.split()] if told else []


async def lock(
    driver: Driver, codes: Sequence[str], feed_id: int | None = None, *, records: bool = True
) -> dict[str, Known]:
    """The stored versions of these dossiers, held against other feeds until the transaction ends.

    ``feed_id``: the feed that tells them now; None: whichever told the version that counts. Without ``records`` the
    portal's words are left out except of dossiers that are gone: they are most of the bytes, and nobody compares them.
    """
    rows = await driver.fetch(_LOCK, codes, records)
    standings = await _standings(driver, feed_id, {row[_HEAD_FEED] for row in rows})
    return {row[3]: _known(row, standings[row[_HEAD_FEED]]) for row in rows}


async def _standings(driver: Driver, feed_id: int | None, tellers: set[int]) -> dict[int, Standing]:
    """Of the feed that asks, against each that tells a dossier; nobody's asking is everybody's own."""
    if feed_id is None or tellers <= {feed_id}:
        return dict.fromkeys(tellers, Standing.OWN)
    ranks = {row[0]: (row[1], row[2]) for row in await driver.fetch(_RANKS, [feed_id, *tellers])}
    ours, _ = ranks[feed_id]
    return {
        teller: standing(own=teller == feed_id, ours=ours, theirs=theirs, read=read)
        for teller, (theirs, read) in ranks.items()
    }


def _known(row: Any, standing: Standing) -> Known:
    copied, told_hash, head_feed, head_page = row[_HEAD_FEED - 2 :]
    place = Place(head_feed, head_page)
    return Known(stored_dossier(row, 3), row[0], Place(row[1], row[2]), told_hash, place, standing, copied)


_HEAD_FEED = 3 + len(Dossier._fields) + 2
"""Where a row of ``_LOCK`` names the feed of the version that counts, between its hash and its page."""


async def before(driver: Driver, codes: Sequence[str]) -> dict[str, Dossier]:
    """The version that counted before the present bytes of each dossier came; none where they came first."""
    return {row[0]: stored_dossier(row) for row in await driver.fetch(_BEFORE, codes)}


async def add(driver: Driver, place: Place, new: int) -> None:
    """Makes the heads of a page's first revisions. Raises ``PageConflict``."""
    try:
        _expect(await driver.execute(_ADD, *place), new)
    except asyncpg.UniqueViolationError:
        raise PageConflict(_MEANWHILE) from None


async def move(driver: Driver, place: Place, changed: int) -> None:
    """Points the heads of a page's later revisions that count to it. Raises ``PageConflict``."""
    _expect(await driver.execute(_MOVE, *place), changed)


async def note_history(driver: Driver, place: Place, older: int) -> None:
    """Counts a page's older versions in their heads. Raises ``PageConflict``."""
    _expect(await driver.execute(_NOTE_HISTORY, *place), older)


async def refresh(driver: Driver, same: Sequence[tuple[str, bytes]]) -> None:
    """Remembers new bytes of unchanged facts, so that they are recognised unparsed next time."""
    await driver.execute(_REFRESH, [code for code, _ in same], [digest for _, digest in same])


async def seen_before(driver: Driver, older: Sequence[Dossier]) -> dict[str, Place]:
    """Which of these older versions are in the dossier's history already, byte for byte, and where."""
    codes, hashes = [dossier.dossier_code for dossier in older], [dossier.source_hash for dossier in older]
    return {row[0]: Place(row[1], row[2]) for row in await driver.fetch(_SEEN_BEFORE, codes, hashes)}


async def told_by(driver: Driver, feed_id: int, codes: Sequence[str]) -> int:
    """How many of these dossiers count in a version that this feed itself told."""
    return int(await driver.fetchval(_TOLD_BY, feed_id, codes))


def stored_dossier(row: Any, start: int = 0) -> Dossier:
    """A dossier from a revision's columns in the order of ``Dossier``, the first at ``start``."""
    values = list(row[start : start + len(Dossier._fields)])
    values[_SUPPLEMENTS] = _rounds(values[_SUPPLEMENTS])
    values[_FLAGS] = tuple(values[_FLAGS]) if values[_FLAGS] else None
    if values[_PARTICULARS] is not None:
        values[_PARTICULARS] = canonical(values[_PARTICULARS])
    values[-1] = values[-1].encode()
    return Dossier(*values)


_SUPPLEMENTS, _FLAGS, _PARTICULARS = map(Dossier._fields.index, ("supplements", "flags", "particulars"))


def _rounds(told: Sequence[tuple[str, str | None]] | None) -> tuple[Round, ...] | None:
    """Rounds from the stored JSON."""
    if not told:
        return None
    return tuple((date.fromisoformat(asked), date.fromisoformat(done) if done else None) for asked, done in told)


def _expect(command: str, rows: int) -> None:
    if int(command.rpartition(" ")[2]) != rows:
        raise PageConflict(_MEANWHILE)


_MEANWHILE = "A dossier of this page was stored by another feed meanwhile."
