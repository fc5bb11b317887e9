"""The official working calendar of 2019 to 2027: PyPI ``holidays`` corrected by announcements it lacks.

Tết, swapped days and extra days are decided year by year. The library follows the announcements late, so a year is
provisional until an operator confirms it (``python -m catalogue calendar confirm``); days here or set by
an operator as announced win over the library.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version

import holidays

from catalogue.repository.calendar import CalendarDay

FIRST_YEAR, LAST_CONFIRMED_YEAR, LAST_YEAR = 2019, 2026, 2027
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Announcement:
    """A day that an announcement changed and the library does not know."""

    day: date
    working: bool
    name: str
    source: str


_SWAP_2026 = "12729/VPCP-KGVX, 2025-12-25 (press)"
ANNOUNCEMENTS = (
    Announcement(date(2026, 1, 2), False, "Nghỉ hoán đổi với ngày 10/01/2026", _SWAP_2026),
    Announcement(date(2026, 1, 10), True, "Làm bù cho ngày 02/01/2026", _SWAP_2026),
)


def official_days() -> list[CalendarDay]:
    """Every day of the covered years, in order."""
    announced = {one.day: one for one in ANNOUNCEMENTS}
    library = holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="vi")
    return [_announced(announced[day]) if day in announced else _from_library(day, library) for day in _every_day()]


def _every_day() -> Iterator[date]:
    day = date(FIRST_YEAR, 1, 1)
    while day.year <= LAST_YEAR:
        yield day
        day += timedelta(days=1)


def _announced(one: Announcement) -> CalendarDay:
    return CalendarDay(one.day, one.working, one.name, one.source, provisional=False, announced=True)


def _from_library(day: date, library: holidays.HolidayBase) -> CalendarDay:
    name, made_up = library.get(day), day in library.weekend_workdays
    exceptional = name is not None or made_up
    return CalendarDay(
        day=day,
        working=made_up or (name is None and day.weekday() < _SATURDAY),
        name=name or ("Làm bù" if made_up else None),
        source=f"holidays {version('holidays')}" if exceptional else "weekday",
        provisional=day.year > LAST_CONFIRMED_YEAR,
        announced=False,
    )
