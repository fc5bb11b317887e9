"""What a publication says: the figures of a form, a report or a list, at one state of knowledge, as plain values.

The same content is built again to verify a publication and to restate it, so nothing here may depend on anything but
what is asked and the moment.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.counts import PeriodCounts
from metrics.domain.definitions import FigureDefinition, Source, Subject
from metrics.domain.dictionary import FIGURES, columns, find
from metrics.domain.errors import FilterError, FormUnknown
from metrics.domain.judging import RULE
from metrics.domain.period import ReportingPeriod
from metrics.domain.policies import Policy
from metrics.domain.qd766.layout import Variant
from metrics.domain.qd766.layouts import layout_for
from metrics.domain.question import FigureQuestion, Scope, check
from metrics.figures import Answer, conclude, count, dossier_counts, of_dossiers, sets_for
from metrics.forms import annual, card_paper, ii06, ii07b
from metrics.forms.letterhead import letterhead
from metrics.forms.scorecard import index_766
from metrics.moments import Moment
from metrics.reports.model import Document, Form, Language
from metrics.repository import counting
from metrics.schemas.card import published_766
from metrics.schemas.papers import annual_report_out
from metrics.schemas.shaping import answer_out, as_of_out, period_out, scope_out
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel, DecisionKind
from shared.runtime.answers import encode

Kind = Literal["figure", "form", "report"]
MOST_FIGURES = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be published. ``names`` are figures, or one form or report; the file formats are their own.

    ``indicators`` is the change of hand-entered numbers, of papers that hold some; ``variant`` the rules of 766.
    """

    kind: Kind
    names: tuple[str, ...]
    scope: Scope
    period: ReportingPeriod
    language: Language = "vi"
    format: str = "json"
    variant: str = "api"
    indicators: int | None = None

    def question(self, figure: str) -> FigureQuestion:
        """One figure of the wanted scope and period."""
        return FigureQuestion(find(figure), self.scope, self.period)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The content: every figure as an answer, what else the paper shows, and the paper itself."""

    answers: Sequence[Answer]
    content: Any = None
    paper: Document | Form | None = None


@dataclass(frozen=True, slots=True)
class _Paper:
    """A form or report that can be published: how it is built, and as which files."""

    build: Callable[[AsyncConnection, Wanted, Moment], Awaitable[Frozen]]
    formats: frozenset[str]
    entered: bool = False
    """Whether it holds hand-entered numbers."""


def checked(wanted: Wanted) -> Wanted:
    """The same. Raises ``FigureUnknown``, ``FormUnknown``, or ``FilterError`` naming what cannot be published."""
    if wanted.kind == "figure":
        for name in wanted.names:
            question = check(wanted.question(name))
            if not is_counted(question.figure):
                raise FilterError("id", f"The figure {name} is not counted from records; a form or report may hold it.")
        formats = frozenset[str]()
    else:
        paper = _PAPERS.get((wanted.kind, wanted.names[0]))
        if paper is None or len(wanted.names) > 1:
            raise FormUnknown(",".join(wanted.names))
        if wanted.scope != Scope(agency=wanted.scope.agency):
            raise FilterError("filters", "Forms and reports are published whole.")
        formats = paper.formats
    if wanted.format != "json" and wanted.format not in formats:
        offered = ", ".join(["json", *sorted(formats)])
        raise FilterError("format", f"It is published as {offered}.")
    return wanted


def is_counted(figure: FigureDefinition) -> bool:
    """Whether it is counted from records, so that it can be counted again; the others are entered or lack inputs."""
    return figure.source is Source.RECORDS


def holds_indicators(kind: Kind, names: Sequence[str]) -> bool:
    """Whether a paper holds hand-entered numbers, so that their change belongs to its state of knowledge."""
    paper = _PAPERS.get((kind, names[0]))
    return paper is not None and paper.entered


async def freeze(connection: AsyncConnection, wanted: Wanted, moment: Moment) -> Frozen:
    """The content at a moment."""
    if wanted.kind == "figure":
        return Frozen(await answers(connection, [wanted.question(name) for name in wanted.names], moment))
    return await _PAPERS[wanted.kind, wanted.names[0]].build(connection, wanted, moment)


async def answers(
    connection: AsyncConnection, questions: Sequence[FigureQuestion], moment: Moment, *, from_rows: bool = False
) -> list[Answer]:
    """The answer of each question; a scope that several questions share is counted once.

    ``from_rows``: count the judged rows themselves, whatever the tallies say. Slower, and a proof of both.
    """
    counts_of = counting.of_periods if from_rows else dossier_counts
    counted: dict[tuple[Scope, ReportingPeriod, tuple[str, ...]], PeriodCounts] = {}
    found: list[Answer] = []
    for question in questions:
        scope, period = question.effective_scope, question.period
        if question.figure.subject is not Subject.DOSSIERS:
            sets = (await count(connection, question, [period], moment))[0]
        else:
            key = (scope, period, sets_for(question.figure))
            if key not in counted:
                counted[key] = (await counts_of(connection, scope, moment.as_of, [period], key[2]))[0]
            sets = of_dossiers(question.figure, counted[key])
        found.append(await conclude(connection, question, sets, moment))
    return found


def statement(wanted: Wanted, frozen: Frozen, moment: Moment) -> dict[str, Any]:
    """What is said, as values that have one canonical text."""
    said = {
        "subject": {
            "kind": wanted.kind,
            "id": wanted.names,
            "agency": wanted.scope.agency,
            "period": period_out(wanted.period),
            "filters": {name: value for name, value in scope_out(wanted.scope).items() if name != "agency"},
            "language": wanted.language,
            "format": wanted.format,
            "variant": wanted.variant,
            "as_of_indicators": wanted.indicators,
        },
        "rule": RULE,
        "as_of": as_of_out(moment),
        "imported_until": None if moment.imported is None else moment.imported.astimezone(UTC).isoformat(),
        "figures": [figure_out(answer) for answer in frozen.answers],
        "content": frozen.content,
    }
    plain: dict[str, Any] = json.loads(encode(said))
    return plain


def figure_out(answer: Answer) -> dict[str, Any]:
    """A figure in its envelope, with the integers everything else in it follows from.

    Where to read on and the moment belong to the whole statement.
    """
    envelope = answer_out(answer, {})
    plain = {name: value for name, value in envelope.items() if name not in ("links", "as_of")}
    return {**plain, "integers": asdict(answer.numbers)}


def scope_of(said: Mapping[str, Any]) -> Scope:
    """The scope a figure of a statement names."""
    channel, level, kind = said["channel"], said["level"], said["kind"]
    return Scope(
        said["agency"],
        said["procedure"],
        said["field"],
        None if channel is None else Channel[channel],
        None if level is None else AuthorityLevel(level),
        None if kind is None else DecisionKind(kind),
        policy=Policy(said.get("policy", Policy.PORTAL)),
    )


def period_of(said: Mapping[str, str]) -> ReportingPeriod:
    """The period a statement names."""
    return ReportingPeriod(said["kind"], date.fromisoformat(said["from"]), date.fromisoformat(said["to"]))


async def _ii06(connection: AsyncConnection, wanted: Wanted, moment: Moment) -> Frozen:
    """Each column's total is a figure; the rows stand in the content, each under the name of what it is."""
    form = await ii06.form_06(connection, wanted.names[0], wanted.question("dossiers_total_handled"), moment)
    head = await letterhead(connection, wanted.scope.agency, moment, wanted.period.last)
    totals = await answers(connection, [wanted.question(column.id) for column in columns()], moment)
    content = {
        "columns": [column.id for column in columns()],
        "rows": [{form.kind.by: row.key, "name": row.name.vi, "values": row.values} for row in form.rows],
        "total": form.total.values,
    }
    return Frozen(totals, content, ii06.paper(form, head))


async def _ii07b(connection: AsyncConnection, wanted: Wanted, moment: Moment) -> Frozen:
    """Procedures in all and by level are figures; the rows, and what agencies entered, stand in the content."""
    question = wanted.question("procedures_total")
    form = await ii07b.form_07b(connection, question, moment, wanted.indicators or 0)
    head = await letterhead(connection, wanted.scope.agency, moment, wanted.period.last)
    counted = await answers(connection, ii07b.questions(question, districts=form.districts), moment)
    return Frozen(counted, ii07b.content(form), ii07b.paper(form, head))


VARIANTS = {"api": Variant.PUBLISHED, "document": Variant.DOCUMENT}


async def _index_766(connection: AsyncConnection, wanted: Wanted, moment: Moment) -> Frozen:
    """The agency's own criteria that the dictionary counts are figures.

    Points, and the counts and rules they follow from, stand in the content, of the agency and of each one below it.
    """
    question = wanted.question("on_time_rate_766")
    layout = layout_for(wanted.period.last, VARIANTS[wanted.variant])
    index = await index_766(connection, question, moment, layout)
    head = await letterhead(connection, wanted.scope.agency, moment, wanted.period.last)
    criteria = (criterion.figure for group in layout.groups for criterion in group.criteria)
    known = dict.fromkeys(figure for figure in criteria if figure in FIGURES and is_counted(FIGURES[figure]))
    own = await answers(connection, [wanted.question(figure) for figure in known], moment)
    return Frozen(own, published_766(index), card_paper.paper(index, head))


async def _annual(connection: AsyncConnection, wanted: Wanted, moment: Moment) -> Frozen:
    """Every figure of the dictionary that the report prints is a figure; its sections stand in the content."""
    question, known = wanted.question("dossiers_total_handled"), wanted.indicators or 0
    document, decisions = await annual.annual_report(connection, question, moment, known)
    printed = await answers(connection, list(annual.questions(question).values()), moment)
    return Frozen(printed, annual_report_out(document, decisions, moment, known), document)


_PAPERS: Mapping[tuple[str, str], _Paper] = {
    **{("form", name): _Paper(_ii06, frozenset({"csv", "xlsx", "docx", "pdf"})) for name in ii06.KINDS},
    ("form", ii07b.NAME): _Paper(_ii07b, frozenset({"csv", "xlsx", "docx", "pdf"}), entered=True),
    ("form", "766"): _Paper(_index_766, frozenset({"csv", "xlsx"}), entered=True),
    ("report", "annual-report"): _Paper(_annual, frozenset({"docx", "pdf", "xlsx"}), entered=True),
}


def numbered(paper: Document | Form, mark: str) -> Document | Form:
    """The paper with the publication's mark beside its state of knowledge, its forms with it."""
    as_of = replace(paper.as_of, publication=mark)
    if isinstance(paper, Form):
        return replace(paper, as_of=as_of)
    return replace(paper, as_of=as_of, forms=tuple(replace(form, as_of=as_of) for form in paper.forms))
