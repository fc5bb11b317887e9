"""A one-stop system that pushes to our own receiving side of the national contract, as its client code does."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.clients import create
from dossier_sync.app import build
from dossier_sync.settings import DossierSyncSettings
from shared.domain.identifiers import AgencyCode

URL = "/v1/inbound/national"


@dataclass
class Sender:
    """An account and a client of its own. ``answers`` of the contract are JSON objects in a 200."""

    http: httpx.AsyncClient
    client_id: str
    key: str
    unit: str
    session: str = ""

    async def log_in(self) -> dict[str, Any]:
        """As all of them do: user name and password in a JSON body."""
        answer = await self.post("/login", {"username": self.client_id, "password": self.key})
        self.session = str(answer["session"])
        return answer

    async def call(self, service: str, **parameters: Any) -> dict[str, Any]:
        """The envelope of OpenCPS and of Thanh Hoá."""
        return await self.post("", {"session": self.session, "madonvi": self.unit, "service": service, **parameters})

    async def sync(self, *dossiers: dict[str, Any], updating: object = "False") -> dict[str, Any]:
        """DongBoHoSoMC."""
        return await self.call("DongBoHoSoMC", isUpdating=updating, data=list(dossiers))

    async def progress(self, *steps: dict[str, Any]) -> dict[str, Any]:
        """CapNhatTienDoHoSoMC."""
        return await self.call("CapNhatTienDoHoSoMC", data=list(steps))

    async def post(self, path: str, body: Any, **options: Any) -> dict[str, Any]:
        """Posts JSON (or bytes as they are) and takes nothing but a 200."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        answer = await self.http.post(URL + path, content=content, **options)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        found: dict[str, Any] = json.loads(answer.text)
        return found


@asynccontextmanager
async def a_sender(
    engine: AsyncEngine,
    database_url: str,
    *,
    agency: str = "H24.99",
    scopes: tuple[str, ...] = ("dossiers:push",),
    **settings: Any,
) -> AsyncIterator[Sender]:
    """A sender with an account of ``agency``, logged in, against a service of its own."""
    issued = await create(engine, agency=AgencyCode.parse(agency), name="one-stop", scopes=scopes)
    app = build(DossierSyncSettings(DATABASE_URL=database_url, **settings))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://motcua.test") as http:
        sender = Sender(http, issued.client.client_id, issued.key, AgencyCode.parse(agency).qcvn)
        await sender.log_in()
        yield sender
    await app.state.engine.dispose()
