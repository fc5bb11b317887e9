"""Which law's levels hold on the days where they change."""

from datetime import date

import pytest

from metrics.domain.regimes import Kind, regimes

BEFORE, AFTER = "province_district_commune", "province_commune"


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        (date(2025, 6, 1), date(2025, 6, 30), [BEFORE]),
        (date(2025, 6, 1), date(2025, 7, 1), [BEFORE, AFTER]),
        (date(2025, 6, 30), date(2025, 7, 31), [BEFORE, AFTER]),
        (date(2025, 7, 1), date(2025, 7, 31), [AFTER]),
    ],
)
def test_districts_ended_with_the_thirtieth_of_june_2025(first: date, last: date, names: list[str]) -> None:
    assert [one.name for one in regimes(Kind.GOVERNMENT_LEVELS, first, last)] == names


@pytest.mark.parametrize(
    ("first", "last", "laws"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), ["NĐ 42/2022/NĐ-CP"]),
        (date(2026, 6, 30), date(2026, 7, 1), ["NĐ 42/2022/NĐ-CP", "NĐ 224/2026/NĐ-CP"]),
        (date(2026, 7, 1), date(2026, 7, 1), ["NĐ 224/2026/NĐ-CP"]),
    ],
)
def test_online_levels_changed_on_the_first_of_july_2026(first: date, last: date, laws: list[str]) -> None:
    assert [one.legal_basis for one in regimes(Kind.ONLINE_LEVELS, first, last)] == laws
