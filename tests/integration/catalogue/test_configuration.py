"""A catalogue told by a file of portals: each part is read where the file says, and a change needs no restart."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import worker
from catalogue.configuration import configured
from catalogue.plan import CataloguePlan
from catalogue.publishing import Policy
from catalogue.settings import CatalogueSettings
from catalogue.sync import run_feed
from shared.sync.portal_file import PortalFileInvalid
from shared.sync.secrets import SecretMissing
from shared.sync.verdicts import Verdict
from shared.sync.watched_file import FilePlans, Plans
from support.sandbox import a_sandbox
from support.syncing import rows

EXAMPLE = Path(__file__).parents[3] / "deploy" / "portals.example.toml"
NATIONAL = """
[portal.national]
url = "{url}"
requests_per_second = 1000
[portal.national.feed.procedures]
adapter = "national_v1"
agencies = ["H24.99"]
every = "1d"
at = "01:30"
priority = 7
options = {{ page_size = 50 }}
"""
PARTS = """
[portal.session-services]
url = "{url}"
requests_per_second = 1000
[portal.session-services.auth]
kind = "session"
username = "sandbox"
password = "env:RPC_PASSWORD"
[portal.session-services.feed.agencies]
adapter = "national_rpc"
agencies = ["{agency}"]
options = {{ unit = "000.00.00.H24" }}

[portal.gateway]
url = "{url}"
requests_per_second = 1000
[portal.gateway.feed.decisions]
adapter = "national_gateway"
agencies = ["{agency}"]

[portal.days]
url = "{url}"
[portal.days.feed.decisions]
adapter = "decision_list"
agencies = ["{agency}"]
options = {{ path = "/sandbox/decisions" }}
"""


CITY = """
[portal.city]
url = "https://city.test"
[portal.city.feed.dossiers]
adapter = "igate"
agencies = ["H24"]
"""


class File:
    """A file of portals and the secrets it refers to."""

    def __init__(self, folder: Path) -> None:
        self.path, self.secrets = folder / "portals.toml", folder / "secrets"
        self.secrets.write_text("RPC_PASSWORD=sandbox-password\n")

    def write(self, text: str, **told: str) -> CatalogueSettings:
        self.path.write_text(text.format(**{"url": "https://national.test", "agency": "H24", **told}))
        return CatalogueSettings(
            CATALOGUE_DATABASE_URL="postgresql://unused",
            CATALOGUE_PORTALS=self.path,
            CATALOGUE_SECRETS_FILE=self.secrets,
        )


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path)


async def opened(plans: Plans[CataloguePlan], name: str = "national/procedures:H24.99") -> dict[str, bool]:
    """Which parts of the catalogue a feed reads."""
    async with plans.current()[name].open() as portals:
        return {part: getattr(portals, part) is not None for part in ("v1", "rpc", "gateway", "decision_list")}


async def feeds(engine: AsyncEngine, columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in await rows(engine, f"select {columns} from catalogue.feed order by feed")]


async def test_every_part_is_read_where_the_file_says(engine: AsyncEngine, file: File) -> None:
    async with a_sandbox() as sandbox:
        plans = await configured(file.write(NATIONAL + PARTS, url=sandbox.url), engine)
        ((name, plan),) = plans.current().items()
        async with plan.open() as portals:
            done = await run_feed(engine, portals, owner="test", only=name)
    assert done is not None
    assert (name, done.ending.verdict) == ("national/procedures:H24.99", Verdict.SUCCEEDED)
    assert await feeds(engine, "feed, every_seconds, priority, enabled") == [(name, 86_400, 7, True)]
    counted = "(select count(*) from catalogue.{})"
    counts = await feeds(engine, ", ".join(counted.format(one) + one for one in ("procedure", "agency", "decision")))
    assert all(count > 0 for count in counts[0]), counts


async def test_without_further_portals_only_procedures_are_read(engine: AsyncEngine, file: File) -> None:
    plans = await configured(file.write(NATIONAL), engine)
    assert await opened(plans) == {"v1": True, "rpc": False, "gateway": False, "decision_list": False}


async def test_a_portal_of_another_agency_completes_nothing(engine: AsyncEngine, file: File) -> None:
    plans = await configured(file.write(NATIONAL + PARTS, agency="H26"), engine)
    assert await opened(plans) == {"v1": True, "rpc": False, "gateway": False, "decision_list": False}


async def test_a_changed_file_is_applied_and_a_wrong_one_is_not(engine: AsyncEngine, file: File) -> None:
    plans = await configured(file.write(NATIONAL), engine)
    assert isinstance(plans, FilePlans)
    file.write(NATIONAL.replace('["H24.99"]', '["H24.99", "H26.99"]'))
    await plans.refresh(engine)
    assert await feeds(engine, "agency_code, enabled") == [("H24.99", True), ("H26.99", True)]
    file.write(NATIONAL.replace("page_size", "pagesize"))
    await plans.refresh(engine)
    assert sorted(plans.current()) == ["national/procedures:H24.99", "national/procedures:H26.99"]
    ((notice,), _) = await feeds(engine, "notice")
    assert "portal.national.feed.procedures.options.pagesize" in notice
    file.write(NATIONAL.replace('["H24.99"]', '["H26.99"]'))
    await plans.refresh(engine)
    assert await feeds(engine, "agency_code, enabled, notice") == [("H24.99", False, None), ("H26.99", True, None)]


@pytest.mark.parametrize(
    ("wrong", "right", "key"),
    [
        ('adapter = "national_v1"', 'adapter = "national_v2"', "procedures.adapter"),
        ('unit = "000.00.00.H24"', "", "options.unit"),
        ('"env:RPC_PASSWORD"', '"env:NOWHERE"', "auth.password"),
        ("feed.decisions", "feed.decision", "feed.decision"),
    ],
)
async def test_a_wrong_file_is_told_with_line_and_key(
    engine: AsyncEngine, file: File, wrong: str, right: str, key: str
) -> None:
    settings = file.write((NATIONAL + PARTS).replace(wrong, right))
    with pytest.raises(PortalFileInvalid, match=rf"line \d+: portal\..*{key}"):
        await configured(settings, engine)


async def test_a_secret_that_is_lost_keeps_the_feed_waiting_and_says_so(
    engine: AsyncEngine, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = await configured(file.write(NATIONAL + PARTS), engine)
    file.secrets.write_text("")
    with pytest.raises(SecretMissing):
        await opened(plans)
    monkeypatch.setattr(worker, "_IDLE_SECONDS", 0.01)
    working = asyncio.create_task(worker.work(engine, plans, Policy()))
    found: list[tuple[Any, ...]] = []
    for _ in range(400):
        found = await feeds(engine, "notice, closed_until > now() as waits, lease_until is null as free")
        if found[0][0]:
            break
        await asyncio.sleep(0.02)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    ((notice, waits, free),) = found
    assert "env:RPC_PASSWORD" in notice
    assert (waits, free) == (True, True)


async def test_a_file_without_procedures_leaves_the_catalogue_to_the_environment(
    engine: AsyncEngine, file: File
) -> None:
    plans = await configured(file.write(CITY), engine)
    assert await opened(plans) == {"v1": True, "rpc": True, "gateway": True, "decision_list": False}


async def test_the_first_procedures_a_file_names_need_no_restart_nor_do_the_last(
    engine: AsyncEngine, file: File
) -> None:
    plans = await configured(file.write(CITY), engine)
    (of_environment,) = plans.current()
    file.write(CITY + NATIONAL.replace('["H24.99"]', '["H26.99"]'))
    await plans.refresh(engine)
    (of_file,) = named = {"national/procedures:H26.99"}
    assert await opened(plans, of_file) == {"v1": True, "rpc": False, "gateway": False, "decision_list": False}
    enabled = dict(await feeds(engine, "feed, enabled"))
    assert ({name for name, on in enabled.items() if on}, set(enabled)) == (named, named | {of_environment})
    file.write(CITY)
    await plans.refresh(engine)
    assert list(plans.current()) == [of_environment]
    assert await opened(plans, of_environment) == {"v1": True, "rpc": True, "gateway": True, "decision_list": False}
    assert dict(await feeds(engine, "feed, enabled")) == {of_environment: True, of_file: False}


async def test_the_example_that_is_shipped_is_valid_for_the_catalogue(engine: AsyncEngine, file: File) -> None:
    file.secrets.write_text("NATIONAL_RPC_PASSWORD=x\n")
    plans = await configured(file.write(EXAMPLE.read_text().replace("{", "{{").replace("}", "}}")), engine)
    assert list(plans.current()) == ["national/procedures:H24.99"]
    assert await opened(plans) == {"v1": True, "rpc": True, "gateway": True, "decision_list": False}
