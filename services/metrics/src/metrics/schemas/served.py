"""What is served: every field described, none optional."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.figure import (
    FigureAnswer,
    FigureAsOf,
    FigureBounds,
    FigureName,
    FigurePeriod,
    FigureScope,
    Formula,
)


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScoreRuleOut(_Described):
    """How one layout of the index scores a figure."""

    layout: str = Field(description="Layout of the rules.", examples=["766-published-2026"])
    variant: str = Field(description="api: as published, the default; document: as the document says.")
    criterion: str = Field(description="Code of the criterion.", examples=["DOSSIERS_ON_TIME"])
    maximum: int = Field(description="Points at most; 0: shown, not scored.", examples=[20])
    full_at: str = Field(description="Ratio from which the maximum is given.", examples=["0.8"])
    text: str = Field(description="The rule in words.", examples=["20 x min(1, ratio)"])
    no_cases: str = Field(description="What 0 of 0 scores: null, zero or full.", examples=["zero"])
    effective_from: date = Field(description="First day of the layout.")
    effective_to: date | None = Field(description="Last day of the layout; null: in force.")
    status: str = Field(description="How sure we are of the rule.", examples=["practice"])


class WordOut(_Described):
    """One word of the answers, explained in both languages."""

    name: str = Field(description="The word as it stands in answers.", examples=["carried"])
    vi: str = Field(description="What it means, in Vietnamese.")
    en: str = Field(description="What it means, in English.")


class InWords(_Described):
    """The same in both languages."""

    vi: str = Field(description="In Vietnamese.")
    en: str = Field(description="In English.")


class DefinitionOut(_Described):
    """One entry of the dictionary."""

    id: str = Field(description="Stable id; part of the paths.", examples=["on_time_rate_766"])
    name: FigureName = Field(description="Name in both languages.")
    definition: InWords = Field(
        description="What the figure is, in words: `numerator`, `denominator` and `not_told` spelt out."
    )
    unit: Literal["count", "rate", "points", "days", "text"] = Field(description="What the value is.")
    source: Literal["records", "entered", "form", "inputs_missing"] = Field(
        description=(
            "records: counted here; entered: an agency enters it (PUT /v1/indicators/{id}); form: a score, given by "
            "/v1/forms/766; inputs_missing: defined and not answered, see `missing`."
        )
    )
    missing: str | None = Field(description="What it would need to be answered; null: nothing is missing.")
    subject: str = Field(
        description="dossiers, procedures, decisions, petitions, office or index.", examples=["dossiers"]
    )
    counted: InWords = Field(description="What is counted.")
    dated_by: InWords = Field(description="Which date places a record in a period.")
    formula: Formula = Field(description="The formula, its version and how sure we are of it.")
    legal_basis: list[str] = Field(description="Law or practice behind it.")
    numerator: list[str] = Field(description="Named disjoint sets that are added above the line.")
    denominator: list[str] | None = Field(description="Those below the line; null for counts.")
    not_told: list[str] = Field(description="Named sets of those whose portal does not tell: they widen the bounds.")
    sets: list[WordOut] = Field(description="What each of the named sets above holds.")
    zero_denominator: InWords | None = Field(description="What 0 of 0 is answered with; null for counts.")
    score_rules: list[ScoreRuleOut] = Field(description="How QĐ 766 scores it, by variant; empty: it is not scored.")
    effective_from: date | None = Field(description="First day the rule applies; null: not given by the source.")
    effective_to: date | None = Field(description="Last day the rule applies; null: still in force.")
    form_column: int | None = Field(description="Column of form II.06a.", examples=[7])
    filters: list[str] = Field(description="Parameters it may be restricted by, besides agency.")
    needs: list[str] = Field(description="Parameters it cannot be answered without.")
    policies: list[Literal["PORTAL", "RESTART", "SUBTRACT"]] = Field(
        description="What `policy` may be: PORTAL alone where no due date decides."
    )


class Dictionary(_Described):
    """Every figure there is, and the words that stand beside their numbers."""

    figures: list[DefinitionOut] = Field(description="In the order of the dictionary.")
    exclusions: list[WordOut] = Field(
        description="Why records are not counted: `excluded.reason` of an answer, `excluded` of a dossier."
    )
    flags: list[WordOut] = Field(description="What a reader must know about a number: `flags.flag` of an answer.")
    reasons: list[WordOut] = Field(description="Why there is no value: `reason` of an answer.")


class BreakOut(_Described):
    """One thing in which the two periods are unlike."""

    kind: Literal["territory_version", "government_levels", "online_levels", "formula_effective_days"] = Field(
        description=(
            "territory_version: the agency covers something else; government_levels, online_levels: the law has other "
            "levels; formula_effective_days: the formula is in force in one of them only, and is used for both."
        )
    )
    current: list[str] = Field(description="What holds in the period.", examples=[["2025-07-01"]])
    other: list[str] = Field(description="What holds in the other one.", examples=[["original"]])
    refuses: bool = Field(description="Whether it forbids to subtract the two: without across=label it is refused.")
    reason: str = Field(description="What happened, in words.", examples=["H24 took over from H23 on 2025-07-01."])
    legal_basis: list[str] = Field(description="The law behind it.", examples=[["NQ 202/2025/QH15"]])


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
    breaks: list[BreakOut] = Field(
        description="Over time: in what this row is unlike the one before it (another territory, other levels); never "
        "subtract across one that `refuses`."
    )


class SeriesOut(_Described):
    """One page of a series."""

    figure: str = Field(description="Id of the figure.", examples=["resolution_rate"])
    formula: Formula = Field(description="The formula that was used.")
    scope: FigureScope = Field(description="What was asked about.")
    period: FigurePeriod = Field(description="The whole period.")
    by: str = Field(description="What the rows are.", examples=["month"])
    structure: Literal["then", "now"] = Field(description="Whose dossiers: see `agencies`.")
    agencies: list[str] = Field(
        description="Agencies whose subtrees are counted in every row; with structure=now those that became one.",
        examples=[["H24", "H23"]],
    )
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

    field: str | None = Field(description="Field code; null in the total and in other forms.", examples=["G03-GD10"])
    agency: str | None = Field(description="Agency code, in II.06b.", examples=[None])
    level: str | None = Field(description='Level of the resolving agency, in II.06c; "": not known.', examples=[None])
    name: str = Field(description="Column 2.", examples=["Thi, tuyển sinh"])
    values: list[int] = Field(description="The columns, in order.", examples=[[12, 10, 1, 1, 11, 9, 1, 1, 1, 1, 0]])


class FormOut(_Described):
    """Form II.06a, II.06b or II.06c."""

    form: str = Field(description="Name of the form.", examples=["II.06a"])
    legal_basis: list[str] = Field(description="Where the form comes from.")
    status: str = Field(description="How sure we are of its columns.", examples=["practice"])
    scope: FigureScope = Field(description="What was asked about.")
    period: FigurePeriod = Field(description="Which days.")
    columns: list[FormColumn] = Field(description="Columns 3 to 13.")
    rows: list[FormRowOut] = Field(description="One row for each field, agency or level.")
    total: FormRowOut = Field(description="The sum of the rows.")
    proof: FigureAnswer = Field(description="Column 3 as a figure: exclusions, bounds, sources, state of knowledge.")


class ProcedureRowOut(_Described):
    """One agency of form II.07b."""

    agency: str | None = Field(description="Agency code; null in the total.", examples=["H24.99"])
    name: str = Field(description="Column 2.", examples=["Sở Giáo dục và Đào tạo"])
    values: list[int | None] = Field(
        description="The columns, in order; null: not known.",
        examples=[[114, 75, 34, 5, None, None, None, None, None, None, None, None]],
    )
    several_levels: int | None = Field(
        description="How often a procedure of column 3 stands at a further level; null: the catalogue says nothing."
    )
    no_level: int | None = Field(description="Procedures of column 3 at none of the form's levels.")


class ProcedureFormOut(_Described):
    """Form II.07b. Column 3 is the sum of its parts, less `several_levels`, plus `no_level`."""

    form: str = Field(description="Name of the form.", examples=["II.07b"])
    legal_basis: list[str] = Field(description="Where the form comes from.")
    status: str = Field(description="How sure we are of its columns.", examples=["practice"])
    scope: FigureScope = Field(description="What was asked about.")
    period: FigurePeriod = Field(description="Which days.")
    columns: list[FormColumn] = Field(description="Columns 3 to 14; the district's only while there is that level.")
    rows: list[ProcedureRowOut] = Field(description="The agency itself and each one directly below it.")
    total: ProcedureRowOut = Field(description="All of it: each procedure once; what the agency itself entered.")
    proof: FigureAnswer = Field(description="Column 3 as a figure: bounds, sources, state of knowledge.")
    as_of_indicators: int = Field(description="Change number of the hand-entered ones.", examples=[31])


class QueryOut(_Described):
    """The answers, in the order of the questions, all from one snapshot."""

    answers: list[FigureAnswer] = Field(description="One for each question.")


class FreshnessFeed(_Described):
    """One feed as it stands now."""

    portal: str = Field(description="The portal.", examples=["haiphong-igate"])
    feed: str = Field(description="What is synced from it.", examples=["dossiers"])
    agency: str | None = Field(description="The subtree it is responsible for.", examples=["H24"])
    state: str = Field(description="fresh, stale or unknown.", examples=["fresh"])
    reason: str | None = Field(
        None,
        description='Why it is not fresh: "maintenance: …" as the portal announced it, or "silent"; null: neither.',
    )
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


class IndicatorDefinitionOut(_Described):
    """One hand-entered indicator."""

    id: str = Field(description="Stable id; part of the path.", examples=["site_daily_visits"])
    name: FigureName = Field(description="Name in both languages.")
    unit: str = Field(description="What it is measured in; `text` takes words.", examples=["visits"])
    used_in: str | None = Field(description="Section of the annual report; null: beside a figure.", examples=["II.6"])
    legal_basis: list[str] = Field(description="The law or practice that asks for it.")
    status: str = Field(description="How sure we are of that basis.", examples=["practice"])
    figure: str | None = Field(description="The computed figure it stands beside; null: there is none.")


class IndicatorList(_Described):
    """Every indicator there is."""

    indicators: list[IndicatorDefinitionOut] = Field(description="Those of the report first by section, by id.")


class EnteredOut(_Described):
    """One revision of a hand-entered number."""

    revision: int = Field(description="1, 2, … of this number.", examples=[1])
    change: int = Field(description="Its number among all indicators' revisions.", examples=[31])
    value: str | None = Field(description="A decimal number, or words; null: withdrawn.", examples=["98.97"])
    unit: str = Field(description="What it is measured in.", examples=["percent"])
    qualifier: str = Field(description="exact, more_than or nearly.", examples=["exact"])
    source: str = Field(description="The document it stands in.", examples=["Báo cáo năm 2024, mục II.4"])
    entered_by: str = Field(description="The API client, or the command.", examples=["import-indicators"])
    entered_at: datetime = Field(description="When it was entered.")


class IndicatorOut(_Described):
    """A hand-entered number with its history, and the computed figure beside it. Neither is corrected by the other."""

    indicator: str = Field(description="Id of the indicator.", examples=["dossiers_received_in_period"])
    name: FigureName = Field(description="Name in both languages.")
    agency: str = Field(description="Whose number it is; subtrees are not added up.", examples=["H24.99"])
    period: FigurePeriod = Field(description="The very days it was entered for.")
    entered: EnteredOut | None = Field(description="The newest revision; null: nothing was entered.")
    revisions: list[EnteredOut] = Field(description="All revisions, newest first, at most 100.")
    computed: FigureAnswer | None = Field(description="The same from the records; null: no figure computes it.")
    as_of_indicators: int = Field(description="Change number; send it back to get the same.", examples=[31])
