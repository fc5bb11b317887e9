"""Lists that shift, repeat, lie about their length or are in no order: what is proven, and what is read once more."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.sync.runs import Ending
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record
from support.sandbox import Sandbox
from support.syncing import row, rows, sync

NOW = datetime(2025, 6, 1, tzinfo=UTC)
"""After everything that happens in the education scenario."""
HELD = 2_236


async def heads(engine: AsyncEngine) -> int:
    return int((await row(engine, "select count(*) as n from dossier.head"))["n"])


async def last_run(engine: AsyncEngine) -> dict[str, Any]:
    return await row(engine, "select * from dossier.run order by run_id desc limit 1")


async def ended(engine: AsyncEngine, sandbox: Sandbox, *, size: int = 200, **how: Any) -> Ending:
    return await sync(engine, sandbox.igate(size), now=how.pop("now", NOW), **how)


@pytest.mark.fault("F41")
async def test_f41_rows_that_arrive_while_pages_are_read_are_neither_lost_nor_doubled(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await sandbox.fault("F41", path="igate", parameters={"rows": 3})
    late = datetime(2099, 1, 1, tzinfo=UTC)  # arrivals carry the hour of the request
    assert (await ended(engine, sandbox, now=late)).verdict is Verdict.SUCCEEDED
    run = await last_run(engine)
    assert (await heads(engine), run["portal_total"], run["gaps"]) == (HELD + 15, HELD + 15, 0)


@pytest.mark.fault("F42")
async def test_f42_rows_deleted_while_pages_are_read_make_another_pass_until_one_is_calm(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await sandbox.fault("F42", path="igate", parameters={"rows": 2, "most": 6})
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    run = await last_run(engine)
    assert (run["passes"], run["portal_total"], run["gaps"]) == (2, HELD - 6, 0)
    held = {one.code for one in sandbox.world.dossiers.every()}
    stored = {one["dossier_code"] for one in await rows(engine, "select dossier_code from dossier.head")}
    assert stored <= held
    assert len(stored) >= HELD - 6


@pytest.mark.fault("F42")
async def test_f42_a_list_that_shrinks_under_every_pass_is_not_proven(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F42", path="igate", parameters={"rows": 1, "most": 10_000})
    ending = await ended(engine, sandbox)
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "gaps")
    run = await last_run(engine)
    assert (run["passes"], run["gaps"] > 0) == (3, True)
    assert (await row(engine, "select watermark from dossier.feed"))["watermark"] is None


@pytest.mark.fault("F43")
async def test_f43_the_same_page_for_ever_ends_the_run(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F43", path="igate")
    ending = await ended(engine, sandbox)
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "paging")
    assert (await last_run(engine))["pages"] == 1
    feed = await row(engine, "select watermark, data_until, failures from dossier.feed")
    assert (feed["watermark"], feed["data_until"], feed["failures"]) == (None, None, 1)


@pytest.mark.fault("F43")
async def test_f43_a_whole_page_of_arrivals_repeats_a_page_and_is_no_circle(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(6)])

    def two_arrive(request: Any) -> None:
        if request.url.params["page"] == "1" and len(portal.records) == 6:
            stamp = "2024-01-20T08:00:00.000+0000"
            portal.records += [a_record(f"000.00.99.H24-240120-{n:04d}", updatedDate=stamp) for n in range(2)]

    portal.faults.append(two_arrive)
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    assert await heads(engine) == 8


@pytest.mark.fault("F20")
async def test_f20_another_pages_body_from_a_cache_proves_nothing(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F20", path="igate")
    ending = await ended(engine, sandbox)
    assert (ending.verdict, ending.failure) == (Verdict.FAILED, "paging")
    assert await heads(engine) == 200


@pytest.mark.fault("F44")
async def test_f44_an_empty_page_at_the_end_ends_the_list(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F44", path="igate")
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert (await last_run(engine))["passes"] == 1
    assert await heads(engine) == HELD


@pytest.mark.fault("F45")
@pytest.mark.parametrize(
    ("variant", "verdict", "passes"),
    [
        ("minus_one", Verdict.SUCCEEDED, 2),
        ("capped", Verdict.SUCCEEDED, 2),
        ("zero", Verdict.SUCCEEDED, 2),
        ("changing", Verdict.PARTIAL, 3),
    ],
)
async def test_f45_a_total_is_evidence_and_never_ends_the_reading(
    engine: AsyncEngine, sandbox: Sandbox, variant: str, verdict: Verdict, passes: int
) -> None:
    """Without a total that can be true, two passes must show the same dossiers; one that is too high stays unproven."""
    await sandbox.fault("F45", path="igate", parameters={"variant": variant, "cap": 1_000})
    assert (await ended(engine, sandbox)).verdict is verdict
    assert (await last_run(engine))["passes"] == passes
    assert await heads(engine) == HELD


@pytest.mark.fault("F46")
async def test_f46_pages_cut_without_a_word_are_read_to_the_end(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F46", path="igate", parameters={"rows": 50})
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert ((await last_run(engine))["pages"], await heads(engine)) == (45, HELD)


@pytest.mark.fault("F47")
@pytest.mark.parametrize("variant", ["shuffled", "reversed"])
async def test_f47_a_list_in_no_order_is_proven_by_two_equal_passes_only(
    engine: AsyncEngine, sandbox: Sandbox, variant: str
) -> None:
    await sandbox.fault("F47", path="igate", parameters={"variant": variant})
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert ((await last_run(engine))["passes"], await heads(engine)) == (2, HELD)


@pytest.mark.fault("F47")
async def test_f47_changes_in_no_order_are_not_proven_and_ask_for_the_whole_list(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F47", path="igate", parameters={"variant": "reversed"})
    ending = await ended(engine, sandbox, mode="incremental")
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "gaps")
    assert (await row(engine, "select requested_mode from dossier.feed"))["requested_mode"] == "full"


def excuse_the_newest(sandbox: Sandbox, count: int) -> None:
    """The fault tells an earlier time of change of these than the world holds."""
    newest = sorted(sandbox.world.dossiers.every(), key=lambda one: -one.updated)
    sandbox.truth.excused |= {one.code for one in newest[:count]}


@pytest.mark.fault("F48")
async def test_f48_one_instant_across_the_edges_of_pages_loses_nothing_or_is_not_proven(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    excuse_the_newest(sandbox, 700)
    await sandbox.fault("F48", path="igate", parameters={"rows": 700})
    ending = await ended(engine, sandbox)
    assert (await last_run(engine))["passes"] > 1
    complete = await heads(engine) == HELD
    assert ending.verdict is (Verdict.SUCCEEDED if complete else Verdict.PARTIAL)
    await sandbox.mend()
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert await heads(engine) == HELD


@pytest.mark.fault("F48")
async def test_f48_one_instant_in_one_order_is_proven_at_once(engine: AsyncEngine, sandbox: Sandbox) -> None:
    excuse_the_newest(sandbox, 300)
    await sandbox.fault("F48", path="igate", parameters={"rows": 300, "stable": True})
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert ((await last_run(engine))["passes"], await heads(engine)) == (1, HELD)


@pytest.mark.fault("F23")
async def test_f23_an_empty_list_is_believed_only_after_a_new_login(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await sandbox.fault("F23", path="igate", pages=[4])
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    run = await last_run(engine)
    assert (run["seen"], run["passes"], await heads(engine)) == (HELD, 1, HELD)


@pytest.mark.fault("F23")
async def test_f23_empty_after_the_new_login_too_is_not_zero(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F96", path="igate")
    ending = await ended(engine, sandbox)
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "suspicious_empty")
    assert await heads(engine) == HELD
