"""The answer: a tree of points that never hides what is not known.

``points`` are exact bounds; ``score`` is their value when they meet, else None. ``printed`` is the number the portal
would print, to be laid beside its own: it adds criteria already rounded (so 5.63 + 2.26 + ... = 12.61 where the exact
sum is 12.627), adds nothing for a criterion without cases (so 7.96 of 18 stands beside a null), and is None when counts
are missing here, because then nobody can know what it prints.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from metrics.domain.definitions import Status
from metrics.domain.qd766.display import rounded
from metrics.domain.qd766.inputs import DataQuality
from metrics.domain.qd766.layout import TOTAL, Band, Criterion, Group, Layout, weakest
from shared.domain.level import AuthorityLevel

ZERO = Fraction(0)


class Flag(StrEnum):
    """What the reader of a criterion's score must know."""

    NO_DATA = "no_data"
    """No counts: the score is anything from 0 to the maximum."""
    NO_CASES = "no_cases"
    """Counted, and the denominator is 0."""
    NO_CASES_SCORED_ZERO = "no_cases_scored_zero"
    NO_CASES_SCORED_FULL = "no_cases_scored_full"
    NO_COUNTS_SCORED_FULL = "no_counts_scored_full"
    """The portal publishes full marks without counts."""
    NOT_APPLICABLE_SCORED_FULL = "not_applicable_scored_full"
    """Policy for communes; unverified."""
    NOT_APPLICABLE_LEFT_OUT = "not_applicable_left_out"
    """The criterion is taken out of the maximum too."""
    SCALE_UNKNOWN = "scale_unknown"
    """The criterion whose ratio multiplies this one has none."""
    FULL_MARKS_REACHED = "full_marks_reached"
    """At or above the threshold: more cases would not score more."""
    ABOVE_DENOMINATOR = "above_denominator"
    """More cases in the numerator than in the denominator: the counts contradict each other."""
    NOT_SCORED = "not_scored"
    """Shown only: the maximum is 0."""


@dataclass(frozen=True, slots=True)
class Points:
    """Lowest and highest possible points; equal when known."""

    low: Fraction
    high: Fraction

    @property
    def exact(self) -> Fraction | None:
        return self.low if self.low == self.high else None


def total(parts: Iterable[Points]) -> Points:
    """Bounds add up: every part may lie at either end by itself."""
    listed = tuple(parts)
    return Points(sum((part.low for part in listed), ZERO), sum((part.high for part in listed), ZERO))


def _printed(parts: Iterable[Fraction | None]) -> Fraction | None:
    known = ZERO
    for part in parts:
        if part is None:
            return None
        known += part
    return known


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """``ratio`` is numerator over denominator, before any threshold; None without cases or counts.

    ``maximum`` is 0 where the criterion was left out; ``reason`` says why it does not apply.
    """

    criterion: Criterion
    numerator: int | None
    denominator: int | None
    ratio: Fraction | None
    points: Points
    maximum: Fraction
    flags: tuple[Flag, ...]
    quality: tuple[DataQuality, ...] = ()
    reason: str = ""

    @property
    def score(self) -> Fraction | None:
        return None if self.maximum == 0 else self.points.exact

    @property
    def printed(self) -> Fraction | None:
        if Flag.NO_CASES in self.flags:
            return ZERO
        exact = self.points.exact
        return None if exact is None else rounded(exact)

    @property
    def status(self) -> Status:
        """The commune policy was seen in one client of the portal, never in its answers."""
        doubtful = Flag.NOT_APPLICABLE_SCORED_FULL in self.flags
        return Status.UNVERIFIED if doubtful else self.criterion.status


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One group of the tree."""

    group: Group
    criteria: tuple[CriterionScore, ...]

    @property
    def points(self) -> Points:
        return total(one.points for one in self.criteria)

    @property
    def score(self) -> Fraction | None:
        return self.points.exact

    @property
    def printed(self) -> Fraction | None:
        return _printed(one.printed for one in self.criteria)

    @property
    def maximum(self) -> Fraction:
        """Less than the group's own maximum where a criterion was left out."""
        return sum((one.maximum for one in self.criteria), ZERO)

    @property
    def status(self) -> Status:
        return weakest(one.status for one in self.criteria if one.maximum)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The whole index of one unit and period."""

    layout: Layout
    level: AuthorityLevel
    groups: tuple[GroupScore, ...]

    @property
    def points(self) -> Points:
        return total(one.points for one in self.groups)

    @property
    def score(self) -> Fraction | None:
        return self.points.exact

    @property
    def printed(self) -> Fraction | None:
        return _printed(one.printed for one in self.groups)

    @property
    def maximum(self) -> Fraction:
        return sum((one.maximum for one in self.groups), ZERO)

    @property
    def status(self) -> Status:
        return weakest(one.status for one in self.groups)

    @property
    def bands(self) -> tuple[Band, ...]:
        """Every class that is still possible, best first; one when it is settled.

        None at all where a criterion was left out: the classes are of 100 points.
        """
        if self.maximum != TOTAL:
            return ()
        return bands_between(self.points, self.layout.bands)


def band_of(score: Fraction, bands: Iterable[Band]) -> Band:
    """The class of an exact score: 89.995 prints as 90.00 and is not yet Xuất sắc. ``bands`` descend to 0."""
    return next(band for band in bands if score >= band.lowest)


def bands_between(points: Points, bands: Iterable[Band]) -> tuple[Band, ...]:
    """The classes from that of the highest to that of the lowest possible score."""
    listed = tuple(bands)
    best, worst = (listed.index(band_of(score, listed)) for score in (points.high, points.low))
    return listed[best : worst + 1]
