"""What a judged dossier adds to the day counters: every figure of any period is a sum of these.

A stock at the end of a day is a difference of two running sums (open = received - ended); a range of days is +1
on its first day and -1 on the day after its last. The projector adds the events of the new version and subtracts
those of the old one; rebuild and verify use the same function.
"""

from collections.abc import Iterator
from datetime import date

from metrics.domain.dossier import Anomaly, Exclusion, Judged
from shared.domain.deadline import Timeliness

COUNTERS = (
    "received",
    "early",
    "on_time",
    "late",
    "withdrawn",
    "late_766",
    "overdue_delta",
    "overdue_766_delta",
    "unmapped",
    "unmapped_ended",
    "undated",
    "not_accepted",
    "refused",
    "no_due_date",
    "no_due_date_ended",
    "channel_missing",
    "end_moved",
    "gone",
)
"""The counters of one cell, in the order of their columns."""

INDEX = {name: position for position, name in enumerate(COUNTERS)}

_RECEIVED, _WITHDRAWN, _LATE_766 = INDEX["received"], INDEX["withdrawn"], INDEX["late_766"]
_OVERDUE, _OVERDUE_766 = INDEX["overdue_delta"], INDEX["overdue_766_delta"]
_NO_DUE, _NO_DUE_ENDED = INDEX["no_due_date"], INDEX["no_due_date_ended"]
_CHANNEL_MISSING, _END_MOVED = INDEX["channel_missing"], INDEX["end_moved"]
_UNMAPPED_ENDED = INDEX["unmapped_ended"]

_OUTCOME = {
    Timeliness.EARLY: INDEX["early"],
    Timeliness.ON_TIME: INDEX["on_time"],
    Timeliness.LATE: INDEX["late"],
}
_EXCLUDED = {
    Exclusion.NOT_ACCEPTED: INDEX["not_accepted"],
    Exclusion.REFUSED_AT_RECEPTION: INDEX["refused"],
    Exclusion.STATUS_UNMAPPED: INDEX["unmapped"],
    Exclusion.END_DATE_MISSING: INDEX["undated"],
    Exclusion.RECEIVED_DATE_MISSING: INDEX["undated"],
    Exclusion.GONE: INDEX["gone"],
}

Event = tuple[date, int, int]
"""The day, the index of the counter, and +1 or -1."""


def events(judged: Judged) -> Iterator[Event]:
    """The day events of one judged dossier."""
    if judged.reason is not None:
        yield judged.received_on, _EXCLUDED[judged.reason], 1
        if judged.ended_on is not None:
            yield judged.ended_on, _UNMAPPED_ENDED, 1
        return
    yield judged.received_on, _RECEIVED, 1
    if judged.ended_on is not None and judged.outcome is not None:
        yield judged.ended_on, _OUTCOME[judged.outcome], 1
        if judged.withdrawn:
            yield judged.ended_on, _WITHDRAWN, 1
        if judged.late_766:
            yield judged.ended_on, _LATE_766, 1
    for days in judged.overdue:
        yield from _range(days[0], days[1], _OVERDUE)
    if judged.overdue_766 is not None:
        yield from _range(judged.overdue_766[0], judged.overdue_766[1], _OVERDUE_766)
    if judged.anomalies:
        yield from _oddities(judged)


def _range(first: date, stop: date | None, counter: int) -> Iterator[Event]:
    yield first, counter, 1
    if stop is not None:
        yield stop, counter, -1


def _oddities(judged: Judged) -> Iterator[Event]:
    if Anomaly.NO_DUE_DATE in judged.anomalies:
        yield judged.received_on, _NO_DUE, 1
        if judged.ended_on is not None:
            yield judged.ended_on, _NO_DUE_ENDED, 1
    if Anomaly.CHANNEL_MISSING in judged.anomalies:
        yield judged.received_on, _CHANNEL_MISSING, 1
    if Anomaly.ENDED_BEFORE_RECEIVED in judged.anomalies and judged.ended_on is not None:
        yield judged.ended_on, _END_MOVED, 1
