"""The portal answers, but with a refusal: when to wait, when to give up, and that a refusal is never an empty list."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.tables import feed
from shared.runtime.clock import monotonic
from shared.runtime.database import transaction
from shared.runtime.http import PortalClient
from shared.sync.lease import claim
from shared.sync.verdicts import Verdict
from support.sandbox import Sandbox
from support.signals import counted, rule, sample
from support.syncing import FEED, LEASE, row

from .conftest import ALL, Broken, Synced

HERE = {"host": "127.0.0.1"}


async def heads(engine: AsyncEngine) -> int:
    return int((await row(engine, "select count(*) as n from dossier.head"))["n"])


@pytest.mark.fault("F06")
async def test_f06_the_wait_a_portal_asks_for_is_kept_and_costs_no_attempt(
    engine: AsyncEngine, sandbox: Sandbox, synced: Synced
) -> None:
    await sandbox.fault("F06", path="igate", times=2, parameters={"seconds": 1})
    started = monotonic()
    with counted("portal_failures", 2, kind="rate_limited", **HERE):
        ending = await synced(attempts=1)
    assert ending.verdict is Verdict.SUCCEEDED
    assert monotonic() - started >= 2
    assert await heads(engine) == ALL


@pytest.mark.fault("F06")
async def test_f06_a_portal_that_never_lets_us_in_is_seen_as_rate_limited(broken: Broken) -> None:
    await broken("F06", "rate_limited", "rate_limited", parameters={"seconds": 0})


@pytest.mark.fault("F07")
@pytest.mark.parametrize("variant", ["date", "past", "negative", "words"])
async def test_f07_every_spelling_of_retry_after_is_read(sandbox: Sandbox, synced: Synced, variant: str) -> None:
    await sandbox.fault("F07", path="igate", times=1, parameters={"variant": variant, "seconds": 1})
    assert (await synced(attempts=1)).verdict is Verdict.SUCCEEDED


@pytest.mark.fault("F07")
async def test_f07_ten_years_defer_the_run_by_a_day_at_most(
    engine: AsyncEngine, sandbox: Sandbox, synced: Synced
) -> None:
    await sandbox.fault("F07", path="igate", parameters={"variant": "ten_years"})
    started = monotonic()
    ending = await synced()
    assert monotonic() - started < 20
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "rate_limited")
    left = (await row(engine, "select closed_until - now() as left from dossier.feed"))["left"]
    assert timedelta(hours=23) < left <= timedelta(days=1)


@pytest.mark.fault("F08")
async def test_f08_without_a_wait_named_waits_grow_and_this_portal_is_asked_more_slowly(
    sandbox: Sandbox, synced: Synced
) -> None:
    await sandbox.fault("F08", path="igate", times=4)
    with counted("portal_failures", 4, kind="rate_limited", **HERE):
        assert (await synced(attempts=1)).verdict is Verdict.SUCCEEDED
    assert sample("portal_gap_seconds", **HERE) > 0


@pytest.mark.fault("F08")
async def test_f08_requests_at_once_become_requests_one_by_one() -> None:
    starts: list[float] = []

    async def answer(_: httpx.Request) -> httpx.Response:
        starts.append(monotonic())
        return httpx.Response(429 if len(starts) <= 3 else 200, json=[])

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    portal = PortalClient("http://portal.test", allow_hosts={"portal.test"}, client=client, first_wait=0.05)
    await portal.request("GET", "list", decode=bytes)
    begun = len(starts)
    await asyncio.gather(*(portal.request("GET", "list", decode=bytes) for _ in range(4)))
    apart = [later - earlier for earlier, later in zip(starts[begun:], starts[begun + 1 :], strict=False)]
    assert min(apart) >= 0.05


@pytest.mark.fault("F09")
@pytest.mark.parametrize("status", [502, 503, 504])
async def test_f09_a_gateways_refusal_is_retried_then_the_run_fails(broken: Broken, status: int) -> None:
    await broken("F09", "unavailable", f"status_{status}", parameters={"status": status})


@pytest.mark.fault("F09")
async def test_f09_the_wait_of_a_503_is_kept(sandbox: Sandbox, synced: Synced) -> None:
    await sandbox.fault("F09", path="igate", times=1, parameters={"retry_after": 1})
    started = monotonic()
    assert (await synced()).verdict is Verdict.SUCCEEDED
    assert monotonic() - started >= 1


@pytest.mark.fault("F09")
async def test_f09_the_breaker_opens_wider_each_time_and_one_probe_closes_it(
    engine: AsyncEngine, sandbox: Sandbox, synced: Synced
) -> None:
    async def pause() -> timedelta:
        return (await row(engine, "select closed_until - now() as left from dossier.feed"))["left"]

    await sandbox.fault("F09", path="igate", times=None)
    await synced(attempts=1)
    first = await pause()
    async with transaction(engine) as connection:
        await connection.execute(text("update dossier.feed set next_at = now() - interval '1 s'"))
        assert await claim(connection, feed, owner="w", lease=LEASE, among=[FEED]) is None, "the breaker is open"
    await synced(attempts=1)
    assert await pause() > 1.5 * first
    await sandbox.mend()
    assert (await synced()).verdict is Verdict.SUCCEEDED
    closed = await row(engine, "select failures, closed_until from dossier.feed")
    assert (closed["failures"], closed["closed_until"]) == (0, None)


@pytest.mark.fault("F11")
@pytest.mark.parametrize("status", [401, 403])
async def test_f11_refused_after_good_answers_one_login_more_and_never_an_empty_list(
    engine: AsyncEngine, sandbox: Sandbox, synced: Synced, status: int
) -> None:
    assert (await synced()).verdict is Verdict.SUCCEEDED
    await sandbox.fault("F11", path="igate", times=None, parameters={"status": status})
    ending = await synced(attempts=4)
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "auth")
    async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as plain:
        (switched_on,) = (await plain.get("/sandbox/faults")).json()["active"]
    assert switched_on["struck"] == 2, "a wrong password must not lock the account"
    assert await heads(engine) == ALL
    assert "auth" in rule("FeedShutOut")


@pytest.mark.fault("F12")
async def test_f12_a_list_that_is_not_there_is_no_empty_list(broken: Broken) -> None:
    await broken("F12", "contract", "contract")


@asynccontextmanager
async def elsewhere() -> AsyncIterator[tuple[str, list[Any]]]:
    """Another host, and who called there."""
    callers: list[Any] = []
    server = await asyncio.start_server(lambda _, writer: callers.append(writer), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", callers
    server.close()


@pytest.mark.fault("F13")
@pytest.mark.parametrize("status", [301, 308])
async def test_f13_a_redirect_is_not_followed_and_told(broken: Broken, status: int) -> None:
    async with elsewhere() as (host, callers):
        await broken("F13", "redirect", "redirect", parameters={"status": status, "host": host})
    assert callers == []
    assert "redirect" in rule("FeedShutOut")


@pytest.mark.fault("F15")
async def test_f15_a_captive_page_is_known_by_a_digest_and_its_words_are_not_kept(broken: Broken) -> None:
    detail = await broken("F15", "contract", "contract")
    assert "'text/html', beginning with sha256:" in detail
    assert "Đăng nhập" not in detail


@pytest.mark.fault("F28")
@pytest.mark.parametrize("behind", [False, True])
async def test_f28_clocks_a_minute_apart_are_refused_where_credentials_are_used(
    engine: AsyncEngine, sandbox: Sandbox, synced: Synced, behind: bool
) -> None:
    await sandbox.fault("F28", times=None, parameters={"seconds": 90, "behind": behind})
    with counted("portal_failures", kind="clock", **HERE):
        ending = await synced()
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "clock")
    assert await heads(engine) == 0
    await sandbox.mend()
    assert (await synced()).verdict is Verdict.SUCCEEDED


@pytest.mark.fault("F28")
async def test_f28_seconds_apart_are_told_and_do_no_harm(sandbox: Sandbox, synced: Synced) -> None:
    await sandbox.fault("F28", times=None, parameters={"seconds": 10})
    assert (await synced()).verdict is Verdict.SUCCEEDED
    assert 8 < sample("portal_clock_offset_seconds", **HERE) < 12
    assert "abs(motcua_portal_clock_offset_seconds) > 5" in rule("PortalClockOff")
