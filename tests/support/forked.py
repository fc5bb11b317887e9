"""Real worker processes, started in milliseconds: a forking server (``support.forking``) and the pipe to it."""

import subprocess
import sys
from pathlib import Path


class Workers:
    """The forking server, spoken to by lines."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("forking.py"))],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._ended: dict[int, int] = {}

    def start(self, *arguments: str) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(arguments) + "\n")
        self._process.stdin.flush()
        while True:
            said = self._line()
            if len(said) == 1:
                return said[0]
            self._ended[said[0]] = said[1]

    def wait(self, pid: int) -> int:
        """The exit code of the process; negative: it was killed."""
        while pid not in self._ended:
            number, code = self._line()
            self._ended[number] = code
        return self._ended.pop(pid)

    def close(self) -> None:
        self._process.communicate(timeout=20)

    def _line(self) -> list[int]:
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        assert text, "the forking server ended"
        return [int(word) for word in text.split()]
