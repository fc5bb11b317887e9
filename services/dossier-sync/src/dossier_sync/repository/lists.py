"""Dossiers, their history, the ledger's changes and the quarantine, page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.dossier import Dossier
from dossier_sync.repository.heads import stored_dossier
from dossier_sync.tables import feed, head, ledger_entry, quarantine, revision

_FACTS = tuple(revision.c[name] for name in Dossier._fields)


@dataclass(frozen=True, slots=True)
class Version:
    """One revision of a dossier."""

    entry: int
    number: int
    applied: bool
    feed: str
    stored_at: datetime
    dossier: Dossier


async def list_dossiers(
    connection: AsyncConnection,
    *,
    agency: str | None,
    statuses: Collection[int] | None,
    due_before: date | None,
    gone: bool = False,
    after: tuple[str, str] | None,
    limit: int,
) -> list[Version]:
    """Current versions in order of (agency, code): an agency means its subtree, ``gone`` those no portal holds now."""
    chosen = select(head).where(head.c.gone.is_(gone))
    if agency is not None:
        chosen = chosen.where(subtree(head.c.agency_code, agency))
    if statuses is not None:
        chosen = chosen.where(head.c.status.in_(statuses))
    if due_before is not None:
        chosen = chosen.where(head.c.due_on < due_before)
    if after is not None:
        chosen = chosen.where(tuple_(head.c.agency_code, head.c.dossier_code) > tuple_(*after))
    page = chosen.order_by(head.c.agency_code, head.c.dossier_code).limit(limit).subquery()
    here = and_(
        revision.c.feed_id == page.c.feed_id,
        revision.c.page == page.c.page,
        revision.c.dossier_code == page.c.dossier_code,
    )
    question = versions(page.join(revision, here)).order_by(page.c.agency_code, page.c.dossier_code)
    return [version(row) for row in await connection.execute(question)]


def subtree(column: ColumnElement[str], agency: str) -> ColumnElement[bool]:
    """The agency and all below it, as one range of an index: in collation "C" the "/" comes right after the "."."""
    return or_(column == agency, and_(column >= f"{agency}.", column < f"{agency}/"))


_HISTORY = text("""
with recursive chain as (
    select coalesce(last_feed_id, feed_id) as feed_id, coalesce(last_page, page) as page
    from dossier.head where dossier_code = :code
    union all
    select r.previous_feed_id, r.previous_page
    from chain c join dossier.revision r on r.feed_id = c.feed_id and r.page = c.page and r.dossier_code = :code
    where r.previous_page is not null
)
select feed_id, page from chain
""")


async def history_of(connection: AsyncConnection, code: str) -> tuple[int, list[Version]]:
    """The number of the version that counts, and every version, the last received first. (0, []): not known."""
    current = (await connection.execute(select(head.c.number).where(head.c.dossier_code == code))).scalar_one_or_none()
    places = [tuple(row) for row in await connection.execute(_HISTORY, {"code": code})]
    if current is None or not places:
        return 0, []
    here = tuple_(revision.c.feed_id, revision.c.page).in_(places)
    question = versions(revision).where(revision.c.dossier_code == code, here).order_by(revision.c.number.desc())
    return current, [version(row) for row in await connection.execute(question)]


async def changes_after(
    connection: AsyncConnection, after: tuple[int, str], limit: int, *, agency: str
) -> tuple[list[Version], int]:
    """Revisions of an agency's subtree in order of (entry, code) after a position, and the newest entry there is."""
    entry, code = after
    newest = (await connection.execute(select(func.coalesce(func.max(ledger_entry.c.entry), 0)))).scalar_one()
    later = or_(ledger_entry.c.entry > entry, and_(ledger_entry.c.entry == entry, revision.c.dossier_code > code))
    question = (
        versions(revision)
        .where(ledger_entry.c.entry >= entry, later, subtree(revision.c.agency_code, agency))
        .order_by(ledger_entry.c.entry, revision.c.dossier_code)
        .limit(limit)
    )
    return [version(row) for row in await connection.execute(question)], newest


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One ledger entry."""

    entry: int
    at: datetime
    feed: str
    revisions: int
    opened: int
    closed: int
    page_digest: bytes
    digest: bytes


async def entries(connection: AsyncConnection, numbers: Sequence[int]) -> list[EntryRow]:
    """The entries numbered so."""
    columns = [ledger_entry.c[name] for name in EntryRow.__slots__ if name != "feed"]
    question = select(*columns, feed.c.feed).join(feed, feed.c.feed_id == ledger_entry.c.feed_id)
    rows = await connection.execute(question.where(ledger_entry.c.entry.in_(numbers)).order_by(ledger_entry.c.entry))
    return [EntryRow(**row) for row in rows.mappings()]


@dataclass(frozen=True, slots=True)
class AsideRow:
    """A record set aside."""

    id: int
    feed: str
    source_key: str
    reason: str
    field: str
    agency_code: str | None
    procedure_code: str | None
    received_on: date | None
    source_hash: bytes
    record: str
    seen_at: datetime
    closed: bool


async def list_quarantine(
    connection: AsyncConnection,
    *,
    name: str | None = None,
    reason: str | None = None,
    closed: bool | None = False,
    number: int | None = None,
    after: int = 0,
    limit: int = 1,
) -> list[AsideRow]:
    """Records set aside, in the order they were met."""
    columns = [quarantine.c[field] for field in AsideRow.__slots__ if field in quarantine.c]
    is_closed = quarantine.c.closed_page.is_not(None)
    question = select(*columns, feed.c.feed, is_closed.label("closed")).join(
        feed, feed.c.feed_id == quarantine.c.feed_id
    )
    if name is not None:
        question = question.where(feed.c.feed == name)
    if reason is not None:
        question = question.where(quarantine.c.reason == reason)
    if closed is not None:
        question = question.where(is_closed if closed else ~is_closed)
    if number is not None:
        question = question.where(quarantine.c.id == number)
    rows = await connection.execute(question.where(quarantine.c.id > after).order_by(quarantine.c.id).limit(limit))
    return [AsideRow(**row) for row in rows.mappings()]


def versions(source: Any) -> Any:
    """A question for versions of ``source``, which holds the revisions."""
    numbered = (ledger_entry.c.feed_id == revision.c.feed_id) & (ledger_entry.c.page == revision.c.page)
    joined = source.join(ledger_entry, numbered).join(feed, feed.c.feed_id == revision.c.feed_id)
    columns = (ledger_entry.c.entry, revision.c.number, revision.c.applied, feed.c.feed, ledger_entry.c.at)
    return select(*columns, *_FACTS).select_from(joined)


def version(row: Row[Any]) -> Version:
    """A version from a row of ``versions``."""
    values: Sequence[Any] = tuple(row)
    return Version(values[0], values[1], values[2], values[3], values[4], stored_dossier(values, 5))
