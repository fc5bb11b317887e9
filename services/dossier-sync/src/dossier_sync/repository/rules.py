"""What the catalogue publishes and intake needs: time limits and the working calendar."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.domain.links import Links
from dossier_sync.domain.statutory import StatutoryDates
from shared.contracts.views import agency_v1, calendar_v1, limit_v1, procedure_v1, version_v1
from shared.domain.calendar import WorkingCalendar
from shared.domain.level import LimitUnit


async def statutory_dates(connection: AsyncConnection) -> StatutoryDates:
    """Limits and calendar as they stand. Without a catalogue in this database there are none."""
    found = await connection.execute(select(func.to_regclass("catalogue.limit_v1")))
    if found.scalar_one() is None:
        return StatutoryDates((), None)
    limits = select(limit_v1.c.agency_code, limit_v1.c.procedure_code, limit_v1.c.channel, limit_v1.c.quantity).where(
        limit_v1.c.change_to.is_(None),
        limit_v1.c.unit == str(LimitUnit.WORKING_DAY),
        limit_v1.c.quantity > 0,
        limit_v1.c.channel.is_not(None),
    )
    rows = [tuple(row) for row in await connection.execute(limits)]
    return StatutoryDates(rows, await calendar(connection))


async def links(connection: AsyncConnection) -> Links:
    """Procedures and agencies the catalogue knows or ever knew: what was in force on an old day still was."""
    found = await connection.execute(select(func.to_regclass("catalogue.procedure_v1")))
    if found.scalar_one() is None:
        return Links((), ())
    listed = select(
        procedure_v1.c.agency_code, procedure_v1.c.procedure_code, procedure_v1.c.valid_from, procedure_v1.c.valid_to
    )
    rows = [tuple(row) for row in await connection.execute(listed)]
    agencies = await connection.execute(select(agency_v1.c.agency_code).distinct())
    return Links(rows, set(agencies.scalars()))


async def calendar(connection: AsyncConnection) -> WorkingCalendar | None:
    """The working calendar as it is published now; None before the catalogue knows a day."""
    days = select(calendar_v1.c.day, calendar_v1.c.working, calendar_v1.c.provisional)
    rows = [tuple(row) for row in await connection.execute(days.where(calendar_v1.c.revision_to.is_(None)))]
    if not rows:
        return None
    revision = (await connection.execute(select(version_v1.c.calendar))).scalar_one()
    return WorkingCalendar.of_days(rows, revision)
