"""Follows the ledger for as long as the process lives: woken by a notification, else after a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from metrics.projector import RuleChanged, step
from shared.runtime.database import dsn
from shared.runtime.logs import logger
from shared.runtime.telemetry import counter, gauge

CHANNEL = "motcua_ledger"
_log = logger(__name__)
_ENTRY = gauge("projection_entry", "Newest ledger entry this process projected.")
_REVISIONS = counter("projection_revisions_total", "Revisions projected by this process.")
_FAILURES = counter("projection_failures_total", "Batches that failed and will be tried again.")
_LOST = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


class Follower:
    """Follows the ledger until cancelled. ``trouble`` says what keeps it from projecting; None: nothing."""

    def __init__(self, engine: AsyncEngine, url: str, *, poll_seconds: float, most_rows: int) -> None:
        self._engine, self._url = engine, url
        self._poll_seconds, self._most_rows = poll_seconds, most_rows
        self.trouble: str | None = None

    async def run(self) -> None:
        """Project for ever. Whatever stops a batch is said, and tried again: nothing of the batch was written."""
        woken = asyncio.Event()
        while True:
            try:
                async with _listening(self._url, woken):
                    await self._until_lost(woken)
            except RuleChanged as refusal:
                self.trouble = f"{refusal} The operator must run `metrics rebuild`."
                _log.error("projection stands still", reason=str(refusal))
            except _LOST as error:
                self.trouble = f"The database was lost ({type(error).__name__})."
                _log.warning("projection interrupted", error=type(error).__name__)
            except Exception as error:
                self.trouble = f"A batch cannot be projected ({type(error).__name__}); see the log."
                _log.error("projection stands still", exc_info=error)
            _FAILURES.inc()
            await asyncio.sleep(self._poll_seconds)

    async def _until_lost(self, woken: asyncio.Event) -> None:
        while True:
            woken.clear()
            while (batch := await step(self._engine, most_rows=self._most_rows)) is not None:
                _ENTRY.set(batch.entry)
                _REVISIONS.inc(batch.revisions)
            self.trouble = None
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), self._poll_seconds)


@asynccontextmanager
async def _listening(url: str, woken: asyncio.Event) -> AsyncIterator[None]:
    """A connection of its own: a pooled one would lose the notifications. When it ends, polling still works."""
    connection = await asyncpg.connect(dsn(url), timeout=10)
    try:
        await connection.add_listener(CHANNEL, lambda *_: woken.set())
        yield
    finally:
        await connection.close(timeout=5)
