"""How far the ledger is projected, and who may project now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_BEGIN = text("""
    insert into metrics.projection (id, entry, rule, moved_at) values (1, 0, :rule, :at) on conflict do nothing""")
_LOCK = "select entry, rule, moved_at from metrics.projection where id = 1 for update"
_LOCK_OR_LEAVE = text(f"{_LOCK} skip locked")
_LOCK_AND_WAIT = text(_LOCK)
_PLACE = text("select entry, rule, moved_at from metrics.projection where id = 1")
_MOVE = text("update metrics.projection set entry = :entry, rule = :rule, moved_at = :at where id = 1")
_NOTE = text("""
    insert into metrics.position (entry, change, calendar)
    select :entry, coalesce(max(change), 0), coalesce(max(calendar), 0) from catalogue.version_v1
    on conflict do nothing""")


@dataclass(frozen=True, slots=True)
class Place:
    """Every entry up to ``entry`` is in facts and tallies, judged by ``rule``."""

    entry: int
    rule: str
    moved_at: datetime


async def begin(connection: AsyncConnection, rule: str, at: datetime) -> None:
    """Make the one row where there is none."""
    await connection.execute(_BEGIN, {"rule": rule, "at": at})


async def lock(connection: AsyncConnection, *, wait: bool) -> Place | None:
    """Take the right to project until the transaction ends. None: another process has it (never when waiting)."""
    row = (await connection.execute(_LOCK_AND_WAIT if wait else _LOCK_OR_LEAVE)).one_or_none()
    return None if row is None else Place(row.entry, row.rule, row.moved_at)


async def place(connection: AsyncConnection) -> Place | None:
    """Where the projection stands, without locking; None before the first run."""
    row = (await connection.execute(_PLACE)).one_or_none()
    return None if row is None else Place(row.entry, row.rule, row.moved_at)


async def move(connection: AsyncConnection, entry: int, rule: str, at: datetime) -> None:
    """Move the offset and note which catalogue and calendar were in force; same transaction as the rows."""
    await connection.execute(_MOVE, {"entry": entry, "rule": rule, "at": at})
    await connection.execute(_NOTE, {"entry": entry})
