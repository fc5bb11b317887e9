"""Dossiers whose procedure or agency the catalogue does not know yet, found by their marks."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.repository.lists import subtree
from dossier_sync.tables import REVISION_IS_PENDING, feed, head, revision

_IS_PENDING = text(REVISION_IS_PENDING)
_COUNTS = and_(
    head.c.dossier_code == revision.c.dossier_code,
    head.c.feed_id == revision.c.feed_id,
    head.c.page == revision.c.page,
    ~head.c.gone,
)


@dataclass(frozen=True, slots=True)
class Pending:
    """Dossiers of an agency that name one procedure, and what the catalogue lacks. ``oldest_on``: first receipt."""

    missing: str
    agency_code: str
    procedure_code: str
    dossiers: int
    oldest_on: date | None


async def any_pending(connection: AsyncConnection, name: str) -> bool:
    """Whether a dossier of the feed waits for the catalogue."""
    feed_id = select(feed.c.feed_id).where(feed.c.feed == name).scalar_subquery()
    held = _pending(select(revision.c.dossier_code)).where(revision.c.feed_id == feed_id)
    return bool((await connection.execute(select(exists(held)))).scalar_one())


async def pending_codes(connection: AsyncConnection, feed_id: int, after: str, limit: int) -> list[str]:
    """Codes of a feed's dossiers that wait, in their order."""
    question = _pending(select(revision.c.dossier_code)).where(
        revision.c.feed_id == feed_id, revision.c.dossier_code > after
    )
    rows = await connection.execute(question.order_by(revision.c.dossier_code).limit(limit))
    return [row.dossier_code for row in rows]


async def list_pending(connection: AsyncConnection, *, agency: str, limit: int) -> list[Pending]:
    """What the dossiers of a subtree wait for, the most wanted first."""
    missing = func.unnest(revision.c.flags).label("missing")
    marked = _pending(select(missing, revision.c.agency_code, revision.c.procedure_code, revision.c.received_on)).where(
        subtree(revision.c.agency_code, agency)
    )
    each = marked.subquery()
    dossiers = func.count().label("dossiers")
    keys = (each.c.missing, each.c.agency_code, each.c.procedure_code)
    question = (
        select(*keys, dossiers, func.min(each.c.received_on).label("oldest_on"))
        .where(each.c.missing.in_(("procedure_unlisted", "agency_unlisted")))
        .group_by(*keys)
        .order_by(dossiers.desc(), *keys)
        .limit(limit)
    )
    return [Pending(**row) for row in (await connection.execute(question)).mappings()]


def _pending(question: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return question.join(head, _COUNTS).where(_IS_PENDING)
