"""Our counts beside a portal's own: what both have, what explains a difference, and what nothing explains.

The unexplained remainder is a number of its own: a figure whose month it touches is not final. It is signed, as every
difference here is: positive where the portal counts more than we do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.domain.identifiers import AgencyCode


class Cause(StrEnum):
    """What may explain that a portal counts more (+) or fewer (-) than we do."""

    QUARANTINED = "quarantined"
    """+ Records of this agency and month are set aside here."""
    HOT_EDGE = "hot_edge"
    """+ Dossiers it changed after our last run's window; the next run reads them."""
    DUPLICATE = "duplicate"
    """+ Rows it lists twice, and counts twice."""
    UNMAPPED = "unmapped"
    """+ Accepted or not? Their state is in no map, so we do not count them."""
    DAY_BOUNDARY = "day_boundary"
    """+/- It cuts months at 00:00 UTC, which is 07:00 in Viet Nam (portal-contracts.md 3.2)."""
    GONE = "gone"
    """+ It counts what it no longer lists: two full reads did not find them."""
    OTHER_PORTAL = "other_portal"
    """- Another portal tells of them, this one does not."""


class Population(StrEnum):
    """Whom a portal counts as received in a month."""

    LISTED = "listed"
    """Every dossier with a day of acceptance in the month, whatever became of it."""
    ACCEPTED = "accepted"
    """Those that were accepted: neither new nor refused at reception."""


@dataclass(frozen=True, slots=True)
class Ours:
    """What we hold of an agency's month. ``later_in_utc`` is how many more a month cut in UTC would have (+/-)."""

    listed: int = 0
    accepted: int = 0
    unmapped: int = 0
    gone: int = 0
    other_portal: int = 0
    quarantined: int = 0
    hot: int = 0
    later_in_utc: int = 0

    def plus(self, other: "Ours") -> "Ours":
        """Of both together."""
        return Ours(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def counted(self, population: Population) -> int:
        return self.listed if population is Population.LISTED else self.accepted

    def candidates(self, population: Population) -> tuple[tuple[Cause, int], ...]:
        """What may explain a difference, the surest first."""
        found = [(Cause.QUARANTINED, self.quarantined), (Cause.HOT_EDGE, self.hot)]
        if population is Population.ACCEPTED:
            found.append((Cause.UNMAPPED, self.unmapped))
        found += [(Cause.DAY_BOUNDARY, self.later_in_utc), (Cause.GONE, self.gone)]
        if population is Population.LISTED:
            found.append((Cause.OTHER_PORTAL, -self.other_portal))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Compared:
    """``theirs - ours`` is the sum of ``explained`` and ``unexplained``, for any numbers."""

    theirs: int
    ours: int
    explained: Mapping[Cause, int]
    unexplained: int

    @property
    def matched(self) -> int:
        """How many both count, at most."""
        return min(self.theirs, self.ours)


def compare(theirs: int, ours: int, candidates: Iterable[tuple[Cause, int]]) -> Compared:
    """Takes the candidates in order, each for no more than is left of the difference.

    The day boundary is taken whole or not at all: it is known exactly what it would move.
    """
    left, explained = theirs - ours, dict[Cause, int]()
    for cause, amount in candidates:
        taken = _whole(left, amount) if cause is Cause.DAY_BOUNDARY else _part(left, amount)
        if taken:
            explained[cause] = taken
            left -= taken
    return Compared(theirs, ours, explained, left)


def _part(left: int, amount: int) -> int:
    return max(0, min(amount, left)) if amount > 0 else min(0, max(amount, left))


def _whole(left: int, amount: int) -> int:
    return amount if abs(left - amount) < abs(left) else 0


Month = date
"""Its first day."""


def by_subtree(held: Mapping[tuple[str, Month], Ours], root: str) -> dict[tuple[str, Month], Ours]:
    """Each agency's month with everything below it, up to ``root``: portals count by subtree."""
    top, found = AgencyCode.parse(root), dict[tuple[str, Month], Ours]()
    for (agency, month), ours in held.items():
        for code in AgencyCode.parse(agency).ancestors():
            if code.is_within(top):
                key = (str(code), month)
                found[key] = found.get(key, Ours()).plus(ours)
    return found


def months_before(today: date, count: int) -> list[Month]:
    """The first days of the last ``count`` months, this one included, the oldest first."""
    first = today.replace(day=1)
    found = [first]
    while len(found) < count:
        first = (
            first.replace(year=first.year - 1, month=12) if first.month == 1 else first.replace(month=first.month - 1)
        )
        found.append(first)
    return found[::-1]


def month_after(month: Month) -> Month:
    """The first day of the month after."""
    return month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)
