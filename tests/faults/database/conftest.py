"""A Postgres that may be stopped, starved and edited: nobody else's tests run on it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from motcua_local.ports import free_port
from motcua_local.postgres import Cluster
from shared.runtime.database import create_engine, transaction
from support.fake_igate import FakeIgate, a_record
from support.postgres import FAST, Server

Spoil = Callable[[str], Awaitable[None]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of this module's own; its port survives a restart."""
    directory = tmp_path_factory.mktemp("fragile")
    cluster = Cluster(directory / "data", auth="trust", port=free_port(), settings=FAST)
    cluster.start()
    yield cluster
    cluster.start()
    cluster.clean()


@pytest.fixture
async def fragile(cluster: Cluster) -> AsyncIterator[AsyncEngine]:
    """An engine on a migrated database of that cluster."""
    async with Server(cluster.url).a_database() as url:
        engine = create_engine(url, application_name="fragile", pool_size=4)
        yield engine
        await engine.dispose()
        cluster.start()


@pytest.fixture
def portal() -> FakeIgate:
    """Nine dossiers: with pages of two, five pages."""
    return FakeIgate(
        [
            a_record(f"000.00.99.H24-240115-{n:04d}", updatedDate=f"2024-01-17T08:00:{n:02d}.000+0000")
            for n in range(1, 10)
        ]
    )


@pytest.fixture
def spoil(engine: AsyncEngine) -> Spoil:
    """Runs a statement nobody of ours would."""

    async def run(statement: str, **values: Any) -> None:
        async with transaction(engine) as connection:
            await connection.execute(text(statement), values)

    return run
