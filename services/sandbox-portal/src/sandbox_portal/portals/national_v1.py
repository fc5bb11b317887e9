"""The 2026 national platform's catalogue, /api/v1 (portal-contracts.md 2.3 and 7.9).

Kept quirks: ``null`` among array elements; unit OTHER, with the limit in ``cases``; the executing body missing in
four details of ten, to be taken from the list row; a fee of 0 as a placeholder; the same key a string, a list or
absent; ``isFullProcess`` beside an online level that really belongs to the service (national RPC).
"""

from collections.abc import Sequence
from typing import Any

from sandbox_portal.portals.procedure_texts import (
    LEGAL_BASES,
    MINISTRY,
    PAPERS,
    deciding_body,
    epoch_ms,
    uuid7,
)
from sandbox_portal.scenarios.model import Catalogue, Procedure
from shared.domain.level import AuthorityLevel

Json = dict[str, Any]

_METHODS = ("ONLINE", "DIRECT", "POSTAL")
_BRANCH = {
    "COMMUNE": (AuthorityLevel.COMMUNE,),
    "PROVINCE": (AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE, AuthorityLevel.PROVINCIAL_DEPARTMENT),
    "MINISTRY": (),
}


class NationalCatalogue:
    """Spells procedures as the platform does. Only those in force are in the citizens' list."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._ids = [uuid7("formality", procedure.number) for procedure in catalogue.procedures]
        self._by_id = dict(zip(self._ids, catalogue.procedures, strict=True))

    def listed(self, body: Json, *, longest: int) -> Json:
        """``list-all-public-formality-by-citizen``: keyset pages after ``lastId``."""
        limit = max(1, min(_number(body.get("limit"), 20), longest))
        after = str(body.get("lastId") or "")
        matching = (p for p in self._catalogue.procedures if p.in_force and self._matches(p, body))
        page = sorted((self._ids[p.number], p) for p in matching if self._ids[p.number] > after)[:limit]
        return {"items": [self._row(id_, p) for id_, p in page], "lastId": page[-1][0] if page else after}

    def detail(self, id_: str) -> Json | None:
        """``get-formality-by-citizen``: by UUID; a procedure code is not accepted."""
        procedure = self._by_id.get(id_)
        return None if procedure is None else self._detail(id_, procedure)

    def reported(self, body: Json, *, longest: int) -> Json:
        """``/reporting/formalities``: numbered pages from 1, those no longer in force included."""
        size = max(1, min(_number(body.get("pageSize"), 10), longest))
        page = max(1, _number(body.get("currentPage"), 1))
        found = [p for p in self._catalogue.procedures if _has(p, str(body.get("q") or ""))]
        pages = -(-len(found) // size)
        pagination = {"total": len(found), "currentPage": page, "pageSize": size, "totalPages": pages}
        return {"items": [self._reported(p) for p in found[(page - 1) * size : page * size]], "pagination": pagination}

    def _matches(self, procedure: Procedure, body: Json) -> bool:
        levels = _BRANCH.get(str(body.get("level") or ""))
        category, department = body.get("categoryId"), str(body.get("departmentCode") or "")
        return (
            _has(procedure, str(body.get("q") or ""))
            and (levels is None or procedure.level in levels)
            and (not category or procedure.field.code == category)
            and (not department or self._is_under(procedure, department))
        )

    def _is_under(self, procedure: Procedure, department: str) -> bool:
        agency = self._catalogue.agencies[procedure.agency]
        return department == agency.qcvn or f"{agency.code}.".startswith(f"{department}.")

    def _row(self, id_: str, procedure: Procedure) -> Json:
        return {
            "id": id_,
            "code": procedure.code,
            "name": procedure.name,
            "state": _state(procedure),
            "type": _type(procedure),
            "categories": _dirty([procedure.field.name], procedure.number % 11 == 4),
            "departments": _dirty([deciding_body(procedure, self._catalogue)], procedure.number % 13 == 6),
            "departmentPromulgate": MINISTRY,
        }

    def _reported(self, procedure: Procedure) -> Json:
        owner = uuid7("department", procedure.agency)
        return {
            "id": self._ids[procedure.number],
            "code": procedure.code,
            "name": procedure.name,
            "state": _state(procedure),
            "departmentId": owner,
            "publishingDepartmentIds": [owner],
            "appliedDepartmentIds": [owner] if procedure.in_force else [],
        }

    def _detail(self, id_: str, procedure: Procedure) -> Json:
        return {
            "id": id_,
            "code": procedure.code,
            "codeNotation": procedure.code,
            "name": procedure.name,
            "state": _state(procedure),
            "type": _type(procedure),
            "category": {"code": procedure.field.code, "name": procedure.field.name},
            "categoriesDetails": [{"code": procedure.field.code, "name": procedure.field.name}],
            "departmentPromulgateName": MINISTRY,
            **self._executing(procedure),
            "subjectTypesDetails": _dirty([{"name": "Công dân Việt Nam"}], procedure.number % 9 == 2),
            "resultsDetails": [{"code": f"KQ.{procedure.field.code}", "name": "Văn bản trả lời"}],
            "executionSteps": [{"name": "Bước 1", "description": "Nộp hồ sơ. Bước 2: Nhận kết quả."}],
            "executionCases": [_papers()],
            "cases": _dirty([_case(procedure)], procedure.number % 10 == 7),
            "executionMethods": _dirty(_methods(procedure), procedure.number % 5 == 1),
            "legalBasisesDetails": [{"code": code, "name": name} for code, name in LEGAL_BASES],
            **_flags(procedure),
            "decisionNo": procedure.decision,
            "updatedAt": epoch_ms(procedure.updated_on),
            "createdAt": epoch_ms(procedure.updated_on),
        }

    def _executing(self, procedure: Procedure) -> Json:
        """Absent in four of ten; else a list of objects, with the same name as a string or as a list."""
        if procedure.number % 5 in (1, 3):
            return {}
        name = deciding_body(procedure, self._catalogue)
        told: str | list[str] = name if procedure.number % 2 else [name]
        return {
            "departmentsExecuting": [{"id": uuid7("body", len(name)), "name": name}],
            "executingAgencies": told,
        }


def _methods(procedure: Procedure) -> list[Json]:
    unknown = _is_other(procedure)
    limit = {
        "processingTime": None if unknown else procedure.working_days,
        "processingTimeUnit": "OTHER" if unknown else "WORKING_DAY",
        "description": "Kể từ ngày nhận đủ hồ sơ hợp lệ",
    }
    return [{"submissionMethod": method, **limit, "fees": [_fee(procedure)]} for method in _METHODS]


def _fee(procedure: Procedure) -> Json:
    if procedure.fee:
        return {"type": "FEE", "value": procedure.fee, "description": f"{procedure.fee:,} đồng".replace(",", ".")}
    return {"type": "FEE", "value": 0, "description": "Không"}


def _case(procedure: Procedure) -> Json:
    return {
        "code": "TH1",
        "name": "Thông thường",
        "processingDay": {"qty": procedure.working_days, "type": "WORKING_DAY"},
    }


def _papers() -> Json:
    components = [
        {
            "code": code,
            "name": name,
            "originalQty": 1,
            "copyQty": 0,
            "required": True,
            "isProcessingResult": False,
            "attachments": [],
        }
        for code, name in PAPERS
    ]
    return {"name": "Thông thường", "profileComponents": components}


def _flags(procedure: Procedure) -> Json:
    return {
        "isMinistry": False,
        "isProvince": procedure.level
        in (AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE, AuthorityLevel.PROVINCIAL_DEPARTMENT),
        "isWard": procedure.level is AuthorityLevel.COMMUNE,
        "isOtherAgency": None,
        "isFullProcess": procedure.full_online,
        "isOfflineOnly": False,
    }


def _is_other(procedure: Procedure) -> bool:
    return procedure.number % 7 == 3


def _state(procedure: Procedure) -> str:
    if not procedure.in_force:
        return "INACTIVE"
    return "UPDATED" if procedure.amended else "ACTIVE"


def _type(procedure: Procedure) -> str:
    return "SPECIFIC" if procedure.number % 29 == 11 else "STANDARD"


def _has(procedure: Procedure, words: str) -> bool:
    return words.casefold() in f"{procedure.code} {procedure.name}".casefold()


def _dirty(items: Sequence[Any], dirty: bool) -> list[Any]:
    return [*items, None] if dirty else list(items)


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def envelope(data: object, *, code: str = "OK", message: str = "OK") -> Json:
    """The platform's envelope."""
    return {"code": code, "data": data, "message": message}
