"""The database is not what it was: restored to an earlier moment, edited by hand, of another collation or zone."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.portals import igate_record
from dossier_sync.repository.verify import verify
from shared.runtime.clock import LOCAL_ZONE
from shared.runtime.database import create_engine, snapshot, transaction
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record
from support.postgres import Server
from support.syncing import NOW, row, rows, sync

from .conftest import Spoil

HEADS = "select dossier_code, source_hash, status, modified_at from dossier.head order by dossier_code"


async def broken(engine: AsyncEngine) -> str | None:
    async with snapshot(engine) as connection:
        return (await verify(connection)).broken


@pytest.fixture
async def backup(server: Server, engine: AsyncEngine, database_url: str) -> AsyncIterator[list[str]]:
    """Fill it with a name to copy the database as it stands under that name; the copies are dropped in the end."""
    assert engine
    made: list[str] = []
    yield made
    admin = create_engine(server.url, application_name="admin", pool_size=1)
    async with admin.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for name in made:
            await autocommit.execute(text(f"drop database if exists {name} with (force)"))
    await admin.dispose()


async def copy_of(server: Server, engine: AsyncEngine, made: list[str]) -> str:
    """A copy of the database as it stands, byte for byte, as a base backup would be."""
    name = engine.url.database
    await engine.dispose()
    admin = create_engine(server.url, application_name="admin", pool_size=1)
    async with admin.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        made.append(f"{name}_then")
        await autocommit.execute(text(f"create database {name}_then template {name}"))
    await admin.dispose()
    return server.address(f"{name}_then")


@pytest.mark.fault("F127")
async def test_f127_after_a_restore_the_sync_reads_the_gap_again_and_the_chain_holds(
    server: Server, engine: AsyncEngine, portal: FakeIgate, backup: list[str]
) -> None:
    await sync(engine, portal.portal())
    then = await copy_of(server, engine, backup)
    portal.put(a_record("000.00.99.H24-240115-0003", updatedDate="2024-06-01T00:10:00.000+0000",
                        completedDate="2024-01-19T03:00:00.000+0000"))  # fmt: skip
    portal.put(a_record("000.00.99.H24-240601-0001", updatedDate="2024-06-01T00:20:00.000+0000"))
    later = NOW + timedelta(hours=1)
    assert (await sync(engine, portal.portal(), mode="incremental", now=later)).verdict is Verdict.SUCCEEDED
    restored = create_engine(then, application_name="restored", pool_size=4)
    before = await row(
        restored, "select count(*) as heads, max(entry) as entry from dossier.head, dossier.ledger_entry"
    )
    assert before["heads"] > 0
    ending = await sync(restored, portal.portal(), mode="incremental", now=later + timedelta(hours=1))
    assert ending.verdict is Verdict.SUCCEEDED
    assert await rows(restored, HEADS) == await rows(engine, HEADS)
    entries = [one["entry"] for one in await rows(restored, "select entry from dossier.ledger_entry order by entry")]
    assert entries == list(range(1, len(entries) + 1)), "no gap: entries after the restored moment get new numbers"
    assert await broken(restored) is None
    await restored.dispose()


EDITS = {
    "a fact": "update dossier.revision set ended_on = ended_on - 1 where dossier_code like '%0003'",
    "one bit": "update dossier.revision set source_hash = set_bit(source_hash, 7, 1 - get_bit(source_hash, 7))"
    " where dossier_code like '%0005'",
    "a revision gone": "delete from dossier.revision where dossier_code like '%0004'",
    "a head": "update dossier.head set number = number + 1 where dossier_code like '%0002'",
    "an entry gone": "delete from dossier.ledger_entry where entry = 2",
    "a digest": "update dossier.ledger_entry set digest = sha256(digest) where entry = 3",
}


@pytest.mark.fault("F129")
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
async def test_f129_whatever_is_edited_by_hand_is_found(
    engine: AsyncEngine, portal: FakeIgate, spoil: Spoil, edit: str
) -> None:
    portal.truth.excused.update(str(record["code"]) for record in portal.records)
    await sync(engine, portal.portal())
    assert await broken(engine) is None
    await spoil(edit)
    assert await broken(engine) is not None


@pytest.mark.fault("F130")
async def test_f130_codes_collate_by_their_bytes_whatever_the_system_thinks(engine: AsyncEngine) -> None:
    """An index over a text of another collation is corrupt after an upgrade of the system's: so no key has one."""
    found = await rows(
        engine,
        """
        select distinct c.relnamespace::regnamespace::text || '.' || c.relname || '.' || a.attname as named
        from pg_index i join pg_class c on c.oid = i.indrelid
        join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
        join pg_collation l on l.oid = a.attcollation
        where c.relnamespace::regnamespace::text in ('dossier', 'metrics', 'catalogue') and l.collname <> 'C'
          and (a.attname like '%\\_code' or a.attname in ('source_key', 'suffix')) order by 1""",
    )
    assert [one["named"] for one in found] == []


@pytest.mark.fault("F132")
def test_f132_the_zone_of_the_law_is_seven_hours_whatever_the_tables_of_a_machine_say() -> None:
    first = datetime(1976, 1, 1, tzinfo=UTC)
    for month in range(0, 12 * 125):
        at = first.replace(year=1976 + month // 12, month=month % 12 + 1)
        assert at.astimezone(LOCAL_ZONE).utcoffset() == timedelta(hours=7) == igate_record._SEVEN_HOURS
    assert ZoneInfo("Asia/Ho_Chi_Minh").key == LOCAL_ZONE.key


@pytest.mark.fault("F132")
async def test_f132_the_servers_own_zone_moves_no_day(engine: AsyncEngine, database_url: str, spoil: Spoil) -> None:
    await spoil(f"alter database {make_url(database_url).database} set timezone = 'America/New_York'")
    await engine.dispose()
    late = a_record(acceptedDate="2024-01-14T17:30:00.000+0000")  # half past midnight of the 15th where the law applies
    await sync(engine, FakeIgate([late]).portal())
    async with transaction(engine) as connection:
        assert (await connection.execute(text("show timezone"))).scalar_one() == "UTC"
    assert (await row(engine, "select received_on from dossier.head_v1"))["received_on"] == date(2024, 1, 15)
