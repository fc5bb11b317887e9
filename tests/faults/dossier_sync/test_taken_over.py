"""What a dead worker had finished is not done again by whoever takes its run over."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync import sync as runs
from support.fake_igate import FakeIgate, a_record, waiting
from support.syncing import row, rows, sync
from support.working import changed

CODES = [f"000.00.99.H24-240115-{n:04d}" for n in range(1, 8)]


class Killed(BaseException):
    """The process ended here."""


def a_portal() -> FakeIgate:
    return FakeIgate([a_record(code, updatedDate=f"2024-01-17T08:00:0{n}.000+0000") for n, code in enumerate(CODES)])


async def dies(engine: AsyncEngine, portal: FakeIgate, monkeypatch: pytest.MonkeyPatch, **where: Any) -> None:
    """A run whose worker ends where it would ``_finish`` it; a minute later the lease is free."""

    async def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(runs, "_finish", killed)
        with pytest.raises(Killed):
            await sync(engine, portal.portal(), **where)
    await changed(engine, "update dossier.feed set lease_until = null")


@pytest.mark.fault("F106")
@pytest.mark.parametrize("mode", ["full", "incremental"])
async def test_f106_a_list_that_was_read_to_its_end_is_not_read_again(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    portal = a_portal()
    await sync(engine, portal.portal())
    portal.pages_asked.clear()
    await dies(engine, portal, monkeypatch, mode=mode)
    asked = len(portal.pages_asked)
    counted = await row(engine, "select pages, seen from dossier.run order by run_id desc limit 1")
    ending = await sync(engine, portal.portal(), mode=mode)
    assert str(ending.verdict) == "succeeded"
    assert len(portal.pages_asked) == asked
    assert await row(engine, "select pages, seen from dossier.run order by run_id desc limit 1") == counted


@pytest.mark.fault("F106")
async def test_f106_many_deaths_behind_the_list_leave_no_gap_in_it(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They died of something, but not of a record: nothing is narrowed down (F113)."""
    portal = a_portal()
    for _ in range(6):
        await dies(engine, portal, monkeypatch)
    assert str((await sync(engine, portal.portal())).verdict) == "succeeded"
    assert await row(engine, "select claims, gaps, pages from dossier.run") == {"claims": 7, "gaps": 0, "pages": 4}


@pytest.mark.fault("F67", "F106")
async def test_f67_what_is_unlisted_and_found_is_counted_once_by_a_run_that_was_taken_over(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = a_portal()
    await sync(engine, portal.portal())
    portal.found, portal.records = portal.records, portal.records[1:]
    await sync(engine, portal.portal())
    for _ in range(2):
        await dies(engine, portal, monkeypatch)
    await sync(engine, portal.portal())
    found = await row(engine, "select conflicts, gone, claims from dossier.run order by run_id desc limit 1")
    assert found == {"conflicts": 1, "gone": 0, "claims": 3}


@pytest.mark.fault("F103", "F106")
async def test_f103_what_a_run_moved_is_all_it_moved_whoever_ends_it_and_a_first_load_is_no_habit(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = a_portal()
    await dies(engine, portal, monkeypatch)
    await sync(engine, portal.portal())
    assert await rows(engine, "select * from dossier.status_flow") == []
    for n, code in enumerate(CODES[:5]):
        portal.put(a_record(code, updatedDate=f"2024-01-18T08:00:0{n}.000+0000", **waiting("Đang xử lý")))
    for _ in range(2):
        await dies(engine, portal, monkeypatch)
    await sync(engine, portal.portal())
    assert await rows(engine, "select run_id, changed from dossier.status_flow") == [{"run_id": 2, "changed": 5}]
