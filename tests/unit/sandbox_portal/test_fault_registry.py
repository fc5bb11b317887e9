"""The list of faults is whole, and every fault is proven on the wire."""

import re
from pathlib import Path

import pytest

from sandbox_portal.faults import endpoints
from sandbox_portal.faults.model import Fault
from sandbox_portal.faults.registry import FAULTS, LEFT_OUT

ROOT = Path(__file__).parents[3]
ROWS = range(3, 106)
"""Rows of the fault list that could be a portal's; those before are of the network, those after of our own."""
HOOKS = ("request", "instead", "relist", "skew", "answer", "deliver")


def test_every_row_is_a_fault_or_says_why_not() -> None:
    rows = {f"F{number:02d}" for number in ROWS}
    assert set(FAULTS) | set(LEFT_OUT) == rows
    assert set(FAULTS) & set(LEFT_OUT) == set()


def test_every_fault_has_a_test_on_the_wire() -> None:
    tested = set()
    for path in (ROOT / "tests" / "contract" / "sandbox_portal").glob("test_faults_*.py"):
        tested |= {f"F{number}" for number in re.findall(r"^async def test_f(\d+)_", path.read_text(), re.MULTILINE)}
    assert tested == set(FAULTS)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.id)
def test_a_fault_is_declared_so_that_it_can_be_switched_on(fault: Fault) -> None:
    assert re.fullmatch(r"F\d{2,3}", fault.id)
    assert fault.paths <= endpoints.EVERYWHERE
    assert any(getattr(fault, hook) is not None for hook in HOOKS)
    assert all(one.default in one.choices for one in fault.parameters if one.choices)
    assert len({one.name for one in fault.parameters}) == len(fault.parameters)
    assert fault.relist is not None or not fault.is_truth


def test_every_address_belongs_to_one_endpoint() -> None:
    addresses = [(one.method, path) for one in endpoints.ENDPOINTS for path in one.paths]
    assert len(addresses) == len(set(addresses))
    for method, path in addresses:
        found = endpoints.at(method, path)
        assert found is not None
        assert path in found.paths
    assert endpoints.at("GET", "/sandbox") is None
