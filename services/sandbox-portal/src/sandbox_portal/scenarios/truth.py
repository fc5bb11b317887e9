"""Form II.06a counted from the generated facts, so that a test has something to compare the product with.

Deliberately written without the product's rules: plain comparisons of local days, columns 3 to 13 of
TT 01/2020/TT-VPCP. Two points are practice and not law: a withdrawn dossier counts as on time, and a dossier that
waits for its applicant is never overdue; since when it waits, the record's last change tells.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sandbox_portal.scenarios.days import local_ordinal, ordinal
from sandbox_portal.scenarios.model import Catalogue, Dossier
from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

_NOT_ACCEPTED = (DossierStatus.NEW, DossierStatus.REFUSED_AT_RECEPTION)
_WAITING = (DossierStatus.WAITING_SUPPLEMENT, DossierStatus.WAITING_PAYMENT)


def form_ii06a(dossiers: Iterable[Dossier], first: date, last: date) -> dict[str, int]:
    """Columns 3 to 13 by the names of the figure dictionary, for the period with both days included."""
    begin, end = ordinal(first), ordinal(last)
    seen: Counter[str] = Counter()
    for dossier in dossiers:
        _count(dossier, begin, end, seen)
    online, other, carried = seen["online"], seen["other"], seen["carried"]
    early, on_time, overdue = seen["early"], seen["on_time"], seen["overdue"]
    return {
        "dossiers_total_handled": online + other + carried,
        "dossiers_received_online": online,
        "dossiers_received_direct_or_post": other,
        "dossiers_carried_over": carried,
        "dossiers_resolved": early + on_time + overdue,
        "dossiers_resolved_early": early,
        "dossiers_resolved_on_time": on_time,
        "dossiers_resolved_overdue": overdue,
        "dossiers_pending": seen["pending"] + seen["pending_overdue"],
        "dossiers_pending_in_time": seen["pending"],
        "dossiers_pending_overdue": seen["pending_overdue"],
    }


def _count(dossier: Dossier, begin: int, end: int, seen: Counter[str]) -> None:
    if dossier.accepted is None or dossier.status in _NOT_ACCEPTED:
        return
    received = local_ordinal(dossier.accepted)
    ended = None if dossier.completed is None else local_ordinal(dossier.completed)
    if received > end or (received < begin and ended is not None and ended < begin):
        return
    seen["carried" if received < begin else "online" if dossier.channel is Channel.ONLINE else "other"] += 1
    due = None if dossier.due is None else local_ordinal(dossier.due)
    if ended is None or ended > end:
        waits = dossier.status in _WAITING and local_ordinal(dossier.updated) <= end
        seen["pending_overdue" if due is not None and due < end and not waits else "pending"] += 1
    elif due is None or ended == due or dossier.status is DossierStatus.WITHDRAWN:
        seen["on_time"] += 1
    else:
        seen["early" if ended < due else "overdue"] += 1


def catalogue_counts(catalogue: Catalogue) -> dict[str, int]:
    """Counts of the catalogue by the names of the figure dictionary, and of petitions."""
    in_force = [procedure for procedure in catalogue.procedures if procedure.in_force]
    levels = Counter(procedure.level for procedure in in_force)
    kinds = Counter(kind for decision in catalogue.decisions for kind in decision.kinds)
    full = sum(procedure.full_online for procedure in in_force)
    answered = [one for one in catalogue.petitions if one.resolved_on and one.resolved_on <= one.due_on]
    return {
        "procedures_total": len(in_force),
        **{f"procedures_{level.value.lower()}": count for level, count in sorted(levels.items())},
        "procedures_full_online": full,
        "procedures_partial_online": len(in_force) - full,
        "procedures_fee_bearing": sum(procedure.fee > 0 for procedure in in_force),
        "publication_decisions": len(catalogue.decisions),
        **{f"publication_decisions_{kind.value.lower()}": count for kind, count in sorted(kinds.items())},
        "pakn_received": len(catalogue.petitions),
        "pakn_resolved_on_time": len(answered),
    }
