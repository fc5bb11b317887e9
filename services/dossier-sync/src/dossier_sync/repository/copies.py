"""Which dossiers are compared with their national copies."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import feed, head
from shared.domain.status import DossierStatus


async def newest(connection: AsyncConnection, name: str, most: int) -> dict[str, DossierStatus]:
    """The dossiers of the feed whose current version came last, with their states."""
    question = (
        select(head.c.dossier_code, head.c.status)
        .join(feed, feed.c.feed_id == head.c.feed_id)
        .where(feed.c.feed == name, ~head.c.gone)
        .order_by(head.c.page.desc(), head.c.dossier_code)
        .limit(most)
    )
    return {code: DossierStatus(status) for code, status in await connection.execute(question)}
