"""What a judged dossier adds to the day counters: every figure of any period is a sum of these.

A stock at the end of a day is a difference of two running sums (open = received - ended); a range of days is +1
on its first day and -1 on the day after its last. The projector adds the events of the new version and subtracts
those of the old one; rebuild and verify use the same function.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from metrics.domain.dossier import Anomaly, Exclusion, Judged
from metrics.domain.traits import NOTHING, Trait
from shared.domain.deadline import Timeliness

FLOW = (
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
    "due_disagrees",
    "due_disagrees_ended",
    "unmapped_unplaced_delta",
    "undated_unplaced_delta",
)
"""The counters that every figure of the flow needs."""

_STAYING = (
    Trait.RESULT_FILE,
    Trait.NO_RESULT_FILE,
    Trait.DIGITISED,
    Trait.NOT_DIGITISED,
    Trait.REUSED,
    Trait.NOT_REUSED,
    Trait.IN_STORE,
    Trait.NOT_IN_STORE,
    Trait.CITIZEN_DATA,
    Trait.NO_CITIZEN_DATA,
    Trait.EXTENSION_TOLD,
)
"""Traits counted at receipt and again at the end: so those carried over are a difference, as in the flow."""

_AT_END = (Trait.LATE_ORIGINAL, Trait.ASKED_ONCE, Trait.ASKED_OFTEN)


def _name(trait: Trait, suffix: str = "") -> str:
    return f"{(trait.name or '').lower()}{suffix}"


TOLD = (
    *(_name(trait) for trait in _STAYING),
    *(_name(trait, "_ended") for trait in _STAYING),
    *(_name(trait) for trait in _AT_END),
    "extended",
    "apologies_told",
    "apologies",
)
"""The counters of what portals tell besides the flow."""

COUNTERS = (*FLOW, *TOLD)
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

_DUE_DISAGREES, _DUE_DISAGREES_ENDED = INDEX["due_disagrees"], INDEX["due_disagrees_ended"]
_UNPLACED = {
    Exclusion.STATUS_UNMAPPED: INDEX["unmapped_unplaced_delta"],
    Exclusion.RECEIVED_DATE_MISSING: INDEX["undated_unplaced_delta"],
}
_EXTENDED, _APOLOGIES_TOLD, _APOLOGIES = INDEX["extended"], INDEX["apologies_told"], INDEX["apologies"]

Event = tuple[date, int, int]
"""The day, the index of the counter, and what to add to it."""


def events(judged: Judged) -> Iterator[Event]:
    """The day events of one judged dossier."""
    if judged.reason is not None:
        yield from _excluded(judged, judged.reason)
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
    if judged.told is not NOTHING:
        yield from _told(judged)


def _excluded(judged: Judged, reason: Exclusion) -> Iterator[Event]:
    yield judged.received_on, _EXCLUDED[reason], 1
    if judged.ended_on is not None:
        yield judged.ended_on, _UNMAPPED_ENDED, 1
    if Anomaly.RECEIPT_UNKNOWN in judged.anomalies:
        # Until the day it is placed on it may have been received already, whatever period ends before.
        yield from _range(date.min, judged.received_on, _UNPLACED[reason])


def _range(first: date, stop: date | None, counter: int) -> Iterator[Event]:
    yield first, counter, 1
    if stop is not None:
        yield stop, counter, -1


def _oddities(judged: Judged) -> Iterator[Event]:
    if Anomaly.NO_DUE_DATE in judged.anomalies:
        yield judged.received_on, _NO_DUE, 1
        if judged.ended_on is not None:
            yield judged.ended_on, _NO_DUE_ENDED, 1
    if Anomaly.DUE_DISAGREES in judged.anomalies:
        yield judged.received_on, _DUE_DISAGREES, 1
        if judged.ended_on is not None:
            yield judged.ended_on, _DUE_DISAGREES_ENDED, 1
    if Anomaly.CHANNEL_MISSING in judged.anomalies:
        yield judged.received_on, _CHANNEL_MISSING, 1
    if Anomaly.ENDED_BEFORE_RECEIVED in judged.anomalies and judged.ended_on is not None:
        yield judged.ended_on, _END_MOVED, 1


def _told(judged: Judged) -> Iterator[Event]:
    """Every re-appointment and letter is counted by its dossier's days: no portal dates a letter."""
    at_receipt, at_end = _counters(judged.told.traits)
    for counter in at_receipt:
        yield judged.received_on, counter, 1
    if judged.told.apologies:
        yield judged.received_on, _APOLOGIES, judged.told.apologies
    if judged.ended_on is not None:
        for counter in at_end:
            yield judged.ended_on, counter, 1
    if judged.told.extended_on is not None:
        yield judged.told.extended_on, _EXTENDED, 1


@lru_cache(maxsize=4_096)
def _counters(traits: Trait) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The counters moved at receipt, and those moved at the end."""
    staying = [trait for trait in _STAYING if trait in traits]
    told = (_APOLOGIES_TOLD,) if Trait.APOLOGIES_TOLD in traits else ()
    at_end = (*(_name(trait, "_ended") for trait in staying), *(_name(trait) for trait in _AT_END if trait in traits))
    return (*(INDEX[_name(trait)] for trait in staying), *told), tuple(INDEX[name] for name in at_end)
