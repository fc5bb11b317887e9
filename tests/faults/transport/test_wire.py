"""The wire breaks, over a real connection: nothing half is stored, nothing is lost, and the operator reads why."""

import socket
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.portals.igate import Igate
from shared.runtime.http import TIMEOUTS, PortalClient
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record
from support.sandbox import Sandbox
from support.signals import counted
from support.syncing import row, sync

from .conftest import Broken, Synced

HASTY = {"timeouts": httpx.Timeout(5.0, read=0.3)}


@pytest.fixture
def full_backlog() -> Iterator[str]:
    """An address where nobody accepts: the kernel lets a connection wait for ever."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(0)
    waiting = []
    for _ in range(4):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex(listening.getsockname())
        waiting.append(one)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    for one in (*waiting, listening):
        one.close()


async def unreachable(engine: AsyncEngine, url: str, kind: str) -> None:
    """The attempts are counted, the run fails as unavailable, and another portal's run is not touched by it."""
    host = httpx.URL(url).host
    quick = httpx.Timeout(5.0, connect=0.2)
    client = PortalClient(url, allow_hosts={host}, attempts=2, first_wait=0.01, timeouts=quick)
    with counted("portal_failures", host=host, kind=kind):
        ending = await sync(engine, Igate(client, page_size=10))
    await client.aclose()
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "unavailable")
    assert (await sync(engine, FakeIgate([a_record()]).portal(), name="other/dossiers")).verdict is Verdict.SUCCEEDED
    states = await row(engine, "select max(failures) as most, count(watermark) as moved from dossier.feed")
    assert (states["most"], states["moved"]) == (1, 1)


@pytest.mark.fault("F01")
async def test_f01_a_name_that_cannot_be_resolved(engine: AsyncEngine) -> None:
    await unreachable(engine, "http://portal.invalid", "name")


@pytest.mark.fault("F02")
async def test_f02_connecting_has_a_limit_of_its_own(engine: AsyncEngine, full_backlog: str) -> None:
    assert TIMEOUTS.connect is not None
    assert TIMEOUTS.connect <= 5
    await unreachable(engine, full_backlog, "connect_timeout")


@pytest.mark.fault("F03")
@pytest.mark.parametrize("where", ["headers", "body"])
async def test_f03_a_read_time_out_drops_the_page(broken: Broken, where: str) -> None:
    await broken("F03", "unavailable", "read_timeout", client=HASTY, parameters={"where": where, "seconds": 2.0})


@pytest.mark.fault("F04")
async def test_f04_a_reset_after_the_headers_drops_the_page(broken: Broken) -> None:
    await broken("F04", "unavailable", "reset")


@pytest.mark.fault("F05")
async def test_f05_a_slow_drip_ends_at_the_deadline_though_no_read_is_slow(broken: Broken) -> None:
    drip = {"seconds": 0.05, "bytes": 1}
    detail = await broken("F05", "unavailable", "deadline", client={"total_deadline": 1.0}, parameters=drip)
    assert "longer than 1 s" in detail


@pytest.mark.fault("F16")
@pytest.mark.parametrize(
    ("variant", "failure", "kind"),
    [
        ("longer_declared", "unavailable", "torn"),
        ("chunked", "unavailable", "torn"),
        ("shorter_declared", "contract", "contract"),
    ],
)
async def test_f16_a_body_that_is_not_as_long_as_announced(
    broken: Broken, variant: str, failure: str, kind: str
) -> None:
    await broken("F16", failure, kind, parameters={"variant": variant})


@pytest.mark.fault("F18")
@pytest.mark.parametrize(("variant", "failure"), [("bomb", "oversize"), ("nested", "contract"), ("plain", "contract")])
async def test_f18_what_gzip_hides(broken: Broken, variant: str, failure: str) -> None:
    await broken("F18", failure, failure, parameters={"variant": variant, "megabytes": 80})


@pytest.mark.fault("F18")
async def test_f18_a_bomb_below_the_limit_is_known_by_its_ratio(broken: Broken) -> None:
    parameters = {"variant": "bomb", "megabytes": 30}
    assert "times its length" in await broken("F18", "oversize", "oversize", parameters=parameters)


@pytest.mark.fault("F03", "F04", "F16")
async def test_f03_a_passing_trouble_costs_an_attempt_and_no_page(
    engine: AsyncEngine, sandbox: Sandbox, synced: Synced
) -> None:
    for number in ("F03", "F04", "F16"):
        await sandbox.fault(number, path="igate", times=1)
    ending = await synced(attempts=4, timeouts=httpx.Timeout(5.0, read=0.3))
    assert ending.verdict is Verdict.SUCCEEDED
    run = await row(engine, "select seen, new, pages from dossier.run")
    assert (run["seen"], run["new"], run["pages"]) == (2236, 2236, 3)
