"""The numbers of one scope and period, from which every dossier figure is a sum of named sets.

The sets are disjoint where a form's columns are: column 3 = carried + received_online + received_other, column 7 =
early + on_time + late, column 11 = pending_in_time + pending_overdue, and (3) = (7) + (11) for any data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from metrics.domain.events import INDEX
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

    def total(self, names: Iterable[str]) -> int:
        """The sum of the named sets."""
        return sum(getattr(self, name) for name in names)


SETS = tuple(field.name for field in fields(PeriodCounts))


def of_sums(before: Mapping[int, Counters], during: Mapping[int, Counters]) -> PeriodCounts:
    """The counts of a period from the day counters, by channel: summed before it, and within it."""
    counts = PeriodCounts()
    for channel in before.keys() | during.keys():
        counts = add(counts, _of_channel(channel, before.get(channel), during.get(channel)))
    return counts


def add(one: PeriodCounts, other: PeriodCounts) -> PeriodCounts:
    """The counts of two scopes that share no dossier."""
    return PeriodCounts(*(getattr(one, name) + getattr(other, name) for name in SETS))


def of_signed(rows: Iterable[Sequence[int]]) -> PeriodCounts:
    """The sum of rows of sets, some of them negative: what a stretch of the ledger added and took away."""
    return PeriodCounts(*(sum(column) for column in zip(*rows, strict=True)))


_NOTHING: Counters = (0,) * len(INDEX)


def _of_channel(channel: int, before: Counters | None, during: Counters | None) -> PeriodCounts:
    b, d = before or _NOTHING, during or _NOTHING

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
    )
