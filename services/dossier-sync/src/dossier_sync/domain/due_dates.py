"""Every day a dossier was ever promised for, in order: nothing an applicant once held is forgotten.

Two witnesses: the versions we received, and the portal's own list of changes (NgayHenTraTruoc, NgayHenTraMoi), which
knows what lies between two of our reads and why the day was moved.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from dossier_sync.domain.particulars import Cause, DueChange


class DueDate(NamedTuple):
    """A promised day. ``since``: the day from which it held, as far as it is known; ``cause``: why it was moved."""

    due_on: date
    since: date | None
    cause: Cause | None
    told_as_change: bool


def due_dates(seen: Iterable[tuple[date, date | None]], told: Iterable[DueChange]) -> list[DueDate]:
    """The promised days, oldest first.

    ``seen`` are (day of the portal's change, promised day) of the versions in order of that change; ``told`` is the
    newest version's own list. A day both witness is one, with the list's day and cause. A day that was given up and
    promised again stands twice.
    """
    found: list[DueDate] = []
    for since, due_on in seen:
        if due_on is not None and (not found or found[-1].due_on != due_on):
            found.append(DueDate(due_on, since, None, False))
    for change in told:
        _take(found, change)
    return found


def _take(found: list[DueDate], change: DueChange) -> None:
    begin = 0
    if change.before is not None:
        known = next((n for n, one in enumerate(found) if one.due_on == change.before), None)
        if known is None:
            known = _place(found, change.on, 0)
            found.insert(known, DueDate(change.before, None, None, True))
        begin = known + 1
    if change.after is None:
        return
    later = range(begin, len(found))
    same = next((n for n in later if found[n].due_on == change.after and not found[n].told_as_change), None)
    if same is None:
        found.insert(_place(found, change.on, begin), DueDate(change.after, change.on, change.cause, True))
    else:
        found[same] = DueDate(change.after, change.on or found[same].since, change.cause, True)


def _place(found: list[DueDate], on: date | None, begin: int) -> int:
    """The first place from ``begin`` on whose day is known to hold since ``on`` or later; ``begin`` without a day."""
    if on is None:
        return begin
    places = range(begin, len(found))
    return next((n for n in places if (since := found[n].since) is not None and since >= on), len(found))
