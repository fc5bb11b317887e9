"""`python -m motcua_local up` for real: all services, the first syncs, the report, and every way it can end."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from motcua_local.place import Place
from motcua_local.processes import is_running, until, working_in
from motcua_local.single import read_running
from support.postgres import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ANY_PORT = {f"MOTCUA_PORT_{name}": "0" for name in ("SANDBOX", "CATALOGUE", "DOSSIER_SYNC", "METRICS")}
FIRST_SECONDS, AGAIN_SECONDS = 180, 120


class Up:
    """One `up`, with what it printed."""

    def __init__(self, directory: Path, *words: str, **environment: str) -> None:
        self.directory = directory
        self._output = (directory.parent / f"{directory.name}.out").open("w+")
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "motcua_local", "up", *words],
            env={**inherited, **ANY_PORT, "MOTCUA_LOCAL_DIR": str(directory), **environment},
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    @property
    def said(self) -> str:
        return Path(self._output.name).read_text()

    def serving(self, seconds: float) -> None:
        ended = self.process.poll
        assert until(lambda: ended() is not None or "Ctrl-C stops everything." in self.said, seconds, pause=0.2)
        assert ended() is None, self.said

    def end(self, how: signal.Signals | None = None, seconds: float = 60) -> int:
        if how is not None:
            self.process.send_signal(how)
        code = self.process.wait(seconds)
        self._output.close()
        return code

    def pids(self) -> dict[str, int]:
        noted = read_running(self.directory)
        assert noted is not None
        return noted[1]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One local directory for the module: the first test fills it, the others start warm."""
    found = tmp_path_factory.mktemp("stack") / "local"
    yield found
    assert command("clean", found).returncode == 0
    assert not found.exists()


def command(word: str, directory: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "motcua_local", word],
        env={**os.environ, **ANY_PORT, "MOTCUA_LOCAL_DIR": str(directory)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def served(directory: Path) -> Iterator[Up]:
    up = Up(directory)
    up.serving(FIRST_SECONDS)
    yield up
    if up.process.poll() is None:
        up.end(signal.SIGTERM)


def nothing_is_left(directory: Path, pids: dict[str, int]) -> bool:
    data = Place(directory / "postgres").data
    return until(lambda: not working_in(data) and not any(map(is_running, pids.values())), 20)


def test_what_is_printed_is_true_and_ctrl_c_stops_everything(served: Up) -> None:
    key = re.search(r"export MOTCUA_KEY=(\S+)", served.said)
    url = re.search(r"'(http://\S+)'", served.said)
    assert key is not None
    assert url is not None
    answer = httpx.get(url.group(1), headers={"Authorization": f"Bearer {key.group(1)}"}, trust_env=False)
    assert answer.json()["percent"] == "100.0"
    assert (served.directory / "key").stat().st_mode & 0o777 == 0o600
    logs = [path.read_text(errors="replace") for path in (served.directory / "logs").iterdir()]
    assert not [text for text in logs if key.group(1) in text]

    status = command("status", served.directory)
    assert status.returncode == 0, status.stdout
    assert all(line.endswith("ready") for line in status.stdout.splitlines())
    for part in ("sandbox-portal", "catalogue", "dossier-sync", "dossier-sync-worker", "metrics"):
        assert part in status.stdout

    for word in ("up", "clean"):
        second = command(word, served.directory)
        assert second.returncode == 1
        assert f"pid {served.process.pid}" in second.stderr
        assert "Traceback" not in second.stderr

    pids = served.pids()
    assert served.end(signal.SIGINT) == 0
    assert nothing_is_left(served.directory, pids)


def test_when_a_service_dies_it_is_named_and_everything_stops(served: Up) -> None:
    pids = served.pids()
    os.kill(pids["metrics"], signal.SIGKILL)
    assert served.end() == 1
    assert "metrics was killed by SIGKILL" in served.said
    assert nothing_is_left(served.directory, pids)


def test_when_postgres_dies_it_is_named_and_the_next_run_recovers(served: Up) -> None:
    pids = served.pids()
    data = Place(served.directory / "postgres").data
    os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert served.end() == 1
    assert " ended. The end of " in served.said
    assert nothing_is_left(served.directory, pids)

    again = Up(served.directory, "--once")
    assert again.end(seconds=AGAIN_SECONDS) == 0, again.said
    assert re.search(r"2\.215 +2215 +✓ +dossiers_total_handled", again.said)
    assert re.search(r"98,97 % +— +· +hand-entered", again.said)
    assert "✗" not in again.said
    assert nothing_is_left(served.directory, {})


async def test_a_server_of_the_users_own_is_used_and_a_wrong_figure_fails_the_run(
    server: Server, tmp_path: Path
) -> None:
    async with server.an_empty_database() as url:
        up = Up(tmp_path / "local", "--once", DATABASE_URL=url)
        code = await asyncio.to_thread(up.end, None, FIRST_SECONDS)
        assert code == 0, up.said
        assert "the server of DATABASE_URL" in up.said
        assert not (tmp_path / "local" / "postgres").exists()

        connection = await asyncpg.connect(url)
        await connection.execute("update metrics.tally set early = early + 1 where early > 0")
        await connection.close()
        up = Up(tmp_path / "local", "--once", DATABASE_URL=url)
        assert await asyncio.to_thread(up.end, None, AGAIN_SECONDS) == 1, up.said
        assert re.search(r"2155 +\d+ +✗ +dossiers_resolved_early · expected 2155", up.said)
