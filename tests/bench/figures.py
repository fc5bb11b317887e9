"""Times the statements behind an answer: ``python -m bench.figures postgresql://…`` over a projected database.

Database time is what Postgres reports itself (planning and execution of EXPLAIN ANALYZE, median of nine); the whole
answer is measured in the process, through the same functions as the routes.
"""

import asyncio
import json
import statistics
import sys
from collections.abc import Awaitable, Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from metrics.domain.dictionary import find
from metrics.domain.folding import windows
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion, Scope
from metrics.figures import answer, moment_of
from metrics.forms import form_06a
from metrics.repository import sources, tallies
from metrics.series import By, rows
from shared.runtime.clock import monotonic
from shared.runtime.database import create_engine, snapshot

TIMES = 9
YEAR = ReportingPeriod.parse("2023")
Ask = Callable[[AsyncConnection], Awaitable[object]]


async def main(url: str) -> None:
    """Prints one line a question: milliseconds, median of nine."""
    engine = create_engine(url, application_name="bench-figures", pool_size=1)
    async with snapshot(engine) as connection:
        print(f"{'tallies of a province, one year: in Postgres':60}{await database_time(connection):9.2f} ms")
    for name, ask in QUESTIONS.items():
        print(f"{name:60}{await whole_time(engine, ask):9.2f} ms")
    await engine.dispose()


async def database_time(connection: AsyncConnection) -> float:
    """Planning and execution of the statement that sums a province's year, as Postgres reports them."""
    pieces = windows([YEAR])
    values = {
        "parts": [piece.part for piece in pieces],
        "spans": [piece.span for piece in pieces],
        "firsts": [piece.first for piece in pieces],
        "stops": [piece.stop for piece in pieces],
        "agencies": ["H24"],
        "channel": None,
    }
    statement = text(f"explain (analyze, format json) {tallies.SUMS}")
    found = []
    for _ in range(TIMES):
        plan = (await connection.execute(statement, values)).scalar_one()
        plan = json.loads(plan) if isinstance(plan, str) else plan
        found.append(plan[0]["Planning Time"] + plan[0]["Execution Time"])
    return statistics.median(found)


async def whole_time(engine: AsyncEngine, ask: Ask) -> float:
    """Milliseconds of one answer, the snapshot and every round trip included."""
    found = []
    for _ in range(TIMES):
        begun = monotonic()
        async with snapshot(engine) as connection:
            await ask(connection)
        found.append(1000 * (monotonic() - begun))
    return statistics.median(found)


def value_of(figure: str, scope: Scope, as_of: int | None = None) -> Ask:
    async def ask(connection: AsyncConnection) -> object:
        question = FigureQuestion(find(figure), scope, YEAR, as_of)
        moment = await moment_of(connection, question, await sources.standing(connection))
        return await answer(connection, question, moment)

    return ask


def series_of(figure: str, by: By) -> Ask:
    async def ask(connection: AsyncConnection) -> object:
        question = FigureQuestion(find(figure), Scope(agency="H24"), YEAR)
        moment = await moment_of(connection, question, await sources.standing(connection))
        return await rows(connection, question, by, None, 100, moment)

    return ask


async def form(connection: AsyncConnection) -> object:
    question = FigureQuestion(find("dossiers_total_handled"), Scope(agency="H24"), YEAR)
    moment = await moment_of(connection, question, await sources.standing(connection))
    return await form_06a(connection, question, moment)


QUESTIONS: dict[str, Ask] = {
    "value: province, year": value_of("on_time_rate_766", Scope(agency="H24")),
    "value: one agency, year": value_of("on_time_rate_766", Scope(agency="H24.017")),
    "value: province, one procedure, year": value_of("on_time_rate_766", Scope(agency="H24", procedure="1.000017")),
    "value: one agency, one field, year": value_of("on_time_rate_766", Scope(agency="H24.017", field="F7")),
    "value: province, one field, year": value_of("on_time_rate_766", Scope(agency="H24", field="F7")),
    "value: province, year, as of half the ledger": value_of("on_time_rate_766", Scope(agency="H24"), 500),
    "series: province, by month": series_of("resolution_rate", "month"),
    "series: province, by agency (100 rows)": series_of("resolution_rate", "agency"),
    "series: province, by procedure (100 rows)": series_of("resolution_rate", "procedure"),
    "form II.06a: province, year": form,
}

if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
