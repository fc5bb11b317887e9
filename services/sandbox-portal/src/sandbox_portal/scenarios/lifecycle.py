"""How a dossier moves on when a test asks for changes, and how a search looks at it. Pure.

Users: both kinds of dossier book.
"""

from sandbox_portal.scenarios.days import DAY_MS, local_ordinal
from sandbox_portal.scenarios.model import Dossier, DossierQuery
from shared.domain.status import DossierStatus

_GRACE_MS = 5 * DAY_MS
"""Appointment given to a dossier that is accepted only by a change."""

_NEXT = {
    DossierStatus.RECEIVED: DossierStatus.PROCESSING,
    DossierStatus.WAITING_SUPPLEMENT: DossierStatus.PROCESSING,
    DossierStatus.WAITING_PAYMENT: DossierStatus.PROCESSING,
}


def advance(dossier: Dossier, at: int) -> Dossier:
    """The dossier after one more step, recorded at the instant ``at``.

    Open dossiers go one state on and end; a finished result is handed over; and the end of a dossier that was
    already handed over is corrected by one day, because portals do rewrite the past.
    """
    status = dossier.status
    if status is DossierStatus.NEW:
        return dossier._replace(status=DossierStatus.RECEIVED, accepted=at, due=at + _GRACE_MS, updated=at)
    if status in _NEXT:
        return dossier._replace(status=_NEXT[status], updated=at)
    if status is DossierStatus.PROCESSING:
        return dossier._replace(status=DossierStatus.DONE, completed=at, updated=at)
    if status is DossierStatus.DONE:
        return dossier._replace(status=DossierStatus.RETURNED, updated=at)
    if status is DossierStatus.RETURNED and dossier.completed is not None:
        return dossier._replace(completed=min(dossier.completed + DAY_MS, at), updated=at)
    return dossier._replace(updated=at)


def matches(dossier: Dossier, query: DossierQuery) -> bool:
    """Whether a search would list the dossier."""
    return (
        (query.code is None or dossier.code == query.code)
        and (query.agencies is None or dossier.agency in query.agencies)
        and (query.procedures is None or dossier.procedure in query.procedures)
        and (query.statuses is None or dossier.status in query.statuses)
        and (query.channel is None or dossier.channel == query.channel)
        and _within(dossier.accepted, query.accepted)
        and _within(dossier.due, query.due)
        and _within(dossier.applied, query.applied)
    )


def _within(at: int | None, days: tuple[int | None, int | None]) -> bool:
    first, last = days
    if first is None and last is None:
        return True
    if at is None:
        return False
    day = local_ordinal(at)
    return (first is None or day >= first) and (last is None or day <= last)
