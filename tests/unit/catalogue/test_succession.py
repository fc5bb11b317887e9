"""Successions say from when and until when an agency was, and who stands in its place now."""

from datetime import date

import pytest

from catalogue.assembling import agencies
from catalogue.domain.agency import Agency, Succession
from catalogue.domain.succession import begins_too_late, standing_now, succeeded, without_district_level
from catalogue.portals import PortalAgency, Unreadable
from catalogue.portals.succession_list import decode
from shared.domain.identifiers import AgencyCode
from shared.domain.level import DISTRICT_ENDED_ON, AuthorityLevel

MARCH, JULY, TODAY = date(2025, 3, 1), date(2025, 7, 1), date(2026, 3, 1)
HEADER = "predecessor,successor,succeeded_on,legal_basis"


def an_agency(code: str = "H24.10", **other: object) -> Agency:
    return Agency(**{"agency_code": code, "name": "Cơ quan", "level": None, "parent_code": None, **other})  # type: ignore[arg-type]  # a test's shorthand


def a_step(old: str, new: str, on: date = JULY, **other: bool) -> Succession:
    return Succession(old, new, on, "1/NQ-TEST", **other)


def met(
    name: str, known: Agency | None, *, level: str = "", on: date = TODAY, steps: list[Succession] | None = None
) -> Agency:
    """The agency H24.10 as it stands after a dictionary named it."""
    found = [PortalAgency(AgencyCode.parse("H24.10"), name, level)]
    (one,) = agencies(found, {} if known is None else {known.key: known}, steps or [], on=on)
    return one


def test_a_merger_ends_the_old_and_leaves_the_new_its_days() -> None:
    steps = [a_step("H24.10", "H24.11")]
    assert succeeded(an_agency(), steps).valid_to == JULY
    after = succeeded(an_agency("H24.11", valid_from=MARCH), steps)
    assert (after.valid_from, after.valid_to) == (MARCH, None)


def test_an_agency_that_only_gave_a_part_away_goes_on() -> None:
    assert succeeded(an_agency(), [a_step("H24.10", "H24.11", predecessor_ends=False)]).valid_to is None


def test_a_founded_agency_begins_on_the_day() -> None:
    assert succeeded(an_agency("H24.11"), [a_step("H24.10", "H24.11", successor_begins=True)]).valid_from == JULY


def test_an_agency_that_gave_its_parts_away_on_two_days_ended_on_the_second() -> None:
    steps = [a_step("H24.10", "H24.11", MARCH), a_step("H24.10", "H24.12", JULY)]
    assert succeeded(an_agency(), steps).valid_to == JULY


@pytest.mark.fault("F90")
def test_who_stands_in_its_place_is_found_along_the_chain_and_forward_in_time_only() -> None:
    steps = [
        a_step("A1", "B1", MARCH),
        a_step("A1", "B2", MARCH),
        a_step("B1", "C1"),
        a_step("C1", "A1", date(2024, 1, 1)),
    ]
    assert standing_now("A1", steps) == ("B2", "C1")
    assert standing_now("B2", steps) == ("B2",)
    there_and_back = [a_step("A1", "B1", MARCH), a_step("B1", "A1", JULY)]
    assert standing_now("B1", there_and_back) == ("A1",)


@pytest.mark.fault("F91")
def test_a_code_given_to_another_agency_after_its_end_is_a_new_incarnation() -> None:
    ended = an_agency(valid_from=date(2016, 1, 1), valid_to=JULY, level=AuthorityLevel.PROVINCIAL_DEPARTMENT)
    again = met("Sở Mới", ended)
    assert (again.incarnation, again.valid_from, again.valid_to, again.level) == (2, None, None, None)


@pytest.mark.fault("F91")
def test_a_portal_that_still_names_an_ended_agency_is_only_late() -> None:
    late = met("CƠ  QUAN", an_agency(valid_to=JULY))
    assert (late.incarnation, late.valid_to) == (1, JULY)


@pytest.mark.fault("F90")
def test_another_name_of_an_agency_in_being_is_a_new_name() -> None:
    renamed = met("Sở Tên mới", an_agency(valid_from=MARCH))
    assert (renamed.incarnation, renamed.valid_from, renamed.name) == (1, MARCH, "Sở Tên mới")
    soon = met("Sở Tên mới", an_agency(valid_to=date(2027, 1, 1)))
    assert (soon.incarnation, soon.valid_to) == (1, date(2027, 1, 1))


def test_an_agency_learnt_after_its_succession_was_recorded_gets_its_days() -> None:
    steps = [a_step("H24.10", "H24.11")]
    assert met("Cơ quan", None, steps=steps).valid_to == JULY
    # The next one of that code has nothing to do with them.
    assert met("Sở Mới", an_agency(valid_to=JULY), steps=steps).valid_to is None


def test_a_district_agency_seen_after_the_level_ended_is_history() -> None:
    assert met("UBND quận", None, level="2").valid_to == DISTRICT_ENDED_ON
    assert met("UBND quận", None, level="2", on=date(2025, 6, 30)).valid_to is None
    sooner = an_agency(level=AuthorityLevel.DISTRICT, valid_to=MARCH)
    assert without_district_level(sooner, TODAY).valid_to == MARCH
    assert begins_too_late(an_agency(level=AuthorityLevel.DISTRICT, valid_from=JULY))


def test_a_list_of_districts_and_communes_is_read() -> None:
    body = (
        f"\ufeff{HEADER},predecessor_name,predecessor_level,successor_name,successor_level,successor_begins\r\n"
        '000.00.31.H24,H24.200,2025-07-01,"NQ 1669/NQ-TEST, Điều 1",Quận Thử,DISTRICT,Phường Một,COMMUNE,yes\r\n'
        "H24.31,H24.201,2025-07-01,x,Quận Thử,DISTRICT,Phường Hai,COMMUNE,yes\r\n"
    )
    found = decode(body.encode())
    assert [(one.predecessor_code, one.successor_code, one.successor_begins) for one in found.successions] == [
        ("H24.31", "H24.200", True),
        ("H24.31", "H24.201", True),
    ]
    assert [(one.agency_code, one.level) for one in found.agencies] == [
        ("H24.31", AuthorityLevel.DISTRICT),
        ("H24.200", AuthorityLevel.COMMUNE),
        ("H24.201", AuthorityLevel.COMMUNE),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff\xfe", "not_utf8"),
        (b"", "columns_wrong"),
        (b"predecessor,successor\nH1,H2\n", "columns_wrong"),
        (f"{HEADER},colour\nH24.11,H24.12,2025-07-01,x,red\n".encode(), "columns_wrong"),
        (f"{HEADER}\nH24.11,H24.12,2025-07-01\n".encode(), "columns_wrong"),
        (f"{HEADER}\nH24.11,Hải Phòng,2025-07-01,x\n".encode(), "code_malformed"),
        (f"{HEADER}\nH24.11,H24.12,01/07/2025,x\n".encode(), "date_malformed"),
        (f"{HEADER}\nH24.11,H24.12,2025-07-01,x\nH24.11,H24.12,2025-07-02,x\n".encode(), "succession_twice"),
        (f"{HEADER},successor_begins\nH24.11,H24.12,2025-07-01,x,có\n".encode(), "answer_malformed"),
        (f"{HEADER},successor_name,successor_level\nH24.11,H24.12,2025-07-01,x,Tên,XA\n".encode(), "level_unknown"),
        (f'{HEADER}\nH24.11,"H24.12,2025-07-01,x\n'.encode(), "csv_malformed"),
    ],
)
def test_a_list_with_one_unusable_line_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(body)
    assert refused.value.reason == reason
