"""The 2026 platform's records, with the quirks real ones have."""

from typing import Any

import pytest

from catalogue.domain.procedure import fee_bearing
from catalogue.portals import PortalProcedure, Unreadable
from catalogue.portals.cleaning import cleaned, digest, plain_text, texts
from catalogue.portals.national_v1 import read
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel, LimitUnit, OnlineLevel
from support.catalogue_portals import a_detail


def reading(row: dict[str, Any] | None = None, **other: Any) -> PortalProcedure:
    detail = cleaned(a_detail(1, **other))
    return read(row or {"id": detail["id"], "code": detail["code"], "name": detail["name"]}, detail)


def a_method(time: Any, unit: str, channel: str = "ONLINE", **other: Any) -> dict[str, Any]:
    return {"submissionMethod": channel, "processingTime": time, "processingTimeUnit": unit, "fees": [], **other}


def test_null_elements_are_nothing() -> None:
    methods = [None, a_method(5, "WORKING_DAY"), None]
    assert [limit.quantity for limit in reading(executionMethods=methods).limits] == [5]


def test_the_limit_of_unit_other_stands_in_the_cases() -> None:
    case = {"code": "TH1", "name": "Thông thường", "processingDay": {"qty": 7, "type": "WORKING_DAY"}}
    (limit,) = reading(executionMethods=[a_method(1, "OTHER")], cases=[case, None]).limits
    assert (limit.quantity, limit.unit, limit.case_name) == (7, LimitUnit.WORKING_DAY, "")


def test_several_cases_are_several_limits() -> None:
    cases = [
        {"name": "Thông thường", "processingDay": {"qty": 7, "type": "WORKING_DAY"}},
        {"name": "Miền núi", "processingDay": {"qty": 17, "type": "DAY"}},
    ]
    found = reading(executionMethods=[a_method(None, "OTHER")], cases=cases).limits
    assert [(one.case_name, one.quantity, one.unit) for one in found] == [
        ("Thông thường", 7, LimitUnit.WORKING_DAY),
        ("Miền núi", 17, LimitUnit.DAY),
    ]


def test_a_number_beside_unit_other_is_no_limit() -> None:
    (limit,) = reading(executionMethods=[a_method(1, "OTHER")], cases=[]).limits
    assert (limit.quantity, limit.unit) == (None, LimitUnit.OTHER)


def test_two_limits_of_one_channel_are_both_kept() -> None:
    found = reading(executionMethods=[a_method(3, "WORKING_DAY"), a_method(10, "WORKING_DAY")]).limits
    assert sorted(limit.quantity or 0 for limit in found) == [3, 10]
    assert len({(limit.channel, limit.case_name) for limit in found}) == 2


def test_each_channel_has_its_own_limit() -> None:
    found = reading(executionMethods=[a_method(3, "WORKING_DAY"), a_method(5, "DAY", "POSTAL")]).limits
    assert {limit.channel: limit.quantity for limit in found} == {Channel.ONLINE: 3, Channel.POSTAL: 5}


def test_a_missing_executing_body_is_taken_from_the_list_row() -> None:
    row = {"id": "x", "code": "9.000001", "departments": [None, "Ủy ban nhân dân cấp huyện"]}
    found = reading(cleaned(row), departmentsExecuting=None, isProvince=False)
    assert found.levels == (AuthorityLevel.DISTRICT,)


@pytest.mark.parametrize(
    ("other", "levels"),
    [
        ({"departmentsExecuting": [{"name": "Ủy ban nhân dân cấp tỉnh"}]}, ["PROVINCE_PEOPLES_COMMITTEE"]),
        (
            {"departmentsExecuting": None, "executingAgencies": "UBND thành phố Hải Phòng"},
            ["PROVINCE_PEOPLES_COMMITTEE"],
        ),
        ({"departmentsExecuting": None, "executingAgencies": ["Sở Y tế", None]}, ["PROVINCIAL_DEPARTMENT"]),
        ({"departmentsExecuting": [{"name": "Uỷ ban nhân dân xã Hòa Bình"}], "isProvince": None}, ["COMMUNE"]),
        ({"departmentsExecuting": [], "isWard": True, "isMinistry": True}, ["COMMUNE", "MINISTRY"]),
        ({"departmentsExecuting": [], "isProvince": True}, []),
        (
            {"departmentsExecuting": [{"name": "Sở A"}, {"name": "UBND cấp xã"}], "isProvince": None},
            ["PROVINCIAL_DEPARTMENT", "COMMUNE"],
        ),
        # 233 of 2,100 published procedures name a body of a level their marks do not have: the marks are the level.
        ({"departmentsExecuting": [{"name": "Bộ Tài chính"}, {"name": "Sở A"}]}, ["PROVINCIAL_DEPARTMENT"]),
        ({"departmentsExecuting": [{"name": "Sở A"}], "isProvince": False, "isWard": True}, ["COMMUNE"]),
    ],
)
def test_levels_come_from_marks_and_names_and_are_a_set(other: dict[str, Any], levels: list[str]) -> None:
    assert [str(level) for level in reading(**other).levels] == levels


def test_a_province_whose_deciding_body_is_not_named_is_left_open() -> None:
    assert reading(departmentsExecuting=[{"name": "Công an tỉnh"}], isWard=True).level_open
    assert not reading().level_open


@pytest.mark.parametrize(
    ("fees", "bears"),
    [
        ([{"type": "FEE", "value": 250000, "description": ""}], True),
        ([{"type": "FEE", "value": 0, "description": "Không"}], False),
        ([{"type": "FEE", "value": None, "description": "20.000 đồng/lần"}], None),
        ([{"type": "FEE", "value": None, "description": "Miễn"}], False),
        ([], None),
    ],
)
def test_no_fee_line_is_not_a_free_procedure(fees: list[dict[str, Any]], bears: bool | None) -> None:
    found = reading(executionMethods=[a_method(5, "DAY", fees=fees)])
    assert fee_bearing(found.fees) is bears


def test_the_online_mark_needs_an_online_method() -> None:
    assert reading().marked_online is OnlineLevel.FULL
    assert reading(isFullProcess=False).marked_online is OnlineLevel.PARTIAL
    assert reading(executionMethods=[a_method(5, "DAY", "DIRECT")]).marked_online is OnlineLevel.NONE


def test_the_decision_number_hides_in_the_proposal() -> None:
    assert reading(decisionNo="", procedureProposal={"proposalNumber": "9/QĐ-BM"}).decision_number == "9/QĐ-BM"


def test_milliseconds_since_1970_are_an_instant() -> None:
    found = reading().updated_at
    assert found is not None
    assert found.isoformat() == "2026-09-21T14:13:20+00:00"


def test_a_detail_that_carries_another_procedure_is_refused() -> None:
    with pytest.raises(Unreadable, match="detail_of_another"):
        reading({"id": "x", "code": "9.000002"})


def test_a_malformed_code_is_refused_with_its_reason() -> None:
    with pytest.raises(Unreadable, match="code_malformed"):
        reading({"id": "x", "code": "10.005090"}, code="10.005090")


def test_pictures_tags_and_blanks_do_not_make_another_content() -> None:
    rich = a_detail(1, description="<p>Nộp  hồ sơ<img src='data:image/png;base64,iVBORw0KGgo='/></p>\n", x=[None, 1])
    plain = a_detail(1, description="Nộp hồ sơ", x=[1], updatedAt=1, createdAt=2)
    assert digest(cleaned(rich)) == digest(cleaned(plain))
    assert digest(cleaned(rich)) != digest(cleaned(a_detail(1, description="Nộp hồ sơ khác", x=[1])))


def test_text_is_folded_to_nfc_and_keeps_its_lines() -> None:
    assert plain_text("<b>Bước 1</b><br/>Nô\u0323p&nbsp;hồ sơ < 5 ngày") == "Bước 1\nNộp hồ sơ < 5 ngày"


def test_names_are_found_in_a_text_a_list_or_an_object() -> None:
    assert texts("Sở A") == texts(["Sở A", None]) == texts([{"name": "Sở A"}]) == ["Sở A"]
    assert texts(None) == texts([]) == texts("") == []
