"""A sandbox with or without a socket, and the comparison of an answer with a contract's sample."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import uvicorn

from sandbox_portal.app import build
from sandbox_portal.settings import SandboxSettings

TOKEN = "/auth/realms/digo/protocol/openid-connect/token"
Opened = Callable[..., httpx.AsyncClient]
Served = Callable[..., Awaitable[str]]
SameShape = Callable[[Any, Any], None]


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """Opens a sandbox of its own with the given settings."""
    clients: list[httpx.AsyncClient] = []

    def open_(**settings: Any) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(build(SandboxSettings(**settings)))
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://sandbox"))
        return clients[-1]

    yield open_
    for client in clients:
        await client.aclose()


@pytest.fixture
def client(opened: Opened) -> httpx.AsyncClient:
    """The education scenario, with long pages."""
    return opened(max_page_size=1_000)


@pytest.fixture
async def bearer(client: httpx.AsyncClient) -> dict[str, str]:
    """The header of a signed-on iGate client."""
    return await sign_on(client)


async def sign_on(client: httpx.AsyncClient) -> dict[str, str]:
    grant = {"grant_type": "client_credentials"}
    answer = await client.post(TOKEN, data=grant, auth=("sandbox-client", "sandbox-secret"))
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def same_shape() -> SameShape:
    """Fails unless every key of the sample is in the answer with the same JSON type, at every depth."""
    return _compare


def _compare(sample: Any, answer: Any, path: str = "$") -> None:
    if isinstance(sample, dict):
        assert isinstance(answer, dict), path
        assert sample.keys() <= answer.keys(), f"{path}: {sample.keys() - answer.keys()} missing"
        for key, value in sample.items():
            _compare(value, answer[key], f"{path}.{key}")
    elif isinstance(sample, list):
        assert isinstance(answer, list), path
        for one in answer if sample else ():
            _compare(sample[0], one, f"{path}[]")
    elif sample is not None and answer is not None:
        assert type(answer) is type(sample), f"{path}: {answer!r} is no {type(sample).__name__}"


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """Serves a sandbox on a port of its own: for what only a connection can show. Answers its address."""
    running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []

    async def serve(**settings: Any) -> str:
        held = socket.socket()
        held.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(build(SandboxSettings(**settings)), log_config=None, access_log=False))
        running.append((server, asyncio.create_task(server.serve(sockets=[held]))))
        while not server.started:  # noqa: ASYNC110 - uvicorn tells by this flag only
            await asyncio.sleep(0.01)
        return f"http://127.0.0.1:{held.getsockname()[1]}"

    yield serve
    for server, task in running:
        server.should_exit = True
        await task


class Portals:
    """A sandbox whose portals are asked as an integrator would ask them; answers come as they are."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.bearer: dict[str, str] = {}

    async def on(self, fault: str, **order: Any) -> dict[str, Any]:
        """Switches a fault on."""
        answer = await self.client.post("/sandbox/faults", json={"fault": fault, **order})
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def off(self) -> None:
        await self.client.delete("/sandbox/faults")

    async def touched(self) -> list[str]:
        """Codes of the records that the only fault changed."""
        active = (await self.client.get("/sandbox/faults")).json()["active"]
        touched: list[str] = active[0]["touched"]
        return touched

    async def igate(self, page: int = 0, size: int = 50, **asked: Any) -> httpx.Response:
        """A page of the search, with a token that is asked for once."""
        self.bearer = self.bearer or await sign_on(self.client)
        return await self.client.get(
            "/pa/dossier/search", params={"page": page, "size": size, **asked}, headers=self.bearer
        )

    async def opencps(self, page: int = 0, size: int = 50, **asked: Any) -> httpx.Response:
        return await self.client.get(
            "/o/rest/v2/dossiers",
            params={"start": page * size, "end": (page + 1) * size, **asked},
            auth=("sandbox", "sandbox-password"),
            headers={"groupId": "35166"},
        )

    async def rpc(self, service: str, **asked: Any) -> httpx.Response:
        """A service of the national RPC under a session of its own."""
        login = await self.client.post("/mapi/login", json={"username": "sandbox", "password": "sandbox-password"})
        envelope = {"session": login.json()["session"], "madonvi": "000.00.00.H24", "service": service, **asked}
        return await self.client.post("/mapi/g", json=envelope)

    async def ask(self, portal: str, page: int = 0, size: int = 50) -> httpx.Response:
        """A page of dossiers of igate or opencps."""
        return await (self.igate(page, size) if portal == "igate" else self.opencps(page, size))

    async def listed(self, portal: str = "igate", page: int = 0, size: int = 50) -> list[dict[str, Any]]:
        """The records of a page."""
        answer = await self.ask(portal, page, size)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["content" if portal == "igate" else "data"]
        return found

    async def all(self, portal: str = "igate") -> dict[str, dict[str, Any]]:
        """Every dossier by its code, read in one page of a size no sandbox in these tests exceeds."""
        code = "code" if portal == "igate" else "dossierNo"
        return {record[code]: record for record in await self.listed(portal, 0, 5_000)}


@pytest.fixture
def portals(opened: Opened) -> Portals:
    """The education scenario; a page may hold all of it."""
    return Portals(opened(max_page_size=5_000))


@pytest.fixture
def province(opened: Opened) -> Portals:
    """A small province, where every status occurs."""
    return Portals(opened(scenario="province", dossiers=3_000, agencies=40, max_page_size=5_000))
