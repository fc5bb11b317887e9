"""The vocabularies of the catalogue."""

import pytest

from shared.domain.level import OnlineLevel, best_online_level


@pytest.mark.parametrize(
    ("levels", "best"),
    [
        (["PARTIAL", "FULL"], "FULL"),
        (["NONE", "PARTIAL"], "PARTIAL"),
        (["NONE"], "NONE"),
        ([], "NONE"),
    ],
)
def test_the_highest_of_several_services_counts(levels: list[str], best: str) -> None:
    assert best_online_level(OnlineLevel(level) for level in levels) is OnlineLevel(best)
