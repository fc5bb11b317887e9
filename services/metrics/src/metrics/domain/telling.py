"""The rules about what a portal tells beside a dossier's days: fees, papers, results, re-appointments.

None says that the portal does not tell. Unknown is not no: each rule below answers yes, no or None, and a dossier whose
portal is silent is left out of the rate and counted beside it.

Rules and confidence: reference/figures.md 1.D, 1.F and 1.G; all of them are practice (business rules of QĐ 766, code of
running portals), none is law.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from metrics.domain.particulars import Cause, PaidOnline, Particulars

POPULATION_DATABASES = frozenset({"1", "7"})
"""MaCSDL of the population database as senders write it: no list of codes was found, two are seen in practice."""


class Payment(NamedTuple):
    """Whether a dossier of a fee-bearing procedure had to pay, and whether it paid online; None: not told."""

    obliged: bool | None
    online: bool | None


def payment(told: Particulars) -> Payment:
    """Criterion 3.6. A dossier whose every fee line is 0 has no obligation; an empty list of lines proves nothing."""
    online = None if told.paid_online is None else told.paid_online in (PaidOnline.NATIONAL, PaidOnline.LOCAL)
    lines = [fee.amount for fee in told.fees or ()]
    if any(lines):
        return Payment(True, online)
    if lines and None not in lines:
        return Payment(False, online)
    return Payment(True if online else None, online)


def has_result(told: Particulars) -> bool | None:
    """Criterion 4.1: a result with a file. Where there are no result papers, none has one."""
    if told.results and told.results.total == 0 and told.results.files is None:
        return False
    return _some(told.results and told.results.files)


def is_digitised(told: Particulars) -> bool | None:
    """Criterion 4.2: its papers and its result are there as files."""
    return _both(_some(told.components and told.components.total), has_result(told))


def is_reused(told: Particulars) -> bool | None:
    """Criterion 4.3: HoSoCoThanhPhanSoHoa, or a paper with DuocSoHoa."""
    return _either(told.digitised, _some(told.components and told.components.digitised))


def is_in_store(told: Particulars) -> bool | None:
    """Criterion 4.4: a paper taken from the national store, or a result that it can take."""
    return _either(_some(told.components and told.components.from_store), has_result(told))


def uses_citizen_data(told: Particulars) -> bool | None:
    """Criterion 4.5: an account verified by VNeID, or the population database among those used."""
    used = None if told.databases is None else bool(POPULATION_DATABASES.intersection(told.databases))
    return _either(told.verified_account, used)


class Extension(NamedTuple):
    """Whether the agency re-appointed, and the first day it did; ``known`` false: it may have, nobody says when."""

    known: bool
    on: date | None


def extension(told: Particulars) -> Extension:
    """NĐ 61/2018 Art. 19(9): the agency may re-appoint once.

    A change without a cause or a day leaves it open whether that one was the first.
    """
    if told.due_changes is None:
        return Extension(False, None)
    changes = [change for change in told.due_changes if change.cause is not Cause.SUPPLEMENT]
    days = [change.on for change in changes if change.cause is Cause.EXTENSION and change.on is not None]
    first = min(days, default=None)
    if any(change.on is None or first is None or change.on < first for change in changes):
        return Extension(False, None)
    return Extension(True, first)


def original_due(told: Particulars | None, first_seen: date | None) -> date | None:
    """The day first promised: the portal's own list knows it, else the first one that was ever received."""
    if told is None or not told.due_changes:
        return first_seen
    before = (change.before for change in told.due_changes)
    return next((day for day in before if day is not None), first_seen)


def _some(count: int | None) -> bool | None:
    return None if count is None else count > 0


def _either(*answers: bool | None) -> bool | None:
    return _settled(answers, by=True)


def _both(*answers: bool | None) -> bool | None:
    return _settled(answers, by=False)


def _settled(answers: Iterable[bool | None], *, by: bool) -> bool | None:
    """One answer ``by`` decides; without it a silence leaves the question open."""
    given = set(answers)
    if by in given:
        return by
    return None if None in given else not by
