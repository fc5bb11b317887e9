"""What the API says of dossiers that will be late soon. Days are Asia/Ho_Chi_Minh."""

from datetime import date

from pydantic import BaseModel, Field

from dossier_sync.domain.dossier import Dossier
from dossier_sync.domain.risk import Horizon
from dossier_sync.repository.at_risk import Due
from dossier_sync.schemas.dossiers import DossierOut
from shared.contracts.paging import Page
from shared.domain.status import WAITING_ON_APPLICANT


class AtRiskOut(BaseModel):
    """An open dossier and how long it still has."""

    working_days_left: int | None = Field(
        description="Working days after today up to the promised one, that one included. 0: it is due today. Below 0: "
        "the working days it is over. Null: longer ago than the calendar reaches."
    )
    waiting: bool = Field(description="True: the applicant must act; while it waits it counts as within time.")
    dossier: DossierOut = Field(description="The dossier as it stands.")

    @classmethod
    def of(cls, found: Dossier, horizon: Horizon) -> "AtRiskOut":
        left = None if found.due_on is None else horizon.left(found.due_on)
        return cls(working_days_left=left, waiting=found.status in WAITING_ON_APPLICANT, dossier=DossierOut.of(found))


class AgencyAtRisk(BaseModel):
    """How many open dossiers of one agency."""

    agency: str = Field(description="The agency itself, without those below it.")
    due: int = Field(description="Promised for a day from today to `until`.")
    overdue: int = Field(description="Promised for a day before today.")

    @classmethod
    def of(cls, row: Due) -> "AgencyAtRisk":
        return cls(agency=row.agency_code, due=row.due, overdue=row.overdue)


class AtRiskPage(Page[AtRiskOut]):
    """Open dossiers, the one promised first at the top."""

    today: date = Field(description="The day the question was asked on.")
    until: date = Field(description="The last day looked at: `within` working days after today.")
    agencies: list[AgencyAtRisk] | None = Field(
        description="Counts of each agency, the most overdue first. On the first page only; null on those after it."
    )
