"""Processes seen from outside: are they alive, whose are they, and how not to leave them behind.

Users: the cluster launcher and the stack. Linux answers from /proc; elsewhere a signal 0 has to do.
"""

import ctypes
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import sleep

from shared.runtime import clock

PROC = Path("/proc")
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>

_prctl: Callable[[int, int], int] | None = getattr(ctypes.CDLL(None), "prctl", None)
"""None where the system is not Linux: children then outlive a parent that is killed with -9."""


def is_running(pid: int) -> bool:
    """Whether ``pid`` is a process that can still act; a zombie that nobody reaps is not."""
    if (PROC / "self").exists():
        return _stat(pid)[0] not in {"", "Z", "X"}
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def birth(pid: int) -> str:
    """A mark that tells this process from a later one with the same pid ("" when it does not run)."""
    state, started = _stat(pid)
    return started if state not in {"", "Z", "X"} else ""


def _stat(pid: int) -> tuple[str, str]:
    """State letter and start tick; the command name may hold spaces and brackets, so cut after the last ')'."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    return fields[0], fields[19]


def works_in(pid: int, directory: Path) -> bool:
    """Whether the process stands in ``directory``: every process of a Postgres stands in its data directory."""
    try:
        return (PROC / str(pid) / "cwd").readlink() == directory
    except OSError:
        return False


def working_in(directory: Path) -> list[int]:
    """The running processes that stand in ``directory``."""
    if not PROC.exists():
        return []
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if works_in(pid, directory) and is_running(pid)]


def send(pid: int, what: signal.Signals) -> None:
    """Sends a signal; a process that has just ended is as good as one that took it."""
    with suppress(ProcessLookupError):
        os.kill(pid, what)


def until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Waits until ``condition`` holds; false when it does not within ``seconds``."""
    deadline = clock.monotonic() + seconds
    while not condition():
        if clock.monotonic() > deadline:
            return False
        sleep(pause)
    return True


def dies_with_us(death_signal: signal.Signals) -> Callable[[], None] | None:
    """For ``Popen(preexec_fn=)``: the kernel sends ``death_signal`` to the child when we end, even by kill -9.

    The kernel means the *thread* that started the child, so this is given to the main thread only: a child
    started from a pool's thread would be ended with that thread.
    """
    if _prctl is None or threading.current_thread() is not threading.main_thread():
        return None
    prctl, parent = _prctl, os.getpid()

    def before_exec() -> None:
        prctl(_SET_DEATH_SIGNAL, int(death_signal))
        if os.getppid() != parent:  # we ended before the call: nobody would send the signal any more
            os._exit(1)

    return before_exec
