"""Runs over an OpenCPS: a portal that promises no order is read to its end, and proven by its count."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.portals.opencps import Opencps
from shared.runtime.http import Basic
from shared.sync.verdicts import Verdict
from support.portal_cases import GROUP, LATER, URL, Counted, a_sandbox, client_over
from support.syncing import row, sync

DOSSIERS = 2_236
NOW = datetime(2027, 1, 1, tzinfo=UTC)
RUN = "select mode, verdict, pages, seen, new, changed, unchanged from dossier.run order by run_id desc limit 1"


def a_portal(sandbox: Counted, *, newest_first: bool = False, group: str = GROUP) -> Opencps:
    client = client_over(sandbox, Basic("sandbox", "sandbox-password"))
    return Opencps(client, group_id=group, page_size=500, newest_first=newest_first)


@pytest.mark.parametrize("newest_first", [False, True])
async def test_what_changed_is_found_wherever_it_stands(engine: AsyncEngine, newest_first: bool) -> None:
    sandbox = a_sandbox(max_page_size=300)
    first = await sync(engine, a_portal(sandbox, newest_first=newest_first), now=NOW)
    assert first.verdict is Verdict.SUCCEEDED
    async with httpx.AsyncClient(transport=sandbox, base_url=URL) as operator:
        assert (await operator.post("/sandbox/changes", json={"share": 0.05, "round": 1})).is_success
    again = await sync(
        engine, a_portal(sandbox, newest_first=newest_first), mode="incremental", now=NOW.replace(year=2028)
    )
    assert again.verdict is Verdict.SUCCEEDED
    run = await row(engine, RUN)
    assert (run["mode"], run["new"]) == ("incremental", 0)
    assert run["changed"] > 50
    if not newest_first:  # no order: the run went to the end, which cost no parsing of what it knew
        assert run["seen"] == DOSSIERS
        assert run["unchanged"] == DOSSIERS - run["changed"]


async def test_another_site_has_nothing_and_that_is_not_believed_once_it_had(engine: AsyncEngine) -> None:
    sandbox = a_sandbox(max_page_size=5_000)
    assert (await sync(engine, a_portal(sandbox), now=NOW)).verdict is Verdict.SUCCEEDED
    wrong = await sync(engine, a_portal(sandbox, group="1"), now=NOW.replace(year=2028))
    assert (wrong.verdict, wrong.failure) == (Verdict.PARTIAL, "suspicious_empty")
    assert (await row(engine, "select count(*) as heads from dossier.head"))["heads"] == DOSSIERS


async def test_one_dossier_is_looked_up_by_its_code() -> None:
    portal = a_portal(a_sandbox())
    page = await anext(portal.pages(0, LATER))
    assert await portal.holds(page.keys[0])
    assert not await portal.holds("000.00.99.H24-990101-9999")
