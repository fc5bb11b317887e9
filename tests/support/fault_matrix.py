"""The fault matrix: which test shows which row of the list, how it went, and the table made of it.

A pytest plugin. ``--fault-table FILE`` writes the table after the run (``make faults``). It holds no time and no
machine: the same tests with the same results give the same bytes.
"""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.fault_register import MARK, REGISTER, Fault

_ROOT = Path(__file__).parents[2]
_HEAD = """# The fault matrix

Made by `make faults`; do not edit. What the sync must survive, one row a fault: what happens, what must come of it, the
tests that show it and how they ended. A row without tests says why. The list is `tests/support/faults.txt`; the sandbox
switches a portal's faults on by the same numbers (`docs/sandbox.md`).

No run of any of these tests may end `succeeded` while the portal held a row that is missing here:
`tests/support/truth.py` compares the two after every test of a sync.
"""
_COLUMNS = "| # | fault | what must come of it | test | result |\n|---|---|---|---|---|"
_ORDER = ("failed", "skipped", "passed")
"""A test with several cases ended as the first of these that one of them did."""

Shown = Mapping[str, Mapping[str, str]]
"""Row -> test -> result."""


def numbers_of(item: pytest.Item) -> set[str]:
    """The rows a test says it shows."""
    return {number for mark in item.iter_markers(MARK) for number in mark.args}


def test_of(nodeid: str) -> str:
    """How the table names a test: its cases count as one."""
    return nodeid.partition("[")[0]


def collected() -> dict[str, set[str]]:
    """Row -> tests, as a collection of its own sees them: a run of part of the tests must not hide the rest."""
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-m", MARK, "--fault-list"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    found: dict[str, set[str]] = {}
    for number, test in re.findall(r"^fault (\S+) (\S+)$", done.stdout, re.MULTILINE):
        found.setdefault(number, set()).add(test)
    return found


def table(shown: Shown) -> str:
    """The document."""
    parts = [_HEAD]
    for section in REGISTER:
        rows = "\n".join(_row(fault, shown.get(fault.number, {})) for fault in section.faults)
        parts.append(f"## {section.title}\n\n{_COLUMNS}\n{rows}\n")
    return "\n".join(parts)


def listed(text: str) -> dict[str, set[str]]:
    """The tests a document lists for each row."""
    found = {}
    for line in text.splitlines():
        cells = line.split(" | ")
        if line.startswith("| F") and len(cells) == 5:
            found[cells[0].removeprefix("| ")] = {name for name in cells[3].split("`") if "::" in name}
    return found


def _row(fault: Fault, tests: Mapping[str, str]) -> str:
    names = "<br>".join(f"`{name.removeprefix('tests/')}`" for name in sorted(tests))
    results = "<br>".join(tests[name] for name in sorted(tests))
    shown = names or f"left out: {fault.left_out or 'nobody shows it yet'}"
    return f"| {fault.number} | {fault.title} | {fault.outcome} | {shown} | {results or '-'} |"


class Matrix:
    """Writes the table when the session is over. Under xdist the tests run elsewhere; their reports tell all."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._shown: dict[str, dict[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one case is over; what an earlier phase or case spoilt stays spoilt."""
        test = test_of(report.nodeid)
        for name, number in report.user_properties:
            if name == MARK:
                tests = self._shown.setdefault(str(number), {})
                tests[test] = min(tests.get(test, "passed"), report.outcome, key=_ORDER.index)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not hasattr(session.config, "workerinput"):
            self._file.write_text(table(self._shown), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fault-table", type=Path, metavar="FILE", help="write the fault matrix there after the run")
    parser.addoption("--fault-list", action="store_true", help="print each row and test that was collected")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Its rows travel with a test's reports. One named after a row must carry the mark, or the table would lack it."""
    for item in items:
        item.user_properties.extend((MARK, number) for number in sorted(numbers_of(item)))
        named = re.match(r"tests/faults/.*::test_f(\d\d+)_", item.nodeid)
        if named and f"F{named.group(1)}" not in numbers_of(item):
            raise pytest.UsageError(f'{item.nodeid} is named after a row and lacks @pytest.mark.fault("F…").')


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.config.getoption("--fault-list"):
        for item in session.items:
            for number in sorted(numbers_of(item)):
                sys.stdout.write(f"fault {number} {test_of(item.nodeid)}\n")


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("--fault-table")
    if file is not None:
        config.pluginmanager.register(Matrix(file))
