"""Two, then eight workers on ten feeds, while processes are stopped and killed and the database goes down under them.

``make soak`` does it for ten minutes; ``make test`` for twenty seconds.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from dossier_sync.repository.verify import verify
from motcua_local.ports import free_port
from motcua_local.postgres import Cluster
from shared.runtime.database import create_engine, snapshot
from support import truth
from support.forked import Workers
from support.postgres import FAST, Server
from support.ten_portals import SECRET, LivingPortal, live, ten_portals

CREWS = (2, 8)
DOSSIERS, MOST = 40, 150
SETTLES_WITHIN = 90.0

_TWICE = """
    select dossier_code, encode(source_hash, 'hex'), count(*) from dossier.revision group by 1, 2 having count(*) > 1"""
_PAGES = """
    select f.feed, f.page, count(*), max(e.page) from dossier.feed f join dossier.ledger_entry e using (feed_id)
    group by 1, 2 having count(*) <> f.page or max(e.page) <> f.page"""
_UNSETTLED = """
    select f.feed from dossier.feed f where not exists (
        select from dossier.run r where r.feed_id = f.feed_id and r.mode = 'full' and r.verdict = 'succeeded'
        and r.started_at > $1)"""
_ASK = (
    """
    update dossier.feed set requested_mode = 'full', next_at = now(), closed_until = null
    where feed in (select feed from ("""
    + _UNSETTLED
    + """) as unsettled) and run_id is null and parked_run_id is null"""
)
_RUNS = """
    select coalesce(verdict || coalesce(': ' || failure, ''), 'unfinished') as verdict, count(*) as n
    from dossier.run group by 1 order by 1"""
_UNPROVEN = """
    select mode, claims, passes, detail, count(*) as n
    from dossier.run where verdict = 'partial' group by 1, 2, 3, 4 order by 1, 2, 3, 4"""
_LEAST = """
    select min(n) from (select count(*) filter (where r.verdict = 'succeeded') as n
    from dossier.feed f left join dossier.run r using (feed_id) group by f.feed_id) as proven"""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A Postgres that may fall. What it said is committed stays so: else its fall would be a restore (F127)."""
    settings = {**FAST, "synchronous_commit": "on"}
    cluster = Cluster(tmp_path / "data", auth="trust", port=free_port(), settings=settings)
    cluster.start()
    yield cluster
    cluster.clean()


class Mischief:
    """What befalls the workers; ``done`` counts it."""

    def __init__(self, workers: Workers, cluster: Cluster, chance: random.Random) -> None:
        self._workers, self._cluster, self._chance = workers, cluster, chance
        self.crew: list[int] = []
        self.done: Counter[str] = Counter()
        self._stopped: list[asyncio.Task[None]] = []

    def hire(self, count: int) -> None:
        """So many workers in all."""
        while len(self.crew) < count:
            self.crew.append(self._workers.start("work"))

    async def rages(self, seconds: float) -> None:
        """For so long; the more workers, the more often. The database falls about twice a minute, and once at least."""
        ends = asyncio.get_running_loop().time() + seconds
        falls = sorted(ends - seconds * self._chance.random() for _ in range(max(1, round(seconds / 30))))
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(min(left, self._chance.expovariate(len(self.crew) / 4)))
            if falls and falls[0] <= asyncio.get_running_loop().time():
                falls.pop(0)
                await self.database_falls()
            elif self._chance.random() < 0.5:
                await self.one_dies()
            else:
                self._stopped.append(asyncio.create_task(self.one_stands_still()))
        await asyncio.gather(*self._stopped)

    async def one_dies(self) -> None:
        pid = self.crew.pop(self._chance.randrange(len(self.crew)))
        os.kill(pid, signal.SIGKILL)
        await asyncio.to_thread(self._workers.wait, pid)
        self.hire(len(self.crew) + 1)
        self.done["killed"] += 1

    async def one_stands_still(self) -> None:
        """Some shorter than their lease, some longer: those wake up without the feed they think is theirs."""
        pid = self._chance.choice(self.crew)
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(self._chance.choice((0.3, 1.0, 5.0)))
        if pid in self.crew:
            os.kill(pid, signal.SIGCONT)
        self.done["stopped"] += 1

    async def database_falls(self) -> None:
        await asyncio.to_thread(self._cluster.stop)
        await asyncio.sleep(self._chance.random())
        await asyncio.to_thread(self._cluster.start)
        self.done["database down"] += 1

    async def ends(self) -> set[int]:
        """Told to stop, every worker drains. Their exit codes."""
        for pid in self.crew:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
                os.kill(pid, signal.SIGTERM)
        codes = {await asyncio.to_thread(self._workers.wait, pid) for pid in self.crew}
        await asyncio.to_thread(self._workers.close)
        return codes


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def settled(url: str) -> None:
    """Left in peace, every feed is read as a whole and proven, soon."""
    async with connected(url) as connection:
        since = await connection.fetchval("select now()")
        for _ in range(int(SETTLES_WITHIN / 0.5)):
            stuck = [row["feed"] for row in await connection.fetch(_UNSETTLED, since)]
            if not stuck:
                return
            await connection.execute(_ASK, since)
            await asyncio.sleep(0.5)
        raise AssertionError(f"stuck: {stuck}")


async def nothing_is_lost_or_twice(url: str, portals: list[LivingPortal]) -> dict[str, int]:
    """The runs, by verdict."""
    async with connected(url) as connection:
        assert await connection.fetch(_TWICE) == [], "a page was written twice"
        assert await connection.fetch(_PAGES) == [], "a feed's pages have gaps"
        assert await connection.fetchval(_LEAST) > 0, "a feed was never read"
        heads = dict(await connection.fetch("select dossier_code, source_hash from dossier.head where not gone"))
        runs = {row["verdict"]: row["n"] for row in await connection.fetch(_RUNS)}
        for one in await connection.fetch(_UNPROVEN):
            print("not proven:", dict(one))  # noqa: T201 - the portals were fine: each of these wants a reason
    assert heads == {one.code: one.alias for portal in portals for one in portal.held()}
    engine = create_engine(url, application_name="proof", pool_size=2)
    async with snapshot(engine) as connection:
        assert (await verify(connection)).broken is None
    await engine.dispose()
    await truth.compare(url)
    return runs


def environment(url: str, file: Path) -> dict[str, str]:
    return {
        **os.environ,
        **SECRET,
        "DATABASE_URL": url,
        "DOSSIER_SYNC_PORTALS": str(file),
        "DOSSIER_SYNC_LEASE_SECONDS": "3",
        "DOSSIER_SYNC_POLL_SECONDS": "0.2",
        "DOSSIER_SYNC_LOG_LEVEL": "ERROR",
    }


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.fault("F106", "F109", "F111", "F118", "F121")
async def test_two_then_eight_workers_survive_what_befalls_them(
    cluster: Cluster, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    seconds = request.config.getoption("--soak-seconds")
    seed = request.config.getoption("--soak-seed") or random.SystemRandom().randrange(2**32)
    chance, file = random.Random(seed), tmp_path / "portals.toml"  # noqa: S311 - repeatable
    async with Server(cluster.url).a_database() as url, ten_portals(dossiers=DOSSIERS, full_every="20s") as lively:
        portals, told = lively
        file.write_text(told, encoding="utf-8")
        workers = Workers(environment(url, file))
        mischief, clerks = Mischief(workers, cluster, chance), asyncio.create_task(live(portals, chance, most=MOST))
        try:
            for crew in CREWS:
                mischief.hire(crew)
                await mischief.rages(seconds / len(CREWS))
            clerks.cancel()
            with suppress(asyncio.CancelledError):
                await clerks
            await asyncio.sleep(1.1)  # what changed last is behind the margin then
            await settled(url)
        finally:
            clerks.cancel()
            codes = await mischief.ends()
        assert codes == {0}, "a worker did not drain"
        runs = await nothing_is_lost_or_twice(url, portals)
    print(f"{seconds} s, seed {seed}: {dict(mischief.done)}; runs: {runs}")  # noqa: T201 - what was done, for `make soak`
    assert min(mischief.done[what] for what in ("killed", "stopped", "database down")) > 0
