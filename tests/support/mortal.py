"""Runs stages of ``crash_world`` in processes that die at a counted point; started as ``python -m support.mortal``.

Only what leaves a process outlives it, so a process that is killed at any instant leaves what it would leave by dying
at one of these points: before it writes to a socket, after half of it, after all of it, before it reads an answer, and
when it asks a portal. Standard input: lines ``<stage> <point> <clock>`` (point 0: live on). Standard output: a line
``<exit code> <points passed>`` for each, -9 0 for a death. A fork takes milliseconds where a fresh interpreter takes a
second.
"""

import asyncio
import os
import signal
import sys
import traceback
from asyncio import selector_events
from datetime import datetime
from typing import Any, NoReturn

from shared.runtime import clock

_STANDS = [clock.now()]
clock.now = lambda: _STANDS[0]  # before the services are imported: they take the name with them

from support import crash_world  # noqa: E402

_Transport: Any = selector_events._SelectorSocketTransport  # type: ignore[attr-defined]


class Fate:
    """Counts the points of this process, and ends it at one of them."""

    def __init__(self, dies_at: int) -> None:
        self.dies_at, self.passed = dies_at, 0

    def point(self) -> bool:
        """Whether this is where it ends."""
        self.passed += 1
        return self.passed == self.dies_at

    def pass_or_die(self) -> None:
        if self.point():
            die()


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody lives on after SIGKILL")


def watch_the_wire(fate: Fate) -> None:
    """Every socket of this process passes the points."""
    write, read = _Transport.write, _Transport._read_ready__data_received

    def mortal_write(self: Any, data: Any) -> None:
        fate.pass_or_die()
        if fate.point():
            self._sock.send(bytes(data)[: max(1, len(data) // 2)])
            die()
        write(self, data)
        fate.pass_or_die()

    def mortal_read(self: Any) -> None:
        fate.pass_or_die()
        read(self)

    _Transport.write, _Transport._read_ready__data_received = mortal_write, mortal_read


def live(stage: str, url: str, dies_at: int, tell: int) -> NoReturn:
    """This process is a worker from here on."""
    code, fate = 1, Fate(dies_at)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # its log; what it dies of by itself goes to standard error
    try:
        watch_the_wire(fate)
        asyncio.run(crash_world.STAGES[stage].act(url, fate.pass_or_die))
        code = 0
    except BaseException:
        traceback.print_exc()
    os.write(tell, str(fate.passed).encode())
    os._exit(code)


def serve(url: str) -> None:
    """Until standard input ends."""
    for line in sys.stdin:
        stage, point, at = line.split()
        _STANDS[0] = datetime.fromisoformat(at)
        hear, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(hear)
            live(stage, url, int(point), tell)
        os.close(tell)
        _, status = os.waitpid(pid, 0)
        passed = os.read(hear, 32).decode() or "0"
        os.close(hear)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {passed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
