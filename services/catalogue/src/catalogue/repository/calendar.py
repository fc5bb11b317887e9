"""The working calendar's days, in revisions numbered without a gap."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.tables import calendar_day, calendar_revision

_LOCK = text("select pg_advisory_xact_lock(hashtext('catalogue calendar'))")


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day. ``announced``: an official announcement, which seeding leaves alone; ``provisional``: none was made yet
    for its year."""

    day: date
    working: bool
    name: str | None
    source: str
    provisional: bool
    announced: bool


async def lock_calendar(connection: AsyncConnection) -> None:
    """Takes turns with every other writer of days until the transaction ends."""
    await connection.execute(_LOCK)


async def days(
    connection: AsyncConnection, first: date | None = None, last: date | None = None, revision: int | None = None
) -> list[CalendarDay]:
    """The days from ``first`` to ``last``, both included, as of a revision (default: the newest), in order."""
    columns = [column for column in calendar_day.c if not column.name.startswith("revision_")]
    question = select(*columns).where(_as_of(revision))
    if first is not None:
        question = question.where(calendar_day.c.day >= first)
    if last is not None:
        question = question.where(calendar_day.c.day <= last)
    rows = await connection.execute(question.order_by(calendar_day.c.day))
    return [CalendarDay(**row) for row in rows.mappings()]


async def newest(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """The newest revision and its instant; 0 before the first."""
    question = select(calendar_revision.c.revision, calendar_revision.c.at)
    row = (await connection.execute(question.order_by(calendar_revision.c.revision.desc()).limit(1))).one_or_none()
    return (0, None) if row is None else (row.revision, row.at)


async def confirmed_until(connection: AsyncConnection, today: date) -> date:
    """The last day from ``today`` on up to which every day was announced; the day before, where none is."""
    current = calendar_day.c.revision_to.is_(None), calendar_day.c.day >= today
    known = select(calendar_day.c.day, calendar_day.c.provisional).where(*current).order_by(calendar_day.c.day)
    until = today - timedelta(days=1)
    for row in await connection.execute(known):
        if row.provisional or row.day != until + timedelta(days=1):
            break
        until = row.day
    return until


async def write(connection: AsyncConnection, wanted: Sequence[CalendarDay], *, cause: str) -> int | None:
    """Writes the days that differ as one revision; None when none does. Call ``lock_calendar`` first."""
    known = {day.day: day for day in await days(connection)}
    differing = [day for day in wanted if known.get(day.day) != day]
    if not differing:
        return None
    number = select(func.coalesce(func.max(calendar_revision.c.revision), 0) + 1).scalar_subquery()
    numbered = insert(calendar_revision).values(revision=number, cause=cause).returning(calendar_revision.c.revision)
    revision = int((await connection.execute(numbered)).scalar_one())
    replaced = [day.day for day in differing if day.day in known]
    ended = update(calendar_day).where(calendar_day.c.day.in_(replaced), calendar_day.c.revision_to.is_(None))
    await connection.execute(ended.values(revision_to=revision))
    await connection.execute(insert(calendar_day), [{**asdict(day), "revision_from": revision} for day in differing])
    return revision


def _as_of(revision: int | None) -> ColumnElement[bool]:
    if revision is None:
        return calendar_day.c.revision_to.is_(None)
    ends = or_(calendar_day.c.revision_to.is_(None), calendar_day.c.revision_to > revision)
    return (calendar_day.c.revision_from <= revision) & ends
