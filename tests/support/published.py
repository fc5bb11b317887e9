"""The published views of the other services as plain tables, so that a test of metrics can write into them.

Same names, columns and types as ``shared.contracts.views``; what the real views hold is tested end to end.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.views import views

_INDEXES = (
    "create index on dossier.revision_v2 (entry)",
    "create unique index on dossier.ledger_v1 (entry)",
    "create unique index on dossier.head_v2 (dossier_code)",
)


async def create_published(connection: AsyncConnection) -> None:
    """Replace whatever stands in the way: views of a migrated database, or nothing."""
    for table in views.sorted_tables:
        await connection.execute(text(f"create schema if not exists {table.schema}"))
        await connection.execute(text(f"drop view if exists {table.schema}.{table.name} cascade"))
    await connection.run_sync(views.create_all)
    for index in _INDEXES:
        await connection.execute(text(index))
