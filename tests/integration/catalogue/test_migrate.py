"""One environment migrates every service; versions, offline SQL and turns."""

import asyncio
import sys

import pytest

from shared.runtime.database import create_engine
from shared.runtime.migrate import MigrationsMissing, current, grant_views, head, sql, upgrade
from support.postgres import Server


async def test_a_migrated_schema_says_its_version_and_an_empty_one_none(server: Server) -> None:
    async with server.an_empty_database() as url:
        engine = create_engine(url, application_name="test")
        async with engine.connect() as connection:
            assert await current(connection, "catalogue") is None
        await asyncio.to_thread(upgrade, "catalogue", "catalogue", url)
        async with engine.connect() as connection:
            assert await current(connection, "catalogue") == head("catalogue")
        await engine.dispose()


async def test_two_migrators_at_once_take_turns(server: Server) -> None:
    async with server.an_empty_database() as url:
        both = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "catalogue", "migrate", env={"DATABASE_URL": url}
            )
            for _ in range(2)
        ]
        assert [await process.wait() for process in both] == [0, 0]
        engine = create_engine(url, application_name="test")
        async with engine.connect() as connection:
            assert await current(connection, "catalogue") == head("catalogue")
        await engine.dispose()


async def test_two_threads_of_one_process_take_turns_too(server: Server) -> None:
    async with server.an_empty_database() as url:
        both = [asyncio.to_thread(upgrade, "catalogue", "catalogue", url) for _ in range(2)]
        await asyncio.gather(*both)


def test_the_offline_sql_holds_every_statement_and_a_lock_timeout() -> None:
    written = sql("catalogue", "catalogue")
    assert "set local lock_timeout = '2s'" in written
    assert "CREATE TABLE catalogue.procedure (" in written
    assert "create view catalogue.client_v1" in written


def test_a_database_without_the_reader_role_is_left_alone() -> None:
    granted = grant_views("catalogue", "a_v1", "b_v1")
    assert "if exists (select from pg_roles where rolname = 'motcua_reader')" in granted
    assert "grant select on catalogue.a_v1, catalogue.b_v1" in granted


def test_a_package_without_migrations_says_so() -> None:
    with pytest.raises(MigrationsMissing, match="sandbox_portal"):
        head("sandbox_portal")
