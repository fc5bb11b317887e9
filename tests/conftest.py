"""Fixtures every test may ask for. What they are made of stands in ``support``."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.runtime.database import create_engine
from support import truth
from support.fault_register import MARK
from support.postgres import Server, a_server

pytest_plugins = ["support.fault_matrix", "support.effort", "support.sharing"]


def pytest_runtest_setup() -> None:
    """What the portals of the test before held is no concern of this one."""
    truth.forget()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One Postgres for the whole session: the one named by MOTCUA_TEST_SERVER, or our own."""
    with a_server(tmp_path_factory) as server:
        yield server


@pytest.fixture
async def database_url(server: Server, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database of the test's own, migrated by all three services, dropped afterwards.

    Afterwards what the portals held is compared with what the database holds; in a fault test some portal must have
    told.
    """
    async with server.a_database() as url:
        yield url
        await truth.compare(url, vouched=request.node.get_closest_marker(MARK) is not None)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on the test's database."""
    engine = create_engine(database_url, application_name="test", pool_size=4)
    yield engine
    await engine.dispose()
