"""What the API says of feeds, runs, quarantine and counts, field by field. Instants are UTC."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dossier_sync.repository.feeds import FeedRow, RunRow
from shared.contracts.paging import Page


class FeedOut(BaseModel):
    """A feed: one kind of thing read from one portal."""

    feed: str = Field(description='Name, "<portal>/<kind>".', examples=["haiphong-igate/dossiers"])
    portal: str = Field(description="The portal.")
    kind: str = Field(description="What is read from it.")
    agency_code: str | None = Field(description="The agency whose subtree it is responsible for.")
    state: str = Field(description="fresh, stale or unknown: what its data are worth now.")
    enabled: bool = Field(description="False: an operator stopped it.")
    priority: int = Field(description="Of the feeds that are due, those of a smaller number are carried first.")
    rank: int = Field(description="Of two portals that tell the same dossier, the smaller rank is nearer the truth.")
    configuration: str | None = Field(
        description="SHA-256 of the file of portals that names it; null: the environment does."
    )
    notice: str | None = Field(description="What an operator must know and no run can tell; null: nothing.")
    reason: str | None = Field(
        description='Why it is not fresh, where that is known: "maintenance: …" as the portal announced it, or '
        '"silent": nothing moved for longer than its rhythm allows. Null: neither.'
    )
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
    paced_until: datetime | None = Field(description="The portal asked us to send nothing before this.")
    parked_run_id: int | None = Field(
        description="A run of the whole list that stepped aside for the live feed, and goes on when nothing is due."
    )
    moved_at: datetime | None = Field(description="When something new or changed was last seen; null: not yet.")
    silent_since: datetime | None = Field(description="Silent against the portal's own rhythm since; null: it is not.")
    quiet_from: datetime | None = Field(description="Start of the announced maintenance, now or next; null: none.")
    quiet_until: datetime | None = Field(description="Its end.")
    quiet_reason: str | None = Field(description="What the portal announced.")
    start_delay_seconds: float | None = Field(description="How late its newest run was started.")
    clock_offset_seconds: float | None = Field(description="By how much the portal's clock is ahead of ours.")
    night_share: float | None = Field(
        description="Of its newest changes, the share dated outside 05:00 to 21:00: not small means a wrong time zone."
    )
    pages: int = Field(description="Pages that ever changed something.")
    quarantined: int = Field(description="Records set aside now.")
    most_set_aside: int = Field(description="A run stops (`quarantine_full`) rather than set aside more than these.")
    gaps: int = Field(description="Records in places of the list that cannot be read; see its gaps.")
    missing: int = Field(description="Dossiers the newest full run did not list; gone when the next one misses them.")

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
    mode: str = Field(
        description="`incremental` or `full`: its portal is asked; `replay`: only stored records are read."
    )
    replay: int | None = Field(None, description="The order to read stored records again, if one was written down.")


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
    passes: int = Field(description="How often the list was read, until it added up.")
    conflicts: int = Field(description="Other facts under an unchanged time of change, or list and search disagreed.")
    regressed: int = Field(description="Dossiers told in an older version than this feed told before.")
    anomalies: int = Field(description="Versions that cannot follow the one before: reopened, or a code used again.")
    gone: int = Field(description="Dossiers written down as vanished.")
    copies_differ: int = Field(
        description="Copies of dossiers that another portal tells nearer the truth, told in other facts than there."
    )
    portal_total: int | None = Field(description="How many the portal says it has.")

    @classmethod
    def of(cls, row: RunRow) -> "RunOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class RunPage(Page[RunOut]):
    """Runs, newest first."""
