"""How a national copy of a dossier agrees with the portal that handles it. Copies are compared, never taken over.

National copies are known to be greener than the truth (portal-contracts.md 1.7): an agency that waits for papers may
send that it is done. Each such dossier is evidence about the sending, and none about the handling.
"""

from enum import StrEnum

from shared.domain.status import ENDED, WAITING_ON_APPLICANT, DossierStatus


class Agreement(StrEnum):
    """What the copy says, seen from the portal that handles the dossier."""

    SAME = "same"
    GREENER = "greener"
    """Ended where it is not, or under way where the applicant is waited for."""
    BEHIND = "behind"
    """Not ended, where it is."""
    OTHER = "other"
    MISSING = "missing"
    """There is no copy: it was never sent, or not taken."""
    UNKNOWN = "unknown"
    """One of the two states is in no map."""


def agreement(ours: DossierStatus, copy: DossierStatus | None) -> Agreement:
    """``copy`` None: the national portal does not know the dossier."""
    if copy is None:
        return Agreement.MISSING
    if DossierStatus.UNMAPPED in (ours, copy):
        return Agreement.UNKNOWN
    if ours is copy:
        return Agreement.SAME
    if copy in ENDED and ours not in ENDED:
        return Agreement.GREENER
    if ours in ENDED and copy not in ENDED:
        return Agreement.BEHIND
    waits = ours in WAITING_ON_APPLICANT and copy is DossierStatus.PROCESSING
    return Agreement.GREENER if waits else Agreement.OTHER
