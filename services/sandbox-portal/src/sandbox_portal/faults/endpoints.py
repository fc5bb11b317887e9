"""Where a fault can strike: the portals' addresses, and where in their JSON the records and their fields stand.

A fault speaks in roles ("received", "status"); here each contract says which of its fields plays the role.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox_portal.portals import stamps
from sandbox_portal.scenarios.days import LOCAL_OFFSET_MS

Path = tuple[str, ...]
Fields = Mapping[str, tuple[Path, ...]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IGATE_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address, or several of one shape.

    ``page`` tells the page a query asks for, as the portal counts it from ``first`` on; None when it has no number.
    ``read`` and ``write`` turn a date on the wire into milliseconds and back.
    """

    name: str
    portal: str
    method: str
    paths: tuple[str, ...]
    records: Path | None = None
    total: Path | None = None
    last: Path | None = None
    number: Path | None = None
    size: Path | None = None
    error: str = "error_code"
    fields: Fields = field(default_factory=dict)
    page: Callable[[Mapping[str, Any]], int | None] = lambda _: None
    first: int = 0
    cursor: str = ""
    is_login: bool = False
    read: Callable[[object], int | None] = lambda _: None
    write: Callable[[int | None], str] = stamps.slashed


def _igate_write(at: int | None) -> str:
    return stamps.igate(at).strip('"')


def _igate_read(text: object) -> int | None:
    if not isinstance(text, str) or not _IGATE_STAMP.fullmatch(text):
        return None
    return _ms(datetime.fromisoformat(text[:23] + "+00:00"))


def _slashed_read(text: object) -> int | None:
    try:
        local = datetime.strptime(str(text), "%d/%m/%Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return _ms(local) - LOCAL_OFFSET_MS


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _whole(value: object, default: int) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.lstrip("-").isdigit() else default


def _offset_page(asked: Mapping[str, Any]) -> int:
    start, end = _whole(asked.get("start"), 0), _whole(asked.get("end"), 15)
    return start // (end - start) if end > start else 0


_IGATE: Fields = {
    "id": (("id",),),
    "code": (("code",),),
    "procedure": (("procedure", "code"), ("procedure", "nationCode")),
    "agency": (("agency", "code"),),
    "status": (("dossierTaskStatus", "name"), ("dossierStatus", "name")),
    "coarse": (("dossierStatus", "name"),),
    "applied": (("appliedDate",),),
    "received": (("acceptedDate",),),
    "due": (("appointmentDate",), ("dueDate",)),
    "ended": (("completedDate",),),
    "updated": (("updatedDate",),),
    "number": (("procedureProcessDefinition", "processDefinition", "processingTime"),),
    "name": (("procedure", "translate", "name"),),
    "person": (("applicant", "data", "fullname"),),
}
_OPENCPS: Fields = {
    "id": (("dossierId",),),
    "code": (("dossierNo",),),
    "procedure": (("serviceCode",),),
    "agency": (("govAgencyCode",),),
    "status": (("dossierStatus",), ("dossierStatusText",)),
    "coarse": (("dossierStatusText",),),
    "applied": (("submitDate",),),
    "received": (("receiveDate",),),
    "due": (("dueDate",),),
    "ended": (("releaseDate",), ("finishDate",)),
    "updated": (("modifiedDate",),),
    "number": (("durationCount",),),
    "name": (("serviceName",),),
    "person": (("applicantName",),),
}
_RPC: Fields = {
    "id": (("ID",),),
    "code": (("MaHoSo",), ("MATTHC",), ("MADONVI",)),
    "status": (("TrangThaiHoSo",),),
    "name": (("TENTTHC",), ("TENDONVI",)),
}
_PROCEDURES: Fields = {"id": (("id",),), "code": (("code",),), "status": (("state",),), "name": (("name",),)}
_DECISIONS: Fields = {"id": (("ID",),), "code": (("CODE",), ("PROCEDURE_CODE",)), "name": (("NAME",),)}

_EVALUATION = "/api/v1/reporting/evaluation"
_PAGINATED: Mapping[str, Any] = {
    "total": ("data", "pagination", "total"),
    "number": ("data", "pagination", "currentPage"),
    "size": ("data", "pagination", "pageSize"),
    "error": "code",
    "page": lambda asked: _whole(asked.get("currentPage"), 1),
    "first": 1,
}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "igate",
        "igate",
        "GET",
        ("/pa/dossier/search",),
        records=("content",),
        total=("totalElements",),
        last=("last",),
        number=("number",),
        size=("size",),
        fields=_IGATE,
        page=lambda asked: _whole(asked.get("page"), 0),
        read=_igate_read,
        write=_igate_write,
    ),
    Endpoint("igate_login", "igate", "POST", ("/auth/realms/digo/protocol/openid-connect/token",), is_login=True),
    Endpoint(
        "opencps",
        "opencps",
        "GET",
        ("/o/rest/v2/dossiers",),
        records=("data",),
        total=("total",),
        fields=_OPENCPS,
        page=_offset_page,
        read=_slashed_read,
    ),
    Endpoint(
        "national_v1_list",
        "national_v1",
        "POST",
        ("/api/v1/submitting/formality/list-all-public-formality-by-citizen",),
        records=("data", "items"),
        number=("data", "lastId"),
        error="code",
        fields=_PROCEDURES,
        cursor="lastId",
    ),
    Endpoint(
        "national_v1_detail",
        "national_v1",
        "POST",
        ("/api/v1/configuring/formality/get-formality-by-citizen",),
        error="code",
        fields=_PROCEDURES,
    ),
    Endpoint(
        "national_v1_reported",
        "national_v1",
        "POST",
        ("/api/v1/reporting/formalities",),
        records=("data", "items"),
        fields=_PROCEDURES,
        **_PAGINATED,
    ),
    Endpoint(
        "national_evaluation_tree",
        "national_evaluation",
        "POST",
        (f"{_EVALUATION}/dvc-progress-tree", f"{_EVALUATION}/provide-online-tree"),
        records=("data", "children"),
        fields={"code": (("departmentCode",),), "name": (("departmentName",),)},
        **_PAGINATED,
    ),
    Endpoint(
        "national_evaluation_metrics",
        "national_evaluation",
        "POST",
        (f"{_EVALUATION}/service-results", f"{_EVALUATION}/transparency", f"{_EVALUATION}/handling-satisfaction"),
        records=("data", "evaluation"),
        fields={"code": (("departmentCode",),), "name": (("departmentName",),)},
        **_PAGINATED,
    ),
    Endpoint(
        "rest_jsp",
        "rest_jsp",
        "POST",
        ("/jsp/rest.jsp",),
        records=(),
        fields=_DECISIONS,
        page=lambda asked: _whole(asked.get("pageIndex"), 1),
        first=1,
    ),
    Endpoint("national_rpc", "national_rpc", "POST", ("/mapi/g",), records=("result",), fields=_RPC),
    Endpoint("national_rpc_login", "national_rpc", "POST", ("/mapi/login",), is_login=True),
)

_BY_ADDRESS = {(endpoint.method, path): endpoint for endpoint in ENDPOINTS for path in endpoint.paths}


def at(method: str, path: str) -> Endpoint | None:
    """The endpoint behind an address, None when no fault can strike there."""
    return _BY_ADDRESS.get((method, path))


def named(*, logins: bool = False, having: str = "") -> frozenset[str]:
    """Names of the endpoints: those that log in or those that do not, with the attribute or the role ``having``."""
    return frozenset(
        endpoint.name
        for endpoint in ENDPOINTS
        if endpoint.is_login == logins and (not having or _has(endpoint, having))
    )


def _has(endpoint: Endpoint, what: str) -> bool:
    return what in endpoint.fields or getattr(endpoint, what, None) not in (None, "")


DATA = named()
LOGINS = named(logins=True)
LISTS = named(having="records")
DOSSIERS = frozenset({"igate", "opencps"})
"""The two that list dossiers and page through them."""
EVERYWHERE = DATA | LOGINS
