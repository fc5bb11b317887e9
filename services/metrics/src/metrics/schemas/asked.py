"""What may be asked: the same names in a query string and in a body."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.domain.errors import FilterError
from metrics.lineage import Part
from metrics.ranking import RankedBy
from metrics.reports.model import Language
from metrics.series import By
from shared.domain.level import AuthorityLevel, DecisionKind


class MomentParameters(BaseModel):
    """As of when a figure, form or report is asked for. What is not said follows from ``as_of``."""

    as_of: str | None = Field(
        None, description="Ledger entry, or an instant with its offset from UTC. None: now.", examples=["18233"]
    )
    as_of_catalogue: str | None = Field(
        None, description="Catalogue change number. None: by `as_of`.", examples=["512"]
    )
    as_of_calendar: str | None = Field(
        None, description="Revision of the working calendar. None: by `as_of`.", examples=["7"]
    )
    as_of_imports: str | None = Field(
        None,
        description="Instant until when petitions and votes are known, which are imported beside the ledger. None: by "
        "`as_of`.",
        examples=["2024-12-31T23:59:59Z"],
    )


class QuestionParameters(MomentParameters):
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
    level: str | None = Field(
        None,
        description=f"Level of authority of the procedure: {', '.join(AuthorityLevel)}.",
        examples=["COMMUNE"],
    )
    kind: str | None = Field(
        None, description=f"Kind of publication decision: {', '.join(DecisionKind)}.", examples=["NEW"]
    )
    policy: str | None = Field(
        None,
        description="What a supplement request does to the due date: PORTAL (default), RESTART or SUBTRACT.",
        examples=["RESTART"],
    )
    as_of_indicators: str | None = Field(
        None, description="Change number of entered numbers. None: by `as_of`.", examples=["31"]
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
    across: Literal["refuse", "label"] = Field(
        "label",
        description="What to do where rows of one series over time do not measure one thing: answer with `breaks` in "
        "the row that is unlike the one before it, or refuse with 409.",
    )
    structure: Literal["then", "now"] = Field(
        "then",
        description="Over time: the agency as it was in each row, or every row by what it is made of today (dossiers).",
    )
    cursor: str | None = Field(None, description="`next` of the page before, with the same filters.")
    limit: int = Field(100, description="Rows a page.", ge=1, le=500)


class RankingParameters(QuestionParameters):
    """A question, which rows are ranked, and which page of them."""

    by: RankedBy = Field(description="What the rows are.", examples=["agency"])
    order: Literal["highest", "lowest"] = Field("highest", description="Which value is first.")
    cursor: str | None = Field(None, description="`next` of the page before, with the same filters.")
    limit: int = Field(100, description="Rows a page.", ge=1, le=500)


class ComparisonParameters(QuestionParameters):
    """A question, and the period its answer is put beside."""

    with_: str = Field(
        "previous",
        alias="with",
        description=(
            "previous: the one of the same kind before it (of from and to: as many days); last_year: the same of last "
            "year; or any period, or two days like 2023-11-15/2024-12-05."
        ),
        examples=["last_year"],
    )
    across: Literal["refuse", "label"] = Field(
        "refuse",
        description="What to do where the two do not measure one thing: refuse with 409, or answer with `breaks`.",
    )
    structure: Literal["then", "now"] = Field(
        "then",
        description="The agency as it was in each period, or both by what it is made of today (dossier figures).",
    )


class DossiersParameters(QuestionParameters):
    """A question, and which page of which part."""

    part: Part = Field(
        "numerator",
        description=(
            "numerator, denominator, or excluded; not_told: left out because the portal does not say; "
            "due_disagreements: handled dossiers whose portal's due date is not the one the limit gives."
        ),
    )
    cursor: str | None = Field(None, description="`next` of the page before, with the same filters.")
    limit: int = Field(100, description="Dossiers a page.", ge=1, le=1000)


class PaperParameters(MomentParameters):
    """What every form and report is asked for."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    agency: str | None = Field(
        None, description="Agency code, either order; its subtree is meant.", examples=["H24.99"]
    )
    period: str | None = Field(None, description="As for a figure.", examples=["report-2024"])
    from_: str | None = Field(
        None, alias="from", description="First day, instead of `period`.", examples=["2023-11-15"]
    )
    to: str | None = Field(None, description="Last day, with `from`.", examples=["2024-12-05"])
    language: Language = Field("vi", description="Language of the file: vi or en. JSON has both.")
    structure: Literal["then", "now"] = Field(
        "then",
        description="then: the agency as it was. now is refused (422): a paper is of one agency as the law knows it; a "
        "comparison, or a series over time, counts dossiers by what the agency is made of today.",
    )

    def question(self) -> QuestionParameters:
        """The part of it that any figure may be asked for. Raises ``FilterError`` naming ``structure``."""
        if self.structure == "now":
            raise FilterError(
                "structure",
                "Forms and reports are of the agency as it was; ask for a comparison or a series over time.",
            )
        shared = self.model_fields_set & QuestionParameters.model_fields.keys()
        return QuestionParameters(**{name: getattr(self, name) for name in shared})


class FormParameters(PaperParameters):
    """A statistical form, and how."""

    format: Literal["json", "csv", "xlsx", "docx", "pdf"] = Field(
        "json", description="json, or a file: csv and xlsx to calculate with, docx and pdf to print."
    )


class ProcedureFormParameters(FormParameters):
    """Form II.07b, and how."""

    as_of_indicators: str | None = Field(
        None, description="Change number of hand-entered indicators. None: the newest.", examples=["31"]
    )


class ReportParameters(PaperParameters):
    """The annual report, and how."""

    as_of_indicators: str | None = Field(
        None, description="Change number of hand-entered indicators. None: the newest.", examples=["31"]
    )
    format: Literal["json", "docx", "pdf", "xlsx"] = Field(
        "json", description="json, or a file: docx to edit, pdf to print, xlsx to calculate with."
    )


class CardParameters(PaperParameters):
    """The QĐ 766 index, by which rules and how."""

    variant: Literal["api", "document"] = Field(
        "api", description="api: as the national portal publishes it; document: as the business-rules document says."
    )
    layout: Literal["2022", "2026"] = Field(
        "2022",
        description="2022: the six groups as scored today. 2026: the portal's METRICS sheet, as far as it is known; "
        "what is not known stays open. Without `variant`.",
    )
    as_of_indicators: str | None = Field(
        None, description="Change number of hand-entered indicators. None: the newest by `as_of`.", examples=["31"]
    )
    breakdown: Literal["below", "department", "commune"] = Field(
        "below", description="Which agencies one level below are listed: all of them, departments, or communes."
    )
    format: Literal["json", "csv", "xlsx"] = Field("json", description="json, or a file: csv or xlsx.")


class SimplificationParameters(PaperParameters):
    """Whose procedures, which of them, and how."""

    procedure: str | None = Field(None, description="Procedure code: this one only.", examples=["1.001612"])
    channel: str | None = Field(None, description="DIRECT, ONLINE or POSTAL.", examples=["ONLINE"])
    cursor: str | None = Field(None, description="`next` of the page before, with the same filters (JSON).")
    limit: int = Field(100, description="Procedures a page (JSON).", ge=1, le=500)
    format: Literal["json", "csv"] = Field("json", description="json in pages, or the whole list as a csv file.")


class QueryIn(BaseModel):
    """Up to a hundred questions, answered in one snapshot."""

    model_config = ConfigDict(extra="forbid")

    questions: list[QuestionIn] = Field(description="The questions, 1 to 100.", min_length=1, max_length=100)


class IndicatorParameters(BaseModel):
    """Which number of an office, as known when."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    agency: str | None = Field(
        None, description="Agency code, either order. Needed: a number is entered for one agency.", examples=["H24.99"]
    )
    period: str | None = Field(None, description="As for a figure.", examples=["2024"])
    from_: str | None = Field(
        None, alias="from", description="First day, instead of `period`.", examples=["2023-11-15"]
    )
    to: str | None = Field(None, description="Last day, with `from`.", examples=["2024-12-05"])
    as_of_indicators: str | None = Field(
        None, description="Change number of indicators. None: the newest.", examples=["31"]
    )


_VALUE = (
    "A count in digits only (5000), a percentage between 0 and 100 with at most 4 decimals (98.97), words where the "
    "unit is `text`. null withdraws what was said before."
)


class IndicatorIn(BaseModel):
    """What an office says of one indicator for one period."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "example": {
                "agency": "H24.99",
                "from": "2023-11-15",
                "to": "2024-12-05",
                "value": 5000,
                "unit": "visits",
                "qualifier": "more_than",
                "source": "Báo cáo kiểm soát TTHC năm 2024, mục II.6",
            }
        },
    )

    agency: str = Field(description="Agency code, either order: the caller's own or one below it.", examples=["H24.99"])
    period: str | None = Field(None, description="As for a figure.", examples=["2024"])
    from_: str | None = Field(
        None, alias="from", description="First day, instead of `period`.", examples=["2023-11-15"]
    )
    to: str | None = Field(None, description="Last day, with `from`.", examples=["2024-12-05"])
    value: int | float | str | None = Field(description=_VALUE, examples=[98.97])
    unit: str = Field(description="The indicator's unit, to be sure of each other.", examples=["percent"])
    qualifier: str = Field("exact", description="exact, more_than (hơn) or nearly (gần).", examples=["more_than"])
    source: str = Field(
        description="The document the number stands in, on one line.",
        min_length=1,
        max_length=500,
        examples=["Báo cáo kiểm soát TTHC năm 2024, mục II.6"],
    )


class IndicatorFileItem(BaseModel):
    """One number of a file."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="Id of the indicator.")
    value: int | float | str | None = Field(description=_VALUE)
    unit: str = Field(description="The indicator's unit.")
    qualifier: str = Field("exact", description="exact, more_than or nearly.")
    source: str = Field(description="The document the number stands in.", min_length=1, max_length=500)


class IndicatorFile(BaseModel):
    """A file of ``import-indicators``: the numbers of one agency and period."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    agency: str = Field(description="Agency code.")
    period: str | None = Field(None, description="As for a figure.")
    from_: str | None = Field(None, alias="from", description="First day, instead of `period`.")
    to: str | None = Field(None, description="Last day, with `from`.")
    indicators: list[IndicatorFileItem] = Field(description="The numbers.", min_length=1, max_length=1000)

    def each(self) -> list[tuple[str, IndicatorIn]]:
        """Every number with its indicator's id, as it would be sent over HTTP."""
        days = self.model_dump(exclude={"indicators"})
        return [(item.id, IndicatorIn(**days, **item.model_dump(exclude={"id"}))) for item in self.indicators]
