"""One feed of a fake portal, synced as a worker does it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.exclusion import IsTest, no_tests
from dossier_sync.plan import FeedPlan, FixedPlans
from dossier_sync.portals import LooksUp, Portal
from dossier_sync.repository.feeds import register
from dossier_sync.repository.rules import links
from dossier_sync.sync import Window, run_once
from dossier_sync.tables import feed
from shared.runtime.database import transaction
from shared.sync.lease import Lease, claim
from shared.sync.runs import Ending

FEED = "fake/dossiers"
NOW = datetime(2024, 6, 1, tzinfo=UTC)
WINDOW = Window(margin=timedelta(minutes=1), overlap=timedelta(minutes=10), skew=timedelta(minutes=5))
LEASE = timedelta(seconds=60)


def plans_of(portals: Mapping[str, Callable[[], Portal]], **changed: Any) -> FixedPlans:
    """What a worker is told of these feeds; ``changed``: fields of every ``FeedPlan``."""
    told: dict[str, Any] = {
        "agency_code": "H24",
        "window": WINDOW,
        "every": timedelta(seconds=60),
        "full_every": timedelta(days=7),
    }
    return FixedPlans(
        {
            name: FeedPlan(portal=name.partition("/")[0], open=opened, **(told | changed))
            for name, opened in portals.items()
        }
    )


async def claimed(engine: AsyncEngine, *, name: str = FEED, mode: str | None = None, owner: str = "test") -> Lease:
    """The feed, registered and claimed whatever its schedule says."""
    async with transaction(engine) as connection:
        await register(connection, name, portal="fake", kind="dossiers", agency_code="H24", every_seconds=60)
    async with transaction(engine) as connection:
        lease = await claim(connection, feed, owner=owner, lease=LEASE, only=name, mode=mode)
    assert lease is not None
    return lease


async def sync(
    engine: AsyncEngine,
    portal: Portal,
    *,
    mode: str = "full",
    now: datetime = NOW,
    name: str = FEED,
    is_test: IsTest = no_tests,
    look_ups: Sequence[LooksUp] = (),
) -> Ending:
    """One run from claim to verdict."""
    lease = await claimed(engine, mode=mode, name=name)
    async with transaction(engine) as connection:
        listed = (await links(connection)).flags
    return await run_once(
        engine,
        portal,
        lease,
        WINDOW,
        lambda *_: None,
        now=now,
        stop=asyncio.Event(),
        listed=listed,
        is_test=is_test,
        look_ups=look_ups,
    )


async def rows(engine: AsyncEngine, question: str) -> list[dict[str, Any]]:
    """The answer of one question."""
    async with engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(text(question))).mappings()]


async def row(engine: AsyncEngine, question: str) -> dict[str, Any]:
    """The one row of one question."""
    (found,) = await rows(engine, question)
    return found
