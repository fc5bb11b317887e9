"""The fault list, the tests that carry its numbers and the table made of both say the same."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.fault_matrix import listed, table
from support.fault_register import FAULTS, REGISTER

ROOT = Path(__file__).parents[2]
PENDING = {
    "config": "F60",
    "guards": "F10 F17 F19 F20 F23 F27 F41 F42 F43 F44 F45 F46 F47 F48 F49 F50 F51 F52 F53 F54 F55 F56 F57 F58 F61 F65"
    " F66 F67 F68 F69 F77 F81 F87 F97 F98 F99 F100 F103 F108 F113",
    "quarantine": "F33 F37 F38 F39 F59 F63 F64 F71 F82 F83 F86 F92 F114 F115",
    "facts": "F70 F101 F105",
}
"""Rows that somebody is writing at this moment; empty when issue 3 is done."""


@pytest.fixture(scope="module")
def collected() -> dict[str, set[str]]:
    """Row -> tests, as a collection of its own sees them: a run of part of the tests must not hide the rest."""
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-m", "fault", "--fault-list"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    found: dict[str, set[str]] = {}
    for number, test in re.findall(r"^fault (\S+) (\S+)$", done.stdout, re.MULTILINE):
        found.setdefault(number, set()).add(test)
    return found


def test_the_list_is_numbered_without_a_gap() -> None:
    assert list(FAULTS) == [f"F{n:02d}" for n in range(1, len(FAULTS) + 1)]
    assert all(fault.title and fault.outcome for section in REGISTER for fault in section.faults)


def test_no_test_names_a_row_that_is_not_on_the_list(collected: dict[str, set[str]]) -> None:
    assert {number: tests for number, tests in collected.items() if number not in FAULTS} == {}


def test_every_row_has_a_test_or_a_reason(collected: dict[str, set[str]]) -> None:
    pending = set(" ".join(PENDING.values()).split())
    bare = [fault.number for fault in FAULTS.values() if fault.number not in collected and not fault.left_out]
    assert set(bare) - pending == set()


def test_a_row_left_out_has_no_test(collected: dict[str, set[str]]) -> None:
    assert [fault.number for fault in FAULTS.values() if fault.left_out and fault.number in collected] == []


def test_the_table_is_made_the_same_way_twice_and_can_be_read_back() -> None:
    results = {"F01": {"tests/faults/b.py::test_f01_b": "passed", "tests/faults/a.py::test_f01_a": "skipped"}}
    reversed_ = {"F01": dict(reversed(list(results["F01"].items())))}
    assert table(results) == table(reversed_)
    assert listed(table(results))["F01"] == {"faults/b.py::test_f01_b", "faults/a.py::test_f01_a"}
