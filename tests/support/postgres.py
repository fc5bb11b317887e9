"""A real Postgres for tests: one server a session, one migrated template, one cloned database a test."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from motcua_local.postgres import Cluster
from shared.runtime.migrate import upgrade

SCHEMAS = {"catalogue": "catalogue", "dossier_sync": "dossier", "metrics": "metrics"}
ROLES = Path(__file__).parents[2] / "deploy" / "postgres" / "roles.sql"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "120"}


class Server:
    """A running Postgres. Cloning a migrated template costs a tenth of migrating."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._template: str | None = None
        self._made: list[str] = []
        self._lock = asyncio.Lock()

    def address(self, database: str) -> str:
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)

    @asynccontextmanager
    async def a_database(self) -> AsyncIterator[str]:
        """The address of a fresh migrated database; it is dropped when the block ends."""
        async with self._lock:
            template = self._template or await self._make_template()
            name = await self._create(f"template {template} strategy file_copy")
        try:
            yield self.address(name)
        finally:
            await self._run(f"drop database if exists {name} with (force)")
            self._made.remove(name)

    @asynccontextmanager
    async def an_empty_database(self) -> AsyncIterator[str]:
        """The address of a database without any schema of ours."""
        name = await self._create("")
        try:
            yield self.address(name)
        finally:
            await self._run(f"drop database if exists {name} with (force)")
            self._made.remove(name)

    async def close(self) -> None:
        for name in [*self._made]:
            await self._run(f"drop database if exists {name} with (force)")

    async def _make_template(self) -> str:
        name = await self._create("")
        await self._run(
            "do $$ begin create role motcua_reader nologin; exception when duplicate_object then null; end $$"
        )
        for package, schema in SCHEMAS.items():
            await asyncio.to_thread(upgrade, package, schema, self.address(name))
        self._template = name
        return name

    async def _create(self, how: str) -> str:
        name = f"motcua_test_{uuid.uuid4().hex[:12]}"
        await self._run(f"create database {name} {how}")
        self._made.append(name)
        return name

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def a_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server named by MOTCUA_TEST_SERVER, or one of our own that ends with the block."""
    given = os.environ.get("MOTCUA_TEST_SERVER")
    if given:
        server = Server(given)
        yield server
        asyncio.run(server.close())
        return
    directory = tmp_path_factory.mktemp("postgres")
    cluster = Cluster(directory / "data", auth="trust", settings=FAST)
    url = cluster.start()
    try:
        yield Server(url)
    finally:
        cluster.clean()
