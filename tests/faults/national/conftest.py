"""What the fault tests of sessions and envelopes share."""

from collections.abc import Iterator

import pytest
import stamina


@pytest.fixture(autouse=True)
def _no_sleeping_between_retries() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield
