"""What the catalogue knows before any portal was asked: the working calendar and known successions of agencies."""

from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalogue.domain.agency import Succession
from catalogue.official_days import official_days
from catalogue.repository import agencies, calendar
from catalogue.repository.calendar import CalendarDay
from catalogue.succession import record_in
from shared.runtime.database import transaction

SUCCESSIONS = (Succession("H23", "H24", date(2025, 7, 1), "NQ 202/2025/QH15 (Hải Dương vào Hải Phòng)"),)
"""Only what was read in a legal text or an official list; operators add the others."""


class DayUnknown(LookupError):
    """The calendar table does not reach that day or year."""


async def seed(engine: AsyncEngine) -> int | None:
    """Writes what is missing or differs; returns the new calendar revision, or None when nothing does.

    Days that were announced, here or by an operator, and years an operator confirmed stay as they are.
    """
    async with transaction(engine) as connection:
        known = {(one.predecessor_code, one.successor_code) for one in await agencies.successions(connection)}
        missing = [one for one in SUCCESSIONS if (one.predecessor_code, one.successor_code) not in known]
        if missing:
            await record_in(connection, missing, source="seed")
        await calendar.lock_calendar(connection)
        before = {day.day: day for day in await calendar.days(connection)}
        wanted = [_unless_decided(day, before.get(day.day)) for day in official_days()]
        return await calendar.write(connection, wanted, cause="seed")


async def announce(engine: AsyncEngine, day: date, *, working: bool, name: str, source: str) -> int | None:
    """Records an official announcement for one day. Returns the new revision. Raises ``DayUnknown``."""
    async with transaction(engine) as connection:
        await calendar.lock_calendar(connection)
        await _known(connection, day, day)
        announced = CalendarDay(day, working, name, source, provisional=False, announced=True)
        return await calendar.write(connection, [announced], cause=f"announced: {source}")


async def confirm(engine: AsyncEngine, year: int, *, source: str) -> int | None:
    """Says that a year's days are announced as they stand. Returns the new revision. Raises ``DayUnknown``."""
    async with transaction(engine) as connection:
        await calendar.lock_calendar(connection)
        days = await _known(connection, date(year, 1, 1), date(year, 12, 31))
        confirmed = [replace(day, provisional=False) for day in days]
        return await calendar.write(connection, confirmed, cause=f"confirmed {year}: {source}")


async def _known(connection: AsyncConnection, first: date, last: date) -> list[CalendarDay]:
    days = await calendar.days(connection, first, last)
    if len(days) != (last - first).days + 1:
        raise DayUnknown(f"The calendar table does not reach from {first} to {last}; seed it first.")
    return days


def _unless_decided(day: CalendarDay, known: CalendarDay | None) -> CalendarDay:
    if known is None:
        return day
    if known.announced and not day.announced:
        return known
    return replace(day, provisional=day.provisional and known.provisional)
