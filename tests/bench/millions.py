"""A ledger of millions of dossiers: how long until it is projected, and how long each kind of question takes.

Beside us in the same run: a plain SQL recount of the heads, and DuckDB over the judged facts. Each line is printed as
soon as it is known. Of a question two times are told: ``database``, in the driver's calls (all statements behind the
answer: standing, counts, quarantine; network and driver included), and ``whole``, with everything that Python does; and
the same over HTTP.
"""

import asyncio
import json
import random
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from statistics import median

import asyncpg
import httpx
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bench import bulk
from bench.elt import PYTHON
from bench.questions import RECOUNT
from bench.stack import Stack
from metrics.domain.dictionary import find
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion, Scope
from metrics.figures import answer, dossier_counts
from metrics.moments import moment_of
from metrics.repository import sources
from metrics.repository.scoping import AsOf
from metrics.series import rows
from motcua_local.ports import free_port
from shared.runtime.auth import key_hash
from shared.runtime.database import create_engine, snapshot

KEY = "mtc_bench_key_for_loopback_only"
SCRIPT = Path(__file__).parent / "peers" / "duckdb_facts.py"
FIGURE = "dossiers_resolved"
TIMES = 1_000
"""Askings behind a p99: ten of them lie beyond it."""
REBUILD_SECONDS_A_MILLION = 60
"""Ten minutes for ten million."""
OLDER_TIMES = 3
"""How much longer a question as of any entry may take than the same as of now."""

Ask = Callable[[AsyncConnection], Awaitable[object]]


async def measure(stack: Stack, dossiers: int) -> AsyncIterator[str]:
    """One line a step and a question."""
    started = time.perf_counter()
    revisions = 0
    async for step, written in bulk.fill(stack.database_url, dossiers):
        revisions = written
        yield f"{time.perf_counter() - started:8.0f} s  {step}"
    aim = REBUILD_SECONDS_A_MILLION * dossiers / 1_000_000
    seconds = await asyncio.to_thread(stack.run, "metrics", "rebuild")
    yield (
        f"{seconds:8.0f} s  tallies and judged rows rebuilt from {revisions:,} revisions "
        f"({revisions / seconds:,.0f} revisions/s; aim {aim:.0f} s: {_met(seconds <= aim)})"
    )
    seconds = await asyncio.to_thread(stack.run, "metrics", "verify")
    yield f"{seconds:8.0f} s  proven equal: tallies, judged rows and heads (metrics verify)"
    yield await _sizes(stack)
    async for line in _asked(stack):
        yield line
    for line in await asyncio.to_thread(lambda: list(_duckdb(stack))):
        yield line


def _met(reached: bool) -> str:
    return "reached" if reached else "NOT reached"


async def _sizes(stack: Stack) -> str:
    tables = ("fact", "tally", "tally_past")
    connection = await asyncpg.connect(stack.database_url)
    try:
        sizes = []
        for table in tables:
            await connection.execute(f"vacuum analyze metrics.{table}")
            rows = await connection.fetchval(f"select count(*) from metrics.{table}")
            size = await connection.fetchval(f"select pg_total_relation_size('metrics.{table}')")
            sizes.append(f"{table} {rows:,} rows, {size / 2**20:,.0f} MiB")
        return "; ".join(sizes)
    finally:
        await connection.close()


class Questions:
    """Questions as users ask them, at random and yet the same on every machine."""

    def __init__(self, agencies: list[str], procedures: list[str], newest: int) -> None:
        self._dice = random.Random(766)  # noqa: S311 - a bench's dice
        self._agencies, self._procedures, self._newest = agencies, procedures, newest

    def agency(self) -> str:
        return self._dice.choice(self._agencies)

    def period(self) -> ReportingPeriod:
        year = self._dice.choice([2022, 2023, 2024])
        words = [str(year), f"{year}-Q{self._dice.randrange(1, 5)}", f"{year}-{self._dice.randrange(1, 13):02}"]
        return ReportingPeriod.parse(self._dice.choice([*words, f"report-{year}"]))

    def entry(self) -> int:
        """Any older entry: in the middle of a day of the ledger, as a rule."""
        return self._dice.randrange(1, self._newest)

    def of_agency(self) -> FigureQuestion:
        return FigureQuestion(find(FIGURE), Scope(agency=self.agency()), self.period())

    def of_province(self) -> FigureQuestion:
        return FigureQuestion(find(FIGURE), Scope(agency="H99"), ReportingPeriod.parse("2024"))

    def of_procedure(self) -> FigureQuestion:
        question = self.of_province()
        return replace(question, scope=replace(question.scope, procedure=self._dice.choice(self._procedures)))

    def older(self, question_of: Callable[[], FigureQuestion]) -> Callable[[], FigureQuestion]:
        return lambda: replace(question_of(), as_of=self.entry())


@dataclass
class Taken:
    """Milliseconds of many askings of one question: in the database's driver alone, and in all."""

    database: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


async def _asked(stack: Stack) -> AsyncIterator[str]:
    engine = create_engine(stack.database_url, application_name="bench", pool_size=1)
    try:
        ask = await _questions(engine)
        yield f"\n{'':<56}{'database ms':>18}{'whole ms':>18}{'database':>12}"
        yield f"{'question':<56}{'p50':>9}{'p99':>9}{'p50':>9}{'p99':>9}{'of recount':>12}  aim"
        recount = await _timed(engine, _recount, 3)
        yield _line("plain SQL recount of the heads, province-year", recount, recount)
        for name, question_of, times, asking, aim in (
            ("one figure of an agency, any period", ask.of_agency, TIMES, _figure, 2),
            ("one figure of the province, a year", ask.of_province, TIMES, _figure, 2),
            ("province-year by agency (300 rows)", ask.of_province, 200, _series, 10),
        ):
            now = await _timed(engine, asking(question_of), times)
            yield _line(name, now, recount, aim)
            then = await _timed(engine, asking(ask.older(question_of)), times)
            yield _line(f"{name}, as of any entry", then, recount, OLDER_TIMES * _p99(now.database))
        procedure = await _timed(engine, _figure(ask.of_procedure), 50)
        yield _line("one procedure of the province, a year", procedure, recount)
        async for line in _over_http(stack, ask, recount):
            yield line
    finally:
        await engine.dispose()


async def _questions(engine: AsyncEngine) -> Questions:
    async with engine.connect() as connection:
        codes = await connection.exec_driver_sql("select distinct agency_code from metrics.tally order by 1")
        agencies = [code for code in codes.scalars() if code.startswith("H99.")]
        some = await connection.exec_driver_sql("select procedure_code from metrics.fact limit 200")
        newest = await connection.exec_driver_sql("select max(entry) from dossier.ledger_v1")
        return Questions(agencies, list(some.scalars()), int(newest.scalar_one()))


async def _recount(connection: AsyncConnection) -> object:
    return await connection.exec_driver_sql(RECOUNT, ("H99", date(2024, 1, 1), date(2024, 12, 31)))


def _figure(question_of: Callable[[], FigureQuestion]) -> Ask:
    async def ask(connection: AsyncConnection) -> object:
        question = question_of()
        standing = await sources.standing(connection)
        return await answer(connection, question, await moment_of(connection, question, standing))

    return ask


def _series(question_of: Callable[[], FigureQuestion]) -> Ask:
    async def ask(connection: AsyncConnection) -> object:
        question = question_of()
        moment = await moment_of(connection, question, await sources.standing(connection))
        found = await rows(connection, question, "agency", None, 500, moment)
        assert len(found) >= bulk.AGENCIES - 10
        return found

    return ask


async def _timed(engine: AsyncEngine, ask: Ask, times: int) -> Taken:
    """Milliseconds of each of ``times`` askings, in order of length; a twentieth before them warms."""
    taken = Taken()
    async with snapshot(engine) as connection:
        with _clocked(engine) as in_driver:
            for number in range(times + max(1, times // 20)):
                in_driver.clear()
                started = time.perf_counter()
                await ask(connection)
                if number >= max(1, times // 20):
                    taken.whole.append((time.perf_counter() - started) * 1000)
                    taken.database.append(sum(in_driver) * 1000)
    return Taken(sorted(taken.database), sorted(taken.whole))


@contextmanager
def _clocked(engine: AsyncEngine) -> Iterator[list[float]]:
    """The seconds of each statement, from handing it to the driver until its rows are there."""
    seconds: list[float] = []
    begun: list[float] = []

    def before(*_: object) -> None:
        begun.append(time.perf_counter())

    def after(*_: object) -> None:
        seconds.append(time.perf_counter() - begun.pop())

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)
    try:
        yield seconds
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", before)
        event.remove(engine.sync_engine, "after_cursor_execute", after)


async def _over_http(stack: Stack, ask: Questions, recount: Taken) -> AsyncIterator[str]:
    """One figure after another over one connection; answers kept in memory are switched off."""
    await _enter_key(stack)
    port = free_port()
    environment = {**stack.environment, "METRICS_ANSWERS_KEPT": "0", "METRICS_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        *stack.command("metrics", "serve"), env=environment, stdout=subprocess.DEVNULL
    )
    try:
        headers = {"Authorization": f"Bearer {KEY}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as client:
            await _until_ready(client)
            for name, question_of, path, times, aim in (
                ("one figure of an agency over HTTP", ask.of_agency, "value", TIMES, 10),
                ("province-year by agency over HTTP (300 rows)", ask.of_province, "series", 200, 50),
            ):
                now = await _get(client, question_of, path, times)
                yield _line(name, Taken([], now), recount, aim)
                then = await _get(client, ask.older(question_of), path, times)
                yield _line(f"{name}, as of any entry", Taken([], then), recount, OLDER_TIMES * _p99(now))
    finally:
        process.terminate()
        await process.wait()


async def _get(
    client: httpx.AsyncClient, question_of: Callable[[], FigureQuestion], path: str, times: int
) -> list[float]:
    taken = []
    for number in range(times + 50):
        question = question_of()
        query: dict[str, str | int] = {
            "agency": question.scope.agency or "",
            "from": str(question.period.first),
            "to": str(question.period.last),
        }
        if isinstance(question.as_of, int):
            query["as_of"] = question.as_of
        if path == "series":
            query |= {"by": "agency", "limit": 500}
        started = time.perf_counter()
        answered = await client.get(f"/v1/figures/{FIGURE}/{path}", params=query)
        if number >= 50:
            taken.append((time.perf_counter() - started) * 1000)
        if answered.status_code != 200:
            raise SystemExit(f"{query} was answered {answered.status_code}: {answered.text}")
    return sorted(taken)


async def _until_ready(client: httpx.AsyncClient) -> None:
    for _ in range(150):
        try:
            if (await client.get("/livez")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.2)
    raise SystemExit("metrics did not start within 30 s")


async def _enter_key(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.database_url)
    try:
        await connection.execute(
            "insert into catalogue.api_client (client_id, agency_code, name, scopes) "
            "values ('bench', 'H99', 'bench', $1)",
            ["figures:read"],
        )
        await connection.execute(
            "insert into catalogue.api_key (key_hash, client_id) values ($1, 'bench')", key_hash(KEY)
        )
    finally:
        await connection.close()


def _duckdb(stack: Stack) -> Iterator[str]:
    """DuckDB's times over the same facts; its numbers must be ours."""
    file = stack.directory / "facts.csv"
    ours = asyncio.run(_export(stack, file))  # in a thread of its own
    done = subprocess.run([str(PYTHON), str(SCRIPT), str(file)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"DuckDB ended with {done.returncode}:\n{done.stderr[-4000:]}")
    told = json.loads(done.stdout)
    if told["province-year"]["found"] != [list(ours)]:
        raise SystemExit(f"DuckDB found {told['province-year']['found']}, the tallies say {ours}")
    for name, one in told.items():
        taken = one["milliseconds"]
        yield f"{'DuckDB over the judged facts, ' + name:<56}{median(taken):>9.2f}{taken[-1]:>9.2f}"


async def _export(stack: Stack, file: Path) -> tuple[int, ...]:
    connection = await asyncpg.connect(stack.database_url)
    try:
        await connection.copy_from_query(
            "select agency_code, procedure_code, channel, received_on, ended_on, outcome from metrics.fact "
            "where valid_to is null and reason is null",
            output=file,
            format="csv",
            header=True,
        )
    finally:
        await connection.close()
    engine = create_engine(stack.database_url, application_name="bench", pool_size=1)
    try:
        async with snapshot(engine) as session:
            year = ReportingPeriod.parse("2024")
            counts = (await dossier_counts(session, Scope(agency="H99"), AsOf(0, 0, latest=True), [year]))[0]
    finally:
        await engine.dispose()
    return counts.carried, counts.received_online + counts.received_other, counts.early, counts.on_time, counts.late


def _p99(found: list[float]) -> float:
    return found[min(len(found) - 1, int(len(found) * 0.99))]


def _line(name: str, taken: Taken, recount: Taken, aim: float | None = None) -> str:
    """``aim`` is for the p99: in the database where that is measured, else in all."""
    times = [
        f"{median(found):>9.2f}{_p99(found):>9.2f}" if found else f"{'':>18}" for found in (taken.database, taken.whole)
    ]
    counted = taken.database or taken.whole
    ratio = f"{median(counted) / median(recount.database):>12.5f}"
    said = "" if aim is None else f"  p99 < {aim:.1f}: {_met(_p99(counted) < aim)}"
    return f"{name:<56}{''.join(times)}{ratio}{said}"
