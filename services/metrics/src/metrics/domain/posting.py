"""Whether publication decisions were posted in time (NĐ 63/2010/NĐ-CP, Art. 24(2)): 10 working days after signing for
a ministry, 05 for a province.

The law has 02 days for the fast track, but no source says which decisions were: such a one is judged by the longer
term. Internal procedures (QĐ 1085) are outside NĐ 63.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from metrics.domain.period import ReportingPeriod
from shared.domain.calendar import CalendarUnknown, WorkingCalendar
from shared.domain.level import DecisionKind

MINISTRY_DAYS, PROVINCE_DAYS = 10, 5
LOOK_BACK_DAYS = 60
"""Days before a period in which a decision may have been signed and still fall due within it: Tết lies in them."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A decision; ``posted_on`` None: nobody told, which is not the same as not posted."""

    kinds: tuple[str, ...]
    signed_on: date
    posted_on: date | None


@dataclass(frozen=True, slots=True)
class Postings:
    """How many of the decisions that count in a period were posted on time, late, or nobody knows."""

    on_time: int
    late: int
    unknown: int

    @property
    def total(self) -> int:
        return self.on_time + self.late + self.unknown


def days_allowed(agency: str) -> int:
    """Ministries have codes that begin with G, provinces with H (QĐ 20/2020/QĐ-TTg)."""
    return MINISTRY_DAYS if agency.startswith("G") else PROVINCE_DAYS


def judge(
    decisions: Iterable[Signed], period: ReportingPeriod, calendar: WorkingCalendar | None, days: int
) -> Postings:
    """The decisions signed in the period, and those that fell due in it unposted. ``calendar`` None: not known."""
    outcomes = [_outcome(one, period, calendar, days) for one in decisions if set(one.kinds) != {DecisionKind.INTERNAL}]
    return Postings(*(_count(outcomes, wanted) for wanted in ("on_time", "late", "unknown")))


def _outcome(one: Signed, period: ReportingPeriod, calendar: WorkingCalendar | None, days: int) -> str:
    inside = period.first <= one.signed_on <= period.last
    try:
        due_on = None if calendar is None else calendar.add(one.signed_on, days)
    except CalendarUnknown:
        due_on = None
    if due_on is None:
        return "unknown" if inside else "outside"
    if not inside and not (period.first <= due_on <= period.last and _open_after(one, due_on)):
        return "outside"
    if one.posted_on is None:
        return "unknown"
    return "on_time" if one.posted_on <= due_on else "late"


def _open_after(one: Signed, due_on: date) -> bool:
    return one.posted_on is None or one.posted_on > due_on


def _count(outcomes: Sequence[str], wanted: str) -> int:
    return sum(outcome == wanted for outcome in outcomes)
