"""kill -9 at random points of everything that writes: the database ends byte for byte as if nothing had happened.

``make crash`` does it a thousand times; ``make test`` takes a sample. The seed is printed: ``--crash-seed`` repeats it.
"""

import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from dossier_sync.repository.verify import verify as verify_ledger
from metrics.verify import verify as verify_figures
from shared.runtime.database import create_engine, snapshot
from support.crash_world import BEGINS, STAGES, set_up
from support.postgres import Server
from support.stored import everything, set_clock, stand_still
from support.syncing import FEED

TESTS = Path(__file__).parents[2]
DEATHS_A_STAGE = 4
DEATHS_AT_A_PLACE = 2
"""So many workers may die at one place of a list; more, or so many at its very beginning, and it is read in smaller
parts (F113): no byte is lost by that, but other pages are written."""

_FREE = "update {schema}.feed set lease_until = now() - interval '1 second' where lease_until is not null"
_PLACE = f"select concat(run_id, '/', cursor) from dossier.feed where feed = '{FEED}'"
_OTHERS = """
    select count(*) from pg_stat_activity
    where datname = current_database() and application_name = 'mortal' and backend_type = 'client backend'"""


class Mortals:
    """Processes that die where they are told to; see ``support.mortal``."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def carry(self, stage: str, *, dies_at: int = 0) -> tuple[bool, int]:
        """Whether the stage was carried to its end, and how many points it passed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        at = BEGINS + timedelta(hours=STAGES[stage].hours)
        self._process.stdin.write(f"{stage} {dies_at} {at.isoformat()}\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline().split()
        assert len(said) == 2, "the forking process ended"
        code, passed = int(said[0]), int(said[1])
        assert code in (0, -9), f"{stage}, dying at {dies_at}: exit code {code}"
        return code == 0, passed


@contextmanager
def mortals(url: str) -> Iterator[Mortals]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-m", "support.mortal", url],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Mortals(process)
    finally:
        process.communicate(timeout=120)


@asynccontextmanager
async def a_world(server: Server) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
    """A database where nothing happened yet and whose clock stands still."""
    async with server.a_database() as url:
        connection = await asyncpg.connect(url)
        await stand_still(connection, BEGINS)
        await connection.close()
        await set_up(url)
        connection = await asyncpg.connect(url)
        yield connection, url
        await connection.close()


async def undisturbed(server: Server) -> tuple[dict[str, list[str]], dict[str, int]]:
    """The end of an undisturbed history, and how many points each stage has."""
    async with a_world(server) as (connection, url):
        points = {}
        with mortals(url) as crew:
            for name, stage in STAGES.items():
                await set_clock(connection, BEGINS + timedelta(hours=stage.hours))
                ended, points[name] = crew.carry(name)
                assert ended
        return await everything(connection), points


class History:
    """One database's history of deaths. ``told``: stage and point of each, to repeat it by hand."""

    def __init__(self, connection: asyncpg.Connection, crew: Mortals, chance: random.Random) -> None:
        self._connection, self._crew, self._chance = connection, crew, chance
        self.told: list[tuple[str, int]] = []

    async def carry(self, stage: str, points: int) -> None:
        """The stage to its end, over some dead bodies."""
        await set_clock(self._connection, BEGINS + timedelta(hours=STAGES[stage].hours))
        fallen: Counter[str] = Counter()
        for _ in range(DEATHS_A_STAGE):
            place = await self._connection.fetchval(_PLACE)
            if STAGES[stage].resumes and fallen[place] >= DEATHS_AT_A_PLACE:
                break
            dies_at = self._chance.randint(1, points)
            ended, _ = self._crew.carry(stage, dies_at=dies_at)
            if ended:
                return
            self.told.append((stage, dies_at))
            await self._dust_settles()
            place = await self._connection.fetchval(_PLACE)
            fallen[place] += DEATHS_AT_A_PLACE if place.endswith("/") else 1
        ended, _ = self._crew.carry(stage)
        assert ended

    async def _dust_settles(self) -> None:
        """What the dead had sent is still carried out; then a minute of silence ends their leases."""
        while await self._connection.fetchval(_OTHERS):
            pass
        for schema in ("catalogue", "dossier"):
            await self._connection.execute(_FREE.format(schema=schema))


def traces(expected: dict[str, list[str]], found: dict[str, list[str]]) -> dict[str, set[str]]:
    """The rows that differ, by table."""
    return {table: {*rows} ^ {*found[table]} for table, rows in expected.items() if found[table] != rows}


async def proofs_hold(url: str) -> None:
    """The ledger's chain, and three ways to the same figures."""
    engine = create_engine(url, application_name="proof", pool_size=2)
    async with snapshot(engine) as connection:
        assert (await verify_ledger(connection)).broken is None
    figures = await verify_figures(engine)
    assert (figures.differences, figures.unproven) == ((), None)
    await engine.dispose()


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.fault("F106")
async def test_f106_any_number_of_deaths_anywhere_leave_no_trace(
    server: Server, request: pytest.FixtureRequest
) -> None:
    kills = request.config.getoption("--kills")
    seed = request.config.getoption("--crash-seed") or random.SystemRandom().randrange(2**32)
    chance, deaths = random.Random(seed), Counter[str]()  # noqa: S311 - repeatable
    expected, points = await undisturbed(server)
    assert len(expected["dossier.head"]) > 70
    assert len(expected["dossier.quarantine"]) > 5
    while deaths.total() < kills:
        async with a_world(server) as (connection, url):
            with mortals(url) as crew:
                history = History(connection, crew, chance)
                for stage in STAGES:
                    await history.carry(stage, points[stage])
            found = await everything(connection)
            await proofs_hold(url)
        deaths.update(stage for stage, _ in history.told)
        assert traces(expected, found) == {}, f"seed {seed}: {history.told}"
    print(f"{deaths.total()} deaths, seed {seed}: {dict(deaths)}")  # noqa: T201 - what was done, for `make crash`
    assert set(deaths) == set(STAGES)
