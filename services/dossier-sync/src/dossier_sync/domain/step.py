"""A step of a dossier's timeline: its status at a moment, told apart from the dossier itself.

One-stop systems send the dossier (the header) and its steps in separate calls, and the two disagree. **The header has
precedence:** it says how the dossier stood when it was sent, so a step changes the dossier only when it happened
later. Both are kept; a step that contradicts a header sent after it is flagged and counted, never settled by a guess.
"""

from datetime import date, datetime
from typing import NamedTuple

from dossier_sync.domain.dossier import Dossier, Flag, PortalRecord
from shared.domain.status import ENDED, DossierStatus


class Step(NamedTuple):
    """``status`` from ``at`` on, by the national codes. ``unreadable`` as in ``PortalRecord``, ``record`` redacted."""

    status: int
    at: datetime | None
    unreadable: str
    record: bytes


def told_again(step: Step, known: Dossier, day: date | None) -> PortalRecord:
    """The known dossier as it stands after the step. ``day`` is the step's: an end without another day is on it."""
    ended, returned = step.status in ENDED, step.status == DossierStatus.RETURNED
    return PortalRecord(
        code=known.dossier_code,
        agency_code="" if Flag.AGENCY_FROM_CODE in (known.flags or ()) else known.agency_code,
        procedure_code=known.procedure_code,
        field_code=known.field_code,
        channel=known.channel,
        status=step.status,
        received_on=known.received_on,
        due_on=known.due_on,
        ended_on=(known.ended_on or day) if ended else None,
        returned_on=(known.returned_on or day) if returned else None,
        modified_at=step.at,
        unreadable=step.unreadable,
        record=step.record,
        particulars=known.particulars,
    )


def contradicts(step: int, header: int) -> bool:
    """Whether a dossier whose step was ``step`` cannot well stand at ``header`` in a header that was sent later.

    An end was told and another end, or none, is: senders are known to turn "stopped" into "done" on the way up, and to
    forget an end. That a result which was ready is handed over contradicts nothing.
    """
    return step in _ENDS and step != header and (step, header) != (DossierStatus.DONE, DossierStatus.RETURNED)


_ENDS = ENDED | {DossierStatus.REFUSED_AT_RECEPTION}


def with_disagreement(older: Dossier, header: Dossier) -> Dossier:
    """The history line of a step that did not move the dossier, flagged when it contradicts the one that counts."""
    if not contradicts(older.status, header.status):
        return older
    return older._replace(flags=(*(older.flags or ()), Flag.TIMELINE_DISAGREES))
