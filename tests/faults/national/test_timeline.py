"""F62: the dossier and its timeline disagree. Both are kept, the dossier has precedence, and it is counted."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.domain.step import contradicts
from shared.domain.status import DossierStatus
from shared.runtime.telemetry import REGISTRY
from support.national_wire import a_step, opencps
from support.pushing import a_sender
from support.syncing import row, rows


def conflicts() -> float:
    return REGISTRY.get_sample_value("motcua_inbound_conflicts_total", {"feed": "h24-99/inbound"}) or 0.0


@pytest.mark.fault("F62")
async def test_f62_a_header_counts_and_the_step_that_contradicts_it_is_kept_and_counted(
    engine: AsyncEngine, database_url: str
) -> None:
    before = conflicts()
    stopped = a_step(TrangThai="8", ThoiDiemXuLy="20240117090500")
    async with a_sender(engine, database_url) as sender:
        # Thanh Hoá's system turns "stopped" into "done" on the way up; its timeline still says what happened.
        await sender.sync(opencps(TrangThaiHoSo="9", NgayKetThucXuLy="20240117090500"))
        answer = await sender.progress(a_step(TrangThai="4", ThoiDiemXuLy="20240116080000"), stopped)
        assert answer["error_code"] == "0"
        await sender.progress(stopped)
    head = await row(engine, "select status, number, revisions from dossier.head")
    assert head == {"status": 9, "number": 1, "revisions": 3}
    history = await rows(engine, "select number, applied, status, flags from dossier.revision order by number")
    assert [(one["applied"], one["status"]) for one in history] == [(True, 9), (False, 4), (False, 8)]
    assert ["timeline_disagrees" in (one["flags"] or ()) for one in history] == [False, False, True]
    assert conflicts() - before == 1


@pytest.mark.fault("F62")
async def test_f62_a_step_that_happened_later_moves_the_dossier(engine: AsyncEngine, database_url: str) -> None:
    before = conflicts()
    async with a_sender(engine, database_url, skew_seconds=10**9) as sender:
        await sender.sync(opencps(TrangThaiHoSo="2"))
        year = (await row(engine, "select modified_at from dossier.head"))["modified_at"].year + 1
        await sender.progress(a_step(TrangThai="5", ThoiDiemXuLy=f"{year}0110080000"))
        await sender.progress(a_step(TrangThai="10", ThoiDiemXuLy=f"{year}0112080000"))
    head = await row(engine, "select status, ended_on, returned_on, supplements from dossier.head_v2")
    assert head["status"] == 10
    assert head["ended_on"] == head["returned_on"] is not None
    assert len(head["supplements"]) == 1
    assert head["supplements"][0][1] is not None
    assert conflicts() == before


@pytest.mark.fault("F62")
def test_f62_what_lies_on_the_way_contradicts_nothing() -> None:
    on_the_way = [DossierStatus.NEW, DossierStatus.RECEIVED, DossierStatus.PROCESSING, DossierStatus.WAITING_SUPPLEMENT]
    for step in on_the_way:
        assert not any(contradicts(step, header) for header in DossierStatus)
    assert not contradicts(DossierStatus.DONE, DossierStatus.RETURNED)
    assert contradicts(DossierStatus.STOPPED, DossierStatus.DONE)
    assert contradicts(DossierStatus.DONE, DossierStatus.PROCESSING)
    assert contradicts(DossierStatus.WITHDRAWN, DossierStatus.RETURNED)
