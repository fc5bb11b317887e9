"""The working calendar as catalogue publishes it, at one of its revisions."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.domain.calendar import WorkingCalendar

_DAYS = text("""
    select day, working, provisional from catalogue.calendar_v1
    where day between :first and :last
      and revision_from <= :revision and (revision_to is null or revision_to > :revision)""")


async def working_calendar(
    connection: AsyncConnection, first: date, last: date, revision: int
) -> WorkingCalendar | None:
    """The calendar of these days; None where none of them is in it."""
    rows = (await connection.execute(_DAYS, {"first": first, "last": last, "revision": revision})).all()
    return WorkingCalendar.of_days([(row[0], row[1], row[2]) for row in rows], revision) if rows else None
