"""What an operator's alarms watch, read from the tables at scrape time."""

from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.repository import calendar
from shared.runtime import clock
from shared.runtime.database import DATABASE_TROUBLE, snapshot
from shared.runtime.logs import logger
from shared.runtime.telemetry import gauge

_log = logger(__name__)

_CONFIRMED = gauge("calendar_confirmed_days", "Days from today for which working days are announced; beyond: unknown.")


async def refresh_gauges(engine: AsyncEngine) -> None:
    """Sets the gauges. A database that is away leaves them as they were; ``/readyz`` says so."""
    today = clock.today()
    try:
        async with snapshot(engine) as connection:
            until = await calendar.confirmed_until(connection, today)
    except DATABASE_TROUBLE as error:
        _log.error("gauges not refreshed", error=type(error).__name__)
        return
    _CONFIRMED.set((until - today).days)
