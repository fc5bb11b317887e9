"""The 2026 national platform's evaluation of agencies, /api/v1/reporting/evaluation/* (portal-contracts.md 6.3, 7.10).

Kept quirks: two shapes (``metrics`` and ``tree``); ``totalOverdue`` in children only and ``totalCompleted`` in the
parent only; ``score`` in children where the parent says ``totalScore``; a zero denominator spelt three ways (null and
null in transparency, ratio 0 and score 0 in progress, ratio 0 with full marks for petitions); PUBLIC_CONTENT_FULL the
same in every child; DOSSIER_SYNC always 100 % under a note that its denominator stands in for another.

The world knows nothing of payments, digitised papers or satisfaction with petitions, so the end points and metrics
for these are not offered. Not known of the real portal: what it answers without ``rootDepartmentId`` (here the top
agency), and the exact look of ``service-results`` (here the groups the world can count, in the metrics shape).
"""

from calendar import monthrange
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Any

from sandbox_portal.portals.procedure_texts import uuid7
from sandbox_portal.scenarios.days import add_working_days
from sandbox_portal.scenarios.evaluation import Tally, tallies
from sandbox_portal.scenarios.model import Agency, Catalogue, Decision, DossierBook
from shared.domain.level import AuthorityLevel

Json = dict[str, Any]
Metric = tuple[str, str, int | None, int | None, float | None, float | None, int]
"""Code, name, numerator, denominator, ratio in percent, score, most points."""

_PROVINCIAL_NOTICE_DAYS = 5
_KEPT_COUNTS = 8
_STAND_IN = {
    "dataQualityStatus": "TEMP_NATIONAL_REPORT_DENOMINATOR",
    "dataQualityMessage": "Mẫu số tạm thời: chưa có số liệu báo cáo quốc gia",
}
_TYPES = {
    AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE: ("PROVINCE", "PROVINCE"),
    AuthorityLevel.PROVINCIAL_DEPARTMENT: ("PROVINCIAL_DEPARTMENT", "PROVINCE"),
    AuthorityLevel.COMMUNE: ("COMMUNE_PEOPLE_COMMITTEE", "COMMUNE"),
}


class PeriodUnreadable(Exception):
    """The body names no period the end point understands."""


class NationalEvaluation:
    """Scores the agencies of a world from its facts."""

    def __init__(self, catalogue: Catalogue, dossiers: DossierBook) -> None:
        self._catalogue, self._dossiers = catalogue, dossiers
        self._ids = [uuid7("department", n) for n in range(len(catalogue.agencies))]
        self._counts: OrderedDict[tuple[object, ...], dict[int, Tally]] = OrderedDict()

    def progress(self, asked: Json) -> Json:
        """``dvc-progress-tree``."""
        counts, root = self._counted(asked, _period(asked)), self._root(asked)
        mine = self._under(counts, root)
        ratio, score = _progress(mine)
        parent = {
            **self._department(root),
            "totalReceived": mine.received,
            "totalOnTime": mine.on_time,
            "totalCompleted": mine.completed,
            "avgProcessingDays": round(mine.days / mine.completed, 2) if mine.completed else 0,
            "ratio": ratio,
            "totalScore": score,
            "totalMaxScore": 20,
        }
        return {"parent": parent, "children": [self._progress_of(n, counts) for n in self._page(asked, root)]}

    def online(self, asked: Json) -> Json:
        """``provide-online-tree``."""
        counts, root = self._counted(asked, _period(asked)), self._root(asked)
        parent = self._online_of(root, counts)
        parent["totalScore"], parent["totalMaxScore"] = parent.pop("score"), parent.pop("maxScore")
        return {"parent": parent, "children": [self._online_of(n, counts) for n in self._page(asked, root)]}

    def transparency(self, asked: Json) -> Json:
        """``transparency``, in the metrics shape."""
        counts = self._counted(asked, _period(asked))
        first, last = _period(asked)
        return self._metrics(asked, lambda n: self._transparency_of(n, counts, first, last))

    def satisfaction(self, asked: Json) -> Json:
        """``handling-satisfaction``: fromDate and toDate instead of timeType."""
        first, last = _from_to(asked)
        counts = self._counted(asked, (first, last))
        return self._metrics(asked, lambda n: self._satisfaction_of(n, counts, first, last))

    def results(self, asked: Json) -> Json:
        """``service-results``: the groups of the score, each as one metric."""
        first, last = _period(asked)
        counts = self._counted(asked, (first, last))
        return self._metrics(asked, lambda n: self._groups_of(n, counts, first, last))

    def _groups_of(self, n: int, counts: dict[int, Tally], first: date, last: date) -> list[Metric]:
        mine = self._under(counts, n)
        progress = _progress(mine)
        online = self._online_of(n, counts)
        open_, heard = self._transparency_of(n, counts, first, last), self._satisfaction_of(n, counts, first, last)
        return [
            ("CKMB", "Công khai, minh bạch", None, None, None, _sum(open_), 18),
            ("TDGQ", "Tiến độ giải quyết", mine.on_time, mine.received, progress[0], progress[1], 20),
            ("CLGQ", "Cung cấp dịch vụ trực tuyến", None, None, None, online["score"], 12),
            ("MDHL", "Mức độ hài lòng", None, None, None, _sum(heard), 18),
        ]

    def _transparency_of(self, n: int, counts: dict[int, Tally], first: date, last: date) -> list[Metric]:
        published = [one for one in self._catalogue.decisions if self._is_of(one, n) and first <= one.signed_on <= last]
        early = sum(add_working_days(one.signed_on, _PROVINCIAL_NOTICE_DAYS) <= one.effective_on for one in published)
        posted = sum(one.posted_on <= add_working_days(one.signed_on, _PROVINCIAL_NOTICE_DAYS) for one in published)
        complete = sum(procedure.in_force for procedure in self._catalogue.procedures)
        synced = self._under(counts, n).received
        return [
            _metric("PUBLISH_ON_TIME", "Công bố TTHC đúng hạn", early, len(published), 6),
            _metric("PUBLIC_UPDATE_ON_TIME", "Cập nhật, công khai TTHC đúng hạn", posted, len(published), 4),
            _metric("PUBLIC_CONTENT_FULL", "TTHC được công khai đầy đủ nội dung", complete, complete, 2),
            _metric("DOSSIER_SYNC", "Hồ sơ đồng bộ lên Cổng DVCQG", synced, synced, 6),
        ]

    def _satisfaction_of(self, n: int, counts: dict[int, Tally], first: date, last: date) -> list[Metric]:
        inside, mine = self._codes_under(n), self._under(counts, n)
        heard = [p for p in self._catalogue.petitions if p.agency in inside and first <= p.received_on <= last]
        answered = sum(p.resolved_on is not None and p.resolved_on <= p.due_on for p in heard)
        on_time = _metric("PETITION_PROCESSING_ON_TIME", "Xử lý phản ánh, kiến nghị đúng hạn", answered, len(heard), 6)
        if not heard:
            on_time = (*on_time[:4], 0.0, 6.0, 6)
        pleased = _metric(
            "DOSSIER_RECEIVING_SATISFACTION", "Hài lòng trong tiếp nhận hồ sơ", mine.on_time, mine.received, 6
        )
        return [on_time, pleased]

    def _progress_of(self, n: int, counts: dict[int, Tally]) -> Json:
        mine = self._under(counts, n)
        ratio, score = _progress(mine)
        return {
            **self._department(n),
            "totalReceived": mine.received,
            "totalOnTime": mine.on_time,
            "totalOverdue": mine.received - mine.on_time,
            "avgProcessingDays": round(mine.days / mine.completed, 2) if mine.completed else 0,
            "ratio": ratio,
            "score": score,
            "maxScore": 20,
            "scoreDelta": None,
        }

    def _online_of(self, n: int, counts: dict[int, Tally]) -> Json:
        mine, inside = self._under(counts, n), self._positions_under(n)
        managed = [p for p in self._catalogue.procedures if p.in_force and p.agency in inside]
        full = sum(procedure.full_online for procedure in managed)
        used = len(mine.used & {procedure.number for procedure in managed})
        offered = _part(len(managed), len(managed)) / 0.8
        through = _part(mine.online, mine.received) / 0.5
        return {
            **self._department(n),
            "authorityCount": len(managed),
            "partialCount": len(managed) - full,
            "fullCount": full,
            "onlineDossierCount": used,
            "onlineServiceTotal": len(managed),
            "channelOnlineSum": mine.online,
            "channelDirectSum": mine.direct,
            "channelPostalSum": mine.postal,
            "channelTotalSum": mine.received,
            "onlineOnTimeSum": mine.online_on_time,
            "onlineOverdueSum": mine.online - mine.online_on_time,
            "score": round(min(2, 2 * offered) + 4 * _part(used, len(managed)) + min(6, 6 * through), 2),
            "maxScore": 12,
        }

    def _metrics(self, asked: Json, of: Callable[[int], list[Metric]]) -> Json:
        root = self._root(asked)
        children = self._children(root)
        size, page = _size(asked), _number(asked.get("currentPage"), 1)
        pagination = {
            "total": len(children),
            "currentPage": page,
            "pageSize": size,
            "totalPages": -(-len(children) // size),
        }
        return {
            "overview": {**self._department(root), **_scored(of(root))},
            "evaluation": [{**self._department(n), **_scored(of(n))} for n in self._page(asked, root)],
            "pagination": pagination,
            "monthlyChart": [],
        }

    def _counted(self, asked: Json, period: tuple[date, date]) -> dict[int, Tally]:
        """Counted once for each version of the world and each period: a province takes seconds."""
        formality = str(asked.get("formalityId") or asked.get("formalityID") or "")
        key = (self._dossiers.version, period, formality)
        if key not in self._counts:
            wanted = next(
                (p.number for p in self._catalogue.procedures if uuid7("formality", p.number) == formality), -1
            )
            self._counts[key] = tallies(self._dossiers.every(), *period, wanted if formality else None)
            while len(self._counts) > _KEPT_COUNTS:
                self._counts.popitem(last=False)
        return self._counts[key]

    def _root(self, asked: Json) -> int:
        """Position of the root; the top agency for none or for one not of this world."""
        wanted = asked.get("rootDepartmentId")
        return self._ids.index(wanted) if wanted in self._ids else 0

    def _children(self, root: int) -> list[int]:
        code = self._catalogue.agencies[root].code
        return [n for n, agency in enumerate(self._catalogue.agencies) if agency.parent == code]

    def _page(self, asked: Json, root: int) -> list[int]:
        size, page = _size(asked), _number(asked.get("currentPage"), 1)
        return self._children(root)[(page - 1) * size : page * size]

    def _positions_under(self, n: int) -> frozenset[int]:
        return self._catalogue.subtree(self._catalogue.agencies[n].code)

    def _codes_under(self, n: int) -> set[str]:
        return {self._catalogue.agencies[position].code for position in self._positions_under(n)}

    def _under(self, counts: dict[int, Tally], n: int) -> Tally:
        return Tally.of(counts[position] for position in self._positions_under(n) if position in counts)

    def _is_of(self, decision: Decision, n: int) -> bool:
        return decision.catalogue_agency is None or decision.catalogue_agency in self._codes_under(n)

    def _department(self, n: int) -> Json:
        agency: Agency = self._catalogue.agencies[n]
        kind, level = _TYPES.get(agency.level, ("PROVINCIAL_DEPARTMENT", "PROVINCE"))
        return {
            "departmentId": self._ids[n],
            "departmentCode": agency.code,
            "departmentName": agency.name,
            "departmentType": kind,
            "level": level,
        }


def _progress(tally: Tally) -> tuple[float, float]:
    """Ratio in percent and score; nothing received: 0 and 0."""
    share = _part(tally.on_time, tally.received)
    return round(100 * share, 2), round(20 * share, 2)


def _metric(code: str, name: str, numerator: int, denominator: int, most: int) -> Metric:
    """A zero denominator leaves ratio and score null."""
    if not denominator:
        return code, name, numerator, denominator, None, None, most
    share = numerator / denominator
    return code, name, numerator, denominator, round(100 * share, 2), round(most * share, 2), most


def _scored(metrics: list[Metric]) -> Json:
    total, most = _sum(metrics), sum(metric[6] for metric in metrics)
    return {
        "totalScore": total,
        "totalMaxScore": most,
        "ratio": round(100 * total / most, 2),
        "scoreDelta": None,
        "metrics": [_spelt(metric) for metric in metrics],
    }


def _spelt(metric: Metric) -> Json:
    names = ("code", "name", "numerator", "denominator", "ratio", "score", "maxScore")
    return dict(zip(names, metric, strict=True)) | (_STAND_IN if metric[0] == "DOSSIER_SYNC" else {})


def _sum(metrics: list[Metric]) -> float:
    return round(sum(metric[5] or 0 for metric in metrics), 2)


def _part(numerator: int, denominator: int) -> float:
    return numerator / denominator if denominator else 0.0


def _period(asked: Json) -> tuple[date, date]:
    """First and last day of timeType month, quarter or year. Raises PeriodUnreadable."""
    kind, year = asked.get("timeType"), _number(asked.get("year"), 0)
    number = _number(asked.get(str(kind)), 1) if kind in ("month", "quarter") else 1
    months = {"month": 1, "quarter": 3, "year": 12}.get(str(kind), 0)
    if not months or not 2000 <= year <= 2100 or number * months > 12:
        raise PeriodUnreadable
    last = number * months
    return date(year, last - months + 1, 1), date(year, last, monthrange(year, last)[1])


def _from_to(asked: Json) -> tuple[date, date]:
    try:
        return date.fromisoformat(str(asked.get("fromDate"))), date.fromisoformat(str(asked.get("toDate")))
    except ValueError as error:
        raise PeriodUnreadable from error


def _size(asked: Json) -> int:
    return min(_number(asked.get("pageSize"), 100), 200)


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else default
