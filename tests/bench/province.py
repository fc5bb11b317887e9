"""A province of a million dossiers: does it sync, project and verify, and in how much memory.

Peak memory is the operating system's own figure (ru_maxrss of the finished child, VmHWM of the running sandbox).
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.stack import Stack

STEPS = (
    ("first sync", ("dossier_sync", "run", "--mode", "full")),
    ("unchanged re-sync", ("dossier_sync", "run", "--mode", "full")),
    ("digest chain verified", ("dossier_sync", "verify")),
    ("projected", ("metrics", "project", "--once")),
    ("figures verified", ("metrics", "verify")),
)


def measure(stack: Stack, *, dossiers: int) -> Iterator[str]:
    """One line a step: seconds, rows a second, peak memory of the process."""
    for name, command in STEPS:
        seconds, peak = _run(stack, command)
        yield f"{name:<32}{seconds:>10.1f}{dossiers / seconds:>12,.0f}{peak:>12,.0f}"
    yield f"{'sandbox, whole time':<32}{'':>10}{'':>12}{_peak_of(stack.sandbox_pid):>12,.0f}"


def _run(stack: Stack, command: tuple[str, ...]) -> tuple[float, float]:
    """Seconds and peak MB of ``python -m …``, the start of Python included."""
    started = time.perf_counter()
    process = subprocess.Popen(stack.command(*command), env=stack.environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def _peak_of(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found.group(1)) / 1024 if found else 0.0
