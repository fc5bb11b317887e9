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


async def follow(engine: AsyncEngine, url: str, *, poll_seconds: float, most_rows: int) -> None:
    """Project until cancelled. A lost database is waited for; rows judged by other rules end it (``RuleChanged``)."""
    woken = asyncio.Event()
    while True:
        try:
            async with _listening(url, woken):
                await _until_lost(engine, woken, poll_seconds, most_rows)
        except RuleChanged as refusal:
            _log.error("projection stopped: run `python -m metrics rebuild`", reason=str(refusal))
            raise
        except _LOST as error:
            _FAILURES.inc()
            _log.warning("projection interrupted", error=type(error).__name__)
            await asyncio.sleep(poll_seconds)


async def _until_lost(engine: AsyncEngine, woken: asyncio.Event, poll_seconds: float, most_rows: int) -> None:
    while True:
        woken.clear()
        while (batch := await step(engine, most_rows=most_rows)) is not None:
            _ENTRY.set(batch.entry)
            _REVISIONS.inc(batch.revisions)
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), poll_seconds)


@asynccontextmanager
async def _listening(url: str, woken: asyncio.Event) -> AsyncIterator[None]:
    """A connection of its own: a pooled one would lose the notifications. When it ends, polling still works."""
    connection = await asyncpg.connect(dsn(url), timeout=10)
    try:
        await connection.add_listener(CHANNEL, lambda *_: woken.set())
        yield
    finally:
        await connection.close(timeout=5)
