"""Picking and changing dossiers of the world, for faults that are in the portal's records and not on its wire."""

from collections.abc import Callable
from heapq import nsmallest

from sandbox_portal.faults.model import Listing, Parameter, Strike
from sandbox_portal.scenarios.model import Dossier
from shared.domain.status import DossierStatus

ROWS = Parameter("rows", 3, "How many dossiers; the seed picks them once and they stay picked.")
CODE = Parameter("code", "", "Only the dossier of this code; empty: those the seed picks.")

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

Condition = Callable[[Dossier], bool]
Change = Callable[[Strike, Dossier], Dossier]
Relist = Callable[[Strike, Listing], None]


def is_accepted(dossier: Dossier) -> bool:
    """Whether the state has taken it in."""
    return dossier.accepted is not None


def is_ended(dossier: Dossier) -> bool:
    """Whether it was accepted and has ended."""
    return dossier.accepted is not None and dossier.completed is not None


def is_open(dossier: Dossier) -> bool:
    """Whether it was accepted and has not ended."""
    return dossier.accepted is not None and dossier.completed is None


def is_returned(dossier: Dossier) -> bool:
    """Whether the result was handed over."""
    return dossier.status is DossierStatus.RETURNED and is_ended(dossier)


def rewound(dossier: Dossier, at: int) -> Dossier:
    """An ended dossier as it was before its end, recorded at the instant ``at``."""
    return dossier._replace(status=DossierStatus.PROCESSING, completed=None, updated=at)


def newest(listing: Listing) -> list[Dossier]:
    """From the dossier changed last to the one changed first."""
    return sorted(listing.dossiers, key=lambda dossier: (dossier.updated, dossier.number), reverse=True)


def picked(strike: Strike, listing: Listing, keep: Condition) -> set[int]:
    """Numbers of the dossiers struck: picked at the first strike, the same while the fault is switched on."""
    numbers: set[int] | None = strike.memory.get("numbers")
    if numbers is None:
        wanted = strike.option("code")
        candidates = [d for d in listing.dossiers if (d.code == wanted if wanted else keep(d))]
        found = nsmallest(strike.option("rows"), candidates, key=lambda d: (strike.rank(d.code), d.number))
        numbers = strike.memory["numbers"] = {dossier.number for dossier in found}
        for dossier in found:
            strike.touch(dossier.code)
    return numbers


def each_dossier(change: Change, keep: Condition = is_accepted) -> Relist:
    """The hook that changes the dossiers picked."""

    def relist(strike: Strike, listing: Listing) -> None:
        numbers = picked(strike, listing, keep)
        listing.dossiers = [change(strike, d) if d.number in numbers else d for d in listing.dossiers]

    return relist


def without(keep: Condition = is_accepted) -> Relist:
    """The hook that leaves the dossiers picked out of the list."""

    def relist(strike: Strike, listing: Listing) -> None:
        numbers = picked(strike, listing, keep)
        listing.dossiers = [dossier for dossier in listing.dossiers if dossier.number not in numbers]

    return relist


def just_changed(listing: Listing) -> int:
    """An instant later than every change of the list."""
    return max((dossier.updated for dossier in listing.dossiers), default=0) + HOUR_MS


def each_now(change: Change, keep: Condition = is_accepted) -> Relist:
    """The hook that changes the dossiers picked and stamps them as the newest of the list."""

    def relist(strike: Strike, listing: Listing) -> None:
        at: int = strike.memory.setdefault("at", just_changed(listing))
        stamped = each_dossier(lambda s, dossier: change(s, dossier)._replace(updated=at), keep)
        stamped(strike, listing)

    return relist
