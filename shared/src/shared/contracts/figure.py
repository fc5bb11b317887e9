"""The envelope every figure travels in: never a bare number (DESIGN 8).

Users: metrics (answers with it), the local stack (prints it), an integrator's generated client. Counts are
integers; ``value`` is a decimal string so that no reader rounds it by accident.
"""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["verified", "practice", "unverified"]
"""verified: the legal text was read. practice: seen in published rules or running systems. unverified: remembered."""


class _Described(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class FigureName(_Described):
    """The figure's name in both languages."""

    vi: str = Field(description="Vietnamese name, as on the forms.", examples=["Tiến độ giải quyết (QĐ 766)"])
    en: str = Field(description="English name.", examples=["On-time rate by QĐ 766"])


class Formula(_Described):
    """By which formula the figure was computed."""

    version: str = Field(description="Version of the formula; a changed formula gets a new one.", examples=["1"])
    text: str = Field(description="The formula in words.", examples=["(resolved in time + pending in time) / handled"])
    status: Status = Field(
        description="verified: the legal text was read; practice: published rules or running systems; unverified."
    )


class FigureScope(_Described):
    """Which dossiers, procedures or petitions were asked about. Null: not restricted."""

    agency: str | None = Field(description="Agency code, level 1 first; its subtree is included.", examples=["H24.99"])
    procedure: str | None = Field(description="Procedure code without suffix.", examples=["1.001612"])
    field: str | None = Field(description="Code of the field (lĩnh vực).", examples=["G03-GD10"])
    channel: Literal["DIRECT", "ONLINE", "POSTAL"] | None = Field(description="Channel of submission.")
    level: str | None = Field(description="Level of authority at the period's end.", examples=["COMMUNE"])
    kind: str | None = Field(description="Kind of publication decision.", examples=["NEW"])
    policy: Literal["PORTAL", "RESTART", "SUBTRACT"] = Field(
        description=(
            "What a supplement request does to the due date: PORTAL, the portal's own date; RESTART, the limit begins "
            "anew (NĐ 61/2018 Art. 19(4)); SUBTRACT, the days of waiting are taken out of it (rules of QĐ 766)."
        )
    )


class FigurePeriod(_Described):
    """The days covered, both ends included, in Asia/Ho_Chi_Minh."""

    kind: str = Field(
        description="year, quarter, month, report_year, report_half, report_quarter, report_month or custom.",
        examples=["custom"],
    )
    from_: date = Field(alias="from", description="First day.", examples=["2023-11-15"])
    to: date = Field(description="Last day; stocks are taken at its end.", examples=["2024-12-05"])


class FigureBounds(_Described):
    """Between these the figure must lie, wherever the unknown records belong."""

    low: str = Field(description="Lowest possible value.", examples=["1.000000"])
    high: str = Field(description="Highest possible value.", examples=["1.000000"])


class FigureExclusion(_Described):
    """Records that are not counted, by reason."""

    reason: str = Field(
        description=(
            "status_unmapped, date_missing and quarantined are unknowns and widen the bounds; "
            "not_accepted, refused_at_reception and gone_upstream (the portal holds it no longer) are outside it."
        ),
        examples=["status_unmapped"],
    )
    count: int = Field(description="How many records.", examples=[0])


class FigureFlag(_Described):
    """An assumption or a doubt the reader must know."""

    flag: str = Field(
        description="What it is, for machines; `flags` of the dictionary says it in words.", examples=["no_due_date"]
    )
    count: int | None = Field(description="How many dossiers it concerns; null where it is no count.", examples=[3])


class FigurePart(_Described):
    """One part of a figure that is broken down."""

    by: str = Field(description="What the parts are.", examples=["kind"])
    key: str = Field(description="The part.", examples=["NEW"])
    count: int = Field(description="Its count.", examples=[3])


class FigureSource(_Described):
    """A feed the figure rests on, as it stands now."""

    portal: str = Field(description="The portal.", examples=["haiphong-igate"])
    feed: str = Field(description="What is synced from it.", examples=["dossiers"])
    state: str = Field(description="fresh, stale or unknown.", examples=["fresh"])
    reason: str | None = Field(
        None,
        description='Why it is not fresh: "maintenance: …" as the portal announced it, or "silent"; null: neither.',
    )
    data_until: datetime | None = Field(description="Everything up to this instant is in; null: nothing is proven.")
    quarantined: int = Field(description="Records of this feed in quarantine now.", examples=[0])


class FigureAsOf(_Described):
    """The state of knowledge the answer was computed from. The same numbers can be asked for again."""

    entry: int = Field(description="Ledger entry; send it back as `as_of`.", examples=[18233])
    catalogue: int = Field(description="Catalogue change number; send it back as `as_of_catalogue`.", examples=[512])
    calendar: int = Field(description="Calendar revision; send it back as `as_of_calendar`.", examples=[7])
    at: datetime | None = Field(description="When the entry was committed; null while the ledger is empty.")
    digest: str | None = Field(description="The ledger's digest chain up to the entry.", examples=["sha256:9f86…"])
    indicators: int | None = Field(
        None,
        description="Newest change of entered numbers; send it back as `as_of_indicators`. Null: published before it "
        "was told.",
        examples=[31],
    )
    imports: datetime | None = Field(
        None,
        description="Until when petitions and votes are known, which are imported beside the ledger; send it back as "
        "`as_of_imports`. Null: there is nothing yet, or published before it was told.",
    )


class FigureLinks(_Described):
    """Where to read on."""

    definition: str = Field(description="The figure's definition.", examples=["/v1/figures/on_time_rate_766"])
    dossiers: str | None = Field(description="The dossiers behind it (scope lineage:read); null: there are none.")


_EXAMPLE: dict[str, Any] = {
    "figure": "on_time_rate_766",
    "name": {"vi": "Tiến độ giải quyết (QĐ 766)", "en": "On-time rate by QĐ 766"},
    "formula": {
        "version": "1",
        "text": "(resolved in time in the period + pending within time at its end) / (received + carried over).",
        "status": "practice",
    },
    "legal_basis": ["QĐ 766/QĐ-TTg, tiêu chí 2.1"],
    "scope": {
        "agency": "H24.99",
        "procedure": None,
        "field": None,
        "channel": None,
        "level": None,
        "kind": None,
        "policy": "PORTAL",
    },
    "period": {"kind": "custom", "from": "2023-11-15", "to": "2024-12-05"},
    "numerator": 2215,
    "denominator": 2215,
    "value": "1.000000",
    "percent": "100.0",
    "reason": None,
    "bounds": {"low": "1.000000", "high": "1.000000"},
    "most": 1,
    "excluded": [
        {"reason": "status_unmapped", "count": 0},
        {"reason": "date_missing", "count": 0},
        {"reason": "quarantined", "count": 0},
        {"reason": "not_accepted", "count": 0},
        {"reason": "refused_at_reception", "count": 0},
        {"reason": "gone_upstream", "count": 0},
    ],
    "breakdown": [],
    "complete": True,
    "flags": [],
    "sources": [
        {
            "portal": "haiphong-igate",
            "feed": "dossiers",
            "state": "fresh",
            "data_until": "2024-12-11T02:00:00Z",
            "reason": None,
            "quarantined": 0,
        }
    ],
    "as_of": {
        "entry": 18233,
        "catalogue": 512,
        "calendar": 7,
        "at": "2024-12-11T02:00:03Z",
        "digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "indicators": 31,
        "imports": "2024-12-11T01:58:40Z",
    },
    "links": {
        "definition": "/v1/figures/on_time_rate_766",
        "dossiers": "/v1/figures/on_time_rate_766/dossiers?agency=H24.99&from=2023-11-15&to=2024-12-05&as_of=18233",
    },
}


class FigureAnswer(_Described):
    """One figure: its value, its counts, and what they rest on."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    figure: str = Field(description="Id of the figure.", examples=["on_time_rate_766"])
    name: FigureName = Field(description="Name in both languages.")
    formula: Formula = Field(description="The formula that was used.")
    legal_basis: list[str] = Field(description="The law or the practice behind it.", examples=[["QĐ 766/QĐ-TTg 2.1"]])
    scope: FigureScope = Field(description="What was asked about.")
    period: FigurePeriod = Field(description="Which days.")
    numerator: int | None = Field(
        description="What is counted; null where nothing is counted: an entered number, a score.", examples=[2215]
    )
    denominator: int | None = Field(description="Of how many; null for counts.", examples=[2215])
    value: str | None = Field(
        description="A count as an integer, a rate with six decimals rounded half up; null: see `reason`.",
        examples=["1.000000"],
    )
    percent: str | None = Field(description="The rate for display, one decimal, half up; null for counts.")
    reason: str | None = Field(
        description=(
            "Why value is null: no_cases (0 of 0); not_told (0 of 0 known, some unknown); not_entered; inputs_missing; "
            "entered_counts_contradict; criteria_open: only bounds of a score are known; classes_possible: these "
            "lie in several classes; criterion_left_out."
        ),
        examples=[None],
    )
    bounds: FigureBounds | None = Field(description="Null when there are no cases and no unknowns.")
    most: int | None = Field(
        description="What one case adds to the numerator at most: 1; its points where the figure averages points.",
        examples=[1],
    )
    excluded: list[FigureExclusion] = Field(description="What was not counted.")
    breakdown: list[FigurePart] = Field(description="Parts of the figure, where it has any; else empty.")
    complete: bool = Field(
        description="True only when proven: every source fresh and past the period's end, nothing unknown."
    )
    flags: list[FigureFlag] = Field(description="Assumptions and doubts; why complete is false.")
    sources: list[FigureSource] = Field(description="The feeds it rests on.")
    as_of: FigureAsOf = Field(description="The state of knowledge.")
    links: FigureLinks = Field(description="Paths of the definition and of the dossiers behind it.")
