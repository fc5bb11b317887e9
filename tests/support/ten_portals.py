"""Portals that live: served over HTTP from the test's own process, changing while they are read, named by one file."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn

from shared.runtime.clock import now
from support.fake_igate import FakeIgate, a_record, waiting

SECRET = {"SOAK_SECRET": "secret"}
_PORTAL = """
[portal.p{number}]
url = "http://127.0.0.1:{port}/p{number}"
requests_per_second = 1000
deadline = "5s"
auth = {{ kind = "client_credentials", token_url = "http://127.0.0.1:{port}/p{number}/token", client_id = "id", \
secret = "env:SOAK_SECRET" }}

[portal.p{number}.feed.dossiers]
adapter = "igate"
agencies = ["H24"]
every = "5s"
full_every = "{full_every}"
margin = "1s"
overlap = "3s"
options = {{ page_size = 7 }}
"""


class LivingPortal(FakeIgate):
    """One portal whose clerks work: dossiers are received, changed, and never the same twice."""

    def __init__(self, number: int, dossiers: int) -> None:
        super().__init__([], feed=f"p{number}/dossiers")
        self.number, self._count = number, 0
        for _ in range(dossiers):
            self.receive()

    @property
    def feed(self) -> str:
        return f"p{self.number}/dossiers"

    def receive(self) -> None:
        """A new dossier."""
        self._count += 1
        self._write(self._count)

    def change(self, chance: random.Random) -> None:
        """Another version of a dossier it holds."""
        self._write(chance.randint(1, self._count), **waiting(chance.choice(("Đang xử lý", "Chờ bổ sung"))))

    def _write(self, number: int, **changed: Any) -> None:
        agency = f"000.00.{10 + self.number}.H24"
        at = now()
        stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000"
        told = {"updatedDate": stamp, "agency": {"code": agency}, **changed}
        self.put(a_record(f"{agency}-240115-{number:04d}", **told))


async def _served(portals: list[LivingPortal], scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    while (await receive()).get("more_body"):
        pass
    _, name, rest = scope["path"].split("/", 2)
    address = "http://sso.test/token" if rest == "token" else f"http://igate.test/{rest}"
    request = httpx.Request(scope["method"], f"{address}?{scope['query_string'].decode()}")
    answer = portals[int(name.removeprefix("p"))].answer(request)
    headers = [(key.encode(), value.encode()) for key, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": await answer.aread()})


@asynccontextmanager
async def ten_portals(*, dossiers: int, full_every: str) -> AsyncIterator[tuple[list[LivingPortal], str]]:
    """Ten portals, and the file that names them."""
    portals = [LivingPortal(number, dossiers) for number in range(10)]
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await _served(portals, scope, receive, send)

    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[held]))
    try:
        while not server.started:  # noqa: ASYNC110 - uvicorn tells by this flag only
            await asyncio.sleep(0.01)
        yield portals, "".join(_PORTAL.format(number=n, port=port, full_every=full_every) for n in range(10))
    finally:
        server.should_exit = True
        await serving


async def live(portals: Iterable[LivingPortal], chance: random.Random, *, most: int) -> None:
    """Clerks at work until cancelled; no portal takes in more than ``most`` dossiers."""
    every = list(portals)
    while True:
        await asyncio.sleep(chance.random() * 0.1)
        portal = chance.choice(every)
        if chance.random() < 0.3 and len(portal.records) < most:
            portal.receive()
        else:
            portal.change(chance)
