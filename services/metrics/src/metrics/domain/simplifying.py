"""By how much a time limit could be cut while past dossiers would still have been in time: exact ranks, no fractions.

What is measured is the time in the agency's hands, in working days: the day of receipt is not counted, the day of the
end is, and what the applicant was awaited for (policy SUBTRACT) is taken out once. No law orders this calculation; it
prepares the proposal that NĐ 63/2010/NĐ-CP Art. 35 reports on (review and simplification).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from metrics.domain.waiting import Wait
from shared.domain.identifiers import AgencyCode, IdentifierError
from shared.domain.level import LimitUnit

SHARES = (95, 99, 100)
"""Per cent of past dossiers that must still have been in time."""

Histogram = Mapping[int, int]
"""Working days → dossiers that took so many."""

Ordinals = Mapping[date, int]
"""Day → working days up to it, of the days that the calendar knows for sure."""


class Lacking(StrEnum):
    """Why there is no limit to cut."""

    NO_LIMIT = "no_limit"
    """The catalogue names none for the procedure and channel."""
    OTHER_UNIT = "other_unit"
    """It is counted in hours, calendar days or the law's own words."""
    SEVERAL_LIMITS = "several_limits"
    """It depends on the case, and a dossier does not name its case."""


@dataclass(frozen=True, slots=True)
class CaseLimit:
    """What the catalogue says of one case of a procedure; ``quantity`` None: words only."""

    case_name: str
    quantity: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class InForce:
    """The limit of a procedure in one channel: its working days, or why there is none."""

    days: int | None
    lacking: Lacking | None
    cases: tuple[CaseLimit, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """The least limit that keeps a share in time. ``cut`` None: even the present limit does not."""

    share: int
    days: int
    on_time: int
    cut: int | None


NO_LIMIT = InForce(None, Lacking.NO_LIMIT, ())


def in_force(cases: Sequence[CaseLimit]) -> InForce:
    """The one limit that all cases of a procedure have in a channel."""
    if not cases:
        return NO_LIMIT
    told = tuple(sorted(cases, key=lambda case: (case.case_name, case.unit, case.quantity or 0)))
    if len({(case.quantity, case.unit) for case in cases}) > 1:
        return InForce(None, Lacking.SEVERAL_LIMITS, told)
    if cases[0].unit != LimitUnit.WORKING_DAY or not cases[0].quantity:
        return InForce(None, Lacking.OTHER_UNIT, told)
    return InForce(cases[0].quantity, None, told)


def catalogues(agency: str) -> tuple[str, ...]:
    """Whose catalogue decides for an agency's dossiers, the nearest first: its own, then those above it."""
    try:
        return tuple(str(code) for code in AgencyCode.parse(agency).ancestors())
    except IdentifierError:
        return (agency,)


def days_taken(received_on: date, ended_on: date, waits: Iterable[Wait], ordinals: Ordinals) -> int | None:
    """Working days in the agency's hands; None where the calendar does not reach so far."""
    if received_on not in ordinals or ended_on not in ordinals:
        return None
    taken = ordinals[ended_on] - ordinals[received_on]
    free_from = received_on
    for wait in waits:
        first = max(wait.begun, free_from)
        last = ended_on if wait.stop is None else min(wait.stop, ended_on)
        if last > first:
            taken -= ordinals[last] - ordinals[first]
            free_from = last
    return taken


def days_for(histogram: Histogram, share: int) -> int:
    """The fewest days within which at least so many per cent were done. Raises ``ValueError`` for nothing done."""
    needed, done = share * sum(histogram.values()), 0
    for days in sorted(histogram):
        done += histogram[days]
        if needed and 100 * done >= needed:
            return days
    raise ValueError("no dossiers")


def within(histogram: Histogram, days: int) -> int:
    """How many took no longer."""
    return sum(number for taken, number in histogram.items() if taken <= days)


def cuts(histogram: Histogram, limit: int) -> tuple[Cut, ...]:
    """For each of ``SHARES`` the shortest limit and by how much the present one is longer; empty: nothing was done."""
    if not histogram:
        return ()
    found = []
    for share in SHARES:
        days = days_for(histogram, share)
        found.append(Cut(share, days, within(histogram, days), limit - days if days <= limit else None))
    return tuple(found)


def added(one: Histogram, other: Histogram) -> Counter[int]:
    """Both together."""
    return Counter(one) + Counter(other)
