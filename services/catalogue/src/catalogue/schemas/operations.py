"""The calendar, the change feed, feeds and runs, and API clients as they are served."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from catalogue.schemas.catalogue import FromFacts
from shared.domain.level import DecisionKind
from shared.runtime.auth import Scope


class Day(FromFacts):
    """One day of the working calendar."""

    day: date = Field(description="The day.", examples=["2026-01-10"])
    working: bool = Field(description="Whether the State's offices work.", examples=[True])
    name: str | None = Field(description="Name of the day off or swap.", examples=["Làm bù cho ngày 02/01/2026"])
    source: str = Field(description="The announcement, the library that knew it, or `weekday`.")
    provisional: bool = Field(description="Nobody has announced its year yet: it may change.")


class Calendar(BaseModel):
    """Days of the working calendar as of a revision."""

    revision: int = Field(description="Revision of the calendar this holds for.")
    working_days: int = Field(description="How many of the days are working days.")
    days: list[Day] = Field(description="Every day of the range, in order.")


class ChangeLine(FromFacts):
    """One thing that one change added, changed or removed."""

    change: int = Field(description="Number of the change; gap-free.", examples=[512])
    at: datetime = Field(description="When it was committed.")
    cause: str = Field(description="sync or import.", examples=["sync"])
    source: str = Field(description="The feed, or who imported.", examples=["national/procedures:H24.99"])
    kind: str = Field(
        description="procedure, limit, agency, field, decision or online_service.", examples=["procedure"]
    )
    key: str = Field(description='Parts of its key joined by "/", agency first.', examples=["H24.99/1.004889"])
    event: Literal["added", "changed", "removed"] = Field(description="What happened to it.")


class Feed(FromFacts):
    """A feed: one kind of thing read from one portal for one agency."""

    feed: str = Field(description="Its name.", examples=["national/procedures:H24.99"])
    portal: str = Field(description="The portal.", examples=["national"])
    kind: str = Field(description="What is read.", examples=["procedures"])
    agency_code: str | None = Field(description="Whose catalogue.", examples=["H24.99"])
    enabled: bool = Field(description="Whether the worker runs it.")
    every_seconds: int = Field(description="Poll period.")
    next_at: datetime = Field(description="When it is due next.")
    state: Literal["fresh", "stale", "unknown"] = Field(description="What its data are worth now.")
    data_until: datetime | None = Field(description="Proven complete up to here; null: never.")
    last_verdict: str | None = Field(description="succeeded, succeeded_empty, partial or failed.")
    last_failure: str | None = Field(description="Class of the last failure: unavailable, auth, contract, …")
    last_finished_at: datetime | None = Field(description="When the last run ended.")
    failures: int = Field(description="Failed runs in a row.")
    quarantined: int = Field(description="Records set aside now.")


class Run(FromFacts):
    """One sync run: what it saw and what that proves."""

    run_id: int = Field(description="Its id.")
    feed: str = Field(description="The feed it ran.")
    mode: str = Field(description="A catalogue is always read in full.")
    started_at: datetime = Field(description="When it began.")
    finished_at: datetime | None = Field(description="null: running, or left by a dead worker and soon resumed.")
    verdict: str | None = Field(description="succeeded, succeeded_empty, partial or failed.")
    failure: str | None = Field(description="Class of the failure.")
    detail: str | None = Field(description="One sentence for the operator.")
    pages: int = Field(description="Pages of the list.")
    seen: int = Field(description="Rows of the list.")
    new: int = Field(description="Procedures not known before.")
    changed: int = Field(description="Procedures that differ.")
    unchanged: int = Field(description="Procedures that do not.")
    repeated: int = Field(description="Rows the portal sent twice.")
    quarantined: int = Field(description="Records set aside.")
    gaps: int = Field(description="Details that could not be read.")
    portal_total: int | None = Field(description="What the portal itself counts; null: it does not say.")


class RunRequested(BaseModel):
    """A run was asked for; the worker takes it next."""

    feed: str = Field(description="The feed.")
    requested: bool = Field(description="Always true.")


class Quarantined(FromFacts):
    """A record that could not be let in."""

    quarantine_id: int = Field(description="Its id.")
    feed: str = Field(description="Where it came from.")
    kind: str = Field(description="procedure, ended_procedure, agency, field, online_service or decision.")
    portal_id: str = Field(description="Its id on the portal.")
    reason: str = Field(description="A stable word: code_malformed, level_ended, detail_unreadable, …")
    field: str = Field(description="The portal's key that was wrong.")
    detail: str = Field(description="What was wrong.")
    record: Any = Field(description="The cleaned record.")
    opened_at: datetime = Field(description="When it was first refused.")
    seen_at: datetime = Field(description="When it was last refused.")
    closed_at: datetime | None = Field(description="When it was gone or let in; null: still open.")


class ClientWanted(BaseModel):
    """A client to create."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"agency": "H24.99", "name": "Hệ thống báo cáo", "scopes": ["figures:read", "catalogue:read"]}
        },
    )

    agency: str = Field(description="Code of the agency it belongs to, in either order.", max_length=40)
    name: str = Field(description="Which system it is.", min_length=1, max_length=200)
    scopes: list[Scope] = Field(description="What it may do.", min_length=1, max_length=20)


class Client(FromFacts):
    """An API client of an agency."""

    client_id: str = Field(description="Its id.", examples=["H24.99-6f1c0ad29b44"])
    agency_code: str = Field(description="The agency it belongs to.", examples=["H24.99"])
    name: str = Field(description="Which system it is.")
    scopes: list[str] = Field(description="What it may do.")
    created_at: datetime = Field(description="When it was made.")
    revoked_at: datetime | None = Field(description="When it was ended; null: it works.")
    keys: int = Field(description="Keys that work now; two while an old one overlaps with its successor.")


class ClientIssued(BaseModel):
    """A client with its new key."""

    client: Client = Field(description="The client.")
    key: str = Field(description="The key. It is shown this once and stored nowhere.", examples=["mtc_…"])


class RotationWanted(BaseModel):
    """A new key for a client."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"overlap_hours": 24}})

    overlap_hours: int | None = Field(
        None, description="How long the old keys work beside it; null: as configured.", ge=0, le=24 * 90
    )


class DecisionWanted(BaseModel):
    """A decision to import: what no portal carries. What is left out stays the portal's."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "number": "3227/QĐ-UBND",
                "agency": "H24",
                "signed_on": "2024-09-16",
                "effective_on": "2024-09-16",
                "posted_on": "2024-09-18",
                "kinds": ["ABOLISHED"],
                "catalogue_agency": "H24.99",
            }
        },
    )

    number: str = Field(description="As signed: 62/QĐ-UBND.", min_length=1, max_length=100)
    agency: str = Field(description="Code of the agency that signed it.", max_length=40)
    signed_on: date = Field(description="Day of signing.")
    name: str = Field("", description="Its title.", max_length=4_000)
    kinds: list[DecisionKind] = Field(default_factory=list, description="What it does.")
    effective_on: date | None = Field(None, description="Day from which it holds.")
    posted_on: date | None = Field(None, description="Day its procedures were posted.")
    new: list[str] = Field(default_factory=list, description="Codes it brings in.", max_length=2_000)
    modified: list[str] = Field(default_factory=list, description="Codes it changes.", max_length=2_000)
    rescinded: list[str] = Field(default_factory=list, description="Codes it takes away.", max_length=2_000)
    note: str = Field("", description="Anything odd about it.", max_length=2_000)
    catalogue_agency: str | None = Field(
        None, description="Whose catalogue it publishes; null: the agency its title names, else the issuer."
    )


class ImportedFile(FromFacts):
    """A file that was imported."""

    file_id: int = Field(description="Its id.")
    run_id: int = Field(description="The run that imported it.")
    name: str = Field(description="As it was named.", examples=["danh-sach-tthc.xlsx"])
    sha256: str = Field(description="SHA-256 of its bytes.")
    size_bytes: int = Field(description="Its length.")
    kind: Literal["spreadsheet", "document"] = Field(description="What it is by its content, whatever its name says.")
    agency_code: str = Field(description="Whose catalogue it was imported into.")
    complete: bool = Field(description="It was taken as (part of) the whole list of that catalogue.")
    exported_on: date | None = Field(description="The day the portal made it, as its importer said.")
    taken: int = Field(description="Records read from it.")
    rejected: int = Field(description="Records that could not be read; see the quarantine.")
    imported_by: str = Field(description="The client, or the machine and process of a command.")
    imported_at: datetime = Field(description="When.")

    @field_validator("sha256", mode="before")
    @classmethod
    def _written(cls, value: object) -> object:
        return value.hex() if isinstance(value, bytes) else value


class FileImported(BaseModel):
    """What the import of a file did. Every row is taken, set aside, or says less than what was known."""

    run_id: int = Field(description="The run it was.")
    feed: str = Field(description="The feed that stands for the files of this catalogue.")
    verdict: str = Field(description="succeeded: a whole list, proven. partial: the file only adds.")
    kind: Literal["spreadsheet", "document"] = Field(description="What the file is, by its content.")
    sha256: str = Field(description="SHA-256 of its bytes.")
    rows: int = Field(description="Records in the file.")
    taken: int = Field(description="Records that were read.")
    rejected: int = Field(description="Records set aside with a reason: GET /v1/quarantine.")
    kept: int = Field(description="Records read of which better is known from a portal; nothing of them was taken.")
    change: int | None = Field(description="The change it made; null: everything was known already.")
    added: int = Field(description="Procedures added.")
    changed: int = Field(description="Procedures changed or withdrawn.")
    troubles: list[str] = Field(description="What the import does not prove, or could not apply.")


class Imported(BaseModel):
    """What an import changed."""

    decisions: int = Field(description="Decisions in the request.")
    change: int | None = Field(description="The change it made; null: everything was known already.")
    changed_decisions: int = Field(description="Decisions added or changed.")
    changed_procedures: int = Field(description="Procedures whose validity changed.")
    troubles: list[str] = Field(description="Effects that could not be applied.")
