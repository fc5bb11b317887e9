"""The arithmetic of the index: counts and a layout in, a scorecard out. Pure and exact; nothing is rounded here."""

from fractions import Fraction

from metrics.domain.qd766.errors import CriterionUnknown
from metrics.domain.qd766.inputs import Input, Inputs, NotApplicable, Ratio
from metrics.domain.qd766.layout import WHOLE, Criterion, Layout, NoCases, NoCounts, Rule
from metrics.domain.qd766.layouts import PUBLISHED
from metrics.domain.qd766.scorecard import ZERO, CriterionScore, Flag, GroupScore, Points, Scorecard
from shared.domain.level import AuthorityLevel


def score(inputs: Inputs, *, level: AuthorityLevel, layout: Layout = PUBLISHED) -> Scorecard:
    """The index of one unit and period.

    A criterion that is missing or None widens the bounds of its group and of the total; it never counts as 0.
    Raises CriterionUnknown for a code that is not in the layout.
    """
    known = frozenset(layout.codes)
    for code in inputs:
        if code not in known:
            raise CriterionUnknown(code, layout.codes)
    groups = (
        GroupScore(group, tuple(_criterion(one, inputs, level, layout) for one in group.criteria))
        for group in layout.groups
    )
    return Scorecard(layout, level, tuple(groups))


def _criterion(criterion: Criterion, inputs: Inputs, level: AuthorityLevel, layout: Layout) -> CriterionScore:
    known = inputs.get(criterion.code)
    if known is None:
        return _without_counts(criterion)
    if isinstance(known, NotApplicable):
        return _not_applicable(criterion, known, full=level in layout.full_if_not_applicable)
    if known.value is None:
        points, flags = _without_cases(criterion)
    else:
        points, flags = _with_cases(criterion, known.value, _scale(criterion.rule, inputs, layout))
    if criterion.maximum == 0:
        flags = (*flags, Flag.NOT_SCORED)
    return CriterionScore(
        criterion, known.numerator, known.denominator, known.value, points, _most(criterion), flags, known.quality
    )


def _with_cases(criterion: Criterion, ratio: Fraction, scale: Points) -> tuple[Points, tuple[Flag, ...]]:
    most, full_at = _most(criterion), criterion.rule.full_at
    low, high = (most * min(WHOLE, ratio * factor / full_at) for factor in (scale.low, scale.high))
    points = Points(low, high)
    flags: list[Flag] = []
    if points.exact is None:
        flags.append(Flag.SCALE_UNKNOWN)
    if ratio * scale.low >= full_at:
        flags.append(Flag.FULL_MARKS_REACHED)
    if ratio > WHOLE:
        flags.append(Flag.ABOVE_DENOMINATOR)
    return points, tuple(flags)


def _without_cases(criterion: Criterion) -> tuple[Points, tuple[Flag, ...]]:
    most = _most(criterion)
    if criterion.rule.no_cases is NoCases.ZERO:
        return Points(ZERO, ZERO), (Flag.NO_CASES_SCORED_ZERO,)
    if criterion.rule.no_cases is NoCases.FULL:
        return Points(most, most), (Flag.NO_CASES_SCORED_FULL,)
    return Points(ZERO, most), (Flag.NO_CASES,)


def _without_counts(criterion: Criterion) -> CriterionScore:
    most = _most(criterion)
    if criterion.rule.no_counts is NoCounts.FULL:
        return CriterionScore(criterion, None, None, None, Points(most, most), most, (Flag.NO_COUNTS_SCORED_FULL,))
    flags = (Flag.NO_DATA,) if most else (Flag.NO_DATA, Flag.NOT_SCORED)
    return CriterionScore(criterion, None, None, None, Points(ZERO, most), most, flags)


def _not_applicable(criterion: Criterion, known: NotApplicable, *, full: bool) -> CriterionScore:
    most = _most(criterion) if full else ZERO
    flag = Flag.NOT_APPLICABLE_SCORED_FULL if full else Flag.NOT_APPLICABLE_LEFT_OUT
    return CriterionScore(criterion, None, None, None, Points(most, most), most, (flag,), (), known.reason)


def _scale(rule: Rule, inputs: Inputs, layout: Layout) -> Points:
    """The factor on the ratio: 1 for most rules, else another criterion's ratio, or unknown."""
    if rule.scaled_by is None:
        return Points(WHOLE, WHOLE)
    ratio = _ratio_of(inputs.get(rule.scaled_by), layout.criterion(rule.scaled_by).rule)
    return Points(ZERO, WHOLE) if ratio is None else Points(ratio, ratio)


def _ratio_of(known: Input, rule: Rule) -> Fraction | None:
    if not isinstance(known, Ratio):
        return None
    if known.value is None:
        return ZERO if rule.no_cases is NoCases.ZERO else None
    return min(WHOLE, known.value)


def _most(criterion: Criterion) -> Fraction:
    return Fraction(criterion.maximum)
