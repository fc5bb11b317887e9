"""The QĐ 766 index of an agency and of each one below it, as far as our records settle it.

Known: progress (2.1), online services and dossiers (3.1 to 3.3), and the posting of decisions (1.2) where all were in
time or all were late; payment (3.6), digitisation (4.1 to 4.5), petitions (5.2) and the sync rate (1.4) where somebody
tells of them. Whatever nobody tells stays open between 0 and its maximum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.deriving import postings, sets_of
from metrics.domain.counts import PAYMENT_SETS, SETS, PeriodCounts
from metrics.domain.definitions import Basis
from metrics.domain.dictionary import find
from metrics.domain.posting import Postings
from metrics.domain.qd766 import evidence
from metrics.domain.qd766.evidence import Evidence, Result, of_numbers
from metrics.domain.qd766.inputs import Ratio
from metrics.domain.qd766.layout import Layout
from metrics.domain.question import FigureQuestion, Scope
from metrics.figures import Answer, Counted, aside, concluded, feeds_of, of_dossiers
from metrics.forms.criteria import (
    DIGITAL,
    beside,
    entered_and_petitions,
    satisfaction,
    told,
    transactions,
    with_doubtful,
    with_payments,
)
from metrics.moments import Moment
from metrics.repository import agencies, catalogue, coarse, services, tallies
from metrics.repository.agencies import NamedAgency
from metrics.repository.services import Services
from shared.domain.level import AuthorityLevel

MOST_CHILDREN = 1_000
_CONTENT_FIGURE = "procedure_content_complete_rate"
_PROCEDURE_CRITERIA = {
    "PAYMENT_PROCEDURES_INTEGRATED": "payment_procedures_integrated_rate",
    "CITIZEN_DATA_CONNECTED_FORMALITY": "citizen_db_procedure_rate",
}
_UNREAD = ("unmapped_online", "unmapped_other", "undated_online", "undated_other")
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
    """The index of an agency, and of each agency one level below it, by code.

    ``entered`` is the change of hand-entered numbers it rests on.
    """

    own: Unit
    children: Sequence[Unit]
    layout: Layout
    question: FigureQuestion
    moment: Moment
    entered: int

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


async def index_766(
    connection: AsyncConnection,
    question: FigureQuestion,
    moment: Moment,
    layout: Layout,
    breakdown: AuthorityLevel | None = None,
    *,
    alone: bool = False,
) -> Index:
    """The index of the question's agency and period; ``question`` is about ``on_time_rate_766``.

    ``breakdown`` keeps of the agencies below only those of a level, by the catalogue of the period's last day;
    ``alone`` none of them.
    """
    agency, period, as_of = question.scope.agency or "", question.period, moment.as_of
    codes = [] if alone else await _below(connection, agency, moment, period.last)
    names = await agencies.named(connection, [agency, *codes], moment.change, period.last)
    if breakdown is not None:
        codes = [code for code in codes if code in names and names[code].level == breakdown.value]
    counts = await coarse.counts(connection, [agency, *codes], None, as_of, [period], SETS)
    offered = {} if alone else await services.below(connection, agency, as_of, period)
    own = await services.of_unit(connection, agency, as_of, period)
    besides = await beside(connection, question, [agency, *codes], moment, moment.entered)
    held = {
        basis: await aside(connection, question.scope, moment, period, basis)
        for basis in (Basis.HANDLED, Basis.RECEIVED)
    }
    of_province = {
        **await _posting(connection, question, moment),
        **await _contents(connection, question, moment, besides.province),
    }

    def unit(code: str, known: Services | None) -> Unit:
        asked = replace(question, scope=replace(question.scope, agency=code))
        all_counts = with_payments(counts[code][0], besides.payments[code])
        found = {**_dossier_criteria(asked, all_counts, moment, held), **of_province}
        if known is not None:
            found |= _online(asked, known, all_counts, moment, held[Basis.RECEIVED])
            found |= _shown_by_dossiers(asked, known, all_counts, moment, held[Basis.RECEIVED])
            found["PAYMENT_PROCEDURES_WITH_TRANSACTION"] = transactions(known, all_counts)
        elif not all_counts.total(PAYMENT_SETS):
            found.pop("PAYMENT_DOSSIERS", None)  # no catalogue of its own: nobody says which procedures bear a fee
        found |= entered_and_petitions(besides, code, found) | satisfaction(besides, code, found)
        return _unit(code, names.get(code), found, layout)

    children = [unit(code, offered.get(code)) for code in codes]
    return Index(unit(agency, own), children, layout, question, moment, moment.entered)


async def _below(connection: AsyncConnection, agency: str, moment: Moment, day: date) -> list[str]:
    told = await tallies.children(connection, agency, "", MOST_CHILDREN)
    return sorted({*told, *await agencies.below(connection, agency, moment.change, day)})[:MOST_CHILDREN]


def _unit(code: str, named: NamedAgency | None, found: Mapping[str, Evidence], layout: Layout) -> Unit:
    level = None if named is None or named.level is None else AuthorityLevel(named.level)
    # The level decides only about criteria that do not apply to a unit, and nothing here says that of any.
    asked = {code: one for code, one in found.items() if code in layout.codes}
    result = evidence.judge(asked, level=level or AuthorityLevel.PROVINCIAL_DEPARTMENT, layout=layout)
    return Unit(code, None if named is None else named.name, level, result)


def _dossier_criteria(
    asked: FigureQuestion, counts: PeriodCounts, moment: Moment, held: Mapping[Basis, int]
) -> dict[str, Evidence]:
    """2.1, 3.3, 3.6 and 4.x. Without any feed of dossiers nothing is known, not even that there were none."""
    found: dict[str, Evidence] = {}
    for code, figure in _DOSSIER_CRITERIA.items():
        answered = _answer(asked, figure, of_dossiers(find(figure), counts), moment, held[find(figure).basis])
        if answered.feeds or answered.numbers.denominator:
            assumed: Flags = (("electronic_result_not_told", None),) if code == "ONLINE_DOSSIERS" else ()
            found[code] = of_numbers(answered.numbers, (*answered.flags, *assumed), complete=answered.complete)
    for code, figure in DIGITAL.items():
        one = told(_answer(asked, figure, of_dossiers(find(figure), counts), moment, held[find(figure).basis]))
        if one is not None:
            found[code] = one
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
    unknown = counts.total(_UNREAD) + held
    most = min(known.online, known.used + unknown)
    used, proven = Ratio(known.used, known.online), coverage.complete and most == known.used
    flags = (*coverage.flags, *((("unknown_records", unknown),) if most > known.used else ()))
    return {
        "ONLINE_COVERAGE": of_numbers(coverage.numbers, coverage.flags, complete=coverage.complete),
        "ONLINE_SERVICES_WITH_DOSSIERS": Evidence(used, used, Ratio(most, known.online), flags, complete=proven),
    }


def _shown_by_dossiers(
    asked: FigureQuestion, known: Services, counts: PeriodCounts, moment: Moment, held: int
) -> dict[str, Evidence]:
    """3.5 and 4.5, by procedures: those of which some dossier shows a fee, or the use of the population database."""
    found: dict[str, Evidence] = {}
    for code, figure in _PROCEDURE_CRITERIA.items():
        answered = _answer(asked, figure, Counted(sets_of(known)), moment, 0)
        numbers = with_doubtful(answered.numbers, counts.total(_UNREAD) + held)
        one = told(replace(answered, numbers=numbers))
        if one is not None:
            found[code] = one
    return found


async def _contents(
    connection: AsyncConnection, question: FigureQuestion, moment: Moment, province: str
) -> dict[str, Evidence]:
    """1.3 of the whole province, which each of its units carries."""
    asked = replace(question, figure=find(_CONTENT_FIGURE), scope=Scope(agency=province))
    sets = await catalogue.contents(connection, asked.scope, moment.as_of, question.period)
    unread = sum(feed.quarantined for feed in feeds_of(asked, moment))
    one = told(_answer(asked, _CONTENT_FIGURE, Counted(sets), moment, unread))
    return {} if one is None else {"PUBLIC_CONTENT_FULL": one}


async def _posting(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> dict[str, Evidence]:
    """1.2 of the whole province, which each of its units carries. Its unit is the procedure, ours the decision."""
    province = (question.scope.agency or "").partition(".")[0]
    found = await postings(connection, province, moment.as_of, question.period)
    return {"PUBLIC_UPDATE_ON_TIME": posted(found)} if found.total else {}


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
