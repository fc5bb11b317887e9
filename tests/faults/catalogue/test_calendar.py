"""The coming year's holidays are not announced: told sixty days before, and nothing is counted with invented days."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
import time_machine
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.app import assemble
from catalogue.official_days import LAST_CONFIRMED_YEAR
from catalogue.seed import confirm, seed
from catalogue.settings import CatalogueSettings
from support.signals import rule, sample

NEXT = LAST_CONFIRMED_YEAR + 1
DAYS = [(date(LAST_CONFIRMED_YEAR, 10, 1), 91), (date(LAST_CONFIRMED_YEAR, 12, 1), 30)]


@pytest.fixture
async def service(engine: AsyncEngine) -> AsyncIterator[httpx.AsyncClient]:
    app = assemble(CatalogueSettings(database_url="postgresql://unused"), engine)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://catalogue") as client:
        yield client


@pytest.mark.fault("F95")
@pytest.mark.parametrize(("day", "left"), DAYS)
async def test_f95_the_end_of_the_announced_days_is_told_before_it_comes(
    engine: AsyncEngine, service: httpx.AsyncClient, day: date, left: int
) -> None:
    await seed(engine)
    with time_machine.travel(f"{day}T09:00:00+07:00", tick=True):
        assert f"motcua_calendar_confirmed_days {left}" in (await service.get("/metrics")).text
        assert rule("CalendarEnds") == "motcua_calendar_confirmed_days < 60"
        await confirm(engine, NEXT, source="1/TB-TEST")
        await service.get("/metrics")
    assert sample("calendar_confirmed_days") == left + 365
