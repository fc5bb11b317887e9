"""Shapes of the sandbox's own aids. The portals' shapes are theirs and are not modelled here."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from pydantic.config import JsonDict

from shared.domain.level import AuthorityLevel, DecisionKind

Option = StrictBool | StrictInt | StrictFloat | StrictStr

_FAULTS: JsonDict = {
    "examples": [
        {"fault": "F09", "path": "igate", "pages": [2], "times": 3, "parameters": {"status": 504}},
        {"fault": "F66", "parameters": {"rows": 5}, "seed": 7},
    ]
}
_CHANGES: JsonDict = {"examples": [{"share": 0.1, "round": 1}, {"late_arrivals": 50}]}


class AgencyAid(BaseModel):
    """An agency under the names each contract uses."""

    code: str = Field(description="Level 1 first: H24.99.")
    qcvn: str = Field(description="Level 1 last, as in dossiers: 000.00.99.H24.")
    name: str = Field(description="Vietnamese name.")
    level: AuthorityLevel = Field(description="What kind of body it is.")
    parent: str | None = Field(description="Code of the agency above it; null at the top.")
    igate_id: str = Field(description="Its id in this iGate deployment, for `ancestor-agency-id`.")


class ScenarioAid(BaseModel):
    """What world is being served."""

    scenario: str = Field(description="haiphong-2024 or province.")
    seed: int = Field(description="Equal seeds give equal bytes.")
    dossiers: int = Field(description="Dossiers in the portal now, those that must not count included.")
    period_from: date = Field(description="First day of the report the scenario is counted for.")
    period_to: date = Field(description="Last day of it.")
    version: str = Field(description="Changes with every change and late arrival.")
    agencies: list[AgencyAid] = Field(description="All agencies.")


class DecisionAid(BaseModel):
    """A publication decision with what no portal contract carries: its kinds and its effective and posting days."""

    number: str = Field(description="As signed: 62/QĐ-UBND.")
    name: str = Field(description="Its title.")
    agency: str = Field(description="Code of the agency that signed it.")
    catalogue_agency: str | None = Field(description="Code of the agency whose procedures it publishes; null: all.")
    kinds: list[DecisionKind] = Field(description="What it does; one decision may carry several.")
    signed_on: date = Field(description="Day of signing.")
    effective_on: date = Field(description="Day from which it holds.")
    posted_on: date = Field(description="Day on which its procedures were posted.")
    new: list[str] = Field(description="Codes of procedures it brings in.")
    modified: list[str] = Field(description="Codes it amends, replaces or standardises.")
    rescinded: list[str] = Field(description="Codes it takes away.")
    note: str = Field(description="Anything odd about it, else empty.")


class PetitionAid(BaseModel):
    """A petition (PAKN). No public contract of the petition system is known, so this is ours."""

    code: str = Field(description="Number of the petition.")
    agency: str = Field(description="Code of the agency that answers it.")
    received_on: date = Field(description="Day of receipt.")
    due_on: date = Field(description="Fifteen working days after receipt.")
    resolved_on: date | None = Field(description="Day of the answer; null while open.")


class TruthAid(BaseModel):
    """Form II.06a counted from the generated facts themselves."""

    period_from: date = Field(description="First day counted.")
    period_to: date = Field(description="Last day counted.")
    figures: dict[str, int] = Field(description="Columns 3 to 13 of form II.06a by figure name, and catalogue counts.")


class ChangesWanted(BaseModel):
    """What to do to the dossiers. Both parts may be sent at once; the changes come first."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_CHANGES)

    share: float | None = Field(
        None,
        gt=0,
        le=0.5,
        description="Share of the dossiers to move on: 1 in n, n = round(1 / share), for all rounds.",
    )
    round: int = Field(1, ge=0, description="Which dossiers: number modulo n = round modulo n. Repeated: no effect.")
    late_arrivals: int | None = Field(
        None, ge=1, le=10_000, description="How many dossiers to add that were received inside the period."
    )


class ArrivalsAid(BaseModel):
    """What late arrivals added, counted as if no period ended before them."""

    added: int = Field(description="Dossiers added.")
    received_online: int = Field(description="Of these, received online.")
    resolved_early: int = Field(description="Ended before the day of their appointment.")
    resolved_on_time: int = Field(description="Ended on that day.")
    resolved_overdue: int = Field(description="Ended after it.")
    pending: int = Field(description="Not ended.")


class ChangesMade(BaseModel):
    """What was done."""

    changed: int = Field(description="Dossiers moved on; 0 when this round had been applied before.")
    arrivals: ArrivalsAid | None = Field(description="Late arrivals, when asked for.")
    version: str = Field(description="The version served from now on.")


class FaultWanted(BaseModel):
    """A fault to switch on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_FAULTS)

    fault: str = Field(description="Its number: F09.", pattern=r"^F[0-9]{2,3}$")
    path: str | None = Field(None, description="A portal (igate) or one of its endpoints (igate_login); null: all.")
    pages: list[Annotated[int, Field(ge=0)]] | None = Field(
        None,
        max_length=1_000,
        description="Pages struck, as the portal counts them. Where a request has no page number: which requests in "
        "turn, from 0. Null: all.",
    )
    times: int | None = Field(None, ge=1, description="How often it strikes; null: without end. Left out: its default.")
    after: int = Field(0, ge=0, description="How many requests it lets pass first.")
    seed: int = Field(1, ge=0, description="Decides which records are struck. Equal seeds strike equal ones.")
    parameters: dict[str, Option] = Field(default_factory=dict, description="Its own; those left out keep defaults.")


class FaultParameterAid(BaseModel):
    """An option of a fault."""

    name: str = Field(description="Its name.")
    default: Option = Field(description="Its value when none is given; another must be of the same type.")
    text: str = Field(description="What it does.")
    choices: list[str] = Field(description="What it may be; empty: anything.")


class FaultAid(BaseModel):
    """A fault that can be switched on."""

    id: str = Field(description="Its number in the list of faults.")
    title: str = Field(description="What goes wrong.")
    does: str = Field(description="What the sandbox does.")
    paths: list[str] = Field(description="The endpoints it can strike.")
    times: int | None = Field(description="How often it strikes unless told; null: without end.")
    in_truth: bool = Field(description="Whether `/sandbox/truth` counts the records as this fault leaves them.")
    parameters: list[FaultParameterAid] = Field(description="Its options.")


class ActiveFaultAid(BaseModel):
    """A fault that is switched on."""

    id: str = Field(description="For `DELETE /sandbox/faults/{id}`.")
    fault: str = Field(description="Its number.")
    endpoints: list[str] = Field(description="Where it strikes.")
    pages: list[int] | None = Field(description="Pages struck; null: all.")
    times: int | None = Field(description="How often it may strike; null: without end.")
    after: int = Field(description="How many requests pass first.")
    seed: int = Field(description="Its seed.")
    parameters: dict[str, Option] = Field(description="All its options.")
    seen: int = Field(description="Requests it could have struck so far.")
    struck: int = Field(description="Requests it struck.")
    touched: list[str] = Field(description="Codes of the records it changed, at most 200.")


class FaultsAid(BaseModel):
    """The faults: those switched on, and all there are."""

    active: list[ActiveFaultAid] = Field(description="Switched on, oldest first.")
    registry: list[FaultAid] = Field(description="All that can be.")
    left_out: dict[str, str] = Field(description="Numbers that cannot be shown here, with the reason.")


class FaultsGone(BaseModel):
    """What was switched off."""

    removed: int = Field(description="How many faults.")
