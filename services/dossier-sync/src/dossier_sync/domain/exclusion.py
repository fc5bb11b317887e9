"""Which dossiers are tests: trainees' and vendors' cases that a portal lists among the real ones.

Only a rule an operator wrote says so. They are set aside under a reason of their own: counted, shown, in no figure.
"""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

IsTest = Callable[[str, str], bool]
"""(dossier code, agency) -> whether a rule calls it a test."""


def no_tests(code: str, agency: str) -> bool:
    """Without a rule every dossier is real."""
    return False


def rule_of(patterns: Sequence[str]) -> IsTest:
    """Rules as an operator writes them: a code with ``*`` ("000.00.99.H24-*-99*"), or an agency and all below it."""
    codes = [pattern.upper() for pattern in patterns if "-" in pattern or "*" in pattern]
    agencies = [pattern.upper() for pattern in patterns if "-" not in pattern and "*" not in pattern]
    if not patterns:
        return no_tests

    def is_test(code: str, agency: str) -> bool:
        return any(agency == one or agency.startswith(f"{one}.") for one in agencies) or any(
            fnmatchcase(code, pattern) for pattern in codes
        )

    return is_test
