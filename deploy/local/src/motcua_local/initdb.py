"""Making a data directory, once, so that a half-made one is never taken for a cluster."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Literal

from motcua_local.binaries import ENVIRONMENT, find_binaries
from motcua_local.errors import ClusterFailed
from motcua_local.logtail import tail
from motcua_local.place import Place

Auth = Literal["scram", "trust"]
SUPERUSER = "app"
INITDB_SECONDS = 120.0


def make_data(place: Place, auth: Auth) -> None:
    """initdb where there is no cluster yet; it works beside the final name. Raises ClusterFailed."""
    if (place.data / "PG_VERSION").exists():
        return
    place.make_home()
    scratch, secret = place.home / "data.new", place.home / "initial-password"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    _give(place, scratch)
    options = ["-U", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    try:
        if auth == "scram":
            secret.touch(mode=0o600)
            secret.write_text(place.new_password())
            _give(place, secret)
            options += ["--auth=scram-sha-256", f"--pwfile={secret}"]
        else:
            options += ["--auth=trust"]
        _initdb(place, [*options, "-D", str(scratch)])
    finally:
        secret.unlink(missing_ok=True)
    scratch.rename(place.data)


def _give(place: Place, path: Path) -> None:
    if place.account:
        os.chown(path, place.account.uid, place.account.gid)


def _initdb(place: Place, options: list[str]) -> None:
    account = place.account.options() if place.account else {}
    with place.log.open("ab") as log:
        done = subprocess.run(
            [str(find_binaries(place.account) / "initdb"), *options], env=ENVIRONMENT, cwd="/",
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False,
            timeout=INITDB_SECONDS, **account,
        )  # fmt: skip
    if done.returncode:
        raise ClusterFailed(f"initdb failed (see {place.log}):\n{tail(place.log)}")


def refuse_other_major(place: Place, binaries: Path) -> None:
    """A data directory is read only by the major version that made it. Raises ClusterFailed."""
    made = (place.data / "PG_VERSION").read_text().strip()
    done = subprocess.run([str(binaries / "postgres"), "--version"], capture_output=True, text=True, check=True)
    present = done.stdout.split()[2].partition(".")[0]
    if made != present:
        raise ClusterFailed(
            f"{place.data} was made by PostgreSQL {made}, but {binaries} is {present}. "
            "Set MOTCUA_PG_BIN to the older programs, or delete the data with `make clean`."
        )
