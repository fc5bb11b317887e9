"""kill -9 of a real worker at fifty random points: the ledger ends as if nothing had happened, byte for byte."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from motcua_local.ports import free_port
from support.forked import Workers
from support.postgres import Server

KILLS = 50
PAGE_SIZE = 8  # 280 pages of the scenario: a death has many places to fall on
SLEEP = 0.003

STATE = {
    "ledger": """
        select entry, feed_id, page, revisions, opened, closed, encode(page_digest, 'hex'), encode(digest, 'hex')
        from dossier.ledger_entry order by entry""",
    "revisions": "select r::text as row from dossier.revision r order by feed_id, page, dossier_code",
    "heads": "select h::text as row from dossier.head h order by dossier_code",
    "quarantine": """
        select id, feed_id, source_key, reason, field, agency_code, procedure_code, received_on, source_hash, record,
               opened_page, closed_page
        from dossier.quarantine order by id""",
    "feed": """
        select feed_id, feed, page, quarantined, set_aside, last_verdict, failures, run_id, cursor
        from dossier.feed""",
    "run": """
        select run_id, mode, verdict, failure, pages, seen, new, changed, unchanged, older, repeated, quarantined, gaps,
               portal_total
        from dossier.run order by run_id""",
}
"""All that is stored, without instants of ours and without what names the process (owner, fence, claims)."""


@contextmanager
def a_sandbox() -> Iterator[str]:
    port = free_port()
    environment = {**os.environ, "SANDBOX_PORT": str(port), "SANDBOX_LOG_LEVEL": "WARNING"}
    process = subprocess.Popen([sys.executable, "-m", "sandbox_portal", "serve"], env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                if httpx.get(f"{url}/livez", timeout=1, trust_env=False).is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def environment(database_url: str, portal_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "DOSSIER_SYNC_PORTAL_URL": portal_url,
        "DOSSIER_SYNC_PAGE_SIZE": str(PAGE_SIZE),
        "DOSSIER_SYNC_REQUESTS_PER_SECOND": "1000",
        "DOSSIER_SYNC_LOG_LEVEL": "ERROR",
    }


async def state_of(database_url: str) -> dict[str, list[Any]]:
    connection = await asyncpg.connect(database_url)
    try:
        return {name: [tuple(row) for row in await connection.fetch(question)] for name, question in STATE.items()}
    finally:
        await connection.close()


async def the_lease_runs_out(connection: asyncpg.Connection) -> None:
    """What a minute of silence does; the test does not wait for it."""
    await connection.execute("update dossier.feed set lease_until = now() - interval '1 second'")


async def pages_committed(connection: asyncpg.Connection) -> int:
    return int(await connection.fetchval("select coalesce(max(page), 0) from dossier.feed"))


async def a_page_is_being_written(connection: asyncpg.Connection) -> bool:
    question = """
        select exists (select from pg_stat_activity where application_name = 'motcua-dossier-sync'
                       and datname = current_database() and xact_start is not null)"""
    return bool(await connection.fetchval(question))


@pytest.mark.slow
@pytest.mark.fault("F106")
async def test_fifty_deaths_leave_no_trace(server: Server) -> None:
    chance = random.Random(20240115)  # noqa: S311 - the same deaths on every machine
    async with server.a_database() as undisturbed, server.a_database() as tortured:
        with a_sandbox() as portal:
            calm = Workers(environment(undisturbed, portal))
            assert calm.wait(calm.start("run")) == 0
            calm.close()
            watcher = await asyncpg.connect(tortured)
            workers, inside, between = Workers(environment(tortured, portal)), 0, 0
            for _ in range(KILLS):
                before, pid = await pages_committed(watcher), workers.start("run")
                wanted = before + chance.randrange(4)
                while await pages_committed(watcher) < wanted:  # noqa: ASYNC110 - another process commits
                    await asyncio.sleep(SLEEP)
                await asyncio.sleep(chance.random() * 0.02)
                writing = await a_page_is_being_written(watcher)
                os.kill(pid, signal.SIGKILL)
                assert workers.wait(pid) == -signal.SIGKILL, "the run ended before it could be killed"
                inside, between = inside + writing, between + (not writing)
                await the_lease_runs_out(watcher)
            claims = await watcher.fetchval("select max(claims) from dossier.run")
            assert workers.wait(workers.start("run")) == 0
            assert workers.wait(workers.start("verify")) == 0
            workers.close()
            await watcher.close()
        assert inside > 5, "no death fell inside a page"
        assert between > 5, "no death fell between pages"
        assert claims > 10, "the deaths did not interrupt one run"
        expected, found = await state_of(undisturbed), await state_of(tortured)
    assert len(expected["heads"]) > 2000
    for name in STATE:
        assert found[name] == expected[name], name
