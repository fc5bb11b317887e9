"""``deploy/postgres/restore_drill.py``: a backup that cannot be restored, or is not what was written, is told."""

import os
import runpy
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from motcua_local.binaries import find_binaries
from shared.runtime.clock import now
from support.fake_igate import FakeIgate
from support.signals import rule
from support.syncing import rows, sync

from .conftest import Spoil

DRILL = Path(__file__).parents[3] / "deploy" / "postgres" / "restore_drill.py"
METRIC = "motcua_restore_drill_succeeded_seconds"
LEFT = "select datname from pg_database where datname like 'motcua\\_drill\\_%'"


def _environment(database_url: str) -> dict[str, str]:
    """The server by libpq's variables; a stray address of the caller's must not be what is verified."""
    url = make_url(database_url)
    return {
        "PATH": f"{find_binaries(None)}:{os.defpath}",
        "PGHOST": url.host or "",
        "PGPORT": str(url.port),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "DOSSIER_SYNC_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
    }


def _backup_of(database_url: str, directory: Path) -> Path:
    """What the nightly job makes."""
    file = directory / "motcua.dump"
    name = make_url(database_url).database or ""
    command = ["pg_dump", "--format=custom", "--file", str(file), name]
    subprocess.run(command, env=_environment(database_url), check=True, capture_output=True)
    return file


def _drill(database_url: str, backup: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(DRILL), str(backup), *words]
    return subprocess.run(command, env=_environment(database_url), capture_output=True, text=True, check=False)


@pytest.mark.fault("F128")
async def test_f128_a_backup_that_restores_is_proven_and_its_hour_is_told(
    engine: AsyncEngine, database_url: str, portal: FakeIgate, tmp_path: Path
) -> None:
    await sync(engine, portal.portal())
    told = tmp_path / "motcua_restore.prom"
    begun = int(now().timestamp())
    done = _drill(database_url, _backup_of(database_url, tmp_path), "--metrics", str(told))
    assert (done.returncode, done.stderr) == (0, "")
    assert "the chain holds" in done.stdout
    lines = told.read_text().splitlines()
    assert lines[1] == f"# TYPE {METRIC} gauge"
    assert begun <= int(lines[2].removeprefix(f"{METRIC} ")) <= now().timestamp()
    assert await rows(engine, LEFT) == []
    assert METRIC in rule("RestoreDrillOverdue")


@pytest.mark.fault("F128")
def test_f128_the_hour_of_a_drill_is_never_one_that_has_yet_to_come(tmp_path: Path) -> None:
    """Rounded up it lies in the future, and an alert that takes the difference to now reads nonsense."""
    told = tmp_path / "motcua_restore.prom"
    runpy.run_path(str(DRILL))["write_success"](told, datetime(2026, 11, 26, 15, 1, 42, 999_999, tzinfo=UTC))
    assert told.read_text().splitlines()[2] == f"{METRIC} 1795705302"


@pytest.mark.fault("F128")
@pytest.mark.parametrize("harm", ["cut off", "not a backup", "not there"])
async def test_f128_a_backup_that_cannot_be_read_is_told_and_counts_as_no_drill(
    engine: AsyncEngine, database_url: str, portal: FakeIgate, tmp_path: Path, harm: str
) -> None:
    await sync(engine, portal.portal())
    backup = _backup_of(database_url, tmp_path)
    if harm == "cut off":
        backup.write_bytes(backup.read_bytes()[:-4000])
    elif harm == "not a backup":
        backup.write_text("disk full")
    else:
        backup.unlink()
    told = tmp_path / "motcua_restore.prom"
    done = _drill(database_url, backup, "--metrics", str(told))
    assert done.returncode == 1
    assert done.stderr.startswith("The backup cannot be restored. Keep the last good one")
    assert "pg_restore said: " in done.stderr
    assert not told.exists()
    assert await rows(engine, LEFT) == []


@pytest.mark.fault("F128", "F129")
async def test_f128_a_backup_of_a_ledger_edited_by_hand_does_not_pass(
    engine: AsyncEngine, database_url: str, portal: FakeIgate, tmp_path: Path, spoil: Spoil
) -> None:
    portal.truth.excused.update(str(record["code"]) for record in portal.records)
    await sync(engine, portal.portal())
    await spoil("update dossier.revision set ended_on = ended_on - 1 where dossier_code like '%0003'")
    done = _drill(database_url, _backup_of(database_url, tmp_path))
    assert done.returncode == 1
    assert "is not what was written" in done.stderr
    assert "broken at" in done.stderr
    assert await rows(engine, LEFT) == []
