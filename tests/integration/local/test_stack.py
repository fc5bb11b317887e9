"""`python -m motcua_local up` for real: all services, the first syncs, the report, and every way it can end."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from motcua_local.place import Place
from motcua_local.processes import is_running, until, working_in
from motcua_local.single import read_running
from support.postgres import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ANY_PORT = {f"MOTCUA_PORT_{name}": "0" for name in ("SANDBOX", "CATALOGUE", "DOSSIER_SYNC", "METRICS")}
FIRST_SECONDS, AGAIN_SECONDS = 180, 60


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
    up = Up(found, "--once")
    code = up.end(seconds=FIRST_SECONDS)
    assert code == 0, up.said
    yield found
    subprocess.run(
        [sys.executable, "-m", "motcua_local", "clean"], env={**os.environ, "MOTCUA_LOCAL_DIR": str(found)}, check=True
    )
    assert not found.exists()


@pytest.fixture
def served(directory: Path) -> Iterator[Up]:
    up = Up(directory)
    up.serving(AGAIN_SECONDS)
    yield up
    if up.process.poll() is None:
        up.end(signal.SIGTERM)


def nothing_is_left(directory: Path, pids: dict[str, int]) -> bool:
    data = Place(directory / "postgres").data
    return until(lambda: not working_in(data) and not any(map(is_running, pids.values())), 20)


def test_a_second_run_prints_the_same_figures_and_leaves_nothing_running(directory: Path) -> None:
    up = Up(directory, "--once")
    assert up.end(seconds=AGAIN_SECONDS) == 0, up.said
    assert re.search(r"2\.215 +2215 +✓ +dossiers_total_handled", up.said)
    assert re.search(r"98,97 % +— +· +hand-entered", up.said)
    assert "✗" not in up.said
    assert nothing_is_left(directory, {})


def test_the_printed_key_and_command_work_and_ctrl_c_stops_everything(served: Up) -> None:
    key = re.search(r"export MOTCUA_KEY=(\S+)", served.said)
    url = re.search(r"'(http://\S+)'", served.said)
    assert key is not None
    assert url is not None
    answer = httpx.get(url.group(1), headers={"Authorization": f"Bearer {key.group(1)}"}, trust_env=False)
    assert answer.json()["percent"] == "100.0"
    assert (served.directory / "key").stat().st_mode & 0o777 == 0o600
    logs = [path.read_text(errors="replace") for path in (served.directory / "logs").iterdir()]
    assert not [text for text in logs if key.group(1) in text]
    pids = served.pids()
    assert served.end(signal.SIGINT) == 0
    assert nothing_is_left(served.directory, pids)


@pytest.mark.parametrize("victim", ["metrics", "dossier-sync-worker"])
def test_when_a_service_dies_it_is_named_and_everything_stops(served: Up, victim: str) -> None:
    pids = served.pids()
    os.kill(pids[victim], signal.SIGKILL)
    assert served.end() == 1
    assert f"{victim} was killed by SIGKILL" in served.said
    assert nothing_is_left(served.directory, pids)


def test_when_postgres_dies_it_is_named_and_the_next_run_recovers(served: Up) -> None:
    pids = served.pids()
    data = Place(served.directory / "postgres").data
    os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    assert served.end() == 1
    assert nothing_is_left(served.directory, pids)


def test_when_the_stack_itself_is_killed_nothing_is_left(served: Up) -> None:
    pids = served.pids()
    served.end(signal.SIGKILL)
    assert nothing_is_left(served.directory, pids)


def test_a_second_stack_on_the_same_directory_says_who_holds_it(served: Up) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "motcua_local", "up"],
        env={**os.environ, **ANY_PORT, "MOTCUA_LOCAL_DIR": str(served.directory)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode == 1
    assert f"pid {served.process.pid}" in second.stderr
    assert "Traceback" not in second.stderr


def test_status_names_every_part_and_that_it_is_ready(served: Up) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "motcua_local", "status"],
        env={**os.environ, "MOTCUA_LOCAL_DIR": str(served.directory)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stdout
    assert all(line.endswith("ready") for line in done.stdout.splitlines())
    for part in ("sandbox-portal", "catalogue", "dossier-sync", "dossier-sync-worker", "metrics"):
        assert part in done.stdout


async def test_a_server_of_the_users_own_is_used_and_left_running(server: Server, tmp_path: Path) -> None:
    async with server.an_empty_database() as url:
        up = Up(tmp_path / "local", "--once", DATABASE_URL=url)
        code = await asyncio.to_thread(up.end, None, FIRST_SECONDS)
        assert code == 0, up.said
        assert "the server of DATABASE_URL" in up.said
        assert not (tmp_path / "local" / "postgres").exists()
