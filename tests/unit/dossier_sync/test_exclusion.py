"""Which dossiers an operator's rules call tests, and that without a rule none is one."""

import pytest

from dossier_sync.domain.exclusion import no_tests, rule_of

CODE = "000.00.99.H24-240115-9901"


@pytest.mark.parametrize(
    ("patterns", "agency", "test"),
    [
        ([], "H24.99", False),
        (["000.00.99.H24-*-99*"], "H24.99", True),
        (["000.00.99.h24-*-99*"], "H24.99", True),
        (["000.00.99.H24-*-98*"], "H24.99", False),
        ([CODE], "H24.99", True),
        (["000.00.99.H24-240115-99"], "H24.99", False),
        (["000*"], "H24.99", True),
        (["H24.99"], "H24.99", True),
        (["h24.99"], "H24.99", True),
        (["H24"], "H24.99", True),
        (["H24.9"], "H24.99", False),
        (["H24.99.01"], "H24.99", False),
        (["H25", "H24.99"], "H24.99", True),
        (["H25", "000.00.98*"], "H24.99", False),
    ],
)
def test_a_rule_is_a_code_with_stars_or_an_agency_and_all_below_it(
    patterns: list[str], agency: str, test: bool
) -> None:
    assert rule_of(patterns)(CODE, agency) is test


def test_without_a_rule_every_dossier_is_real() -> None:
    assert no_tests(CODE, "H24.99") is False
