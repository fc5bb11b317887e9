"""A sandbox on a real wire, and the one story every broken page tells."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.sync.runs import Ending
from shared.sync.verdicts import Verdict
from support.sandbox import Sandbox, a_sandbox
from support.signals import counted
from support.syncing import row, sync

NOW = datetime(2025, 6, 1, tzinfo=UTC)
"""After everything that happens in the education scenario."""
PAGE, ALL = 1000, 2236

Synced = Callable[..., Awaitable[Ending]]
Broken = Callable[..., Awaitable[str]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """The education scenario in three pages."""
    async with a_sandbox(max_page_size=PAGE) as sandbox:
        yield sandbox


@pytest.fixture
def synced(engine: AsyncEngine, sandbox: Sandbox) -> Synced:
    """One full run of the sandbox's iGate; options are the client's."""

    async def once(**options: Any) -> Ending:
        return await sync(engine, sandbox.igate(PAGE, **{"first_wait": 0.01, "attempts": 2, **options}), now=NOW)

    return once


@pytest.fixture
def broken(engine: AsyncEngine, sandbox: Sandbox, synced: Synced) -> Broken:
    """From the second page on every request is struck, so no single page is to blame: the run fails as said, whole
    pages stay, nothing moves; mended, all comes.

    Answers the sentence that the run kept.
    """

    async def story(number: str, failure: str, kind: str, *, client: dict[str, Any] | None = None, **fault: Any) -> str:
        await sandbox.fault(number, path="igate", after=1, times=None, **fault)
        with counted("portal_failures", host="127.0.0.1", kind=kind):
            ending = await synced(**(client or {}))
        assert (ending.verdict, ending.failure) == (Verdict.FAILED, failure)
        feed = await row(engine, "select *, closed_until > now() as closed from dossier.feed")
        assert (feed["watermark"], feed["data_until"], feed["cursor"]) == (None, None, None)
        assert (feed["last_failure"], feed["failures"], feed["closed"]) == (failure, 1, True)
        assert (await row(engine, "select count(*) as n from dossier.head"))["n"] == PAGE
        await sandbox.mend()
        assert (await synced()).verdict is Verdict.SUCCEEDED
        assert (await row(engine, "select count(*) as n from dossier.head"))["n"] == ALL
        return str((await row(engine, "select detail from dossier.run order by run_id limit 1"))["detail"])

    return story
