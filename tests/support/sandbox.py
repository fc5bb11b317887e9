"""The sandbox on a loopback port inside this process: real bytes on a real wire, its faults on request, and a witness.

The witness sees the generated world itself, which no fault changes: what a fault hides from us, the portal still holds.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from catalogue.portals.national_v1 import LIST
from dossier_sync.portals.igate import SEARCH_PATH, SIGN_ON_PATH, Igate
from sandbox_portal.app import assemble, generate
from sandbox_portal.scenarios.model import World
from sandbox_portal.settings import SandboxSettings
from shared.runtime.http import ClientCredentials, PortalClient
from support.certificates import Files
from support.truth import Held, Witness


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running sandbox. ``truth`` (of its dossiers) may excuse rows that a fault took away for good."""

    url: str
    world: World
    truth: Witness
    catalogue: Witness
    clients: list[PortalClient]

    def client(self, **options: Any) -> PortalClient:
        """A signed-on client of its iGate."""
        auth = ClientCredentials(f"{self.url}/{SIGN_ON_PATH}", "sandbox-client", "sandbox-secret")
        self.clients.append(PortalClient(self.url, allow_hosts={"127.0.0.1", "localhost"}, auth=auth, **options))
        return self.clients[-1]

    def igate(self, page_size: int = 200, **options: Any) -> Igate:
        """The adapter a sync reads it with; ``options`` are the client's."""
        return Igate(self.client(**options), page_size=page_size)

    async def fault(self, number: str, **wanted: Any) -> None:
        """Switches a fault on, as ``POST /sandbox/faults`` documents it."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as plain:
            answer = await plain.post("/sandbox/faults", json={"fault": number, **wanted})
            assert answer.is_success, answer.text

    async def mend(self) -> None:
        """Switches every fault off."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as plain:
            assert (await plain.delete("/sandbox/faults")).is_success


@asynccontextmanager
async def a_sandbox(*, feed: str | None = None, tls: Files | None = None, **settings: Any) -> AsyncIterator[Sandbox]:
    """Serves a sandbox until the block ends. The education scenario (2,236 dossiers) unless ``settings`` say else.

    With a certificate it calls itself localhost.
    """
    wanted = SandboxSettings(**settings)
    world, truth, clients = generate(wanted), Witness(feed), list[PortalClient]()
    catalogue = Witness(schema="catalogue")
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    app = _Watched(assemble(wanted, world), world, truth, catalogue)
    files = {"ssl_certfile": tls.certificate, "ssl_keyfile": tls.key} if tls else {}
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, **files))  # type: ignore[arg-type]
    base = "https://localhost" if tls else "http://127.0.0.1"
    serving = asyncio.create_task(server.serve(sockets=[held]))
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn tells by this flag only
            await asyncio.sleep(0.01)
        yield Sandbox(f"{base}:{held.getsockname()[1]}", world, truth, catalogue, clients)
    finally:
        for client in clients:
            await client.aclose()
        server.should_exit = True
        await serving


class _Watched:
    """Tells the witnesses what the world holds whenever dossiers or procedures are asked for."""

    def __init__(self, app: ASGIApp, world: World, truth: Witness, catalogue: Witness) -> None:
        self._app, self._world, self._truth, self._seen = app, world, truth, ("", frozenset[Held]())
        self._catalogue = catalogue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].strip("/") == SEARCH_PATH:
            self._truth.saw(self._held())
        if scope["type"] == "http" and scope["path"] == LIST:
            self._catalogue.saw(Held(one.code) for one in self._world.catalogue.procedures if one.in_force)
        await self._app(scope, receive, send)

    def _held(self) -> frozenset[Held]:
        book = self._world.dossiers
        if self._seen[0] != book.version:
            rows = (Held(one.code, datetime.fromtimestamp(one.updated / 1000, UTC)) for one in book.every())
            self._seen = book.version, frozenset(rows)
        return self._seen[1]
