"""The engine's connections: one that Postgres ended is replaced before anybody uses it, and few are asked first."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.runtime import database
from shared.runtime.database import create_engine, raw, snapshot, transaction

BACKEND = text("select pg_backend_pid()")


@pytest.fixture
async def narrow(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine of one connection."""
    engine = create_engine(database_url, application_name="narrow", pool_size=1)
    yield engine
    await engine.dispose()


async def backend(engine: AsyncEngine) -> int:
    async with transaction(engine) as connection:
        return int((await connection.execute(BACKEND)).scalar_one())


async def statements(engine: AsyncEngine) -> list[str]:
    """What the driver sends for one question."""
    sent: list[str] = []
    async with snapshot(engine) as connection:
        driver = await raw(connection)
        driver.add_query_logger(lambda record: sent.append(record.query))
    async with snapshot(engine) as connection:
        await connection.execute(text("select 1"))
    return sent


async def test_what_postgres_ended_is_replaced(engine: AsyncEngine, narrow: AsyncEngine) -> None:
    ended = await backend(narrow)
    async with transaction(engine) as connection:
        await connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": ended})
    assert await backend(narrow) not in {ended, 0}


async def test_a_connection_in_use_is_not_asked_whether_it_lives(narrow: AsyncEngine) -> None:
    await backend(narrow)
    assert ";" not in await statements(narrow)


async def test_one_that_was_idle_is_asked(narrow: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    await backend(narrow)
    monkeypatch.setattr(database, "_TRUSTED_SECONDS", 0.0)
    assert ";" in await statements(narrow)


async def test_one_that_was_idle_and_is_dead_is_replaced(
    engine: AsyncEngine, narrow: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_TRUSTED_SECONDS", 0.0)
    ended = await backend(narrow)
    async with transaction(engine) as connection:
        await connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": ended})
    assert await backend(narrow) not in {ended, 0}
