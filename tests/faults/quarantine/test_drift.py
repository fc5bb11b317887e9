"""The portal's contract changes: new fields are noticed, and a needed field that changed makes nothing green."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.sync.verdicts import Verdict
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record
from support.syncing import FEED, row, rows, sync


def some(count: int, **changed: Any) -> list[dict[str, Any]]:
    return [a_record(f"000.00.99.H24-240115-{n:04d}", **changed) for n in range(1, count + 1)]


def renamed(record: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {new if name == old else name: value for name, value in record.items()}


@pytest.fixture
async def api(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with an_api(engine, database_url) as client:
        yield client


@pytest.mark.fault("F37")
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("acceptedDate", lambda one: renamed(one, "acceptedDate", "receivedDate")),
        ("acceptedDate", lambda one: {**one, "acceptedDate": 1705282200000}),
        ("procedure", lambda one: renamed(one, "procedure", "formality")),
        ("agency", lambda one: {**one, "agency": "000.00.99.H24"}),
        (
            "dossierTaskStatus",
            lambda one: renamed(renamed(one, "dossierTaskStatus", "taskState"), "dossierStatus", "state"),
        ),
    ],
    ids=["renamed date", "retyped date", "renamed object", "retyped object", "renamed states"],
)
async def test_f37_a_needed_field_that_changed_sends_the_page_to_quarantine(
    engine: AsyncEngine, api: httpx.AsyncClient, field: str, change: Any
) -> None:
    before = FakeIgate(some(6))
    await sync(engine, before.portal(10))
    heads = await rows(engine, "select * from dossier.head order by dossier_code")
    proven = await row(engine, "select watermark, data_until from dossier.feed")
    drifted = FakeIgate([change(one) for one in some(6, updatedDate="2024-01-18T08:00:01.231+0000")])
    ending = await sync(engine, drifted.portal(10))
    assert (ending.verdict, ending.failure) == (Verdict.PARTIAL, "contract_drift")
    assert await rows(engine, "select * from dossier.head order by dossier_code") == heads  # nothing was believed
    aside = await rows(engine, "select reason, field from dossier.quarantine where closed_page is null")
    assert [(one["reason"], one["field"]) for one in aside] == [("contract_drift", field)] * 6
    assert await row(engine, "select watermark, data_until from dossier.feed") == proven
    alarm = f'motcua_feed_last_failure{{failure="contract_drift",feed="{FEED}"}} 1.0'
    assert alarm in (await api.get("/metrics")).text
    again = await sync(engine, drifted.portal(10))  # met again: still no green
    assert (again.verdict, again.failure) == (Verdict.PARTIAL, "contract_drift")
    mended = FakeIgate(some(6, updatedDate="2024-01-19T08:00:01.231+0000"))
    assert (await sync(engine, mended.portal(10))).verdict is Verdict.SUCCEEDED
    assert (await row(engine, "select quarantined from dossier.feed"))["quarantined"] == 0


@pytest.mark.fault("F37")
async def test_f37_a_new_field_is_noticed_and_not_kept(engine: AsyncEngine) -> None:
    source = FakeIgate(some(6, chuKySo={"nguoiKy": "Người Không Có Thật 8"}))
    ending = await sync(engine, source.portal(10))
    assert ending.verdict is Verdict.SUCCEEDED
    assert "chuKySo" in ((await row(engine, "select detail from dossier.run"))["detail"] or "")
    assert not [one for one in await rows(engine, "select record from dossier.revision") if "Thật" in one["record"]]


async def test_a_record_by_itself_is_no_contract(engine: AsyncEngine) -> None:
    records = some(6)
    records[0].pop("acceptedDate")
    records[1]["agency"] = "000.00.99.H24"
    assert (await sync(engine, FakeIgate(records).portal(10))).verdict is Verdict.SUCCEEDED
    assert (await row(engine, "select reason from dossier.quarantine"))["reason"] == "shape"
