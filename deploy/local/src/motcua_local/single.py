"""One stack a directory: the second `make run` is told so instead of fighting over ports and data."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from motcua_local.errors import DirectoryBusy, NotOurs


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Holds the directory while the stack runs. Raises DirectoryBusy, naming the stack that holds it."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(directory / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    except PermissionError as error:
        raise NotOurs(f"{directory.resolve()} was made by another account; use that account, or delete it.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 20, 0).decode() or "unknown"
        os.close(handle)
        raise DirectoryBusy(
            f"Motcua already runs on {directory.resolve()} (pid {holder}). Use that one (`python -m motcua_local "
            "status` shows where it answers), stop it with Ctrl-C, or set MOTCUA_LOCAL_DIR and the MOTCUA_PORT_… "
            "variables for a second one."
        ) from None
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def write_running(directory: Path, urls: Mapping[str, str], pids: Mapping[str, int]) -> None:
    """Notes where the running stack answers, for `status`."""
    (directory / "running.json").write_text(json.dumps({"urls": dict(urls), "pids": dict(pids)}, indent=2))


def read_running(directory: Path) -> tuple[dict[str, str], dict[str, int]] | None:
    """The noted addresses and pids; None when no stack runs on the directory."""
    try:
        noted = json.loads((directory / "running.json").read_text())
    except FileNotFoundError:
        return None
    return noted["urls"], noted["pids"]


def forget_running(directory: Path) -> None:
    """The stack is stopped."""
    (directory / "running.json").unlink(missing_ok=True)
