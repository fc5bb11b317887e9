"""Collects the unit tests once, records which lines each of them runs, and tries each mutant on those that run it."""

import gc
import mmap
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

from mutation import forking, mutants, swapping
from mutation.mutants import Mutant
from mutation.swapping import Running, Swap

Line = tuple[str, int, int]
"""A line that ran: the function's name, the function's first line, the line."""

SECONDS = 20.0
"""What a mutant may compute beside three times what its tests take: one that computes longer never ends."""

PLAIN = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", "--assert=plain", "-n", "0")


@dataclass(frozen=True)
class Target:
    """A module that decides a figure."""

    module: str
    file: Path


@dataclass
class Tried:
    """What became of a module's mutants: their number, what no test noticed, what must be tried at the import."""

    number: int = 0
    survivors: list[Mutant] = field(default_factory=list)
    at_import: list[Mutant] = field(default_factory=list)


@dataclass
class Ran:
    """What one test takes, in seconds of computing, and the lines it runs by file."""

    test: str
    seconds: float
    lines: dict[str, frozenset[Line]]


class Recorder:
    """Notes the lines that run in some files."""

    def __init__(self, files: set[str]) -> None:
        self._files = files
        self._lines: dict[str, set[Line]] = {file: set() for file in files}

    def begin(self) -> None:
        sys.settrace(self._called)

    def end(self) -> dict[str, frozenset[Line]]:
        """The lines since the beginning, which are then forgotten."""
        sys.settrace(None)
        found = {file: frozenset(lines) for file, lines in self._lines.items() if lines}
        for lines in self._lines.values():
            lines.clear()
        return found

    def _called(self, frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        return self._ran if frame.f_code.co_filename in self._files else None

    def _ran(self, frame: FrameType, event: str, _: object) -> Callable[..., Any]:
        if event == "line":
            code = frame.f_code
            self._lines[code.co_filename].add((code.co_qualname, code.co_firstlineno, frame.f_lineno))
        return self._ran


class Noticed:
    """How many changes each test noticed, written by the processes in which it did. Such a test is tried first."""

    def __init__(self, tests: int) -> None:
        self._times = mmap.mmap(-1, tests + 1)

    def by(self, place: int) -> None:
        self._times[place] = min(self._times[place] + 1, 255)

    def times(self, place: int) -> int:
        return self._times[place]

    def forget(self) -> None:
        self._times[:] = bytes(len(self._times))


class Trial:
    """A pytest plugin that tries the mutants of the targets instead of running the tests."""

    def __init__(self, targets: Sequence[Target], jobs: int) -> None:
        self.tried: dict[str, Tried] = {}
        self.ran: list[Ran] = []
        self._targets, self._jobs = targets, jobs
        self._recording = False
        self._noticed, self._places = Noticed(0), dict[str, int]()
        self._recorder = Recorder({str(target.file) for target in targets})
        self._recorder.begin()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            if self._recording:
                say(f"{report.nodeid} fails without any change.")
            self._noticed.by(self._places.get(report.nodeid, 0))
            os._exit(1)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        imported = self._recorder.end()
        running = Running.of({str(target.file) for target in self._targets})
        self.ran = forking.answer_of(partial(self._recorded, session.items, running))
        self._noticed = Noticed(len(session.items))
        self._places = {item.nodeid: place for place, item in enumerate(session.items)}
        gc.freeze()  # What lives now lives on: no child need look at it, and so copy it.
        for target in self._targets:
            begun = time.monotonic()
            at_import = imported.get(str(target.file), frozenset())
            self._noticed.forget()
            trial = _OfModule(session.items, self.ran, self._noticed, running, at_import, target.file)
            self.tried[target.module] = found = trial.tried(self._jobs)
            for mutant in found.survivors:
                say(f"    line {mutant.line}: {mutant.key}")
            say(f"{target.module}: {time.monotonic() - begun:.0f} s")
        return True

    def _recorded(self, items: Sequence[pytest.Item], running: Running) -> list[Ran]:
        self._recording = True
        found: list[Ran] = []
        for item, following in zip(items, [*items[1:], None], strict=True):
            running.forget()
            begun = time.process_time()
            self._recorder.begin()
            _run(item, following)
            lines = self._recorder.end()
            found.append(Ran(item.nodeid, time.process_time() - begun, lines))
        return found


@dataclass
class _OfModule:
    items: Sequence[pytest.Item]
    ran: Sequence[Ran]
    noticed: "Noticed"
    running: Running
    imported: frozenset[Line]
    file: Path

    def tried(self, jobs: int) -> Tried:
        found, tried = Tried(), []
        answers = forking.each(self._works(found, tried), jobs)
        for mutant, survived in zip(tried, answers, strict=True):
            if survived:
                # What runs at the import too may be noticed there: what it gave then was not changed here.
                runs_at_import = any(line in mutant.lines for _, _, line in self.imported)
                (found.at_import if runs_at_import else found.survivors).append(mutant)
        return found

    def _works(self, found: Tried, tried: list[Mutant]) -> Iterator[Callable[[], bool]]:
        original = compile(self.file.read_bytes(), str(self.file), "exec")
        for mutant in mutants.of(self.file):
            changed = mutant.compiled(self.file)
            if swapping.same(original, changed):
                continue
            found.number += 1
            swaps = swapping.swaps(original, changed)
            places = {(code.co_qualname, code.co_firstlineno) for swap in swaps for code in _all(swap[0])}
            lines = {(*place, line) for place in places for line in mutant.lines}
            if not self.running.takes(swaps):
                found.at_import.append(mutant)
                continue
            tried.append(mutant)
            yield partial(self._survives, swaps, lines)

    def _survives(self, swaps: list[Swap], lines: set[Line]) -> bool:
        file = str(self.file)
        chosen = [place for place, one in enumerate(self.ran) if not lines.isdisjoint(one.lines.get(file, frozenset()))]
        forking.bounded(SECONDS + 3 * sum(self.ran[place].seconds for place in chosen))
        chosen.sort(key=lambda place: (-self.noticed.times(place), self.ran[place].seconds))
        self.running.swap(swaps)
        tests = [self.items[place] for place in chosen]
        for item, following in zip(tests, [*tests[1:], None], strict=True):
            _run(item, following)
        return True


def say(text: str) -> None:
    """Tell how far it is: the table comes at the end."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _all(code: CodeType) -> Iterator[CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _all(const)


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    """Run one test. One that fails ends the process: ``Trial.pytest_runtest_logreport``."""
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


@dataclass
class InOrder:
    """A pytest plugin: the fastest of the tests that run the module first, then those that do not."""

    ran: Sequence[Ran]
    file: str

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        rank = {one.test: (self.file not in one.lines, one.seconds) for one in self.ran}
        items.sort(key=lambda item: rank.get(item.nodeid, (True, 0.0)))
