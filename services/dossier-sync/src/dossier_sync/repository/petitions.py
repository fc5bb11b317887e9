"""Petitions as rows, with every version that was ever imported."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.repository.versions import add_versions
from dossier_sync.tables import petition, petition_revision


async def save_petitions(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Stores each petition whose content is new, as a further version; returns how many were."""
    changed = await add_versions(connection, petition_revision, "petition_code", rows)
    if changed:
        await connection.execute(_newest_stands(), [_without_history(row) for row in changed])
    return len(changed)


def _newest_stands() -> Any:
    statement = insert(petition)
    newer = {column.name: statement.excluded[column.name] for column in petition.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=["petition_code"], set_=newer)


def _without_history(row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: row[column.name] for column in petition.c}
