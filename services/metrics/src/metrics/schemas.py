"""The public shapes of metrics, and how answers are put into them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.domain.definitions import FigureDefinition
from metrics.domain.dossier import Exclusion
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion, Scope
from metrics.domain.ratio import Numbers
from metrics.figures import Answer, Moment
from metrics.lineage import Part
from metrics.repository.counting import Listed
from metrics.repository.sources import Feed
from metrics.series import By, Row
from shared.contracts.figure import (
    FigureAnswer,
    FigureAsOf,
    FigureBounds,
    FigureName,
    FigurePeriod,
    FigureScope,
    Formula,
)
from shared.domain.channel import Channel

_OUTCOMES = {1: "EARLY", 2: "ON_TIME", 3: "LATE"}


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DefinitionOut(_Described):
    """One entry of the dictionary."""

    id: str = Field(description="Stable id; part of the paths.", examples=["on_time_rate_766"])
    name: FigureName = Field(description="Name in both languages.")
    unit: Literal["count", "rate"] = Field(description="What the value is.")
    subject: str = Field(description="dossiers, procedures, decisions or petitions.", examples=["dossiers"])
    counted: str = Field(description="What is counted.", examples=["accepted dossiers"])
    dated_by: str = Field(description="Which date places a record in a period.")
    formula: Formula = Field(description="The formula, its version and how sure we are of it.")
    legal_basis: list[str] = Field(description="Law or practice behind it.")
    numerator: list[str] = Field(description="Named disjoint sets that are added above the line.")
    denominator: list[str] | None = Field(description="Those below the line; null for counts.")
    zero_denominator: str | None = Field(description="What 0 of 0 is answered with; null for counts.")
    effective_from: date | None = Field(description="First day the rule applies; null: not given by the source.")
    effective_to: date | None = Field(description="Last day the rule applies; null: still in force.")
    form_column: int | None = Field(description="Column of form II.06a.", examples=[7])
    filters: list[str] = Field(description="Parameters it may be restricted by, besides agency.")
    needs: list[str] = Field(description="Parameters it cannot be answered without.")


class Dictionary(_Described):
    """Every figure there is."""

    figures: list[DefinitionOut] = Field(description="In the order of the dictionary.")


class SeriesRow(_Described):
    """One row of a series."""

    key: str = Field(description="The agency, procedure, field, channel, level or piece of time.", examples=["2024-08"])
    period: FigurePeriod = Field(description="Days of this row.")
    numerator: int = Field(description="What is counted.", examples=[181])
    denominator: int | None = Field(description="Of how many; null for counts.", examples=[184])
    value: str | None = Field(description="As in a single figure.", examples=["0.983696"])
    percent: str | None = Field(description="One decimal, half up; null for counts.", examples=["98.4"])
    reason: str | None = Field(description="Why value is null.", examples=[None])
    bounds: FigureBounds | None = Field(
        description="A quarantined record may belong to any row, so each row allows for all of them."
    )


class SeriesOut(_Described):
    """One page of a series."""

    figure: str = Field(description="Id of the figure.", examples=["resolution_rate"])
    formula: Formula = Field(description="The formula that was used.")
    scope: FigureScope = Field(description="What was asked about.")
    period: FigurePeriod = Field(description="The whole period.")
    by: str = Field(description="What the rows are.", examples=["month"])
    items: list[SeriesRow] = Field(description="Rows in key order.")
    next: str | None = Field(description="Cursor of the next page, answered as of the same entry; null on the last.")
    as_of: FigureAsOf = Field(description="The state of knowledge.")


class DossierOut(_Described):
    """One dossier behind a figure. It holds no personal data."""

    dossier_code: str = Field(description="Canonical code.", examples=["000.00.99.H24-240115-0001"])
    agency: str = Field(description="Agency that resolves it.", examples=["H24.99"])
    procedure: str = Field(description="Procedure code; empty when the portal sent none.", examples=["1.001612"])
    field: str = Field(description="Field code; empty when unknown.", examples=["G03-GD10"])
    channel: str = Field(description="DIRECT, ONLINE or POSTAL.", examples=["ONLINE"])
    received_on: date = Field(description="Day that places it in a period.")
    due_on: date | None = Field(description="Due day it was judged by.")
    ended_on: date | None = Field(description="Day it ended; null while open.")
    outcome: Literal["EARLY", "ON_TIME", "LATE"] | None = Field(description="How it ended; null while open.")
    withdrawn: bool = Field(description="Ended at the applicant's request.")
    excluded: str | None = Field(description="Why it is not counted; null when it is.", examples=[None])


class DossiersOut(_Described):
    """One page of the dossiers behind a figure."""

    figure: str = Field(description="Id of the figure.", examples=["dossiers_pending"])
    part: str = Field(description="numerator, denominator or excluded.", examples=["numerator"])
    scope: FigureScope = Field(description="What was asked about.")
    period: FigurePeriod = Field(description="Which days.")
    items: list[DossierOut] = Field(description="Dossiers in code order.")
    next: str | None = Field(description="Cursor of the next page, as of the same entry; null on the last.")
    as_of: FigureAsOf = Field(description="The state of knowledge.")


class FormColumn(_Described):
    """One column of a form."""

    number: int = Field(description="Its number on the form.", examples=[7])
    figure: str = Field(description="The figure it holds.", examples=["dossiers_resolved"])
    name: FigureName = Field(description="Its heading.")


class FormRowOut(_Described):
    """One row of a form."""

    field: str | None = Field(description="Field code (column 2); null in the total.", examples=["G03-GD10"])
    name: str = Field(description="The field's name.", examples=["Thi, tuyển sinh"])
    values: list[int] = Field(description="The columns, in order.", examples=[[12, 10, 1, 1, 11, 9, 1, 1, 1, 1, 0]])


class FormOut(_Described):
    """Form II.06a."""

    form: str = Field(description="Name of the form.", examples=["II.06a"])
    legal_basis: list[str] = Field(description="Where the form comes from.")
    status: str = Field(description="How sure we are of its columns.", examples=["practice"])
    scope: FigureScope = Field(description="What was asked about.")
    period: FigurePeriod = Field(description="Which days.")
    columns: list[FormColumn] = Field(description="Columns 3 to 13.")
    rows: list[FormRowOut] = Field(description="One row for each field.")
    total: FormRowOut = Field(description="The sum of the rows.")
    proof: FigureAnswer = Field(description="Column 3 as a figure: exclusions, bounds, sources, state of knowledge.")


class QueryIn(BaseModel):
    """Up to a hundred questions, answered in one snapshot."""

    model_config = ConfigDict(extra="forbid")

    questions: list["QuestionIn"] = Field(description="The questions, 1 to 100.", min_length=1, max_length=100)


class QueryOut(_Described):
    """The answers, in the order of the questions, all from one snapshot."""

    answers: list[FigureAnswer] = Field(description="One for each question.")


class FreshnessFeed(_Described):
    """One feed as it stands now."""

    portal: str = Field(description="The portal.", examples=["haiphong-igate"])
    feed: str = Field(description="What is synced from it.", examples=["dossiers"])
    agency: str | None = Field(description="The subtree it is responsible for.", examples=["H24"])
    state: str = Field(description="fresh, stale or unknown.", examples=["fresh"])
    data_until: datetime | None = Field(description="Everything up to this instant is in; null: nothing is proven.")
    age_seconds: int | None = Field(description="How long ago that was.", examples=[42])
    last_verdict: str | None = Field(description="How its last run ended.", examples=["succeeded"])
    quarantined: int = Field(description="Records in quarantine now.", examples=[0])


class FreshnessOut(_Described):
    """How old the answers are."""

    entry: int = Field(description="Ledger entry the figures stand at.", examples=[18233])
    ledger_entry: int = Field(description="Newest ledger entry.", examples=[18233])
    entries_behind: int = Field(description="Entries not yet in the figures.", examples=[0])
    at: datetime | None = Field(description="When the figures' entry was committed; null while the ledger is empty.")
    catalogue: int = Field(description="Newest catalogue change.", examples=[512])
    calendar: int = Field(description="Newest calendar revision.", examples=[7])
    feeds: list[FreshnessFeed] = Field(description="Every feed, or those an agency rests on.")


class QuestionParameters(BaseModel):
    """What a figure may be asked for: the same names in a query string and in a body."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    agency: str | None = Field(
        None, description="Agency code, either order; its subtree is meant. None: all.", examples=["H24.99"]
    )
    period: str | None = Field(
        None,
        description=(
            "2024, 2024-Q3, 2024-08, or report periods (15th to 14th): "
            "report-2024, report-2024-H1, report-2024-Q1, report-2024-08."
        ),
        examples=["2024"],
    )
    from_: str | None = Field(
        None, alias="from", description="First day, instead of `period`.", examples=["2023-11-15"]
    )
    to: str | None = Field(None, description="Last day, with `from`.", examples=["2024-12-05"])
    procedure: str | None = Field(None, description="Procedure code.", examples=["1.001612"])
    field: str | None = Field(None, description="Field code (lĩnh vực).", examples=["G03-GD10"])
    channel: str | None = Field(None, description="DIRECT, ONLINE or POSTAL.", examples=["ONLINE"])
    level: str | None = Field(None, description="Level of authority of the procedure.", examples=["COMMUNE"])
    kind: str | None = Field(None, description="Kind of publication decision.", examples=["NEW"])
    as_of: str | None = Field(
        None, description="Ledger entry, or an instant with its offset from UTC. None: now.", examples=["18233"]
    )
    as_of_catalogue: str | None = Field(
        None, description="Catalogue change number. None: by `as_of`.", examples=["512"]
    )


class QuestionIn(QuestionParameters):
    """One question of a query."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"figure": "on_time_rate_766", "agency": "H24.99", "period": "2024"}}
    )

    figure: str = Field(description="Id of the figure.", examples=["on_time_rate_766"])


class SeriesParameters(QuestionParameters):
    """A question, and which page of which rows."""

    by: By = Field(description="What the rows are.", examples=["month"])
    cursor: str | None = Field(None, description="`next` of the page before, with the same filters.")
    limit: int = Field(100, description="Rows a page.", ge=1, le=500)


class DossiersParameters(QuestionParameters):
    """A question, and which page of which part."""

    part: Part = Field("numerator", description="Which dossiers.")
    cursor: str | None = Field(None, description="`next` of the page before, with the same filters.")
    limit: int = Field(100, description="Dossiers a page.", ge=1, le=1000)


class FormParameters(BaseModel):
    """Which form, how."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    agency: str | None = Field(
        None, description="Agency code, either order; its subtree is meant.", examples=["H24.99"]
    )
    period: str | None = Field(None, description="As for a figure.", examples=["report-2024"])
    from_: str | None = Field(
        None, alias="from", description="First day, instead of `period`.", examples=["2023-11-15"]
    )
    to: str | None = Field(None, description="Last day, with `from`.", examples=["2024-12-05"])
    as_of: str | None = Field(None, description="Ledger entry or instant. None: now.", examples=["18233"])
    format: Literal["json", "csv"] = Field("json", description="json, or csv as a spreadsheet reads it.")


def definition_out(figure: FigureDefinition) -> DefinitionOut:
    """The public form of a definition."""
    return DefinitionOut(
        id=figure.id,
        name=FigureName(vi=figure.name_vi, en=figure.name_en),
        unit=figure.unit.value,
        subject=figure.subject.value,
        counted=figure.counted,
        dated_by=figure.dated_by,
        formula=Formula.model_validate(_formula(figure)),
        legal_basis=list(figure.legal_basis),
        numerator=list(figure.numerator),
        denominator=None if figure.denominator is None else list(figure.denominator),
        zero_denominator=figure.zero_denominator,
        effective_from=figure.effective_from,
        effective_to=figure.effective_to,
        form_column=figure.column,
        filters=sorted(figure.filters),
        needs=sorted(figure.needs),
    )


# Hot answers are built as plain values and encoded once; a contract test holds them to the models above.


def answer_out(answer: Answer, links: dict[str, str | None]) -> dict[str, Any]:
    """A ``FigureAnswer`` as plain values."""
    question, figure = answer.question, answer.question.figure
    return {
        "figure": figure.id,
        "name": {"vi": figure.name_vi, "en": figure.name_en},
        "formula": _formula(figure),
        "legal_basis": figure.legal_basis,
        "scope": scope_out(question.effective_scope),
        "period": period_out(question.period),
        **numbers_out(answer.numbers),
        "excluded": [{"reason": reason, "count": count} for reason, count in answer.excluded],
        "breakdown": [{"by": by, "key": key, "count": count} for by, key, count in answer.breakdown],
        "complete": answer.complete,
        "flags": [{"flag": flag, "count": count} for flag, count in answer.flags],
        "sources": [_source(feed) for feed in answer.feeds],
        "as_of": as_of_out(answer.moment),
        "links": links,
    }


def numbers_out(numbers: Numbers) -> dict[str, Any]:
    """Counts, value, percent, reason and bounds."""
    bounds = numbers.bounds
    return {
        "numerator": numbers.numerator,
        "denominator": numbers.denominator,
        "value": numbers.value,
        "percent": numbers.percent,
        "reason": numbers.reason,
        "bounds": None if bounds is None else {"low": bounds[0], "high": bounds[1]},
    }


def series_out(
    question: FigureQuestion, by: str, rows: Sequence[Row], following: str | None, moment: Moment
) -> dict[str, Any]:
    """A ``SeriesOut`` as plain values."""
    items = [{"key": row.key, "period": period_out(row.period), **numbers_out(row.numbers)} for row in rows]
    return {
        "figure": question.figure.id,
        "formula": _formula(question.figure),
        "scope": scope_out(question.effective_scope),
        "period": period_out(question.period),
        "by": by,
        "items": items,
        "next": following,
        "as_of": as_of_out(moment),
    }


def dossier_out(listed: Listed) -> dict[str, Any]:
    """A ``DossierOut`` as plain values."""
    return {
        "dossier_code": listed.dossier_code,
        "agency": listed.agency_code,
        "procedure": listed.procedure_code,
        "field": listed.field_code,
        "channel": Channel(listed.channel).name,
        "received_on": listed.received_on,
        "due_on": listed.due_on,
        "ended_on": listed.ended_on,
        "outcome": None if listed.outcome is None else _OUTCOMES[listed.outcome],
        "withdrawn": listed.withdrawn,
        "excluded": None if listed.reason is None else Exclusion(listed.reason).name.lower(),
    }


def scope_out(scope: Scope) -> dict[str, Any]:
    """A ``FigureScope`` as plain values."""
    return {
        "agency": scope.agency,
        "procedure": scope.procedure,
        "field": scope.field,
        "channel": None if scope.channel is None else scope.channel.name,
        "level": scope.level,
        "kind": scope.kind,
    }


def period_out(period: ReportingPeriod) -> dict[str, Any]:
    """A ``FigurePeriod`` as plain values."""
    return {"kind": period.kind, "from": period.first, "to": period.last}


def as_of_out(moment: Moment) -> dict[str, Any]:
    """A ``FigureAsOf`` as plain values."""
    return {
        "entry": moment.entry,
        "catalogue": moment.change,
        "calendar": moment.calendar,
        "at": moment.at,
        "digest": None if moment.digest is None else f"sha256:{moment.digest.hex()}",
    }


def _formula(figure: FigureDefinition) -> dict[str, str]:
    return {"version": figure.version, "text": figure.formula, "status": figure.status.value}


def _source(feed: Feed) -> dict[str, Any]:
    values = {"portal": feed.portal, "feed": feed.kind, "state": feed.state, "data_until": feed.data_until}
    return {**values, "quarantined": feed.quarantined}
