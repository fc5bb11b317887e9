"""Decisions: what titles and lists show, whose catalogue they publish, and what an import adds."""

from datetime import date

import pytest

from catalogue.domain.decision import Decision, kinds_of, merge, plain_name, plain_number, whose_catalogue
from catalogue.domain.validity import Validity, validities, validity_of
from shared.domain.identifiers import AgencyCode, ProcedureCode
from shared.domain.level import DecisionKind

CITY, OFFICE = "UBND thành phố Hải Phòng", "Sở Giáo dục và Đào tạo Hải Phòng"


def a_decision(number: str = "1/QĐ-UBND", signed_on: date = date(2024, 1, 10), **other: object) -> Decision:
    facts: dict[str, object] = {
        "issuer_code": "H24",
        "number": number,
        "signed_year": signed_on.year,
        "agency_code": "H24.99",
        "name": "Về việc công bố",
        "kinds": (),
        "signed_on": signed_on,
        "effective_on": None,
        "posted_on": None,
        "new": (),
        "modified": (),
        "rescinded": (),
        "note": "",
        "source": "portal",
    }
    return Decision(**{**facts, **other})  # type: ignore[arg-type]  # built from a dict of overrides


@pytest.mark.parametrize(
    ("written", "plain"),
    [("2193/QĐ-UBND.", "2193/QĐ-UBND"), (" 62 /QĐ-UBND", "62/QĐ-UBND"), ("2267./QĐ-BXD", "2267./QĐ-BXD")],
)
def test_stray_dots_and_blanks_make_no_other_number(written: str, plain: str) -> None:
    assert plain_number(written) == plain


def test_names_compare_without_regard_to_blanks_case_and_tone_mark_place() -> None:
    assert plain_name("Bộ Khoa học  và  Công nghệ") == plain_name("Bộ Khoa học và Công nghệ")
    assert plain_name("Uỷ ban nhân dân xã Hoà Bình") == plain_name("ỦY BAN NHÂN DÂN XÃ HÒA BÌNH")


@pytest.mark.parametrize(
    ("title", "lists", "kinds"),
    [
        ("Danh mục thủ tục mới ban hành", (True, False, False), {"NEW"}),
        ("Danh mục thủ tục mới ban hành; được thay thế", (True, True, False), {"NEW", "REPLACED"}),
        ("Danh mục thủ tục được sửa đổi, bổ sung", (False, True, False), {"AMENDED"}),
        ("Danh mục thủ tục chuẩn hoá", (False, True, False), {"STANDARDISED"}),
        ("Danh mục thủ tục bị bãi bỏ", (False, False, True), {"ABOLISHED"}),
        ("Danh mục thủ tục nội bộ", (False, False, False), {"INTERNAL"}),
        ("Danh mục và Quy trình nội bộ thủ tục sửa đổi", (False, True, False), {"AMENDED"}),
        ("Về việc công bố Danh mục", (True, True, True), {"NEW", "AMENDED", "ABOLISHED"}),
    ],
)
def test_kinds_are_read_from_the_title_and_the_lists(
    title: str, lists: tuple[bool, bool, bool], kinds: set[str]
) -> None:
    new, modified, rescinded = lists
    assert {str(kind) for kind in kinds_of(title, new=new, modified=modified, rescinded=rescinded)} == kinds


def test_a_chair_signs_for_the_department_the_title_names() -> None:
    names = {"H24": CITY, "H24.99": OFFICE, "H24.98": "Sở Giáo dục", "H30.01": "Sở Giáo dục và Đào tạo"}
    issuer = AgencyCode.parse("H24")
    assert whose_catalogue(f"… thuộc phạm vi quản lý của {OFFICE}", issuer, names) == "H24.99"
    assert whose_catalogue("… trong một số lĩnh vực", issuer, names) == "H24"


def test_an_import_wins_and_the_portal_fills_what_it_leaves_open() -> None:
    portal = a_decision(new=("9.000001",), kinds=(DecisionKind.NEW,), name="Tên")
    imported = a_decision(agency_code="H24", effective_on=date(2024, 2, 1), name="", source="import")
    both = merge(portal, imported)
    assert (both.effective_on, both.new, both.name) == (date(2024, 2, 1), ("9.000001",), "Tên")
    assert (both.agency_code, both.source) == ("H24.99", "portal+import")


def test_a_procedure_holds_from_the_effective_day_to_the_one_that_ends_it() -> None:
    told = validities(
        [
            a_decision("2/QĐ", date(2024, 9, 16), effective_on=date(2024, 10, 1), rescinded=("9.000001",)),
            a_decision("1/QĐ", date(2024, 1, 10), effective_on=date(2024, 1, 15), new=("9.000001",)),
        ]
    )
    found = validity_of(AgencyCode.parse("H24.99"), ProcedureCode.parse("9.000001"), told)
    assert found == Validity(date(2024, 1, 15), date(2024, 10, 1))


def test_a_decision_without_an_effective_day_proves_nothing() -> None:
    told = validities([a_decision(new=("9.000001",))])
    assert validity_of(AgencyCode.parse("H24.99"), ProcedureCode.parse("9.000001"), told) == Validity()


def test_another_provinces_decision_does_not_touch_ours() -> None:
    told = validities([a_decision(issuer_code="H30", effective_on=date(2024, 1, 1), rescinded=("9.000001",))])
    assert validity_of(AgencyCode.parse("H24.99"), ProcedureCode.parse("9.000001"), told) == Validity()


def test_a_procedure_brought_in_again_begins_a_new_validity() -> None:
    told = validities(
        [
            a_decision("1/QĐ", effective_on=date(2023, 1, 1), new=("9.000001",)),
            a_decision("2/QĐ", effective_on=date(2024, 1, 1), rescinded=("9.000001",)),
            a_decision("3/QĐ", effective_on=date(2025, 1, 1), new=("9.000001",)),
        ]
    )
    found = validity_of(AgencyCode.parse("H24.99"), ProcedureCode.parse("9.000001"), told)
    assert found == Validity(date(2025, 1, 1), None)
