"""A second opinion: every dossier figure counted anew, one dossier at a time, from the words of its definition.

Written from the dictionary's texts, reference/figures.md and the published shape of a revision, and from nothing else:
it imports no rule of metrics. It is slow and plain on purpose, and asks of each dossier "does it belong?" at the end of
the period's last day, where metrics keeps days and adds differences. Two ways to one integer.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
"""One row of ``dossier.revision_v2``."""

_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_DAY = timedelta(days=1)
_UNMAPPED, _NEW, _REFUSED, _WAITING_PAPERS, _WAITING_PAYMENT, _WITHDRAWN = 0, 1, 3, 5, 6, 7
_OPEN, _ENDED = (2, 4, 5, 6), (7, 8, 9, 10)
_POPULATION = ("1", "7")


@dataclass(frozen=True)
class Asked:
    """A question: the subtree of ``agency``, and the days ``first`` to ``last``, both included."""

    first: date
    last: date
    agency: str | None = None
    procedure: str | None = None
    field: str | None = None
    channel: int | None = None
    level: str | None = None
    policy: str = "PORTAL"


@dataclass(frozen=True)
class Found:
    """A figure: above the line, below it (None: a count), what is left out by reason."""

    numerator: int
    denominator: int | None
    excluded: Mapping[str, int]


@dataclass(frozen=True)
class Law:
    """What the catalogue and the calendar say beside the dossiers."""

    procedures: Sequence[Row]  # of catalogue.procedure_v1
    worked: Callable[[date], bool]

    def of(self, code: str, day: date) -> list[Row]:
        """The procedure's rows in force that day."""
        return [
            row
            for row in self.procedures
            if row["procedure_code"] == code
            and (row["valid_from"] is None or row["valid_from"] <= day)
            and (row["valid_to"] is None or day < row["valid_to"])
        ]

    def working_days(self, after: date, upto: date) -> int:
        """Working days of the range, the day it begins with not counted."""
        return sum(self.worked(after + n * _DAY) for n in range(1, (upto - after).days + 1))

    def add(self, day: date, number: int) -> date:
        """The day that many working days later."""
        while number > 0:
            day += _DAY
            number -= self.worked(day)
        return day


def newest(revisions: Iterable[Row], entry: int) -> list[Row]:
    """What was known at a ledger entry: the newest applied version of each dossier."""
    known: dict[str, Row] = {}
    for row in sorted(revisions, key=lambda row: (row["entry"], row["number"])):
        if row["applied"] and row["entry"] <= entry:
            known[row["dossier_code"]] = row
    return list(known.values())


class Case:
    """One dossier, asked about one period under one policy."""

    def __init__(self, row: Row, law: Law, asked: Asked) -> None:
        self.row, self.law, self.asked = row, law, asked
        self.first, self.last = asked.first, asked.last
        self.status: int = row["status"]
        self.received: date | None = row["received_on"]
        self.told: dict[str, Any] = row["particulars"] or {}

    # --- whether it counts at all ------------------------------------------------------------------------------

    def out(self) -> str | None:
        """Why it is in no flow figure."""
        if self.row["gone"]:
            return "gone_upstream"
        if self.status == _NEW:
            return "not_accepted"
        if self.status == _REFUSED:
            return "refused_at_reception"
        if self.status == _UNMAPPED:
            return "status_unmapped"
        if self.received is None or (self.status in _ENDED and self._told_end() is None):
            return "date_missing"
        return None

    def may_be(self, basis: str) -> bool:
        """Whether, unknown as it is, it may belong to a figure that rests on this basis."""
        if self.received is None:
            return self._may_be_undated(basis)
        before, within = self.received < self.first, self.first <= self.received <= self.last
        told = self._told_end() if self.status == _UNMAPPED else None
        before = before and not (told is not None and max(told, self.received) < self.first)
        online = self.row["channel"] == 2
        return {
            "handled": before or within,
            "received": within,
            "received_online": within and online,
            "received_other": within and not online,
            "carried": before,
        }[basis]

    def _may_be_undated(self, basis: str) -> bool:
        """Without a day of receipt: any day up to the portal's last change may have been it."""
        latest, online = self._changed(), self.row["channel"] == 2
        told = self._told_end() if self.status == _UNMAPPED else None
        not_over = told is None or max(told, latest) >= self.first
        return {
            "handled": not_over,  # received on the first day there is and not ended before the period, for all we know
            "received": latest >= self.first,
            "received_online": latest >= self.first and online,
            "received_other": latest >= self.first and not online,
            "carried": not_over,
        }[basis]

    def placed(self) -> date:
        """The day of receipt; for want of it the day of the portal's own last change."""
        return self.received or self._changed()

    def _told_end(self) -> date | None:
        told: date | None = self.row["ended_on"] or self.row["returned_on"]
        return told

    @property
    def end(self) -> date | None:
        """The day processing ended; an open dossier's is not believed, and none lies before the receipt."""
        told = self._told_end()
        if self.status not in _ENDED or told is None or self.received is None:
            return None
        return max(told, self.received)

    # --- form II.06a -------------------------------------------------------------------------------------------

    def in_period(self) -> bool:
        return self.received is not None and self.first <= self.received <= self.last

    def carried(self) -> bool:
        return self.received is not None and self.received < self.first and not (self.end and self.end < self.first)

    def handled(self) -> bool:
        return self.in_period() or self.carried()

    def resolved(self) -> bool:
        return self.handled() and self.end is not None and self.end <= self.last

    def pending(self) -> bool:
        return self.handled() and not self.resolved()

    def online(self) -> bool:
        return bool(self.row["channel"] == 2)

    def withdrawn(self) -> bool:
        return self.resolved() and self.status == _WITHDRAWN

    def outcome(self) -> str | None:
        """Columns 8, 9, 10, 12 and 13."""
        if not self.handled():
            return None
        due = self.due()
        if self.resolved():
            assert self.end is not None
            if due is None or self.status == _WITHDRAWN or self.end == due:
                return "on_time"
            return "early" if self.end < due else "late"
        in_time = due is None or due >= self.last or self.awaited_since() is not None
        return "pending_in_time" if in_time else "pending_overdue"

    # --- waiting on the applicant ------------------------------------------------------------------------------

    def _changed(self) -> date:
        at: datetime = self.row["modified_at"]
        return at.astimezone(_LOCAL).date()

    def requests(self) -> list[tuple[date, date | None]]:
        """The requests for papers since receipt, (asked, answered), of which the status may tell one more.

        One that nobody saw answered ended with the portal's last change where the portal says that work went on. A
        dossier waits on nobody after its end: a request that was open then is not answered any more.
        """
        assert self.received is not None
        found: list[tuple[date, date | None]] = []
        for asked, answered in ((_day(asked), _day(answered)) for asked, answered in self.row["supplements"] or []):
            if answered is None and self.status not in (_WAITING_PAPERS, _WAITING_PAYMENT):
                answered = self._changed()
            if asked is None or (asked < self.received and answered is not None and answered <= self.received):
                continue
            found.append((max(asked, self.received), answered and max(asked, answered)))
        if self.status == _WAITING_PAPERS and all(answered for _, answered in found):
            found.append((max(self._changed(), self.received), None))
        until = self.end or date.max
        ended = [(asked, answered if answered and answered <= until else None) for asked, answered in found]
        return sorted((each for each in ended if each[0] <= until), key=lambda each: each[0])

    def judged_at(self) -> date:
        """The end, or the period's last day."""
        return self.end if self.resolved() and self.end is not None else self.last

    def awaited_since(self) -> date | None:
        """The day of the request, when an open dossier waits at the end of the period."""
        waits = self.requests()
        if self.status == _WAITING_PAYMENT and all(answered for _, answered in waits):
            waits.append((max(self._changed(), self.received or date.min), None))
        begun = [
            asked for asked, answered in waits if asked <= self.last and (answered is None or answered > self.last)
        ]
        return min(begun, default=None)

    def waited(self, until: date) -> int:
        """Days between requests and answers up to that day, each once; one that is not answered runs on."""
        assert self.received is not None
        days = set()
        for asked, answered in self.requests():
            day, stop = max(asked, self.received), min(answered or until, until)
            while day < stop:
                days.add(day)
                day += _DAY
        return len(days)

    # --- due dates ---------------------------------------------------------------------------------------------

    def due(self) -> date | None:
        portal: date | None = self.row["due_on"] or self.row["statutory_due_on"]
        if self.asked.policy == "PORTAL":
            return portal
        limit = self.limit()
        if limit is None:
            return None
        if self.asked.policy == "SUBTRACT":
            return limit + self.waited(self.judged_at()) * _DAY
        return self._restarted(limit, self.judged_at())

    def limit(self) -> date | None:
        """The day by the procedure's limit, or the first one ever promised."""
        found: date | None = self.row["statutory_due_on"] or self.promised() or self.row["due_on"]
        return found

    def promised(self) -> date | None:
        """The first due date: the portal's own list of changes tells it, else the first one that was received."""
        for _, before, _, _ in self.told.get("due_changes") or []:
            if before is not None:
                return _day(before)
        first: date | None = self.row["first_due_on"]
        return first

    def _restarted(self, limit: date, until: date) -> date:
        assert self.received is not None
        answers = [answered for _, answered in self.requests() if answered is not None and answered <= until]
        if not answers:
            return limit
        return self.law.add(max(answers), self.law.working_days(self.received, limit))

    def disagrees(self) -> bool:
        """Whether the portal's due date is not the one the catalogue's limit gives."""
        limit: date | None = self.row["statutory_due_on"]
        if not self.handled() or limit is None or self.row["due_on"] is None:
            return False
        if self.end is None and self.status in (_WAITING_PAPERS, _WAITING_PAYMENT):
            return False  # while the applicant is awaited no date stands
        return bool(self.row["due_on"] != self._restarted(limit, self.end or date.max))

    def late_original(self) -> bool:
        promised = self.promised()
        return self.resolved() and self.end is not None and promised is not None and self.end > promised

    # --- QĐ 766, criterion 2.1 ---------------------------------------------------------------------------------

    def in_time_766(self) -> bool:
        if not self.handled():
            return False
        at, due = self.judged_at(), self.row["due_on"] or self.row["statutory_due_on"]
        if sum(asked <= at for asked, _ in self.requests()) > 1:
            return False
        if due is None:
            return True
        since = None if self.resolved() else self.awaited_since()
        if since is not None:
            return bool(since <= due + self.waited(since) * _DAY)
        return bool(at <= due + self.waited(at) * _DAY)

    # --- what the portal tells beside the days: True, False, or None where it is silent ------------------------

    def result_file(self) -> bool | None:
        results = self.told.get("results") or {}
        if "files" in results:
            return bool(results["files"])
        return False if results.get("total") == 0 else None

    def digitised(self) -> bool | None:
        return _both(_some(self.told, "components", "total"), self.result_file())

    def reused(self) -> bool | None:
        return _either(self.told.get("digitised"), _some(self.told, "components", "digitised"))

    def in_store(self) -> bool | None:
        return _either(_some(self.told, "components", "from_store"), self.result_file())

    def citizen_data(self) -> bool | None:
        databases = self.told.get("databases")
        used = None if databases is None else any(code in _POPULATION for code in databases)
        return _either(self.told.get("verified_account"), used)

    def bears_fee(self) -> bool:
        return any(row["fee_bearing"] for row in self.law.of(self.row["procedure_code"], self.last))

    def paid_online(self) -> bool | None:
        """Whether the fee was paid online; None also where nothing shows that there was one to pay."""
        paid = self.told.get("paid_online")
        if paid in (None, 1, 2):
            return None if paid is None else True
        return False if any(amount for _, amount, _ in self.told.get("fees") or []) else None

    def free(self) -> bool:
        fees = self.told.get("fees")
        return bool(fees) and all(amount == 0 for _, amount, _ in fees or [])

    def extended_on(self) -> tuple[bool, date | None]:
        """Whether the portal tells if and when it was first re-appointed, and that day, within the dossier's days."""
        changes = self.told.get("due_changes")
        if changes is None:
            return False, None
        first = min((on for on, _, _, cause in changes if cause == "extension" and on), default=None)
        for on, _, _, cause in changes:
            if cause != "supplement" and (on is None or first is None or on < first):
                return False, None  # it may have been earlier, or at all: nobody says
        if first is None or self.received is None:
            return True, None
        return True, max(self.received, min(date.fromisoformat(first), self.end or date.max))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _some(told: Mapping[str, Any], group: str, name: str) -> bool | None:
    number = (told.get(group) or {}).get(name)
    return None if number is None else number > 0


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


Test = Callable[[Case], bool]


def _is(*outcomes: str) -> Test:
    return lambda case: case.outcome() in outcomes


def _received_other(case: Case) -> bool:
    return case.in_period() and not case.online()


def _received_online(case: Case) -> bool:
    return case.in_period() and case.online()


_COUNTS: dict[str, tuple[Test, str]] = {
    "dossiers_total_handled": (Case.handled, "handled"),
    "dossiers_received_online": (_received_online, "received_online"),
    "dossiers_received_direct_or_post": (_received_other, "received_other"),
    "dossiers_carried_over": (Case.carried, "carried"),
    "dossiers_resolved": (Case.resolved, "handled"),
    "dossiers_resolved_early": (_is("early"), "handled"),
    "dossiers_resolved_on_time": (_is("on_time"), "handled"),
    "dossiers_resolved_overdue": (_is("late"), "handled"),
    "dossiers_pending": (Case.pending, "handled"),
    "dossiers_pending_in_time": (_is("pending_in_time"), "handled"),
    "dossiers_pending_overdue": (_is("pending_overdue"), "handled"),
    "dossiers_received_in_period": (Case.in_period, "received"),
    "carry_forward_out": (Case.pending, "handled"),
    "dossiers_withdrawn": (Case.withdrawn, "handled"),
    "overdue_against_original_due": (Case.late_original, "handled"),
    "due_date_disagreements": (Case.disagrees, "handled"),
}

_RATES: dict[str, tuple[Test, Test, str]] = {
    "resolution_rate": (Case.resolved, Case.handled, "handled"),
    "resolved_early_rate": (_is("early"), Case.resolved, "handled"),
    "resolved_exact_on_time_rate": (_is("on_time"), Case.resolved, "handled"),
    "resolved_overdue_rate": (_is("late"), Case.resolved, "handled"),
    "on_time_rate_resolved": (_is("early", "on_time"), Case.resolved, "handled"),
    "on_time_rate_766": (Case.in_time_766, Case.handled, "handled"),
    "on_time_rate_received": (_is("early", "on_time"), Case.handled, "handled"),
    "online_dossier_rate": (_received_online, Case.in_period, "received"),
    "online_on_time_rate": (_is("early", "on_time"), Case.resolved, "handled"),
}

_TOLD: dict[str, tuple[Callable[[Case], bool | None], Test, str]] = {
    "electronic_result_rate": (Case.result_file, Case.resolved, "handled"),
    "electronic_result_rate_766": (Case.result_file, Case.handled, "handled"),
    "dossier_digitised_rate": (Case.digitised, Case.handled, "handled"),
    "data_reuse_rate": (Case.reused, Case.handled, "handled"),
    "personal_store_sync_rate": (Case.in_store, Case.handled, "handled"),
    "citizen_db_dossier_rate": (Case.citizen_data, Case.handled, "handled"),
    "online_payment_rate": (
        Case.paid_online,
        lambda case: case.in_period() and case.bears_fee() and not case.free(),
        "received",
    ),
}

FIGURES = (
    *_COUNTS,
    *_RATES,
    *_TOLD,
    "dossiers_extended_count",
    "apology_letters_issued",
    "tt01_2018_index_1",
    "tt01_2018_index_3",
    "average_processing_time",
)
BY_DUE_DATE = (
    "dossiers_resolved_early",
    "dossiers_resolved_on_time",
    "dossiers_resolved_overdue",
    "dossiers_pending_in_time",
    "dossiers_pending_overdue",
    "resolved_early_rate",
    "resolved_exact_on_time_rate",
    "resolved_overdue_rate",
    "on_time_rate_resolved",
    "on_time_rate_received",
    "online_on_time_rate",
    "tt01_2018_index_1",
)
"""Those that a supplement policy may change."""


def recount(figure: str, rows: Iterable[Row], law: Law, asked: Asked) -> Found:
    """The figure over what was known (``newest``)."""
    every = [Case(row, law, asked) for row in rows if _inside(row, law, asked)]
    if figure == "online_on_time_rate":
        every = [case for case in every if case.online()]
    counted = [case for case in every if case.out() is None]
    above, below, silent, basis = _numbers(figure, counted)
    left_out = Counter(case.out() for case in every if case.out() is not None and _belongs(case, basis))
    excluded = {str(reason): number for reason, number in left_out.items()}
    return Found(above, below, excluded if silent is None else excluded | {"not_told": silent})


def basis_of(figure: str) -> str:
    """Which unknown records may belong to the figure."""
    for table in (_COUNTS, _RATES, _TOLD):
        if figure in table:
            basis: str = table[figure][-1]
            return basis
    return _OTHERS[figure]([])[3]


def _belongs(case: Case, basis: str) -> bool:
    """A dossier known to be out is told where it was received in the period; an unknown one where it may belong."""
    if case.out() in ("not_accepted", "refused_at_reception", "gone_upstream"):
        return case.first <= case.placed() <= case.last
    return case.may_be(basis)


def _numbers(figure: str, counted: list[Case]) -> tuple[int, int | None, int | None, str]:
    """Above the line, below it, those whose portal is silent (None: nothing can be), and the basis."""
    if figure in _COUNTS:
        belongs, basis = _COUNTS[figure]
        return sum(map(belongs, counted)), None, None, basis
    if figure in _RATES:
        belongs, of, basis = _RATES[figure]
        return sum(map(belongs, counted)), sum(map(of, counted)), None, basis
    if figure in _TOLD:
        tells, of, basis = _TOLD[figure]
        told = Counter(tells(case) for case in counted if of(case))
        return told[True], told[True] + told[False], told[None], basis
    return _OTHERS[figure](counted)


def _extended(counted: list[Case]) -> tuple[int, int | None, int | None, str]:
    handled = [case for case in counted if case.handled()]
    days = [case.extended_on() for case in handled]
    within = [
        told for (told, on), case in zip(days, handled, strict=True) if told and on and case.first <= on <= case.last
    ]
    return len(within), None, sum(not told for told, _ in days), "handled"


def _apologies(counted: list[Case]) -> tuple[int, int | None, int | None, str]:
    letters = [case.told.get("apologies") for case in counted if case.in_period()]
    return sum(n for n in letters if n is not None), None, letters.count(None), "received"


def _index_1(counted: list[Case]) -> tuple[int, int | None, int | None, str]:
    outcomes = Counter(case.outcome() for case in counted if case.resolved())
    return 2 * outcomes["early"] + outcomes["on_time"], outcomes.total(), None, "handled"


def _index_3(counted: list[Case]) -> tuple[int, int | None, int | None, str]:
    asked = [sum(on <= (case.end or on) for on, _ in case.requests()) for case in counted if case.resolved()]
    return 2 * asked.count(0) + asked.count(1), len(asked), None, "handled"


def _processing(counted: list[Case]) -> tuple[int, int | None, int | None, str]:
    """Working days from the day after receipt to the end."""
    cases = [case for case in counted if case.in_period() and case.resolved() and not case.withdrawn()]
    days = [case.law.working_days(case.received, case.end) for case in cases if case.received and case.end]
    return sum(days), len(cases), None, "received"


_OTHERS = {
    "dossiers_extended_count": _extended,
    "apology_letters_issued": _apologies,
    "tt01_2018_index_1": _index_1,
    "tt01_2018_index_3": _index_3,
    "average_processing_time": _processing,
}


def _inside(row: Row, law: Law, asked: Asked) -> bool:
    agency: str = row["agency_code"]
    if asked.agency is not None and agency != asked.agency and not agency.startswith(f"{asked.agency}."):
        return False
    if asked.procedure not in (None, row["procedure_code"]) or asked.field not in (None, row["field_code"]):
        return False
    if asked.channel not in (None, row["channel"] or 1):
        return False
    rows = law.of(row["procedure_code"], asked.last)
    return asked.level is None or any(asked.level in procedure["levels"] for procedure in rows)
