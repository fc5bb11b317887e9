"""Workers at their work, and waiting for what they do."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.gauges import refresh_gauges
from dossier_sync.plan import FeedPlan, Plans
from dossier_sync.repository.feeds import register
from dossier_sync.worker import Habits, work
from shared.runtime.database import transaction
from shared.runtime.telemetry import REGISTRY
from support.syncing import row


def habits(plans: Plans, **changed: Any) -> Habits:
    usual: dict[str, Any] = {"owner": "w", "plans": plans, "lease": timedelta(seconds=60), "poll_seconds": 0.02}
    return Habits(**{**usual, **changed})


async def registered(engine: AsyncEngine, plans: Mapping[str, FeedPlan], **columns: Any) -> None:
    """The feeds' rows, due now."""
    async with transaction(engine) as connection:
        for name, plan in plans.items():
            await register(
                connection,
                name,
                portal=plan.portal,
                kind="dossiers",
                agency_code=plan.agency_code,
                every_seconds=int(plan.every.total_seconds()),
                **columns,
            )


@asynccontextmanager
async def working(engine: AsyncEngine, told: Habits) -> AsyncIterator[asyncio.Event]:
    """A worker until the block ends; the event tells it to stop sooner."""
    stop = asyncio.Event()
    worker = asyncio.create_task(work(engine, told, stop))
    try:
        yield stop
    finally:
        stop.set()
        await worker


async def until(engine: AsyncEngine, question: str, *, seconds: float = 10.0) -> None:
    for _ in range(int(seconds / 0.02)):
        if (await row(engine, f"select ({question}) as there"))["there"]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"never true: {question}")


async def changed(engine: AsyncEngine, statement: str) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text(statement))


async def signal(engine: AsyncEngine, name: str, feed: str, *configured: str) -> float:
    """What a scrape would read of a feed's gauge now."""
    await refresh_gauges(engine, configured)
    value = REGISTRY.get_sample_value(f"motcua_{name}", {"feed": feed})
    assert value is not None, name
    return value
