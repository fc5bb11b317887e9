"""Reads what dossier-sync publishes: the ledger's entries, the revisions under them, and the heads."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain import particulars
from metrics.domain.dossier import DossierFacts
from shared.domain.status import DossierStatus
from shared.runtime.database import raw

_LOCAL_DAY = "(modified_at at time zone 'Asia/Ho_Chi_Minh')::date as modified_on"
_FACTS = f"""dossier_code, agency_code, procedure_code, field_code, channel, status, received_on, due_on,
    statutory_due_on, ended_on, returned_on, supplements::text as supplements, {_LOCAL_DAY}, gone,
    particulars::text as particulars, first_due_on"""

_REVISIONS = f"""
    select entry, number, {_FACTS} from dossier.revision_v2
    where entry > $1 and entry <= $2 and applied order by entry, dossier_code"""
_VERSIONS = f"""
    select entry, number, {_FACTS} from dossier.revision_v2
    where (dossier_code, entry) in (select * from unnest($1::text[], $2::bigint[])) and applied"""
_HEADS = f'select entry, number, {_FACTS} from dossier.head_v2 order by dossier_code collate "C"'

# A batch ends with a whole entry: an entry is one page of a portal and is bounded in rows itself. It also ends with
# the entry that fills the slice.
_BATCH_END = text("""
    select max(entry) as entry, sum(revisions)::integer as revisions from (
        select entry, revisions, sum(revisions) over so_far as rows, row_number() over so_far as n
        from (select entry, revisions from dossier.ledger_v1 where entry > :after order by entry limit 2000) as next
        window so_far as (order by entry)) as counted
    where (rows <= :most or n = 1) and rows - revisions < :room""")
_HEAD = text("select entry, at, digest from dossier.ledger_v1 order by entry desc limit 1")
_ENTRY = text("select entry, at, digest from dossier.ledger_v1 where entry = :entry")
_ENTRY_AT = text("""
    select entry, at, digest from dossier.ledger_v1 where at <= :at order by entry desc limit 1""")

_STATUS = {status.value: status for status in DossierStatus}


@dataclass(frozen=True, slots=True)
class Entry:
    """One ledger entry: its number, the instant it was committed, its place in the digest chain."""

    entry: int
    at: datetime
    digest: bytes


class Revision(NamedTuple):
    """One version of a dossier, with the codes it is filtered by."""

    entry: int
    number: int
    dossier_code: str
    agency_code: str
    procedure_code: str
    field_code: str
    facts: DossierFacts


async def batch_end(connection: AsyncConnection, after: int, most_rows: int, room: int) -> tuple[int, int] | None:
    """The last entry of the next batch after ``after`` and the revisions of its entries; None: nothing new.

    At most ``most_rows`` revisions, or one entry; no entry after the one that brings them to ``room``.
    """
    row = (await connection.execute(_BATCH_END, {"after": after, "most": most_rows, "room": room})).one()
    return None if row.entry is None else (row.entry, row.revisions)


async def revisions(connection: AsyncConnection, after: int, upto: int) -> list[Revision]:
    """The applied revisions of the entries (after, upto], in ledger order."""
    return [_revision(row) for row in await (await raw(connection)).fetch(_REVISIONS, after, upto)]


async def heads(connection: AsyncConnection) -> AsyncIterator[Revision]:
    """Every dossier's newest version, in code order, streamed."""
    async for row in (await raw(connection)).cursor(_HEADS, prefetch=2_000):
        yield _revision(row)


async def head(connection: AsyncConnection) -> Entry | None:
    """The newest entry; None while the ledger is empty."""
    return _entry((await connection.execute(_HEAD)).one_or_none())


async def entry(connection: AsyncConnection, number: int) -> Entry | None:
    """The entry of this number."""
    return _entry((await connection.execute(_ENTRY, {"entry": number})).one_or_none())


async def entry_at(connection: AsyncConnection, at: datetime) -> Entry | None:
    """The newest entry committed at or before an instant; None: the ledger had not begun."""
    return _entry((await connection.execute(_ENTRY_AT, {"at": at})).one_or_none())


async def versions_of(
    connection: AsyncConnection, keys: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], DossierFacts]:
    """What the versions of these dossier codes and entries say. Each is there: the judged rows were made of them."""
    codes, entries = [code for code, _ in keys], [entry for _, entry in keys]
    rows = await (await raw(connection)).fetch(_VERSIONS, codes, entries)
    found = (_revision(row) for row in rows)
    return {(one.dossier_code, one.entry): one.facts for one in found}


def _entry(row: Any) -> Entry | None:
    return None if row is None else Entry(row.entry, row.at, bytes(row.digest))


def _revision(row: Any) -> Revision:
    (number_of_entry, number, dossier, agency, procedure, field, channel, status) = row[:8]
    (received_on, due_on, statutory_due_on, ended_on, returned_on, supplements, modified_on, gone, told) = row[8:17]
    facts = DossierFacts(
        _STATUS[status],
        channel,
        received_on,
        due_on,
        statutory_due_on,
        ended_on,
        returned_on,
        () if supplements is None else _rounds(supplements),
        modified_on,
        gone,
        None if told is None else particulars.read(told),
        row[17],
    )
    return Revision(number_of_entry, number, dossier, agency or "", procedure or "", field or "", facts)


def _rounds(supplements: str) -> tuple[tuple[date, date | None], ...]:
    rounds = json.loads(supplements) or ()
    return tuple((date.fromisoformat(a), None if b is None else date.fromisoformat(b)) for a, b in rounds)
