"""What the API says of dossiers, field by field. Codes are canonical, days are Asia/Ho_Chi_Minh, instants UTC."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from dossier_sync.domain.dossier import Dossier
from dossier_sync.repository.lists import EntryRow, Version
from dossier_sync.schemas.particulars import ParticularsOut
from shared.contracts.paging import Page
from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

_DOSSIER: JsonDict = {
    "code": "000.00.99.H24-240115-0001",
    "agency": "H24.99",
    "procedure": "1.005142",
    "field": "G08-GD01",
    "channel": "ONLINE",
    "status": "RETURNED",
    "received_on": "2024-01-15",
    "due_on": "2024-01-18",
    "first_due_on": "2024-01-18",
    "statutory_due_on": "2024-01-18",
    "ended_on": "2024-01-17",
    "returned_on": None,
    "supplements": [],
    "flags": [],
    "modified_at": "2024-01-17T08:00:01.231000Z",
    "gone": False,
    "particulars": None,
}


class StatusGroup(StrEnum):
    """A group of states to filter by."""

    OPEN = "open"
    WAITING = "waiting"
    ENDED = "ended"
    EXCLUDED = "excluded"
    UNMAPPED = "unmapped"


class SupplementRound(BaseModel):
    """One request to the applicant to supplement the dossier or to pay."""

    asked_on: date = Field(description="Day of the request, as the portal's state changed.")
    answered_on: date | None = Field(description="Day the answer was in; null while it is awaited.")


class DossierOut(BaseModel):
    """A dossier as it stands. Nobody's personal data is kept, so none can be asked for."""

    model_config = ConfigDict(json_schema_extra={"example": _DOSSIER})

    code: str = Field(description="Dossier code, canonical.")
    agency: str = Field(description="Agency that handles it, level 1 first.")
    procedure: str = Field(description='Base code of the procedure; "" when the portal sent none that can be read.')
    field: str = Field(description='Code of the field (lĩnh vực); "" when unknown.')
    channel: str | None = Field(description="DIRECT, ONLINE or POSTAL; null when the portal named none we know.")
    status: str = Field(description="One of the ten national states, or UNMAPPED.")
    received_on: date | None = Field(description="Day of acceptance.")
    due_on: date | None = Field(description="Day promised by the portal, the one the applicant holds.")
    first_due_on: date | None = Field(description="Day that was promised first.")
    statutory_due_on: date | None = Field(description="Day by the procedure's limit; null when it has no single one.")
    ended_on: date | None = Field(description="Day the result was ready, or the handling ended otherwise.")
    returned_on: date | None = Field(description="Day the result was handed over, where the portal tells.")
    supplements: list[SupplementRound] = Field(description="Requests to the applicant that we saw.")
    flags: list[str] = Field(description="What is odd about the record; nothing is corrected.")
    modified_at: datetime = Field(description="The portal's time of its last change.")
    gone: bool = Field(description="True: a tombstone. The portal holds it no longer; the other facts are its last.")
    particulars: ParticularsOut | None = Field(description="Fees, papers and the like; null: the portal tells none.")

    @classmethod
    def of(cls, found: Dossier) -> "DossierOut":
        return cls(
            code=found.dossier_code,
            agency=found.agency_code,
            procedure=found.procedure_code,
            field=found.field_code,
            channel=None if found.channel is None else Channel(found.channel).name,
            status=DossierStatus(found.status).name,
            received_on=found.received_on,
            due_on=found.due_on,
            first_due_on=found.first_due_on,
            statutory_due_on=found.statutory_due_on,
            ended_on=found.ended_on,
            returned_on=found.returned_on,
            supplements=[SupplementRound(asked_on=asked, answered_on=done) for asked, done in found.supplements or ()],
            flags=list(found.flags or ()),
            modified_at=found.modified_at,
            gone=found.gone,
            particulars=ParticularsOut.of(found.particulars),
        )


class RevisionOut(BaseModel):
    """One version of a dossier and where it stands in the ledger."""

    entry: int = Field(description="Ledger entry that brought it.")
    number: int = Field(description="1, 2, … within the dossier, in order of receipt.")
    applied: bool = Field(description="False: it was older than what we had, and is kept as history only.")
    feed: str = Field(description="Feed it came from.")
    stored_at: datetime = Field(description="When the entry was written.")
    source_sha256: str = Field(description="SHA-256 of the record's bytes as the portal sent them.")
    facts: DossierOut = Field(description="The dossier in this version.")

    @classmethod
    def of(cls, found: Version) -> "RevisionOut":
        return cls(
            entry=found.entry,
            number=found.number,
            applied=found.applied,
            feed=found.feed,
            stored_at=found.stored_at,
            source_sha256=found.dossier.source_hash.hex(),
            facts=DossierOut.of(found.dossier),
        )


class DueDateOut(BaseModel):
    """A day the dossier was promised for."""

    due_on: date = Field(description="The promised day.")
    since: date | None = Field(description="Day from which it held, as far as it is known.")
    cause: str | None = Field(description="Why it was moved to this day: supplement, extension; null: not told.")
    told_as_change: bool = Field(description="True: the portal's own list of changes names it; False: a version does.")


class CopyOut(BaseModel):
    """What another portal says of the dossier. It is compared and counted, and never what counts."""

    feed: str = Field(description="Feed that tells it.")
    differs: list[str] = Field(description="Facts in which it differs; what one of the two does not tell is none.")
    facts: DossierOut = Field(description="The dossier as that portal tells it.")


class DossierHistory(BaseModel):
    """A dossier with every version of it we ever received."""

    current: DossierOut = Field(description="The version that counts.")
    copies: list[CopyOut] = Field(description="What other portals say of it, by feed; the nearest one counts.")
    due_dates: list[DueDateOut] = Field(description="Every day it was ever promised for, the oldest first.")
    history: list[RevisionOut] = Field(description="Every version, the last received first.")


class DossierPage(Page[DossierOut]):
    """Dossiers in order of agency and code."""


class EntryOut(BaseModel):
    """A ledger entry: one page of a portal that changed something."""

    entry: int = Field(description="Its number; gap-free.")
    at: datetime = Field(description="When it was committed.")
    feed: str = Field(description="Feed it came from.")
    revisions: int = Field(description="Dossier versions in it.")
    opened: int = Field(description="Records it set aside.")
    closed: int = Field(description="Records it let in after all.")
    page_digest: str = Field(description="SHA-256 over its content.")
    digest: str = Field(description="SHA-256 over the digest of the entry before it and its own page digest.")

    @classmethod
    def of(cls, row: EntryRow) -> "EntryOut":
        return cls(
            entry=row.entry,
            at=row.at,
            feed=row.feed,
            revisions=row.revisions,
            opened=row.opened,
            closed=row.closed,
            page_digest=f"sha256:{row.page_digest.hex()}",
            digest=f"sha256:{row.digest.hex()}",
        )


class LedgerPage(Page[RevisionOut]):
    """Changes in order of ledger entry and dossier code."""

    entries: list[EntryOut] = Field(description="The entries these changes stand in.")
    newest_entry: int = Field(description="The newest entry there is. Ask on with `after` once `next` is null.")
