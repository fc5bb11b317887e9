"""How long a figure takes, against a plain SQL recount of the heads for the same question in the same run.

Timed around the statements only (driver and network to a local server included, HTTP and JSON not).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date
from statistics import median

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench.stack import Stack
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.figures import dossier_counts
from metrics.repository.scoping import AsOf
from shared.runtime.database import create_engine, snapshot

YEAR = ReportingPeriod.parse("2024")
RECOUNT = """
    select count(*) filter (where received_on < $2 and (ended_on is null or ended_on >= $2)) as carried,
           count(*) filter (where received_on between $2 and $3) as received,
           count(*) filter (where ended_on between $2 and $3 and ended_on < due_on) as early,
           count(*) filter (where ended_on between $2 and $3 and ended_on = due_on) as on_time,
           count(*) filter (where ended_on between $2 and $3 and ended_on > due_on) as late,
           count(*) filter (where received_on <= $3 and (ended_on is null or ended_on > $3) and due_on < $3) as overdue
    from dossier.head_v2
    where not gone and status not in (0, 1, 3) and (agency_code = $1 or agency_code like $1 || '.%')
"""


def project(stack: Stack) -> str:
    """Projects the ledger and says how fast."""
    rows = asyncio.run(_count(stack))
    seconds = stack.run("metrics", "project", "--once")
    return f"projected {rows:,} revisions in {seconds:.1f} s ({rows / seconds:,.0f} rows/s, start of Python included)"


def measure(stack: Stack) -> list[str]:
    """A line for each question over a projected ledger."""
    return asyncio.run(_questions(stack))


async def _count(stack: Stack) -> int:
    connection = await asyncpg.connect(stack.database_url)
    try:
        await connection.execute("vacuum analyze dossier.head, dossier.revision")
        return int(await connection.fetchval("select count(*) from dossier.revision"))
    finally:
        await connection.close()


async def _questions(stack: Stack) -> list[str]:
    engine = create_engine(stack.database_url, application_name="bench", pool_size=1)
    try:
        return await _answered(engine)
    finally:
        await engine.dispose()


async def _answered(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        await connection.exec_driver_sql("analyze metrics.fact")
        await connection.exec_driver_sql("analyze metrics.tally")
        await connection.commit()
        entry = int((await connection.exec_driver_sql("select max(entry) from dossier.ledger_v1")).scalar_one())
        probe = "select agency_code, procedure_code from dossier.head_v2 where procedure_code <> '' limit 1"
        agency, procedure = (await connection.exec_driver_sql(probe)).one()
    province = str(agency).partition(".")[0]
    now, before = AsOf(entry, 0, latest=True), AsOf(entry - 1, 0, latest=False)
    recount = await _timed(engine, _recount(province), 5)
    lines = [_line("plain SQL recount, province-year", recount, recount)]
    for name, scope, as_of, times in (
        ("one agency, one year (tallies)", Scope(agency=agency), now, 300),
        ("province, one year (tallies)", Scope(agency=province), now, 300),
        ("province, one year, as of an older entry (facts)", Scope(agency=province), before, 5),
        ("one procedure, province-year (facts)", Scope(agency=province, procedure=procedure), now, 30),
    ):
        lines.append(_line(name, await _timed(engine, _counts(scope, as_of), times), recount))
    return lines


def _counts(scope: Scope, as_of: AsOf) -> Callable[[AsyncConnection], Awaitable[object]]:
    async def ask(connection: AsyncConnection) -> object:
        return await dossier_counts(connection, scope, as_of, [YEAR])

    return ask


def _recount(agency: str) -> Callable[[AsyncConnection], Awaitable[object]]:
    async def ask(connection: AsyncConnection) -> object:
        return await connection.exec_driver_sql(RECOUNT, (agency, date(2024, 1, 1), date(2024, 12, 31)))

    return ask


async def _timed(engine: AsyncEngine, ask: Callable[[AsyncConnection], Awaitable[object]], times: int) -> list[float]:
    """Milliseconds of each of ``times`` askings, after one that warms."""
    found = []
    async with snapshot(engine) as connection:
        await ask(connection)
        for _ in range(times):
            started = time.perf_counter()
            await ask(connection)
            found.append((time.perf_counter() - started) * 1000)
    return sorted(found)


def _line(name: str, found: list[float], recount: list[float]) -> str:
    p50, p99 = median(found), found[min(len(found) - 1, int(len(found) * 0.99))]
    return f"{name:<52}{p50:>10.2f}{p99:>10.2f}{p50 / median(recount):>12.4f}"
