"""The national portal beside the city's: asked before a dossier is held to be gone, compared, and never believed."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.configuration import configured
from dossier_sync.copies import compare
from dossier_sync.domain.copies import Agreement
from dossier_sync.plan import FeedPlan
from dossier_sync.portals import TellsCopies
from dossier_sync.repository.verify import verify
from dossier_sync.settings import DossierSyncSettings
from shared.domain.status import ENDED, DossierStatus
from shared.runtime.database import snapshot
from shared.runtime.http import PortalUnavailable
from shared.sync.portal_file import PortalFileInvalid
from support.fake_igate import FakeIgate, a_record, waiting
from support.sandbox import a_sandbox
from support.syncing import FEED, NOW, row, rows, sync

FILE = """
[portal.fake]
url = "{url}"
[portal.fake.feed.dossiers]
adapter = "igate"
agencies = ["H24"]

[portal.national]
url = "{url}"
requests_per_second = 1000
[portal.national.auth]
kind = "session"
username = "sandbox"
password = "env:RPC_PASSWORD"
[portal.national.feed.look_up]
adapter = "national_rpc"
agencies = ["{agency}"]
options = {{ {options} }}
"""
UNIT = 'unit = "000.00.00.H24"'
HEADS = "select dossier_code, status, source_hash, gone from dossier.head order by 1"
CODES = [f"000.00.99.H24-240115-{n:04d}" for n in range(6)]


class Copies:
    """A national portal that answers from memory; None: it does not answer."""

    def __init__(self, held: dict[str, DossierStatus] | None) -> None:
        self.held, self.asked = held, list[str]()

    async def holds(self, code: str) -> bool:
        return await self.status(code) is not None

    async def status(self, code: str) -> DossierStatus | None:
        self.asked.append(code)
        if self.held is None:
            raise PortalUnavailable("the national portal is away")
        return self.held.get(code)

    async def aclose(self) -> None:
        """There is nothing to close."""


async def told(
    engine: AsyncEngine, folder: Path, url: str = "https://x.test", agency: str = "H24", options: str = UNIT
) -> FeedPlan:
    """The plan of the city's feed, from a file that names a national portal."""
    path, secrets = folder / "portals.toml", folder / "secrets"
    path.write_text(FILE.format(url=url, agency=agency, options=options))
    secrets.write_text("RPC_PASSWORD=sandbox-password\n")
    settings = DossierSyncSettings(
        DOSSIER_SYNC_DATABASE_URL="postgresql://unused", DOSSIER_SYNC_PORTALS=path, DOSSIER_SYNC_SECRETS_FILE=secrets
    )
    return (await configured(settings, engine)).current()["fake/dossiers"]


async def after_two_sweeps_without_the_first(engine: AsyncEngine, copies: TellsCopies) -> list[str]:
    """Who is held to be gone when the city's list leaves one dossier out, twice."""
    portal = FakeIgate([a_record(code) for code in CODES])
    await sync(engine, portal.portal())
    portal.records = portal.records[1:]
    for _ in range(2):
        await sync(engine, portal.portal(), look_ups=[copies])
    async with snapshot(engine) as connection:
        assert (await verify(connection)).broken is None
    return [one["dossier_code"] for one in await rows(engine, "select dossier_code from dossier.head where gone")]


@pytest.mark.fault("F67")
async def test_f67_a_copy_at_the_national_portal_keeps_a_dossier_and_is_counted(engine: AsyncEngine) -> None:
    one = CODES[0].removeprefix("000.00.")
    stored = "H24.99-240115-0000"
    copies = Copies(dict.fromkeys((CODES[0], one, stored), DossierStatus.DONE))
    assert await after_two_sweeps_without_the_first(engine, copies) == []
    assert len(copies.asked) == 1
    assert (await row(engine, "select conflicts from dossier.run order by run_id desc limit 1"))["conflicts"] == 1


@pytest.mark.fault("F66")
async def test_f66_a_dossier_without_a_copy_either_is_gone(engine: AsyncEngine) -> None:
    copies = Copies({})
    assert await after_two_sweeps_without_the_first(engine, copies) == copies.asked


@pytest.mark.fault("F66")
async def test_f66_a_national_portal_that_does_not_answer_lets_no_dossier_go(engine: AsyncEngine) -> None:
    copies = Copies(None)
    assert await after_two_sweeps_without_the_first(engine, copies) == []
    assert (await row(engine, "select missing from dossier.feed"))["missing"] == 1


@pytest.mark.fault("F70")
async def test_f70_greener_copies_are_counted_and_change_nothing(engine: AsyncEngine) -> None:
    portal = FakeIgate(
        [a_record(CODES[0]), *(a_record(code, **waiting("Yêu cầu bổ sung giấy tờ")) for code in CODES[1:4])]
    )
    await sync(engine, portal.portal())
    ours = await rows(engine, HEADS)
    held = {one["dossier_code"]: DossierStatus.RETURNED for one in ours}
    open_ = sum(DossierStatus(one["status"]) not in ENDED for one in ours)
    found = await compare(engine, FEED, "national", Copies(held))
    assert open_ >= 3
    assert found[Agreement.GREENER] == open_
    assert await rows(engine, HEADS) == ours
    assert await compare(engine, FEED, "national", Copies({})) == {Agreement.MISSING: len(ours)}
    assert await compare(engine, FEED, "national", Copies(None)) == {}


async def test_copies_of_the_old_contract_agree_with_the_city(engine: AsyncEngine, tmp_path: Path) -> None:
    async with a_sandbox() as sandbox:
        await sync(engine, sandbox.igate(1000), now=NOW.replace(year=2027))
        copies = (await told(engine, tmp_path, sandbox.url)).look_ups["national"]()
        try:
            assert await compare(engine, FEED, "national", copies, 20) == {Agreement.SAME: 20}
        finally:
            await copies.aclose()


async def test_a_look_up_serves_the_agencies_it_names_and_those_below(engine: AsyncEngine, tmp_path: Path) -> None:
    assert list((await told(engine, tmp_path)).look_ups) == ["national"]
    assert list((await told(engine, tmp_path, agency="H26")).look_ups) == []
    with pytest.raises(PortalFileInvalid, match=r"line \d+: portal.national.feed.look_up.options.unit"):
        await told(engine, tmp_path, options="")
