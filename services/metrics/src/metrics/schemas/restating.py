"""How a restatement is asked for and served: every number then and now, and what moved it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.figure import FigureAsOf, FigureBounds, FigureScope

CauseName = Literal[
    "formula",
    "quarantine",
    "late_arrival",
    "upstream_deletion",
    "mapping",
    "calendar",
    "catalogue",
    "upstream_correction",
    "records",
    "no_history",
    "unexplained",
]


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RestatementParameters(_Described):
    """As of when."""

    as_of: str | None = Field(None, description="Ledger entry or instant, not before the publication's. None: now.")


class MovesParameters(RestatementParameters):
    """Which number, and which page of the dossiers that moved it."""

    figure: str = Field(description="Id of the figure.", examples=["dossiers_resolved"])
    row: str | None = Field(
        None, description="Row of a form: its field, agency or level. None: the figure itself.", examples=["G03-GD10"]
    )
    cause: CauseName | None = Field(None, description="Only the steps of this cause.", examples=["late_arrival"])
    cursor: str | None = Field(None, description="`next` of the page before, with the same filters.")
    limit: int = Field(100, description="Dossiers a page.", ge=1, le=1000)


class StateOut(_Described):
    """A number at one moment."""

    numerator: int = Field(description="What is counted.", examples=[2172])
    denominator: int | None = Field(description="Of how many; null for counts.", examples=[2215])
    value: str | None = Field(description="As in a figure.", examples=["0.980587"])
    percent: str | None = Field(description="As in a figure.", examples=["98.1"])
    bounds: FigureBounds | None = Field(description="As in a figure; null for a cell of a form.")


class ShiftOut(_Described):
    """By how much something moved a number."""

    numerator: int = Field(description="Above the line.", examples=[-3])
    denominator: int | None = Field(description="Below it; null for counts.", examples=[0])
    value: str | None = Field(
        description="Of the value as it is shown; the causes are taken in order, so that these add up to the digit. "
        "null: one of the two values does not exist (0 of 0).",
        examples=["-0.001354"],
    )


class CauseOut(ShiftOut):
    """What one cause did to a number."""

    cause: CauseName = Field(description="Why; the publications' page explains each.", examples=["late_arrival"])
    dossiers: int = Field(description="Dossiers behind it; 0 where none can be named.", examples=[3])
    unlisted: (
        Literal["old_judgements_not_kept", "whole_figure", "not_one_by_one", "no_history", "unexplained"] | None
    ) = Field(
        description="Why `/restatement/dossiers` names none: old_judgements_not_kept (formula: all was judged anew, "
        "and the rules of before are gone); whole_figure (the catalogue or the calendar moved what is not one "
        "dossier's); not_one_by_one (points or procedures of the whole); no_history; unexplained. null: it names them.",
        examples=[None],
    )


class ExcludedOut(_Described):
    """Records that were not counted, then and now: what bounds rest on."""

    reason: str = Field(description="As in a figure.", examples=["quarantined"])
    published: int = Field(description="Then.", examples=[4])
    now: int = Field(description="Now.", examples=[0])


class RestatedOut(_Described):
    """One number of the publication. `causes` add up to `difference` exactly."""

    figure: str = Field(description="Id of the figure.", examples=["dossiers_resolved"])
    row: str | None = Field(description="Row of a form: its field, agency or level; null: the figure itself.")
    scope: FigureScope | None = Field(description="What is counted; null: the dictionary has no such figure any more.")
    formula: dict[str, str | None] = Field(description="Version of the formula, `published` and `now`.")
    published: StateOut = Field(description="As it was published.")
    now: StateOut | None = Field(description="As of now; null: the dictionary has no such figure any more.")
    difference: ShiftOut = Field(description="now less published.")
    causes: list[CauseOut] = Field(description="What moved it; empty where nothing did.")
    excluded: list[ExcludedOut] = Field(description="Exclusions that are others now.")


class EnteredThen(_Described):
    """A hand-entered number that is another one now."""

    indicator: str = Field(description="Id of the indicator.", examples=["site_daily_visits"])
    agency: str = Field(description="Who entered it: the agency, or the province whose criterion it carries.")
    published: str | None = Field(description="What the report printed; null: nothing.", examples=["5000"])
    now: str | None = Field(description="What holds now; null: withdrawn.", examples=["5200"])
    revision: int | None = Field(description="The revision that holds now.", examples=[2])
    source: str | None = Field(description="The document it stands in.")
    entered_by: str | None = Field(description="Who entered it.")
    entered_at: datetime | None = Field(description="When.")


class Moment(_Described):
    """One of the two moments."""

    as_of: FigureAsOf = Field(description="The state of knowledge.")
    rule: str = Field(description="Version of the judging rules.", examples=["2"])


_EXAMPLE: dict[str, Any] = {
    "number": 12,
    "digest": "sha256:9f86…",
    "published": {
        "as_of": {"entry": 18233, "catalogue": 512, "calendar": 7, "at": "2024-12-11T02:00:03Z", "digest": "sha256:…"},
        "rule": "2",
    },
    "now": {
        "as_of": {"entry": 18410, "catalogue": 512, "calendar": 7, "at": "2025-02-03T02:00:01Z", "digest": "sha256:…"},
        "rule": "2",
    },
    "explained": True,
    "figures": [
        {
            "figure": "on_time_rate_received",
            "row": None,
            "scope": {
                "agency": "H24.99",
                "procedure": None,
                "field": None,
                "channel": None,
                "level": None,
                "kind": None,
                "policy": "PORTAL",
            },
            "formula": {"published": "1", "now": "1"},
            "published": {
                "numerator": 2172,
                "denominator": 2215,
                "value": "0.980587",
                "percent": "98.1",
                "bounds": {"low": "0.980587", "high": "0.980587"},
            },
            "now": {
                "numerator": 2174,
                "denominator": 2218,
                "value": "0.980162",
                "percent": "98.0",
                "bounds": {"low": "0.980162", "high": "0.980162"},
            },
            "difference": {"numerator": 2, "denominator": 3, "value": "-0.000425"},
            "causes": [
                {
                    "cause": "late_arrival",
                    "numerator": 4,
                    "denominator": 4,
                    "value": "0.000035",
                    "dossiers": 4,
                    "unlisted": None,
                },
                {
                    "cause": "upstream_deletion",
                    "numerator": -1,
                    "denominator": -1,
                    "value": "-0.000009",
                    "dossiers": 1,
                    "unlisted": None,
                },
                {
                    "cause": "upstream_correction",
                    "numerator": -1,
                    "denominator": 0,
                    "value": "-0.000451",
                    "dossiers": 1,
                    "unlisted": None,
                },
            ],
            "excluded": [],
        }
    ],
    "indicators": [],
}


class RestatementOut(_Described):
    """Every number of a publication, then and now, and why it moved."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    number: int = Field(description="The publication.", examples=[12])
    digest: str = Field(description="sha256 of the signed document.")
    published: Moment = Field(description="The publication's own moment.")
    now: Moment = Field(description="The moment it is compared with.")
    explained: bool = Field(description="Nothing is `unexplained`. false is a fault: ask us.", examples=[True])
    figures: list[RestatedOut] = Field(description="Every figure, then every cell of a form, in the order published.")
    indicators: list[EnteredThen] = Field(
        description="Of a report, II.07b and 766: hand-entered numbers revised since."
    )


class MovedOut(_Described):
    """One step of one dossier, or of one petition, that moved the number."""

    dossier_code: str | None = Field(
        description="Canonical code; null: it is a petition.", examples=["000.00.99.H24-240115-0001"]
    )
    petition_code: str | None = Field(description="Code of a petition; null: it is a dossier.", examples=[None])
    entry: int | None = Field(description="Ledger entry that brought this version; null: a petition.", examples=[18240])
    recorded_at: datetime | None = Field(description="When a petition's version was imported.", examples=[None])
    agency: str = Field(description="Agency of this version.", examples=["H24.99"])
    cause: CauseName = Field(description="Why.", examples=["late_arrival"])
    numerator: int = Field(description="By how much it moved what is above the line.", examples=[1])
    denominator: int = Field(description="And below it; 0 for counts.", examples=[1])


class MovesOut(_Described):
    """One page of the dossiers that moved a number. All pages add up to the causes of the restatement."""

    number: int = Field(description="The publication.", examples=[12])
    figure: str = Field(description="Id of the figure.", examples=["dossiers_resolved"])
    row: str | None = Field(description="Row of a form; null: the figure itself.")
    items: list[MovedOut] = Field(
        description="Steps by dossier code and entry. A cause with `unlisted` in the restatement has none."
    )
    next: str | None = Field(description="Cursor of the next page, as of the same entry; null on the last.")
    as_of: FigureAsOf = Field(description="The moment it is compared with.")
