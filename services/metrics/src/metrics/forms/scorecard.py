"""The QĐ 766 index of an agency and of each one below it, as far as our records settle it.

Known: progress (2.1), online services and dossiers (3.1 to 3.3), and the posting of decisions (1.2) where all were in
time or all were late. Whatever no feed carries stays open between 0 and its maximum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import PeriodCounts
from metrics.domain.dictionary import find
from metrics.domain.posting import LOOK_BACK_DAYS, Postings, Signed, days_allowed, judge
from metrics.domain.qd766 import evidence
from metrics.domain.qd766.evidence import Evidence, Result, of_numbers
from metrics.domain.qd766.inputs import Ratio
from metrics.domain.qd766.layout import Layout
from metrics.domain.question import FigureQuestion, Scope
from metrics.figures import Answer, Counted, Moment, concluded, feeds_of, of_dossiers
from metrics.repository import agencies, calendar, catalogue, coarse, services, sources, tallies
from metrics.repository.agencies import NamedAgency
from metrics.repository.services import Services
from shared.domain.level import AuthorityLevel

MOST_CHILDREN = 1_000
_DOSSIER_CRITERIA = {"DOSSIERS_ON_TIME": "on_time_rate_766", "ONLINE_DOSSIERS": "online_dossier_rate"}
Flags = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """One agency's index. ``level`` None: the catalogue does not tell it."""

    agency: str
    name: str | None
    level: AuthorityLevel | None
    result: Result


@dataclass(frozen=True, slots=True)
class Index:
    """The index of an agency, and of each agency one level below it, by code."""

    own: Unit
    children: Sequence[Unit]
    layout: Layout
    question: FigureQuestion
    moment: Moment

    @property
    def flags(self) -> tuple[str, ...]:
        """What holds for the whole index."""
        period = self.question.period
        found = []
        if period.kind not in ("year", "quarter", "month"):
            found.append("period_not_of_766")
        if not self.layout.was_observed(period.first, period.last):
            found.append("rules_extrapolated")
        return tuple(found)


async def index_766(connection: AsyncConnection, question: FigureQuestion, moment: Moment, layout: Layout) -> Index:
    """The index of the question's agency and period; ``question`` is about ``on_time_rate_766``."""
    agency, period, as_of = question.scope.agency or "", question.period, moment.as_of
    below = await tallies.children(connection, agency, "", MOST_CHILDREN)
    codes = sorted({*below, *await agencies.below(connection, agency, moment.change, period.last)})[:MOST_CHILDREN]
    counts = await _dossiers(connection, question, [agency, *codes], moment)
    offered = await services.below(connection, agency, as_of, period)
    own = await services.of_unit(connection, agency, as_of, period)
    held = {
        figure: await sources.quarantined(connection, question.scope, moment.entry, period, find(figure).basis)
        for figure in _DOSSIER_CRITERIA.values()
    }
    posting = await _posting(connection, question, moment)
    names = await agencies.named(connection, [agency, *codes], moment.change, period.last)

    def unit(code: str, known: Services | None) -> Unit:
        asked = replace(question, scope=replace(question.scope, agency=code))
        found = {**_dossier_criteria(asked, counts[code], moment, held), **posting}
        if known is not None:
            found |= _online(asked, known, counts[code], moment, held["online_dossier_rate"])
        return _unit(code, names.get(code), found, layout)

    return Index(unit(agency, own), [unit(code, offered.get(code)) for code in codes], layout, question, moment)


def _unit(code: str, named: NamedAgency | None, found: Mapping[str, Evidence], layout: Layout) -> Unit:
    level = None if named is None or named.level is None else AuthorityLevel(named.level)
    # The level decides only about criteria that do not apply to a unit, and nothing here says that of any.
    result = evidence.judge(found, level=level or AuthorityLevel.PROVINCIAL_DEPARTMENT, layout=layout)
    return Unit(code, None if named is None else named.name, level, result)


async def _dossiers(
    connection: AsyncConnection, question: FigureQuestion, codes: Sequence[str], moment: Moment
) -> dict[str, PeriodCounts]:
    """Each agency's counts, all in one go."""
    found = await coarse.counts(connection, codes, None, moment.as_of, [question.period])
    return {code: counts for code, (counts,) in found.items()}


def _dossier_criteria(
    asked: FigureQuestion, counts: PeriodCounts, moment: Moment, held: Mapping[str, int]
) -> dict[str, Evidence]:
    """2.1 and 3.3. Without any feed of dossiers nothing is known, not even that there were none."""
    found: dict[str, Evidence] = {}
    for code, figure in _DOSSIER_CRITERIA.items():
        answered = _answer(asked, figure, of_dossiers(find(figure), counts), moment, held[figure])
        if answered.feeds or answered.numbers.denominator:
            assumed: Flags = (("electronic_result_not_told", None),) if code == "ONLINE_DOSSIERS" else ()
            found[code] = of_numbers(answered.numbers, (*answered.flags, *assumed), complete=answered.complete)
    return found


def _answer(asked: FigureQuestion, figure: str, counted: Counted, moment: Moment, held: int) -> Answer:
    question = replace(asked, figure=find(figure))
    return concluded(question, counted, moment, feeds_of(question, moment), held)


def _online(
    asked: FigureQuestion, known: Services, counts: PeriodCounts, moment: Moment, held: int
) -> dict[str, Evidence]:
    """3.1 and 3.2. A dossier that is not understood may be the first one of a service: it can only raise 3.2."""
    sets = {"full_online": known.full, "partial_online": known.partial, "procedures": known.procedures}
    question = replace(asked, figure=find("online_coverage_rate"))
    unread = sum(feed.quarantined for feed in feeds_of(question, moment))
    coverage = _answer(asked, "online_coverage_rate", Counted(sets), moment, unread)
    unknown = counts.total(("unmapped_online", "unmapped_other", "undated_online", "undated_other")) + held
    most = min(known.online, known.used + unknown)
    used, proven = Ratio(known.used, known.online), coverage.complete and most == known.used
    flags = (*coverage.flags, *((("unknown_records", unknown),) if most > known.used else ()))
    return {
        "ONLINE_COVERAGE": of_numbers(coverage.numbers, coverage.flags, complete=coverage.complete),
        "ONLINE_SERVICES_WITH_DOSSIERS": Evidence(used, used, Ratio(most, known.online), flags, complete=proven),
    }


async def _posting(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> dict[str, Evidence]:
    """1.2 of the whole province, which each of its units carries. Its unit is the procedure, ours the decision."""
    province = (question.scope.agency or "").partition(".")[0]
    period = question.period
    span = replace(period, first=period.first - timedelta(days=LOOK_BACK_DAYS))
    listed = await catalogue.decision_list(connection, Scope(agency=province), moment.as_of, span)
    if not listed:
        return {}
    until = period.last + timedelta(days=LOOK_BACK_DAYS)
    days = await calendar.working_calendar(connection, span.first, until, moment.calendar)
    signed = [Signed(one.kinds, one.signed_on, one.posted_on) for one in listed]
    return {"PUBLIC_UPDATE_ON_TIME": posted(judge(signed, period, days, days_allowed(province)))}


def posted(found: Postings) -> Evidence:
    """All in time is 100 % and all late is 0 % however many procedures each decision has; a mixture settles nothing."""
    flags: Flags = (("counted_by_decision", found.total), ("fast_track_not_told", None))
    if found.unknown:
        flags = (*flags, ("posting_day_unknown", found.unknown))
    low = Ratio(0 if found.late or found.unknown else found.on_time, found.total)
    high = Ratio(found.total if found.on_time or found.unknown else 0, found.total)
    if found.late and found.on_time:
        flags = (*flags, ("posted_late", found.late))
    return Evidence(low if low == high else None, low, high, flags, complete=False)
