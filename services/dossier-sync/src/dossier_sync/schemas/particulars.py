"""What the API says of a dossier's particulars. Absent knowledge is null: the portal does not tell."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from dossier_sync.domain.particulars import Particulars, read


class FeeOut(BaseModel):
    """One line of fees."""

    kind: str | None = Field(description="The portal's code of its kind; null: not told.")
    amount: int | None = Field(description="Đồng; null: not told.")
    collected_at: datetime | None = Field(description="When it was collected; null: not, or not told.")


class ComponentsOut(BaseModel):
    """Submitted papers, counted."""

    total: int | None = Field(description="Papers submitted.")
    digitised: int | None = Field(description="Of them digitised.")
    reused: int | None = Field(description="Of them taken over from an earlier dossier or store.")
    from_store: int | None = Field(description="Of them taken from the national document store.")


class ResultsOut(BaseModel):
    """Result papers, counted."""

    total: int | None = Field(description="Result papers.")
    files: int | None = Field(description="Of them with an electronic file.")


class DueChangeOut(BaseModel):
    """A change of the promised day, as the portal lists it."""

    on: date | None = Field(description="Day of the change.")
    before: date | None = Field(description="Promised day given up.")
    after: date | None = Field(description="Promised day from then on.")
    cause: Literal["supplement", "extension"] | None = Field(description="Why; null: not told.")


class ParticularsOut(BaseModel):
    """What the portal tells beside the days. null everywhere means: it does not tell."""

    fees: list[FeeOut] | None = Field(description="Fee lines.")
    paid_online: Literal[0, 1, 2, 3] | None = Field(
        description="0 not online, 1 on the national portal, 2 on the ministry's or province's, 3 elsewhere."
    )
    components: ComponentsOut | None = Field(description="Submitted papers.")
    digitised: bool | None = Field(description="Whether it has digitised papers (HoSoCoThanhPhanSoHoa).")
    results: ResultsOut | None = Field(description="Result papers.")
    verified_account: bool | None = Field(description="Whether it was filed from an account VNeID verified.")
    databases: list[str] | None = Field(description="Codes of the databases that were asked instead of the applicant.")
    filed_at: Literal["national", "local"] | None = Field(description="Where it was filed.")
    due_changes: list[DueChangeOut] | None = Field(description="Changes of the promised day.")
    apologies: int | None = Field(description="Letters of apology sent.")
    unread: list[str] = Field(description="What the portal told in a way that could not be kept.")

    @classmethod
    def of(cls, kept: bytes | None) -> "ParticularsOut | None":
        return None if kept is None else cls._of(read(kept))

    @classmethod
    def _of(cls, told: Particulars) -> "ParticularsOut":
        return cls.model_validate(
            {
                "fees": None if told.fees is None else [fee._asdict() for fee in told.fees],
                "paid_online": None if told.paid_online is None else int(told.paid_online),
                "components": None if told.components is None else told.components._asdict(),
                "digitised": told.digitised,
                "results": None if told.results is None else told.results._asdict(),
                "verified_account": told.verified_account,
                "databases": told.databases,
                "filed_at": told.filed_at,
                "due_changes": None if told.due_changes is None else [one._asdict() for one in told.due_changes],
                "apologies": told.apologies,
                "unread": told.unread,
            }
        )
