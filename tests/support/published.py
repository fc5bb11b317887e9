"""The published views of the other services as plain tables, so that a test of metrics can write into them.

Same names, columns and types as ``shared.contracts.views``; what the real views hold is tested end to end.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.views import views

OLDER = {"procedure_v1": "catalogue.procedure_v2", "decision_v1": "catalogue.decision_v2"}
"""Views that are a narrower look at a newer one; a row written into them leaves the rest of it null."""
LOOKS = {
    "imports_v1": """select greatest((select max(known_from) from dossier.petition_v3),
                                     (select max(known_from) from dossier.vote_v1)) as newest_at"""
}
"""Views that follow from others."""
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
    newest = [table for table in views.sorted_tables if table.name not in {**OLDER, **LOOKS}]
    await connection.run_sync(lambda plain: views.create_all(plain, tables=newest))
    for table in views.sorted_tables:
        if table.name in OLDER:
            columns = ", ".join(column.name for column in table.columns)
            look = f"create view {table.schema}.{table.name} as select {columns} from {OLDER[table.name]}"
            await connection.execute(text(look))
        if table.name in LOOKS:
            await connection.execute(text(f"create view {table.schema}.{table.name} as {LOOKS[table.name]}"))
    for index in _INDEXES:
        await connection.execute(text(index))
