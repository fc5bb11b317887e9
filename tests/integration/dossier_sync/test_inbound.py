"""Pushes of one-stop systems, each as its own client code sends it, over a real Postgres."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.clients import revoke
from dossier_sync.repository.verify import verify
from shared.runtime.database import snapshot
from support.canaries import markers_in
from support.dossier_api import KEY, a_key
from support.national_wire import CODE, a_round, a_step, ha_giang, opencps, thanh_hoa
from support.pushing import Sender, a_sender
from support.syncing import row, rows

OTHER = "000.00.99.H24-240115-0002"
FOREIGN = "000.00.42.H29-240115-0001"
HEAD = "select status, number, revisions, page from dossier.head"
LEDGER = "select entry, revisions, opened, closed from dossier.ledger_entry order by entry"


@pytest.fixture
async def sender(engine: AsyncEngine, database_url: str) -> AsyncIterator[Sender]:
    async with a_sender(engine, database_url) as sender:
        yield sender


def is_success(answer: dict[str, Any]) -> bool:
    """As OpenCPS decides (the number) and Thanh Hoá too (the words, in the raw text)."""
    text = json.dumps(answer, ensure_ascii=False)
    taken = int(answer["error_code"]) == 0
    assert taken == ("thành công" in text), text
    return taken


async def chain_holds(engine: AsyncEngine) -> bool:
    async with snapshot(engine) as connection:
        return (await verify(connection)).broken is None


async def test_opencps_pushes_a_new_dossier_then_its_progress(sender: Sender, engine: AsyncEngine) -> None:
    assert (await sender.call("TraCuuHoSo", mahoso=CODE))["result"] == []
    assert is_success(await sender.sync(opencps(TrangThaiHoSo="2")))
    assert (await sender.call("TraCuuHoSo", mahoso=CODE))["result"] == [{"MaHoSo": CODE, "TrangThaiHoSo": "2"}]
    assert is_success(await sender.progress(a_step(TrangThai="2", ThoiDiemXuLy="20240115083000")))
    head = await row(engine, "select * from dossier.head_v1")
    assert (head["agency_code"], head["procedure_code"], head["channel"]) == ("H24.99", "1.005142", 2)
    assert (head["received_on"], head["due_on"], head["status"]) == (date(2024, 1, 15), date(2024, 1, 18), 2)
    feed = await row(engine, "select feed, kind, agency_code, last_verdict, data_until, page from dossier.feed")
    assert feed == {"feed": "h24-99/inbound", "kind": "dossiers", "agency_code": "H24.99",
                    "last_verdict": "succeeded", "data_until": None, "page": 2}  # fmt: skip
    assert await chain_holds(engine)


async def test_thanh_hoa_is_told_that_it_exists_and_sends_it_again_as_an_update(
    sender: Sender, engine: AsyncEngine
) -> None:
    assert is_success(await sender.sync(thanh_hoa()))
    again = await sender.sync(thanh_hoa(TrangThaiHoSo="9", NgayKetThucXuLy="20240117090000"))
    assert again == {"error_code": "3", "message": f"Hồ sơ {CODE} đã tồn tại", "result": []}
    assert (await row(engine, HEAD))["status"] == 4
    updated = await sender.sync(thanh_hoa(TrangThaiHoSo="9", NgayKetThucXuLy="20240117090000"), updating="True")
    assert is_success(updated)
    facts = await row(engine, "select status, ended_on, supplements from dossier.revision_v2 where number = 2")
    assert facts == {"status": 9, "ended_on": date(2024, 1, 17), "supplements": [["2024-01-16", "2024-01-17"]]}


async def test_ha_giang_posts_a_bare_array_and_puts_the_rest_into_the_address(
    sender: Sender, engine: AsyncEngine
) -> None:
    query = {"MaDinhDanhDV": "000.00.99.H24", "isUpdating": "True"}
    authorised = {"Authorization": f"Bearer {sender.key}"}
    answer = await sender.post("/DongBoHoSoMC", [ha_giang()], params=query, headers=authorised)
    assert is_success(answer)
    assert (await row(engine, HEAD))["status"] == 10
    taken_back = await sender.post("", [ha_giang(TrangThaiHoSo="2")], params=query, headers=authorised)
    assert is_success(taken_back)
    assert (await row(engine, HEAD))["status"] == 2
    basic = await sender.post("/DongBoHoSoMC", [ha_giang()], params=query, auth=(sender.client_id, sender.key))
    assert is_success(basic)
    nobody = await sender.post("/DongBoHoSoMC", [ha_giang()], params=query)
    assert not is_success(nobody)


@pytest.mark.parametrize("yes", ["True", "true", True, "1", 1])
async def test_updating_is_a_text_or_a_boolean(sender: Sender, yes: object) -> None:
    await sender.sync(opencps())
    assert is_success(await sender.sync(opencps(TrangThaiHoSo="9"), updating=yes))
    assert not is_success(await sender.sync(opencps(), updating="có"))


@pytest.mark.parametrize(("spelling", "told"), [("0", "0"), ("00", "00"), ("int", 0)])
async def test_success_is_spelt_as_configured(
    engine: AsyncEngine, database_url: str, spelling: str, told: object
) -> None:
    async with a_sender(engine, database_url, inbound_success=spelling) as sender:
        assert (await sender.log_in())["error_code"] == told
        assert (await sender.sync(opencps()))["error_code"] == told


async def test_the_same_push_again_writes_no_entry(sender: Sender, engine: AsyncEngine) -> None:
    pushes = [opencps(), opencps(OTHER, TrangThaiHoSo="9", NgayKetThucXuLy="20240117100000")]
    steps = [a_step(TrangThai="5", ThoiDiemXuLy="20990101000000"), a_step(OTHER, TrangThai="10")]
    await sender.sync(*pushes, updating="True")
    await sender.progress(*steps)
    before = await rows(engine, LEDGER)
    for _ in range(2):
        assert is_success(await sender.sync(*pushes, updating="True"))
        await sender.progress(*steps)
    assert await rows(engine, LEDGER) == before


async def test_a_step_moves_a_dossier_only_when_it_is_later(sender: Sender, engine: AsyncEngine) -> None:
    await sender.sync(opencps(TrangThaiHoSo="2"))
    assert is_success(await sender.progress(a_step(TrangThai="5", ThoiDiemXuLy="20240116090000")))
    assert (await row(engine, HEAD))["status"] == 2  # the header was sent after it
    assert is_success(await sender.sync(opencps(TrangThaiHoSo="2"), updating="True"))
    assert (await row(engine, HEAD)) == {"status": 2, "number": 1, "revisions": 2, "page": 1}


async def test_steps_of_one_push_are_taken_in_order_of_time(engine: AsyncEngine, database_url: str) -> None:
    async with a_sender(engine, database_url, skew_seconds=10**9) as sender:
        await sender.sync(opencps(TrangThaiHoSo="2"))
        header = await row(engine, "select modified_at from dossier.head")
        later = [f"{header['modified_at'].year + 1}01{day:02d}080000" for day in (3, 1, 2)]
        # The sender's clock is far ahead: no step is later than it was heard, and their order stays.
        answer = await sender.progress(
            a_step(TrangThai="10", ThoiDiemXuLy=later[0]),
            a_step(TrangThai="4", ThoiDiemXuLy=later[1]),
            a_step(TrangThai="9", ThoiDiemXuLy=later[2]),
        )
        assert is_success(answer)
    assert (await row(engine, HEAD))["status"] == 10


async def test_what_cannot_be_placed_is_set_aside_named_and_let_in_when_mended(
    sender: Sender, engine: AsyncEngine
) -> None:
    answer = await sender.sync(
        opencps(NgayTiepNhan="2024-01-15"),
        opencps(OTHER),
        opencps("Người Không Có Thật 1"),
        opencps(FOREIGN),
        {"MaHoSo": "000.00.99.H24-240115-0003", "TaiLieuNop": "x"},
    )
    assert not is_success(answer)
    told = [(one["ViTri"], one["MaHoSo"], one["message"]) for one in answer["result"]]
    assert told == [
        (1, CODE, "ngày không đúng định dạng (NgayTiepNhan)"),
        (3, "", "MaHoSo không theo dạng nào của mã hồ sơ"),
        (4, FOREIGN, "không thuộc đơn vị của tài khoản"),
        (5, "000.00.99.H24-240115-0003", "sai cấu trúc (TaiLieuNop)"),
    ]
    assert [one["dossier_code"] for one in await rows(engine, "select dossier_code from dossier.head")] == [OTHER]
    asides = await rows(
        engine, "select reason, field from dossier.quarantine where closed_page is null order by reason"
    )
    assert [tuple(one.values()) for one in asides] == [
        ("code_unreadable", "dossier_code"), ("date_unreadable", "received_on"), ("shape", "TaiLieuNop"),
    ]  # fmt: skip
    assert is_success(await sender.sync(opencps()))
    assert len(await rows(engine, "select 1 from dossier.quarantine where closed_page is null")) == 2
    assert await chain_holds(engine)


async def test_a_step_of_a_dossier_nobody_sent_waits_until_it_comes(sender: Sender, engine: AsyncEngine) -> None:
    answer = await sender.progress(a_step())
    assert answer["result"][0]["message"] == "chưa có hồ sơ này; gửi DongBoHoSoMC trước (MaHoSo)"
    (aside,) = await rows(engine, "select source_key, reason, record from dossier.quarantine")
    assert (aside["source_key"], aside["reason"]) == (f"{CODE}+step", "dossier_unknown")
    assert is_success(await sender.sync(opencps()))
    assert (await row(engine, "select quarantined from dossier.feed"))["quarantined"] == 0


async def test_a_good_step_does_not_let_in_a_bad_dossier(sender: Sender, engine: AsyncEngine) -> None:
    await sender.sync(opencps())
    await sender.sync(opencps(NgayHenTra="mai"), updating="True")
    await sender.progress(a_step(TrangThai="2"))
    (aside,) = await rows(engine, "select source_key from dossier.quarantine where closed_page is null")
    assert aside["source_key"] == CODE


async def test_two_pushes_at_once_stand_one_after_the_other(engine: AsyncEngine, database_url: str) -> None:
    async with a_sender(engine, database_url) as sender:
        codes = [f"000.00.99.H24-240115-{n:04d}" for n in range(40)]
        pushes = [
            sender.sync(*(opencps(code, TrangThaiHoSo=status) for code in codes), updating="True")
            for status in ("2", "4", "9", "10")
        ]
        assert all(map(is_success, await asyncio.gather(*pushes)))
    (feed,) = await rows(engine, "select page, run_id from dossier.feed")
    assert feed["page"] == 4
    heads = await rows(engine, "select distinct revisions, number, status from dossier.head")
    assert len(heads) == 1
    assert (heads[0]["revisions"], heads[0]["number"]) == (4, 4)
    (run,) = await rows(engine, "select pages, seen, new, changed, portal_total from dossier.run")
    assert run == {"pages": 4, "seen": 160, "new": 40, "changed": 120, "portal_total": None}
    assert await chain_holds(engine)


async def test_a_push_and_a_sync_of_the_same_dossier_do_not_lose_each_other(
    sender: Sender, engine: AsyncEngine
) -> None:
    from support.fake_igate import FakeIgate, a_record
    from support.syncing import sync

    codes = [f"000.00.99.H24-240115-{n:04d}" for n in range(30)]
    portal = FakeIgate([a_record(code) for code in codes]).portal(30)
    pushed, _ = await asyncio.gather(
        sender.sync(*(opencps(code) for code in codes), updating="True"), sync(engine, portal)
    )
    assert is_success(pushed)
    heads = await rows(engine, "select distinct revisions from dossier.head")
    assert heads == [{"revisions": 2}]
    assert await chain_holds(engine)


async def test_an_account_pushes_for_its_own_subtree_only(engine: AsyncEngine, database_url: str) -> None:
    below = "000.01.99.H24-240115-0001"
    async with a_sender(engine, database_url, agency="H24.99") as sender:
        assert is_success(await sender.sync(opencps(below)))
        assert not is_success(await sender.sync(opencps("000.00.98.H24-240115-0001")))
        assert not is_success(await sender.progress(a_step(FOREIGN)))
        sender.unit = "000.00.00.H24"  # its own word cannot widen it
        assert "madonvi" in (await sender.sync(opencps()))["message"]
    async with a_sender(engine, database_url, agency="H24.98") as other:
        assert (await other.call("TraCuuHoSo", mahoso=below))["result"] == []
    assert len(await rows(engine, "select 1 from dossier.head")) == 1
    assert await rows(engine, "select 1 from dossier.quarantine") == []


async def test_only_an_account_that_may_push_gets_a_session(engine: AsyncEngine, database_url: str) -> None:
    async with a_sender(engine, database_url, scopes=("dossiers:read",)) as reader:
        assert reader.session == ""
    async with a_sender(engine, database_url) as sender:
        for username, password in ((sender.client_id, "mtc_x"), ("H24.99-other", sender.key), ("", ""), (1, None)):
            refused = await sender.post("/login", {"username": username, "password": password})
            assert (refused["session"], refused["error_code"]) == ("", "-1")
        good = sender.session
        for session in ("", "x", sender.key, good + "x"):
            sender.session = session
            assert not is_success(await sender.sync(opencps()))
    assert await rows(engine, "select 1 from dossier.head") == []


async def test_a_session_ends_with_its_time_and_with_its_key(engine: AsyncEngine, database_url: str) -> None:
    from sqlalchemy import text

    from shared.runtime.database import transaction

    async with a_sender(engine, database_url) as sender:
        stored = await row(engine, "select session_hash, key_hash from dossier.inbound_session")
        assert sender.session.encode() not in bytes(stored["session_hash"])
        async with transaction(engine) as connection:
            await connection.execute(text("update dossier.inbound_session set expires_at = now()"))
        assert not is_success(await sender.sync(opencps()))
        await sender.log_in()
        assert is_success(await sender.sync(opencps()))
    async with a_sender(engine, database_url) as revoked:
        await revoke(engine, revoked.client_id)
        revoked_app_keys_are_kept_half_a_minute = revoked.http._transport.app.state.api_keys._kept  # type: ignore[attr-defined]
        revoked_app_keys_are_kept_half_a_minute.clear()
        assert not is_success(await revoked.sync(opencps()))


async def test_an_account_has_few_sessions(sender: Sender, engine: AsyncEngine) -> None:
    for _ in range(20):
        await sender.log_in()
    assert len(await rows(engine, "select 1 from dossier.inbound_session")) == 16
    assert is_success(await sender.sync(opencps()))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"null", b"[]", b'""', b"{", b"[1]x", b"\xff\xfe{}", b"[" * 5000, b'{"data":[]}', b'{"data":null}',
        b'{"service":"DongBoHoSoMC"}', b'{"service":"LayThuTuc","data":[{}]}', b'{"isUpdating":"maybe","data":[{}]}',
    ],
)  # fmt: skip
async def test_a_call_that_cannot_be_read_is_refused_in_the_contracts_form(sender: Sender, body: bytes) -> None:
    answer = await sender.post("", body, headers={"Authorization": f"Bearer {sender.session}"})
    assert not is_success(answer)
    assert answer["result"] == []


async def test_a_push_is_bounded(engine: AsyncEngine, database_url: str) -> None:
    async with a_sender(engine, database_url, inbound_most_records=2, max_body_bytes=20_000) as sender:
        many = [opencps(f"000.00.99.H24-240115-{n:04d}") for n in range(3)]
        assert "tối đa 2" in (await sender.sync(*many))["message"]
        long = await sender.http.post("/v1/inbound/national", content=b" " * 20_001)
        assert long.status_code == 413
    assert await rows(engine, "select 1 from dossier.feed") == []


async def test_a_database_that_is_away_is_told_as_a_failure_and_nothing_is_kept(
    engine: AsyncEngine, database_url: str
) -> None:
    async with a_sender(engine, database_url, inbound_deadline_seconds=1.0) as sender:
        await sender.sync(opencps())
        async with engine.begin() as connection:
            from sqlalchemy import text

            await connection.execute(text("select 1 from dossier.feed for update"))
            answer = await sender.sync(opencps(OTHER))
            assert not is_success(answer)
            assert "gửi lại" in answer["message"]
        assert is_success(await sender.sync(opencps(OTHER)))
    assert len(await rows(engine, "select 1 from dossier.head")) == 2


async def test_nothing_of_a_person_is_stored_logged_or_answered(
    sender: Sender, engine: AsyncEngine, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    bad = "Người Không Có Thật 1"
    answers = [
        await sender.sync(opencps(), thanh_hoa(OTHER), opencps(bad), opencps("999000000001", MaTTHC=bad)),
        await sender.sync(opencps(NgayTiepNhan=bad, DanhSachHoSoBoSung=[a_round(NgayBoSung=bad)]), updating="True"),
        await sender.progress(a_step(), a_step(TrangThai=bad), a_step(bad), a_step(ThoiDiemXuLy="0000000001")),
        await sender.sync({"MaHoSo": bad, bad: bad, "TaiLieuNop": [bad]}),
    ]
    tables = ("revision", "head", "quarantine", "feed", "run", "ledger_entry", "inbound_session")
    stored = [one for name in tables for one in await rows(engine, f"select t::text from dossier.{name} as t")]
    assert len(stored) > 8
    printed = capsys.readouterr()
    everything = str(stored) + str(answers) + caplog.text + printed.out + printed.err
    everything += (await sender.http.get("/metrics")).text
    assert markers_in(everything) == []


async def test_an_operator_is_told_that_only_the_sender_can_send_again(sender: Sender, engine: AsyncEngine) -> None:
    await a_key(engine)
    await sender.sync({"MaHoSo": CODE, "TaiLieuNop": "x"})  # too little of it could be kept
    number = (await row(engine, "select id from dossier.quarantine"))["id"]
    operates = {"Authorization": f"Bearer {KEY}"}
    for path, body in (
        ("/v1/feeds/h24-99/inbound/runs", {"mode": "full"}),
        (f"/v1/quarantine/{number}/retry", {}),
    ):
        refused = await sender.http.post(path, json=body, headers=operates)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/feed-is-pushed"), refused.text
        assert (await sender.http.get(refused.json()["type"])).status_code == 200
