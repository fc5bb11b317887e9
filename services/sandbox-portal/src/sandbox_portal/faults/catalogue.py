"""F88 to F105 as far as they are no dossier's: catalogues that shrink or disagree, portals that rest or miscount."""

from collections.abc import Callable
from typing import Any

from sandbox_portal.faults.endpoints import EVERYWHERE
from sandbox_portal.faults.envelopes import emptied
from sandbox_portal.faults.model import Answer, Fault, Parameter, Strike
from sandbox_portal.faults.page import Page, whole

_CATALOGUES = frozenset({"national_v1_list", "national_v1_reported", "national_rpc", "rest_jsp"})
_DETAILS = frozenset({"national_v1_detail", "national_rpc"})
_EVALUATIONS = frozenset({"national_evaluation_tree"})
_LIMIT_NAMES = frozenset({"THOIGIANGIAIQUYET", "qty", "processingTime"})
_LIMIT_IN_WORDS = "5 ngày làm việc; trường hợp phức tạp không quá 03 ngày kể từ ngày nhận đủ hồ sơ hợp lệ"
_COUNTERS = frozenset({"totalReceived", "channelTotalSum", "channelOnlineSum"})


def _shrunk(strike: Strike, page: Page) -> None:
    records, path = page.records, page.endpoint.total
    if records is None:
        return
    share = strike.option("percent")
    kept = [one for one in records if strike.rank(str(page.get(one, "code"))) % 100 >= share]
    records[:] = kept
    if path is not None:
        page.put_at(path, int(page.value(path)) * (100 - share) // 100)


def _longer(strike: Strike, page: Page) -> None:
    days = strike.option("days")

    def change(told: Any) -> Any:
        text = str(told)
        return type(told)(int(text) + days) if text.isdigit() else told

    _rewrite(page.root, _LIMIT_NAMES, change)


def _in_words(strike: Strike, page: Page) -> None:
    """The 2026 platform has no text in that place: there the unit is OTHER and the words are the description."""
    if page.endpoint.name == "national_rpc":
        _rewrite(page.root, _LIMIT_NAMES, lambda _: _LIMIT_IN_WORDS)
        return
    _rewrite(page.root, _LIMIT_NAMES, lambda _: None)
    _rewrite(page.root, frozenset({"processingTimeUnit", "type"}), lambda told: "OTHER" if _is_unit(told) else told)
    for method in filter(None, page.value(("data", "executionMethods")) or ()):
        method["description"] = _LIMIT_IN_WORDS


def _is_unit(told: Any) -> bool:
    return told in ("WORKING_DAY", "DAY", "HOUR", "MONTH", "YEAR")


def _counted_more(strike: Strike, page: Page) -> None:
    _rewrite(page.value(("data",)), _COUNTERS, lambda told: told + strike.option("rows"))


def _rewrite(value: Any, names: frozenset[str], change: Callable[[Any], Any]) -> None:
    """Every value under one of the names, at every depth."""
    if isinstance(value, list):
        for inner in value:
            _rewrite(inner, names, change)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in names and not isinstance(inner, dict | list):
                value[name] = change(inner)
            else:
                _rewrite(inner, names, change)


def _maintenance(strike: Strike) -> Answer:
    page = "<html><body><h1>Hệ thống đang bảo trì</h1><p>Vui lòng quay lại sau.</p></body></html>"
    seconds = str(strike.option("seconds"))
    return Answer(503, page.encode(), ((b"content-type", b"text/html; charset=utf-8"),)).having(retry_after=seconds)


FAULTS = (
    Fault(
        id="F88",
        title="Catalogue shrinks",
        does="A share of the procedures is no longer listed, and a total that is told agrees.",
        paths=_CATALOGUES,
        parameters=(Parameter("percent", 40, "The share, in percent."),),
        answer=whole(_shrunk),
    ),
    Fault(
        id="F89",
        title="Empty or partial catalogue",
        does="Valid answers without rows; with `after`, from some page on.",
        paths=_CATALOGUES,
        answer=lambda strike, answer: emptied(strike.asked.endpoint, answer),
    ),
    Fault(
        id="F93",
        title="Two catalogues disagree on a time limit",
        does="One of them says some days more. Name its `path`.",
        paths=_DETAILS,
        parameters=(Parameter("days", 5, "How many days more."),),
        answer=whole(_longer),
    ),
    Fault(
        id="F94",
        title="A time limit in words",
        does="No number of days, but a sentence.",
        paths=_DETAILS,
        answer=whole(_in_words),
    ),
    Fault(
        id="F104",
        title="Maintenance window",
        does="503 with a page for people and a long Retry-After.",
        paths=EVERYWHERE,
        parameters=(Parameter("seconds", 3_600, "Retry-After."),),
        instead=_maintenance,
    ),
    Fault(
        id="F105",
        title="The portal's own count is another",
        does="The evaluation counts dossiers that no portal lists.",
        paths=_EVALUATIONS,
        parameters=(Parameter("rows", 5, "How many more, for every agency."),),
        answer=whole(_counted_more),
    ),
)
