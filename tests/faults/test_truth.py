"""The guard against false green is itself tried: it must see a row that is missing, old, or vouched for by nobody."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.runtime.database import transaction
from support import truth
from support.fake_igate import FakeIgate, a_record
from support.syncing import sync

CODES = [f"000.00.99.H24-240115-{n:04d}" for n in range(1, 5)]


@pytest.fixture(autouse=True)
def _what_is_broken_here_is_broken_on_purpose(database_url: str) -> Iterator[None]:
    assert database_url
    yield
    truth.forget()


async def synced(engine: AsyncEngine) -> None:
    await sync(engine, FakeIgate([a_record(code) for code in CODES]).portal())


async def spoil(engine: AsyncEngine, statement: str) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text(statement))


async def test_an_honest_run_passes(engine: AsyncEngine, database_url: str) -> None:
    await synced(engine)
    await truth.compare(database_url)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from dossier.revision where dossier_code like '%0003'",
        "update dossier.revision set modified_at = modified_at - interval '1 day', source_hash = 'x'"
        " where dossier_code like '%0003'",
    ],
    ids=["missing", "an older version"],
)
async def test_a_row_that_is_not_here_is_seen(engine: AsyncEngine, database_url: str, statement: str) -> None:
    await synced(engine)
    await spoil(engine, "update dossier.head set source_hash = 'x'")
    await spoil(engine, statement)
    with pytest.raises(AssertionError, match=r"succeeded without .*0003"):
        await truth.compare(database_url)


async def test_a_run_nobody_vouches_for_proves_nothing(engine: AsyncEngine, database_url: str) -> None:
    await synced(engine)
    truth.forget()
    with pytest.raises(AssertionError, match="no portal says what it held"):
        await truth.compare(database_url)


async def test_an_unproven_run_may_lack_what_it_likes(engine: AsyncEngine, database_url: str) -> None:
    await synced(engine)
    await spoil(engine, "delete from dossier.revision")
    await spoil(engine, "update dossier.run set verdict = 'partial'")
    await truth.compare(database_url)
