"""The working calendar as catalogue publishes it, at one of its revisions, and which of them judged an entry."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.domain.calendar import WorkingCalendar

_DAYS = text("""
    select day, working, provisional from catalogue.calendar_v1
    where day between :first and :last
      and revision_from <= :revision and (revision_to is null or revision_to > :revision)""")


# Revisions only grow, so the last entry of each one tells which revision any entry was projected with.
_POSITIONS = text("""
    select max(entry) as entry, calendar from metrics.position where entry > :after group by calendar order by 1""")


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendar each entry is judged by: the one in force when it was first projected, whenever it is asked."""

    ends: tuple[int, ...]
    revisions: tuple[int, ...]
    current: int
    known: Mapping[int, WorkingCalendar | None]

    def at(self, entry: int) -> WorkingCalendar | None:
        """None: there was no calendar yet."""
        place = bisect_left(self.ends, entry)
        return self.known[self.revisions[place] if place < len(self.revisions) else self.current]


async def calendars(connection: AsyncConnection, after: int, current: int) -> Calendars:
    """The calendars of the entries after ``after``; ``current`` is the revision for those not yet projected."""
    rows = (await connection.execute(_POSITIONS, {"after": after})).all()
    known = {
        revision: await working_calendar(connection, date.min, date.max, revision)
        for revision in {current, *(row.calendar for row in rows)}
    }
    return Calendars(tuple(row.entry for row in rows), tuple(row.calendar for row in rows), current, known)


async def working_calendar(
    connection: AsyncConnection, first: date, last: date, revision: int
) -> WorkingCalendar | None:
    """The calendar of these days; None where none of them is in it."""
    rows = (await connection.execute(_DAYS, {"first": first, "last": last, "revision": revision})).all()
    return WorkingCalendar.of_days([(row[0], row[1], row[2]) for row in rows], revision) if rows else None
