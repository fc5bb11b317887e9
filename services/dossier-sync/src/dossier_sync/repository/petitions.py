"""Petitions as rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.tables import petition


async def save_petitions(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stores petitions; a code that is known is brought up to date."""
    if not rows:
        return
    statement = insert(petition)
    newer = {column.name: statement.excluded[column.name] for column in petition.c if not column.primary_key}
    await connection.execute(statement.on_conflict_do_update(index_elements=["petition_code"], set_=newer), list(rows))
