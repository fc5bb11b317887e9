"""What a list that lacks a known procedure proves: nothing, a suspicion, or a withdrawal.

An incomplete list removes nothing. A complete one that lacks a code raises a suspicion, and only a second complete
one withdraws it: portals are known to lose rows for a day. A decision that abolished it, or the portal's own detail
that says so, needs no second list.
"""

from collections.abc import Set
from dataclasses import dataclass

from catalogue.domain.procedure import ProcedureKey


@dataclass(frozen=True, slots=True)
class Absence:
    """What follows from one list. ``implausible``: so many are missing that an operator must agree first."""

    withdrawn: frozenset[ProcedureKey] = frozenset()
    suspected: frozenset[ProcedureKey] = frozenset()
    cleared: frozenset[ProcedureKey] = frozenset()
    implausible: int = 0


def judge_absence(
    *,
    published: Set[ProcedureKey],
    listed: Set[ProcedureKey],
    suspected_before: Set[ProcedureKey],
    confirmed: Set[ProcedureKey] = frozenset(),
    complete: bool,
    most_share: float,
    agreed: bool = False,
) -> Absence:
    """Compares what was published with a list.

    ``confirmed``: their end is known otherwise. ``most_share`` is the largest share of the published that may be
    missing without explanation and without an operator's word (``agreed``). The codes of an incomplete list still
    clear suspicions.
    """
    cleared = frozenset(suspected_before & listed)
    if not complete:
        return Absence(cleared=cleared)
    missing = frozenset(published - listed)
    unexplained = missing - confirmed
    if not agreed and len(unexplained) > most_share * len(published):
        return Absence(missing & confirmed, cleared=cleared, implausible=len(unexplained))
    withdrawn = missing if agreed else missing & (suspected_before | confirmed)
    return Absence(withdrawn, missing - withdrawn, cleared)
