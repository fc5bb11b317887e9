"""Imported files and the records that came from them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.tables import feed, file_record, imported_file, run


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it is kept, and the hashes of the records it gave."""

    name: str
    sha256: bytes
    size_bytes: int
    kind: str
    agency_code: str
    complete: bool
    exported_on: date | None
    taken: int
    rejected: int
    imported_by: str
    content_hashes: Collection[bytes]


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that was imported. ``complete``: its importer said that the list was whole."""

    file_id: int
    run_id: int
    name: str
    sha256: bytes
    size_bytes: int
    kind: str
    agency_code: str
    complete: bool
    exported_on: date | None
    taken: int
    rejected: int
    imported_by: str
    imported_at: datetime


async def add(connection: AsyncConnection, run_id: int, file: NewFile) -> None:
    """Keeps a file's name and digest, and which records came from it. The records' contents are kept before."""
    values = {name: getattr(file, name) for name in NewFile.__dataclass_fields__ if name != "content_hashes"}
    added = insert(imported_file).values(run_id=run_id, **values).returning(imported_file.c.file_id)
    file_id = (await connection.execute(added)).scalar_one()
    rows = [{"content_hash": digest, "file_id": file_id} for digest in file.content_hashes]
    if rows:
        await connection.execute(upsert(file_record).on_conflict_do_nothing(), rows)


async def newest_complete(connection: AsyncConnection, feed_name: str) -> tuple[date, frozenset[bytes]] | None:
    """The day of the newest whole list of a feed and the digests of its files; None before the first."""
    of_feed = select(run.c.run_id).join(feed, feed.c.feed_id == run.c.feed_id).where(feed.c.feed == feed_name)
    complete = (imported_file.c.complete, imported_file.c.run_id.in_(of_feed))
    newest = select(func.max(imported_file.c.run_id)).where(*complete).scalar_subquery()
    question = select(imported_file.c.exported_on, imported_file.c.sha256).where(imported_file.c.run_id == newest)
    rows = (await connection.execute(question)).all()
    return (rows[0].exported_on, frozenset(row.sha256 for row in rows)) if rows else None


async def listed(connection: AsyncConnection, *, before: int | None, limit: int) -> list[ImportedFile]:
    """Imported files, newest first, before the id ``before``."""
    question = select(imported_file)
    if before is not None:
        question = question.where(imported_file.c.file_id < before)
    rows = await connection.execute(question.order_by(imported_file.c.file_id.desc()).limit(limit))
    return [ImportedFile(**row) for row in rows.mappings()]


async def of_record(connection: AsyncConnection, content_hash: bytes) -> Sequence[ImportedFile]:
    """The files that held a record, oldest first."""
    question = select(imported_file).join(file_record).where(file_record.c.content_hash == content_hash)
    rows = await connection.execute(question.order_by(imported_file.c.file_id))
    return [ImportedFile(**row) for row in rows.mappings()]
