"""What the file of portals says about how far a feed is trusted is what its runs do."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.plan import FixedPlans
from dossier_sync.wiring import Source
from dossier_sync.worker import work_once
from shared.runtime.database import transaction
from shared.sync.runs import Ending
from shared.sync.secrets import Secrets
from shared.sync.tables import FULL
from shared.sync.verdicts import Verdict
from support.fake_igate import FakeIgate, a_record
from support.syncing import row, rows
from support.working import habits, registered

FEED = "city/dossiers"
TOLD = """\
[portal.city]
url = "https://igate.test"
[portal.city.feed.dossiers]
adapter = "igate"
agencies = ["H24"]
"""
CODES = [f"000.00.99.H24-240115-{n:04d}" for n in range(30)]


class Feed:
    """A portal, and the feed that a file describes."""

    def __init__(self, engine: AsyncEngine, directory: Path, told: str) -> None:
        path = directory / "portals.toml"
        path.write_text(TOLD + told, encoding="utf-8")
        source = Source(path, Secrets({}))
        self.engine, self.portal = engine, FakeIgate([a_record(code) for code in CODES])
        self.portal.found = []
        plan = replace(source.plans(source.read())[FEED], open=lambda: self.portal.portal(10))
        self.plans = FixedPlans({FEED: plan})

    async def read(self) -> Ending:
        await registered(self.engine, self.plans.current())
        ending = await work_once(self.engine, habits(self.plans), asyncio.Event(), only=FEED, mode=FULL)
        assert ending is not None
        return ending


@pytest.mark.parametrize(
    ("told", "vanish", "failure"),
    [
        ("", 4, None),
        ("", 15, "count_drop"),
        ("absent_rows = 3\n", 4, "count_drop"),
        ("absent_rows = 15\n", 15, None),
        ("absent_share = 0.5\n", 15, None),
    ],
)
async def test_the_brake_holds_where_the_file_says(
    engine: AsyncEngine, tmp_path: Path, told: str, vanish: int, failure: str | None
) -> None:
    feed = Feed(engine, tmp_path, told)
    await feed.read()
    feed.portal.records = feed.portal.records[vanish:]
    assert (await feed.read()).failure == failure


@pytest.mark.parametrize(("told", "passes"), [("", 3), ("most_passes = 2\n", 2), ("most_passes = 5\n", 5)])
async def test_a_list_that_never_adds_up_is_read_as_often_as_the_file_says(
    engine: AsyncEngine, tmp_path: Path, told: str, passes: int
) -> None:
    feed = Feed(engine, tmp_path, told)

    def shrinks(request: httpx.Request) -> None:
        if request.url.params["page"] == "1":
            feed.portal.records.pop()

    feed.portal.faults.append(shrinks)
    assert (await feed.read()).verdict is Verdict.PARTIAL
    assert (await row(engine, "select passes from dossier.run"))["passes"] == passes


@pytest.mark.parametrize(("told", "gone"), [("", 4), ("most_looked_up = 1\n", 1)])
async def test_after_a_sweep_so_many_are_asked_for_one_by_one_as_the_file_says(
    engine: AsyncEngine, tmp_path: Path, told: str, gone: int
) -> None:
    feed = Feed(engine, tmp_path, told)
    await feed.read()
    feed.portal.records = feed.portal.records[4:]
    for _ in range(2):
        assert (await feed.read()).verdict is Verdict.SUCCEEDED
    assert len(await rows(engine, "select 1 from dossier.head where gone")) == gone


@pytest.mark.parametrize(("told", "failure"), [("", None), ("older_rows = 4\n", "regress")])
async def test_so_many_older_versions_are_a_restored_portal_as_the_file_says(
    engine: AsyncEngine, tmp_path: Path, told: str, failure: str | None
) -> None:
    feed = Feed(engine, tmp_path, told)
    await feed.read()
    for code in CODES[:4]:
        feed.portal.put(a_record(code, updatedDate="2024-01-10T08:00:00.000+0000"))
    assert (await feed.read()).failure == failure


USUALLY = """
insert into dossier.status_flow (feed_id, run_id, status, changed)
select feed_id, run_id, told.status, told.changed
from dossier.run,
     (select (select max(status) from dossier.head), 86000 union all select 1, 14000) told (status, changed)
"""


@pytest.mark.parametrize(("told", "alarms"), [("", []), ("shift_share = 0.13\n", ["status_shift"])])
async def test_so_far_a_state_may_be_from_its_usual_share_as_the_file_says(
    engine: AsyncEngine, tmp_path: Path, told: str, alarms: list[str]
) -> None:
    """All of what changes is in a state in which 86 of a hundred usually are."""
    feed = Feed(engine, tmp_path, told)
    codes = [f"000.00.99.H24-240115-{n:04d}" for n in range(250)]
    feed.portal.records = [a_record(code) for code in codes]
    await feed.read()
    async with transaction(engine) as connection:
        await connection.execute(text(USUALLY))
    feed.portal.records = [a_record(code, updatedDate="2024-01-17T09:00:00.000+0000") for code in codes]
    await feed.read()
    standing = await rows(engine, "select name from dossier.alarm where cleared_at is null")
    assert [one["name"] for one in standing] == alarms
