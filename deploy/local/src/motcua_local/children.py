"""The stack's child processes: started with a log, watched, stopped in reverse order, never left behind."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from motcua_local.errors import ServiceFailed, StepFailed
from motcua_local.logtail import tail
from motcua_local.processes import dies_with_us, until

STOP_SECONDS = 15.0
STEP_SECONDS = 900.0


class Child:
    """One running process of the stack and its log."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str], logs: Path) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        if self.log.exists():  # the run before is kept: it may be the one that needs explaining
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours alone: we stop the children, in our order
                preexec_fn=dies_with_us(signal.SIGTERM),
            )

    @property
    def pid(self) -> int:
        """For status, and for tests that kill it."""
        return self._process.pid

    def ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    def explain(self) -> str:
        """How it ended and the last that it wrote."""
        code = self._process.returncode
        how = f"was killed by {signal.Signals(-code).name}" if code and code < 0 else f"ended with exit code {code}"
        return f"{self.name} {how}. The end of {self.log}:\n{tail(self.log)}"

    def succeeded(self) -> bool:
        """Whether a one-shot step ended well."""
        return self._process.returncode == 0

    def stop(self) -> None:
        """Asks it to end, and its whole group not to argue."""
        for how, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
            if self.ended():
                break
            with suppress(ProcessLookupError):
                os.killpg(self.pid, how)
            until(self.ended, seconds)
        with suppress(ProcessLookupError, PermissionError):  # what it may have started and not ended itself
            os.killpg(self.pid, signal.SIGKILL)


class Children:
    """All of them, in the order they were started."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[Child] = []

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> Child:
        """Starts one that should run until it is stopped."""
        child = Child(name, command, environment, self._logs)
        self._running.append(child)
        return child

    def step(self, name: str, command: list[str], environment: Mapping[str, str], *, keep_log: bool = True) -> str:
        """Runs one that should end by itself, watching the others meanwhile. Returns what it wrote.

        ``keep_log`` False: what it wrote is a secret and must not stay in a file. Raises StepFailed, ServiceFailed.
        """
        child = self.start(name, command, environment)

        def decided() -> bool:
            self.check(besides=child)
            return child.ended()

        if not until(decided, STEP_SECONDS, pause=0.05):
            child.stop()
            raise StepFailed(f"{name} did not end within {STEP_SECONDS:.0f} s. See {child.log}:\n{tail(child.log)}")
        self._running.remove(child)
        if not child.succeeded():
            raise StepFailed(child.explain())
        said = child.log.read_text(errors="replace")
        if not keep_log:
            child.log.unlink()
        return said

    def check(self, besides: Child | None = None) -> None:
        """Raises ServiceFailed, naming the first child that ended and why."""
        for child in self._running:
            if child is not besides and child.ended():
                raise ServiceFailed(child.explain())

    def pids(self) -> dict[str, int]:
        """The running children by name."""
        return {child.name: child.pid for child in self._running}

    def stop(self) -> None:
        """Stops all, the newest first, so that nothing loses what it stands on."""
        while self._running:
            self._running.pop().stop()
