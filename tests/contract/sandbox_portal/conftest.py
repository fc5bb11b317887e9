"""A sandbox without a socket, and the comparison of an answer with a contract's sample."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from sandbox_portal.app import build
from sandbox_portal.settings import SandboxSettings

TOKEN = "/auth/realms/digo/protocol/openid-connect/token"
Opened = Callable[..., httpx.AsyncClient]
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
