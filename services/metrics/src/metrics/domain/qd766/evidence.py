"""From what the records know to a scorecard with bounds.

Unknown records may belong to a count or not. The rules rise with the ratio, so the score lies between that of the
lowest and that of the highest possible ratio.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from metrics.domain.qd766.inputs import Input, Ratio
from metrics.domain.qd766.layout import TOTAL, Band, Criterion, Group, Layout
from metrics.domain.qd766.scorecard import CriterionScore, Flag, Points, Scorecard, bands_between, total
from metrics.domain.qd766.scoring import score
from metrics.domain.ratio import Numbers
from shared.domain.level import AuthorityLevel


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one criterion: the counts (None: not settled), the ratios they lie between, and doubts."""

    known: Ratio | None
    low: Ratio
    high: Ratio
    flags: tuple[tuple[str, int | None], ...] = ()
    complete: bool = True


def of_numbers(numbers: Numbers, flags: tuple[tuple[str, int | None], ...] = (), *, complete: bool = True) -> Evidence:
    """Evidence from a rate. Each unknown record may lie in both counts, below only, or in none."""
    above, below, unknown = numbers.numerator, numbers.denominator or 0, numbers.unknown
    return Evidence(
        Ratio(above, below), Ratio(above, below + unknown), Ratio(above + unknown, below + unknown), flags, complete
    )


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion with its bounds; ``evidence`` None: no source here knows its counts."""

    scored: CriterionScore
    points: Points
    evidence: Evidence | None

    @property
    def criterion(self) -> Criterion:
        return self.scored.criterion

    @property
    def flags(self) -> tuple[tuple[str, int | None], ...]:
        """What the rule did, then what the counts leave open. Counts that settle nothing are not "no data"."""
        own = [flag for flag in self.scored.flags if self.evidence is None or flag is not Flag.NO_DATA]
        return (*((flag.value, None) for flag in own), *(self.evidence.flags if self.evidence else ()))

    @property
    def settled(self) -> bool:
        """Whether no unknown record could change it."""
        return self.evidence is None or self.evidence.low == self.evidence.high

    @property
    def printed(self) -> Fraction | None:
        return self.scored.printed if self.settled else None


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One group."""

    group: Group
    criteria: tuple[CriterionResult, ...]

    @property
    def points(self) -> Points:
        return total(one.points for one in self.criteria)

    @property
    def maximum(self) -> Fraction:
        return sum((one.scored.maximum for one in self.criteria), Fraction(0))

    @property
    def printed(self) -> Fraction | None:
        return _sum(one.printed for one in self.criteria)


@dataclass(frozen=True, slots=True)
class Result:
    """The index of one unit and period, as far as the records settle it."""

    card: Scorecard
    groups: tuple[GroupResult, ...]

    @property
    def points(self) -> Points:
        return total(one.points for one in self.groups)

    @property
    def maximum(self) -> Fraction:
        return sum((one.maximum for one in self.groups), Fraction(0))

    @property
    def printed(self) -> Fraction | None:
        return _sum(one.printed for one in self.groups)

    @property
    def bands(self) -> tuple[Band, ...]:
        """Every class that is still possible, best first; none where a criterion was left out."""
        return bands_between(self.points, self.card.layout.bands) if self.maximum == TOTAL else ()


def judge(found: Mapping[str, Evidence], *, level: AuthorityLevel, layout: Layout) -> Result:
    """The index. A criterion without evidence is open from 0 to its maximum, never 0."""
    card = score({code: one.known for code, one in found.items()}, level=level, layout=layout)
    ends = [card]
    if any(one.known != one.low or one.known != one.high for one in found.values()):
        ends += [score(_at(found, end), level=level, layout=layout) for end in ("low", "high")]
    groups = tuple(
        GroupResult(group.group, tuple(_result(ends, g, c, found) for c in range(len(group.criteria))))
        for g, group in enumerate(card.groups)
    )
    return Result(card, groups)


def _at(found: Mapping[str, Evidence], end: str) -> dict[str, Input]:
    return {code: getattr(one, end) for code, one in found.items()}


def _result(cards: list[Scorecard], group: int, index: int, found: Mapping[str, Evidence]) -> CriterionResult:
    every = [card.groups[group].criteria[index] for card in cards]
    scored, evidence = every[0], found.get(every[0].criterion.code)
    # A criterion that is not settled by its own counts is as wide as its ends, not as wide as having no data.
    ends = every[1:] if evidence is not None and evidence.known is None else every
    low, high = min(one.points.low for one in ends), max(one.points.high for one in ends)
    return CriterionResult(scored, Points(low, high), evidence)


def _sum(parts: Iterable[Fraction | None]) -> Fraction | None:
    known = Fraction(0)
    for part in parts:
        if part is None:
            return None
        known += part
    return known
