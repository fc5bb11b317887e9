"""Working days and instants as the generator needs them.

Its own small table on purpose: the sandbox plays the portal, so it must not share a mistake with the product's
calendar. Days off are those of the yearly announcements (Tết, Hùng Kings, 30/4, 1/5, National Day with swaps).

Instants are whole milliseconds since 1970 in UTC, because that is what the wire formats are cut from.
"""

from datetime import date, timedelta

DAY_MS = 86_400_000
LOCAL_OFFSET_MS = 7 * 3_600_000
"""Asia/Ho_Chi_Minh has had one offset, without summer time, in all the years generated here."""

_EPOCH = date(1970, 1, 1).toordinal()


def _range(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


_OFF: frozenset[date] = frozenset(
    {date(2023, 1, 1), date(2023, 1, 2)}
    | _range(date(2023, 1, 20), date(2023, 1, 26))
    | _range(date(2023, 4, 29), date(2023, 5, 3))
    | _range(date(2023, 9, 1), date(2023, 9, 4))
    | {date(2024, 1, 1), date(2024, 4, 18)}
    | _range(date(2024, 2, 8), date(2024, 2, 14))
    | _range(date(2024, 4, 29), date(2024, 5, 1))
    | _range(date(2024, 8, 31), date(2024, 9, 3))
    | {date(2025, 1, 1), date(2025, 4, 7)}
    | _range(date(2025, 1, 25), date(2025, 2, 2))
    | _range(date(2025, 4, 30), date(2025, 5, 4))
    | _range(date(2025, 8, 30), date(2025, 9, 2))
    | {date(2026, 1, 1), date(2026, 1, 2), date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)}
    | _range(date(2026, 2, 14), date(2026, 2, 22))
    | _range(date(2026, 8, 29), date(2026, 9, 2))
    | {date(2026, 11, 24)}
)
_WORKED_SATURDAYS = frozenset({date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)})


def is_working(day: date) -> bool:
    """Whether offices are open that day."""
    return day in _WORKED_SATURDAYS or (day.weekday() < 5 and day not in _OFF)


def working_days(first: date, last: date) -> tuple[date, ...]:
    """Every working day from first to last, both included."""
    return tuple(day for day in sorted(_range(first, last)) if is_working(day))


def add_working_days(day: date, count: int) -> date:
    """The day on which a limit of ``count`` working days ends; the start day is not counted."""
    while count:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def ordinal(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - _EPOCH


def from_ordinal(number: int) -> date:
    """The date of a number of days since 1970."""
    return date.fromordinal(number + _EPOCH)


def instant(day: date, seconds: int) -> int:
    """The instant that many seconds after local midnight of the day."""
    return ordinal(day) * DAY_MS + seconds * 1000 - LOCAL_OFFSET_MS


def local_ordinal(at: int) -> int:
    """The local day, as days since 1970, on which an instant falls."""
    return (at + LOCAL_OFFSET_MS) // DAY_MS
