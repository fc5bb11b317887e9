"""The shape of the rules: layout, group, criterion, score rule. The rules themselves stand in ``layouts``.

A layout is data with a version because the rules move: the portal's own sheet of 2026 already renames criteria and
shifts points. One that contradicts itself cannot be built (LayoutInvalid).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from metrics.domain.definitions import Status
from metrics.domain.qd766.errors import CriterionUnknown, LayoutInvalid
from shared.domain.level import AuthorityLevel

TOTAL = 100
WHOLE = Fraction(1)


class Mark(StrEnum):
    """Where a statement was read, as in reference/figures.md section 0."""

    TEXT = "T"
    """The legal text."""
    DOCUMENT = "D"
    """The business-rules document, the METRICS sheet, or recorded answers of the national portal."""
    CODE = "C"
    """Code of a running portal."""
    PRESS = "P"
    """A press or provincial page."""
    ARITHMETIC = "A"
    """Derived by arithmetic from published numbers."""
    REMEMBERED = "R"
    """Remembered, checked nowhere."""


_STATUS = {
    Mark.TEXT: Status.VERIFIED,
    Mark.DOCUMENT: Status.PRACTICE,
    Mark.CODE: Status.PRACTICE,
    Mark.PRESS: Status.PRACTICE,
    Mark.ARITHMETIC: Status.UNVERIFIED,
    Mark.REMEMBERED: Status.UNVERIFIED,
}
_WEAKEST_FIRST = (Status.UNVERIFIED, Status.PRACTICE, Status.VERIFIED)


def weakest(statuses: Iterable[Status]) -> Status:
    """A sum is as sure as its least sure part. Of nothing: unverified."""
    found = set(statuses)
    return next((status for status in _WEAKEST_FIRST if status in found), Status.UNVERIFIED)


class Variant(StrEnum):
    """Descriptions of the index that are known, and disagree."""

    PUBLISHED = "published"
    """What the national portal's evaluation API computes. The default, because it is what is published."""
    DOCUMENT = "document"
    """What "Mô tả công thức tính chỉ số 766.docx" says."""
    SHEET = "sheet"
    """What is known of the portal's METRICS sheet of 2026, which rearranges the criteria."""


class NoCases(StrEnum):
    """What a criterion scores when its denominator is 0."""

    NULL = "null"
    """Nothing: the score is null, and so is every exact sum above it."""
    ZERO = "zero"
    """0 points."""
    FULL = "full"
    """The maximum."""


class NoCounts(StrEnum):
    """What a criterion scores when no counts are known at all."""

    UNKNOWN = "unknown"
    """Anything from 0 to the maximum."""
    FULL = "full"
    """The maximum: the portal publishes it without counts, for everybody."""


class Extent(StrEnum):
    """Whose count it is: decides what may be summed over the units of a province."""

    UNIT = "unit"
    """Each case belongs to one unit: counts of disjoint units add up."""
    SHARED = "shared"
    """Procedures are shared by units: the province counts each once, so a sum would count it many times."""
    PROVINCE = "province"
    """The province's own figure, which the portal copies into each of its units."""


@dataclass(frozen=True, slots=True)
class Rule:
    """maximum x min(1, ratio / ``full_at``), the ratio first multiplied by that of criterion ``scaled_by``.

    ``known`` False: only the maximum was read. Nothing here counts such a criterion, so it stays open.
    """

    full_at: Fraction = WHOLE
    no_cases: NoCases = NoCases.NULL
    no_counts: NoCounts = NoCounts.UNKNOWN
    scaled_by: str | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion (tiêu chí). ``code`` is the portal's where it has one, else ours; ``figure`` its id in figures.md;
    ``section`` its number in the business-rules document, "" where that is silent; ``maximum`` 0: shown, not scored.
    """

    code: str
    section: str
    figure: str
    name_vi: str
    name_en: str
    maximum: int
    rule: Rule
    extent: Extent
    legal_basis: tuple[str, ...]
    marks: tuple[Mark, ...]
    note: str = ""

    @property
    def status(self) -> Status:
        """As sure as the weakest thing the definition or the rule rests on."""
        return weakest(_STATUS[mark] for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Group:
    """One group of criteria. ``portal_codes`` are the names of its score in the portals' answers."""

    code: str
    figure: str
    name_vi: str
    name_en: str
    maximum: int
    portal_codes: tuple[str, ...]
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A class (xếp loại): from ``lowest`` points up to the next band."""

    code: str
    name_vi: str
    name_en: str
    lowest: int
    mark: Mark

    @property
    def status(self) -> Status:
        return _STATUS[self.mark]


@dataclass(frozen=True, slots=True)
class Layout:
    """The rules of one version and variant, in force from ``effective_from`` to ``effective_to`` (None: still).

    ``observed`` are the first and last day of the periods on whose published scores the rules were tried (None:
    never): outside it they are extrapolated. ``full_if_not_applicable`` are the levels that get the maximum for a
    criterion that does not apply to them; for all others the criterion leaves the maximum too. ``edition`` is the
    arrangement of the criteria, ``unknown`` what of it was never read.
    """

    id: str
    variant: Variant
    effective_from: date
    effective_to: date | None
    observed: tuple[date, date] | None
    source: str
    groups: tuple[Group, ...]
    bands: tuple[Band, ...]
    full_if_not_applicable: frozenset[AuthorityLevel] = frozenset()
    edition: str = "2022"
    unknown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for defect in _defects(self):
            raise LayoutInvalid(self.id, defect)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(criterion for group in self.groups for criterion in group.criteria)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(criterion.code for criterion in self.criteria)

    def criterion(self, code: str) -> Criterion:
        """Raises CriterionUnknown."""
        for criterion in self.criteria:
            if criterion.code == code:
                return criterion
        raise CriterionUnknown(code, self.codes)

    def in_force(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def was_observed(self, first: date, last: date) -> bool:
        """Whether the rules were tried on published scores of periods that cover these days."""
        return self.observed is not None and self.observed[0] <= first and last <= self.observed[1]


def _defects(layout: Layout) -> Iterator[str]:
    if len(set(layout.codes)) != len(layout.codes):
        yield "a criterion stands in it twice"
    for criterion in layout.criteria:
        yield from _criterion_defects(criterion, layout.codes)
    for group in layout.groups:
        if sum(criterion.maximum for criterion in group.criteria) != group.maximum:
            yield f"the criteria of {group.code} do not sum to {group.maximum}"
    if sum(group.maximum for group in layout.groups) != TOTAL:
        yield f"the groups do not sum to {TOTAL}"
    floors = [band.lowest for band in layout.bands]
    if floors[-1:] != [0] or any(upper <= lower for upper, lower in pairwise(floors)):
        yield "the bands do not descend to 0"
    if layout.effective_to is not None and layout.effective_to < layout.effective_from:
        yield "it ends before it begins"


def _criterion_defects(criterion: Criterion, codes: tuple[str, ...]) -> Iterator[str]:
    rule = criterion.rule
    if not 0 < rule.full_at <= 1:
        yield f"{criterion.code} has full marks at {rule.full_at}"
    if rule.scaled_by is not None and rule.scaled_by not in codes:
        yield f"{criterion.code} is scaled by {rule.scaled_by}, which is not in it"
    if not criterion.marks:
        yield f"{criterion.code} does not say where it was read"
