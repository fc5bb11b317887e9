"""The calendar's table: seeded once, corrected by announcements, kept in revisions."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.repository import calendar
from catalogue.seed import DayUnknown, announce, confirm, seed
from shared.contracts.views import calendar_v1, version_v1
from shared.domain.calendar import CalendarUnknown, WorkingCalendar


async def published(engine: AsyncEngine) -> WorkingCalendar:
    """The calendar as another service builds it from the view."""
    question = select(calendar_v1.c.day, calendar_v1.c.working, calendar_v1.c.provisional)
    async with engine.connect() as connection:
        rows = (await connection.execute(question.where(calendar_v1.c.revision_to.is_(None)))).all()
        revision = (await connection.execute(select(version_v1.c.calendar))).scalar_one()
    return WorkingCalendar.of_days([(row.day, row.working, row.provisional) for row in rows], revision)


async def test_seeding_twice_is_seeding_once(engine: AsyncEngine) -> None:
    assert await seed(engine) == 1
    assert await seed(engine) is None
    found = await published(engine)
    assert found.revision == 1
    assert found.add(date(2025, 12, 31), 1) == date(2026, 1, 5)


async def test_an_announced_day_is_a_revision_and_survives_seeding(engine: AsyncEngine) -> None:
    await seed(engine)
    assert await announce(engine, date(2026, 11, 27), working=False, name="Nghỉ thử", source="1/TB-TEST") == 2
    assert await seed(engine) is None
    assert not (await published(engine)).is_working(date(2026, 11, 27))


async def test_an_older_revision_can_be_asked_for_again(engine: AsyncEngine) -> None:
    await seed(engine)
    await announce(engine, date(2026, 11, 27), working=False, name="Nghỉ thử", source="1/TB-TEST")
    async with engine.connect() as connection:
        (before,) = await calendar.days(connection, date(2026, 11, 27), date(2026, 11, 27), 1)
        (after,) = await calendar.days(connection, date(2026, 11, 27), date(2026, 11, 27), 2)
        current = (
            await connection.execute(select(func.count()).where(calendar_v1.c.revision_to.is_(None)))
        ).scalar_one()
    assert (before.working, after.working) == (True, False)
    assert current == 3_287


async def test_a_year_answers_once_an_operator_confirms_it(engine: AsyncEngine) -> None:
    await seed(engine)
    with pytest.raises(CalendarUnknown):
        (await published(engine)).add(date(2026, 12, 31), 1)
    await confirm(engine, 2027, source="2/TB-TEST")
    assert await seed(engine) is None
    assert (await published(engine)).add(date(2026, 12, 31), 1) == date(2027, 1, 4)


async def test_a_day_outside_the_table_cannot_be_announced(engine: AsyncEngine) -> None:
    await seed(engine)
    with pytest.raises(DayUnknown):
        await announce(engine, date(2035, 1, 1), working=False, name="x", source="y")
    with pytest.raises(DayUnknown):
        await confirm(engine, 2035, source="y")
