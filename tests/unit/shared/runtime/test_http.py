"""The portal client against a small portal that misbehaves on request."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
import stamina

from shared.runtime.http import (
    Bearer,
    Call,
    ClientCredentials,
    EgressForbidden,
    Exchange,
    PortalClient,
    PortalOversize,
    PortalRedirected,
    PortalRefused,
    PortalShapeChanged,
    PortalUnavailable,
    SessionLogin,
)

Handler = Callable[[httpx.Request], Awaitable[httpx.Response]]


@pytest.fixture(autouse=True)
def _no_sleeping_between_retries() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


def a_portal(answers: list[Any] | Handler, **options: Any) -> tuple[PortalClient, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    async def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if callable(answers):
            return await answers(request)
        answer = answers[min(len(seen), len(answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx.Response)
        return answer

    client = httpx.AsyncClient(transport=httpx.MockTransport(handle))
    given = {"allow_hosts": {"portal.test", "sso.test"}, "first_wait": 0.001, **options}
    return PortalClient("http://portal.test/pa", client=client, **given), seen


def json(body: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, json=body, headers=headers)


async def test_an_answer_is_decoded_and_paths_are_relative_to_the_portal() -> None:
    portal, seen = a_portal([json({"a": 1})])
    assert await portal.request("GET", "/list", params={"page": 0}, decode=msgspec.json.decode) == {"a": 1}
    assert str(seen[0].url) == "http://portal.test/pa/list?page=0"


async def test_a_passing_failure_is_asked_again_and_a_lasting_one_reported() -> None:
    portal, seen = a_portal([httpx.ReadError("reset"), json({}, 503), json([7])])
    assert await portal.request("GET", "list", decode=msgspec.json.decode) == [7]
    assert len(seen) == 3
    portal, seen = a_portal([json({}, 500)])
    with pytest.raises(PortalUnavailable, match="500"):
        await portal.request("GET", "list", decode=msgspec.json.decode)
    assert len(seen) == 3


async def test_an_error_inside_a_200_is_retried_because_decode_stands_inside_the_retry() -> None:
    def decode(body: bytes) -> int:
        answer: dict[str, Any] = msgspec.json.decode(body)
        if answer["error_code"] not in (0, "0", "00"):
            raise PortalUnavailable("The envelope says busy.")
        return int(answer["n"])

    portal, seen = a_portal([json({"error_code": "-1"}), json({"error_code": "00", "n": 3})])
    assert await portal.request("GET", "list", decode=decode) == 3
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(json({}, 404), PortalShapeChanged, id="a missing path is not an empty list"),
        pytest.param(httpx.Response(200, html="<p>log in</p>"), PortalShapeChanged, id="a captive page"),
        pytest.param(httpx.Response(200, content=b'{"a":', headers={"content-type": "application/json"}),
                     PortalShapeChanged, id="truncated JSON"),
        pytest.param(json({}, 308, location="http://elsewhere.test/"), PortalRedirected, id="a redirect"),
        pytest.param(json({}, 403), PortalRefused, id="a narrowed scope"),
        pytest.param(json("x" * 3_000), PortalOversize, id="too long"),
    ],
)  # fmt: skip
async def test_a_broken_answer_is_an_exception_and_never_an_empty_one(
    answer: httpx.Response, error: type[Exception]
) -> None:
    portal, seen = a_portal([answer], max_bytes=2_000)
    with pytest.raises(error):
        await portal.request("GET", "list", decode=msgspec.json.decode)
    assert len(seen) == 1


async def test_a_small_packed_answer_may_not_unpack_beyond_the_limit() -> None:
    bomb = gzip.compress(b'"' + b" " * 5_000_000 + b'"')
    answer = httpx.Response(200, content=bomb, headers={"content-type": "application/json", "content-encoding": "gzip"})
    portal, _ = a_portal([answer], max_bytes=1_000_000)
    with pytest.raises(PortalOversize):
        await portal.request("GET", "list", decode=msgspec.json.decode)


async def test_only_listed_hosts_are_spoken_to() -> None:
    portal, seen = a_portal([json({})])
    for path in ("http://169.254.169.254/latest", "https://portal.test.evil.test/x"):
        with pytest.raises(EgressForbidden):
            await portal.request("GET", path, decode=msgspec.json.decode)
    assert seen == []


async def test_a_slow_drip_ends_at_the_total_deadline() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    async def handle(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=drip(), headers={"content-type": "application/json"})

    portal, _ = a_portal(handle, total_deadline=0.2)
    with pytest.raises(PortalUnavailable, match=r"0\.2 s"):
        await portal.request("GET", "list", decode=msgspec.json.decode)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("3600", 3600.0), ("-5", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None)],
)
async def test_the_time_a_portal_asks_for_is_read_and_a_far_one_defers_the_run(
    header: str, seconds: float | None
) -> None:
    portal, seen = a_portal([json({}, 429, **{"retry-after": header})])
    with pytest.raises(PortalUnavailable) as caught:
        await portal.request("GET", "list", decode=msgspec.json.decode)
    assert caught.value.retry_after == seconds
    assert len(seen) == (1 if seconds == 3600.0 else 9), "being asked to wait costs no attempt, but is not for ever"


async def test_a_keycloak_token_is_kept_and_renewed_once_when_refused() -> None:
    tokens = iter(["first", "second", "third"])

    async def handle(request: httpx.Request) -> httpx.Response:
        if request.url.host == "sso.test":
            assert request.headers["authorization"] == "Basic aWQ6c2VjcmV0"
            assert request.content == b"grant_type=client_credentials"
            return json({"access_token": next(tokens), "expires_in": 300})
        return json({}, 401) if request.headers["authorization"] == "Bearer first" else json([1])

    auth = ClientCredentials("http://sso.test/token", "id", "secret")
    portal, seen = a_portal(handle, auth=auth)
    for _ in range(2):
        assert await portal.request("GET", "list", decode=msgspec.json.decode) == [1]
    assert [request.url.host for request in seen] == [
        "sso.test",
        "portal.test",
        "sso.test",
        "portal.test",
        "portal.test",
    ]


async def test_a_wrong_password_is_tried_twice_and_never_more() -> None:
    async def handle(_: httpx.Request) -> httpx.Response:
        return json({}, 401)

    portal, seen = a_portal(handle, auth=Bearer("worn-out"))
    with pytest.raises(PortalRefused) as caught:
        await portal.request("GET", "list", params={"identity-number": "999000"}, decode=msgspec.json.decode)
    assert len(seen) == 2
    assert "worn-out" not in str(caught.value)
    assert "999000" not in str(caught.value)


async def test_a_session_that_dies_inside_a_200_is_bought_again_and_the_page_repeated() -> None:
    sessions = iter(["s1", "s2"])

    async def login(exchange: Exchange) -> str:
        answer = await exchange(Call("POST", "login", json={"username": "u"}))
        return str(msgspec.json.decode(answer)["session"])

    def place(call: Call, session: str) -> None:
        call.json = {**call.json, "session": session}

    async def handle(request: httpx.Request) -> httpx.Response:
        body = msgspec.json.decode(request.content)
        if request.url.path.endswith("login"):
            return json({"session": next(sessions)})
        return json({"error_code": 0 if body["session"] == "s2" else "session"})

    def decode(body: bytes) -> bool:
        if msgspec.json.decode(body)["error_code"] != 0:
            raise PortalRefused("The session is over.")
        return True

    portal, seen = a_portal(handle, auth=SessionLogin(login, place))
    assert await portal.request("POST", "go", json={"service": "LayThuTuc"}, decode=decode)
    assert len(seen) == 4
