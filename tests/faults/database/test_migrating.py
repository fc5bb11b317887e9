"""Migrations beside a sync that works, and migrations that fail half-way."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.app import build
from dossier_sync.settings import DossierSyncSettings
from shared.runtime.clock import monotonic
from shared.runtime.database import transaction
from shared.runtime.migrate import current, head, upgrade
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate
from support.syncing import row, sync

from .conftest import Spoil

VERSION = """
from alembic import op

revision, down_revision = "{revision}", {before!r}

def upgrade() -> None:
{body}
"""

Versions = Callable[..., str]


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Versions]:
    """Makes a package with one migration for each body of statements; answers its name."""
    name = f"migrating_{tmp_path.name.replace('-', '_')}"
    monkeypatch.syspath_prepend(tmp_path)

    def make(*bodies: str) -> str:
        place = tmp_path / name / "migrations" / "versions"
        place.mkdir(parents=True)
        (tmp_path / name / "__init__.py").touch()
        for number, body in enumerate(bodies, 1):
            before = f"{number - 1:04d}" if number > 1 else None
            written = VERSION.format(revision=f"{number:04d}", before=before, body=f"    {body}")
            (place / f"{number:04d}_step.py").write_text(written)
        return name

    yield make
    for module in [one for one in sys.modules if one.startswith(name)]:
        del sys.modules[module]


@pytest.mark.fault("F125")
async def test_f125_a_migration_that_cannot_get_its_lock_gives_up_and_the_sync_goes_on(
    engine: AsyncEngine, database_url: str, portal: FakeIgate, versions: Versions
) -> None:
    package = versions('op.execute("alter table dossier.head add column later integer")')
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    started = monotonic()
    async with transaction(engine) as page:
        await page.execute(text("update dossier.head set status = status"))
        with pytest.raises(Exception, match="lock timeout"):
            await asyncio.to_thread(upgrade, package, "later", database_url)
        assert 1.5 < monotonic() - started < 4
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED
    await asyncio.to_thread(upgrade, package, "later", database_url)
    assert (await sync(engine, portal.portal())).verdict is Verdict.SUCCEEDED, "old code, new table: they go together"


@pytest.mark.fault("F126")
async def test_f126_a_migration_that_fails_half_way_leaves_nothing(
    engine: AsyncEngine, database_url: str, versions: Versions
) -> None:
    package = versions('op.execute("create table half.made (one integer)")', 'op.execute("select 1 / 0")')
    with pytest.raises(Exception, match="division by zero"):
        await asyncio.to_thread(upgrade, package, "half", database_url)
    async with engine.connect() as connection:
        assert await current(connection, "half") is None
    assert (await row(engine, "select to_regclass('half.made') as made"))["made"] is None


@pytest.mark.fault("F126")
async def test_f126_code_over_a_schema_of_another_version_is_not_ready(
    engine: AsyncEngine, database_url: str, spoil: Spoil
) -> None:
    app = build(DossierSyncSettings(DATABASE_URL=database_url))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        assert (await client.get("/readyz")).status_code == 200
        await spoil("update dossier.alembic_version set version_num = '9999'")
        answer = await client.get("/readyz")
    await app.state.engine.dispose()
    assert answer.status_code == 503
    assert f"is at 9999, this code needs {head('dossier_sync')}" in answer.json()["checks"]["schema"]
