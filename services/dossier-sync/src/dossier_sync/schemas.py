"""What the API says, field by field. Codes are canonical, days are Asia/Ho_Chi_Minh, instants UTC."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from dossier_sync.domain.dossier import Dossier, Reason
from dossier_sync.domain.reasons import EXPLAINED
from dossier_sync.repository.asides import Group
from dossier_sync.repository.feeds import FeedRow, RunRow
from dossier_sync.repository.lists import AsideRow, EntryRow, Reconciled, Version
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


class DossierHistory(BaseModel):
    """A dossier with every version of it we ever received."""

    current: DossierOut = Field(description="The version that counts.")
    history: list[RevisionOut] = Field(description="Every version, the last received first.")


class FeedOut(BaseModel):
    """A feed: one kind of thing read from one portal."""

    feed: str = Field(description='Name, "<portal>/<kind>".', examples=["haiphong-igate/dossiers"])
    portal: str = Field(description="The portal.")
    kind: str = Field(description="What is read from it.")
    agency_code: str | None = Field(description="The agency whose subtree it is responsible for.")
    state: str = Field(description="fresh, stale or unknown: what its data are worth now.")
    enabled: bool = Field(description="False: an operator stopped it.")
    every_seconds: int = Field(description="Its poll period.")
    next_at: datetime = Field(description="When it is due.")
    owner: str | None = Field(description="The worker that carries it now; null: none.")
    lease_until: datetime | None = Field(description="Until when that worker is believed alive.")
    run_id: int | None = Field(description="The run under way; null: none.")
    watermark: datetime | None = Field(description="Everything the portal changed before this is committed.")
    data_until: datetime | None = Field(description="Instant up to which the data were proven complete; null: never.")
    last_verdict: str | None = Field(description="How its newest run ended.")
    last_failure: str | None = Field(description="Class of that run's failure, if any.")
    last_finished_at: datetime | None = Field(description="When that run ended.")
    failures: int = Field(description="Failed runs in a row.")
    closed_until: datetime | None = Field(description="The breaker lets no run start before this; null: it is closed.")
    pages: int = Field(description="Pages that ever changed something.")
    quarantined: int = Field(description="Records set aside now.")

    @classmethod
    def of(cls, row: FeedRow) -> "FeedOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class Feeds(BaseModel):
    """Every feed."""

    items: list[FeedOut] = Field(description="The feeds, by name.")


class RunWanted(BaseModel):
    """A run to be started now."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"mode": "incremental"}})

    mode: Literal["incremental", "full"] = Field(
        "incremental", description="`incremental`: what changed since the watermark; `full`: the whole list."
    )


class RunAccepted(BaseModel):
    """A run will start as soon as a worker is free."""

    feed: str = Field(description="The feed.")
    mode: str = Field(description="The run's mode.")


class RunOut(BaseModel):
    """A run: what was asked, what was seen, how it ended."""

    run_id: int = Field(description="Its number.")
    feed: str = Field(description="The feed.")
    mode: str = Field(description="incremental or full.")
    window_from: datetime | None = Field(description="Start of its window; null: from the beginning.")
    window_until: datetime = Field(description="End of its window; what changed later belongs to the next run.")
    started_at: datetime = Field(description="When it was opened.")
    finished_at: datetime | None = Field(description="When it ended; null: it runs, or waits to be resumed.")
    verdict: str | None = Field(description="succeeded, succeeded_empty, partial or failed; null while it runs.")
    failure: str | None = Field(description="Class of the failure: unavailable, auth, contract, gaps, …")
    detail: str | None = Field(description="One sentence about the failure.")
    claims: int = Field(description="Workers it took: more than 1 means that it was resumed.")
    pages: int = Field(description="Pages committed.")
    seen: int = Field(description="Rows the portal listed.")
    new: int = Field(description="Dossiers met for the first time.")
    changed: int = Field(description="Dossiers with a newer version.")
    unchanged: int = Field(description="Rows that say what we had.")
    older: int = Field(description="Older versions, kept as history.")
    repeated: int = Field(description="Rows listed twice on one page.")
    quarantined: int = Field(description="Records set aside.")
    gaps: int = Field(description="Rows that may have been missed; any makes the run partial.")
    portal_total: int | None = Field(description="How many the portal says it has.")

    @classmethod
    def of(cls, row: RunRow) -> "RunOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class RunPage(Page[RunOut]):
    """Runs, newest first."""


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


class ReconciledOut(BaseModel):
    """Our count of a feed's dossiers beside the portal's own."""

    feed: str = Field(description="The feed.")
    run_id: int = Field(description="The newest finished run that learnt the portal's total.")
    finished_at: datetime = Field(description="When it ended.")
    verdict: str = Field(description="How it ended.")
    portal_total: int = Field(description="How many dossiers the portal said it has.")
    ours: int = Field(description="How many dossiers we hold from this feed.")
    quarantined: int = Field(description="How many of its records are set aside: they explain a difference.")
    unexplained: int = Field(description="portal_total - ours - quarantined. Anything but 0 must be looked into.")

    @classmethod
    def of(cls, row: Reconciled) -> "ReconciledOut":
        return cls(
            feed=row.feed,
            run_id=row.run_id,
            finished_at=row.finished_at,
            verdict=row.verdict,
            portal_total=row.portal_total,
            ours=row.heads,
            quarantined=row.quarantined,
            unexplained=row.portal_total - row.heads - row.quarantined,
        )


class Reconciliation(BaseModel):
    """Every feed's counts beside its portal's."""

    items: list[ReconciledOut] = Field(description="The feeds, by name.")
