"""F61 to F103 in the portal's own records, seen through both dossier contracts."""

import unicodedata
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import time_machine

BOTH = pytest.mark.parametrize("portal", ["igate", "opencps"])
Record = dict[str, Any]
Records = dict[str, Record]

NAMES = {
    "igate": {
        "id": "id", "received": "acceptedDate", "due": "appointmentDate", "ended": "completedDate",
        "updated": "updatedDate",
    },
    "opencps": {
        "id": "dossierId", "received": "receiveDate", "due": "dueDate", "ended": "releaseDate",
        "updated": "modifiedDate",
    },
}  # fmt: skip


def value(portal: str, record: Record, role: str) -> Any:
    return record[NAMES[portal][role]]


def at(portal: str, record: Record, role: str) -> datetime | None:
    """Local wall clock of one of the record's dates."""
    stamp = value(portal, record, role)
    if not stamp:
        return None
    if portal == "igate":
        return datetime.fromisoformat(stamp[:23]) + timedelta(hours=7)
    return datetime.fromisoformat(f"{stamp[6:10]}-{stamp[3:5]}-{stamp[:2]}T{stamp[11:]}")


def status(portal: str, record: Record) -> str:
    """The portal's word, without the blanks and the decomposed letters some of its records have."""
    told = record["dossierTaskStatus"]["name"] if portal == "igate" else record["dossierStatus"]
    return unicodedata.normalize("NFC", told).strip()


async def seen(portals: Any, portal: str, fault: str, **order: Any) -> tuple[Records, Records, set[str]]:
    """All dossiers before and after, and the codes of those changed or gone."""
    before = await portals.all(portal)
    await portals.on(fault, **order)
    after = await portals.all(portal)
    return before, after, {code for code in before if after.get(code) != before[code]}


@BOTH
async def test_f61_what_was_handed_over_is_in_process_again(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F61")
    assert changed == set(await portals.touched())
    newest = max(at(portal, record, "updated") for record in before.values())
    for code in changed:
        assert status(portal, before[code]) in {"Đã trả kết quả", "done"}
        assert at(portal, after[code], "ended") is None
        assert at(portal, after[code], "updated") > newest
    assert set(list(after)[:3]) == changed


@BOTH
async def test_f65_open_dossiers_are_withdrawn_upstream(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F65")
    assert len(changed) == 3
    assert {at(portal, before[code], "ended") for code in changed} == {None}
    assert {status(portal, after[code]) for code in changed} <= {"Rút hồ sơ", "cancelled"}
    await portals.off()
    _, after, changed = await seen(portals, portal, "F65", parameters={"variant": "stopped"})
    assert {status(portal, after[code]) for code in changed} <= {"Dừng xử lý", "unresolved", "pausing"}


@BOTH
async def test_f66_dossiers_vanish_from_every_list_and_look_up(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F66", parameters={"rows": 5})
    assert set(before) - set(after) == changed == set(await portals.touched())
    assert len(changed) == 5
    code = sorted(changed)[0]
    assert (await portals.rpc("TraCuuHoSo", mahoso=code)).json()["result"] == []
    one = await (portals.igate(code=code) if portal == "igate" else portals.opencps(dossierNo=code))
    assert one.json()["totalElements" if portal == "igate" else "total"] == 0


async def test_f66_one_dossier_may_be_named(portals: Any) -> None:
    code = sorted(await portals.all())[700]
    before, after, changed = await seen(portals, "igate", "F66", parameters={"code": code})
    assert changed == {code} == set(before) - set(after)


@BOTH
async def test_f68_deleted_dossiers_come_back(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F68", times=2)
    assert set(before) - set(after) == changed
    assert await portals.all(portal) == after
    assert await portals.all(portal) == before


@BOTH
async def test_f69_a_code_names_another_case(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F69")
    assert len(changed) == 3
    for code in changed:
        assert value(portal, after[code], "id") != value(portal, before[code], "id")
        received = at(portal, before[code], "received")
        assert received is not None
        assert at(portal, after[code], "received") == received + timedelta(days=365)
        assert at(portal, after[code], "ended") is None


@BOTH
async def test_f78_the_appointment_moves(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F78", parameters={"days": 9})
    for code in changed:
        due = at(portal, before[code], "due")
        assert due is not None
        assert at(portal, after[code], "due") == due + timedelta(days=9)
        assert at(portal, after[code], "updated") > at(portal, before[code], "updated")
    assert len(changed) == 3


@BOTH
async def test_f79_it_was_received_on_a_sunday_evening(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F79")
    for code in changed:
        received, was = at(portal, after[code], "received"), at(portal, before[code], "received")
        assert received is not None
        assert was is not None
        assert (received.weekday(), received.hour) == (6, 20)
        assert timedelta(0) < was - received < timedelta(days=8)
    assert len(changed) == 3


@BOTH
async def test_f81_it_ends_in_the_future(portals: Any, portal: str) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 3, tzinfo=UTC), tick=False):
        _, after, changed = await seen(portals, portal, "F81")
    assert len(changed) == 3
    for code in changed:
        ended = at(portal, after[code], "ended")
        assert ended is not None
        assert f"{ended:%Y-%m-%d %H:%M}" == "2026-12-24 10:00"


@BOTH
async def test_f87_old_dossiers_arrive_in_one_batch_and_are_in_the_truth(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F87", parameters={"rows": 30})
    assert changed == set()
    added = set(after) - set(before)
    assert len(added) == 30
    assert all(at(portal, after[code], "received").date() < date(2024, 12, 6) for code in added)
    assert all(
        at(portal, after[code], "updated") > max(at(portal, r, "updated") for r in before.values()) for code in added
    )
    assert await portals.all(portal) == after
    await portals.off()
    assert await portals.all(portal) == after
    assert (await portals.client.get("/sandbox")).json()["dossiers"] == 2236 + 30


@BOTH
async def test_f97_a_frozen_portal_does_not_follow_the_world(portals: Any, portal: str) -> None:
    before, frozen, _ = await seen(portals, portal, "F97")
    await portals.client.post("/sandbox/changes", json={"share": 0.1, "late_arrivals": 5})
    assert await portals.all(portal) == frozen == before
    await portals.off()
    assert len(await portals.all(portal)) == 2241


@BOTH
async def test_f98_a_restored_portal_has_forgotten_its_last_weeks(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F98", parameters={"days": 40})
    newest = max(at(portal, record, "updated") for record in before.values())
    assert newest is not None
    cut = newest - timedelta(days=40)
    assert all(at(portal, record, "updated") <= cut for record in after.values())
    gone, undone = set(before) - set(after), changed & set(after)
    assert len(gone) > 10
    assert len(undone) > 10
    assert all(at(portal, after[code], "ended") is None or at(portal, after[code], "ended") <= cut for code in undone)
    await portals.off()
    assert await portals.all(portal) == before


@BOTH
async def test_f99_new_dossiers_carry_old_ids(portals: Any, portal: str) -> None:
    before, after, _ = await seen(portals, portal, "F99", parameters={"rows": 4})
    gone = set(before) - set(after)
    assert len(gone) == 4
    freed = {value(portal, before[code], "id") for code in gone}
    reused = {code for code, record in after.items() if value(portal, record, "id") in freed}
    assert (len(reused), reused) == (4, set(await portals.touched()))


@BOTH
async def test_f100_all_history_comes_again(portals: Any, portal: str) -> None:
    before, after, changed = await seen(portals, portal, "F100")
    assert list(after) == list(before)
    assert changed == set(before)
    updated = NAMES[portal]["updated"]
    newest = max(at(portal, record, "updated") for record in before.values())
    for code, record in after.items():
        assert {**record, updated: None} == {**before[code], updated: None}
        assert at(portal, record, "updated") > newest
    assert await portals.all(portal) == after


@BOTH
async def test_f101_dossiers_are_listed_twice_during_a_cut_over(portals: Any, portal: str) -> None:
    whole = await portals.listed(portal, 0, 5_000)
    await portals.on("F101", parameters={"rows": 6})
    doubled = await portals.listed(portal, 0, 5_000)
    code = "code" if portal == "igate" else "dossierNo"
    assert len(doubled) == len(whole) + 6
    codes = [record[code] for record in doubled]
    twice = {one for one in codes if codes.count(one) == 2}
    assert twice == set(await portals.touched())
    assert len({value(portal, record, "id") for record in doubled}) == len(doubled)


@BOTH
async def test_f102_the_portal_s_times_are_hours_ahead(portals: Any, portal: str) -> None:
    before = await portals.all(portal)
    await portals.on("F102", path=portal)
    portals.bearer = {}
    after = await portals.all(portal)
    for code, record in before.items():
        assert at(portal, after[code], "updated") == at(portal, record, "updated") + timedelta(hours=5)
        assert at(portal, after[code], "received") == at(portal, record, "received")
    with time_machine.travel(datetime(2026, 11, 24, tzinfo=UTC), tick=False):
        portals.bearer = {}
        answer = await portals.ask(portal)
    assert parsedate_to_datetime(answer.headers["date"]) == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert answer.status_code == 200


@BOTH
async def test_f103_one_status_is_told_as_another(portals: Any, portal: str) -> None:
    returned = {"Đã trả kết quả", "done"}
    before, after, changed = await seen(portals, portal, "F103", parameters={"percent": 50})
    had = {code for code, record in before.items() if status(portal, record) in returned}
    assert changed <= had
    assert 0.4 < len(changed) / len(had) < 0.6
    assert all(at(portal, after[code], "ended") == at(portal, before[code], "ended") for code in changed)
    assert {status(portal, after[code]) for code in changed} <= {"Dừng xử lý", "unresolved", "pausing"}
