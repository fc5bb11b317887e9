"""The whole product, started as a newcomer starts it, on ports of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import make_url

from motcua_local.database import DATABASE
from motcua_local.postgres import Cluster

START_SECONDS = 280
PORTS = ("SANDBOX", "CATALOGUE", "DOSSIER_SYNC", "METRICS")


@dataclass(frozen=True)
class RunningStack:
    """The running services: their addresses by name, a key with every reading scope, and what was printed."""

    urls: dict[str, str]
    key: str
    printed: str
    directory: Path
    database_url: str

    def client(self, service: str, key: str | None = None) -> httpx.Client:
        """A client of one service; ``key`` "" sends none."""
        sent = self.key if key is None else key
        headers = {"Authorization": f"Bearer {sent}"} if sent else {}
        return httpx.Client(base_url=self.urls[service], headers=headers, timeout=30, trust_env=False)

    def python(self, *arguments: str) -> str:
        """Runs ``python -m …`` against this stack's database and sandbox, and returns what it printed."""
        environment = {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "CATALOGUE_PORTAL_URL": self.urls["sandbox-portal"],
            "DOSSIER_SYNC_PORTAL_URL": self.urls["sandbox-portal"],
        }
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@contextmanager
def a_running_stack(directory: Path) -> Iterator[RunningStack]:
    """``make run`` without make; stopped by the signal a Ctrl-C sends."""
    environment = {**os.environ, "MOTCUA_LOCAL_DIR": str(directory)}
    environment |= {f"MOTCUA_PORT_{name}": "0" for name in PORTS}
    environment.pop("DATABASE_URL", None)
    log = (directory.parent / "up.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "motcua_local", "up"], env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        printed = _wait_for_invitation(process, Path(log.name))
        noted = json.loads((directory / "running.json").read_text())
        server = make_url(Cluster(directory / "postgres").start())  # attaches; the stack stays its owner
        database_url = server.set(database=DATABASE).render_as_string(hide_password=False)
        key = (directory / "key").read_text().strip()
        yield RunningStack(noted["urls"], key, printed, directory, database_url)
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(60)
        log.close()
    assert ended == 0, Path(log.name).read_text()


def _wait_for_invitation(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(START_SECONDS * 5):
        printed = log.read_text()
        if "Ctrl-C stops everything" in printed:
            return printed
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"the stack ended with {process.returncode}:\n{printed}")
    raise AssertionError(f"the stack did not start within {START_SECONDS} s:\n{log.read_text()}")
