"""What an agency covers changes by successions that cross its border, and by no others."""

from datetime import date

import pytest

from metrics.domain.territory import NotAttributable, Succession, as_it_is_now, changes, versions

JULY = date(2025, 7, 1)
LATER = date(2026, 3, 1)
LAW = "NQ 202/2025/QH15"
DEPARTMENT, COMMUNE = "PROVINCIAL_DEPARTMENT", "COMMUNE"


def step(predecessor: str, successor: str, day: date = JULY, *, ends: bool = True) -> Succession:
    return Succession(predecessor, successor, day, ends, LAW)


PROVINCE = step("H23", "H24")
DIVIDED = (step("H24.31", "H24.200"), step("H24.31", "H24.201"))


def days(agency: str, level: str | None, *told: Succession) -> list[date]:
    return [one.succeeded_on for one in changes(agency, level, told)]


def test_a_merger_from_outside_changes_the_province_and_its_departments_and_no_commune() -> None:
    assert days("H24", "PROVINCE_PEOPLES_COMMITTEE", PROVINCE) == [JULY]
    assert days("H24.08", DEPARTMENT, PROVINCE) == [JULY]
    assert days("H24.100", COMMUNE, PROVINCE) == []
    assert days("H24.100", None, PROVINCE) == [JULY], "nobody knows its level: the careful answer"
    assert days("H26", None, PROVINCE) == []


def test_what_happens_inside_changes_those_who_took_part_only() -> None:
    assert days("H24", None, *DIVIDED) == []
    assert days("H24.200", COMMUNE, *DIVIDED) == [JULY]
    assert days("H24.300", COMMUNE, *DIVIDED) == []
    assert days("H24.31", "DISTRICT", *DIVIDED) == [JULY, JULY]


def test_giving_a_part_away_is_a_change_too() -> None:
    assert days("H24", None, step("H24.31", "H26.31", ends=False)) == [JULY]


def test_versions_are_named_by_their_first_day() -> None:
    told = (PROVINCE, step("H25", "H24", date(2026, 3, 1)))
    assert versions(date(2024, 1, 1), date(2025, 6, 30), told) == ("original",)
    assert versions(date(2025, 1, 1), date(2025, 7, 1), told) == ("original", "2025-07-01")
    assert versions(JULY, date(2025, 12, 31), told) == ("2025-07-01",)
    assert versions(date(2025, 1, 1), date(2026, 12, 31), told) == ("original", "2025-07-01", "2026-03-01")


def test_an_agency_as_it_is_now_is_all_that_it_took_over() -> None:
    assert as_it_is_now("H24", None, [PROVINCE]) == ("H24", "H23")
    assert as_it_is_now("H24", None, [PROVINCE, step("H23.08", "H24.08")]) == ("H24", "H23")
    assert as_it_is_now("H24.08", DEPARTMENT, [PROVINCE, step("H23.08", "H24.08")]) == ("H24.08", "H23.08")
    earlier = step("H22", "H23", date(2020, 1, 1))
    assert as_it_is_now("H24", None, [earlier, PROVINCE]) == ("H24", "H23", "H22")
    assert as_it_is_now("H24", None, list(DIVIDED)) == ("H24",)


def test_what_happens_within_an_agency_or_leaves_it_in_part_takes_nothing_over() -> None:
    assert as_it_is_now("H24", None, [step("H24.31", "H24.200", ends=False)]) == ("H24",)
    assert as_it_is_now("H24", None, [step("H24", "H26", ends=False)]) == ("H24",)


def test_an_agency_that_was_taken_over_whole_is_named_once_whatever_was_told_first() -> None:
    assert as_it_is_now("H24", None, [step("H23.08", "H24.08"), PROVINCE]) == ("H24", "H23")


@pytest.mark.parametrize(
    ("agency", "level", "told", "reason"),
    [
        ("H23", None, [PROVINCE], "H23 ended on 2025-07-01; ask for H24"),
        ("H24.200", COMMUNE, DIVIDED, "H24.31 was divided: a part went to H24.201"),
        ("H24", None, [step("H23", "H24", ends=False)], "took over only a part of H23"),
        ("H24", None, [PROVINCE, step("H23.40", "H26.40")], "H23 was divided: a part went to H26.40"),
        ("H24.08", DEPARTMENT, [PROVINCE], "does not say which agency H24.08 took over"),
        ("H23", None, [PROVINCE, step("H23", "H26", LATER)], "H23 ended on 2026-03-01; ask for H24, H26"),
        ("H24.08", DEPARTMENT, [PROVINCE, step("H25", "H24", LATER)], "took over on 2025-07-01"),
    ],
)
def test_what_cannot_be_followed_back_is_refused_with_its_reason(
    agency: str, level: str | None, told: list[Succession], reason: str
) -> None:
    with pytest.raises(NotAttributable, match=reason):
        as_it_is_now(agency, level, told)
