"""What a run must have met before an alarm is raised, and how the file of portals moves it."""

from decimal import Decimal

import pytest

from dossier_sync.domain.alarms import has_regressed, has_shifted
from dossier_sync.domain.limits import USUAL, Limits


@pytest.mark.parametrize(
    ("limits", "regressed", "changed", "moved_back", "raised"),
    [
        (USUAL, 9, 0, False, False),
        (USUAL, 10, 10, False, True),
        (USUAL, 10, 11, False, False),  # more go on than go back
        (USUAL, 2, 0, True, False),
        (USUAL, 3, 100, True, True),
        (Limits(older_rows=2), 2, 2, False, True),
        (Limits(older_rows=2), 2, 0, True, True),
        (Limits(older_rows=50), 49, 0, False, False),
    ],
)
def test_a_restored_portal_is_known_by_how_many_go_back(
    limits: Limits, regressed: int, changed: int, moved_back: bool, raised: bool
) -> None:
    assert has_regressed(regressed, changed, moved_back=moved_back, limits=limits) is raised


@pytest.mark.parametrize(
    ("limits", "now", "shifted"),
    [
        (USUAL, {4: 60, 10: 140}, None),  # 30 of a hundred instead of 20
        (USUAL, {4: 80, 10: 120}, (10, 0.8, 0.6)),  # both differ by 20 points: the greater number is named
        (Limits(shift_share=Decimal("0.25")), {4: 80, 10: 120}, None),
        (USUAL, {4: 20, 10: 29}, None),  # 49 are too few to say anything
        (Limits(shift_share=Decimal("0.05")), {4: 60, 10: 140}, None),  # no more than chance may do
    ],
)
def test_a_state_has_shifted_when_its_share_is_far_from_the_usual_one(
    limits: Limits, now: dict[int, int], shifted: tuple[int, float, float] | None
) -> None:
    assert has_shifted({4: 200, 10: 800}, now, limits) == shifted
