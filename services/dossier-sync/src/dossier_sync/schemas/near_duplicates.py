"""What the API says of dossiers that may be one."""

from pydantic import BaseModel, Field

from dossier_sync.repository.near_duplicates import NearDuplicates as Found


class NearDuplicatesOut(BaseModel):
    """Dossiers that may be one case under several codes."""

    agency: str = Field(description="The agency that handles them.")
    codes: list[str] = Field(description="Their codes, in order.", examples=[["H24.99-240115-0001"]])

    @classmethod
    def of(cls, row: Found) -> "NearDuplicatesOut":
        return cls(agency=row.agency_code, codes=row.codes)


class NearDuplicates(BaseModel):
    """Groups in order of agency and code. Nothing is merged: each code counts as its own dossier until it is mended."""

    items: list[NearDuplicatesOut] = Field(description="At most `limit`.")
