"""What a generated world holds. Facts only: how a portal spells them is decided in ``sandbox_portal.portals``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from sandbox_portal.scenarios.days import local_ordinal
from shared.domain.channel import Channel
from shared.domain.identifiers import AgencyCode
from shared.domain.level import AuthorityLevel, DecisionKind
from shared.domain.status import DossierStatus


@dataclass(frozen=True, slots=True)
class Agency:
    """``code`` is level 1 first (H24.99.01); ``qcvn`` is the other legal order (000.01.99.H24)."""

    code: str
    name: str
    level: AuthorityLevel
    parent: str | None

    @property
    def qcvn(self) -> str:
        """The code in the other legal order, level 1 last (QCVN 102:2016)."""
        return AgencyCode.parse(self.code).qcvn


@dataclass(frozen=True, slots=True)
class Field:
    """A field of administration (lĩnh vực)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as published. ``working_days`` is its limit; ``fee`` is in đồng, 0 for none.

    ``agency`` is the position of the agency that manages it; ``level`` says who decides.
    """

    number: int
    agency: int
    code: str
    name: str
    field: Field
    level: AuthorityLevel
    working_days: int
    full_online: bool
    fee: int
    decision: str
    in_force: bool
    amended: bool
    updated_on: date


@dataclass(frozen=True, slots=True)
class Decision:
    """A publication decision and the procedure codes it brings in, changes or takes away.

    ``agency`` signed it; ``catalogue_agency`` is the one whose procedures it publishes, None for all.
    """

    number: str
    name: str
    agency: str
    catalogue_agency: str | None
    kinds: tuple[DecisionKind, ...]
    signed_on: date
    effective_on: date
    posted_on: date
    new: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    rescinded: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Petition:
    """A petition (PAKN): no person, only its days."""

    code: str
    agency: str
    received_on: date
    due_on: date
    resolved_on: date | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that changes seldom. Dossiers point into ``agencies`` and ``procedures`` by position."""

    agencies: tuple[Agency, ...]
    fields: tuple[Field, ...]
    procedures: tuple[Procedure, ...]
    decisions: tuple[Decision, ...] = ()
    petitions: tuple[Petition, ...] = ()

    def subtree(self, code: str) -> frozenset[int]:
        """Positions of the agency and of all below it."""
        inside = code + "."
        return frozenset(n for n, a in enumerate(self.agencies) if a.code == code or a.code.startswith(inside))


class Dossier(NamedTuple):
    """One dossier's facts at one moment. Instants are milliseconds in UTC; ``number`` never changes."""

    number: int
    code: str
    agency: int
    procedure: int
    status: DossierStatus
    channel: Channel
    applied: int
    accepted: int | None
    due: int | None
    completed: int | None
    updated: int


@dataclass(frozen=True, slots=True)
class DossierQuery:
    """What a search asks for. Days are local, counted since 1970, both ends included. None asks nothing."""

    code: str | None = None
    agencies: frozenset[int] | None = None
    procedures: frozenset[int] | None = None
    statuses: frozenset[DossierStatus] | None = None
    channel: Channel | None = None
    accepted: tuple[int | None, int | None] = (None, None)
    due: tuple[int | None, int | None] = (None, None)
    applied: tuple[int | None, int | None] = (None, None)

    @property
    def everything(self) -> bool:
        return self == _EVERYTHING


_EVERYTHING = DossierQuery()


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a call for late arrivals added, so that a test knows what must change."""

    added: int
    received_online: int
    resolved_early: int
    resolved_on_time: int
    resolved_overdue: int
    pending: int

    @staticmethod
    def of(dossiers: "list[Dossier]") -> "Arrivals":
        """Counts them by local day, as if no period ended before them."""
        ended = [(local_ordinal(d.completed), local_ordinal(d.due)) for d in dossiers if d.completed and d.due]
        return Arrivals(
            added=len(dossiers),
            received_online=sum(d.channel is Channel.ONLINE for d in dossiers),
            resolved_early=sum(end < due for end, due in ended),
            resolved_on_time=sum(end == due for end, due in ended),
            resolved_overdue=sum(end > due for end, due in ended),
            pending=sum(d.completed is None for d in dossiers),
        )


class DossierBook(Protocol):
    """A world's dossiers."""

    @property
    def version(self) -> str:
        """Changes with every change, and only then."""

    @property
    def period(self) -> tuple[date, date]:
        """First and last day of the report this world is counted for."""

    def find(self, code: str) -> Dossier | None:
        """The dossier with that code."""

    def search(
        self, query: DossierQuery, *, newest_first: bool, start: int, stop: int
    ) -> tuple[int, Iterable[Dossier]]:
        """How many match, and those between two positions of the list ordered by ``updated``."""

    def every(self) -> Iterable[Dossier]:
        """All dossiers, in no promised order."""

    def change(self, *, share: float, round_: int) -> int:
        """Moves that share of the dossiers on; answers how many."""

    def arrive(self, count: int) -> Arrivals:
        """Adds dossiers received inside the period but recorded only now."""


@dataclass(slots=True)
class World:
    """A scenario, generated. Equal ``key`` and equal ``dossiers.version`` mean equal bytes on every wire."""

    name: str
    key: str
    catalogue: Catalogue
    dossiers: DossierBook
