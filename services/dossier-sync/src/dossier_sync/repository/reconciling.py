"""What a reconciliation counts, and its results. Published numbers stand in columns of their own, never in ours."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.reconciling import Cause, Compared, Month, Ours
from dossier_sync.repository.lists import subtree
from dossier_sync.tables import reconciliation

_STANDING = text("""
select f.data_until, coalesce((select max(entry) from dossier.ledger_entry), 0) as entry
from dossier.feed f where f.feed = :feed
""")

_OURS = text("""
select h.agency_code, date_trunc('month', r.received_on)::date as month,
       count(*) filter (where not h.gone) as listed,
       count(*) filter (where not h.gone and h.status not in (0, 1, 3)) as accepted,
       count(*) filter (where not h.gone and h.status = 0) as unmapped,
       count(*) filter (where h.gone) as gone,
       count(*) filter (where not h.gone and f.portal <> :portal and c.dossier_code is null) as other_portal,
       min(h.dossier_code) filter (where not h.gone and (f.portal = :portal or c.dossier_code is not null)) as sample
from dossier.head h
join dossier.revision r on r.feed_id = h.feed_id and r.page = h.page and r.dossier_code = h.dossier_code
join dossier.feed f on f.feed_id = h.feed_id
left join lateral (
    select c.dossier_code from dossier.copy c join dossier.feed o on o.feed_id = c.feed_id
    where c.dossier_code = h.dossier_code and o.portal = :portal limit 1
) c on true
where r.received_on >= :first and r.received_on < :stop
  and (h.agency_code = :root or (h.agency_code >= :root || '.' and h.agency_code < :root || '/'))
group by 1, 2
""")

_QUARANTINED = text("""
select q.agency_code, date_trunc('month', q.received_on)::date as month, count(*)
from dossier.quarantine q join dossier.feed f using (feed_id)
where f.portal = :portal and q.closed_page is null and q.agency_code is not null
  and q.received_on >= :first and q.received_on < :stop
group by 1, 2
""")

_AT_THE_EDGES = text("""
select h.agency_code, r.received_on, r.record
from dossier.head h
join dossier.revision r on r.feed_id = h.feed_id and r.page = h.page and r.dossier_code = h.dossier_code
join dossier.feed f on f.feed_id = h.feed_id
where not h.gone and f.portal = :portal and r.received_on = any(:days)
  and (h.agency_code = :root or (h.agency_code >= :root || '.' and h.agency_code < :root || '/'))
""")

_KNOWN = text("""
select h.dossier_code from dossier.head h
join dossier.ledger_entry e on e.feed_id = h.feed_id and e.page = h.page
where h.dossier_code = any(:codes) and (e.entry <= :entry or h.number > 1)
""")


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest ledger entry, and up to when the feed's data are proven."""

    entry: int
    data_until: datetime | None


async def standing(connection: AsyncConnection, feed: str) -> Standing | None:
    """Where the feed stands; None: there is no such feed."""
    row = (await connection.execute(_STANDING, {"feed": feed})).one_or_none()
    return None if row is None else Standing(row.entry, row.data_until)


async def ours(
    connection: AsyncConnection, portal: str, root: str, first: Month, stop: Month
) -> tuple[dict[tuple[str, Month], Ours], dict[str, str]]:
    """What we hold of each agency and month of [first, stop), and for each agency the code of one of its dossiers."""
    asked = {"portal": portal, "root": root, "first": first, "stop": stop}
    held: dict[tuple[str, Month], Ours] = {}
    samples: dict[str, str] = {}
    for row in await connection.execute(_OURS, asked):
        counted = Ours(row.listed, row.accepted, row.unmapped, row.gone, row.other_portal)
        held[row.agency_code, row.month] = counted
        if row.sample is not None:
            samples[row.agency_code] = row.sample
    del asked["root"]
    for agency, month, number in await connection.execute(_QUARANTINED, asked):
        held[agency, month] = held.get((agency, month), Ours()).plus(Ours(quarantined=number))
    return held, samples


async def at_the_edges(
    connection: AsyncConnection, portal: str, root: str, days: Collection[date]
) -> list[tuple[str, date, bytes]]:
    """(agency, day of receipt, stored record) of the portal's dossiers received on one of these days."""
    asked = {"portal": portal, "root": root, "days": list(days)}
    rows = await connection.execute(_AT_THE_EDGES, asked)
    return [(agency, day, record.encode()) for agency, day, record in rows]


async def known(connection: AsyncConnection, codes: Sequence[str], entry: int) -> set[str]:
    """Which of these dossiers were stored at a ledger entry."""
    rows = await connection.execute(_KNOWN, {"codes": list(codes), "entry": entry})
    return set(rows.scalars())


async def save(
    connection: AsyncConnection,
    portal: str,
    source: str,
    found: Mapping[tuple[str, Month], Compared],
    *,
    entry: int,
    asked_at: datetime,
) -> None:
    """Adds one pass. Older passes stay: what a portal once said is evidence."""
    rows = [
        {
            "portal": portal,
            "source": source,
            "agency_code": agency,
            "month": month,
            "asked_at": asked_at,
            "entry": entry,
            "theirs": compared.theirs,
            "ours": compared.ours,
            "matched": compared.matched,
            "explained": {str(cause): number for cause, number in compared.explained.items()},
            "unexplained": compared.unexplained,
        }
        for (agency, month), compared in found.items()
    ]
    if rows:
        await connection.execute(reconciliation.insert(), rows)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The newest comparison of one agency and month with one count of a portal."""

    portal: str
    source: str
    agency_code: str
    month: date | None
    theirs: int
    ours: int
    matched: int
    explained: Mapping[str, int]
    unexplained: int
    entry: int | None
    asked_at: datetime


async def latest(
    connection: AsyncConnection,
    *,
    agency: str,
    portal: str | None = None,
    month: Month | None = None,
    only_unexplained: bool = False,
    after: tuple[str, str, date, str] | None = None,
    limit: int,
) -> list[Reconciled]:
    """The newest pass of every portal, source and month, in order of (portal, source, month, agency)."""
    t = reconciliation
    newer = t.alias("newer")
    superseded = and_(
        newer.c.portal == t.c.portal,
        newer.c.source == t.c.source,
        newer.c.month == t.c.month,
        newer.c.asked_at > t.c.asked_at,
    )
    where: list[ColumnElement[bool]] = [
        ~select(newer.c.portal).where(superseded).exists(),
        subtree(t.c.agency_code, agency),
    ]
    if portal is not None:
        where.append(t.c.portal == portal)
    if month is not None:
        where.append(t.c.month == month)
    if only_unexplained:
        where.append(t.c.unexplained != 0)
    place = (t.c.portal, t.c.source, t.c.month, t.c.agency_code)
    if after is not None:
        where.append(tuple_(*place) > tuple_(*after))
    columns = [t.c[name] for name in Reconciled.__slots__]
    rows = await connection.execute(select(*columns).where(*where).order_by(*place).limit(limit))
    return [Reconciled(**row) for row in rows.mappings()]


async def unexplained(connection: AsyncConnection) -> list[tuple[str, str, int]]:
    """(portal, source, dossiers that nothing explains), over the newest passes: what an alarm watches.

    Only the widest agency of each is summed, or a dossier would count once for each level above it.
    """
    rows = await connection.execute(_UNEXPLAINED)
    return [(row.portal, row.source, row.dossiers) for row in rows]


_UNEXPLAINED = text("""
with newest as (
    select r.*, rank() over (partition by portal, source, month order by asked_at desc) as n,
           length(agency_code) - length(replace(agency_code, '.', '')) as depth
    from dossier.reconciliation r
), top as (select *, rank() over (partition by portal, source, month order by depth) as level from newest where n = 1)
select portal, source, sum(abs(unexplained))::bigint as dossiers from top where level = 1 group by 1, 2 order by 1, 2
""")

_LIST_TOTALS = text("""
select f.portal, f.feed, f.agency_code, r.finished_at, r.portal_total, f.quarantined, r.repeated,
       r.seen - r.new - r.changed - r.unchanged - r.older - r.quarantined - r.repeated as hot,
       (select count(*) from dossier.head h where h.feed_id = f.feed_id and not h.gone)
       + (select count(*) from dossier.copy c where c.feed_id = f.feed_id) as heads
from dossier.feed f
join lateral (
    select * from dossier.run where feed_id = f.feed_id and finished_at is not null and portal_total is not null
    order by run_id desc limit 1
) r on true
order by f.feed
""")


@dataclass(frozen=True, slots=True)
class ListTotal:
    """What a feed's newest finished run learnt of the length of the portal's list, beside what we hold from it."""

    portal: str
    agency_code: str | None
    finished_at: datetime
    theirs: int
    ours: int
    candidates: tuple[tuple[Cause, int], ...]


async def list_totals(connection: AsyncConnection) -> list[ListTotal]:
    """Every feed whose newest finished run knows the portal's total."""
    return [
        ListTotal(
            row.portal,
            row.agency_code,
            row.finished_at,
            row.portal_total,
            row.heads,
            ((Cause.QUARANTINED, row.quarantined), (Cause.DUPLICATE, row.repeated), (Cause.HOT_EDGE, max(0, row.hot))),
        )
        for row in await connection.execute(_LIST_TOTALS)
    ]
