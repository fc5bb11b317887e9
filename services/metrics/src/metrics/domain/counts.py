"""The numbers of one scope and period, from which every dossier figure is a sum of named sets, and how each set is a
sum of day counters (``events.COUNTERS``).

The sets are disjoint where a form's columns are: column 3 = carried + received_online + received_other, column 7 =
early + on_time + late, column 11 = pending_in_time + pending_overdue, and (3) = (7) + (11) for any data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType


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
    unmapped_earlier: int = 0  # of unmapped_online and _other: may have been received before the period as well
    undated_earlier: int = 0
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

_ALL = tuple(each.name for each in fields(PeriodCounts))
FLOW_SETS = _ALL[: _ALL.index("result_file")]
TOLD_SETS = tuple(name for name in _ALL[len(FLOW_SETS) :] if name not in UNTALLIED_SETS)
SETS = (*FLOW_SETS, *TOLD_SETS)
"""Every set that the day counters give."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Counters added up, each with its factor: over the days ``before`` a period, and over the days ``within`` it.

    ``online`` None: of every channel; else of the channel online, or of all others.
    """

    before: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    within: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    online: bool | None = None

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(_added(self.before, other.before), _added(self.within, other.within), self.online)

    def __sub__(self, other: "Sum") -> "Sum":
        return self + Sum(_negated(other.before), _negated(other.within))

    def of(self, *, online: bool) -> "Sum":
        """The same, of the channel online or of all others."""
        return replace(self, online=online)


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    found = {name: one.get(name, 0) + other.get(name, 0) for name in (*one, *other)}
    return MappingProxyType({name: factor for name, factor in found.items() if factor})


def _negated(factors: Mapping[str, int]) -> Mapping[str, int]:
    return {name: -factor for name, factor in factors.items()}


def _old(*names: str) -> Sum:
    return Sum(before=dict.fromkeys(names, 1))


def _new(*names: str) -> Sum:
    return Sum(within=dict.fromkeys(names, 1))


def _until_end(name: str) -> Sum:
    return _old(name) + _new(name)


def _staying(name: str) -> Sum:
    """Of column 3, where the counter has a twin for those that ended."""
    return _old(name) - _old(f"{name}_ended") + _new(name)


_RECEIVED, _RESOLVED = _new("received"), _new("early", "on_time", "late")
_CARRIED = _old("received") - _old("early", "on_time", "late")
_HANDLED = _CARRIED + _RECEIVED
_PENDING = _HANDLED - _RESOLVED
_OVERDUE, _OVERDUE_766 = _until_end("overdue_delta"), _until_end("overdue_766_delta")
# One without a day of receipt stands on the day of its last change, and may have been received on any day before.
_UNMAPPED = _new("unmapped") + _until_end("unmapped_unplaced_delta")
_UNDATED = _new("undated") + _until_end("undated_unplaced_delta")


def _question(yes: str, no: str) -> dict[str, Sum]:
    """Those who answer yes, who answer no; who tells nothing is the rest of those who could."""
    return {yes: _staying(yes), no: _staying(no), f"{yes}_unknown": _HANDLED - _staying(yes) - _staying(no)}


SUMS: Mapping[str, Sum] = {
    "carried": _CARRIED,
    "received_online": _RECEIVED.of(online=True),
    "received_other": _RECEIVED.of(online=False),
    "early": _new("early"),
    "on_time": _new("on_time"),
    "late": _new("late"),
    "pending_in_time": _PENDING - _OVERDUE,
    "pending_overdue": _OVERDUE,
    "withdrawn": _new("withdrawn"),
    "resolved_in_time_766": _RESOLVED - _new("late_766"),
    "pending_in_time_766": _PENDING - _OVERDUE_766,
    "not_accepted": _new("not_accepted"),
    "refused": _new("refused"),
    "unmapped_carried": _old("unmapped") - _old("unmapped_ended"),
    "unmapped_online": _UNMAPPED.of(online=True),
    "unmapped_other": _UNMAPPED.of(online=False),
    "undated_carried": _old("undated"),
    "undated_online": _UNDATED.of(online=True),
    "undated_other": _UNDATED.of(online=False),
    "unmapped_earlier": _old("unmapped_unplaced_delta"),
    "undated_earlier": _old("undated_unplaced_delta"),
    "no_due_date": _staying("no_due_date"),
    "channel_missing": _new("channel_missing"),
    "end_moved": _new("end_moved"),
    "gone": _new("gone"),
    "due_disagrees": _staying("due_disagrees"),
    **_question("result_file", "no_result_file"),
    **_question("digitised", "not_digitised"),
    **_question("reused", "not_reused"),
    **_question("in_store", "not_in_store"),
    **_question("citizen_data", "no_citizen_data"),
    "resolved_with_result": _new("result_file_ended"),
    "resolved_without_result": _new("no_result_file_ended"),
    "resolved_result_unknown": _RESOLVED - _new("result_file_ended", "no_result_file_ended"),
    "resolved_late_original": _new("late_original"),
    "resolved_asked_never": _RESOLVED - _new("asked_once", "asked_often"),
    "resolved_asked_once": _new("asked_once"),
    "resolved_asked_often": _new("asked_often"),
    "extended": _new("extended"),
    "extension_unknown": _HANDLED - _staying("extension_told"),
    "apologies": _new("apologies"),
    "apologies_unknown": _RECEIVED - _new("apologies_told"),
}
"""Each set as a sum of day counters: the only place that says how a stock or a flow follows from them."""


def add(one: PeriodCounts, other: PeriodCounts) -> PeriodCounts:
    """The counts of two scopes that share no dossier."""
    return PeriodCounts(*(getattr(one, name) + getattr(other, name) for name in _ALL))
