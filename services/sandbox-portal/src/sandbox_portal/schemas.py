"""Shapes of the sandbox's own aids. The portals' shapes are theirs and are not modelled here."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from shared.domain.level import AuthorityLevel, DecisionKind

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
