"""The environment Alembic runs a migration in. It is executed by ``shared.runtime.migrate`` and never imported."""

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema

attributes = context.config.attributes
schema: str = attributes["schema"]
options: dict[str, Any] = {
    "version_table": attributes["version_table"],
    "version_table_schema": schema,
    "transaction_per_migration": False,
}


def migrate(connection: Connection) -> None:
    """One transaction: wait for another migrator, make the schema, run what is missing."""
    with connection.begin():
        connection.execute(text("select pg_advisory_xact_lock(hashtext('motcua migrate'))"))
        connection.execute(
            text("select set_config('lock_timeout', :limit, true)"), {"limit": attributes["lock_timeout"]}
        )
        # CREATE SCHEMA IF NOT EXISTS asks for a right on the database that a service's own role does not have.
        made = connection.execute(text("select to_regnamespace(quote_ident(:name))"), {"name": schema}).scalar_one()
        if made is None:
            connection.execute(CreateSchema(schema))
        context.configure(connection=connection, **options)
        context.run_migrations()


async def online() -> None:
    url = make_url(attributes["url"]).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        connect_args={"timeout": 10, "server_settings": {"application_name": f"migrate {schema}", "timezone": "UTC"}},
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


def offline() -> None:
    context.configure(dialect_name="postgresql", **options)
    with context.begin_transaction():
        context.execute(f"set local lock_timeout = '{attributes['lock_timeout']}'")
        context.execute(f"create schema if not exists {schema}")
        context.run_migrations()


if context.is_offline_mode():
    offline()
else:
    asyncio.run(online())
