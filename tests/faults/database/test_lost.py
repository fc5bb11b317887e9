"""The database goes away, fills up, or its answer to a COMMIT is lost: no half page, no page twice, no dead worker."""

import asyncio
import os
import shutil
import signal
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import worker as catalogue_worker
from catalogue.configuration import configured
from catalogue.settings import CatalogueSettings
from catalogue.wiring import policy
from dossier_sync.repository.feeds import register
from dossier_sync.repository.verify import verify
from dossier_sync.worker import Habits, work
from motcua_local.postgres import Cluster
from shared.runtime.app import create_app
from shared.runtime.database import create_engine, snapshot, transaction
from shared.runtime.settings import ServiceSettings
from support import truth
from support.fake_igate import FakeIgate
from support.forked import Workers
from support.lossy_line import Moment, a_lossy_line
from support.sandbox import a_sandbox
from support.syncing import FEED, plans_of, row, rows
from support.ten_portals import SECRET, ten_portals

LEDGER = "select entry, page, revisions from dossier.ledger_entry order by entry"


def habits(portal: FakeIgate) -> Habits:
    return Habits(owner="w", plans=plans_of({FEED: portal.portal}), lease=timedelta(seconds=1), poll_seconds=0.05)


async def registered(engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await register(connection, FEED, portal="fake", kind="dossiers", agency_code="H24", every_seconds=3600)


async def until_succeeded(engine: AsyncEngine) -> None:
    for _ in range(400):
        if await rows(engine, "select 1 as one from dossier.run where verdict = 'succeeded'"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the run never ended")


async def nothing_is_missing_or_twice(engine: AsyncEngine) -> None:
    """What an undisturbed run leaves: five entries in order, nine dossiers with one revision each, one run."""
    assert [tuple(one.values()) for one in await rows(engine, LEDGER)] == [
        (1, 1, 2),
        (2, 2, 2),
        (3, 3, 2),
        (4, 4, 2),
        (5, 5, 1),
    ]
    counts = await row(engine, "select count(*) as n, count(distinct dossier_code) as codes from dossier.revision")
    assert (counts["n"], counts["codes"]) == (9, 9)
    run = await row(engine, "select seen, new, repeated from dossier.run")
    assert (run["seen"], run["new"], run["repeated"]) == (9, 9, 0)
    async with snapshot(engine) as connection:
        assert (await verify(connection)).broken is None
    await truth.compare(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))


@pytest.mark.fault("F118")
async def test_f118_a_worker_waits_for_a_database_that_is_away_at_its_start(
    cluster: Cluster, fragile: AsyncEngine, portal: FakeIgate
) -> None:
    await registered(fragile)
    await fragile.dispose()
    cluster.stop()
    stop = asyncio.Event()
    worker = asyncio.create_task(work(fragile, habits(portal), stop))
    await asyncio.sleep(0.3)
    assert not worker.done()
    assert portal.pages_asked == []
    cluster.start()
    await until_succeeded(fragile)
    stop.set()
    await worker
    await nothing_is_missing_or_twice(fragile)


@pytest.mark.fault("F118")
async def test_f118_a_database_that_goes_away_in_a_batch_is_waited_for_and_the_page_written_once(
    cluster: Cluster, fragile: AsyncEngine, portal: FakeIgate
) -> None:
    await registered(fragile)
    fallen: list[str] = []

    def falls(request: httpx.Request) -> None:
        if request.url.params["page"] == "3" and not fallen:
            fallen.append("down")
            cluster.stop()

    portal.faults.append(falls)
    stop = asyncio.Event()
    worker = asyncio.create_task(work(fragile, habits(portal), stop))
    while not fallen:  # noqa: ASYNC110 - the portal's side of the race
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    assert not worker.done()
    cluster.start()
    await until_succeeded(fragile)
    stop.set()
    await worker
    await nothing_is_missing_or_twice(fragile)


@pytest.mark.fault("F118")
async def test_f118_serving_says_503_and_when_to_come_back_and_then_answers_by_itself(
    cluster: Cluster, fragile: AsyncEngine
) -> None:
    app = create_app(settings=ServiceSettings(port=0), title="t", description="d", routers=[], engine=fragile)
    headers = {"Authorization": "Bearer mtc_x"}

    @app.get("/v1/asked")
    async def asked() -> Any:
        async with snapshot(fragile) as connection:
            return (await connection.execute(text("select 1"))).scalar_one()

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t", headers=headers) as client:
        assert (await client.get("/v1/asked")).status_code == 200
        cluster.stop()
        refused = await client.get("/v1/asked")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert refused.json()["who_must_act"] == "us"
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/livez")).status_code == 200
        cluster.start()
        assert (await client.get("/v1/asked")).status_code == 200


@pytest.mark.fault("F119")
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("breaks_at", range(1, 11))
async def test_f119_a_commit_whose_answer_is_lost_is_looked_up_and_never_repeated(
    engine: AsyncEngine, database_url: str, portal: FakeIgate, moment: Moment, breaks_at: int
) -> None:
    await registered(engine)
    async with a_lossy_line(database_url, moment, breaks_at) as line:
        over_the_line = create_engine(line.url, application_name="lossy", pool_size=4)
        stop = asyncio.Event()
        worker = asyncio.create_task(work(over_the_line, habits(portal), stop))
        await until_succeeded(engine)
        stop.set()
        await worker
        await over_the_line.dispose()
        assert line.commits > breaks_at, "the break was never met"
    await nothing_is_missing_or_twice(engine)


def longest_file(pid: int, limit: str) -> None:
    """Sets how long the files of one backend may grow, as the account that runs it: nobody else may."""
    told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    user, group = int(told["Uid"].split()[0]), int(told["Gid"].split()[0])
    account = {"user": user, "group": group, "extra_groups": []} if user != os.getuid() else {}
    subprocess.run(["prlimit", f"--pid={pid}", f"--fsize={limit}:unlimited"], check=True, **account)


@pytest.mark.fault("F122")
@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit (util-linux) is not installed")
async def test_f122_no_room_for_another_block_stops_the_page_and_nothing_else(
    fragile: AsyncEngine, portal: FakeIgate
) -> None:
    """The kernel's limit on the length of a file stands for the full disk: Postgres meets both at the same place,
    where it extends a table. The log of Postgres itself (WAL) lies below the limit."""
    await registered(fragile)
    one_backend = create_engine(
        fragile.url.render_as_string(hide_password=False), application_name="starved", pool_size=1
    )
    small = 16 * 1024 * 1024
    async with transaction(fragile) as connection:
        await connection.execute(text(_FILLED))
        size = (await connection.execute(text("select pg_relation_size('dossier.revision')"))).scalar_one()
    assert size >= small
    async with one_backend.connect() as connection:
        pid = (await connection.execute(text("select pg_backend_pid()"))).scalar_one()
    longest_file(pid, str(small))
    stop = asyncio.Event()
    worker = asyncio.create_task(work(one_backend, habits(portal), stop))
    await asyncio.sleep(1)
    assert not worker.done()
    assert await rows(fragile, LEDGER) == []
    assert (await row(fragile, "select count(*) as n from dossier.head"))["n"] == 0, "reading goes on"
    assert portal.pages_asked
    longest_file(pid, "unlimited")
    await until_succeeded(fragile)
    stop.set()
    await worker
    await one_backend.dispose()
    async with transaction(fragile) as connection:
        await connection.execute(text("delete from dossier.revision where dossier_code like 'FILL%'"))
    await nothing_is_missing_or_twice(fragile)


_FILLED = """
    insert into dossier.revision (feed_id, page, dossier_code, number, applied, agency_code, procedure_code, field_code,
        status, modified_at, source_hash, record)
    select 1, 0, 'FILL' || g, 1, true, '', '', '', 10, '2024-01-01', 'x', repeat(md5(g::text), 60)
    from generate_series(1, 8300) g"""


@pytest.mark.fault("F118")
async def test_f118_a_catalogue_worker_waits_too(
    cluster: Cluster, fragile: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_worker, "_IDLE_SECONDS", 0.05)
    async with a_sandbox() as sandbox:
        settings = CatalogueSettings(
            DATABASE_URL="postgresql://unused", portal_url=sandbox.url, requests_per_second=1000
        )
        plans = await configured(settings, fragile)
        await fragile.dispose()
        cluster.stop()
        worker = asyncio.create_task(catalogue_worker.work(fragile, plans, policy(settings)))
        await asyncio.sleep(0.3)
        assert not worker.done()
        assert not sandbox.catalogue.was_asked
        cluster.start()
        for _ in range(400):
            if await rows(fragile, "select 1 as one from catalogue.run where verdict = 'succeeded'"):
                break
            await asyncio.sleep(0.05)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        assert (await row(fragile, "select count(*) as n from catalogue.procedure where in_force"))["n"] == 114
        await truth.compare(fragile.url.set(drivername="postgresql").render_as_string(hide_password=False))


@pytest.mark.fault("F118")
async def test_f118_a_worker_that_is_started_while_the_database_is_away_waits_for_it(
    cluster: Cluster, fragile: AsyncEngine, tmp_path: Path
) -> None:
    """The real command in a real process: what it must know before its first poll needs the database too."""
    async with ten_portals(dossiers=9, full_every="1h") as (_, told):
        (tmp_path / "portals.toml").write_text(told, encoding="utf-8")
        environment = {
            **os.environ,
            **SECRET,
            "DATABASE_URL": fragile.url.set(drivername="postgresql").render_as_string(hide_password=False),
            "DOSSIER_SYNC_PORTALS": str(tmp_path / "portals.toml"),
            "DOSSIER_SYNC_POLL_SECONDS": "0.1",
        }
        await fragile.dispose()
        cluster.stop()
        workers = Workers(environment)
        pid = workers.start("work")
        await asyncio.sleep(1)
        cluster.start()
        try:
            for _ in range(400):
                if (await row(fragile, "select count(*) as n from dossier.run where verdict = 'succeeded'"))["n"] == 10:
                    break
                await asyncio.sleep(0.05)
        finally:
            os.kill(pid, signal.SIGTERM)
            assert await asyncio.to_thread(workers.wait, pid) == 0
            workers.close()
        assert (await row(fragile, "select count(*) as n from dossier.head"))["n"] == 90
        await truth.compare(environment["DATABASE_URL"])
