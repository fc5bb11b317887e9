"""How several processes share the tests: by file, for what a module sets up is made once; end-to-end tests stay
together, for they share one running product.

A pytest plugin. The marks of xdist's own groups are lost with pytest 9.2 and without a word (pytest-xdist issue 1386).
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

_E2E = "tests/e2e/"


class ByFile(LoadFileScheduling):
    """The end-to-end tests are one file."""

    def _split_scope(self, nodeid: str) -> str:
        return _E2E if nodeid.startswith(_E2E) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)
