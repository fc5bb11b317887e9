"""The fault list, the tests that carry its numbers and the table made of both say the same."""

import pytest

from support.fault_matrix import collected, listed, table
from support.fault_register import FAULTS, REGISTER

PENDING: dict[str, str] = {}
"""Rows that somebody is writing at this moment; empty when issue 3 is done."""


@pytest.fixture(scope="module")
def shown() -> dict[str, set[str]]:
    return collected()


def test_the_list_is_numbered_without_a_gap() -> None:
    assert list(FAULTS) == [f"F{n:02d}" for n in range(1, len(FAULTS) + 1)]
    assert all(fault.title and fault.outcome for section in REGISTER for fault in section.faults)


def test_no_test_names_a_row_that_is_not_on_the_list(shown: dict[str, set[str]]) -> None:
    assert {number: tests for number, tests in shown.items() if number not in FAULTS} == {}


def test_every_row_has_a_test_or_a_reason(shown: dict[str, set[str]]) -> None:
    pending = set(" ".join(PENDING.values()).split())
    bare = [fault.number for fault in FAULTS.values() if fault.number not in shown and not fault.left_out]
    assert set(bare) - pending == set()


def test_a_row_left_out_has_no_test(shown: dict[str, set[str]]) -> None:
    assert [fault.number for fault in FAULTS.values() if fault.left_out and fault.number in shown] == []


def test_the_table_is_made_the_same_way_twice_and_can_be_read_back() -> None:
    results = {"F01": {"tests/faults/b.py::test_f01_b": "passed", "tests/faults/a.py::test_f01_a": "skipped"}}
    reversed_ = {"F01": dict(reversed(list(results["F01"].items())))}
    assert table(results) == table(reversed_)
    assert listed(table(results))["F01"] == {"faults/b.py::test_f01_b", "faults/a.py::test_f01_a"}
