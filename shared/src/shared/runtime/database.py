"""The engine, and the two kinds of transaction there are.

Users: every service that stores something. A repository function takes the connection first and never
commits; the block that opened the transaction does.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

DATABASE_TROUBLE = (DBAPIError, PoolTimeout, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""What a database raises that is away, full or busy: through SQLAlchemy, or from the driver beneath it."""

_DEADLOCK, _SERIALIZATION = "40P01", "40001"


def create_engine(url: str, *, application_name: str, pool_size: int = 8) -> AsyncEngine:
    """An engine over asyncpg.

    ``url`` may be a plain ``postgresql://`` address. Every session runs in UTC with a statement limit, so that
    one question cannot hold a connection for ever.
    """
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=True,
        # A failed statement must not carry its values into a log line.
        hide_parameters=True,
        connect_args={
            "timeout": 10,
            "server_settings": {
                "application_name": application_name,
                "timezone": "UTC",
                "statement_timeout": "120s",
                "idle_in_transaction_session_timeout": "120s",
            },
        },
    )


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that writes: commits when the block ends, rolls back when it raises."""
    async with engine.begin() as connection:
        yield connection


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One answer, one snapshot: every statement of the block sees the same database, and none may write."""
    async with engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        async with connection.begin():
            yield connection


def is_contention(error: BaseException) -> bool:
    """Whether Postgres gave this transaction up in favour of another: the same again may well succeed."""
    driver = error.orig if isinstance(error, DBAPIError) else error
    return getattr(driver, "sqlstate", None) in (_DEADLOCK, _SERIALIZATION)


async def raw(connection: AsyncConnection) -> "asyncpg.Connection[Any]":
    """The asyncpg connection beneath, inside the same transaction: for COPY and for hot reads."""
    fairy = await connection.get_raw_connection()
    driver = fairy.driver_connection
    assert driver is not None  # noqa: S101 - asyncpg always has one while the connection is checked out
    return driver


def dsn(url: str) -> str:
    """The same address for a library that speaks plain ``postgresql://``."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
