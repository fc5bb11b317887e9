"""What the API says of links that wait for the catalogue."""

from datetime import date

from pydantic import BaseModel, Field

from dossier_sync.repository.pending import Pending


class PendingOut(BaseModel):
    """Dossiers that name what the catalogue does not know yet."""

    missing: str = Field(description="`procedure_unlisted` or `agency_unlisted`.", examples=["procedure_unlisted"])
    agency: str = Field(description="Agency of the dossiers.")
    procedure: str = Field(description="Base code of the procedure they name.")
    dossiers: int = Field(description="How many dossiers.")
    oldest_on: date | None = Field(description="The first day of receipt among them.")

    @classmethod
    def of(cls, row: Pending) -> "PendingOut":
        return cls(
            missing=row.missing,
            agency=row.agency_code,
            procedure=row.procedure_code,
            dossiers=row.dossiers,
            oldest_on=row.oldest_on,
        )


class PendingLinks(BaseModel):
    """Links that wait, the most wanted first."""

    items: list[PendingOut] = Field(description="At most `limit`.")
