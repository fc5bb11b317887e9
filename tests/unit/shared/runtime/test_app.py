"""What every service does before its own routes: refuse, describe, bound."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from shared.contracts.problem import ProblemType
from shared.runtime.answers import conditional
from shared.runtime.app import UnguardedRoute, create_app
from shared.runtime.auth import public, requires
from shared.runtime.settings import ServiceSettings, service_config

TEAPOT = ProblemType("kettle-empty", 409, "The kettle is empty", "upstream")


class KettleEmpty(Exception):
    """A failure of the little service under test."""


class LittleSettings(ServiceSettings):
    model_config = service_config("LITTLE_")
    port: int = 0
    max_body_bytes: int = 2048


class Leaf(BaseModel):
    name: str


def little_router() -> APIRouter:
    router = APIRouter(dependencies=[Depends(public)])

    @router.get("/v1/tea")
    async def tea(cups: Annotated[int, Query(ge=1)] = 1, kind: Annotated[list[str] | None, Query()] = None) -> Response:
        from starlette.requests import Request

        return conditional(Request({"type": "http", "headers": []}), b'{"cups":%d}' % cups)

    @router.get("/v1/kettle")
    async def kettle() -> None:
        raise KettleEmpty("Fill it first.")

    @router.get("/v1/fault")
    async def fault() -> None:
        raise RuntimeError("secret detail")

    @router.post("/v1/leaf")
    async def leaf(body: Leaf) -> Leaf:
        return body

    return router


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        settings=LittleSettings(),
        title="Little",
        description="A service to test the factory with.",
        routers=[little_router()],
        problems={KettleEmpty: TEAPOT},
        readiness={"tea": _no_tea},
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://little") as client:
        yield client


async def _no_tea() -> str | None:
    return "There is no tea; the operator must buy some."


def test_a_route_that_says_neither_scope_nor_public_stops_the_start() -> None:
    router = APIRouter()

    @router.get("/v1/naked")
    async def naked() -> None: ...

    with pytest.raises(UnguardedRoute, match="/v1/naked"):
        create_app(settings=LittleSettings(), title="x", description="x", routers=[router])


async def test_a_failure_of_the_service_is_answered_from_its_table(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/kettle")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert answer.json()["type"] == "/problems/kettle-empty"
    assert answer.json()["who_must_act"] == "upstream"
    page = await client.get(answer.json()["type"])
    assert page.json()["title"] == "The kettle is empty"


async def test_a_fault_of_ours_says_nothing_of_its_cause(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/fault")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["who_must_act"] == "us"


async def test_a_callers_request_id_comes_back_in_header_and_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/kettle", headers={"X-Request-ID": "agency-7.42"})
    assert answer.headers["X-Request-ID"] == "agency-7.42"
    assert answer.json()["correlation_id"] == "agency-7.42"


@pytest.mark.parametrize("forged", ["a b", "x" * 129, "a\x1bb"])
async def test_a_request_id_that_could_forge_a_log_line_is_replaced(client: httpx.AsyncClient, forged: str) -> None:
    answer = await client.get("/v1/kettle", headers={"X-Request-ID": forged.encode()})
    assert answer.headers["X-Request-ID"] != forged


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("cups=0", "cups"), ("cups=two", "cups"), ("sugar=1", "sugar"), ("cups=1&cups=2", "cups")],
)
async def test_a_parameter_that_cannot_be_used_is_named(client: httpx.AsyncClient, query: str, parameter: str) -> None:
    answer = await client.get(f"/v1/tea?{query}")
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("path", "offered"), [("/v1/tea?cup=2", "It takes cups, kind."), ("/v1/kettle?cups=2", "It takes none.")]
)
async def test_a_misspelt_parameter_is_answered_with_those_there_are(
    client: httpx.AsyncClient, path: str, offered: str
) -> None:
    [error] = (await client.get(path)).json()["errors"]
    assert error["reason"] == f"This path has no such parameter. {offered}"


async def test_a_parameter_declared_as_a_list_may_repeat(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/tea?kind=a&kind=b")).status_code == 200


async def test_a_body_over_the_limit_is_refused_declared_or_streamed(client: httpx.AsyncClient) -> None:
    declared = await client.post("/v1/leaf", json={"name": "x" * 3000})

    async def drip() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 100

    streamed = await client.post("/v1/leaf", content=drip(), headers={"content-type": "application/json"})
    assert (declared.status_code, streamed.status_code) == (413, 413)


async def test_not_ready_says_what_and_who(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["tea"] == "There is no tea; the operator must buy some."
    assert (await client.get("/livez")).status_code == 200


async def test_the_documents_name_no_other_host_and_every_refusal_is_a_problem(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "http://" not in page.text.replace("http://little", "")
    assert "https://" not in page.text
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    refusal = document["paths"]["/v1/tea"]["get"]["responses"]["422"]
    assert list(refusal["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_requests_are_counted_by_route_template(client: httpx.AsyncClient) -> None:
    await client.get("/v1/tea")
    text = (await client.get("/metrics")).text
    assert 'route="/v1/tea"' in text


async def test_a_guarded_route_without_key_is_401() -> None:
    router = APIRouter()

    @router.get("/v1/figures", dependencies=[Depends(requires("figures:read"))])
    async def figures() -> None: ...

    app = create_app(settings=LittleSettings(), title="x", description="x", routers=[router])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://little") as client:
        answer = await client.get("/v1/figures")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json()["failed_check"] == "key-missing"
