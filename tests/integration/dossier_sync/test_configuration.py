"""A worker told by a file of portals: what the file names is carried, and a change needs no restart."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.configuration import configured
from dossier_sync.portals.national_evaluation import NationalEvaluation
from dossier_sync.settings import DossierSyncSettings
from dossier_sync.worker import Habits, work_once
from shared.runtime.database import transaction
from shared.sync.portal_file import PortalFileInvalid
from shared.sync.watched_file import FilePlans
from support.syncing import rows

PORTAL = """
[portal.{name}]
url = "https://{name}.test"
[portal.{name}.feed.dossiers]
adapter = "igate"
agencies = ["H24"]
{more}
"""


def told(tmp_path: Path, *portals: tuple[str, str], **more: Any) -> DossierSyncSettings:
    path = tmp_path / "portals.toml"
    path.write_text("".join(PORTAL.format(name=name, more=lines) for name, lines in portals))
    return DossierSyncSettings(DOSSIER_SYNC_DATABASE_URL="postgresql://unused", DOSSIER_SYNC_PORTALS=path, **more)


async def feeds(engine: AsyncEngine, columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await rows(engine, f"select {columns} from dossier.feed order by feed")]


async def test_the_file_names_the_feeds_with_their_terms(engine: AsyncEngine, tmp_path: Path) -> None:
    settings = told(tmp_path, ("one", "priority = 5\nrank = 7"), ("two", 'every = "1h"\nenabled = false'))
    plans = await configured(settings, engine)
    assert list(plans.current()) == ["one/dossiers"]
    assert await feeds(engine, "feed, every_seconds, priority, rank, enabled") == [("one/dossiers", 300, 5, 7, True)]


async def test_a_portal_of_published_counts_is_compared_with_the_feed_of_its_agency(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    settings = told(tmp_path, ("one", ""))
    evaluation = """
[portal.national]
url = "https://national.test"
[portal.national.feed.evaluation]
adapter = "national_evaluation"
agencies = ["{agency}"]
options = {{ root_department_id = "019d2be3" }}
"""
    file = tmp_path / "portals.toml"
    file.write_text(file.read_text() + evaluation.format(agency="H24"))
    (plan,) = (await configured(settings, engine)).current().values()
    assert list(plan.evaluations) == ["national"]
    counter = plan.evaluations["national"]()
    assert isinstance(counter, NationalEvaluation)
    await counter.aclose()
    file.write_text(file.read_text().replace('agencies = ["H24"]\noptions', 'agencies = ["H26"]\noptions'))
    (plan,) = (await configured(settings, engine)).current().values()
    assert plan.evaluations == {}
    file.write_text(file.read_text().replace("root_department_id", "root_departement"))
    with pytest.raises(PortalFileInvalid, match="root_departement"):
        await configured(settings, engine)


async def test_a_changed_file_is_applied_without_a_restart(engine: AsyncEngine, tmp_path: Path) -> None:
    plans = await configured(told(tmp_path, ("one", ""), ("two", "")), engine)
    told(tmp_path, ("three", ""), ("two", 'every = "1h"'))
    await plans.refresh(engine)
    assert sorted(plans.current()) == ["three/dossiers", "two/dossiers"]
    assert await feeds(engine, "feed, every_seconds, enabled") == [
        ("one/dossiers", 300, False),
        ("three/dossiers", 300, True),
        ("two/dossiers", 3600, True),
    ]
    told(tmp_path, ("one", ""), ("two", ""))
    await plans.refresh(engine)
    assert await feeds(engine, "feed, enabled") == [
        ("one/dossiers", True),
        ("three/dossiers", False),
        ("two/dossiers", True),
    ]


async def test_a_wrong_file_changes_nothing_and_is_told_until_it_is_mended(engine: AsyncEngine, tmp_path: Path) -> None:
    settings = told(tmp_path, ("one", ""))
    plans = await configured(settings, engine)
    assert isinstance(plans, FilePlans)
    told(tmp_path, ("one", "evry = '1h'"))
    await plans.refresh(engine)
    await plans.refresh(engine)
    ((every, notice),) = await feeds(engine, "every_seconds, notice")
    assert every == 300
    assert "line 7: portal.one.feed.dossiers.evry: there is no such key; did you mean every?" in notice
    assert list(plans.current()) == ["one/dossiers"]
    (tmp_path / "portals.toml").unlink()
    await plans.refresh(engine)
    assert "cannot be read" in (await feeds(engine, "notice"))[0][0]
    told(tmp_path, ("one", "every = '1h'"))
    await plans.refresh(engine)
    assert await feeds(engine, "every_seconds, notice") == [(3600, None)]


async def test_a_worker_does_not_start_on_a_wrong_file(engine: AsyncEngine, tmp_path: Path) -> None:
    with pytest.raises(PortalFileInvalid):
        await configured(told(tmp_path, ("one", "every = 1")), engine)
    assert await feeds(engine, "feed") == []


async def test_without_a_file_the_environment_names_the_feed(engine: AsyncEngine) -> None:
    settings = DossierSyncSettings(DOSSIER_SYNC_DATABASE_URL="postgresql://unused", DOSSIER_SYNC_PORTALS="")
    plans = await configured(settings, engine)
    assert list(plans.current()) == ["haiphong-igate/dossiers"]
    async with transaction(engine) as connection:
        await connection.execute(text("update dossier.feed set enabled = false"))
    await configured(settings, engine)
    assert await feeds(engine, "feed, enabled, configuration") == [("haiphong-igate/dossiers", False, None)]


async def test_the_grid_of_runs_goes_through_the_time_of_day(engine: AsyncEngine, tmp_path: Path) -> None:
    settings = told(tmp_path, ("one", 'every = "1d"\nat = "02:30"'))
    await configured(settings, engine)
    await configured(settings, engine)
    local = "(next_at at time zone 'Asia/Ho_Chi_Minh')::time::text"
    local += ", next_at <= now() as due, next_at > now() - interval '1 day'"
    assert await feeds(engine, local) == [("02:30:00", True, True)]


@pytest.mark.fault("F131")
async def test_a_secret_that_is_gone_leaves_the_feed_waiting_with_a_notice(engine: AsyncEngine, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    told(tmp_path, ("one", ""))
    path = tmp_path / "portals.toml"
    path.write_text(path.read_text() + f'[portal.one.auth]\nkind = "bearer"\ntoken = "file:{secret}"\n')
    settings = DossierSyncSettings(DOSSIER_SYNC_DATABASE_URL="postgresql://unused", DOSSIER_SYNC_PORTALS=path)
    plans = await configured(settings, engine)
    secret.unlink()
    habits = Habits(owner="w", plans=plans, lease=timedelta(seconds=60), poll_seconds=0.02)
    assert await work_once(engine, habits, asyncio.Event()) is None
    ((owner, waits, notice),) = await feeds(engine, "owner, closed_until > now() + interval '4 min', notice")
    assert (owner, waits) == (None, True)
    assert "cannot be opened" in notice
