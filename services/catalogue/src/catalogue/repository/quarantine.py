"""Records that could not be let in, and procedures that a complete list lacked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.domain.procedure import ProcedureKey
from catalogue.tables import feed, quarantined, suspicion


@dataclass(frozen=True, slots=True)
class Refused:
    """A portal's record that could not be let in: what it was, why not, and the cleaned record itself."""

    kind: str
    portal_id: str
    reason: str
    field: str
    detail: str
    record: Any


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A refused record as it is kept."""

    quarantine_id: int
    feed: str
    kind: str
    portal_id: str
    reason: str
    field: str
    detail: str
    record: Any
    opened_at: datetime
    seen_at: datetime
    closed_at: datetime | None


async def keep(
    connection: AsyncConnection,
    feed_id: int,
    refused: Sequence[Refused],
    *,
    complete_kinds: Collection[str],
    of_files: Collection[str] = (),
) -> None:
    """Opens, or sees again, each refused record; closes those of completely read kinds that are refused no more.

    ``of_files``: only records of these files were read, so only theirs are closed.
    """
    seen = {(one.kind, one.portal_id): one for one in refused}
    is_open = (quarantined.c.feed_id == feed_id, quarantined.c.closed_at.is_(None))
    gone = update(quarantined).where(*is_open, quarantined.c.kind.in_(list(complete_kinds)))
    if of_files:
        prefixes = (quarantined.c.portal_id.startswith(f"{name}#", autoescape=True) for name in of_files)
        gone = gone.where(or_(*prefixes))
    if seen:
        gone = gone.where(tuple_(quarantined.c.kind, quarantined.c.portal_id).not_in(list(seen)))
    await connection.execute(gone.values(closed_at=func.now()))
    if not seen:
        return
    opened = upsert(quarantined)
    opened = opened.on_conflict_do_update(
        index_elements=["feed_id", "kind", "portal_id"],
        index_where=quarantined.c.closed_at.is_(None),
        set_={
            "reason": opened.excluded.reason,
            "field": opened.excluded.field,
            "detail": opened.excluded.detail,
            "record": opened.excluded.record,
            "seen_at": func.now(),
        },
    )
    rows = [
        {
            "feed_id": feed_id,
            "kind": one.kind,
            "portal_id": one.portal_id,
            "reason": one.reason,
            "field": one.field,
            "detail": one.detail,
            "record": one.record,
        }
        for one in seen.values()
    ]
    await connection.execute(opened, rows)


async def listed(connection: AsyncConnection, *, is_open: bool, after: int | None, limit: int) -> list[Quarantined]:
    """Refused records, newest first, before the id ``after``."""
    question = select(*[column for column in quarantined.c if column.name != "feed_id"], feed.c.feed).join(feed)
    question = question.where(quarantined.c.closed_at.is_(None) if is_open else quarantined.c.closed_at.is_not(None))
    if after is not None:
        question = question.where(quarantined.c.quarantine_id < after)
    rows = await connection.execute(question.order_by(quarantined.c.quarantine_id.desc()).limit(limit))
    return [Quarantined(**row) for row in rows.mappings()]


async def suspected(connection: AsyncConnection, agency_code: str) -> set[ProcedureKey]:
    """Procedures of an agency that the last complete list lacked."""
    question = select(suspicion.c.agency_code, suspicion.c.procedure_code, suspicion.c.suffix)
    rows = await connection.execute(question.where(suspicion.c.agency_code == agency_code))
    return {(row.agency_code, row.procedure_code, row.suffix) for row in rows}


async def suspect(connection: AsyncConnection, run_id: int, keys: Collection[ProcedureKey]) -> None:
    """Remembers procedures that a complete list lacked; the first such list stays named."""
    if keys:
        rows = [
            {"agency_code": agency, "procedure_code": code, "suffix": suffix, "run_id": run_id}
            for agency, code, suffix in sorted(keys)
        ]
        await connection.execute(upsert(suspicion).on_conflict_do_nothing(), rows)


async def clear(connection: AsyncConnection, keys: Collection[ProcedureKey]) -> None:
    """Forgets suspicions: the procedure is back, or its withdrawal is certain."""
    if keys:
        columns = tuple_(suspicion.c.agency_code, suspicion.c.procedure_code, suspicion.c.suffix)
        await connection.execute(delete(suspicion).where(columns.in_(sorted(keys))))
