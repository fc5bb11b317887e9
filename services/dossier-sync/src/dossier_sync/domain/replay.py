"""Reading stored records again: what is read, why, and on whose word.

Nothing is asked of a portal. The records are those that were kept, redacted; what they say today goes through the
same intake into an ordinary page of the same feed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """Which stored records are read again."""

    QUARANTINE = "quarantine"
    """Records set aside, of one reason or of all, or a single one."""
    UNLISTED = "unlisted"
    """Current versions whose procedure or agency the catalogue did not know."""
    UNMAPPED = "unmapped"
    """Current versions whose state is in no map."""
    HEADS = "heads"
    """Every current version."""


class Trigger(StrEnum):
    """Why: on an operator's word, or because a cause is gone (``domain.reasons.Cause``)."""

    OPERATOR = "operator"
    MAP = "map"
    CATALOGUE = "catalogue"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Order:
    """What to read again. ``reasons`` None: all. ``most``: records at most; the rest waits for another order."""

    feed: str
    what: What
    trigger: Trigger
    requested_by: str
    reasons: tuple[str, ...] | None = None
    aside_id: int | None = None
    most: int = 100_000


@dataclass(frozen=True, slots=True)
class Replay:
    """An order as it stands: who asked when, how far it is, what it found.

    ``tried`` records were read again; ``let_in`` left the quarantine; ``changed`` dossiers got a version.
    """

    replay_id: int
    feed: str
    what: str
    trigger: str
    requested_by: str
    requested_at: datetime
    reasons: list[str] | None
    aside_id: int | None
    most: int
    position: str
    tried: int
    let_in: int
    changed: int
    finished_at: datetime | None
