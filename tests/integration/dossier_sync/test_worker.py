"""Workers at their daily work, petitions, and what of a person is left afterwards: nothing."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.petitions import import_petitions
from dossier_sync.repository.feeds import register
from dossier_sync.worker import Habits, work, work_once
from shared.runtime import logs
from shared.runtime.clock import now
from shared.runtime.database import transaction
from support.canaries import markers_in
from support.fake_igate import FakeIgate, a_record, waiting
from support.syncing import FEED, plans_of, row, rows


def habits(portal: FakeIgate, **changed: Any) -> Habits:
    usual: dict[str, Any] = {
        "owner": "w",
        "plans": plans_of({FEED: lambda: portal.portal(3)}),
        "lease": timedelta(seconds=60),
        "poll_seconds": 0.02,
    }
    return Habits(**{**usual, **changed})


def at(form: str, *, days: int) -> str:
    """A day counted from now: the worker reads the clock."""
    return (now() + timedelta(days=days)).strftime(form)


async def registered(engine: AsyncEngine, every: int = 3600) -> None:
    async with transaction(engine) as connection:
        await register(connection, FEED, portal="fake", kind="dossiers", agency_code="H24", every_seconds=every)


async def until(engine: AsyncEngine, question: str) -> None:
    for _ in range(400):
        if (await row(engine, f"select ({question}) as there"))["there"]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"never true: {question}")


async def test_a_full_run_is_reconciled_and_an_incremental_one_is_not(engine: AsyncEngine) -> None:
    await registered(engine)
    portal, stop = FakeIgate([a_record(acceptedDate=at("%Y-%m-%dT01:00:00.000+0000", days=-3))]), asyncio.Event()
    portal.counted_besides = 1
    for mode, expected in (("full", 1), ("incremental", 1), ("full", 2)):
        assert await work_once(engine, habits(portal), stop, only=FEED, mode=mode) is not None
        asked = await rows(engine, "select distinct asked_at from dossier.reconciliation")
        assert len(asked) == expected
    newest = await rows(
        engine, "select distinct unexplained from dossier.reconciliation_v1 where month > now() - interval '70 days'"
    )
    assert {one["unexplained"] for one in newest} == {1}


async def test_workers_share_the_feeds_and_stop_when_asked(engine: AsyncEngine) -> None:
    await registered(engine)
    portal, stop = FakeIgate([a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(20)]), asyncio.Event()
    workers = [asyncio.create_task(work(engine, habits(portal), stop)) for _ in range(3)]
    await until(engine, "select last_verdict = 'succeeded' from dossier.feed")
    stop.set()
    await asyncio.gather(*workers)
    assert len(await rows(engine, "select run_id from dossier.run")) == 1
    assert (await row(engine, "select owner, next_at > now() as later from dossier.feed")) == {
        "owner": None,
        "later": True,
    }


async def test_a_run_that_is_asked_for_starts_before_its_time(engine: AsyncEngine) -> None:
    await registered(engine)
    portal, stop = FakeIgate([a_record()]), asyncio.Event()
    worker = asyncio.create_task(work(engine, habits(portal), stop))
    await until(engine, "select last_verdict = 'succeeded' from dossier.feed")
    async with transaction(engine) as connection:
        await connection.execute(text("update dossier.feed set requested_mode = 'incremental'"))
    await until(engine, "select count(*) = 2 from dossier.run where verdict = 'succeeded'")
    stop.set()
    await worker
    modes = await rows(engine, "select mode from dossier.run order by run_id")
    assert [one["mode"] for one in modes] == ["full", "incremental"]


async def test_the_whole_list_is_read_again_from_time_to_time(engine: AsyncEngine) -> None:
    await registered(engine, every=1)
    portal, stop = FakeIgate([a_record()]), asyncio.Event()
    worker = asyncio.create_task(
        work(engine, habits(portal, plans=plans_of({FEED: lambda: portal.portal(3)}, full_every=timedelta(0))), stop)
    )
    await until(engine, "select count(*) = 2 from dossier.run where verdict = 'succeeded'")
    stop.set()
    await worker
    assert {one["mode"] for one in await rows(engine, "select mode from dossier.run")} == {"full"}


async def test_a_worker_whose_fence_is_lost_stops_in_mid_run(engine: AsyncEngine) -> None:
    await registered(engine)
    portal, stop = FakeIgate([a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(9)]), asyncio.Event()
    worker = asyncio.create_task(work(engine, habits(portal, lease=timedelta(seconds=0.2)), stop))
    await until(engine, "select count(*) > 0 from dossier.run")
    async with transaction(engine) as connection:
        await connection.execute(
            text("update dossier.feed set fence = fence + 1, lease_until = now() + interval '1 h', owner = 'heir'")
        )
    await asyncio.sleep(0.3)
    stop.set()
    await worker
    found = await row(engine, "select owner from dossier.feed")
    assert found["owner"] in {"heir", None}  # None only when the run had ended before


async def test_nothing_of_a_person_is_left_in_any_table_or_line(
    engine: AsyncEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("dossier-sync", "DEBUG")
    name = "Người Không Có Thật 5"
    portal = FakeIgate(
        [
            a_record(),
            a_record("000.00.99.H24-240115-0002", **waiting(f"Trả cho {name}")),
            a_record("000.00.99.H24-240115-0003", acceptedDate="0000000001"),
            a_record("000.00.99.H24-240115-0004", agency={"code": name}, applyMethod={"id": 1, "name": name}),
            a_record("000.00.99.H24-240115-0005", procedure={"code": name, "sector": {"code": "999000000001"}}),
            a_record("000.00.99.H24-240115-0006", dossierTaskStatus=name),
            a_record(name),
            a_record("999000000001"),
        ]
    )
    await registered(engine)
    stop = asyncio.Event()
    worker = asyncio.create_task(work(engine, habits(portal), stop))
    await until(engine, "select last_verdict is not null from dossier.feed")
    stop.set()
    await worker
    tables = await rows(engine, "select tablename from pg_tables where schemaname = 'dossier'")
    stored = [
        str(one)
        for table in tables
        for one in await rows(engine, f"select t::text as all_of_it from dossier.{table['tablename']} t")
    ]
    assert len(stored) > 10
    captured = capsys.readouterr()
    assert markers_in("\n".join([*stored, captured.out, captured.err])) == []
    assert (await row(engine, "select quarantined from dossier.feed"))["quarantined"] == 5


async def test_petitions_are_read_without_the_petitioner(engine: AsyncEngine, tmp_path: Path) -> None:
    given = {"code": "PAKN-1", "agency": "000.00.99.H24", "received_on": "2024-03-01", "due_on": "2024-03-22"}
    source = tmp_path / "petitions.json"
    source.write_text(json.dumps([{**given, "resolved_on": None, "petitioner": "Người Không Có Thật 1"}]))
    assert await import_petitions(engine, str(source)) == 1
    source.write_text(json.dumps([{**given, "resolved_on": "2024-03-10", "subject": "regulation"}]))
    assert await import_petitions(engine, str(source)) == 1
    assert await rows(engine, "select * from dossier.petition_v1") == [
        {
            "petition_code": "PAKN-1",
            "agency_code": "H24.99",
            "subject": "regulation",
            "received_on": date(2024, 3, 1),
            "due_on": date(2024, 3, 22),
            "resolved_on": date(2024, 3, 10),
        }
    ]


@pytest.mark.parametrize("broken", [[{"code": "x"}], [{"code": "x", "agency": "?", "received_on": "2024-03-01"}], {}])
async def test_a_broken_list_of_petitions_stores_nothing(engine: AsyncEngine, tmp_path: Path, broken: Any) -> None:
    source = tmp_path / "petitions.json"
    source.write_text(json.dumps(broken))
    with pytest.raises(ValueError):
        await import_petitions(engine, str(source))
    assert await rows(engine, "select * from dossier.petition") == []
