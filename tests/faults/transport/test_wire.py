"""The wire breaks, told by the sandbox's own faults over a real connection: nothing half is stored, nothing is lost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.sync.verdicts import Verdict
from support.sandbox import Sandbox, a_sandbox
from support.syncing import row, sync

NOW = datetime(2025, 6, 1, tzinfo=UTC)
"""After everything that happens in the education scenario."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with a_sandbox() as sandbox:
        yield sandbox


async def stored(engine: AsyncEngine) -> int:
    return int((await row(engine, "select count(*) as n from dossier.head"))["n"])


async def feed_row(engine: AsyncEngine) -> dict[str, Any]:
    return await row(engine, "select * from dossier.feed")


@pytest.mark.fault("F04")
async def test_f04_a_reset_after_the_headers_drops_the_page_and_the_next_run_goes_on(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await sandbox.fault("F04", path="igate", pages=[3])
    ending = await sync(engine, sandbox.igate(attempts=1), now=NOW)
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "unavailable")
    assert await stored(engine) == 600
    await sandbox.mend()
    assert (await sync(engine, sandbox.igate(), now=NOW)).verdict is Verdict.SUCCEEDED
    assert await stored(engine) == 2236
