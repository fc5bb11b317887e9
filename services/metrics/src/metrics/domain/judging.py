"""How one dossier counts: the only place where a legal or practical counting rule about a dossier is written.

``judge`` turns the facts a portal reported into days: the day a dossier enters the flow, the day it leaves it
and how, and the ranges of days on which it stands open and overdue. Everything that is served is a sum over
these days, so that any period and any stock at the end of any day follow from one judgement.

Sources (confidence in brackets, see reference/figures.md 1.C and 1.D): form II.06a of TT 01/2020/TT-VPCP as
seen on report screens [C]; criterion 2.1 of QĐ 766/QĐ-TTg as its business-rules document describes it [D].
"""

from datetime import date, timedelta
from typing import NamedTuple

from metrics.domain.dossier import NOTHING_ODD, Anomaly, Days, DossierFacts, Exclusion, Judged
from shared.domain.channel import Channel
from shared.domain.deadline import Timeliness, timeliness
from shared.domain.status import ENDED, EXCLUDED, WAITING_ON_APPLICANT, DossierStatus

RULE = "2"
"""Version of these rules. Judged rows of another version must be rebuilt before they are added to."""

_ONE_DAY = timedelta(days=1)
_DIRECT = int(Channel.DIRECT)


def judge(facts: DossierFacts) -> Judged:
    """Judge one version of a dossier. Total: every combination of facts has an answer."""
    channel = facts.channel or _DIRECT
    received_on = facts.received_on or facts.modified_on
    reason = _exclusion(facts)
    if reason is not None:
        ended_on = _end(facts) if reason is Exclusion.STATUS_UNMAPPED else None
        return Judged(reason, channel, received_on, ended_on and max(ended_on, received_on))
    ended_on = _end(facts) if facts.status in ENDED else None
    due_on = facts.due_on or facts.statutory_due_on
    anomalies = _anomalies(facts, ended_on)
    if ended_on is not None and ended_on < received_on:
        ended_on = received_on
    withdrawn = facts.status is DossierStatus.WITHDRAWN
    if ended_on is not None and (due_on is None or ended_on <= due_on) and not facts.supplements:
        # Most dossiers by far: nothing waited and nothing was overdue.
        outcome = _outcome(due_on, ended_on, withdrawn)
        return Judged(None, channel, received_on, ended_on, due_on, outcome, withdrawn, anomalies=anomalies)
    waits = _waits(facts, received_on)
    first_766 = _first_overdue_766(waits, due_on)
    return Judged(
        None,
        channel,
        received_on,
        ended_on,
        due_on,
        None if ended_on is None else _outcome(due_on, ended_on, withdrawn),
        withdrawn,
        late_766=first_766 is not None and ended_on is not None and first_766 <= ended_on,
        overdue=_overdue(received_on, ended_on, due_on, waits),
        overdue_766=_clip(first_766, received_on, ended_on),
        anomalies=anomalies | _assumed_wait(facts, waits),
    )


def _exclusion(facts: DossierFacts) -> Exclusion | None:
    if facts.gone:
        return Exclusion.GONE
    if facts.status is DossierStatus.UNMAPPED:
        return Exclusion.STATUS_UNMAPPED
    if facts.status in EXCLUDED:
        new = facts.status is DossierStatus.NEW
        return Exclusion.NOT_ACCEPTED if new else Exclusion.REFUSED_AT_RECEPTION
    if facts.received_on is None:
        return Exclusion.RECEIVED_DATE_MISSING
    if facts.status in ENDED and _end(facts) is None:
        return Exclusion.END_DATE_MISSING
    return None


def _end(facts: DossierFacts) -> date | None:
    """Finished goes before returned when both are known (766 business rules [D])."""
    return facts.ended_on or facts.returned_on


def _outcome(due_on: date | None, ended_on: date, withdrawn: bool) -> Timeliness:
    """Column 8, 9 or 10. A withdrawn dossier stands in column 9 whatever its dates (practice [C])."""
    return Timeliness.ON_TIME if withdrawn else timeliness(due_on, ended_on, ended_on)


def _anomalies(facts: DossierFacts, ended_on: date | None) -> Anomaly:
    found = NOTHING_ODD
    if facts.due_on is None:
        found |= Anomaly.NO_DUE_DATE if facts.statutory_due_on is None else Anomaly.DUE_COMPUTED
    if facts.channel is None:
        found |= Anomaly.CHANNEL_MISSING
    if ended_on is None and facts.ended_on is not None:
        found |= Anomaly.END_IGNORED
    if ended_on is not None and facts.received_on is not None and ended_on < facts.received_on:
        found |= Anomaly.ENDED_BEFORE_RECEIVED
    return found


class _Wait(NamedTuple):
    """Days on which the applicant is awaited; ``stop`` None: still. A wait for payment is no supplement request."""

    begun: date
    stop: date | None
    request: bool


def _waits(facts: DossierFacts, received_on: date) -> list[_Wait]:
    """The waits on the applicant after receipt, in order of their beginning.

    A request answered before receipt belongs to no time limit. A round left open although the portal says that
    work goes on ended at the latest with the portal's last change; a wait without a round began with it.
    """
    waiting = facts.status in WAITING_ON_APPLICANT
    waits: list[_Wait] = []
    for asked, answered in facts.supplements:
        until = answered if answered is not None or waiting else facts.modified_on
        if asked < received_on and until is not None and until <= received_on:
            continue
        begun = max(asked, received_on)
        waits.append(_Wait(begun, None if until is None else max(begun, until), request=True))
    if waiting and all(wait.stop is not None for wait in waits):
        request = facts.status is DossierStatus.WAITING_SUPPLEMENT
        waits.append(_Wait(max(facts.modified_on, received_on), None, request))
    return sorted(waits, key=lambda wait: (wait.begun, wait.stop or date.max))


def _assumed_wait(facts: DossierFacts, waits: list[_Wait]) -> Anomaly:
    waiting = facts.status in WAITING_ON_APPLICANT
    told = any(answered is None for _, answered in facts.supplements)
    return Anomaly.WAIT_ASSUMED if waits and waiting and not told else NOTHING_ODD


def _overdue(received_on: date, ended_on: date | None, due_on: date | None, waits: list[_Wait]) -> tuple[Days, ...]:
    """Days at whose end the dossier is open, past due and in the agency's hands (column 13)."""
    begun = None if due_on is None else _next_day(due_on)
    whole = _clip(begun, received_on, ended_on)
    if whole is None:
        return ()
    ranges: list[Days] = []
    day, stop = whole
    for asked, answered, _ in waits:
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


def _first_overdue_766(waits: list[_Wait], due_on: date | None) -> date | None:
    """The first day at whose end the dossier is overdue by criterion 2.1; None: never.

    The clock stands while the applicant is asked: supplement time is subtracted, and during the wait the dossier
    is judged by the day of the request. A second request counts as overdue from its day on [D].
    """
    requests = [wait.begun for wait in waits if wait.request]
    second = requests[1] if len(requests) > 1 else None
    spent = None if due_on is None else _next_day(due_on)
    free_until = date.min
    for begun, stop, _ in waits:
        start = max(begun, free_until)
        if spent is None or start >= spent:
            break
        if stop is None:
            spent = None
        elif stop > start:
            spent, free_until = _later(spent, stop - start), stop
    return min((day for day in (second, spent) if day is not None), default=None)


def _clip(begun: date | None, received_on: date, ended_on: date | None) -> Days | None:
    if begun is None:
        return None
    start = max(begun, received_on)
    return (start, ended_on) if ended_on is None or start < ended_on else None


def _next_day(day: date) -> date | None:
    return _later(day, _ONE_DAY)


def _later(day: date, wait: timedelta) -> date | None:
    """None beyond the last day there is: such a date never comes."""
    return day + wait if date.max - day >= wait else None
