"""Why a published number is another one today: each step of each dossier has exactly one cause, so the causes add up.

A dossier's versions between two ledger entries are a chain. Every step of it moves a number by what the version after
counts less what the version before counted; the steps of a chain add up to its whole difference, whatever their causes.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from metrics.domain.ratio import Numbers


class Cause(StrEnum):
    """What moved a number, in the order in which a step's cause is looked for and values are told."""

    FORMULA = "formula"
    """The same facts at the publication's entry, judged or added by another version of the rules."""
    QUARANTINE = "quarantine"
    """A record of the dossier stood aside at the publication's entry, which its bounds allowed for, and was let in."""
    LATE_ARRIVAL = "late_arrival"
    """The dossier was not known at the publication's entry."""
    UPSTREAM_DELETION = "upstream_deletion"
    """The portal no longer holds the dossier, or holds it again."""
    MAPPING = "mapping"
    """The portal's record is the same to the byte; we read it otherwise."""
    CALENDAR = "calendar"
    """Only our own due day changed, and not the procedure's limit: the working days did. Or a figure counts them."""
    CATALOGUE = "catalogue"
    """A procedure, its level, fee or limit, or a decision, is known otherwise."""
    UPSTREAM_CORRECTION = "upstream_correction"
    """The portal tells something else of the dossier than it did."""
    RECORDS = "records"
    """Records changed under a figure that does not count them one by one, so that it cannot be told which did."""
    NO_HISTORY = "no_history"
    """Petitions of a publication that does not say until when they were known: what changed cannot be told."""
    UNEXPLAINED = "unexplained"
    """A fault: the ledger or a judged row was edited, or this program is wrong. Never left out, never spread."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a dossier. ``told`` is equal where all facts but our own due day are."""

    code: str
    entry: int
    agency: str
    procedure: str
    field: str
    source_hash: bytes
    gone: bool
    told: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the versions: records let in since (code, entry), and procedures whose limit is another."""

    let_in: AbstractSet[tuple[str, int]] = frozenset()
    relimited: AbstractSet[str] = frozenset()


def cause_of(before: Version | None, after: Version, known: Known) -> Cause:
    """The one cause of a step; the first that applies. ``before`` None: not known at the publication's entry."""
    if (after.code, after.entry) in known.let_in:
        return Cause.QUARANTINE
    if before is None:
        return Cause.LATE_ARRIVAL
    if before.gone != after.gone:
        return Cause.UPSTREAM_DELETION
    if before.source_hash != after.source_hash:
        return Cause.UPSTREAM_CORRECTION
    if before.told != after.told:
        return Cause.MAPPING
    return Cause.CATALOGUE if after.procedure in known.relimited else Cause.CALENDAR


def steps(chain: Sequence[Version], known_at: int) -> Iterator[tuple[Version | None, Version]]:
    """The steps of a dossier's versions in order; the one that held at ``known_at``, if any, comes first in them."""
    before = chain[0] if chain[0].entry <= known_at else None
    for after in chain if before is None else chain[1:]:
        yield before, after
        before = after


@dataclass(slots=True)
class Shift:
    """By how much one cause moved a number; ``dossiers`` are those with a step that moved it, where it counts them."""

    numerator: int = 0
    denominator: int = 0
    dossiers: int = 0

    def __bool__(self) -> bool:
        return bool(self.numerator or self.denominator or self.dossiers)


_UNLISTED = {
    Cause.FORMULA: "old_judgements_not_kept",
    Cause.CALENDAR: "whole_figure",
    Cause.CATALOGUE: "whole_figure",
    Cause.RECORDS: "not_one_by_one",
    Cause.NO_HISTORY: "no_history",
    Cause.UNEXPLAINED: "unexplained",
}


def why_unlisted(cause: Cause, shift: Shift) -> str | None:
    """Why no dossier is named behind a cause; None: they are.

    ``old_judgements_not_kept``: a rebuild judges every version anew and the rules of before are gone, so the difference
    is known of the whole only. ``whole_figure``: the catalogue or the calendar moved what is not a dossier's.
    """
    return None if shift.dossiers else _UNLISTED.get(cause)


@dataclass(slots=True)
class Account:
    """The shifts of one number by cause. They add up to its difference, because whatever is left is written down."""

    shifts: dict[Cause, Shift] = field(default_factory=dict)

    def add(self, cause: Cause, numerator: int, denominator: int, *, dossiers: int = 0) -> None:
        """Book a movement."""
        shift = self.shifts.setdefault(cause, Shift())
        shift.numerator += numerator
        shift.denominator += denominator
        shift.dossiers += dossiers

    def sums(self) -> tuple[int, int]:
        """Everything booked: above and below the line."""
        booked = self.shifts.values()
        return sum(one.numerator for one in booked), sum(one.denominator for one in booked)

    def in_order(self) -> list[tuple[Cause, Shift]]:
        """The causes that moved anything, in the order of ``Cause``."""
        return [(cause, self.shifts[cause]) for cause in Cause if self.shifts.get(cause)]


def value_shifts(published: Numbers, now: Numbers, account: Account) -> Mapping[Cause, str] | None:
    """By how much each cause moved the value as it is shown; the texts add up exactly to the difference.

    The causes are taken one after another in their order, and each is given the change of the rounded value. A rate of
    two counts has no other split that adds up. None: one of the two values does not exist (0 of 0).
    """
    if published.value is None or now.value is None:
        return None
    above, below = published.numerator, published.denominator
    shown, found = Decimal(published.value), {}
    for cause, shift in account.in_order():
        above, below = above + shift.numerator, None if below is None else below + shift.denominator
        after = _shown(above, below, shown)
        found[cause] = f"{after - shown:f}"
        shown = after
    return found


def _shown(above: int, below: int | None, before: Decimal) -> Decimal:
    """On the way between two figures there may be 0 of 0, which has no value: the next cause is given its step."""
    if below is None:
        return Decimal(above)
    if below <= 0 or above < 0:
        return before
    return Decimal(Numbers(above, below, 0).value or "0")
