"""Working days of the State's offices: Monday to Friday, without official days off, with worked Saturdays.

Users: catalogue (keeps the table), dossier_sync (statutory due dates), metrics (deadlines of duties). Pure: the days
come from the catalogue's table (``calendar_v1``), because Tết and swapped days are decided year by year by an
announcement and by no formula.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class CalendarUnknown(LookupError):
    """The days off of that day's year are not known, or not confirmed: no date may be computed from it."""

    def __init__(self, day: date) -> None:
        super().__init__(f"The working calendar does not reach {day.isoformat()}.")
        self.day = day


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """``days`` holds only the exceptions: a weekday off is False, a worked Saturday True.

    From ``known_from`` to ``confirmed_until`` every question has an answer. The years after it, up to
    ``provisional_until``, are answered only by the calendar that ``with_provisional`` gives. ``revision`` names the
    state of the table, so that a date can be computed again as it was.
    """

    days: Mapping[date, bool]
    confirmed_until: date
    revision: int
    known_from: date = date.min
    provisional_until: date | None = None

    @classmethod
    def of_days(cls, days: Iterable[tuple[date, bool, bool]], revision: int) -> "WorkingCalendar":
        """From the table's rows (day, working, provisional), one for each day of the years it covers.

        Raises ``ValueError`` when there are none.
        """
        every = sorted(days)
        if not every:
            raise ValueError("a calendar without days")
        confirmed = [day for day, _, provisional in every if not provisional]
        return cls(
            days={day: working for day, working, _ in every if working != (day.weekday() < _SATURDAY)},
            confirmed_until=confirmed[-1] if confirmed else every[0][0] - _ONE_DAY,
            revision=revision,
            known_from=every[0][0],
            provisional_until=every[-1][0],
        )

    def with_provisional(self) -> "WorkingCalendar":
        """The same calendar, answering for the years not yet announced too. Its answers may change."""
        return replace(self, confirmed_until=max(self.confirmed_until, self.provisional_until or date.min))

    def is_working(self, day: date) -> bool:
        """Whether offices work on ``day``. Raises ``CalendarUnknown``."""
        if not self.known_from <= day <= self.confirmed_until:
            raise CalendarUnknown(day)
        exception = self.days.get(day)
        return day.weekday() < _SATURDAY if exception is None else exception

    def next_working(self, day: date) -> date:
        """``day`` itself when offices work, else the first later day when they do: where a term's last day moves to."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The last day of a term of ``count`` working days; the day it starts on is not counted.

        0 gives ``day`` itself, working or not. Raises ``CalendarUnknown``, and ``ValueError`` for a negative count.
        """
        if count < 0:
            raise ValueError("a term cannot be negative")
        left = count
        while left:
            day += _ONE_DAY
            left -= self.is_working(day)
        return day

    def count(self, first: date, last: date) -> int:
        """Working days from ``first`` to ``last``, both included; 0 when ``last`` is earlier."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return sum(self.is_working(day) for day in days)
