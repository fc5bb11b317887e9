"""What the API says of alarms and of places that cannot be read. Instants are UTC."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from dossier_sync.domain.alarms import WHAT_TO_DO, Alarm, Decision
from dossier_sync.repository.alarms import AlarmRow
from dossier_sync.repository.gaps import GapRow


class AlarmOut(BaseModel):
    """Something a run found that a person must decide on or look at."""

    feed: str = Field(description="The feed.")
    alarm: Alarm = Field(description="Which.")
    rows: int = Field(description="How many dossiers it is about.")
    detail: str = Field(description="What was found.")
    what_to_do: str = Field(description="What an operator should ask, and what each decision means.")
    since: datetime = Field(description="When it was raised.")
    run_id: int = Field(description="The newest run that found it.")
    decision: Decision | None = Field(description="accept or keep; null: nobody decided.")
    decided_by: str | None = Field(description="The API client that decided, or `command:` and an account.")
    decided_at: datetime | None = Field(description="When.")

    @classmethod
    def of(cls, row: AlarmRow) -> "AlarmOut":
        return cls(
            feed=row.feed,
            alarm=Alarm(row.name),
            rows=row.rows,
            detail=row.detail,
            what_to_do=WHAT_TO_DO[Alarm(row.name)],
            since=row.raised_at,
            run_id=row.run_id,
            decision=None if row.decision is None else Decision(row.decision),
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )


class Alarms(BaseModel):
    """Open alarms, the oldest first."""

    items: list[AlarmOut] = Field(description="The alarms.")


class Approval(BaseModel):
    """An operator's decision about an open alarm."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"alarm": "count_drop", "decision": "accept", "rows": 60}}
    )

    alarm: Alarm = Field(description="The alarm that is decided.")
    decision: Decision = Field(description="`accept`: the portal is right. `keep`: what we hold stays.")
    rows: int = Field(description="How many dossiers it is about, as the alarm says: what grew since is not approved.")


class GapOut(BaseModel):
    """The smallest part of a portal's list that could not be read."""

    position: int = Field(description="Its place in the list when it was last met, from 0.")
    rows: int = Field(description="How many records lie there.")
    failure: str = Field(description="Class of the failure: unavailable, contract, oversize, kills_reader …")
    detail: str = Field(description="One sentence about it.")
    sha256: str | None = Field(description="Digest of an answer that came and could not be decoded.")
    tries: int = Field(description="Runs that met it.")
    since: datetime = Field(description="When it was met first.")
    tried_at: datetime = Field(description="When it was met last.")

    @classmethod
    def of(cls, row: GapRow) -> "GapOut":
        return cls(
            position=row.position,
            rows=row.rows,
            failure=row.failure,
            detail=row.detail,
            sha256=None if row.digest is None else row.digest.hex(),
            tries=row.tries,
            since=row.opened_at,
            tried_at=row.tried_at,
        )


class Gaps(BaseModel):
    """Places of a feed's list that could not be read, the oldest first."""

    items: list[GapOut] = Field(description="The gaps.")
