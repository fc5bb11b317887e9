"""The days on which the applicant is awaited, and what they do to a due date: the clock of one dossier.

Sources (confidence in brackets, see reference/figures.md 1.C, 1.D and 3.1): column 13 of form II.06a as seen on report
screens [C]; criterion 2.1 of QĐ 766/QĐ-TTg as its business-rules document describes it [D].
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from metrics.domain.dossier import Days, DossierFacts
from shared.domain.status import WAITING_ON_APPLICANT, DossierStatus

_ONE_DAY = timedelta(days=1)


class Wait(NamedTuple):
    """Days on which the applicant is awaited; ``stop`` None: still. A wait for payment is no supplement request.

    ``complete`` false: the dossier ended first, so that ``stop`` is no answer.
    """

    begun: date
    stop: date | None
    request: bool
    complete: bool = True


def waits(facts: DossierFacts, received_on: date, ended_on: date | None) -> list[Wait]:
    """The waits on the applicant between receipt and end, in order of their beginning.

    A request answered before receipt belongs to no time limit, and nobody is awaited after the end. A round left open
    although the portal says that work goes on ended at the latest with the portal's last change; a wait without a
    round began with it.
    """
    waiting = facts.status in WAITING_ON_APPLICANT
    found: list[Wait] = []
    for asked, answered in facts.supplements:
        until = answered if answered is not None or waiting else facts.modified_on
        if asked < received_on and until is not None and until <= received_on:
            continue
        begun = max(asked, received_on)
        found.append(Wait(begun, None if until is None else max(begun, until), request=True))
    if waiting and all(wait.stop is not None for wait in found):
        request = facts.status is DossierStatus.WAITING_SUPPLEMENT
        found.append(Wait(max(facts.modified_on, received_on), None, request))
    kept = found if ended_on is None else [_until(ended_on, wait) for wait in found if wait.begun <= ended_on]
    return sorted(kept, key=lambda wait: (wait.begun, wait.stop or date.max))


def _until(ended_on: date, wait: Wait) -> Wait:
    answered = wait.stop is not None and wait.stop <= ended_on
    return wait if answered else wait._replace(stop=ended_on, complete=False)


def overdue(received_on: date, ended_on: date | None, due_on: date | None, waits: Sequence[Wait]) -> tuple[Days, ...]:
    """Days at whose end the dossier is open, past due and in the agency's hands (column 13)."""
    begun = None if due_on is None else next_day(due_on)
    whole = clip(begun, received_on, ended_on)
    if whole is None:
        return ()
    ranges: list[Days] = []
    day, stop = whole
    for asked, answered, *_ in waits:
        if stop is not None and asked >= stop:
            break
        if answered is not None and answered <= max(asked, day):
            continue  # Asked and answered on one day: no day ended waiting, so the range is not cut.
        if asked > day:
            ranges.append((day, asked))
        if answered is None:
            return tuple(ranges)
        day = max(day, answered)
    if stop is None or day < stop:
        ranges.append((day, stop))
    return tuple(ranges)


def first_overdue_766(waits: Sequence[Wait], due_on: date | None) -> date | None:
    """The first day at whose end the dossier is overdue by criterion 2.1; None: never.

    The clock stands while the applicant is asked: supplement time is subtracted, and during the wait the dossier
    is judged by the day of the request. A second request counts as overdue from its day on [D].
    """
    requests = [wait.begun for wait in waits if wait.request]
    second = requests[1] if len(requests) > 1 else None
    days = (second, spent(waits, due_on))
    return min((day for day in days if day is not None), default=None)


def spent(waits: Sequence[Wait], due_on: date | None) -> date | None:
    """The first day after the limit when the days of waiting are taken out of it; None: it is never spent.

    Waits are a union: days that two of them share are taken out once. A wait that begins after the limit was spent
    gives nothing back, and one that has no end keeps it from being spent.
    """
    after = None if due_on is None else next_day(due_on)
    free_until = date.min
    for begun, stop, *_ in waits:
        start = max(begun, free_until)
        if after is None or start >= after:
            break
        if stop is None:
            after = None
        elif stop > start:
            after, free_until = _later(after, stop - start), stop
    return after


def clip(begun: date | None, received_on: date, ended_on: date | None) -> Days | None:
    """The days from ``begun`` on that lie between receipt and end; None: there are none."""
    if begun is None:
        return None
    start = max(begun, received_on)
    return (start, ended_on) if ended_on is None or start < ended_on else None


def next_day(day: date) -> date | None:
    """None after the last day there is."""
    return _later(day, _ONE_DAY)


def _later(day: date, wait: timedelta) -> date | None:
    """None beyond the last day there is: such a date never comes."""
    return day + wait if date.max - day >= wait else None
