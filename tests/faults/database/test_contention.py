"""Others are in the way: no connection is free, or Postgres gives our transaction up for theirs."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dossier_sync.app import build
from dossier_sync.settings import DossierSyncSettings
from shared.runtime.database import create_engine, transaction
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate
from support.syncing import row, rows, sync

CODE = "000.00.99.H24-240115-0009"
"""On the first page of the portal."""


@pytest.mark.fault("F123")
async def test_f123_no_free_connection_is_503_with_a_time_to_come_back_and_no_hang(database_url: str) -> None:
    app = build(DossierSyncSettings(DATABASE_URL=database_url, database_pool_size=1))
    engine: AsyncEngine = app.state.engine
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://t", headers={"Authorization": "Bearer mtc_nobody"}
    ) as client:
        async with engine.connect():
            started = asyncio.get_running_loop().time()
            refused = await client.get("/v1/feeds")
            assert asyncio.get_running_loop().time() - started < 8
            assert (await client.get("/livez")).status_code == 200
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert refused.json()["who_must_act"] == "us"
        assert (await client.get("/v1/feeds")).status_code == 401, "once it is free, it answers again"
    await engine.dispose()


class Rival:
    """Another program that locks in the wrong order, and never is the one Postgres gives up."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def embrace(self) -> None:
        """Holds a head; once a page waits for it, asks for what that page holds."""
        await self._connection.execute(text("set local deadlock_timeout = '1h'"))
        await self._connection.execute(text(f"select from dossier.head where dossier_code = '{CODE}' for update"))

    async def ask_for_the_feed(self) -> None:
        await self._connection.execute(text("select from dossier.feed for update"))


async def a_page_waits(engine: AsyncEngine) -> None:
    waiting = (
        "select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    )
    while not (await row(engine, waiting))["n"]:  # noqa: ASYNC110 - another transaction's lock
        await asyncio.sleep(0.02)


def changed(portal: FakeIgate) -> FakeIgate:
    newest = dict(portal.records[-1])
    portal.put(
        {**newest, "updatedDate": "2024-01-18T08:00:00.000+0000", "completedDate": "2024-01-18T03:00:00.000+0000"}
    )
    return portal


@pytest.mark.fault("F124")
async def test_f124_a_page_given_up_in_a_deadlock_is_written_again(
    engine: AsyncEngine, database_url: str, portal: FakeIgate
) -> None:
    await sync(engine, portal.portal())
    others = create_engine(database_url, application_name="rival")
    async with transaction(others) as connection:
        rival = Rival(connection)
        await rival.embrace()
        running = asyncio.create_task(sync(engine, changed(portal).portal()))
        await a_page_waits(others)
        await rival.ask_for_the_feed()
    assert (await running).verdict is Verdict.SUCCEEDED
    await others.dispose()
    assert len(await rows(engine, "select 1 as one from dossier.revision")) == 10


@pytest.mark.fault("F124")
async def test_f124_what_is_given_up_for_ever_is_tried_three_times(engine: AsyncEngine, portal: FakeIgate) -> None:
    statement = """
        create function given_up() returns trigger language plpgsql as $$
        begin perform nextval('tries'); raise exception using errcode = '40001'; end $$"""
    async with transaction(engine) as connection:
        await connection.execute(text("create sequence tries"))
        await connection.execute(text(statement))
        await connection.execute(
            text("create trigger given_up before insert on dossier.revision for each row execute function given_up()")
        )
    with pytest.raises(Exception) as caught:
        await sync(engine, portal.portal())
    driver = caught.value.orig if isinstance(caught.value, DBAPIError) else caught.value
    sqlstate: Any = getattr(driver, "sqlstate", None)
    assert sqlstate == "40001"
    assert (await row(engine, "select last_value as n from tries"))["n"] == 3
    assert await rows(engine, "select 1 as one from dossier.ledger_entry") == []
