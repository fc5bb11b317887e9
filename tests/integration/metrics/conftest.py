"""One database for the tests of metrics, emptied before each."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from metrics.app import build
from metrics.settings import MetricsSettings
from shared.runtime.database import create_engine
from shared.runtime.migrate import upgrade
from support.metrics_world import KEY, World
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
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """The service over the world, called with a key that may read figures and lineage."""
    app = build(MetricsSettings(database_url=world.url, projector=False))
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://metrics", headers=headers) as client:
        yield client
    await app.state.engine.dispose()
