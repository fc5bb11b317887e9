"""How far the ledger is projected, and who may project now."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.repository.scoping import LedgerSlice

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

_NEWEST_SLICE = text("select slice, first_entry, revisions from metrics.ledger_slice order by slice desc limit 1")
_SLICES = text("select first_entry from metrics.ledger_slice order by slice")
_ENTER_SLICE = text("""
    insert into metrics.ledger_slice (slice, first_entry, revisions) values (:slice, :first_entry, :revisions)
    on conflict (slice) do update set revisions = excluded.revisions""")
_FORGET_SLICES = text("delete from metrics.ledger_slice")
_SLICE_OF = text("""
    select slice, first_entry,
        (select min(later.first_entry) from metrics.ledger_slice as later where later.slice > s.slice) as next
    from metrics.ledger_slice as s where first_entry <= :entry order by first_entry desc limit 1""")

SLICE_ROWS = 1_000
"""A slice is over with the entry that brings its revisions to so many: what an older entry within one knew is read from
at most so many judged rows and those of one more page.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Every entry up to ``entry`` is in facts and tallies, judged by ``rule``."""

    entry: int
    rule: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSlice:
    """The newest slice of the ledger while it is written; before the first entry a full one that is none."""

    number: int = 0
    first_entry: int = 0
    revisions: int = SLICE_ROWS

    @property
    def room(self) -> int:
        """How many revisions more fill it."""
        return SLICE_ROWS - self.revisions

    def next(self, after: int) -> "OpenSlice":
        """The slice in which the entry after ``after`` lies."""
        return self if self.room > 0 else OpenSlice(self.number + 1, after + 1, 0)

    def with_more(self, revisions: int) -> "OpenSlice":
        """With entries of so many revisions."""
        return replace(self, revisions=self.revisions + revisions)


async def newest_slice(connection: AsyncConnection) -> OpenSlice:
    """The slice the projected ledger has reached."""
    row = (await connection.execute(_NEWEST_SLICE)).one_or_none()
    return OpenSlice() if row is None else OpenSlice(*row)


async def enter_slice(connection: AsyncConnection, found: OpenSlice) -> None:
    """Note how far a slice has come."""
    values = {"slice": found.number, "first_entry": found.first_entry, "revisions": found.revisions}
    await connection.execute(_ENTER_SLICE, values)


async def slices(connection: AsyncConnection) -> list[int]:
    """The first entry of every slice, from slice 1 on."""
    return list((await connection.execute(_SLICES)).scalars())


async def forget_slices(connection: AsyncConnection) -> None:
    """Forget every slice, inside the caller's transaction: for a rebuild."""
    await connection.execute(_FORGET_SLICES)


async def slice_of(connection: AsyncConnection, entry: int) -> LedgerSlice | None:
    """The slice of the ledger in which a projected entry lies."""
    row = (await connection.execute(_SLICE_OF, {"entry": entry})).one_or_none()
    if row is None:
        return None
    return LedgerSlice(row.slice, row.first_entry - 1, None if row.next is None else row.next - 1)


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
