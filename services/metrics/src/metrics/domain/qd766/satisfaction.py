"""Criterion 5.4: 100 % less the overdue rate and the rate of dossiers with a petition or a dislike.

The document subtracts two rates, so a dossier that is overdue and disliked is subtracted twice; never below 0.
"""

from metrics.domain.qd766.evidence import Evidence
from metrics.domain.qd766.inputs import Ratio

SILENT = {"petitions": "petitions_not_imported", "votes": "votes_not_imported"}
"""What was never imported, as flags: without both nobody knows which dossiers were disliked."""


def satisfied(on_time: Evidence, marked: int, silent: tuple[str, ...]) -> Evidence:
    """From the evidence of 2.1 (in time of all handled) and the number of dossiers with a petition or a dislike.

    ``silent`` names what was never imported: then the share lies anywhere below what is known to be subtracted.
    """
    low, high = _less(on_time.low, marked), _less(on_time.high, marked)
    if on_time.known is None or silent:
        flags = (*on_time.flags, *((SILENT[one], None) for one in silent))
        return Evidence(None, Ratio(0, low.denominator), high, flags, complete=False)
    flags = (*on_time.flags, ("disliked_or_petitioned", marked))
    return Evidence(_less(on_time.known, marked), low, high, flags, complete=False)


def _less(ratio: Ratio, marked: int) -> Ratio:
    return Ratio(max(0, ratio.numerator - marked), ratio.denominator)
