"""Procedures (thủ tục hành chính), their time limits and their online services."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from catalogue.domain.parts import Part
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel, LimitUnit, OnlineLevel

LISTED = "LISTED"
"""Our own word: a file that a portal exported names it among the published ones."""

IN_FORCE_STATES = frozenset({"ACTIVE", "UPDATED", LISTED})
"""The 2026 platform's words for a published procedure (UPDATED: after an amendment), and our own for files."""

WITHDRAWN = "WITHDRAWN"
"""Our own word: two complete lists agreed that the portal no longer has it."""

LEVEL_UNDETERMINED = "level_undetermined"
"""The record does not say fully who decides: the procedure stands in the total and perhaps in too few levels."""
ONLINE_LEVEL_UNVERIFIED = "online_level_unverified"
"""The level was read from the catalogue's own marks, because the list of online services was not available."""

FROM_LIST = "from_list"
"""Only an exported list names it: its limits, fees and steps are not known."""
FROM_DETAIL_FILE = "from_detail_file"
"""It was read from an exported detail; no portal that is synced has it."""

ProcedureKey = tuple[str, str, str]


class Origin(IntEnum):
    """Where a record comes from, the one that says least first. A lesser one never replaces a greater one."""

    LIST_FILE = 0
    DETAIL_FILE = 1
    PORTAL = 2

    @property
    def flags(self) -> tuple[str, ...]:
        """How a procedure of this origin is marked."""
        return {Origin.LIST_FILE: (FROM_LIST,), Origin.DETAIL_FILE: (FROM_DETAIL_FILE,), Origin.PORTAL: ()}[self]


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee line as published. ``value`` null is not zero: the amount may stand in the words."""

    channel: Channel
    kind: str
    value: float | None
    description: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit (thời hạn giải quyết): it belongs to a procedure, a channel and a case.

    ``quantity`` is null with unit OTHER: the law's own words hold no number that could be counted with.
    """

    agency_code: str
    procedure_code: str
    suffix: str
    channel: Channel
    case_name: str
    quantity: int | None
    unit: LimitUnit

    @property
    def key(self) -> tuple[str, str, str, int, str]:
        return (self.agency_code, self.procedure_code, self.suffix, int(self.channel), self.case_name)


@dataclass(frozen=True, slots=True)
class OnlineService:
    """An online service (dịch vụ công). A procedure may have several; ``agency_code`` "" when none is named."""

    service_code: str
    agency_code: str
    procedure_code: str
    name: str
    online_level: OnlineLevel

    @property
    def key(self) -> tuple[str, str]:
        return (self.service_code, self.agency_code)


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as it stands in the catalogue of ``agency_code``.

    ``in_force``: the portal publishes it. Whether it held on a day is decided with ``valid_from`` and ``valid_to``
    (exclusive), the effective days of the decisions that brought and ended it; null where no decision is known.
    ``content_hash`` covers the whole cleaned record, also what is not modelled here. ``missing_parts`` are the
    mandatory parts its publication lacks, ``for_people`` whether persons may carry it out; None: nobody tells.
    """

    agency_code: str
    procedure_code: str
    suffix: str
    name: str
    field_code: str
    levels: tuple[AuthorityLevel, ...]
    online_level: OnlineLevel
    fee_bearing: bool | None
    fees: tuple[Fee, ...]
    in_force: bool
    state: str
    kind: str
    issuer: str
    decision_number: str
    valid_from: date | None
    valid_to: date | None
    flags: tuple[str, ...]
    portal_id: str
    portal_updated_at: datetime | None
    content_hash: bytes
    missing_parts: tuple[Part, ...] | None = None
    for_people: bool | None = None

    @property
    def key(self) -> ProcedureKey:
        return (self.agency_code, self.procedure_code, self.suffix)

    @property
    def origin(self) -> Origin:
        """Where it was read, as its flags say."""
        if FROM_LIST in self.flags:
            return Origin.LIST_FILE
        return Origin.DETAIL_FILE if FROM_DETAIL_FILE in self.flags else Origin.PORTAL


FILE_FEED = "file/"
"""How the feeds of imported files begin."""


def published_of(first: tuple[str, str], second: tuple[str, str]) -> str:
    """Which of two disagreeing sources, each (agency, feed), is published: "first", "second" or "both".

    A synced portal goes before a file, which may be old. No law we read says which copy of the catalogue prevails; the
    decision that published the procedure does, and it carries no limits we could read. Different agencies each keep
    their own catalogue.
    """
    if first[0] != second[0]:
        return "both"
    return "second" if first[1].startswith(FILE_FEED) else "first"


def fee_bearing(fees: Iterable[Fee]) -> bool | None:
    """Whether a procedure bears a fee (phí, lệ phí): some line is above zero.

    Null when that cannot be told: no line at all, or one without a value whose words hold digits ("20.000 đồng/lần").
    """
    lines = list(fees)
    if any(fee.value is not None and fee.value > 0 for fee in lines):
        return True
    if not lines or any(fee.value is None and any(c.isdigit() for c in fee.description) for fee in lines):
        return None
    return False
