"""A second opinion on what is no dossier: petitions, procedures, decisions and records set aside, one at a time.

Written from the dictionary's texts, docs/qd766.md and the published views, and from no rule of metrics.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from support.recount import Found, Law, Row

_REFUSE, _ASK, _RESOLVE, _PUBLISH = 2, 5, 15, 2


def inside(agency: str, asked: str | None) -> bool:
    """Whether an agency is the one asked for or below it; nobody asked for: every one is."""
    return asked is None or agency == asked or agency.startswith(f"{asked}.")


# --- records set aside ---------------------------------------------------------------------------------------------


def set_aside(
    rows: Iterable[Row], entry: int, agency: str | None, procedure: str | None, days: tuple[date, date]
) -> int:
    """Records in quarantine at an entry that may belong to a figure of dossiers received on these days.

    What a record does not tell may be anything; all are of one feed, whose agency is H24.
    """
    return sum(
        row["opened_entry"] <= entry
        and (row["closed_entry"] is None or entry < row["closed_entry"])
        and _may_be_of(row["agency_code"], agency)
        and (procedure is None or row["procedure_code"] in (None, "", procedure))
        and (row["received_on"] is None or days[0] <= row["received_on"] <= days[1])
        for row in rows
    )


def _may_be_of(told: str | None, asked: str | None) -> bool:
    if asked is None or told is not None:
        return inside(told or "", asked)
    return inside("H24", asked) or inside(asked, "H24")


# --- petitions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Petition:
    """One petition as known at a moment, asked about one period."""

    row: Row
    law: Law
    first: date
    last: date
    calendar_ends: date

    @property
    def resolved(self) -> date | None:
        """A refusal is an answer."""
        told: date | None = self.row["resolved_on"] or self.row["refused_on"]
        return told

    def due(self) -> date | None:
        """By the limits where a step is told, else, and beyond the calendar, by the source's own day."""
        steps = ("transferred_on", "refused_on", "supplement_asked_on", "published_on")
        limit = None
        if any(self.row[step] is not None for step in steps):
            days = _RESOLVE if self.row["refused_on"] is None else _REFUSE
            limit = self._after(self.row["transferred_on"] or self.row["received_on"], days)
        told: date | None = self.row["due_on"]
        return limit or told

    def in_time(self) -> bool:
        asked, published, answered = (self.row[name] for name in ("supplement_asked_on", "published_on", "resolved_on"))
        if self._later(asked, self.row["received_on"], _ASK) or self._later(published, answered, _PUBLISH):
            return False
        due, resolved = self.due(), self.resolved
        return due is None or (resolved is not None and resolved <= due)

    def received(self) -> bool:
        return bool(self.first <= self.row["received_on"] <= self.last)

    def carried(self) -> bool:
        before = self.row["received_on"] < self.first
        return bool(before and (self.resolved is None or self.resolved >= self.first))

    def handled(self) -> bool:
        return self.resolved is not None and self.first <= self.resolved <= self.last

    def on_time(self) -> bool:
        return self.handled() and self.in_time()

    def overdue(self) -> bool:
        due = self.due()
        still_open = self.resolved is None or self.resolved > self.last
        return self.row["received_on"] <= self.last and due is not None and due < self.last and still_open

    def content(self) -> bool | None:
        """Of one handled in time: whether nobody was dissatisfied; None: not all of it is told."""
        likes, dislikes, repeated = (self.row[name] for name in ("likes", "dislikes", "repeated"))
        if repeated or (likes is not None and dislikes is not None and dislikes > likes):
            return False
        return None if None in (likes, dislikes, repeated) else True

    def _after(self, day: date, working_days: int) -> date | None:
        limit = self.law.add(day, working_days)
        return limit if limit <= self.calendar_ends else None

    def _later(self, day: date | None, since: date | None, working_days: int) -> bool:
        limit = None if since is None else self._after(since, working_days)
        return day is not None and limit is not None and day > limit


def known_petitions(rows: Iterable[Row], until: datetime | None) -> list[Row]:
    """The newest version of each petition that was imported until an instant; None: the newest of all."""
    known: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row["known_from"]):
        if until is None or row["known_from"] <= until:
            known[row["petition_code"]] = row
    return list(known.values())


def petitions(figure: str, every: Sequence[Petition]) -> Found:
    """A figure of petitions."""
    on_time = [one for one in every if one.on_time()]
    handled = sum(one.handled() for one in every)
    due = handled + sum(one.overdue() for one in every)
    opinions = Counter(one.content() for one in on_time)
    total = sum(one.received() or one.carried() for one in every)
    score = 2 if len(on_time) == due else int(10 * len(on_time) >= 9 * due)
    found: dict[str, Found] = {
        "pakn_received": Found(sum(one.received() for one in every), None, {}),
        "pakn_resolved": Found(handled, None, {}),
        "pakn_resolved_on_time": Found(len(on_time), None, {}),
        "pakn_processing_rate": Found(handled, total, {}),
        "pakn_on_time_rate": Found(len(on_time), due, {}),
        "pakn_satisfaction_rate": Found(opinions[True], due - opinions[None], _told(opinions[None])),
        "tt01_2018_index_8": Found(score, 1, {}),
    }
    return found[figure]


PETITIONS = (
    "pakn_received",
    "pakn_resolved",
    "pakn_resolved_on_time",
    "pakn_processing_rate",
    "pakn_on_time_rate",
    "pakn_satisfaction_rate",
    "tt01_2018_index_8",
)


def _told(silent: int) -> dict[str, int]:
    return {"not_told": silent} if silent else {}


# --- the catalogue -------------------------------------------------------------------------------------------------


def _at(rows: Iterable[Row], change: int) -> list[Row]:
    return [row for row in rows if row["change_from"] <= change < (row["change_to"] or change + 1)]


def _stock(rows: Iterable[Row], change: int, day: date, agency: str | None) -> dict[str, list[Row]]:
    """The procedures in force on a day, as known at a change: by code, the rows of every catalogue that has it."""
    found: dict[str, list[Row]] = {}
    for row in _at(rows, change):
        begun = row["valid_from"] is None or row["valid_from"] <= day
        ended = row["valid_to"] <= day if row["valid_to"] is not None else not row["in_force"]
        if begun and not ended and inside(row["agency_code"], agency):
            found.setdefault(row["procedure_code"] + row["suffix"], []).append(row)
    return found


def _best(rows: Sequence[Row]) -> str:
    offered = {row["online_level"] for row in rows}
    return next((level for level in ("FULL", "PARTIAL") if level in offered), "NONE")


def _whole(rows: Sequence[Row]) -> bool | None:
    told = [row["missing_parts"] for row in rows if row["missing_parts"] is not None]
    return None if not told else any(not missing for missing in told)


def catalogue(figure: str, rows: Iterable[Row], change: int, day: date, agency: str | None) -> Found:
    """A figure of procedures at the end of a day."""
    every = list(_stock(rows, change, day, agency).values())
    levels = Counter(map(_best, every))
    parts = Counter(map(_whole, every))
    found: Mapping[str, Callable[[], Found]] = {
        "procedures_total": lambda: Found(len(every), None, {}),
        "procedures_full_online": lambda: Found(levels["FULL"], None, {}),
        "procedures_partial_online": lambda: Found(levels["PARTIAL"], None, {}),
        "full_online_rate": lambda: Found(levels["FULL"], len(every), {}),
        "online_coverage_rate": lambda: Found(levels["FULL"] + levels["PARTIAL"], len(every), {}),
        "procedures_fee_bearing": lambda: Found(sum(any(r["fee_bearing"] for r in one) for one in every), None, {}),
        "procedure_content_complete_rate": lambda: Found(parts[True], parts[True] + parts[False], _told(parts[None])),
    }
    return found[figure]()


CATALOGUE = (
    "procedures_total",
    "procedures_full_online",
    "procedures_partial_online",
    "full_online_rate",
    "online_coverage_rate",
    "procedures_fee_bearing",
    "procedure_content_complete_rate",
)


def decisions(figure: str, rows: Iterable[Row], change: int, days: tuple[date, date], agency: str | None) -> Found:
    """A figure of the decisions signed on these days."""
    signed = [
        row
        for row in _at(rows, change)
        if days[0] <= row["signed_on"] <= days[1] and inside(row["agency_code"], agency)
    ]
    if figure == "publication_decisions":
        return Found(len(signed), None, {})
    if figure == "publication_decisions_by_kind":
        return Found(sum(len(row["kinds"]) for row in signed), None, {})
    publishing = [row for row in signed if {"NEW", "AMENDED", "REPLACED", "ABOLISHED"} & set(row["kinds"])]
    return Found(
        len({code for row in publishing for name in ("new", "modified", "rescinded") for code in row[name]}), None, {}
    )


DECISIONS = ("publication_decisions", "publication_decisions_by_kind", "procedures_in_decisions")
