"""How hard the tests that play with chance try. ``make test`` takes a sample; an option asks for the whole proof.

A pytest plugin.
"""

import pytest
from hypothesis import settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=100, help="deaths of the crash equivalence (make crash: 1000)")
    parser.addoption("--crash-seed", type=int, default=0, help="repeat the deaths of this seed (0: new ones)")
    parser.addoption(
        "--soak-seconds", type=float, default=20.0, help="how long workers are mistreated (make soak: 600)"
    )
    parser.addoption("--soak-seed", type=int, default=0, help="repeat the mistreatment of this seed (0: a new one)")
    parser.addoption("--histories", type=int, default=15, help="examples of the state machine of a feed's life")


def pytest_configure() -> None:
    """A property is judged by what it says: how long an example takes tells of the machine and of who else uses it."""
    settings.register_profile("motcua", deadline=None)
    settings.load_profile("motcua")
