"""What the API says of our counts beside the portals' own."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from dossier_sync.domain.reconciling import Cause, compare
from dossier_sync.repository.reconciling import ListTotal, Reconciled
from shared.contracts.paging import Page

LIST_TOTAL = "list_total"
"""Source of the row that compares the length of a portal's whole list."""


class Explanation(BaseModel):
    """Part of a difference, and why."""

    cause: Cause = Field(description="What explains it; see the list of causes above.")
    dossiers: int = Field(description="How many; negative where we count more than the portal.")


class ReconciledOut(BaseModel):
    """One count of a portal beside ours. `theirs - ours` is the sum of `explained` and `unexplained`."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "portal": "haiphong-igate",
                "source": "igate_search",
                "agency": "H24.99",
                "month": "2024-08",
                "theirs": 214,
                "ours": 212,
                "matched": 212,
                "explained": [{"cause": "quarantined", "dossiers": 2}],
                "unexplained": 0,
                "entry": 18233,
                "asked_at": "2024-09-01T00:10:00Z",
            }
        }
    )

    portal: str = Field(description="Whose count it is.")
    source: str = Field(
        description="Which of its counts: igate_search (totals of its dossier search), national_evaluation "
        "(totalReceived of QĐ 766 group 2), list_total (length of its whole list)."
    )
    agency: str | None = Field(description="The agency, with everything below it; null: all of the portal's.")
    month: str | None = Field(description="Month of receipt; null: all of them.")
    theirs: int = Field(description="The portal's own number. It changes nothing of ours.")
    ours: int = Field(description="Our number for the same population.")
    matched: int = Field(description="How many both count.")
    explained: list[Explanation] = Field(description="What explains the difference; empty where there is none.")
    unexplained: int = Field(
        description="What nothing explains: positive where the portal counts more. Not 0: the month is not final."
    )
    entry: int | None = Field(description="Ledger entry our number is of; null: as of the newest finished run.")
    asked_at: datetime = Field(description="When the portal was asked.")

    @classmethod
    def of(cls, row: Reconciled) -> "ReconciledOut":
        return cls(
            portal=row.portal,
            source=row.source,
            agency=row.agency_code,
            month=f"{row.month:%Y-%m}",
            theirs=row.theirs,
            ours=row.ours,
            matched=row.matched,
            explained=[Explanation(cause=Cause(cause), dossiers=number) for cause, number in row.explained.items()],
            unexplained=row.unexplained,
            entry=row.entry,
            asked_at=row.asked_at,
        )

    @classmethod
    def of_list(cls, total: ListTotal) -> "ReconciledOut":
        found = compare(total.theirs, total.ours, total.candidates)
        return cls(
            portal=total.portal,
            source=LIST_TOTAL,
            agency=total.agency_code,
            month=None,
            theirs=found.theirs,
            ours=found.ours,
            matched=found.matched,
            explained=[Explanation(cause=cause, dossiers=number) for cause, number in found.explained.items()],
            unexplained=found.unexplained,
            entry=None,
            asked_at=total.finished_at,
        )


class Reconciliation(Page[ReconciledOut]):
    """Newest comparisons in order of portal, source, month and agency."""

    lists: list[ReconciledOut] = Field(description="The length of each portal's whole list, beside ours.")
