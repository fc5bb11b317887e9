"""Which dossiers changed between two ledger entries, and all their versions from the one that held at the first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.restating import Version
from metrics.repository.scoping import below

# A dossier that came from another agency, or went to one, concerns both.
_CHANGED = text("""
    select distinct r.dossier_code collate "C" as code from dossier.revision_v2 as r
    where r.entry > :known and r.entry <= :upto and r.applied
      and r.dossier_code collate "C" >= :first
      and exists (
        select from metrics.fact as f
        where f.dossier_code = r.dossier_code and f.valid_from <= :upto and (f.valid_to is null or f.valid_to > :known)
          and (cast(:agency as text) is null or f.agency_code = :agency
               or (f.agency_code >= :low and f.agency_code < :high)))
    order by 1 limit :most""")

_VERSIONS = text("""
    select f.dossier_code, f.valid_from, f.agency_code, f.procedure_code, f.field_code, r.source_hash, r.gone,
        md5(row(r.agency_code, r.procedure_code, r.field_code, r.channel, r.status, r.received_on, r.due_on,
                r.first_due_on, r.ended_on, r.returned_on, r.supplements, r.modified_at, r.particulars)::text) as told
    from metrics.fact as f
    join dossier.revision_v2 as r on r.entry = f.valid_from and r.dossier_code = f.dossier_code
    where f.dossier_code = any(cast(:codes as text[]))
      and f.valid_from <= :upto and (f.valid_to is null or f.valid_to > :known)
    order by f.dossier_code, f.valid_from""")

_RELIMITED = text("""
    select distinct procedure_code from catalogue.limit_v2
    where (change_from > :first and change_from <= :last) or (change_to > :first and change_to <= :last)""")

_LET_IN = text("""
    select source_key, closed_entry from dossier.quarantine_v2
    where opened_entry <= :known and closed_entry > :known and closed_entry <= :upto""")


async def changed(
    connection: AsyncConnection, agency: str | None, known: int, upto: int, first: str, most: int
) -> list[str]:
    """The dossiers of an agency's subtree with a version of the entries (known, upto], by code from ``first`` on."""
    low, high = below(agency or "")
    asked = {"agency": agency, "low": low, "high": high, "known": known, "upto": upto, "first": first, "most": most}
    return list((await connection.execute(_CHANGED, asked)).scalars())


async def versions(connection: AsyncConnection, codes: Sequence[str], known: int, upto: int) -> list[Version]:
    """The versions of dossiers that held at ``known`` or came up to ``upto``, by dossier and entry."""
    rows = await connection.execute(_VERSIONS, {"codes": list(codes), "known": known, "upto": upto})
    return [_version(row) for row in rows]


async def let_in(connection: AsyncConnection, known: int, upto: int) -> set[tuple[str, int]]:
    """Records that stood aside at ``known`` and came in up to ``upto``: dossier code and the entry that let it in."""
    rows = await connection.execute(_LET_IN, {"known": known, "upto": upto})
    return {(row.source_key, row.closed_entry) for row in rows}


async def relimited(connection: AsyncConnection, first: int, last: int) -> set[str]:
    """The procedures whose time limits are known otherwise at one catalogue change than at another."""
    low, high = min(first, last), max(first, last)
    return set((await connection.execute(_RELIMITED, {"first": low, "last": high})).scalars())


def _version(row: Any) -> Version:
    (code, entry, agency, procedure, field, source_hash, gone, told) = row
    return Version(code, entry, agency, procedure, field, bytes(source_hash), gone, told)
