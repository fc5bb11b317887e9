"""One page, or one record, that can never be read: it is narrowed down, written down as a gap, and the rest goes on."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.sync import run_once
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record
from support.sandbox import Sandbox
from support.syncing import WINDOW, claimed, row, rows, sync

NOW = datetime(2025, 6, 1, tzinfo=UTC)
HELD = 2_236
GAPS = "select position, rows, failure, digest, tries, closed_at from dossier.gap order by gap_id"


def some(count: int) -> list[dict[str, Any]]:
    return [
        a_record(f"000.00.99.H24-240115-{n:04d}", updatedDate=f"2024-01-17T08:{n // 60:02d}:{n % 60:02d}.000+0000")
        for n in range(count)
    ]


def holds(request: httpx.Request, position: int) -> bool:
    """Whether the page asked for contains the record at this place of the list."""
    number, size = int(request.url.params["page"]), int(request.url.params["size"])
    return number * size <= position < (number + 1) * size


async def codes(engine: AsyncEngine) -> set[str]:
    return {one["dossier_code"] for one in await rows(engine, "select dossier_code from dossier.head")}


@pytest.mark.fault("F10")
async def test_f10_the_record_that_breaks_every_page_is_found_and_the_rest_goes_on(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    every = sorted(sandbox.world.dossiers.every(), key=lambda one: -one.updated)
    poison = every[777].code
    await sandbox.fault("F10", path="igate", parameters={"code": poison})
    ending = await sync(engine, sandbox.igate(200, attempts=1), now=NOW)
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "gaps")
    assert {one.code for one in every} - await codes(engine) == {poison}
    (gap,) = await rows(engine, GAPS)
    assert (gap["rows"], gap["failure"], gap["tries"], gap["closed_at"]) == (1, "unavailable", 1, None)
    feed = await row(engine, "select gaps, watermark, last_verdict from dossier.feed")
    assert feed == {"gaps": 1, "watermark": None, "last_verdict": "partial"}

    await sync(engine, sandbox.igate(200, attempts=1), now=NOW)  # met again: one gap, two tries
    (gap,) = await rows(engine, GAPS)
    assert (gap["tries"], gap["closed_at"]) == (2, None)

    await sandbox.mend()
    assert (await sync(engine, sandbox.igate(200), now=NOW)).verdict is Verdict.SUCCEEDED
    assert poison in await codes(engine)
    (gap,) = await rows(engine, GAPS)
    assert gap["closed_at"] is not None
    assert (await row(engine, "select gaps from dossier.feed"))["gaps"] == 0


@pytest.mark.fault("F10")
async def test_f10_a_portal_that_fails_everywhere_has_no_gaps_it_is_away(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F10", path="igate", after=2)
    ending = await sync(engine, sandbox.igate(200, attempts=1), now=NOW)
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "unavailable")
    assert await rows(engine, GAPS) == []


@pytest.mark.fault("F10")
async def test_f10_changes_are_not_proven_while_a_gap_is_open(engine: AsyncEngine) -> None:
    portal = FakeIgate(some(8))
    await sync(engine, portal.portal(4))
    portal.faults.append(lambda request: httpx.Response(500) if holds(request, 6) else None)
    assert (await sync(engine, portal.portal(4))).verdict is Verdict.PARTIAL
    ending = await sync(engine, portal.portal(4), mode="incremental")
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "gaps")


@pytest.mark.fault("F17")
async def test_f17_bytes_that_are_no_text_leave_a_gap_with_their_digest(engine: AsyncEngine) -> None:
    portal = FakeIgate(some(12))

    def broken(request: httpx.Request) -> httpx.Response | None:
        number = request.url.params["page"].encode()
        body = b'{"content":[{"code":"\xe1\xba"}],"totalElements":12,"last":false,"number":' + number + b"}"
        headers = {"content-type": "application/json"}
        return httpx.Response(200, content=body, headers=headers) if holds(request, 6) else None

    portal.faults.append(broken)
    ending = await sync(engine, portal.portal(4))
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "gaps")
    (gap,) = await rows(engine, GAPS)
    assert (gap["position"], gap["rows"], gap["failure"], len(gap["digest"])) == (6, 1, "contract", 32)
    assert len(await codes(engine)) == 11


@pytest.mark.fault("F19")
async def test_f19_pages_too_long_are_asked_for_in_smaller_parts(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F19", path="igate")
    portal = sandbox.igate(200, max_bytes=4_000_000)
    assert (await sync(engine, portal, now=NOW)).verdict is Verdict.SUCCEEDED
    assert len(await codes(engine)) == HELD
    assert await rows(engine, GAPS) == []
    assert portal.page_size < 200  # after two pages too long, none of that length is asked for any more


class Died(BaseException):
    """What nobody catches: the process is gone."""


class Killer:
    """Kills whoever reads the record at one place: the run is left as a dead worker leaves it."""

    def __init__(self, position: int) -> None:
        self.position, self.deaths = position, 0

    def __call__(self, request: httpx.Request) -> None:
        if holds(request, self.position):
            self.deaths += 1
            raise Died


@pytest.mark.fault("F113")
@pytest.mark.fault("F108")
async def test_f113_a_record_that_kills_each_worker_is_read_around_in_ever_smaller_parts(engine: AsyncEngine) -> None:
    portal, killer = FakeIgate(some(16)), Killer(9)
    portal.faults.append(killer)
    sizes = []
    for _ in range(40):
        lease = await claimed(engine, mode="full")
        try:
            ending = await run_once(
                engine, portal.portal(8), lease, WINDOW, lambda *_: None, now=NOW, stop=asyncio.Event()
            )
            break
        except Died:
            sizes.append(killer.deaths)
            await let_go(engine)
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "gaps")
    (gap,) = await rows(engine, GAPS)
    assert (gap["position"], gap["rows"], gap["failure"]) == (9, 1, "kills_reader")
    assert len(await codes(engine)) == 15
    assert len(sizes) < 12


async def let_go(engine: AsyncEngine) -> None:
    """The dead worker's lease runs out."""
    async with engine.begin() as connection:
        await connection.exec_driver_sql("update dossier.feed set lease_until = now() - interval '1 s'")
