"""kill -9 of a real server in the middle of a push: it is stored whole or not, and its repeat is answered right."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import httpx
import pytest

from catalogue.clients import create
from motcua_local.ports import free_port
from shared.domain.identifiers import AgencyCode
from shared.runtime.database import create_engine
from support.forked import Workers
from support.national_wire import a_step, opencps
from support.postgres import Server
from support.pushing import Sender

# Where every second push is stopped and killed: inside its transaction, however fast the machine is.
HELD_UP_AT = ("dossier.head", "dossier.revision", "dossier.ledger_entry")
DEATHS = 2 * len(HELD_UP_AT)
RECORDS = 150
ENTRIES = "select count(*) from dossier.ledger_entry"
PUSHING = """
    select exists (select from pg_stat_activity where application_name = 'motcua-dossier-sync'
                   and datname = current_database() and state in ('active', 'idle in transaction')
                   and xact_start is not null and query ilike '%dossier.%')"""
WAITS = """
    select exists (select from pg_stat_activity where application_name = 'motcua-dossier-sync'
                   and datname = current_database() and wait_event_type = 'Lock')"""


def codes(push: int) -> list[str]:
    return [f"000.00.99.H24-2401{push + 1:02d}-{n:04d}" for n in range(RECORDS)]


@asynccontextmanager
async def a_server(workers: Workers, url: str) -> AsyncIterator[int]:
    """A process that serves; it is killed at the end, if it still lives."""
    pid = workers.start("serve")
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http, asyncio.timeout(30):
            while True:
                try:
                    if (await http.get("/livez")).is_success:
                        break
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
        yield pid
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        workers.wait(pid)


async def until(watcher: asyncpg.Connection, question: str, *, is_so: bool = True) -> None:
    """Wait for what another process does in the database."""
    async with asyncio.timeout(20):
        while await watcher.fetchval(question) is not is_so:  # noqa: ASYNC110 - another process acts: no event tells of it
            await asyncio.sleep(0.001)


def pushed(push: int) -> list[dict[str, Any]]:
    return [opencps(code) for code in codes(push)]


def is_taken(answer: dict[str, Any]) -> bool:
    return int(answer["error_code"]) == 0


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.fault("F106")
async def test_f106_a_push_killed_anywhere_is_stored_whole_or_not_and_its_repeat_is_answered_right(
    server: Server,
) -> None:
    chance = random.Random(20240115)  # noqa: S311 - the same deaths on every machine
    async with server.a_database() as database:
        engine = create_engine(database, application_name="test", pool_size=2)
        issued = await create(engine, agency=AgencyCode.parse("H24.99"), name="one-stop", scopes=("dossiers:push",))
        await engine.dispose()
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        told = {"DATABASE_URL": database, "DOSSIER_SYNC_PORT": str(port), "DOSSIER_SYNC_LOG_LEVEL": "ERROR"}
        workers, watcher = Workers({**os.environ, **told}), await asyncpg.connect(database)
        holder = await asyncpg.connect(database)
        took = 0.05

        async def held(push: int) -> int:
            return int(
                await watcher.fetchval("select count(*) from dossier.head where dossier_code = any ($1)", codes(push))
            )

        async def repeated(sender: Sender, push: int) -> None:
            """The sender, without an answer, sends it again: as new, for it does not know better."""
            nonlocal took
            found, entries = await held(push), await watcher.fetchval(ENTRIES)
            begun = time.perf_counter()
            assert is_taken(await sender.sync(*pushed(push))), "a repeat is no double"
            took = time.perf_counter() - begun
            written = await watcher.fetchval(ENTRIES) - entries
            assert (await held(push), written) == (RECORDS, 0 if found else 1)
            step = a_step(codes(push)[0], TrangThai="4", ThoiDiemXuLy="20240116090000")
            assert is_taken(await sender.progress(step))

        for push in range(DEATHS + 1):
            async with a_server(workers, url) as pid, httpx.AsyncClient(base_url=url, trust_env=False) as http:
                sender = Sender(http, issued.client.client_id, issued.key, "000.00.99.H24")
                await sender.log_in()
                if push:
                    await repeated(sender, push - 1)
                if push == DEATHS:
                    break
                held_up = holder.transaction()
                await held_up.start()
                if push % 2 == 0:
                    await holder.execute(f"lock table {HELD_UP_AT[push // 2]} in share mode")
                sending = asyncio.create_task(sender.sync(*pushed(push)))
                if push % 2 == 0:
                    await until(watcher, WAITS)
                else:
                    await asyncio.sleep(chance.random() * took)
                os.kill(pid, signal.SIGKILL)
                (answer,) = await asyncio.gather(sending, return_exceptions=True)
                await held_up.rollback()
                await until(watcher, PUSHING, is_so=False)
            found = await held(push)
            assert found in (0, RECORDS), f"{found} of {RECORDS} records of one push are stored"
            if push % 2 == 0:
                assert (isinstance(answer, BaseException), found) == (True, 0), "killed inside, nothing stays"
            if not isinstance(answer, BaseException):
                assert (is_taken(answer), found) == (True, RECORDS), "what was answered for is stored"
        assert workers.wait(workers.start("verify")) == 0
        assert await watcher.fetchval("select sum(new) from dossier.run") == DEATHS * RECORDS
        await holder.close()
        await watcher.close()
        workers.close()
