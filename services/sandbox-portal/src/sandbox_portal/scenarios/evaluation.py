"""What the national evaluation counts, counted from the generated facts: each agency's own dossiers, not its subtree's.

Deliberately written without the product's rules, like ``truth``. The population is our reading of QĐ 766 criterion
2.1: dossiers accepted inside the period. One that has not ended is measured on the period's last day; one that waits
for its applicant ended, for this purpose, when it was asked to act.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate

from sandbox_portal.scenarios.days import from_ordinal, is_working, local_ordinal, ordinal
from sandbox_portal.scenarios.model import Dossier
from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

_NOT_ACCEPTED = (DossierStatus.NEW, DossierStatus.REFUSED_AT_RECEPTION)
_WAITING = (DossierStatus.WAITING_SUPPLEMENT, DossierStatus.WAITING_PAYMENT)
_FINISHED = (DossierStatus.DONE, DossierStatus.RETURNED)


@dataclass(slots=True)
class Tally:
    """Counts of one agency. ``days`` are working days, summed over the finished ones; ``used``: procedures that had
    a dossier online."""

    received: int = 0
    on_time: int = 0
    completed: int = 0
    days: int = 0
    online: int = 0
    online_on_time: int = 0
    direct: int = 0
    postal: int = 0
    used: set[int] = field(default_factory=set)

    @staticmethod
    def of(parts: Iterable["Tally"]) -> "Tally":
        """The sum of several."""
        total = Tally()
        for part in parts:
            total.received += part.received
            total.on_time += part.on_time
            total.completed += part.completed
            total.days += part.days
            total.online += part.online
            total.online_on_time += part.online_on_time
            total.direct += part.direct
            total.postal += part.postal
            total.used |= part.used
        return total


def tallies(dossiers: Iterable[Dossier], first: date, last: date, procedure: int | None = None) -> dict[int, Tally]:
    """By position of the agency, for the period with both days included; ``procedure`` None: all."""
    begin, end = ordinal(first), ordinal(last)
    worked = list(accumulate((is_working(from_ordinal(day)) for day in range(begin, end + 1)), initial=0))
    found: dict[int, Tally] = {}
    for dossier in dossiers:
        if dossier.accepted is None or dossier.status in _NOT_ACCEPTED or procedure not in (None, dossier.procedure):
            continue
        received = local_ordinal(dossier.accepted)
        if begin <= received <= end:
            _count(dossier, received, end, found.setdefault(dossier.agency, Tally()), worked, begin)
    return found


def _count(dossier: Dossier, received: int, end: int, tally: Tally, worked: list[int], begin: int) -> None:
    on_time = dossier.due is None or _ended(dossier, end) <= local_ordinal(dossier.due)
    tally.received += 1
    tally.on_time += on_time
    if dossier.completed is not None and dossier.status in _FINISHED:
        done = min(local_ordinal(dossier.completed), end)
        tally.completed += 1
        tally.days += worked[done - begin + 1] - worked[received - begin + 1]
    if dossier.channel is Channel.ONLINE:
        tally.online += 1
        tally.online_on_time += on_time
        tally.used.add(dossier.procedure)
    elif dossier.channel is Channel.POSTAL:
        tally.postal += 1
    else:
        tally.direct += 1


def _ended(dossier: Dossier, end: int) -> int:
    if dossier.completed is not None:
        return local_ordinal(dossier.completed)
    return min(local_ordinal(dossier.updated), end) if dossier.status in _WAITING else end
