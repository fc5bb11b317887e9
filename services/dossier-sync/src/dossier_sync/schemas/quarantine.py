"""What the API says of records set aside, and of stored records read again, field by field."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dossier_sync.domain.dossier import Reason
from dossier_sync.domain.reasons import EXPLAINED
from dossier_sync.domain.replay import Replay, Trigger, What
from dossier_sync.repository.asides import Group
from dossier_sync.repository.lists import AsideRow
from shared.contracts.paging import Page


class QuarantinedOut(BaseModel):
    """A record set aside."""

    id: int = Field(description="Its number.")
    feed: str = Field(description="Feed it came from.")
    source_key: str = Field(description="Dossier code, or the digest of the record where the code cannot be read.")
    reason: str = Field(description="The first check it did not pass.")
    field: str = Field(description="The field that check looked at.")
    agency_code: str | None = Field(description="Agency, where the record says it.")
    procedure_code: str | None = Field(description="Procedure, where the record says it.")
    received_on: date | None = Field(description="Day of receipt, where it can be read.")
    source_sha256: str = Field(description="SHA-256 of the record's bytes.")
    record: str = Field(description="What of it may be kept, as JSON text.")
    seen_at: datetime = Field(description="When it was set aside.")
    closed: bool = Field(description="True: a later version of it could be read.")

    @classmethod
    def of(cls, row: AsideRow) -> "QuarantinedOut":
        plain = {name: getattr(row, name) for name in cls.model_fields if name != "source_sha256"}
        return cls(**plain, source_sha256=row.source_hash.hex())


class QuarantinePage(Page[QuarantinedOut]):
    """Records set aside, in the order they were met."""


class ReplayWanted(BaseModel):
    """Stored records to be read again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"feed": "haiphong-igate/dossiers", "what": "quarantine", "reason": "date_unreadable"}
        },
    )

    feed: str = Field(description="The feed.", max_length=200)
    what: What = Field(
        description="`quarantine`: what is set aside; `unmapped`: dossiers whose state is in no map; "
        "`unlisted`: those whose procedure or agency the catalogue lacked; "
        "`heads`: every dossier as it stands."
    )
    reason: Reason | None = Field(None, description="With `quarantine`: only what is set aside for this reason.")
    most: int = Field(100_000, description="Records at most; the rest waits for another order.", ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _reason_of_the_quarantine(self) -> Self:
        if self.reason is not None and self.what is not What.QUARANTINE:
            raise ValueError("a reason belongs to `quarantine` only")
        return self


class ReplayOut(BaseModel):
    """An order to read stored records again: who gave it, why, and what came of it."""

    replay_id: int = Field(description="Its number.")
    feed: str = Field(description="The feed.")
    what: What = Field(description="Which records: `quarantine`, `unlisted`, `unmapped` or `heads`.")
    trigger: Trigger = Field(description="`operator`; or what made the trouble go away: `map`, `catalogue`, `time`.")
    requested_by: str = Field(description="The client that asked; `worker` or `command` when it was none.")
    requested_at: datetime = Field(description="When.")
    reasons: list[str] | None = Field(description="Only for these reasons; null: all.")
    aside_id: int | None = Field(description="Only this record of the quarantine.")
    most: int = Field(description="Records at most.")
    tried: int = Field(description="Records read again so far.")
    let_in: int = Field(description="Of them, records that left the quarantine.")
    changed: int = Field(description="Dossiers that got a version.")
    finished_at: datetime | None = Field(description="When it was done; null: it waits for a worker, or is under way.")

    @classmethod
    def of(cls, found: Replay) -> "ReplayOut":
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class ReplayPage(Page[ReplayOut]):
    """Orders, the newest first."""


class Sentence(BaseModel):
    """Words in both languages."""

    vi: str = Field(description="Vietnamese.")
    en: str = Field(description="English.")


class ReasonOut(BaseModel):
    """A reason for setting a record aside, as an operator needs it."""

    reason: str = Field(description="Its name.", examples=["date_unreadable"])
    sentence: Sentence = Field(description="What is wrong with the record.")
    who_must_act: str = Field(description="`us`, `upstream` (the portal), or `nobody`.")
    action: Sentence = Field(description="What to do.")
    retried_when: list[str] = Field(
        description="What makes us try such records again by ourselves: `map`, `catalogue`, `time`."
    )

    @classmethod
    def of(cls, reason: str) -> "ReasonOut":
        told = EXPLAINED[Reason(reason)]
        return cls(
            reason=reason,
            sentence=Sentence(vi=told.sentence[0], en=told.sentence[1]),
            who_must_act=told.who_must_act,
            action=Sentence(vi=told.action[0], en=told.action[1]),
            retried_when=sorted(told.cured_by),
        )


class GroupOut(BaseModel):
    """Records set aside for one reason, in one field, of one agency."""

    feed: str = Field(description="Feed they came from.")
    reason: str = Field(description="The first check they did not pass; `reasons` explains it.")
    field: str = Field(description="The field that check looked at.")
    agency_code: str | None = Field(description="Agency, where the records say it.")
    records: int = Field(description="How many are set aside now.")
    oldest_at: datetime = Field(description="When the first of them was met.")
    newest_at: datetime = Field(description="When the last of them was met.")

    @classmethod
    def of(cls, row: Group) -> "GroupOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class QuarantineGroups(BaseModel):
    """What is set aside now, the largest group first, and the reasons in words."""

    items: list[GroupOut] = Field(description="The groups; at most `limit`.")
    reasons: list[ReasonOut] = Field(description="Every reason that occurs in them.")
