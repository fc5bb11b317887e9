"""A sandbox for each test, and no waiting between retries."""

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina

from support.sandbox import Sandbox, a_sandbox


@pytest.fixture(autouse=True)
def _no_sleeping_between_retries() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The education scenario: 2,236 dossiers."""
    async with a_sandbox() as sandbox:
        yield sandbox
