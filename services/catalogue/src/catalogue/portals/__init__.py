"""Where the catalogue comes from: one file for each portal, and what they all give.

An adapter answers in these types, raises ``PortalError`` for a broken portal and collects ``Unreadable`` records,
because a bad record is data.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from catalogue.domain.parts import Part
from catalogue.domain.procedure import Fee, Origin
from shared.domain.channel import Channel
from shared.domain.identifiers import AgencyCode, ProcedureCode
from shared.domain.level import AuthorityLevel, LimitUnit, OnlineLevel


class Unreadable(Exception):
    """One record cannot be let in. ``reason`` is a stable word, ``field`` the portal's own key."""

    def __init__(self, reason: str, field: str, detail: str) -> None:
        super().__init__(f"{reason}: {field}: {detail}")
        self.reason, self.field, self.detail = reason, field, detail


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record an adapter could not read, cleaned, and why."""

    portal_id: str
    record: Any
    error: Unreadable


@dataclass(frozen=True, slots=True)
class PortalLimit:
    """A time limit as published; see ``domain.procedure.Limit``. ``words``: how the portal writes it, if in words."""

    channel: Channel
    case_name: str
    quantity: int | None
    unit: LimitUnit
    words: str = ""


@dataclass(frozen=True, slots=True)
class PortalProcedure:
    """A procedure as a portal publishes it, before decisions and online services are joined to it.

    ``level_open``: the record does not say who decides, or not fully. ``missing_parts`` and ``for_people`` are None
    where the source, as a list does, leaves out what they rest on.
    """

    code: ProcedureCode
    name: str
    field_code: str
    field_name: str
    levels: tuple[AuthorityLevel, ...]
    level_open: bool
    fees: tuple[Fee, ...]
    limits: tuple[PortalLimit, ...]
    state: str
    kind: str
    issuer: str
    decision_number: str
    marked_online: OnlineLevel
    portal_id: str
    updated_at: datetime | None
    record: Any
    content_hash: bytes
    origin: Origin = Origin.PORTAL
    missing_parts: tuple[Part, ...] | None = None
    for_people: bool | None = None


@dataclass(frozen=True, slots=True)
class FileReading:
    """What one file gave: every row of it is either taken or rejected with a reason."""

    taken: tuple[PortalProcedure, ...]
    rejected: tuple[Rejected, ...]

    @property
    def rows(self) -> int:
        """Records in the file."""
        return len(self.taken) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class PortalDecision:
    """A publication decision as the gateway lists it, with the codes of the procedures it touches."""

    portal_id: str
    number: str
    name: str
    agency_name: str
    signed_on: date
    new: tuple[str, ...]
    modified: tuple[str, ...]
    rescinded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PortalAgency:
    """An agency of a dictionary."""

    code: AgencyCode
    name: str
    level_word: str


@dataclass(frozen=True, slots=True)
class PortalService:
    """One online service where one agency offers it; ``agency`` null when the portal names none."""

    service_code: str
    procedure: ProcedureCode
    agency: AgencyCode | None
    name: str
    level: OnlineLevel
