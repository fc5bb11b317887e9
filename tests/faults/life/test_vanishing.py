"""Dossiers that vanish, come back, are restored from a backup or begin again under an old code."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.alarms import Alarm, Decision
from dossier_sync.repository.alarms import decide, open_alarms
from dossier_sync.repository.verify import verify
from shared.runtime.database import snapshot, transaction
from shared.sync.runs import Ending
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record, waiting
from support.sandbox import Sandbox
from support.syncing import FEED, row, rows, sync

NOW = datetime(2025, 6, 1, tzinfo=UTC)
HELD = 2_236
GONE = "select dossier_code from dossier.head where gone order by 1"


async def ended(engine: AsyncEngine, sandbox: Sandbox, **how: Any) -> Ending:
    return await sync(engine, sandbox.igate(200), now=how.pop("now", NOW), **how)


async def gone(engine: AsyncEngine) -> list[str]:
    return [one["dossier_code"] for one in await rows(engine, GONE)]


async def feed_row(engine: AsyncEngine) -> dict[str, Any]:
    return await row(engine, "select missing, last_verdict, last_failure, requested_mode, watermark from dossier.feed")


async def last_run(engine: AsyncEngine) -> dict[str, Any]:
    return await row(engine, "select * from dossier.run order by run_id desc limit 1")


async def alarms(engine: AsyncEngine) -> dict[str, int]:
    async with snapshot(engine) as connection:
        return {one.name: one.rows for one in await open_alarms(connection, FEED)}


async def decided(engine: AsyncEngine, alarm: Alarm, decision: Decision = Decision.ACCEPT) -> None:
    async with transaction(engine) as connection:
        assert await decide(connection, FEED, alarm, decision, "operator-1", at_most=10_000)


async def chain_holds(engine: AsyncEngine) -> bool:
    async with snapshot(engine) as connection:
        return (await verify(connection)).broken is None


@pytest.mark.fault("F66")
async def test_f66_gone_is_what_two_sweeps_and_a_question_miss(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F66", path="igate", parameters={"rows": 3})
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert (await gone(engine), (await feed_row(engine))["missing"]) == ([], 3)
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert len(await gone(engine)) == 3
    assert ((await feed_row(engine))["missing"], (await last_run(engine))["gone"]) == (0, 3)
    last = await row(
        engine, "select count(*) as n from dossier.revision_v2 where gone and number = 2 and source_hash is not null"
    )
    assert last["n"] == 3
    assert await chain_holds(engine)
    entries = await row(engine, "select max(entry) as n from dossier.ledger_entry")
    await ended(engine, sandbox)  # who is gone is not missed again
    assert await row(engine, "select max(entry) as n from dossier.ledger_entry") == entries


@pytest.mark.fault("F66")
async def test_f66_an_unproven_sweep_says_nothing_of_who_is_absent(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F66", path="igate", parameters={"rows": 3})
    await sandbox.fault("F45", path="igate", parameters={"variant": "changing"})
    for _ in range(2):
        assert (await ended(engine, sandbox)).verdict is Verdict.PARTIAL
    assert (await gone(engine), (await feed_row(engine))["missing"]) == ([], 0)


@pytest.mark.fault("F67")
async def test_f67_left_out_of_the_list_yet_found_by_its_code_is_kept_and_counted(engine: AsyncEngine) -> None:
    codes = [f"000.00.99.H24-240115-{n:04d}" for n in range(6)]
    portal = FakeIgate([a_record(code) for code in codes])
    await sync(engine, portal.portal())
    portal.found, portal.records = portal.records, portal.records[1:]
    for _ in range(2):
        await sync(engine, portal.portal())
    assert await gone(engine) == []
    assert ((await last_run(engine))["conflicts"], (await feed_row(engine))["missing"]) == (1, 1)


@pytest.mark.fault("F68")
async def test_f68_a_dossier_that_comes_back_has_both_in_its_history(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F66", path="igate", parameters={"rows": 3})
    await ended(engine, sandbox)
    await ended(engine, sandbox)
    buried = await gone(engine)
    await sandbox.mend()
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert (len(buried), await gone(engine)) == (3, [])
    history = await rows(
        engine, f"select gone from dossier.revision where dossier_code = '{buried[0]}' order by number"
    )
    assert [one["gone"] for one in history] == [False, True, False]


@pytest.mark.fault("F66")
async def test_f66_one_that_changed_between_two_sweeps_is_alive(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(6)])
    await sync(engine, portal.portal())
    hidden, portal.records = portal.records[0], portal.records[1:]
    await sync(engine, portal.portal())
    portal.put({**hidden, "updatedDate": "2024-05-31T20:00:00.000+0000"})
    await sync(engine, portal.portal(), mode="incremental")
    assert (await feed_row(engine))["missing"] == 0
    portal.records = [one for one in portal.records if one["code"] != hidden["code"]]
    await sync(engine, portal.portal())
    assert (await gone(engine), (await feed_row(engine))["missing"]) == ([], 1)


@pytest.mark.fault("F27")
async def test_f27_a_narrowed_credential_is_a_count_drop_and_nobody_is_gone(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await ended(engine, sandbox)
    watermark = (await feed_row(engine))["watermark"]
    await sandbox.fault("F66", path="igate", parameters={"rows": 400})
    for _ in range(3):
        ending = await ended(engine, sandbox, now=NOW + timedelta(hours=1))
        assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "count_drop")
    assert (await gone(engine), await alarms(engine)) == ([], {"count_drop": 400})
    assert ((await feed_row(engine))["watermark"], (await feed_row(engine))["missing"]) == (watermark, 0)
    ending = await ended(engine, sandbox, mode="incremental", now=NOW + timedelta(hours=1))
    assert ending.verdict is Verdict.PARTIAL  # no green behind an open alarm

    await sandbox.mend()
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert await alarms(engine) == {}


@pytest.mark.fault("F27")
async def test_f27_what_an_operator_accepts_is_gone_after_two_more_sweeps(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F66", path="igate", parameters={"rows": 60})
    await ended(engine, sandbox)
    await decided(engine, Alarm.COUNT_DROP)
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert (await gone(engine), (await feed_row(engine))["missing"]) == ([], 60)
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert len(await gone(engine)) == 60
    await ended(engine, sandbox)
    assert await alarms(engine) == {}
    closed = await row(engine, "select decision, decided_by from dossier.alarm")
    assert closed == {"decision": "accept", "decided_by": "operator-1"}


@pytest.mark.fault("F98")
async def test_f98_a_restored_portal_takes_nothing_back_until_somebody_says_so(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await ended(engine, sandbox)
    before = await rows(engine, "select dossier_code, status, modified_at from dossier.head order by 1")
    await sandbox.fault("F98", path="igate", parameters={"days": 30})
    ending = await ended(engine, sandbox, mode="incremental")
    assert (ending.verdict, ending.failure in {"moved_back", "regress"}) == (Verdict.PARTIAL, True)
    for _ in range(2):
        assert (await ended(engine, sandbox)).verdict is Verdict.PARTIAL
    assert {"regress"} <= (await alarms(engine)).keys()
    assert await rows(engine, "select dossier_code, status, modified_at from dossier.head order by 1") == before
    assert await gone(engine) == []

    await sandbox.mend()  # the portal has caught up: the alarm ends by itself
    assert (await ended(engine, sandbox)).verdict is Verdict.SUCCEEDED
    assert await alarms(engine) == {}
    assert await rows(engine, "select dossier_code, status, modified_at from dossier.head order by 1") == before


@pytest.mark.fault("F98")
async def test_f98_accepted_the_older_versions_count(engine: AsyncEngine) -> None:
    codes = [f"000.00.99.H24-240115-{n:04d}" for n in range(12)]
    portal = FakeIgate([a_record(code) for code in codes])
    await sync(engine, portal.portal(4))
    before = "2024-01-16T02:00:00.000+0000"
    portal.records = [a_record(code, **waiting("Thụ lý hồ sơ"), updatedDate=before) for code in codes]
    ending = await sync(engine, portal.portal(4))
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "regress")
    assert (await row(engine, "select count(*) as n from dossier.head where status = 10"))["n"] == 12
    await decided(engine, Alarm.REGRESS)
    assert (await sync(engine, portal.portal(4))).verdict is Verdict.SUCCEEDED
    assert (await row(engine, "select count(*) as n from dossier.head where status = 4"))["n"] == 12
    assert await alarms(engine) == {}
    assert (await sync(engine, portal.portal(4))).verdict is Verdict.SUCCEEDED
    assert await chain_holds(engine)


@pytest.mark.fault("F99")
async def test_f99_reused_ids_make_no_dossier_another(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await ended(engine, sandbox)
    before = {
        one["dossier_code"]: one["source_hash"]
        for one in await rows(engine, "select * from dossier.head_v2 order by 1")
    }
    await sandbox.fault("F99", path="igate", parameters={"rows": 10})
    await ended(engine, sandbox)
    await ended(engine, sandbox)
    assert len(await gone(engine)) == 10
    facts = await row(engine, "select count(distinct dossier_code) as n, count(*) as rows from dossier.head")
    assert facts == {"n": HELD, "rows": HELD}
    assert len(before) == HELD


@pytest.mark.fault("F100")
async def test_f100_a_replayed_history_changes_no_fact_and_is_written_once(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    columns = "dossier_code, status, received_on, due_on, first_due_on, ended_on, flags"
    facts = f"select {columns} from dossier.head_v2 order by 1"
    await ended(engine, sandbox)
    before = await rows(engine, facts)
    await sandbox.fault("F100", path="igate")
    later = NOW + timedelta(days=3_650)
    await ended(engine, sandbox, now=later)
    assert await rows(engine, facts) == before
    entries = await row(engine, "select max(entry) as n from dossier.ledger_entry")
    await ended(engine, sandbox, now=later)
    assert await row(engine, "select max(entry) as n from dossier.ledger_entry") == entries
    assert await alarms(engine) == {}


@pytest.mark.fault("F69")
async def test_f69_a_reused_code_is_a_new_case_and_says_so(engine: AsyncEngine, sandbox: Sandbox) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F69", path="igate", parameters={"rows": 3})
    later = NOW + timedelta(days=3_650)
    await ended(engine, sandbox, now=later)
    cases = await rows(
        engine, "select due_on, first_due_on, status from dossier.head_v2 where 'code_reused' = any (flags)"
    )
    assert len(cases) == 3
    assert all(one["first_due_on"] == one["due_on"] for one in cases)  # nothing of the older case is carried on
    assert (await last_run(engine))["anomalies"] == 3
    await ended(engine, sandbox, now=later)
    assert (await last_run(engine))["changed"] == 0


@pytest.mark.fault("F61")
async def test_f61_back_to_work_after_its_end_is_kept_as_told_and_flagged(
    engine: AsyncEngine, sandbox: Sandbox
) -> None:
    await ended(engine, sandbox)
    await sandbox.fault("F61", path="igate", parameters={"rows": 3})
    later = NOW + timedelta(days=3_650)
    await ended(engine, sandbox, now=later)
    odd = await rows(engine, "select status, ended_on from dossier.head_v2 where 'reopened' = any (flags)")
    assert [(one["status"], one["ended_on"]) for one in odd] == [(4, None)] * 3
    assert (await last_run(engine))["anomalies"] == 3


@pytest.mark.fault("F65")
@pytest.mark.parametrize(("variant", "status"), [("withdrawn", 7), ("stopped", 8)])
async def test_f65_withdrawn_upstream_is_a_version_like_any_other(
    engine: AsyncEngine, sandbox: Sandbox, variant: str, status: int
) -> None:
    await ended(engine, sandbox)
    held = await row(engine, f"select count(*) as n from dossier.head where status = {status} and not gone")
    await sandbox.fault("F65", path="igate", parameters={"rows": 1, "variant": variant})
    await ended(engine, sandbox, now=NOW + timedelta(days=3_650))
    run = await last_run(engine)
    now_held = await row(engine, f"select count(*) as n from dossier.head where status = {status} and not gone")
    assert now_held["n"] - held["n"] == run["changed"]
