"""One running product for all end-to-end tests."""

from collections.abc import Iterator

import pytest

from support.stack import RunningStack, a_running_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The stack of the README's main command."""
    with a_running_stack(tmp_path_factory.mktemp("stack") / "local") as running:
        yield running
