"""The annual report on the control of administrative procedures, from computed figures and entered indicators.

Sections and order are those of the Hải Phòng 2024 report, i.e. of NĐ 63/2010/NĐ-CP Art. 35. What is not known is
marked as missing; where the office's number and the computed one differ, both stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from string import Formatter

from metrics.domain.period import ReportingPeriod
from metrics.reports import annual_charts
from metrics.reports.annual_chapter import DISTRICTS_END, Chapter, Sentence
from metrics.reports.annual_charts import Intake, charts
from metrics.reports.annual_measures import ALL
from metrics.reports.annual_sentences import CHAPTERS
from metrics.reports.measures import Figures, Indicators, Measure, Resolver
from metrics.reports.model import (
    NO_DATA,
    Agency,
    AsOf,
    Cell,
    Column,
    Document,
    Form,
    Section,
    Signature,
    Table,
    Text,
)
from metrics.reports.wording import clean, day, period

MEASURES: Mapping[str, Measure] = {measure.id: measure for measure in ALL}
FIGURES: tuple[str, ...] = (
    *(measure.figure or measure.id for measure in ALL if measure.of is None),
    *annual_charts.FIGURES,
)
"""The keys `build` looks for in ``figures``: ``figure`` or ``figure/part``. Missing ones are printed as missing."""
INDICATORS: tuple[str, ...] = tuple(measure.indicator or measure.id for measure in ALL if measure.of is None)
"""The keys `build` looks for in ``indicators``."""


@dataclass(frozen=True, slots=True)
class PublicationDecision:
    """One row of the list of publication decisions. ``kinds`` in words; what is not known is None."""

    symbol: str
    signed_on: date
    subject: Text | None
    kinds: Text
    effective_on: date | None = None
    posted_on: date | None = None


def build(
    *,
    agency: Agency,
    period: ReportingPeriod,
    as_of: AsOf,
    figures: Figures,
    indicators: Indicators,
    signature: Signature,
    passages: Mapping[str, Sequence[Text]] | None = None,
    decisions: Sequence[PublicationDecision] = (),
    forms: tuple[Form, ...] = (),
    intake: Sequence[Intake] = (),
) -> Document:
    """The report. ``passages`` are paragraphs the office wrote, by section number; ``forms`` become appendices.

    ``intake`` is what was received in the parts of the period, in order; it is drawn only.
    """
    resolver = Resolver(MEASURES, figures, indicators)
    written = passages or {}
    return Document(
        "annual-report",
        Text("BÁO CÁO", "REPORT"),
        _subject(period),
        agency,
        period,
        as_of,
        tuple(
            replace(
                _section(chapter, resolver, period, written.get(chapter.number, ()), decisions),
                charts=charts(chapter.number, resolver, figures, intake, districts=period.last < DISTRICTS_END),
            )
            for chapter in CHAPTERS
        ),
        signature,
        forms,
    )


def _subject(span: ReportingPeriod) -> Text:
    return Text(
        f"Tình hình, kết quả thực hiện công tác kiểm soát thủ tục hành chính ({period(span, 'vi')})",
        f"On the control of administrative procedures ({period(span, 'en')})",
    )


def _section(
    chapter: Chapter,
    resolver: Resolver,
    span: ReportingPeriod,
    passages: Sequence[Text],
    decisions: Sequence[PublicationDecision],
) -> Section:
    measures = [m for m in chapter.measures if m.id != annual_charts.DISTRICT or span.last < DISTRICTS_END]
    sentences = [_spoken(one, resolver) for one in chapter.sentences if one.applies(span.last)]
    entered = [Text(clean(passage.vi), clean(passage.en)) for passage in passages]
    return Section(
        chapter.number,
        chapter.title,
        (*sentences, *entered),
        tuple(line for measure in measures for line in resolver.resolve(measure.id).lines),
        (_decisions(decisions),) if chapter.number == "II.2" and decisions else (),
    )


def _spoken(sentence: Sentence, resolver: Resolver) -> Text:
    found = [resolver.resolve(name) for name in names(sentence.text.vi)]
    if found and all(one.missing for one in found):
        subject = sentence.subject
        return Text(f"{subject.vi}: {NO_DATA.vi}.", f"{subject.en}: {NO_DATA.en}.")
    by_name = {one.measure.id: one for one in found}
    return Text(
        sentence.text.vi.format_map({name: one.phrase("vi") for name, one in by_name.items()}),
        sentence.text.en.format_map({name: one.phrase("en") for name, one in by_name.items()}),
    )


def names(text: str) -> list[str]:
    """The ids of the measures a sentence needs."""
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _decisions(decisions: Sequence[PublicationDecision]) -> Table:
    """The list. A column of which nothing at all is known is left out; a single unknown cell says so."""
    ordered = sorted(decisions, key=lambda one: (one.signed_on, one.symbol))
    columns: list[tuple[Column, list[Cell]]] = [
        (Column(Text("TT", "No."), kind="text"), [str(number) for number in range(1, len(ordered) + 1)]),
        (Column(Text("Số, ký hiệu", "Number"), kind="text", weight=4), [one.symbol for one in ordered]),
        (Column(Text("Ngày ban hành", "Signed on"), kind="text", weight=3), [_day(one.signed_on) for one in ordered]),
        (Column(Text("Nội dung công bố", "Subject"), kind="text", weight=7), [one.subject for one in ordered]),
        (Column(Text("Loại", "Kind"), kind="text", weight=4), [one.kinds for one in ordered]),
        (Column(Text("Có hiệu lực", "In effect"), kind="text", weight=3), [_day(one.effective_on) for one in ordered]),
        (Column(Text("Công khai", "Posted"), kind="text", weight=3), [_day(one.posted_on) for one in ordered]),
    ]
    known = [(column, cells) for column, cells in columns if any(cell is not None for cell in cells)]
    rows = zip(*(cells for _, cells in known), strict=True)
    return Table(
        Text("Danh mục quyết định công bố TTHC", "Publication decisions"), tuple(c for c, _ in known), tuple(rows)
    )


def _day(value: date | None) -> Text | None:
    return None if value is None else Text(day(value, "vi"), day(value, "en"))
