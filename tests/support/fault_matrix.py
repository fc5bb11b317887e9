"""The fault matrix: which test shows which row of the list, how it went, and the table made of it.

A pytest plugin. ``--fault-table FILE`` writes the table after the run (``make faults``). It holds no time and no
machine: the same tests with the same results give the same bytes.
"""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from support.fault_register import FAULTS, MARK, REGISTER, Fault

_HEAD = """# The fault matrix

Made by `make faults`; do not edit. What the sync must survive, one row a fault: what happens, what must come of it, the
tests that show it and how they ended. A row without tests says why. The list is `tests/support/faults.txt`; the sandbox
switches a portal's faults on by the same numbers (`docs/sandbox.md`).

No run of any of these tests may end `succeeded` while the portal held a row that is missing here:
`tests/support/truth.py` compares the two after every test of a sync.
"""
_COLUMNS = "| # | fault | what must come of it | test | result |\n|---|---|---|---|---|"
_ORDER = ("failed", "not run", "skipped", "passed")
"""A test with several cases ended as the first of these that one of them did."""

Shown = Mapping[str, Mapping[str, str]]
"""Row -> test -> result."""


def numbers_of(item: pytest.Item) -> set[str]:
    """The rows a test says it shows."""
    return {number for mark in item.iter_markers(MARK) for number in mark.args}


def test_of(item: pytest.Item) -> str:
    """How the table names a test: its cases count as one."""
    return item.nodeid.partition("[")[0]


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


def shown(items: Iterable[pytest.Item], ended: Mapping[str, str]) -> Shown:
    """What each row is shown by. ``ended``: results by node id."""
    found: dict[str, dict[str, str]] = {number: {} for number in FAULTS}
    for item in items:
        test, result = test_of(item), ended.get(item.nodeid, "not run")
        for number in numbers_of(item) & FAULTS.keys():
            found[number][test] = min(found[number].get(test, "passed"), result, key=_ORDER.index)
    return found


def _row(fault: Fault, tests: Mapping[str, str]) -> str:
    names = "<br>".join(f"`{name.removeprefix('tests/')}`" for name in sorted(tests))
    results = "<br>".join(tests[name] for name in sorted(tests))
    shown = names or f"left out: {fault.left_out or 'nobody shows it yet'}"
    return f"| {fault.number} | {fault.title} | {fault.outcome} | {shown} | {results or '-'} |"


class Matrix:
    """What the tests of one session show; a plugin of its own for as long as the session lasts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._items: dict[str, pytest.Item] = {}
        self._ended: dict[str, str] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._items = {item.nodeid: item for item in session.items if numbers_of(item)}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test is over; what an earlier phase spoilt stays spoilt."""
        if self._ended.get(report.nodeid, "passed") == "passed":
            self._ended[report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        self._file.write_text(table(shown(self._items.values(), self._ended)), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fault-table", type=Path, metavar="FILE", help="write the fault matrix there after the run")
    parser.addoption("--fault-list", action="store_true", help="print each row and test that was collected")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test named after a row must carry the row's mark, or it would be missing in the table."""
    for item in items:
        named = re.match(r"tests/faults/.*::test_f(\d\d+)_", item.nodeid)
        if named and f"F{named.group(1)}" not in numbers_of(item):
            raise pytest.UsageError(f'{item.nodeid} is named after a row and lacks @pytest.mark.fault("F…").')


def pytest_collection_finish(session: pytest.Session) -> None:
    if session.config.getoption("--fault-list"):
        for item in session.items:
            for number in sorted(numbers_of(item)):
                sys.stdout.write(f"fault {number} {test_of(item)}\n")


def pytest_configure(config: pytest.Config) -> None:
    file = config.getoption("--fault-table")
    if file is not None:
        config.pluginmanager.register(Matrix(file))
