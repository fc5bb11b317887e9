"""Where a cluster keeps its things, and the lock that lets one starter at a time touch them."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from motcua_local.binaries import Account, account_for, own_directory, succeeds
from motcua_local.errors import DirectoryBusy, NotOurs
from motcua_local.processes import birth, until, working_in
from motcua_local.settings import LauncherSettings


@dataclass(frozen=True)
class State:
    """What others need to find a running server, and to tell whether the process that started it still lives."""

    url: str
    pid: int
    owner: int
    owner_birth: str

    def is_owned(self) -> bool:
        """Whether the process that started the server still runs (and will stop it)."""
        return self.owner_birth != "" and birth(self.owner) == self.owner_birth


class Place:
    """The paths of one cluster.

    Data stands in ``<directory>/data``; when the account that runs Postgres cannot reach that (a clone under
    /root), in the cache directory under a name derived from ``directory``. Lock, log, state and password always
    stand in ``directory``.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory.resolve()
        self.account = account_for(self.directory)
        self.home = _home(self.directory, self.account)
        self.data = self.home / "data"
        self.log = self.directory / "server.log"
        self._state = self.directory / "state.json"
        self._password = self.directory / "password"
        self._lock = self.directory / "lock"

    @contextmanager
    def locked(self, seconds: float = 120) -> Iterator[None]:
        """Keeps other starters, stoppers and cleaners out. Raises DirectoryBusy after ``seconds``."""
        handle = -1

        def taken() -> bool:
            nonlocal handle
            handle = _try_lock(self._lock)
            return handle >= 0

        if not until(taken, seconds, pause=0.05):
            raise DirectoryBusy(f"Another process has held {self._lock} for {seconds:.0f} s; end it and try again.")
        try:
            yield
        finally:
            os.close(handle)

    def write_state(self, url: str, pid: int) -> None:
        """Notes the running server; we own it."""
        state = State(url, pid, os.getpid(), birth(os.getpid()))
        self._write_secret(self._state, json.dumps(asdict(state)))

    def read_state(self) -> State | None:
        """The noted server; None when there is none."""
        try:
            return State(**json.loads(self._state.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def forget_state(self) -> None:
        """The server is stopped: its address is nobody's any more."""
        self._state.unlink(missing_ok=True)

    def password(self) -> str:
        """The superuser's password ("" in a cluster that trusts)."""
        try:
            return self._password.read_text().strip()
        except FileNotFoundError:
            return ""

    def new_password(self) -> str:
        """Makes and keeps a password only this account can read."""
        self._write_secret(self._password, secrets.token_urlsafe(24))
        return self.password()

    def make_home(self) -> None:
        """The directory that holds the data; reachable for the account that runs Postgres."""
        if self.home == self.directory:
            return
        _sweep(self.home.parent)
        own_directory(LauncherSettings().cache_dir)
        own_directory(self.home.parent)
        own_directory(self.home)
        (self.home / "origin").write_text(str(self.directory))

    def remove(self) -> None:
        """Deletes everything of this cluster, the lock last; leaves the directory if others put files in it."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.home / "data.new", ignore_errors=True)
        if self.home != self.directory:
            shutil.rmtree(self.home, ignore_errors=True)
        for path in (self.log, self._state, self._password, self._lock):
            path.unlink(missing_ok=True)
        with suppress(OSError):  # others put files in it, or it stands in a directory that is not ours
            self.directory.rmdir()

    def _write_secret(self, path: Path, text: str) -> None:
        scratch = path.with_suffix(".new")
        scratch.unlink(missing_ok=True)
        with os.fdopen(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
        if os.geteuid() == 0:  # an ordinary user's directory stays usable for that user
            owner = self.directory.stat()
            os.chown(scratch, owner.st_uid, owner.st_gid)
        scratch.replace(path)


def _try_lock(path: Path) -> int:
    """An open, locked handle, or -1. A cleaner may delete the file we waited on: then it is no lock any more."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except PermissionError as error:
        raise NotOurs(f"{path.parent} was made by another account; use that account, or delete it.") from error
    except FileNotFoundError:  # the directory went away with a cleaner; make it again
        path.parent.mkdir(parents=True, exist_ok=True)
        return -1
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_ino == path.stat().st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(handle)
    return -1


def _home(directory: Path, account: Account | None) -> Path:
    if account is None or succeeds(["test", "-x", str(directory)], account):
        return directory
    name = hashlib.sha256(str(directory).encode()).hexdigest()[:16]
    return LauncherSettings().cache_dir / "clusters" / name


def _sweep(homes: Path) -> None:
    """Deletes data whose directory is gone (a deleted clone, an old test run) and which nobody runs."""
    for origin in homes.glob("*/origin"):
        data = origin.parent / "data"
        if not Path(origin.read_text()).exists() and not working_in(data):
            shutil.rmtree(origin.parent, ignore_errors=True)
