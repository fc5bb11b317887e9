"""The published views in Postgres are, column by column, what shared/contracts/views.py promises."""

import asyncpg
import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from shared.contracts.views import views

COLUMNS = """
    select attname, format_type(atttypid, atttypmod) as kind
    from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum
"""


@pytest.fixture
async def connection(database_url: str) -> asyncpg.Connection:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


def promised(table: Table) -> list[tuple[str, str]]:
    dialect = postgresql.dialect()
    return [(column.name, column.type.compile(dialect=dialect).lower()) for column in table.columns]


async def test_every_view_has_the_promised_columns(connection: asyncpg.Connection) -> None:
    for table in views.sorted_tables:
        found = await connection.fetch(COLUMNS, f"{table.schema}.{table.name}")
        assert [(row["attname"], row["kind"]) for row in found] == promised(table), table.fullname


async def test_the_reader_may_read_views_and_nothing_else(connection: asyncpg.Connection) -> None:
    rows = await connection.fetch(
        """
        select n.nspname || '.' || c.relname as name, c.relkind = 'v' as is_view
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('catalogue', 'dossier', 'metrics') and c.relkind in ('r', 'v', 'm', 'p')
          and has_table_privilege('motcua_reader', c.oid, 'select')
        """
    )
    readable = {row["name"] for row in rows}
    assert {table.fullname for table in views.sorted_tables} <= readable
    assert all(row["is_view"] for row in rows)


async def test_nobody_may_write_through_a_view(connection: asyncpg.Connection) -> None:
    for table in views.sorted_tables:
        for right in ("insert", "update", "delete"):
            allowed = await connection.fetchval(
                "select has_table_privilege('motcua_reader', $1, $2)", table.fullname, right
            )
            assert not allowed, (table.fullname, right)
