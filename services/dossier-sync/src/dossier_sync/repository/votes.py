"""Votes as rows, with every version that was ever imported."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.repository.versions import add_versions
from dossier_sync.tables import vote_revision


async def save_votes(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> int:
    """Stores each vote whose content is new, as a further version; returns how many were."""
    return len(await add_versions(connection, vote_revision, "vote_code", rows))
