"""The numbers of one scope and period, from which every dossier figure is a sum of named sets.

The sets are disjoint where a form's columns are: column 3 = carried + received_online + received_other, column 7 =
early + on_time + late, column 11 = pending_in_time + pending_overdue, and (3) = (7) + (11) for any data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from metrics.domain.events import FLOW, INDEX
from shared.domain.channel import Channel

Counters = Sequence[int]
"""Sums of the counters of ``events.COUNTERS`` over some days."""


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """How many dossiers of the scope stand in each named set, for a period [from, to], both days included."""

    carried: int = 0  # accepted before the period and not ended before it (column 6)
    received_online: int = 0  # accepted in the period, online (4)
    received_other: int = 0  # accepted in the period, direct or by post (5)
    early: int = 0  # ended in the period before the due day (8)
    on_time: int = 0  # on the due day, without one, or withdrawn (9)
    late: int = 0  # after it (10)
    pending_in_time: int = 0  # open at the end of the period and not overdue (12)
    pending_overdue: int = 0  # open, past due, and the applicant is not awaited (13)
    withdrawn: int = 0  # ended in the period at the applicant's request; a part of on_time
    resolved_in_time_766: int = 0  # ended in the period, in time by criterion 2.1
    pending_in_time_766: int = 0  # open at the end of the period, in time by criterion 2.1
    not_accepted: int = 0
    refused: int = 0
    unmapped_carried: int = 0  # would be carried if it counts: it may, nobody knows
    unmapped_online: int = 0
    unmapped_other: int = 0
    undated_carried: int = 0  # a day is missing, so the period is uncertain
    undated_online: int = 0
    undated_other: int = 0
    no_due_date: int = 0  # of column 3: counted as on time for want of a due date
    channel_missing: int = 0  # of those received in the period: counted as direct
    end_moved: int = 0  # of those ended in the period: the end lay before the receipt
    gone: int = 0  # of those received in the period: the portal no longer holds them
    due_disagrees: int = 0  # of column 3: the portal's due date is not the one the limit gives
    result_file: int = 0  # of column 3, as all sets to citizen_data_unknown: yes, no, and the portal does not tell
    no_result_file: int = 0
    result_file_unknown: int = 0
    digitised: int = 0
    not_digitised: int = 0
    digitised_unknown: int = 0
    reused: int = 0
    not_reused: int = 0
    reused_unknown: int = 0
    in_store: int = 0
    not_in_store: int = 0
    in_store_unknown: int = 0
    citizen_data: int = 0
    no_citizen_data: int = 0
    citizen_data_unknown: int = 0
    resolved_with_result: int = 0  # of column 7
    resolved_without_result: int = 0
    resolved_result_unknown: int = 0
    resolved_late_original: int = 0  # of column 7: after the day first promised
    resolved_asked_never: int = 0  # of column 7, by the number of requests for supplements
    resolved_asked_once: int = 0
    resolved_asked_often: int = 0
    extended: int = 0  # of column 3: re-appointed in the period
    extension_unknown: int = 0  # of column 3: whether or when is not told
    apologies: int = 0  # letters, of dossiers received in the period
    apologies_unknown: int = 0  # dossiers received in the period whose letters are not told
    paid_online: int = 0  # received in the period, fee-bearing procedure, had to pay, paid online
    paid_otherwise: int = 0  # the same, not paid online
    payment_unknown: int = 0  # the same, and whether it had to pay or how it paid is not told
    processed: int = 0  # received and ended in the period, not withdrawn
    processing_days: int = 0  # their working days from the day after receipt to the end

    def total(self, names: Iterable[str]) -> int:
        """The sum of the named sets."""
        return sum(getattr(self, name) for name in names)


PAYMENT_SETS = ("paid_online", "paid_otherwise", "payment_unknown")
UNTALLIED_SETS = (*PAYMENT_SETS, "processed", "processing_days")
"""Sets that depend on the catalogue or the calendar as they were: no tally holds them."""

_ALL = tuple(field.name for field in fields(PeriodCounts))
FLOW_SETS = _ALL[: _ALL.index("result_file")]
TOLD_SETS = tuple(name for name in _ALL[len(FLOW_SETS) :] if name not in UNTALLIED_SETS)
SETS = (*FLOW_SETS, *TOLD_SETS)
"""Every set that the day counters give."""


def of_sums(before: Mapping[int, Counters], during: Mapping[int, Counters]) -> PeriodCounts:
    """The counts of a period from the day counters, by channel: summed before it, and within it."""
    counts = PeriodCounts()
    for channel in before.keys() | during.keys():
        counts = add(counts, _of_channel(channel, before.get(channel), during.get(channel)))
    return counts


def add(one: PeriodCounts, other: PeriodCounts) -> PeriodCounts:
    """The counts of two scopes that share no dossier."""
    return PeriodCounts(*(getattr(one, name) + getattr(other, name) for name in _ALL))


def of_signed(rows: Iterable[Sequence[int]]) -> PeriodCounts:
    """The sum of rows of sets, some of them negative: what a stretch of the ledger added and took away."""
    return PeriodCounts(*(sum(column) for column in zip(*rows, strict=True)))


_NOTHING: Counters = (0,) * len(INDEX)


def _of_channel(channel: int, before: Counters | None, during: Counters | None) -> PeriodCounts:
    counts = _flow(channel, before or _NOTHING, during or _NOTHING)
    sums = during or before or ()
    return replace(counts, **_told(counts, before or _NOTHING, during or _NOTHING)) if len(sums) > len(FLOW) else counts


def _flow(channel: int, b: Counters, d: Counters) -> PeriodCounts:

    def old(name: str) -> int:
        return b[INDEX[name]]

    def new(name: str) -> int:
        return d[INDEX[name]]

    online = channel == Channel.ONLINE
    carried = old("received") - old("early") - old("on_time") - old("late")
    resolved = new("early") + new("on_time") + new("late")
    pending = carried + new("received") - resolved
    overdue = old("overdue_delta") + new("overdue_delta")
    overdue_766 = old("overdue_766_delta") + new("overdue_766_delta")
    return PeriodCounts(
        carried=carried,
        received_online=new("received") if online else 0,
        received_other=0 if online else new("received"),
        early=new("early"),
        on_time=new("on_time"),
        late=new("late"),
        pending_in_time=pending - overdue,
        pending_overdue=overdue,
        withdrawn=new("withdrawn"),
        resolved_in_time_766=resolved - new("late_766"),
        pending_in_time_766=pending - overdue_766,
        not_accepted=new("not_accepted"),
        refused=new("refused"),
        unmapped_carried=old("unmapped") - old("unmapped_ended"),
        unmapped_online=new("unmapped") if online else 0,
        unmapped_other=0 if online else new("unmapped"),
        undated_carried=old("undated"),
        undated_online=new("undated") if online else 0,
        undated_other=0 if online else new("undated"),
        no_due_date=old("no_due_date") - old("no_due_date_ended") + new("no_due_date"),
        channel_missing=new("channel_missing"),
        end_moved=new("end_moved"),
        gone=new("gone"),
        due_disagrees=old("due_disagrees") - old("due_disagrees_ended") + new("due_disagrees"),
    )


_QUESTIONS = (
    ("result_file", "no_result_file"),
    ("digitised", "not_digitised"),
    ("reused", "not_reused"),
    ("in_store", "not_in_store"),
    ("citizen_data", "no_citizen_data"),
)


def _told(counts: PeriodCounts, b: Counters, d: Counters) -> dict[str, int]:
    """The sets of what portals tell; who tells nothing is the rest of those who could."""

    def new(name: str) -> int:
        return d[INDEX[name]]

    def staying(name: str) -> int:
        return b[INDEX[name]] - b[INDEX[f"{name}_ended"]] + new(name)

    received = counts.received_online + counts.received_other
    handled, resolved = counts.carried + received, counts.early + counts.on_time + counts.late
    found: dict[str, int] = {}
    for yes, no in _QUESTIONS:
        found |= {yes: staying(yes), no: staying(no)}
        found[f"{yes}_unknown"] = handled - found[yes] - found[no]
    once, often = new("asked_once"), new("asked_often")
    with_result, without_result = new("result_file_ended"), new("no_result_file_ended")
    return found | {
        "resolved_with_result": with_result,
        "resolved_without_result": without_result,
        "resolved_result_unknown": resolved - with_result - without_result,
        "resolved_late_original": new("late_original"),
        "resolved_asked_never": resolved - once - often,
        "resolved_asked_once": once,
        "resolved_asked_often": often,
        "extended": new("extended"),
        "extension_unknown": handled - staying("extension_told"),
        "apologies": new("apologies"),
        "apologies_unknown": received - new("apologies_told"),
    }
