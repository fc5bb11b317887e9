"""How one dossier counts: the only place where a legal or practical counting rule about a dossier is written.

``judge`` turns the facts a portal reported into days: the day a dossier enters the flow, the day it leaves it
and how, and the ranges of days on which it stands open and overdue. Everything that is served is a sum over
these days, so that any period and any stock at the end of any day follow from one judgement.

Sources (confidence in brackets, see reference/figures.md 1.C and 1.D): form II.06a of TT 01/2020/TT-VPCP as
seen on report screens [C]; criterion 2.1 of QĐ 766/QĐ-TTg as its business-rules document describes it [D].
"""

from collections.abc import Sequence
from datetime import date

from metrics.domain.dossier import NOTHING_ODD, Anomaly, DossierFacts, Exclusion, Judged, Standing
from metrics.domain.policies import overdue_restarted, restarted, subtracted
from metrics.domain.telling import original_due
from metrics.domain.traits import told
from metrics.domain.waiting import Wait, clip, first_overdue_766, overdue, waits
from shared.domain.calendar import WorkingCalendar
from shared.domain.channel import Channel
from shared.domain.deadline import Timeliness, timeliness
from shared.domain.status import ENDED, EXCLUDED, WAITING_ON_APPLICANT, DossierStatus

RULE = "5"
"""Version of these rules. Judged rows of another version must be rebuilt before they are added to."""

_DIRECT = int(Channel.DIRECT)
_MAY_COUNT = (Exclusion.STATUS_UNMAPPED, Exclusion.RECEIVED_DATE_MISSING)


def judge(facts: DossierFacts, calendar: WorkingCalendar | None = None) -> Judged:
    """Judge one version of a dossier. Total: every combination of facts has an answer.

    ``calendar`` is only asked for a limit that starts anew (``policies``); None: such a date is not known.
    """
    channel = facts.channel or _DIRECT
    received_on = facts.received_on or facts.modified_on
    reason = _exclusion(facts)
    if reason is not None:
        ended_on = _end(facts) if reason is Exclusion.STATUS_UNMAPPED else None
        unplaced = facts.received_on is None and reason in _MAY_COUNT
        odd = Anomaly.RECEIPT_UNKNOWN if unplaced else NOTHING_ODD
        return Judged(reason, channel, received_on, ended_on and max(ended_on, received_on), anomalies=odd)
    ended_on = _end(facts) if facts.status in ENDED else None
    due_on = facts.due_on or facts.statutory_due_on
    promised_on = original_due(facts.particulars, facts.first_due_on)
    limit_on = facts.statutory_due_on or promised_on or facts.due_on
    anomalies = _anomalies(facts, ended_on)
    if ended_on is not None and ended_on < received_on:
        ended_on = received_on
    withdrawn = facts.status is DossierStatus.WITHDRAWN
    if due_on == limit_on and not facts.supplements and facts.status not in WAITING_ON_APPLICANT:
        # Most dossiers by far: nobody waited, and every policy has the same date.
        return _unpaused(facts, channel, received_on, ended_on, due_on, promised_on, anomalies)
    pauses = waits(facts, received_on, ended_on)
    requests = sum(wait.request for wait in pauses)
    first_766 = first_overdue_766(pauses, due_on)
    portal = _standing(due_on, received_on, ended_on, pauses, withdrawn=withdrawn)
    by_law = restarted(limit_on, received_on, pauses, calendar)
    late_by_law = overdue_restarted(limit_on, received_on, ended_on, pauses, calendar)
    restart = Standing(by_law, None if ended_on is None else _outcome(by_law, ended_on, withdrawn), late_by_law)
    subtract = _standing(subtracted(limit_on, pauses), received_on, ended_on, pauses, withdrawn=withdrawn)
    return Judged(
        None,
        channel,
        received_on,
        ended_on,
        due_on,
        portal.outcome,
        withdrawn,
        late_766=first_766 is not None and ended_on is not None and first_766 <= ended_on,
        overdue=portal.overdue,
        overdue_766=clip(first_766, received_on, ended_on),
        anomalies=anomalies | _assumed_wait(facts) | _disagreement(facts, pauses, by_law),
        told=told(facts.particulars, promised_on, received_on, ended_on, requests),
        restart=None if restart == portal else restart,
        subtract=None if subtract == portal else subtract,
    )


def _unpaused(
    facts: DossierFacts,
    channel: int,
    received_on: date,
    ended_on: date | None,
    due_on: date | None,
    promised_on: date | None,
    anomalies: Anomaly,
) -> Judged:
    """One for whom nobody waited, and whose due date is everybody's."""
    withdrawn = facts.status is DossierStatus.WITHDRAWN
    found = told(facts.particulars, promised_on, received_on, ended_on, 0)
    in_time = ended_on is not None and (due_on is None or ended_on <= due_on)
    first_766 = None if in_time else first_overdue_766((), due_on)
    return Judged(
        None,
        channel,
        received_on,
        ended_on,
        due_on,
        None if ended_on is None else _outcome(due_on, ended_on, withdrawn),
        withdrawn,
        late_766=first_766 is not None and ended_on is not None and first_766 <= ended_on,
        overdue=() if in_time else overdue(received_on, ended_on, due_on, ()),
        overdue_766=clip(first_766, received_on, ended_on),
        anomalies=anomalies,
        told=found,
    )


def _standing(
    due_on: date | None, received_on: date, ended_on: date | None, pauses: Sequence[Wait], *, withdrawn: bool
) -> Standing:
    outcome = None if ended_on is None else _outcome(due_on, ended_on, withdrawn)
    return Standing(due_on, outcome, overdue(received_on, ended_on, due_on, pauses))


def _disagreement(facts: DossierFacts, pauses: Sequence[Wait], by_law: date | None) -> Anomaly:
    """Whether the portal's date is another than the one the limit gives. While the applicant is awaited none stands."""
    if facts.due_on is None or facts.statutory_due_on is None or by_law is None:
        return NOTHING_ODD
    waited = any(wait.stop is None for wait in pauses)
    return NOTHING_ODD if waited or facts.due_on == by_law else Anomaly.DUE_DISAGREES


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


def _assumed_wait(facts: DossierFacts) -> Anomaly:
    waiting = facts.status in WAITING_ON_APPLICANT
    told = any(answered is None for _, answered in facts.supplements)
    return Anomaly.WAIT_ASSUMED if waiting and not told else NOTHING_ODD
