"""One database for the tests of metrics, emptied before each."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from metrics.app import build
from metrics.settings import MetricsSettings
from metrics.signing import new_key
from shared.runtime.database import create_engine
from shared.runtime.migrate import upgrade
from support.metrics_world import KEY, World, a_procedure, any_dossiers, procedure_v1
from support.postgres import Server
from support.published import create_published


@pytest.fixture(scope="session")
async def one_world(server: Server) -> AsyncIterator[World]:
    async with server.an_empty_database() as url:
        await asyncio.to_thread(upgrade, "metrics", "metrics", url)
        engine = create_engine(url, application_name="test-metrics", pool_size=4)
        async with engine.begin() as connection:
            await create_published(connection)
        yield World(engine, url)
        await engine.dispose()


@pytest.fixture
async def world(one_world: World) -> World:
    """An empty ledger, a fresh feed for H24, catalogue change 5, calendar revision 2."""
    world = World(one_world.engine, one_world.url)
    await world.reset()
    return world


@pytest.fixture
async def full(world: World) -> World:
    """A world with dossiers of every kind."""
    await world.page(any_dossiers(7, 120))
    await world.add(procedure_v1, *(a_procedure(number) for number in range(6)))
    await world.project()
    return world


@pytest.fixture(scope="session")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The private key publications of the tests are signed with; the public one stands beside it."""
    file = tmp_path_factory.mktemp("signing") / "key.pem"
    new_key(file)
    return file


@pytest.fixture
async def client(world: World, signing_key: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The service over the world, called with a key that may read figures and lineage, enter numbers and publish."""
    app = build(MetricsSettings(database_url=world.url, projector=False, signing_key_file=signing_key))
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://metrics", headers=headers) as client:
        yield client
    await app.state.engine.dispose()
