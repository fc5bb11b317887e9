"""The shape of a figure's definition, and how one is found. The definitions themselves stand in ``dictionary``."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.domain.channel import Channel


class Unit(StrEnum):
    """What the value is."""

    COUNT = "count"
    RATE = "rate"
    POINTS = "points"
    """Points an average case scored, or points of the whole."""
    DAYS = "days"
    """Working days of an average case."""
    TEXT = "text"
    """Words."""


class Status(StrEnum):
    """How sure we are of the formula; carried into every answer."""

    VERIFIED = "verified"
    """The legal text itself was read (mark [T])."""
    PRACTICE = "practice"
    """Published business rules, or code of a running portal (marks [D] and [C]): not law."""
    UNVERIFIED = "unverified"
    """Remembered only (mark [R])."""


class Source(StrEnum):
    """Where the number comes from."""

    RECORDS = "records"
    """Counted from what the portals sent."""
    ENTERED = "entered"
    """An office enters it, as the indicator of the same id: no portal holds it."""
    FORM = "form"
    """Made of the criteria of the index: `/v1/forms/766` shows the whole tree."""
    MISSING = "inputs_missing"
    """Defined, and not answered: what it needs is named in ``missing``."""


class Subject(StrEnum):
    """What is counted: it decides which table answers."""

    DOSSIERS = "dossiers"
    PROCEDURES = "procedures"
    DECISIONS = "decisions"
    PETITIONS = "petitions"
    OFFICE = "office"
    """What an office does besides: documents, commitments, communication."""
    INDEX = "index"
    """A score made of other figures."""


_BY_DUE_DATE = frozenset({"early", "on_time", "late", "pending_in_time", "pending_overdue"})
_WHOLES = (frozenset({"early", "on_time", "late"}), frozenset({"pending_in_time", "pending_overdue"}))


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

    ``numerator`` and ``denominator`` name disjoint sets of ``counts.PeriodCounts`` (dossiers) or of the named counts of
    ``repository.catalogue`` and ``deriving`` (the rest) that are added; ``unknown`` names the sets of those whose
    portal does not tell, which may belong to both. ``points`` is what a case of a set scores where the figure is an
    average of points, ``scores_up_to`` the most where it is the score of a whole. ``source`` says where the number
    comes from and ``missing`` what it lacks; ``measured`` and ``zero`` say the unit and the answer to 0 of 0 where they
    are not the usual ones. ``column`` is its column of form II.06a; ``filters`` are the public parameters it may be
    restricted by, ``needs`` those it must be.
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
    unknown: tuple[str, ...] = ()
    points: tuple[tuple[str, int], ...] = ()
    scores_up_to: int | None = None
    source: Source = Source.RECORDS
    missing: str | None = None
    measured: Unit | None = None
    zero: str | None = None

    @property
    def unit(self) -> Unit:
        if self.measured is not None:
            return self.measured
        if self.points or self.scores_up_to is not None:
            return Unit.POINTS
        return Unit.COUNT if self.denominator is None else Unit.RATE

    @property
    def sets(self) -> tuple[str, ...]:
        """Every named set it needs."""
        return (*self.numerator, *(self.denominator or ()), *self.unknown)

    @property
    def by_due_date(self) -> bool:
        """Whether its numbers depend on which due date is judged: a whole column 7 or 11 does not."""
        for part in (self.numerator, self.denominator or ()):
            rest = set(part) & _BY_DUE_DATE
            for whole in _WHOLES:
                rest -= whole if whole <= rest and not self.points else frozenset()
            if rest:
                return True
        return False

    @property
    def zero_denominator(self) -> str | None:
        """What is answered when nothing is below the line; None where nothing is divided."""
        if self.zero is not None:
            return self.zero
        return None if self.denominator is None else "value is null, reason is no_cases"

    @property
    def most(self) -> int | None:
        """What one case adds above the line at most; None: there is no such limit."""
        if self.unit is Unit.DAYS:
            return None
        return self.scores_up_to or max((points for _, points in self.points), default=1)
