"""docs/faults.md lists the tests there are: a row whose tests were renamed or removed cannot go on looking shown."""

from pathlib import Path

from support.fault_matrix import collected, listed
from support.fault_register import FAULTS

TABLE = Path(__file__).parents[2] / "docs" / "faults.md"


def test_the_table_lists_the_tests_there_are() -> None:
    there = {number: {test.removeprefix("tests/") for test in tests} for number, tests in collected().items()}
    written = listed(TABLE.read_text(encoding="utf-8"))
    assert written == {number: there.get(number, set()) for number in FAULTS}, "run `make faults` and commit the table"
