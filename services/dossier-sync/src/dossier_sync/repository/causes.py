"""What was seen last of the things that make a record readable: the adapter's maps and the catalogue's changes."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import feed
from shared.contracts.views import version_v1


@dataclass(frozen=True, slots=True)
class Seen:
    """None: never looked at, or there is no catalogue in this database."""

    map_version: str | None
    catalogue_change: int | None


async def seen(connection: AsyncConnection, name: str, map_version: str) -> tuple[Seen, Seen]:
    """As noted for the feed, whose row is held until the transaction ends; and as it is now."""
    question = select(feed.c.map_version, feed.c.catalogue_change).where(feed.c.feed == name).with_for_update()
    noted = Seen(*(await connection.execute(question)).one())
    return noted, Seen(map_version, await _catalogue_change(connection))


async def note_seen(connection: AsyncConnection, name: str, now: Seen) -> None:
    """Notes what is seen now."""
    values = {"map_version": now.map_version, "catalogue_change": now.catalogue_change}
    differs = [feed.c[column].is_distinct_from(value) for column, value in values.items()]
    await connection.execute(update(feed).where(feed.c.feed == name, differs[0] | differs[1]).values(values))


async def _catalogue_change(connection: AsyncConnection) -> int | None:
    if (await connection.execute(select(func.to_regclass("catalogue.version_v1")))).scalar_one() is None:
        return None
    change: int | None = (await connection.execute(select(version_v1.c.change))).scalar_one_or_none()
    return change
