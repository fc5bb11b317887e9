"""How far the ledger is projected, and who may project now."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.repository.scoping import Block

_BEGIN = text("""
    insert into metrics.projection (id, entry, rule, moved_at) values (1, 0, :rule, :at) on conflict do nothing""")
_LOCK = "select entry, rule, moved_at from metrics.projection where id = 1 for update"
_LOCK_OR_LEAVE = text(f"{_LOCK} skip locked")
_LOCK_AND_WAIT = text(_LOCK)
_PLACE = text("select entry, rule, moved_at from metrics.projection where id = 1")
_MOVE = text("update metrics.projection set entry = :entry, rule = :rule, moved_at = :at where id = 1")
_VERSIONS = text("select coalesce(max(change), 0), coalesce(max(calendar), 0) from catalogue.version_v1")
# A rebuild passes entries whose catalogue and calendar were noted long ago: what was noted is what holds.
_NOTE = text("""
    insert into metrics.position (entry, change, calendar)
    select :entry, :change, :calendar where not exists (select from metrics.position where entry >= :entry)""")


_NEWEST_BLOCK = text("select max(block) from metrics.ledger_day")
_ENTER_BLOCK = text("""
    insert into metrics.ledger_day (block, first_entry) values (:block, :first_entry) on conflict do nothing""")
_FORGET_BLOCKS = text("delete from metrics.ledger_day")
_BLOCK_OF = text("""
    select block, first_entry,
        (select min(later.first_entry) from metrics.ledger_day as later where later.first_entry > d.first_entry) as next
    from metrics.ledger_day as d where first_entry <= :entry order by first_entry desc limit 1""")


@dataclass(frozen=True, slots=True)
class Place:
    """Every entry up to ``entry`` is in facts and tallies, judged by ``rule``."""

    entry: int
    rule: str
    moved_at: datetime


async def newest_block(connection: AsyncConnection) -> date | None:
    """The day the projected ledger has reached."""
    day: date | None = await connection.scalar(_NEWEST_BLOCK)
    return day


async def enter_block(connection: AsyncConnection, block: date, first_entry: int) -> None:
    """Note the first entry of a day; later entries of the day change nothing."""
    await connection.execute(_ENTER_BLOCK, {"block": block, "first_entry": first_entry})


async def forget_blocks(connection: AsyncConnection) -> None:
    """Forget every day, inside the caller's transaction: for a rebuild."""
    await connection.execute(_FORGET_BLOCKS)


async def block_of(connection: AsyncConnection, entry: int) -> Block | None:
    """The day of the ledger a projected entry belongs to."""
    row = (await connection.execute(_BLOCK_OF, {"entry": entry})).one_or_none()
    return None if row is None else Block(row.block, row.first_entry - 1, None if row.next is None else row.next - 1)


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


@dataclass(frozen=True, slots=True)
class Versions:
    """The catalogue's newest change and the calendar's newest revision."""

    change: int
    calendar: int


async def versions(connection: AsyncConnection) -> Versions:
    """What is in force now: read once for a batch, so that what judged it is what is noted."""
    return Versions(*(await connection.execute(_VERSIONS)).one())


async def move(connection: AsyncConnection, entry: int, rule: str, at: datetime, versions: Versions | None) -> None:
    """Move the offset and note which catalogue and calendar were in force; same transaction as the rows."""
    await connection.execute(_MOVE, {"entry": entry, "rule": rule, "at": at})
    if versions is not None:
        noted = {"entry": entry, "change": versions.change, "calendar": versions.calendar}
        await connection.execute(_NOTE, noted)
