"""The engine, and the two kinds of transaction there are.

Users: every service that stores something. A repository function takes the connection first and never
commits; the block that opened the transaction does.
"""

import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
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
    engine = create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
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
    event.listen(engine.sync_engine, "checkin", _note_use)
    event.listen(engine.sync_engine, "checkout", _replace_dead)
    return engine


_TRUSTED_SECONDS = 5.0
"""A connection used so lately is not asked whether it lives. SQLAlchemy's own ping takes three round trips, in which a
figure is answered; that Postgres ended a connection is known without asking, and a network that drops one without a
word needs minutes of silence for it."""


def _note_use(_: object, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _replace_dead(connection: Any, record: Any, _: object) -> None:
    if not record.driver_connection.is_closed() and _idle_seconds(record) > _TRUSTED_SECONDS:
        try:
            connection.ping()
        except Exception:  # whatever the driver raises: a connection that is still open has another trouble
            if not record.driver_connection.is_closed():
                raise
    if record.driver_connection.is_closed():
        raise InvalidatePoolError


def _idle_seconds(record: Any) -> float:
    """Since it was used; a connection made just now was not used yet."""
    return time.monotonic() - float(record.info.get("used_at", math.inf))


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
