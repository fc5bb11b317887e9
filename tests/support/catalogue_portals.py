"""Portals for catalogue tests: the sandbox over ASGI, and a small national platform that misbehaves on request."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.plan import CataloguePlan
from catalogue.portals.decision_list import DecisionList
from catalogue.portals.national_gateway import NationalGateway
from catalogue.portals.national_rpc import NationalRpc
from catalogue.portals.national_v1 import DETAIL, LIST, REPORTED, NationalV1
from catalogue.reading import Portals
from catalogue.sync import FeedPlan
from catalogue.tables import feed as feed_table
from shared.runtime.http import PortalClient
from shared.runtime.portal_rpc import RpcAccount
from shared.sync.watched_file import apply
from support.truth import Held, Witness

URL = "http://portal.test"
ACCOUNT = RpcAccount("/mapi/login", "/mapi/g", "sandbox", "sandbox-password", "000.00.00.H24")

Json = dict[str, Any]


@asynccontextmanager
async def portals_over(
    transport: httpx.AsyncBaseTransport, *, page_size: int = 200, days: bool = True
) -> AsyncIterator[Portals]:
    """The catalogue's adapters, asking ``transport`` without retries."""
    async with httpx.AsyncClient(transport=transport) as plain:

        def client(**more: Any) -> PortalClient:
            return PortalClient(URL, allow_hosts={"portal.test"}, client=plain, attempts=1, **more)

        yield Portals(
            v1=NationalV1(client(), page_size=page_size),
            rpc=NationalRpc(client(auth=ACCOUNT.session()), ACCOUNT),
            gateway=NationalGateway(client(), path="/jsp/rest.jsp"),
            decision_list=DecisionList(client(), path="/sandbox/decisions") if days else None,
        )


async def plan(engine: AsyncEngine, feeds: list[FeedPlan]) -> None:
    """Makes the feeds' rows; the tests bring their own adapters."""

    def opened() -> AbstractAsyncContextManager[Portals]:
        raise NotImplementedError

    await apply(engine, feed_table, {one.name: CataloguePlan(one, opened) for one in feeds}, None)


def asgi(app: FastAPI) -> httpx.ASGITransport:
    """A portal inside this process."""
    return httpx.ASGITransport(app=app)


def a_detail(number: int, **other: Any) -> Json:
    """A valid procedure of the fake platform; override what matters."""
    return {
        "id": f"019d2bfe-{number:04x}-7000-8000-000000000000",
        "code": f"9.{number:06d}",
        "name": f"Thủ tục thử nghiệm {number}",
        "state": "ACTIVE",
        "type": "STANDARD",
        "category": {"code": "G03-GDPT", "name": "Giáo dục phổ thông"},
        "departmentsExecuting": [{"name": "Sở Thử nghiệm"}],
        "isProvince": True,
        "isFullProcess": True,
        "executionMethods": [
            {"submissionMethod": "ONLINE", "processingTime": 5, "processingTimeUnit": "WORKING_DAY", "fees": []}
        ],
        "updatedAt": 1_790_000_000_000,
        **other,
    }


@dataclass
class FakeNational:
    """A national platform of a few procedures. ``break_`` may answer in place of any request."""

    details: dict[str, Json] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    total: int | None = None
    services: list[Json] = field(default_factory=list)
    decisions: list[Json] = field(default_factory=list)
    break_: Callable[[str, Json], httpx.Response | None] = lambda path, body: None
    truth: Witness = field(default_factory=lambda: Witness(schema="catalogue"))

    @classmethod
    def of(cls, count: int) -> "FakeNational":
        """A platform with that many valid procedures."""
        found = cls()
        for number in range(1, count + 1):
            found.put(a_detail(number))
        return found

    def put(self, detail: Json) -> None:
        """Adds or replaces a procedure."""
        self.details[detail["id"]] = detail

    def hide(self, *codes: str) -> None:
        """Leaves procedures out of the citizens' list."""
        self.hidden |= set(codes)

    def transport(self) -> httpx.MockTransport:
        """What an ``httpx`` client asks."""
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        body = msgspec.json.decode(request.content) if request.content.startswith(b"{") else {}
        listed = (d for d in self.details.values() if d["code"] not in self.hidden)
        self.truth.saw(Held(d["code"], alias=d["id"].encode()) for d in listed)
        broken = self.break_(path, body)
        if broken is not None:
            return broken
        return httpx.Response(201, json=self._said(path, body))

    def _said(self, path: str, body: Json) -> Any:
        if path == LIST:
            return {"code": "OK", "data": self._list(body)}
        if path == DETAIL:
            return {"code": "OK", "data": self.details[body["id"]]}
        if path == REPORTED:
            return {"code": "OK", "data": {"items": [d for d in self.details.values() if d["code"] == body["q"]]}}
        if path == "/mapi/login":
            return {"session": "s", "error_code": "0"}
        if path == "/mapi/g":
            return {"error_code": 0, "result": self._dictionary(body["service"])}
        if path == "/jsp/rest.jsp":
            return [{"ID": "1", "CODE": "1/QĐ-UBND", "AGENCY_NAME": "UBND tỉnh Khác", "AMOUNT": "1"}]
        return self.decisions

    def _dictionary(self, service: str) -> Any:
        if service == "LayDVC":
            return {"data": self.services}
        if service == "LayDanhMucCoQuan":
            return [
                {"MADONVI": "000.00.00.H24", "TENDONVI": "UBND thành phố Thử", "CAPDONVI": "1"},
                {"MADONVI": "000.00.99.H24", "TENDONVI": "Sở Thử nghiệm", "CAPDONVI": "1"},
            ]
        return [{"MALINHVUC": "G03-GDPT", "TENLINHVUC": "Giáo dục phổ thông"}]

    def _list(self, body: Json) -> Json:
        after, limit = body["lastId"], body["limit"]
        listed = sorted(id_ for id_, d in self.details.items() if d["code"] not in self.hidden)
        page = [id_ for id_ in listed if id_ > after][:limit]
        rows = [{key: self.details[id_].get(key) for key in ("id", "code", "name", "state", "type")} for id_ in page]
        data: Json = {"items": rows, "lastId": page[-1] if page else after}
        return data if self.total is None else {**data, "total": self.total}
