"""The console: what an operator sees, in two languages, and what it refuses."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import get_args

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.console import pages
from dossier_sync.console.words import WORDS, Language, ago, span
from dossier_sync.domain.reasons import WhoMustAct
from dossier_sync.domain.replay import Trigger, What
from shared.runtime.database import transaction
from shared.sync.verdicts import FeedState, Verdict
from support.dossier_api import KEY, a_key, an_api
from support.fake_igate import FakeIgate, a_record
from support.replaying import ordered
from support.syncing import FEED, NOW, plans_of, sync
from support.working import changed, registered

PAGES = ("/console", "/console/runs", "/console/quarantine", "/console/reconciliation")
HOSTILE = "<script>alert(1)</script>\"'&"


@pytest.fixture
async def browser(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser: it has no key, and follows nothing by itself."""
    async with an_api(engine, database_url) as client:
        client.headers.pop("Authorization")
        yield client


@pytest.fixture
async def signed_in(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    answer = await browser.post("/console/sign-in", content=f"key={KEY}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console?lang=vi")
    return browser


@pytest.fixture
async def _synced(engine: AsyncEngine) -> None:
    bad = a_record("000.00.99.H24-240115-0002", acceptedDate="2024-02-30T01:00:00.000+0000")
    await sync(engine, FakeIgate([a_record(), bad]).portal())
    await ordered(engine, What.QUARANTINE)


async def test_without_a_key_every_page_leads_to_the_sign_in(browser: httpx.AsyncClient) -> None:
    for path in PAGES:
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")
    browser.cookies.set("motcua_console", "mtc_" + "A" * 43)
    assert (await browser.get("/console")).status_code == 303
    form = await browser.get("/console/sign-in", params={"lang": "en"})
    assert (form.status_code, "API key" in form.text) == (200, True)


async def test_the_key_is_kept_where_no_script_and_no_other_site_can_use_it(
    browser: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    answer = await browser.post("/console/sign-in", content=f"key={KEY}")
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/console", "Max-Age=43200"):
        assert part in cookie
    left = await browser.post("/console/sign-out")
    assert 'motcua_console=""' in left.headers["set-cookie"]
    other = "mtc_" + "z" * 43
    await a_key(engine, other, client="z", scopes=["dossiers:read"])
    for wrong in (other, "mtc_" + "A" * 43, "", "k" * 10_000, "%00%ff"):
        refused = await browser.post("/console/sign-in", content=f"key={wrong}")
        assert (refused.status_code, "set-cookie" in refused.headers) == (401, False)
        assert not wrong or wrong not in refused.text


async def test_when_no_portal_answers_the_operator_is_sent_to_our_own_network_first(
    signed_in: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    feeds = dict.fromkeys((FEED, "other/dossiers"), lambda: FakeIgate([a_record()]).portal())
    await registered(engine, plans_of(feeds).current())
    advice = "No portal answers: look at our own network first."
    assert advice not in (await signed_in.get("/console", params={"lang": "en"})).text
    await changed(engine, "update dossier.feed set last_failure = 'unavailable', failures = 1")
    assert advice in (await signed_in.get("/console", params={"lang": "en"})).text


@pytest.mark.usefixtures("_synced")
async def test_an_operator_sees_what_stands_where(signed_in: httpx.AsyncClient) -> None:
    home = (await signed_in.get("/console")).text
    assert FEED in home
    for shown in ("Thành công", "Cổng im lặng", "Cần xử lý: 1 / 1", "H24"):
        assert shown in home
    runs = (await signed_in.get("/console/runs", params={"feed": FEED, "lang": "en"})).text
    assert "Succeeded" in runs
    aside = (await signed_in.get("/console/quarantine")).text
    for shown in ("không tồn tại", "Báo cổng sửa ngày", "received_on", "officer", "bản ghi cách ly"):
        assert shown in aside
    assert "is a day that does not exist" in (await signed_in.get("/console/quarantine", params={"lang": "en"})).text
    counts = (await signed_in.get("/console/reconciliation")).text
    assert re.findall(r'data-label="Cổng báo có">(\d+)<', counts) == ["2"]
    assert re.findall(r'data-label="Chưa giải thích">(\d+)<', counts) == ["0"]
    assert (await signed_in.get("/console", params={"lang": "xx"})).status_code == 422


@pytest.mark.usefixtures("_synced")
async def test_a42_what_a_portal_wrote_is_shown_and_never_run(
    signed_in: httpx.AsyncClient, engine: AsyncEngine
) -> None:
    async with transaction(engine) as connection:
        hostile = {"hostile": HOSTILE}
        await connection.execute(
            text("update dossier.feed set feed = :hostile, portal = :hostile, notice = :hostile"), hostile
        )
        await connection.execute(text("update dossier.run set detail = :hostile, failure = :hostile"), hostile)
        await connection.execute(
            text("update dossier.quarantine set field = :hostile, agency_code = :hostile"), hostile
        )
        await connection.execute(text("update dossier.replay set requested_by = :hostile"), hostile)
    for path in PAGES:
        answer = await signed_in.get(path)
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert "&lt;script&gt;" in answer.text
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"\son\w+=|style=|https?://", answer.text)
    sheet = await signed_in.get("/console/style.css")
    assert sheet.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import|http", sheet.text)


def test_every_word_the_pages_use_is_there_in_both_languages() -> None:
    used: set[str] = set()
    for template in Path(pages.__file__).with_name("templates").glob("*.html"):
        used |= set(re.findall(r'\bt\("(\w+)"\)', template.read_text())) | set(
            re.findall(r"\bt\('(\w+)'\)", template.read_text())
        )
    used |= {*map(str, Verdict), *map(str, FeedState), *map(str, Trigger), *get_args(WhoMustAct)}
    used |= {f"what_{one}" for one in What}
    assert used <= set(WORDS)
    assert all(vi and en for vi, en in WORDS.values())


def test_ages_are_told_in_their_largest_unit() -> None:
    told = [span(timedelta(seconds=n), Language.VI) for n in (0, 59, 61, 7_200, 200_000)]
    assert told == ["0 giây", "59 giây", "1 phút", "2 giờ", "2 ngày"]
    assert ago(NOW + timedelta(minutes=5), NOW, Language.EN) == "in 5 min"
    assert ago(None, NOW, Language.EN) == "never"
