"""What will be late soon, by the published calendar and from the index that holds only open dossiers."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.runtime.database import transaction
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record, waiting
from support.syncing import sync

FRIDAY = datetime(2024, 5, 31, 2, 0, tzinfo=UTC)
FIRST = date(2024, 1, 1)


def code(n: int, agency: str = "99") -> str:
    return f"000.00.{agency}.H24-240115-{n:04d}"


def an_open(n: int, due: str | None, state: str = "Thụ lý hồ sơ", agency: str = "99") -> dict[str, Any]:
    at = None if due is None else f"{due}T10:00:00.000+0000"
    return a_record(code(n, agency), **waiting(state), agency={"code": f"000.00.{agency}.H24"}, appointmentDate=at)


@pytest.fixture
async def api(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    with time_machine.travel(FRIDAY, tick=True):
        async with an_api(engine, database_url) as client:
            yield client


async def publish_calendar(engine: AsyncEngine, off: set[date]) -> None:
    days = [FIRST + timedelta(days=n) for n in range(366)]
    rows = [{"day": day, "working": day.weekday() < 5 and day not in off} for day in days]
    async with transaction(engine) as connection:
        await connection.execute(text("insert into catalogue.calendar_revision (revision, cause) values (1, 'test')"))
        await connection.execute(
            text(
                "insert into catalogue.calendar_day "
                "(day, working, source, announced, provisional, revision_from) "
                "values (:day, :working, 'test', true, false, 1)"
            ),
            rows,
        )


@pytest.fixture
async def _synced(engine: AsyncEngine) -> None:
    """Monday is a day off; so of Friday's three working days ahead the last is Thursday."""
    await publish_calendar(engine, {date(2024, 6, 3)})
    portal = FakeIgate(
        [
            an_open(1, "2024-05-31"),
            an_open(2, "2024-06-04", "Yêu cầu bổ sung giấy tờ"),
            an_open(3, "2024-06-06"),
            an_open(4, "2024-06-07"),
            an_open(5, "2024-05-29"),
            an_open(6, None),
            an_open(7, "2024-06-04", agency="98"),
            a_record(code(8), appointmentDate="2024-06-04T10:00:00.000+0000"),
        ]
    )
    await sync(engine, portal.portal(10))


async def asked(api: httpx.AsyncClient, **filters: Any) -> dict[str, Any]:
    found = await api.get("/v1/dossiers/at-risk", params=filters)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json()
    return body


def told(page: dict[str, Any]) -> list[tuple[str, int, bool]]:
    return [(one["dossier"]["code"][-4:], one["working_days_left"], one["waiting"]) for one in page["items"]]


@pytest.mark.usefixtures("_synced")
async def test_the_promised_day_is_compared_in_working_days(api: httpx.AsyncClient) -> None:
    page = await asked(api, within=3)
    assert (page["today"], page["until"]) == ("2024-05-31", "2024-06-06")
    assert told(page) == [("0001", 0, False), ("0007", 1, False), ("0002", 1, True), ("0003", 3, False)]
    assert page["agencies"] == [
        {"agency": "H24.99", "due": 3, "overdue": 1},
        {"agency": "H24.98", "due": 1, "overdue": 0},
    ]
    assert told(await asked(api, within=0)) == [("0001", 0, False)]
    late = await asked(api, within=0, overdue=True, agency="H24.99")
    assert told(late) == [("0005", -2, False), ("0001", 0, False)]


@pytest.mark.usefixtures("_synced")
async def test_pages_join_without_gap_or_repeat(api: httpx.AsyncClient) -> None:
    codes, cursor = [], None
    while True:
        page = await asked(api, overdue=True, limit=2, **({"cursor": cursor} if cursor else {}))
        assert (page["agencies"] is None) == (cursor is not None)
        codes += [one["dossier"]["code"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert codes == [code(5), code(1), code(7, "98"), code(2), code(3)]
    other = (await asked(api, overdue=True, limit=2))["next"]
    refused = await api.get("/v1/dossiers/at-risk", params={"limit": 2, "cursor": other})
    assert (refused.status_code, refused.json()["failed_check"]) == (400, "cursor-invalid")


@pytest.mark.usefixtures("_synced")
async def test_another_agencys_do_not_exist_for_the_caller(api: httpx.AsyncClient, engine: AsyncEngine) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text("update catalogue.api_client set agency_code = 'H24.98'"))
    assert told(await asked(api)) == [("0007", 1, False)]
    assert (await api.get("/v1/dossiers/at-risk", params={"agency": "H24.99"})).status_code == 404


async def test_without_a_calendar_no_day_is_guessed(api: httpx.AsyncClient) -> None:
    refused = await api.get("/v1/dossiers/at-risk")
    assert (refused.status_code, refused.json()["failed_check"], refused.json()["who_must_act"]) == (
        503,
        "calendar-unknown",
        "us",
    )
    for wrong in ({"within": -1}, {"within": 61}, {"within": "ten"}, {"agency": "nobody"}):
        assert (await api.get("/v1/dossiers/at-risk", params=wrong)).status_code == 422


@pytest.mark.slow
async def test_the_question_reads_only_what_is_open(engine: AsyncEngine) -> None:
    """Among 60,000 dossiers, 1,200 of them open, both questions stay within the index of the open ones."""
    async with transaction(engine) as connection:
        await connection.execute(
            text("""
            insert into dossier.head (dossier_code, source_hash, feed_id, page, number, revisions, modified_at, status,
                                      agency_code, due_on)
            select 'H24.' || lpad((n % 300)::text, 3, '0') || '-240115-' || lpad(n::text, 7, '0'), '', 1, 1, 1, 1,
                   now(), case when n % 50 = 0 then 4 else 10 end, 'H24.' || lpad((n % 300)::text, 3, '0'),
                   date '2024-01-01' + n % 365
            from generate_series(1, 60000) n
            """)
        )
    async with engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text("vacuum (analyze) dossier.head")
        )
        for question in (
            "select dossier_code, feed_id, page from dossier.head where {open} and agency_code >= 'H24.' "
            "and agency_code < 'H24/' and due_on between '2024-05-31' and '2024-06-06' "
            "order by due_on, dossier_code limit 100",
            "select agency_code, count(*) filter (where due_on < '2024-05-31') from dossier.head where {open} "
            "and agency_code >= 'H24.' and agency_code < 'H24/' and due_on <= '2024-06-06' group by agency_code",
        ):
            is_open = "status in (2, 4, 5, 6) and due_on is not null and not gone"
            plan = await connection.execute(text("explain " + question.format(open=is_open)))
            lines = "\n".join(row[0] for row in plan)
            assert "head_open_due_key" in lines, lines
            assert "Seq Scan" not in lines
