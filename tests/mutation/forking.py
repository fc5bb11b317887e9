"""Runs each piece of work in a process of its own, forked from this one."""

import os
import pickle
import resource
import signal
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_MEMORY = 4 << 30


def each(works: Iterable[Callable[[], bool]], jobs: int) -> list[bool]:
    """The answers, in order; ``jobs`` at a time. A process that ends in any other way answers False."""
    answers: dict[int, bool] = {}
    running: dict[int, int] = {}
    for number, work in enumerate(works):
        if len(running) == jobs:
            _one_ended(running, answers)
        running[_started(work)] = number
    while running:
        _one_ended(running, answers)
    return [answers[number] for number in sorted(answers)]


def _started(work: Callable[[], bool]) -> int:
    child = os.fork()
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        _ended_by(work)
    return child


def _ended_by(work: Callable[[], bool]) -> None:
    code = 1
    try:
        code = 0 if work() else 1
    finally:
        os._exit(code)


def _one_ended(running: dict[int, int], answers: dict[int, bool]) -> None:
    child, status = os.wait()
    answers[running.pop(child)] = os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def bounded(seconds: float) -> None:
    """End this process when it has computed so long, or needs so much memory: what it runs may never end."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer_of(work: Callable[[], Any]) -> Any:
    """What the work returns in a process of its own, so that what it imports is not imported here."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "answer")
        child = os.fork()
        if child == 0:
            code = 1
            try:
                file.write_bytes(pickle.dumps(work()))
                code = 0
            finally:
                os._exit(code)
        os.waitpid(child, 0)
        if not file.exists():
            raise SystemExit("a process ended without an answer")
        return pickle.loads(file.read_bytes())  # noqa: S301 - our own child wrote it a moment ago
