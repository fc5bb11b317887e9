"""What a measurement runs on: a durable Postgres of its own and a sandbox portal, as separate processes."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from motcua_local.ports import free_port
from motcua_local.postgres import Cluster
from shared.runtime.migrate import upgrade
from support.postgres import SCHEMAS

DURABLE = {
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "synchronous_commit": "on",
    "fsync": "on",
}
"""What an agency would run: nothing that a crash could lose is switched off."""


@dataclass
class Stack:
    """The address of the database, and what a child process is told to find its way."""

    database_url: str
    sandbox_url: str
    directory: Path
    sandbox_pid: int
    environment: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", *arguments]

    def run(self, *arguments: str) -> float:
        """Runs ``python -m …`` to its end and returns the seconds it took, start of the process included."""
        started = time.perf_counter()
        done = subprocess.run(self.command(*arguments), env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(
                f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr[-4000:]}"
            )
        return time.perf_counter() - started


@contextmanager
def a_stack(*, dossiers: int, page_size: int, scenario: str = "province") -> Iterator[Stack]:
    """Postgres migrated, the sandbox serving ``dossiers`` of the scenario; all gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        with Cluster(directory / "postgres", auth="trust", settings=DURABLE) as cluster:
            for package, schema in SCHEMAS.items():
                upgrade(package, schema, cluster.url)
            port = free_port()
            sandbox = f"http://127.0.0.1:{port}"
            environment = {
                **os.environ,
                "DATABASE_URL": cluster.url,
                "SANDBOX_PORT": str(port),
                "SANDBOX_SCENARIO": scenario,
                "SANDBOX_DOSSIERS": str(dossiers),
                "SANDBOX_MAX_PAGE_SIZE": str(page_size),
                "SANDBOX_SPOOL_DIR": str(directory / "spool"),
                "SANDBOX_LOG_LEVEL": "WARNING",
                "DOSSIER_SYNC_LOG_LEVEL": "WARNING",
                "DOSSIER_SYNC_PORTAL_URL": sandbox,
                "DOSSIER_SYNC_AGENCY_CODE": "H99",
                "DOSSIER_SYNC_PAGE_SIZE": str(page_size),
                "DOSSIER_SYNC_REQUESTS_PER_SECOND": "1000",  # politeness would be measured instead of work
                "METRICS_LOG_LEVEL": "WARNING",
            }
            log = (directory / "sandbox.log").open("wb")
            process = subprocess.Popen(
                [sys.executable, "-m", "sandbox_portal", "serve"], env=environment, stdout=log, stderr=log
            )
            try:
                _wait(f"{sandbox}/livez", process, directory / "sandbox.log")
                yield Stack(cluster.url, sandbox, directory, process.pid, environment)
            finally:
                process.terminate()
                process.wait(20)
                log.close()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit(f"the sandbox ended with {process.returncode}: {log.read_text()[-2000:]}")
        try:
            if httpx.get(url, timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the sandbox did not start within 20 s")
