"""F41 to F58: pages that shift, repeat, lie about their number, or hold what they should not."""

from typing import Any

from sandbox_portal.faults.dossiers import CODE, DAY_MS, HOUR_MS, ROWS, each_dossier, is_ended, newest, rewound
from sandbox_portal.faults.endpoints import DOSSIERS, LISTS
from sandbox_portal.faults.model import Answer, Asked, Fault, Listing, Memory, Parameter, Strike
from sandbox_portal.faults.page import RECORDS, Page, Record, each, whole
from sandbox_portal.scenarios.model import Dossier

_NUMBERED = frozenset({"igate", "opencps", "national_v1_reported", "national_evaluation_tree"})
_TOTALLED = frozenset(
    {"igate", "opencps", "national_v1_reported", "national_evaluation_tree", "national_evaluation_metrics"}
)
_FAR = "2099-12-31T16:59:59.000+0000"


def _later(asked: Asked, memory: Memory) -> bool:
    """Not the first page: the reader has read something already."""
    return not asked.is_first


def _inserted(strike: Strike, asked: Asked) -> Asked:
    strike.arrive(strike.option("rows"))
    return asked


def _deleted(strike: Strike, listing: Listing) -> None:
    """The newest go, which stand on pages already read: all that is behind them moves forward."""
    gone: set[int] = strike.memory.setdefault("gone", set())
    if strike.fresh and len(gone) < strike.option("most"):
        left = [dossier for dossier in newest(listing) if dossier.number not in gone]
        for dossier in left[: strike.option("rows")]:
            gone.add(dossier.number)
            strike.touch(dossier.code)
    listing.dossiers = [dossier for dossier in listing.dossiers if dossier.number not in gone]


def _same_again(strike: Strike, asked: Asked) -> Asked:
    """Whatever is asked for, the first page is fetched; what it then says of itself ``_renumbered`` settles."""
    endpoint = asked.endpoint
    if endpoint.cursor:
        return asked.with_values(**{endpoint.cursor: ""})
    if endpoint.name == "opencps":
        length = int(asked.values.get("end", 15)) - int(asked.values.get("start", 0))
        return asked.with_values(start=0, end=length)
    return asked.with_values(**{"page" if endpoint.name == "igate" else "currentPage": endpoint.first})


def _renumbered(strike: Strike, page: Page) -> None:
    if page.endpoint.number and strike.asked.page is not None:
        page.put_at(page.endpoint.number, strike.asked.page)
    if page.endpoint.last:
        page.put_at(page.endpoint.last, False)


def _never_last(strike: Strike, page: Page) -> None:
    if page.endpoint.last and page.records:
        page.put_at(page.endpoint.last, False)


def _totals(strike: Strike, page: Page) -> None:
    path = page.endpoint.total
    told = None if path is None else page.value(path)
    if path is None or not isinstance(told, int):
        return
    changed = {
        "changing": told + 7 * (strike.asked.page or 0),
        "minus_one": -1,
        "capped": min(told, strike.option("cap")),
        "zero": 0,
    }
    page.put_at(path, changed[strike.option("variant")])


def _shortened(strike: Strike, asked: Asked) -> Asked:
    """Asks the portal for less than the reader did; pages are numbered by the shorter length."""
    rows = strike.option("rows")
    if asked.endpoint.name == "opencps":
        start = int(asked.values.get("start", 0))
        return asked.with_values(end=min(start + rows, int(asked.values.get("end", 15))))
    name = {"igate": "size", "national_v1_list": "limit"}.get(asked.endpoint.name, "pageSize")
    given = asked.values.get(name)
    strike.memory["asked"] = int(given) if given else rows
    return asked.with_values(**{name: min(rows, strike.memory["asked"])})


def _not_told(strike: Strike, page: Page) -> None:
    if page.endpoint.size and strike.option("silent"):
        page.put_at(page.endpoint.size, strike.memory["asked"])


def _disordered(strike: Strike, page: Page) -> None:
    records = page.records
    if not records:
        return
    if strike.option("variant") == "reversed":
        records.reverse()
    else:
        strike.random().shuffle(records)


def _one_instant(strike: Strike, listing: Listing) -> None:
    """The newest dossiers share one time of change; the order among them differs from one request to the next."""
    sharing = newest(listing)[: strike.option("rows")]
    if not sharing:
        return
    shared, numbers = sharing[-1].updated, {dossier.number for dossier in sharing}
    listing.dossiers = [d._replace(updated=shared) if d.number in numbers else d for d in listing.dossiers]
    if not strike.option("stable"):
        turn = strike.number
        listing.tie = lambda dossier: strike.rank(f"{turn}/{dossier.number}")


def _withheld(strike: Strike, listing: Listing) -> None:
    """Some dossiers just behind the newest, hidden: once they show, their time of change lies behind the edge."""
    hidden: set[int] | None = strike.memory.get("numbers")
    if hidden is None:
        behind = strike.option("behind")
        window = newest(listing)[behind : behind + strike.option("rows")]
        hidden = strike.memory["numbers"] = {dossier.number for dossier in window}
        for dossier in window:
            strike.touch(dossier.code)
    listing.dossiers = [dossier for dossier in listing.dossiers if dossier.number not in hidden]


def _finer(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    """iGate's milliseconds with six digits more: 0.123999999 must not become 0.124."""
    text = str(page.get(record, "updated") or "")
    page.put(record, "updated", text.replace("+0000", "999999+0000"))
    return record


def _future(strike: Strike, page: Page, record: dict[str, Any]) -> Record:
    page.put(record, "updated", _FAR if page.endpoint.name == "igate" else "31/12/2099 23:59:59")
    return record


def _numbers(strike: Strike, page: Page) -> None:
    path, variant = page.endpoint.number, strike.option("variant")
    if path is None:
        return
    told = page.value(path)
    if variant == "missing":
        page.drop(path)
    elif variant == "regress":
        page.put_at(path, max(told - 1, 0) if isinstance(told, int) else "")
    else:
        page.put_at(path, "@@hỏng@@")


def _foreign_cursor(strike: Strike) -> Answer:
    return Answer.json({"code": "BAD_REQUEST", "data": None, "message": "Con trỏ trang không hợp lệ"}, 400)


def _a_day_later(strike: Strike, dossier: Dossier) -> Dossier:
    return dossier._replace(completed=(dossier.completed or 0) + DAY_MS)


def _older(strike: Strike, dossier: Dossier) -> Dossier:
    return rewound(dossier, dossier.updated - strike.option("hours") * HOUR_MS)


def _two_faced(strike: Strike, listing: Listing) -> None:
    """The other content is shown by every second strike."""
    if strike.number % 2 == 0:
        each_dossier(_a_day_later, is_ended)(strike, listing)


def _cut(strike: Strike, listing: Listing) -> None:
    listing.longest = strike.option("rows")


FAULTS = (
    Fault(
        id="F41",
        title="Rows inserted while paging",
        does="Before each later page new dossiers arrive at the top and stay for good: all that is behind shifts.",
        paths=DOSSIERS,
        parameters=(Parameter("rows", 1, "How many arrive each time."),),
        times=5,
        met=_later,
        request=_inserted,
    ),
    Fault(
        id="F42",
        title="Rows deleted while paging",
        does="Before each later page the newest dossiers go: what comes next moves onto pages already read.",
        paths=DOSSIERS,
        parameters=(
            Parameter("rows", 1, "How many go each time."),
            Parameter("most", 10, "How many go at most; they stay away while the fault is switched on."),
        ),
        met=_later,
        lasting=True,
        is_truth=True,
        relist=_deleted,
    ),
    Fault(
        id="F43",
        title="One page for ever",
        does="Every later page holds the records of the first, under its own number, and never says it is the last.",
        paths=frozenset({"igate", "opencps", "national_v1_list", "national_v1_reported", "national_evaluation_tree"}),
        met=_later,
        request=_same_again,
        answer=whole(_renumbered),
    ),
    Fault(
        id="F44",
        title="The last page does not say so",
        does="`last` is false on every page with records; an empty page follows.",
        paths=frozenset({"igate"}),
        answer=whole(_never_last),
    ),
    Fault(
        id="F45",
        title="A total that is none",
        does="Grows by seven with each page, is -1, is capped, or is 0 above a page of records.",
        paths=_TOTALLED,
        parameters=(
            Parameter("variant", "changing", "Which.", ("changing", "minus_one", "capped", "zero")),
            Parameter("cap", 10_000, "The most a capped total tells."),
        ),
        answer=whole(_totals),
    ),
    Fault(
        id="F46",
        title="Page size capped in silence",
        does="Gives fewer records than asked for; the size told is the one asked for.",
        paths=frozenset({"igate", "opencps", "national_v1_list", "national_v1_reported"}),
        parameters=(
            Parameter("rows", 50, "The most it gives."),
            Parameter("silent", True, "Tell the size that was asked for."),
        ),
        request=_shortened,
        answer=whole(_not_told),
    ),
    Fault(
        id="F47",
        title="Unsorted or reversed",
        does="The records of each page in another order.",
        paths=LISTS,
        parameters=(Parameter("variant", "shuffled", "Which.", ("shuffled", "reversed")),),
        answer=whole(_disordered),
    ),
    Fault(
        id="F48",
        title="One time of change across the edge of a page",
        does="The newest dossiers share one time of change, and their order differs from request to request.",
        paths=DOSSIERS,
        parameters=(
            Parameter("rows", 500, "How many share it."),
            Parameter("stable", False, "Keep one order among them."),
        ),
        relist=_one_instant,
    ),
    Fault(
        id="F49",
        title="Row committed late with an earlier time",
        does="Hides dossiers just behind the newest; switched off (or spent), they appear behind the edge.",
        paths=DOSSIERS,
        parameters=(ROWS, Parameter("behind", 20, "How many newer ones are shown meanwhile.")),
        relist=_withheld,
    ),
    Fault(
        id="F50",
        title="Times finer than milliseconds",
        does="Nine digits of a second, the last six of them nines: rounding up steps over the row.",
        paths=frozenset({"igate"}),
        parameters=(Parameter("records", 0, "How many records of each page; 0: all."), CODE),
        answer=each(_finer),
    ),
    Fault(
        id="F51",
        title="A time of change in 2099",
        does="One record says it changed on the last day of 2099.",
        paths=DOSSIERS,
        parameters=(RECORDS, CODE),
        answer=each(_future),
    ),
    Fault(
        id="F52",
        title="Page number or cursor missing, going back, or broken",
        does="What the answer says of its own place.",
        paths=frozenset({"igate", "national_v1_list", "national_v1_reported"}),
        parameters=(Parameter("variant", "missing", "Which.", ("missing", "regress", "corrupt")),),
        answer=whole(_numbers),
    ),
    Fault(
        id="F53",
        title="Cursor no longer understood",
        does="Every later page is refused with 400.",
        paths=_NUMBERED | {"national_v1_list"},
        met=_later,
        instead=_foreign_cursor,
    ),
    Fault(
        id="F54",
        title="Update without a new time of change",
        does="Ended dossiers end a day later; their time of change stays.",
        paths=DOSSIERS,
        parameters=(ROWS, CODE),
        is_truth=True,
        relist=each_dossier(_a_day_later, is_ended),
    ),
    Fault(
        id="F55",
        title="Versions out of order",
        does="Ended dossiers are shown as they were before, with that earlier time of change. Use `after`.",
        paths=DOSSIERS,
        parameters=(ROWS, CODE, Parameter("hours", 24, "How much earlier.")),
        relist=each_dossier(_older, is_ended),
    ),
    Fault(
        id="F56",
        title="Equal time of change, different content",
        does="Every second request sees some dossiers end a day later under the same time of change.",
        paths=DOSSIERS,
        parameters=(ROWS, CODE),
        relist=_two_faced,
    ),
    Fault(
        id="F58",
        title="A search gives so many rows and no more",
        does="What lies behind the limit is neither listed nor counted; a narrower search reaches it.",
        paths=DOSSIERS,
        parameters=(Parameter("rows", 1_000, "The most a search finds."),),
        relist=_cut,
    ),
)
