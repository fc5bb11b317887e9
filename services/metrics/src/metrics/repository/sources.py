"""Where the figures stand: the projection's place, the ledger's end, the versions, the feeds, the quarantine, and
what the portals' own counts leave unexplained.
"""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.definitions import Basis
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.repository.scoping import LedgerSlice

# One row, one round trip: an answer that is in the cache needs nothing else from the database.
_STANDING = text("""
    select p.entry, l.at, l.digest, coalesce(h.entry, 0) as newest, coalesce(v.change, 0) as change,
        coalesce(v.calendar, 0) as calendar, f.feeds, u.unexplained, i.newest_at as imported,
        (select coalesce(max(change), 0) from metrics.indicator) as entered
    from (select coalesce((select entry from metrics.projection where id = 1), 0) as entry) as p
    left join dossier.ledger_v1 as l on l.entry = p.entry
    left join lateral (select entry from dossier.ledger_v1 order by entry desc limit 1) as h on true
    left join catalogue.version_v1 as v on true
    left join dossier.imports_v1 as i on true
    left join lateral (
        select json_agg(json_build_array(feed, portal, kind, agency_code, state, data_until, last_verdict, quarantined,
                                           reason)
                        order by feed)::text as feeds
        from (select * from dossier.feed_v2 union all select * from catalogue.feed_v2) as every) as f on true
    left join lateral (
        select json_agg(json_build_array(portal, source, month, agency_code, abs(unexplained))
                        order by portal, source, month, agency_code)::text as unexplained
        from dossier.reconciliation_v1 where unexplained <> 0) as u on true""")

# One row again: catalogue and calendar as they were when the entry was projected, its slice of the ledger, and the
# newest change of entered numbers then.
_KNOWN_AT = text("""
    select v.change, v.calendar, s.slice, s.first_entry,
        (select min(later.first_entry) from metrics.ledger_slice as later where later.slice > s.slice) as next,
        coalesce((select change from metrics.indicator where entered_at <= :at
                  order by entered_at desc, change desc limit 1), 0) as entered
    from (select) as one
    left join lateral (
        select change, calendar from metrics.position where entry >= :entry order by entry limit 1) as v on true
    left join lateral (
        select slice, first_entry from metrics.ledger_slice where first_entry <= :entry
        order by first_entry desc limit 1) as s on true""")

# An agency that the record does not tell is any agency its feed is responsible for.
_QUARANTINED = text("""
    select count(*) from dossier.quarantine_v1 as q left join dossier.feed_v2 as s on s.feed = q.feed
    where q.opened_entry <= :entry and (q.closed_entry is null or q.closed_entry > :entry)
      and (s.kind is null or s.kind = :kind)
      and (cast(:agency as text) is null or coalesce(q.agency_code, s.agency_code) is null
           or coalesce(q.agency_code, s.agency_code) = :agency
           or coalesce(q.agency_code, s.agency_code) like :agency || '.%'
           or (q.agency_code is null and :agency like s.agency_code || '.%'))
      and (cast(:procedure as text) is null or coalesce(q.procedure_code, '') in ('', :procedure))
      and q.reason <> 'test_dossier'  -- known to be no dossier: it cannot change a figure
      and (q.received_on is null or q.received_on between :first and :last)""")

_LONG_AGO = date.min
DOSSIERS, PETITIONS, PROCEDURES = "dossiers", "petitions", "procedures"
"""Kinds of feeds, as dossier-sync and catalogue name them."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it stands now. ``agency_code`` is the subtree it is responsible for; None: every agency.

    ``reason``: why it is not fresh, where its portal announced it or is silent against its rhythm.
    """

    feed: str
    portal: str
    kind: str
    agency_code: str | None
    state: str
    data_until: datetime | None
    last_verdict: str | None
    quarantined: int
    reason: str | None = None

    def touches(self, agency: str | None) -> bool:
        """Whether an agency's subtree rests on it, wholly or in part."""
        if agency is None or self.agency_code is None:
            return True
        return self.holds(agency) or f"{self.agency_code}.".startswith(f"{agency}.")

    def holds(self, agency: str) -> bool:
        """Whether it is responsible for an agency's own records."""
        return self.agency_code is None or f"{agency}.".startswith(f"{self.agency_code}.")


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Records of an agency's subtree and a month by which a portal's own count and ours differ, for no known cause."""

    portal: str
    source: str
    month: date
    agency_code: str
    records: int

    def within(self, period: ReportingPeriod) -> bool:
        """Whether a day of its month is one of the period's."""
        after = (self.month.replace(day=28) + timedelta(days=4)).replace(day=1)
        return self.month <= period.last and period.first < after


def unexplained(rows: Sequence[Unexplained], agency: str | None, period: ReportingPeriod) -> int:
    """How many records of the agency and period are unexplained; 0: every count agrees, or none was told.

    ``rows`` are those that differ. Counts of several portals are of the same dossiers: the largest doubt stands, not
    their sum. Of the agencies within this one the widest are added up, for the narrower stand in them already; a
    difference that is only told of one above it may be this agency's as well as another's.
    """
    doubts: Counter[tuple[str, str]] = Counter()
    by_month: dict[tuple[str, str, date], list[Unexplained]] = {}
    for row in rows:
        if row.within(period):
            by_month.setdefault((row.portal, row.source, row.month), []).append(row)
    for (portal, source, _), found in by_month.items():
        doubts[portal, source] += _of_agency(found, agency)
    return max(doubts.values(), default=0)


def _of_agency(rows: Sequence[Unexplained], agency: str | None) -> int:
    below = [row for row in rows if agency is None or f"{row.agency_code}.".startswith(f"{agency}.")]
    if below:
        widest = {row.agency_code for row in below}
        return sum(row.records for row in below if not _has_above(row.agency_code, widest))
    above = [row for row in rows if f"{agency}.".startswith(f"{row.agency_code}.")]
    return max(above, key=lambda row: len(row.agency_code)).records if above else 0


def _has_above(code: str, among: Collection[str]) -> bool:
    parts = code.split(".")
    return any(".".join(parts[:n]) in among for n in range(1, len(parts)))


@dataclass(frozen=True, slots=True)
class Standing:
    """``entry`` is projected (0: nothing), ``newest`` is the ledger's last. The texts change when a feed or the
    newest comparison with a portal's own counts does, ``imported`` and ``entered`` with what comes beside the ledger:
    when petitions or votes were imported last, and the newest change of entered numbers.
    """

    entry: int
    at: datetime | None
    digest: bytes | None
    newest: int
    change: int
    calendar: int
    feeds_text: str
    unexplained_text: str
    imported: datetime | None
    entered: int

    @property
    def feeds(self) -> list[Feed]:
        return [_feed(values) for values in json.loads(self.feeds_text)]

    @property
    def unexplained(self) -> list[Unexplained]:
        return [
            Unexplained(portal, source, date.fromisoformat(month), agency, records)
            for portal, source, month, agency, records in json.loads(self.unexplained_text)
        ]


async def standing(connection: AsyncConnection) -> Standing:
    """Where everything stands, in the caller's snapshot."""
    row = (await connection.execute(_STANDING)).one()
    digest = None if row.digest is None else bytes(row.digest)
    return Standing(
        row.entry,
        row.at,
        digest,
        row.newest,
        row.change,
        row.calendar,
        row.feeds or "[]",
        row.unexplained or "[]",
        row.imported,
        row.entered,
    )


@dataclass(frozen=True, slots=True)
class KnownThen:
    """What was in force when an entry was projected; catalogue and calendar are None where nobody noted them."""

    change: int | None
    calendar: int | None
    slice: LedgerSlice | None
    entered: int


async def known_at(connection: AsyncConnection, entry: int, at: datetime | None) -> KnownThen:
    """What was known beside a projected entry, and of entered numbers at an instant."""
    row = (await connection.execute(_KNOWN_AT, {"entry": entry, "at": at})).one()
    last = None if row.next is None else row.next - 1
    part = None if row.slice is None else LedgerSlice(row.slice, row.first_entry - 1, last)
    return KnownThen(row.change, row.calendar, part, row.entered)


async def quarantined(
    connection: AsyncConnection, scope: Scope, entry: int, period: ReportingPeriod, basis: Basis, kind: str = DOSSIERS
) -> int:
    """Records in quarantine at the entry that may belong to the figure. What a record does not tell may be anything."""
    within = basis in (Basis.RECEIVED, Basis.RECEIVED_ONLINE, Basis.RECEIVED_OTHER)
    values = {
        "entry": entry,
        "kind": kind,
        "agency": scope.agency,
        "procedure": scope.procedure,
        "first": period.first if within else _LONG_AGO,
        "last": period.last,
    }
    count: int = (await connection.execute(_QUARANTINED, values)).scalar_one()
    return count


def _feed(values: list[Any]) -> Feed:
    feed, portal, kind, agency, state, until, verdict, count, reason = values
    instant = None if until is None else datetime.fromisoformat(until)
    return Feed(feed, portal, kind, agency, state, instant, verdict, count or 0, reason)
