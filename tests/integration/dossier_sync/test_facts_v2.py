"""Tombstones and particulars through the page transaction, and a ledger of two formats that still holds."""

import asyncio
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import asyncpg
import pytest
from alembic import command
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from dossier_sync.domain.particulars import Cause, DueChange, Particulars
from dossier_sync.repository.verify import verify
from shared.runtime import migrate
from shared.runtime.database import create_engine, snapshot, transaction
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record, waiting
from support.postgres import Server
from support.syncing import FEED, NOW, row, rows, sync
from support.telling import bury, telling

CODE = "000.00.99.H24-240115-0001"


async def broken(engine: AsyncEngine) -> str | None:
    async with snapshot(engine) as connection:
        return (await verify(connection)).broken


async def test_particulars_are_published_and_a_change_of_them_alone_is_a_revision(engine: AsyncEngine) -> None:
    portal, told = FakeIgate([a_record()]), {CODE: Particulars(digitised=True)}
    await sync(engine, telling(portal, told))
    facts = await row(engine, "select gone, particulars, length(source_hash) as hash from dossier.head_v2")
    assert facts == {"gone": False, "particulars": {"digitised": True}, "hash": 32}
    told[CODE] = Particulars(digitised=True, apologies=1)
    portal.put(a_record(currentTask=[]))  # other bytes, the same dossier in the old fields
    await sync(engine, telling(portal, told))
    history = await rows(engine, "select number, applied, particulars from dossier.revision_v2 order by number")
    assert history == [
        {"number": 1, "applied": True, "particulars": {"digitised": True}},
        {"number": 2, "applied": True, "particulars": {"digitised": True, "apologies": 1}},
    ]
    assert await broken(engine) is None


async def test_a_portal_that_tells_nothing_stores_nothing(engine: AsyncEngine) -> None:
    await sync(engine, FakeIgate([a_record()]).portal())
    stored = await row(engine, "select gone, particulars from dossier.revision_v2")
    assert stored == {"gone": False, "particulars": None}


@pytest.mark.parametrize(
    "column", ["gone = true", "particulars = '{\"digitised\": true}'", 'particulars = \'{"digitised": true, "a": 1}\'']
)
async def test_a_tampered_tombstone_or_particular_is_found(engine: AsyncEngine, column: str) -> None:
    await sync(engine, telling(FakeIgate([a_record()]), {CODE: Particulars(digitised=False)}))
    assert await broken(engine) is None
    async with transaction(engine) as connection:
        await connection.exec_driver_sql(f"update dossier.revision set {column}")
    assert "entry 1" in (await broken(engine) or "")


async def test_a_dossier_that_is_back_in_the_same_bytes_is_gone_no_more(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record()])
    await sync(engine, portal.portal())
    await bury(engine, CODE)
    assert await row(engine, "select gone, number from dossier.head_v2") == {"gone": True, "number": 2}
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    assert await row(engine, "select gone, number from dossier.head_v2") == {"gone": False, "number": 3}
    told = await rows(engine, "select number, gone, applied, ended_on from dossier.revision_v2 order by number")
    assert [(one["gone"], one["applied"]) for one in told] == [(False, True), (True, True), (False, True)]
    assert len({one["ended_on"] for one in told}) == 1
    before = await rows(engine, "select entry from dossier.ledger_entry")
    await sync(engine, portal.portal())
    assert await rows(engine, "select entry from dossier.ledger_entry") == before
    assert await broken(engine) is None


async def test_a_dossier_that_is_back_in_an_older_version_keeps_its_newest_facts(engine: AsyncEngine) -> None:
    newest = a_record(updatedDate="2024-01-19T04:00:00.000+0000", completedDate="2024-01-18T03:00:00.000+0000")
    portal = FakeIgate([newest])
    await sync(engine, portal.portal())
    await bury(engine, CODE)
    portal.put(a_record())
    for _ in range(2):
        await sync(engine, portal.portal())
        head = await row(engine, "select gone, ended_on from dossier.head_v2")
        assert head == {"gone": False, "ended_on": date(2024, 1, 18)}
    versions = await rows(engine, "select gone, applied from dossier.revision_v2 order by number")
    assert [(one["gone"], one["applied"]) for one in versions] == [
        (False, True),
        (True, True),
        (False, True),
        (False, False),  # the older version itself, kept as history by the next run
    ]
    assert await broken(engine) is None


async def test_the_dates_a_dossier_was_promised_for_come_from_versions_and_from_the_list(engine: AsyncEngine) -> None:
    portal = FakeIgate([a_record(**waiting("Thụ lý hồ sơ"), updatedDate="2024-01-15T02:00:00.000+0000")])
    change = DueChange(date(2024, 1, 16), date(2024, 1, 18), date(2024, 1, 25), Cause.SUPPLEMENT)
    told = {CODE: Particulars(due_changes=(change,))}
    await sync(engine, portal.portal())
    portal.put(a_record(updatedDate="2024-01-17T02:00:00.000+0000", appointmentDate="2024-01-25T10:00:00.000+0000"))
    await sync(engine, telling(portal, told), now=NOW + timedelta(hours=1))
    stored = await row(engine, "select first_due_on, due_on, particulars from dossier.head_v2")
    assert (stored["first_due_on"], stored["due_on"]) == (date(2024, 1, 18), date(2024, 1, 25))
    assert stored["particulars"] == {"due_changes": [["2024-01-16", "2024-01-18", "2024-01-25", "supplement"]]}


# --- a ledger that was begun in format 1 -------------------------------------------------------------------

_OLD_TEXT = """
select feed_id, page, dossier_code, number, applied, agency_code, procedure_code, field_code, channel, status,
             received_on, due_on, first_due_on, statutory_due_on, ended_on, returned_on, supplements, flags,
             to_char(modified_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"+00"'), source_hash, record, previous_feed_id,
             previous_page
      from dossier.revision where page = {page} order by dossier_code
"""


async def written_in_format_1(url: str) -> None:
    """Two pages as the program before wrote them: its columns, its digests, computed by Postgres and this test."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("set timezone = 'UTC'")
        await connection.execute(
            "insert into dossier.feed (feed, portal, kind, every_seconds, page) "
            "values ('fake/dossiers', 'fake', 'dossiers', 60, 2)"
        )
        before = bytes(32)
        for page in (1, 2):
            before = await _old_page(connection, page, before)
    finally:
        await connection.close()


async def _old_page(connection: asyncpg.Connection, page: int, before: bytes) -> bytes:
    await connection.execute(
        """
        insert into dossier.revision
        values (1, $1, $2, 1, true, 'H24.99', '1.005142', 'G08-GD01', null, 10, '2024-01-15', '2024-01-18',
                '2024-01-18', null, '2024-01-17', null, '[["2024-01-16", "2024-01-17"]]', '{channel_unknown}',
                '2024-01-17T08:00:01.231Z', sha256($3::bytea), '{"a":"\\u1ec7"}', null, null)
        """,
        *(page, f"000.00.99.H24-240115-{page:04d}", str(page).encode()),
    )
    await connection.execute(
        """
        insert into dossier.head select dossier_code, source_hash, feed_id, page, 1, 1, null, null, modified_at, status,
               agency_code, due_on from dossier.revision where page = $1
        """,
        page,
    )
    text = bytearray()
    await connection.copy_from_query(_OLD_TEXT.format(page=page), output=_Sink(text).write)
    digest = sha256(b"motcua page 1\tfake/dossiers\n" + bytes(text)).digest()
    chained = sha256(before + digest).digest()
    await connection.execute(
        "insert into dossier.ledger_entry (entry, feed_id, page, revisions, opened, closed, page_digest, digest) "
        "values ($1, 1, $1, 1, 0, 0, $2, $3)",
        *(page, digest, chained),
    )
    return chained


class _Sink:
    def __init__(self, text: bytearray) -> None:
        self._text = text

    async def write(self, data: bytes) -> None:
        self._text += data


async def test_a_ledger_begun_in_format_1_goes_on_in_format_2_and_verifies_whole(server: Server) -> None:
    async with server.an_empty_database() as url:
        configured = migrate._config("dossier_sync", "dossier", url)
        await asyncio.to_thread(command.upgrade, configured, "0001")
        await written_in_format_1(url)
        await asyncio.to_thread(migrate.upgrade, "dossier_sync", "dossier", url)
        engine = create_engine(url, application_name="test", pool_size=2)
        try:
            await _goes_on(engine)
        finally:
            await engine.dispose()


async def _goes_on(engine: AsyncEngine) -> None:
    assert await broken(engine) is None
    await sync(engine, FakeIgate([a_record("000.00.99.H24-240115-0009")]).portal(), name=FEED)
    formats = await rows(engine, "select format, entry from dossier.ledger_entry order by entry")
    assert [one["format"] for one in formats] == [1, 1, 2]
    assert await broken(engine) is None
    for tampering, said in _TAMPERINGS:
        async with engine.connect() as connection:
            await connection.exec_driver_sql(tampering)
            assert said in (await _broken_here(connection) or "")
            await connection.rollback()


_TAMPERINGS: Any = (
    ("update dossier.ledger_entry set format = 2 where entry = 1", "entry 1: its rows are not those"),
    ("update dossier.ledger_entry set format = 1 where entry = 3", "entry 3: its rows are not those"),
    ("update dossier.ledger_entry set format = 3 where entry = 3", "entry 3: its format 3 is not known"),
    ("update dossier.revision set particulars = '{}' where page = 1", "entry 1: its rows hold what its format"),
    ("update dossier.revision set status = 9 where page = 2", "entry 2: its rows are not those"),
)


async def _broken_here(connection: AsyncConnection) -> str | None:
    return (await verify(connection)).broken
