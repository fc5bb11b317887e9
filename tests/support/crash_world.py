"""A small history of all that writes: catalogue swaps, runs, pushes, the projector. Each stage knows when it is done.

Whoever carries a stage may die in it and another carries it again, as a supervisor, a schedule or a sender would. The
portals are those of a moment: the same in every process, whatever happened to the ones before.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.sync import FeedPlan as CataloguePlan
from catalogue.sync import run_feed
from dossier_sync.inbound import Rules, Terms, feed_of, take_dossiers, take_steps
from dossier_sync.repository.feeds import register
from dossier_sync.worker import work_once
from metrics.projector import catch_up
from shared.domain.identifiers import AgencyCode
from shared.runtime.database import create_engine, transaction
from support.catalogue_portals import FakeNational, a_detail, plan, portals_over
from support.fake_igate import FakeIgate, a_record, waiting
from support.national_wire import a_step, opencps
from support.syncing import FEED, plans_of
from support.working import habits

Point = Callable[[], None]
BEGINS = datetime(2024, 6, 3, 2, tzinfo=UTC)
PAGE_SIZE = 6
_BATCH_ROWS = 16
_SENDER = "H24.98"
_AGENCY = "000.00.99.H24"
_CATALOGUE = CataloguePlan("national", AgencyCode.parse("H24.99"), 3_600)


@dataclass(frozen=True, slots=True)
class Stage:
    """``hours`` after the beginning. ``resumes``: it goes on from a cursor, and repeated deaths at one place of it are
    taken for the place's fault (F113), so that a history of random deaths spares a place after two."""

    hours: int
    act: Callable[[str, Point], Awaitable[None]]
    resumes: bool = False


async def set_up(url: str) -> None:
    """The feeds that will be."""
    engine = create_engine(url, application_name="set-up", pool_size=1)
    inbound, portal = feed_of(_SENDER)
    async with transaction(engine) as connection:
        await register(connection, FEED, portal="fake", kind="dossiers", agency_code="H24", every_seconds=60)
        await register(connection, inbound, portal=portal, kind="dossiers", agency_code=_SENDER, every_seconds=86_400)
    await plan(engine, [_CATALOGUE])
    await engine.dispose()


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _code(number: int) -> str:
    return f"{_AGENCY}-240115-{number:04d}"


def _dossier(number: int, at: datetime, **changed: Any) -> dict[str, Any]:
    procedure = f"9.{number % 14 + 1:06d}"
    told = {"procedure": {"code": procedure, "nationCode": procedure, "sector": {"code": "G03-GDPT"}}}
    if number % 3 == 0:
        told |= waiting("Đang xử lý")
    if number % 11 == 0:
        told["acceptedDate"] = "2024-02-31T01:30:00.000+0000"  # no such day: set aside
    return a_record(_code(number), **{**told, "updatedDate": _stamp(at), **changed})


def _dossiers(edition: int) -> FakeIgate:
    """Edition 1: some changed, new, mended, one broken, three gone, one unlisted yet found when asked
    for. Edition 2: as the first, for a second sweep."""
    before, after = BEGINS - timedelta(days=1), BEGINS + timedelta(hours=5, minutes=20)
    portal = FakeIgate([_dossier(n, before + timedelta(minutes=n)) for n in range(1, 53)])
    if edition:
        for number in (2, 3, 9, 17, 21, 30, 45, *range(60, 70)):
            portal.put(
                _dossier(number, after + timedelta(seconds=number), completedDate="2024-01-16T03:11:05.000+0000")
            )
        for number in (11, 22):
            portal.put(_dossier(number, after, acceptedDate="2024-01-15T01:30:00.000+0000"))
        portal.put(_dossier(50, after, acceptedDate="2024-02-31T01:30:00.000+0000"))
        vanished = {_code(number) for number in (5, 16, 40)}
        portal.found = [one for one in portal.records if one["code"] not in vanished]
        portal.records = [one for one in portal.found if one["code"] != _code(31)]
    return portal


def _procedures(edition: int) -> FakeNational:
    """Edition 1: six more procedures, two renamed, one no longer listed."""
    portal = FakeNational.of(8)
    if edition:
        for number in range(9, 15):
            portal.put(a_detail(number))
        for number in (2, 5):
            portal.put(a_detail(number, name=f"Thủ tục đổi tên {number}", updatedAt=1_790_000_100_000))
        portal.put(a_detail(7, state="INACTIVE"))
        portal.hide("9.000007")
    return portal


def _over(url: str, do: Callable[[AsyncEngine], Awaitable[None]]) -> Awaitable[None]:
    async def done() -> None:
        engine = create_engine(url, application_name="mortal", pool_size=4)
        try:
            await do(engine)
        finally:
            await engine.dispose()

    return done()


async def _ended_runs(engine: AsyncEngine, schema: str, feed: str) -> int:
    question = text(
        f"select count(*) from {schema}.run join {schema}.feed using (feed_id)"
        " where feed = :feed and finished_at is not null"
    )
    async with transaction(engine) as connection:
        return int((await connection.execute(question, {"feed": feed})).scalar_one())


def catalogue(edition: int, *, runs: int) -> Callable[[str, Point], Awaitable[None]]:
    """Reads the catalogue and swaps it in. Done: so many runs have ended."""

    def act(url: str, point: Point) -> Awaitable[None]:
        async def do(engine: AsyncEngine) -> None:
            if await _ended_runs(engine, "catalogue", _CATALOGUE.name) >= runs:
                return
            portal = _procedures(edition)
            portal.break_ = lambda path, body: point()  # type: ignore[func-returns-value]
            async with portals_over(portal.transport(), page_size=4, days=False) as portals:
                assert await run_feed(engine, portals, owner="mortal", only=_CATALOGUE.name)

        return _over(url, do)

    return act


def dossiers(edition: int, mode: str, *, runs: int) -> Callable[[str, Point], Awaitable[None]]:
    """One run as a worker carries it, what was set aside read again first."""

    def act(url: str, point: Point) -> Awaitable[None]:
        async def do(engine: AsyncEngine) -> None:
            if await _ended_runs(engine, "dossier", FEED) >= runs:
                return
            portal = _dossiers(edition)
            portal.faults.append(lambda request: point())  # type: ignore[func-returns-value]
            plans = plans_of({FEED: lambda: portal.portal(PAGE_SIZE)})
            ending = await work_once(engine, habits(plans), asyncio.Event(), only=FEED, mode=mode)
            assert ending is not None, "the feed is still held"
            assert ending.failure is None, ending

        return _over(url, do)

    return act


def pushed(records: list[dict[str, Any]], *, updating: bool) -> Callable[[str, Point], Awaitable[None]]:
    """One push. Its sender, without an answer, sends it again."""

    def act(url: str, point: Point) -> Awaitable[None]:
        async def do(engine: AsyncEngine) -> None:
            await take_dossiers(engine, _SENDER, _raw(records), updating=updating, terms=_terms())

        return _over(url, do)

    return act


def stepped(records: list[dict[str, Any]]) -> Callable[[str, Point], Awaitable[None]]:
    """One push of steps."""

    def act(url: str, point: Point) -> Awaitable[None]:
        async def do(engine: AsyncEngine) -> None:
            await take_steps(engine, _SENDER, _raw(records), terms=_terms())

        return _over(url, do)

    return act


def projected(url: str, point: Point) -> Awaitable[None]:
    """The projector, in small batches, to the end of the ledger."""

    async def do(engine: AsyncEngine) -> None:
        await catch_up(engine, most_rows=_BATCH_ROWS)

    return _over(url, do)


def _terms() -> Terms:
    return Terms("0", timedelta(minutes=10), 200, 30.0, timedelta(minutes=5), Rules())


def _raw(records: list[dict[str, Any]]) -> list[msgspec.Raw]:
    return [msgspec.Raw(json.dumps(one, ensure_ascii=False).encode()) for one in records]


def _pushed_code(number: int) -> str:
    return f"000.00.98.H24-240115-{number:04d}"


_FIRST = [opencps(_pushed_code(n), TrangThaiHoSo="2") for n in range(1, 12)]
_SECOND = [opencps(_pushed_code(n), TrangThaiHoSo="4", NgayHenTra="20240119170000") for n in range(8, 18)]
_UNREADABLE = [opencps(_pushed_code(20), NgayTiepNhan="20240231083000")]
_STEPS = [a_step(_pushed_code(n), TrangThai="4", ThoiDiemXuLy=f"202401170905{n:02d}") for n in (1, 2, 2, 3, 99)]

STAGES = {
    "catalogue-1": Stage(0, catalogue(0, runs=1)),
    "full-1": Stage(1, dossiers(0, "full", runs=1), resumes=True),
    "push-1": Stage(2, pushed([*_FIRST, *_UNREADABLE], updating=False)),
    "steps-1": Stage(3, stepped(_STEPS)),
    "projector-1": Stage(4, projected),
    "catalogue-2": Stage(5, catalogue(1, runs=2)),
    "changes-1": Stage(6, dossiers(1, "incremental", runs=2), resumes=True),
    "full-2": Stage(7, dossiers(1, "full", runs=3), resumes=True),
    "full-3": Stage(8, dossiers(2, "full", runs=4), resumes=True),
    "push-2": Stage(9, pushed(_SECOND, updating=True)),
    "projector-2": Stage(10, projected),
}
