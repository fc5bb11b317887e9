"""Files are published like a portal's answers: nothing is lost, nothing better overwritten, nothing done in silence."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import clients
from catalogue.app import assemble
from catalogue.file_imports import ImportBusy, Outcome, Terms, import_files, read_file
from catalogue.portals import Unreadable
from catalogue.publishing import Policy
from catalogue.repository import feeds, files, limits, quarantine
from catalogue.settings import CatalogueSettings
from catalogue.sync import LEASE, FeedPlan, run_feed
from catalogue.tables import feed
from shared.contracts.views import catalogue_feed_v1, procedure_v1
from shared.domain.identifiers import AgencyCode
from shared.runtime.database import transaction
from shared.sync import lease as leases
from shared.sync.verdicts import Verdict
from support.catalogue_portals import FakeNational, plan, portals_over
from support.office_files import DETAIL, WAYS, a_detail_file, a_list, a_row

AGENCY = AgencyCode.parse("H24.99")
FEED = FeedPlan("national", AGENCY, 3_600)
DAY = date(2026, 3, 1)
LATER = DAY + timedelta(days=1)

Import = Callable[..., Any]


@pytest.fixture
def take(engine: AsyncEngine) -> Import:
    """Imports files into one agency's catalogue."""

    async def take(*bodies: bytes, names: tuple[str, ...] = ("list.xlsx", "more.xlsx"), **terms: Any) -> Outcome:
        policy = Policy(agreed=terms.pop("agreed", False))
        found = [read_file(name, body) for name, body in zip(names, bodies, strict=False)]
        assert len(found) == len(bodies)
        return await import_files(engine, found, Terms(AGENCY, policy=policy, **terms), by="test")

    return take


async def sync(engine: AsyncEngine, portal: FakeNational) -> None:
    await plan(engine, [FEED])
    async with portals_over(portal.transport(), days=False) as portals:
        assert await run_feed(engine, portals, owner="test", only=FEED.name)


async def in_force(engine: AsyncEngine) -> list[str]:
    question = select(procedure_v1.c.procedure_code).where(procedure_v1.c.change_to.is_(None), procedure_v1.c.in_force)
    async with engine.connect() as connection:
        return sorted((await connection.execute(question)).scalars())


async def rows(engine: AsyncEngine, question: str) -> list[tuple[Any, ...]]:
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(question))]


def codes(*numbers: int) -> list[str]:
    return [f"9.{number:06d}" for number in numbers]


async def test_a_list_adds_its_procedures_and_proves_nothing(engine: AsyncEngine, take: Import) -> None:
    done = await take(a_list([a_row(n) for n in range(1, 6)]))
    assert (done.rows, done.taken, done.rejected, done.published.change) == (5, 5, 0, 1)
    assert done.ending.verdict is Verdict.PARTIAL
    assert await in_force(engine) == codes(1, 2, 3, 4, 5)
    assert await rows(engine, "select distinct state, flags from catalogue.procedure") == [
        ("LISTED", ["from_list", "online_level_unverified"])
    ]
    async with engine.connect() as connection:
        (stands,) = await feeds.feeds(connection)
        assert (stands.feed, stands.enabled, stands.data_until) == ("file/procedures:H24.99", False, None)
        # It answers for no whole catalogue, so it makes no figure incomplete.
        assert (await connection.execute(select(catalogue_feed_v1))).all() == []


async def test_the_same_file_again_changes_nothing(engine: AsyncEngine, take: Import) -> None:
    body = a_list([a_row(1), a_row(2)])
    await take(body)
    again = await take(body, names=("renamed.xlsx",))
    assert (again.published.change, again.taken) == (None, 2)


async def test_where_a_record_comes_from_is_kept(engine: AsyncEngine, take: Import) -> None:
    await take(a_list([a_row(1), a_row(2, code="99.001")]), exported_on=DAY)
    async with engine.connect() as connection:
        (file,) = await files.listed(connection, before=None, limit=10)
        (content,) = (await connection.execute(text("select content_hash from catalogue.procedure"))).scalars()
        assert await files.of_record(connection, content) == [file]
    assert (file.name, file.taken, file.rejected, file.exported_on) == ("list.xlsx", 1, 1, DAY)
    assert len(file.sha256) == 32


async def test_rows_that_cannot_be_read_are_set_aside_until_the_file_is_mended(
    engine: AsyncEngine, take: Import
) -> None:
    done = await take(a_list([a_row(1), a_row(2, code="10.005090")]))
    await take(a_list([a_row(3, name=None)]), names=("other.xlsx",))
    assert done.rejected == 1
    async with engine.connect() as connection:
        kept = await quarantine.listed(connection, is_open=True, after=None, limit=10)
    assert [(one.portal_id, one.reason) for one in kept] == [
        ("other.xlsx#Sheet row 5", "name_missing"),
        ("list.xlsx#Sheet row 6", "code_malformed"),
    ]
    await take(a_list([a_row(1), a_row(2)]))
    async with engine.connect() as connection:
        (left,) = await quarantine.listed(connection, is_open=True, after=None, limit=10)
    assert left.portal_id == "other.xlsx#Sheet row 5"


async def test_a_detail_says_more_than_a_list_whatever_comes_first(engine: AsyncEngine, take: Import) -> None:
    detail, names = a_detail_file(DETAIL, WAYS), ("list.xlsx", "detail.docx")
    await take(a_list([a_row(1, name="Tên trong danh sách")]), detail, names=names)
    found = await rows(engine, "select name, decision_number, flags from catalogue.procedure where change_to is null")
    assert found == [("Thủ tục thử nghiệm 1", "12/QĐ-TN", ["from_detail_file", "online_level_unverified"])]
    done = await take(a_list([a_row(1, name="Tên trong danh sách")]))
    assert (done.published.change, done.published.kept) == (None, 1)
    assert len(await rows(engine, "select 1 from catalogue.procedure_limit where change_to is null")) == 3


async def test_a_field_named_in_a_file_gets_its_code_from_the_dictionary(engine: AsyncEngine, take: Import) -> None:
    await sync(engine, FakeNational.of(1))
    await take(a_list([a_row(7, field="GIÁO DỤC  phổ thông"), a_row(8, field="Lĩnh vực lạ")]))
    found = await rows(
        engine, "select field_code from catalogue.procedure where state = 'LISTED' order by procedure_code"
    )
    assert found == [("G03-GDPT",), ("",)]


async def test_a_file_never_overwrites_what_a_synced_portal_said(engine: AsyncEngine, take: Import) -> None:
    await sync(engine, FakeNational.of(2))
    done = await take(a_list([a_row(1, name="Tên khác"), a_row(3)]))
    assert (done.published.kept, done.published.count("procedure", "added")) == (1, 1)
    assert (await rows(engine, "select name from catalogue.procedure where procedure_code = '9.000001'")) == [
        ("Thủ tục thử nghiệm 1",)
    ]
    await sync(engine, FakeNational.of(3))
    assert await rows(
        engine, "select flags from catalogue.procedure where procedure_code = '9.000003' and change_to is null"
    ) == [(["online_level_unverified"],)]


async def test_a_portals_list_does_not_take_away_what_only_files_brought(engine: AsyncEngine, take: Import) -> None:
    await take(a_list([a_row(n) for n in range(20, 40)]))
    portal = FakeNational.of(3)
    for _ in range(3):
        await sync(engine, portal)
    assert len(await in_force(engine)) == 23
    async with engine.connect() as connection:
        assert await quarantine.suspected(connection, "H24.99") == set()


async def test_what_the_portal_ended_stays_ended_and_the_file_is_contradicted(
    engine: AsyncEngine, take: Import
) -> None:
    portal = FakeNational.of(12)
    await sync(engine, portal)
    portal.hide("9.000002")
    portal.details = {
        key: {**d, "state": "INACTIVE"} if d["code"] == "9.000002" else d for key, d in portal.details.items()
    }
    await sync(engine, portal)
    done = await take(a_list([a_row(2)]))
    assert "9.000002" not in await in_force(engine)
    assert done.troubles == ("9.000002 is in the file, but the portal ended it (INACTIVE); kept so",)


async def test_only_a_second_whole_list_of_a_later_day_withdraws(engine: AsyncEngine, take: Import) -> None:
    whole, short = a_list([a_row(n) for n in range(1, 21)]), a_list([a_row(n) for n in range(1, 20)])
    first = await take(whole, complete=True, exported_on=DAY)
    assert first.ending.verdict is Verdict.SUCCEEDED
    await take(short)
    assert len(await in_force(engine)) == 20
    suspicious = await take(short, complete=True, exported_on=LATER)
    assert (suspicious.published.change, len(await in_force(engine))) == (None, 20)
    repeated = await take(short, complete=True, exported_on=LATER)
    assert (repeated.ending.verdict, len(await in_force(engine))) == (Verdict.PARTIAL, 20)
    again = await take(short, complete=True, exported_on=LATER + timedelta(days=1))
    assert (again.ending.verdict, await in_force(engine)) == (Verdict.PARTIAL, codes(*range(1, 21)))
    shorter = a_list([a_row(n, field="Khác") for n in range(1, 20)])
    await take(shorter, complete=True, exported_on=LATER + timedelta(days=2))
    assert await in_force(engine) == codes(*range(1, 20))


async def test_a_whole_list_says_until_when_it_proves_something(engine: AsyncEngine, take: Import) -> None:
    await take(a_list([a_row(1)]), complete=True, exported_on=DAY)
    async with engine.connect() as connection:
        row = (await connection.execute(select(catalogue_feed_v1))).one()
    assert (row.state, row.data_until.isoformat()) == ("stale", "2026-02-28T17:00:00+00:00")


async def test_a_great_loss_waits_for_an_operators_word(engine: AsyncEngine, take: Import) -> None:
    await take(a_list([a_row(n) for n in range(1, 21)]), complete=True, exported_on=DAY)
    half = a_list([a_row(n) for n in range(1, 11)])
    refused = await take(half, complete=True, exported_on=LATER)
    assert "10 procedures are missing" in refused.troubles[0]
    assert len(await in_force(engine)) == 20
    await take(half, complete=True, exported_on=LATER, agreed=True)
    assert len(await in_force(engine)) == 10


async def test_an_empty_whole_list_takes_nothing_away(engine: AsyncEngine, take: Import) -> None:
    await take(a_list([a_row(1)]), complete=True, exported_on=DAY)
    empty = await take(a_list([]), complete=True, exported_on=LATER)
    assert (empty.ending.verdict, await in_force(engine)) == (Verdict.PARTIAL, codes(1))


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"complete": True}, "date_missing"),
        ({"exported_on": date(2999, 1, 1)}, "date_impossible"),
        ({"complete": True, "exported_on": DAY}, "list_not_newer"),
    ],
)
async def test_impossible_terms_are_refused(take: Import, terms: dict[str, Any], reason: str) -> None:
    await take(a_list([a_row(1)]), complete=True, exported_on=DAY)
    with pytest.raises(Unreadable) as refused:
        await take(a_list([a_row(2)]), **terms)
    assert refused.value.reason == reason
    assert (await take(a_list([a_row(3)]))).published.change == 2


async def test_a_list_made_after_the_district_level_ended_brings_no_district_procedure(
    engine: AsyncEngine, take: Import
) -> None:
    executing = "Ủy ban nhân dân cấp huyện"
    old = await take(a_list([a_row(1, executing=executing)]), exported_on=date(2025, 6, 30))
    new = await take(a_list([a_row(1, executing=executing), a_row(2, executing=executing)]), exported_on=DAY)
    assert (old.rejected, new.rejected, await in_force(engine)) == (0, 1, codes(1))
    async with engine.connect() as connection:
        (kept,) = await quarantine.listed(connection, is_open=True, after=None, limit=10)
    assert (kept.portal_id, kept.reason) == ("list.xlsx#9.000002", "level_ended")


async def test_two_files_of_one_name_are_refused(take: Import) -> None:
    with pytest.raises(Unreadable, match="name_twice"):
        await take(a_list([a_row(1)]), a_list([a_row(2)]), names=("list.xlsx", "list.xlsx"))


async def test_two_imports_into_one_catalogue_take_turns(engine: AsyncEngine, take: Import) -> None:
    await take(a_list([a_row(1)]))
    async with transaction(engine) as connection:
        held = await leases.claim(connection, feed, owner="other", lease=LEASE, only="file/procedures:H24.99")
    with pytest.raises(ImportBusy):
        await take(a_list([a_row(2)]))
    async with transaction(engine) as connection:
        await leases.release(connection, feed, held)
    assert (await take(a_list([a_row(2)]))).published.change == 2


# --- over HTTP ---------------------------------------------------------------------------------------------


@pytest.fixture
async def send(engine: AsyncEngine) -> AsyncIterator[Import]:
    app = assemble(CatalogueSettings(database_url="postgresql://unused"), engine)

    async def key(agency: str, *scopes: str) -> str:
        return (await clients.create(engine, agency=AgencyCode.parse(agency), name="thử", scopes=scopes)).key

    keys = {
        "operator": await key("H24", "sync:operate", "sync:read", "catalogue:read"),
        "stranger": await key("H30", "sync:operate"),
        "reader": await key("H24", "sync:read"),
    }
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://catalogue") as client:

        async def send(
            body: bytes | None = None, *, who: str = "operator", path: str = "/v1/imports", **params: Any
        ) -> Any:
            header = {"Authorization": f"Bearer {keys[who]}"}
            if body is None:
                return await client.get(path, params=params, headers=header)
            given = {"agency": "H24.99", "name": "list.xlsx", **params}
            return await client.post(path, params=given, content=body, headers=header)

        yield send


async def test_a_file_is_imported_by_request(send: Import) -> None:
    answer = (await send(a_list([a_row(1), a_row(2, code="99.001")]))).json()
    assert (answer["kind"], answer["rows"], answer["taken"], answer["rejected"]) == ("spreadsheet", 2, 1, 1)
    assert (answer["change"], answer["added"], answer["verdict"]) == (1, 1, "partial")
    (file,) = (await send()).json()["items"]
    assert (file["sha256"], file["name"]) == (answer["sha256"], "list.xlsx")
    detail = (await send(path="/v1/procedures/9.000001")).json()
    assert [one["sha256"] for one in detail["files"]] == [answer["sha256"]]
    assert detail["flags"] == ["from_list", "online_level_unverified"]


@pytest.mark.parametrize(
    ("body", "params", "status", "check"),
    [
        (b"<html></html>", {}, 422, "page_instead_of_file"),
        (b"", {}, 422, "not_an_office_file"),
        (b"x" * 1_100_000, {}, 413, "body-too-large"),
        (a_list([]), {"complete": True}, 422, "date_missing"),
        (a_list([]), {"agency": "Hải Phòng"}, 422, "parameter-invalid"),
        (a_list([]), {"who": "stranger"}, 403, "agency-beyond"),
        (a_list([]), {"who": "reader"}, 403, "scope-missing"),
    ],
    ids=["page", "empty", "long", "no-day", "no-code", "stranger", "reader"],
)
async def test_a_request_that_cannot_be_served_says_why(
    send: Import, body: bytes, params: dict[str, Any], status: int, check: str
) -> None:
    answer = await send(body, **params)
    assert (answer.status_code, answer.json()["failed_check"]) == (status, check)


@pytest.mark.fault("F93", "F94")
async def test_limits_without_a_number_and_limits_in_dispute_are_listed(
    engine: AsyncEngine, send: Import, take: Import
) -> None:
    await sync(engine, FakeNational.of(1))
    ways = [("Trực tuyến", "7 Ngày làm việc", "", ""), ("Trực tiếp", "Không quy định", "", "")]
    await take(a_detail_file(DETAIL, ways), a_detail_file({**DETAIL, "Mã thủ tục": "9.000002"}, ways[1:]))
    (unread,) = (await send(path="/v1/limits", unit="OTHER")).json()["items"]
    assert (unread["procedure_code"], unread["channel"], unread["quantity"]) == ("9.000002", 1, None)
    (dispute,) = (await send(path="/v1/limits/differences", agency="H24.99")).json()
    assert (dispute["first"]["source"], dispute["first"]["words"]) == ("file/procedures:H24.99", "7 Ngày làm việc")
    assert (dispute["second"]["quantity"], dispute["published"]) == (5, "second")
    await take(a_detail_file(DETAIL, [("Trực tuyến", "5 Ngày làm việc", "", "")]))
    async with engine.connect() as connection:
        assert await limits.differences(connection, within=None, limit=10) == []
