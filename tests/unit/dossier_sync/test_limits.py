"""How many of a feed's dossiers may be absent at once before the brake holds."""

from decimal import Decimal

import pytest

from dossier_sync.domain.limits import USUAL, Limits


@pytest.mark.parametrize(
    ("known", "at_most"), [(0, 10), (100, 10), (1_099, 10), (1_100, 11), (2_900, 29), (5_700, 57), (2_999, 29)]
)
def test_usually_one_in_a_hundred_and_never_fewer_than_ten(known: int, at_most: int) -> None:
    assert USUAL.absent_at_most(known) == at_most


def test_a_feed_may_be_trusted_more_or_less_and_an_operator_more_than_either() -> None:
    strict = Limits(absent_share=Decimal(0), absent_rows=0)
    assert (strict.absent_at_most(5_000), strict.absent_at_most(5_000, accepted=60)) == (0, 60)
    assert Limits(absent_share=Decimal("0.25"), absent_rows=3).absent_at_most(1_001) == 250
