"""Every adapter of dossier-sync, and the means to test it: how it is opened over the sandbox, how its portal writes.

A new adapter is one more ``Case``; the conformance suite then asks of it what it asks of all.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx

from dossier_sync.portals import Edge, Portal
from dossier_sync.portals.igate import Igate
from dossier_sync.portals.opencps import Opencps
from sandbox_portal.app import assemble, generate
from sandbox_portal.settings import SandboxSettings
from shared.runtime.http import Basic, ClientCredentials, PortalAuth, PortalClient
from support.fake_igate import a_record
from support.truth import Held, Witness

URL = "http://portal.test"
TOKEN_URL = f"{URL}/auth/realms/digo/protocol/openid-connect/token"
GROUP = "35166"
LATER = Edge(datetime(2098, 1, 1, tzinfo=UTC), datetime(2098, 1, 2, tzinfo=UTC))
CODE = "000.00.99.H24-240115-0001"

Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One adapter. ``record`` writes a dossier, its times given in local time; ``listed`` an answer of the list.

    ``narrows``: an entry that is no object spoils its page, which the run then narrows down to it.
    """

    name: str
    open: Callable[..., Portal]
    auth: Callable[[], PortalAuth]
    record: Callable[..., Json]
    listed: Callable[..., Json]
    path: str
    fields: dict[str, str] = field(default_factory=dict)
    narrows: bool = False
    unmapped: str = ""
    known: str = ""


def _igate_record(code: str = CODE, *, status: str = "Đang xử lý", **times: datetime | str) -> Json:
    names = {"received": "acceptedDate", "due": "appointmentDate", "ended": "completedDate", "modified": "updatedDate"}
    told = {names[name]: _iso(at) for name, at in times.items()}
    task = {"id": "60fa1b2c3d4e5f6a7b8c9d01", "name": status}
    return a_record(code, **{"dossierTaskStatus": task, "dossierStatus": None, "completedDate": None, **told})


def _iso(at: datetime | str) -> str:
    return at if isinstance(at, str) else at.strftime("%Y-%m-%dT%H:%M:%S.000+0700")


def _igate_list(records: list[Json], total: int, *, last: bool = True, number: int = 0) -> Json:
    return {"content": records, "totalElements": total, "totalPages": 1, "size": 50, "number": number, "last": last}


def opencps_record(code: str = CODE, *, status: str = "processing", **changed: Any) -> Json:
    """A dossier as OpenCPS lists it, applicant included."""
    names = {"received": "receiveDate", "due": "dueDate", "ended": "releaseDate", "modified": "modifiedDate"}
    told = {names.get(name, name): _slashed(value) for name, value in changed.items()}
    return {
        "dossierId": 1,
        "referenceUid": "sandbox-1",
        "dossierNo": code,
        "serviceCode": "1.005142",
        "serviceName": "Đăng ký dự thi",
        "govAgencyCode": "000.00.99.H24",
        "govAgencyName": "Sở Giáo dục và Đào tạo",
        "domainCode": "G08-GD01",
        "applicantName": "Người Không Có Thật 1",
        "applicantIdNo": "999000000001",
        "address": "Phố Không Có Thật 1",
        "contactTelNo": "0000000001",
        "contactEmail": "1@canary.invalid",
        "submitDate": "14/01/2024 07:45:12",
        "receiveDate": "15/01/2024 08:30:00",
        "dueDate": "18/01/2024 17:00:00",
        "extendDate": "",
        "releaseDate": "",
        "finishDate": "",
        "modifiedDate": "17/01/2024 15:00:01",
        "dossierStatus": status,
        "dossierStatusText": "Đang xử lý",
        "online": "true",
        "viaPostal": 0,
        "systemId": 0,
        **told,
    }


def _slashed(at: Any) -> Any:
    return at.strftime("%d/%m/%Y %H:%M:%S") if isinstance(at, datetime) else at


def _opencps_list(records: list[Json], total: int, *, last: bool = True, number: int = 0) -> Json:
    return {"total": total, "data": records}


IGATE = Case(
    name="igate",
    open=Igate,
    auth=lambda: ClientCredentials(TOKEN_URL, "sandbox-client", "sandbox-secret"),
    record=_igate_record,
    listed=_igate_list,
    path="/pa/dossier/search",
    fields={"received": "acceptedDate", "agency": "agency", "code": "code"},
    narrows=True,
    unmapped="Chờ ký số",
    known="Đang xử lý",
)
OPENCPS = Case(
    name="opencps",
    open=lambda client, **options: Opencps(client, group_id=GROUP, **options),
    auth=lambda: Basic("sandbox", "sandbox-password"),
    record=opencps_record,
    listed=_opencps_list,
    path="/o/rest/v2/dossiers",
    fields={"received": "receiveDate", "agency": "govAgencyCode", "code": "dossierNo"},
    unmapped="signing",
    known="processing",
)
OPENCPS_BEARER = Case(
    **{**OPENCPS.__dict__, "name": "opencps-bearer", "auth": IGATE.auth},
)
CASES = (IGATE, OPENCPS, OPENCPS_BEARER)


def client_over(transport: httpx.AsyncBaseTransport, auth: PortalAuth | None, **limits: Any) -> PortalClient:
    """A client of one portal behind ``transport``, quick to give up."""
    plain = httpx.AsyncClient(transport=transport)
    options = {"attempts": 1, "first_wait": 0.0, **limits}
    return PortalClient(URL, allow_hosts={"portal.test"}, auth=auth, client=plain, **options)


class Counted(httpx.AsyncBaseTransport):
    """A sandbox in this process. Counts requests by path, and tells at each list what its portals hold."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._world = generate(settings)
        self._inner = httpx.ASGITransport(assemble(settings, self._world))
        self.asked, self.truth = Counter[str](), Witness()

    @property
    def logins(self) -> int:
        return sum(count for path, count in self.asked.items() if path.endswith(("/token", "/login")))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked[path] += 1
        if path.endswith(("/search", "/dossiers")):
            held = self._world.dossiers.every()
            step = 1_000 if path.endswith("/dossiers") else 1  # OpenCPS tells seconds
            self.truth.saw(Held(d.code, datetime.fromtimestamp(d.updated // step * step / 1000, UTC)) for d in held)
        return await self._inner.handle_async_request(request)


def a_sandbox(**settings: Any) -> Counted:
    """A sandbox with these settings."""
    return Counted(SandboxSettings(**settings))


@asynccontextmanager
async def sandboxed(case: Case, **options: Any) -> AsyncIterator[tuple[Portal, httpx.AsyncClient]]:
    """The adapter over a sandbox of its own, and a client for switching its faults.

    ``settings`` are the sandbox's, ``limits`` the portal client's, the rest the adapter's.
    """
    sandbox = a_sandbox(**options.pop("settings", {}))
    portal = case.open(client_over(sandbox, case.auth(), **options.pop("limits", {})), **options)
    async with httpx.AsyncClient(transport=sandbox, base_url=URL) as operator:
        yield portal, operator
    await portal.aclose()


def recorded(case: Case, body: Any, *, holds: Sequence[Json] = (), **options: Any) -> Portal:
    """The adapter over a portal that answers every list with this body (an object, or bytes as they are).

    ``holds``: the records the portal has, as the body writes them.
    """
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    truth = Witness()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 300})
        truth.saw(Held(str(one[case.fields["code"]]), alias=_digest(one)) for one in holds)
        return httpx.Response(200, content=content, headers={"content-type": "application/json"})

    limits = options.pop("limits", {})
    return case.open(client_over(httpx.MockTransport(answer), case.auth(), **limits), **options)


def _digest(record: Json) -> bytes:
    return sha256(json.dumps(record, ensure_ascii=False).encode()).digest()


async def switch(operator: httpx.AsyncClient, fault: str, **order: Any) -> None:
    """Switches one of the sandbox's faults on."""
    answer = await operator.post("/sandbox/faults", json={"fault": fault, **order})
    assert answer.status_code == 201, answer.text
