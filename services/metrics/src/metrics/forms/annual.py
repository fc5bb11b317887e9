"""The annual report: every number the records give, every number the office entered, and the publication decisions.

All of it is read in the caller's snapshot, so that no two numbers of one report contradict each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.definitions import Source, Subject
from metrics.domain.dictionary import FIGURES, find
from metrics.domain.own_indicators import Measured
from metrics.domain.question import FigureQuestion
from metrics.figures import Answer, answer, count, feeds_of
from metrics.forms.ii06 import form_06, paper
from metrics.forms.letterhead import knowledge, letterhead
from metrics.moments import Moment
from metrics.reports import annual, annual_charts
from metrics.reports.annual import PublicationDecision
from metrics.reports.annual_charts import Intake
from metrics.reports.model import DOSSIERS, PERCENT, PROCEDURES, Document, FigureValue, Indicator, Qualifier, Text
from metrics.repository import catalogue, indicators
from metrics.repository.catalogue import ListedDecision
from metrics.repository.indicators import Entered
from shared.domain.level import AuthorityLevel, DecisionKind

_UNITS: Mapping[str, Text] = {
    Measured.PERCENT: PERCENT,
    Measured.DOCUMENTS: Text("văn bản", "documents"),
    Measured.OFFICES: Text("phòng", "offices"),
    Measured.UNITS: Text("đơn vị", "units"),
    Measured.COMMITMENTS: Text("bản", "commitments"),
    Measured.PROCEDURES: PROCEDURES,
    Measured.DOSSIERS: DOSSIERS,
    Measured.DECISIONS: Text("quyết định", "decisions"),
    Measured.PETITIONS: Text("phản ánh, kiến nghị", "petitions"),
    Measured.WORKING_DAYS: Text("ngày làm việc", "working days"),
    Measured.DAYS: Text("ngày", "days"),
    Measured.POINTS: Text("điểm", "points"),
    Measured.VISITS: Text("lượt", "visits"),
    Measured.PEOPLE: Text("người", "people"),
    Measured.COLUMNS: Text("chuyên mục", "columns"),
    Measured.ITEMS: Text("tin, bài", "items"),
    Measured.INITIATIVES: Text("sáng kiến", "initiatives"),
    Measured.TEXT: Text("", ""),
}
_QUALIFIERS: Mapping[str, Qualifier] = {"exact": "exact", "more_than": "more_than", "nearly": "nearly"}
KINDS: Mapping[str, Text] = {
    DecisionKind.NEW: Text("ban hành mới", "new"),
    DecisionKind.AMENDED: Text("sửa đổi, bổ sung", "amended"),
    DecisionKind.REPLACED: Text("thay thế", "replaced"),
    DecisionKind.ABOLISHED: Text("bãi bỏ", "abolished"),
    DecisionKind.STANDARDISED: Text("chuẩn hóa", "standardised"),
    DecisionKind.INTERNAL: Text("TTHC nội bộ", "internal"),
}


async def annual_report(
    connection: AsyncConnection, question: FigureQuestion, moment: Moment, indicators_change: int
) -> tuple[Document, Sequence[ListedDecision]]:
    """The report of an agency and period (``question`` is about column 3), and its list of decisions.

    Indicators are those the agency itself entered for exactly these days, up to a change. Raises ``FormInconsistent``.
    """
    agency, period = question.scope.agency or "", question.period
    head = await letterhead(connection, question.scope.agency, moment, period.last)
    entered = await indicators.holding(connection, agency, period.first, period.last, indicators_change)
    decisions = await catalogue.decision_list(connection, question.scope, moment.as_of, period)
    form = paper(await form_06(connection, "II.06a", question, moment), head)
    document = annual.build(
        agency=head.agency,
        period=period,
        as_of=knowledge(moment),
        figures=await _figures(connection, question, moment),
        indicators=reported(entered),
        signature=head.signature,
        decisions=[_decision(one) for one in decisions],
        intake=await _intake(connection, question, moment),
        forms=(form,),
    )
    return document, decisions


async def _figures(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> dict[str, FigureValue]:
    known = questions(question)
    found: dict[str, FigureValue] = {}
    for name, asked in known.items():
        found[name] = value_of(await answer(connection, asked, moment))
    return _without_silent_catalogue(found, known)


async def _intake(connection: AsyncConnection, question: FigureQuestion, moment: Moment) -> list[Intake]:
    """What was received month by month; nothing where no feed tells and nothing came."""
    received = replace(question, figure=find("dossiers_received_in_period"))
    parts = annual_charts.parts(question.period)
    counted = await count(connection, received, parts, moment)
    found = [
        Intake(part, one.sets["received_online"], one.sets["received_other"])
        for part, one in zip(parts, counted, strict=True)
    ]
    return found if feeds_of(received, moment) or any(one.online or one.other for one in found) else []


def questions(question: FigureQuestion) -> dict[str, FigureQuestion]:
    """Every figure of the dictionary that the report holds, by its name there."""
    return {name: _asked(name, question) for name in annual.FIGURES if _counted(name)}


def _counted(name: str) -> bool:
    figure = FIGURES.get(name.partition("/")[0])
    return figure is not None and figure.source is Source.RECORDS


def _asked(name: str, question: FigureQuestion) -> FigureQuestion:
    """``figure`` or ``figure/part``, where the part is a level of authority or a kind of decision."""
    figure, _, part = name.partition("/")
    scope = question.scope
    if part in AuthorityLevel.__members__:
        scope = replace(scope, level=AuthorityLevel(part))
    elif part:
        scope = replace(scope, kind=DecisionKind(part))
    return replace(question, figure=find(figure), scope=scope)


def _without_silent_catalogue(
    found: dict[str, FigureValue], known: Mapping[str, FigureQuestion]
) -> dict[str, FigureValue]:
    """A catalogue that holds not one procedure of the agency was never synced: its zeros are silence."""
    if found["procedures_total"].value:
        return found
    silent = FigureValue(None, reason="no_source")
    about = (Subject.PROCEDURES, Subject.DECISIONS)
    return {
        name: silent if known[name].figure.subject in about and not value.numerator else value
        for name, value in found.items()
    }


def value_of(found: Answer) -> FigureValue:
    """A figure as the report takes it. Nothing from nowhere is no number: no feed and no case."""
    numbers, figure = found.numbers, found.question.figure
    if figure.subject in (Subject.DOSSIERS, Subject.PETITIONS) and not found.feeds and not numbers.numerator:
        return FigureValue(None, reason="no_source")
    if figure.unknown and not numbers.denominator:
        return FigureValue(None, reason="no_source")  # not one dossier whose portal tells
    exact: type[int] | type[Decimal] = int if numbers.denominator is None else Decimal
    bounds = numbers.bounds
    return FigureValue(
        None if numbers.value is None else exact(numbers.value),
        numbers.numerator,
        numbers.denominator,
        None if numbers.percent is None else Decimal(numbers.percent),
        None if bounds is None else exact(bounds[0]),
        None if bounds is None else exact(bounds[1]),
        found.complete,
        found.flags,
        numbers.reason,
    )


def reported(entered: Sequence[Entered]) -> dict[str, Indicator]:
    """What the office reports; what it has withdrawn is left out."""
    found: dict[str, Indicator] = {}
    for one in entered:
        said = one.content
        value = _plain(said.number) if said.words is None else said.words
        if value is not None:
            found[one.key.indicator] = Indicator(value, _UNITS[said.unit], _QUALIFIERS[said.qualifier], said.source)
    return found


def _plain(number: Decimal | None) -> int | Decimal | None:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else number


def _decision(one: ListedDecision) -> PublicationDecision:
    kinds = [KINDS[kind] for kind in one.kinds]
    words = Text("; ".join(kind.vi for kind in kinds), "; ".join(kind.en for kind in kinds))
    return PublicationDecision(one.number, one.signed_on, None, words, one.effective_on, one.posted_on)
