"""What will be late soon: open dossiers against the working days that are left.

The promised day itself still counts: a dossier ended on it is on time (``shared.domain.deadline``).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.domain.calendar import CalendarUnknown, WorkingCalendar

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days that are looked at: from ``today`` to ``until``, so many working days ahead."""

    today: date
    until: date
    calendar: WorkingCalendar

    @classmethod
    def ahead(cls, today: date, working_days: int, calendar: WorkingCalendar | None) -> "Horizon":
        """A year that is not announced yet is counted by its provisional days. Raises ``CalendarUnknown``."""
        if calendar is None:
            raise CalendarUnknown(today)
        known = calendar.with_provisional()
        return cls(today, known.add(today, working_days), known)

    def left(self, due_on: date) -> int | None:
        """Working days after today up to the promised one; below 0, those it is over. None: before the calendar."""
        try:
            if due_on < self.today:
                return -self.calendar.count(due_on + _ONE_DAY, self.today)
            return self.calendar.count(self.today + _ONE_DAY, due_on)
        except CalendarUnknown:
            return None
