"""``check-portal`` says in plain sentences what an operator should mend, and tells no person's data."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import stamina

from dossier_sync.checking import Grade, Report, check
from dossier_sync.settings import DossierSyncSettings
from dossier_sync.wiring import source_of
from support.fake_igate import FakeIgate, a_record, waiting
from support.sandbox import Sandbox, a_sandbox
from support.syncing import FEED, plans_of

RIGHT = "sandbox-secret"
TERMS = """
[portal.city]
url = "{url}"
[portal.city.auth]
kind = "client_credentials"
token_url = "{url}/auth/realms/digo/protocol/openid-connect/token"
client_id = "sandbox-client"
secret = "file:{secret}"
[portal.city.feed.dossiers]
adapter = "igate"
agencies = ["H24"]
options.page_size = {size}
"""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with a_sandbox(max_page_size=200) as sandbox:
        yield sandbox


async def checked(sandbox: Sandbox, tmp_path: Path, *, secret: str = RIGHT, size: int = 200) -> Report:
    held, file = tmp_path / "secret", tmp_path / "portals.toml"
    held.write_text(secret)
    file.write_text(TERMS.format(url=sandbox.url, secret=held, size=size))
    source = source_of(DossierSyncSettings(DOSSIER_SYNC_DATABASE_URL="postgresql://unused", DOSSIER_SYNC_PORTALS=file))
    assert source is not None
    with stamina.set_testing(True, attempts=1):
        return await check(source.plans(source.read())["city/dossiers"])


def said(report: Report) -> str:
    return "\n".join(map(str, report.findings))


async def test_a_portal_in_order_is_trusted(sandbox: Sandbox, tmp_path: Path) -> None:
    report = await checked(sandbox, tmp_path)
    assert report.findings[0].grade is Grade.GOOD
    assert "counts 2236 dossiers" in said(report)
    assert report.worst is not Grade.BROKEN


async def test_a_wrong_secret_is_told_and_not_shown(sandbox: Sandbox, tmp_path: Path) -> None:
    report = await checked(sandbox, tmp_path, secret="hunter2-hunter2")
    assert report.worst is Grade.BROKEN
    assert "does not accept our login" in said(report)
    assert "hunter2" not in said(report)


async def test_a_page_that_is_cut_names_the_size_to_set(sandbox: Sandbox, tmp_path: Path) -> None:
    report = await checked(sandbox, tmp_path, size=500)
    assert "500 records were asked for and 200 given: set page_size to that." in said(report)
    assert report.worst is Grade.DOUBTFUL


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("F12", "has not the agreed form"),
        ("F15", "has not the agreed form"),
        ("F13", "has moved"),
        ("F09", "does not answer"),
    ],
)
async def test_each_way_to_fail_names_its_remedy(sandbox: Sandbox, tmp_path: Path, fault: str, told: str) -> None:
    await sandbox.fault(fault, path="igate", pages=[0], times=None)
    report = await checked(sandbox, tmp_path)
    assert report.worst is Grade.BROKEN
    assert told in said(report)


async def test_what_no_map_knows_is_counted_by_word_and_no_person_is_named() -> None:
    name = "Người Không Có Thật 5"
    portal = FakeIgate(
        [
            a_record(),
            a_record("000.00.99.H24-240115-0002", **waiting("Chờ phép màu")),
            a_record("000.00.99.H24-240115-0003", procedure={"code": name}),
            a_record("000.00.99.H24-240115-0004", applyMethod={"id": 9, "name": name}),
            a_record("000.00.99.H24-240115-0005", acceptedDate=name),
        ]
    )
    report = await check(plans_of({FEED: lambda: portal.portal(10)}).current()[FEED])
    told = said(report)
    assert report.worst is Grade.DOUBTFUL
    assert "1 records come by a channel no map knows" in told
    assert "1 records name no national procedure code" in told
    assert "received_on (1)" in told
    assert "no Date header" in told
    assert "Không Có Thật" not in told
