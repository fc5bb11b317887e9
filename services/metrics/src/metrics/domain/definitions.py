"""The shape of a figure's definition, and how one is found. The definitions themselves stand in ``dictionary``."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.domain.channel import Channel


class Unit(StrEnum):
    """What the value is."""

    COUNT = "count"
    RATE = "rate"


class Status(StrEnum):
    """How sure we are of the formula; carried into every answer."""

    VERIFIED = "verified"
    """The legal text itself was read (mark [T])."""
    PRACTICE = "practice"
    """Published business rules, or code of a running portal (marks [D] and [C]): not law."""
    UNVERIFIED = "unverified"
    """Remembered only (mark [R])."""


class Subject(StrEnum):
    """What is counted: it decides which table answers."""

    DOSSIERS = "dossiers"
    PROCEDURES = "procedures"
    DECISIONS = "decisions"
    PETITIONS = "petitions"


class Basis(StrEnum):
    """Which unknown records may belong to a dossier figure."""

    HANDLED = "handled"
    """Received up to the period's end and not ended before it."""
    RECEIVED = "received"
    """Received within the period."""
    RECEIVED_ONLINE = "received_online"
    RECEIVED_OTHER = "received_other"
    CARRIED = "carried"
    """Received before the period and not ended before it."""


@dataclass(frozen=True, slots=True)
class FigureDefinition:
    """One figure (chỉ tiêu).

    ``numerator`` and ``denominator`` name disjoint sets of ``counts.PeriodCounts`` (dossiers) or of
    the named counts of ``repository.catalogue`` (the rest) that are added; ``column`` is its column of form II.06a;
    ``filters`` are the public parameters it may be restricted by, ``needs`` those it must be.
    """

    id: str
    name_vi: str
    name_en: str
    subject: Subject
    counted: str
    dated_by: str
    formula: str
    legal_basis: tuple[str, ...]
    status: Status
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] | None = None
    basis: Basis = Basis.HANDLED
    channel: Channel | None = None
    filters: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    column: int | None = None
    version: str = "1"
    effective_from: date | None = None
    effective_to: date | None = None

    @property
    def unit(self) -> Unit:
        return Unit.COUNT if self.denominator is None else Unit.RATE

    @property
    def zero_denominator(self) -> str | None:
        """What is answered when nothing is below the line; None for counts."""
        return None if self.denominator is None else "value is null, reason is no_cases"
