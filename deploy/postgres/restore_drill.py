"""Restores a backup beside the running databases, proves what is in it, and drops it again.

    python deploy/postgres/restore_drill.py motcua.dump --metrics /var/lib/node_exporter/motcua_restore.prom

A backup nobody restored is none: this is the weekly proof, for cron. The file is one of ``pg_dump --format=custom``;
a base backup is started on a server of its own and verified there (see the runbook). Run it with the Python the
services are installed in, ``pg_restore``, ``createdb`` and ``dropdb`` on the path, and the server named as for any
Postgres program (PGHOST, PGPORT, PGUSER, PGPASSWORD or a password file): best another server than the one backed up.

Exit code 0: the backup restores, the digest chain holds, and the figures follow from it. 1: it does not, and the line
printed says which step and who must act. The success is written to ``--metrics`` only when everything held, so that
the alert ``RestoreDrillOverdue`` tells of a drill that fails and of a cron job that nobody runs.
"""

import argparse
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from urllib.parse import quote, urlencode

from shared.runtime.clock import now

METRIC = "motcua_restore_drill_succeeded_seconds"
ADDRESSES = ("DATABASE_URL", "DOSSIER_SYNC_DATABASE_URL", "METRICS_DATABASE_URL")
"""All are set: one left over from the caller's environment would have the live database verified instead."""
UNPROVEN = 2
"""``metrics verify``: equal so far, but the projection was behind the ledger when the backup was taken."""


class DrillFailed(Exception):
    """A step did not succeed; the text says which, what the program said, and who must act."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("backup", type=Path, help="a file of pg_dump --format=custom")
    parser.add_argument("--metrics", type=Path, help="a file for the textfile collector of the node exporter")
    asked = parser.parse_args()
    begun = monotonic()
    try:
        proven = drill(asked.backup)
    except DrillFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"{asked.backup.name} restores in {monotonic() - begun:.0f} s; {proven}")
    if asked.metrics is not None:
        write_success(asked.metrics, now())
    return 0


def drill(backup: Path) -> str:
    """What the backup was proven to hold. Raises DrillFailed; nothing of the drill is left on the server."""
    with a_database() as name:
        step(
            ["pg_restore", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname", name, str(backup)],
            "The backup cannot be restored. Keep the last good one and look at the job that makes them",
        )
        environment = os.environ | dict.fromkeys(ADDRESSES, address(name, os.environ))
        blame = "The backup restores, but is not what was written. Keep it, and run the same command on the live server"
        chain = step([sys.executable, "-m", "dossier_sync", "verify"], blame, environment)
        figures = step([sys.executable, "-m", "metrics", "verify"], blame, environment, fine=(0, UNPROVEN))
    return f"{chain}; {figures}"


@contextmanager
def a_database() -> Iterator[str]:
    """The name of an empty database that is dropped in the end, whatever happened."""
    name = f"motcua_drill_{secrets.token_hex(6)}"
    step(["createdb", "--template", "template0", name], "No database can be made for the drill. See PGHOST and PGUSER")
    try:
        yield name
    finally:
        step(["dropdb", "--force", name], f"The drill's database {name} is left behind. Drop it by hand")


def step(
    command: Sequence[str], blame: str, environment: Mapping[str, str] | None = None, fine: Sequence[int] = (0,)
) -> str:
    """The last line the program said. Raises DrillFailed when it ends otherwise than is ``fine``."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    except FileNotFoundError as error:
        raise DrillFailed(f"{command[0]} is not on the path. Install Postgres' client programs.") from error
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    if done.returncode not in fine:
        raise DrillFailed(f"{blame}. {Path(command[0]).name} said: {' / '.join(lines[:3]) or 'nothing'}")
    return lines[-1] if lines else ""


def address(database: str, environment: Mapping[str, str]) -> str:
    """The address of a database on the server libpq's variables name; a socket's directory is a parameter."""
    user, password = quote(environment.get("PGUSER", "postgres"), safe=""), environment.get("PGPASSWORD", "")
    who = f"{user}:{quote(password, safe='')}" if password else user
    host, port = environment.get("PGHOST", "localhost"), environment.get("PGPORT", "5432")
    if host.startswith("/"):
        return f"postgresql://{who}@/{database}?{urlencode({'host': host, 'port': port})}"
    return f"postgresql://{who}@{host}:{port}/{database}"


def write_success(file: Path, at: datetime) -> None:
    """Whole or not at all: the collector may read at any moment. The second is one that has come: never rounded up."""
    half = file.with_name(f".{file.name}.{os.getpid()}")
    half.write_text(
        f"# HELP {METRIC} When a backup was last restored and proven, in seconds since 1970.\n"
        f"# TYPE {METRIC} gauge\n{METRIC} {int(at.timestamp())}\n",
        encoding="utf-8",
    )
    half.replace(file)


if __name__ == "__main__":
    sys.exit(main())
