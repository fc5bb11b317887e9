"""The annual report as JSON: every number with where it comes from."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from metrics.moments import Moment
from metrics.reports.model import Agency, Chart, Document, Line, Section, Text
from metrics.reports.wording import clean
from metrics.repository.catalogue import ListedDecision
from metrics.schemas.shaping import as_of_out, period_out
from shared.contracts.figure import FigureAsOf, FigurePeriod


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Words(_Described):
    """The same words in both languages."""

    vi: str = Field(description="In Vietnamese.", examples=["Tổng số TTHC"])
    en: str = Field(description="In English.", examples=["Procedures in all"])


class ReportingAgency(_Described):
    """Who reports, as the catalogue names it."""

    code: str = Field(description="Agency code.", examples=["H24.99"])
    name: Words = Field(description="Its name; the code where the catalogue has none.")
    superior: Words | None = Field(description="The agency above it; null: not known.")


class ReportLine(_Described):
    """One number of the report. A number that the office prints and another that the records give are two lines."""

    label: Words = Field(description="What it is.")
    value: str | None = Field(
        description="A number or words; percent points for rates; null: missing.", examples=["114"]
    )
    unit: Words = Field(description="What it is measured in.")
    kind: str = Field(description="computed, hand_entered or missing.", examples=["computed"])
    figure: str | None = Field(description="Id of the figure or indicator.", examples=["procedures_total"])
    qualifier: str = Field(description="exact, more_than or nearly.", examples=["exact"])
    numerator: int | None = Field(description="Of a rate; null for counts.", examples=[None])
    denominator: int | None = Field(description="Of a rate; null for counts.", examples=[None])
    source: str = Field(description="The document a hand-entered number stands in.", examples=[""])
    note: Words | None = Field(description="What the reader must know about it; null: nothing.")


class ReportBar(_Described):
    """One bar of a chart."""

    label: Words = Field(description="What it is.")
    values: list[int | None] = Field(description="One for each series; null: missing.", examples=[[57, 0]])


class ReportChart(_Described):
    """A chart as DOCX and PDF draw it."""

    title: Words = Field(description="Its title.")
    unit: Words = Field(description="What is counted.")
    series: list[Words] = Field(description="What each bar is a stack of; empty: one value a bar.")
    bars: list[ReportBar] = Field(description="Its bars, in order.")


class ReportSection(_Described):
    """One section, in the order of NĐ 63/2010/NĐ-CP Art. 35."""

    number: str = Field(description="Its number.", examples=["II.2"])
    title: Words = Field(description="Its title.")
    paragraphs: list[Words] = Field(description="Its sentences, with the numbers in them.")
    lines: list[ReportLine] = Field(description="Its numbers.")
    charts: list[ReportChart] = Field(description="Its charts.")


class ReportDecision(_Described):
    """One publication decision signed in the period."""

    number: str = Field(description="Its number.", examples=["62/QĐ-UBND"])
    kinds: list[str] = Field(description="What it does.", examples=[["NEW"]])
    signed_on: date = Field(description="Day of signing.")
    effective_on: date | None = Field(description="Day it takes effect; null: not known.")
    posted_on: date | None = Field(description="Day it was posted; null: not known.")


class AnnualReportOut(_Described):
    """The annual report. Ask again with the numbers of `as_of` and with `as_of_indicators` to get the same."""

    report: str = Field(description="Name of the report.", examples=["annual-report"])
    subject: Words = Field(description="Its subject line.")
    agency: ReportingAgency = Field(description="Who reports.")
    period: FigurePeriod = Field(description="Which days.")
    sections: list[ReportSection] = Field(description="Its sections, in order.")
    decisions: list[ReportDecision] = Field(description="The publication decisions signed in the period.")
    missing: list[str] = Field(description="Ids of the numbers nobody gave; they are null, not 0.")
    as_of: FigureAsOf = Field(description="The state of knowledge of every computed number.")
    as_of_indicators: int = Field(description="Change number of the hand-entered ones.", examples=[31])


def annual_report_out(
    document: Document, decisions: Sequence[ListedDecision], moment: Moment, indicators_change: int
) -> dict[str, Any]:
    """An ``AnnualReportOut`` as plain values."""
    lines = [line for section in document.sections for line in section.lines]
    return {
        "report": document.name,
        "subject": _words(document.subject),
        "agency": _agency(document.agency),
        "period": period_out(document.period),
        "sections": [_section(section) for section in document.sections],
        "decisions": [_decision(one) for one in decisions],
        "missing": [line.figure for line in lines if line.kind == "missing" and line.figure is not None],
        "as_of": as_of_out(moment),
        "as_of_indicators": indicators_change,
    }


def _agency(agency: Agency) -> dict[str, Any]:
    superior = None if agency.superior is None else _words(agency.superior)
    return {"code": agency.code, "name": _words(agency.name), "superior": superior}


def _section(section: Section) -> dict[str, Any]:
    return {
        "number": section.number,
        "title": _words(section.title),
        "paragraphs": [_words(paragraph) for paragraph in section.paragraphs],
        "lines": [_line(line) for line in section.lines],
        "charts": [_chart(chart) for chart in section.charts],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "title": _words(chart.title),
        "unit": _words(chart.unit),
        "series": [_words(one) for one in chart.series],
        "bars": [{"label": _words(bar.label), "values": bar.values} for bar in chart.bars],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "label": _words(line.label),
        "value": None if line.value is None else str(line.value),
        "unit": _words(line.unit),
        "kind": line.kind,
        "figure": line.figure,
        "qualifier": line.qualifier,
        "numerator": line.numerator,
        "denominator": line.denominator,
        "source": line.source,
        "note": None if line.note is None else _words(line.note),
    }


def _decision(one: ListedDecision) -> dict[str, Any]:
    days = {"signed_on": one.signed_on, "effective_on": one.effective_on, "posted_on": one.posted_on}
    return {"number": one.number, "kinds": one.kinds, **days}


def _words(text: Text) -> dict[str, str]:
    return {"vi": clean(text.vi), "en": clean(text.en)}
