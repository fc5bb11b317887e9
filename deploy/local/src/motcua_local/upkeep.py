"""`status` and `clean`."""

import os
import shutil

from motcua_local.postgres import Cluster
from motcua_local.processes import is_running
from motcua_local.readiness import readiness
from motcua_local.settings import LauncherSettings, StackSettings
from motcua_local.single import only_one, read_running
from motcua_local.width import aligned


def status(settings: StackSettings) -> int:
    """Says what runs, where, and what is not ready. Returns 0 only if all is."""
    noted = read_running(settings.local_dir)
    if noted is None:
        print(f"Nothing runs on {settings.local_dir.resolve()}. Start it with `make run`.")
        return 1
    urls, pids = noted
    rows = []
    for name, pid in pids.items():
        said = readiness(urls[name]) if name in urls else ""
        rows.append((name, urls.get(name, ""), str(pid), (said or "ready") if is_running(pid) else "ended"))
    print("\n".join(aligned(rows, right=(2,))))
    return 0 if all(row[3] == "ready" for row in rows) else 1


def clean(settings: StackSettings) -> int:
    """Stops the local Postgres and deletes all state. Refuses while a stack runs on it."""
    if settings.local_dir.exists():
        with only_one(settings.local_dir):
            Cluster(settings.local_dir / "postgres").clean()
            shutil.rmtree(settings.local_dir)
    kept = LauncherSettings().cache_dir
    if os.geteuid() == 0 and any(kept.glob("postgres-*")):
        print(f"Kept, because other clones may use it: the copy of the Postgres programs in {kept}.")
    return 0
