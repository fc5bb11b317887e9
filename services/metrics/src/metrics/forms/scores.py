"""Scores, total and class of the QĐ 766 index as figures, read off the very index that the form shows.

An open criterion makes a score a range, and a range across the border of two classes leaves the class open.
"""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.definitions import Source, Status
from metrics.domain.dictionary import find
from metrics.domain.qd766.evidence import CriterionResult
from metrics.domain.qd766.layouts import layout_for
from metrics.domain.qd766.scorecard import Points
from metrics.domain.question import FigureQuestion
from metrics.domain.ratio import Numbers, Stated, decimal
from metrics.domain.stated_figures import SATISFACTION
from metrics.figures import Answer, answer, feeds_of
from metrics.forms.scorecard import Index, index_766
from metrics.moments import Moment

_PLACES = 6
Flags = tuple[tuple[str, int | None], ...]


async def answered(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> Answer:
    """Any figure: one of the index by the published rules, every other from records or from what was entered.

    Raises ``LayoutUnknown`` for a period before the index.
    """
    if question.figure.source is not Source.FORM:
        return await answer(connection, question, moment)
    layout = layout_for(question.period.last)
    asked = replace(question, figure=find("on_time_rate_766"))
    return _of_index(question, await index_766(connection, asked, moment, layout, alone=True))


def _of_index(question: FigureQuestion, index: Index) -> Answer:
    result, figure = index.own.result, question.figure.id
    if figure == SATISFACTION.id:
        return _rate(question, index)
    if figure == "class_766":
        return _answer(question, index, _class(index), _criteria(index), None)
    for group in result.groups:
        if group.group.figure == figure:
            return _answer(question, index, _score(group.points, group.criteria), group.criteria, int(group.maximum))
    return _answer(question, index, _score(result.points, _criteria(index)), _criteria(index), int(result.maximum))


def _rate(question: FigureQuestion, index: Index) -> Answer:
    """The ratio behind criterion 5.4."""
    one = next(one for one in _criteria(index) if one.criterion.figure == SATISFACTION.id)
    found = one.evidence
    feeds = feeds_of(replace(question, figure=find("on_time_rate_766")), index.moment)
    if found is None:
        return Answer(question, Numbers(0, 0, 0), (), (), False, (), feeds, index.moment, Stated(None, "not_told"))
    if found.known is not None:
        cases = found.known.denominator
        numbers = Numbers(found.known.numerator, cases, found.low.denominator - cases)
        return Answer(question, numbers, (), (), found.complete, found.flags, feeds, index.moment)
    ends = (found.low, found.high)
    low, high = (decimal(end.numerator, end.denominator, _PLACES) if end.denominator else None for end in ends)
    bounds = None if low is None or high is None else (low, high)
    stated = Stated(None, "not_told" if bounds else "no_cases", found.flags, bounds)
    return Answer(question, Numbers(0, 0, 0), (), (), False, found.flags, feeds, index.moment, stated)


def _answer(
    question: FigureQuestion, index: Index, stated: Stated, criteria: Iterable[CriterionResult], most: int | None
) -> Answer:
    proven = all(one.evidence is not None and one.evidence.complete for one in criteria if one.scored.maximum)
    feeds = tuple(feed for feed in index.moment.standing.feeds if feed.touches(question.scope.agency))
    flags: Flags = (*((flag, None) for flag in index.flags), *stated.flags)
    numbers = Numbers(0, None, 0, most)
    return Answer(question, numbers, (), (), proven and stated.reason is None, flags, feeds, index.moment, stated)


def _score(points: Points, criteria: Iterable[CriterionResult]) -> Stated:
    low, high = (decimal(end.numerator, end.denominator, _PLACES) for end in (points.low, points.high))
    flags = _flags(criteria)
    exact = points.exact is not None
    return Stated(low if exact else None, None if exact else "criteria_open", flags, (low, high))


def _class(index: Index) -> Stated:
    """The class where all possible scores lie in one. Its bounds are the worst and the best class still possible."""
    bands, flags = index.own.result.bands, _flags(_criteria(index))
    if not bands:
        return Stated(None, "criterion_left_out", flags)
    if any(band.status is Status.UNVERIFIED for band in bands):
        flags = (*flags, ("class_border_unverified", None))
    settled = len(bands) == 1
    reason = None if settled else "classes_possible"
    return Stated(bands[0].code if settled else None, reason, flags, (bands[-1].code, bands[0].code))


def _flags(criteria: Iterable[CriterionResult]) -> Flags:
    listed = [one for one in criteria if one.scored.maximum]
    open_ones = sum(one.points.exact is None for one in listed)
    entered = sum(("hand_entered", None) in one.flags for one in listed)
    counted = (("criteria_open", open_ones), ("criteria_hand_entered", entered))
    return tuple((flag, number) for flag, number in counted if number)


def _criteria(index: Index) -> tuple[CriterionResult, ...]:
    return tuple(one for group in index.own.result.groups for one in group.criteria)
