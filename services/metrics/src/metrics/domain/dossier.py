"""A dossier as it is told and as it counts: the two shapes on either side of ``judging.judge``."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, IntFlag
from typing import NamedTuple

from metrics.domain.particulars import Particulars
from metrics.domain.traits import NOTHING, Told
from shared.domain.deadline import Timeliness
from shared.domain.status import DossierStatus

Days = tuple[date, date | None]
"""A range of days, the end not included; None: it has not ended."""


class Exclusion(IntEnum):
    """Why a dossier is in no flow figure. Unmapped and undated ones are unknowns: they widen the bounds of a figure."""

    NOT_ACCEPTED = 1
    """Submitted and not yet accepted."""
    REFUSED_AT_RECEPTION = 2
    """The one-stop did not accept it."""
    STATUS_UNMAPPED = 3
    """The portal's status has no meaning here yet: it may belong to any column."""
    END_DATE_MISSING = 4
    """Ended, but no day of the end is known: it may belong to any period."""
    RECEIVED_DATE_MISSING = 5
    """Accepted, but no day of receipt is known: it may belong to any period up to the portal's last change."""
    GONE = 6
    """The portal no longer holds it: known to be out, so it widens nothing."""


class Anomaly(IntFlag):
    """What is odd in a dossier that counts or may count. Each is an assumption that the answer must admit."""

    NO_DUE_DATE = 1
    """Neither the portal nor the procedure's limit gives one; it counts as on time (practice)."""
    CHANNEL_MISSING = 2
    """The portal sent no channel; it counts as direct (practice: null is treated as 1)."""
    ENDED_BEFORE_RECEIVED = 4
    """The end lies before the receipt; it counts as ended on the day of receipt."""
    DUE_COMPUTED = 8
    """The portal sent no due date; ours, from the procedure's limit, is used."""
    END_IGNORED = 16
    """The status says open, yet an end date was sent: the status is believed."""
    WAIT_ASSUMED = 32
    """Waiting on the applicant with no date of the request: the portal's last change is taken."""
    DUE_DISAGREES = 64
    """The portal's due date is not the one the law's limit gives: the applicant's is judged, both are shown."""
    RECEIPT_UNKNOWN = 128
    """It may count, and no day of receipt is known: the portal's last change is the latest it can have been."""


NOTHING_ODD = Anomaly(0)


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """What one version of a dossier says. Days are Asia/Ho_Chi_Minh.

    ``supplements`` are (asked, answered) days, answered None while the applicant has not answered;
    ``modified_on`` is the day of the portal's own last change; ``gone``: the portal no longer holds it;
    ``particulars`` None: the portal tells none.
    """

    status: DossierStatus
    channel: int | None
    received_on: date | None
    due_on: date | None
    statutory_due_on: date | None
    ended_on: date | None
    returned_on: date | None
    supplements: tuple[tuple[date, date | None], ...]
    modified_on: date
    gone: bool = False
    particulars: Particulars | None = None
    first_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a dossier stands by one due date: the outcome once ended, and the days it was overdue."""

    due_on: date | None
    outcome: Timeliness | None
    overdue: tuple[Days, ...]


class Judged(NamedTuple):
    """How the dossier counts, in days.

    ``received_on`` places it; ``outcome`` is EARLY, ON_TIME or LATE once ended; ``overdue`` are the days at whose
    end it is open, past due and not waiting on the applicant; the ``_766`` fields follow criterion 2.1.
    """

    reason: Exclusion | None
    channel: int
    received_on: date
    ended_on: date | None = None
    due_on: date | None = None
    outcome: Timeliness | None = None
    withdrawn: bool = False
    late_766: bool = False
    overdue: tuple[Days, ...] = ()
    overdue_766: Days | None = None
    anomalies: Anomaly = NOTHING_ODD
    told: Told = NOTHING
    restart: Standing | None = None
    subtract: Standing | None = None
