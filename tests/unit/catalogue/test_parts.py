"""The mandatory parts of a publication, as the platform's record and an exported detail tell them."""

from typing import Any

import pytest

from catalogue.domain.parts import Part, is_for_people, missing
from catalogue.portals import word_detail
from catalogue.portals.cleaning import cleaned
from catalogue.portals.national_v1 import read
from support.catalogue_portals import a_detail

WHOLE: dict[str, Any] = {
    "executionSteps": [{"name": "Bước 1", "description": "Nộp hồ sơ"}],
    "executionCases": [{"profileComponents": [{"name": "Tờ khai", "originalQty": 1, "copyQty": 0}]}],
    "subjectTypesDetails": [{"name": "Công dân Việt Nam"}],
}
DOCUMENT: dict[str, Any] = {
    "code": "9.000001",
    "name": "Thủ tục một",
    "steps": "Bước 1",
    "ways": [{"way": "Trực tiếp", "limit": "5 Ngày làm việc", "fee": "", "note": ""}],
    "papers_tables": [[["Tên giấy tờ", "Số lượng"], ["Tờ khai", "1"]]],
    "audience": "Tổ chức, Người nước ngoài",
    "executing": "Sở Thử nghiệm",
}


def told(**other: Any) -> tuple[tuple[Part, ...] | None, bool | None]:
    detail = cleaned(a_detail(1, **{**WHOLE, **other}))
    one = read({"id": detail["id"], "code": detail["code"], "name": detail["name"]}, detail)
    return one.missing_parts, one.for_people


def method(**other: Any) -> list[dict[str, Any]]:
    return [{"submissionMethod": "ONLINE", "processingTime": 5, "processingTimeUnit": "DAY", "fees": [], **other}]


def test_a_whole_record_lacks_nothing_and_says_whom_it_is_for() -> None:
    assert told() == ((), True)


@pytest.mark.parametrize(
    ("other", "lacks"),
    [
        ({"executionSteps": []}, Part.STEPS),
        ({"executionSteps": [{"name": "", "description": ""}, None]}, Part.STEPS),
        ({"executionCases": [{"profileComponents": [{"name": "Tờ khai"}]}]}, Part.PAPERS),
        ({"executionCases": [{"profileComponents": [{"name": "", "originalQty": 1}]}]}, Part.PAPERS),
        ({"executionMethods": method(processingTime=None)}, Part.LIMIT),
        ({"executionMethods": method(processingTime=None, processingTimeUnit="OTHER")}, Part.LIMIT),
        ({"departmentsExecuting": []}, Part.AGENCY),
    ],
)
def test_a_part_that_is_empty_is_missing(other: dict[str, Any], lacks: Part) -> None:
    assert told(**other)[0] == (lacks,)


@pytest.mark.parametrize(
    "other",
    [
        {"executionMethods": method(processingTime=0.5)},
        {"executionMethods": method(processingTime=None, processingTimeUnit="OTHER", description="Ngay trong ngày")},
        {"executionMethods": method(processingTime=None), "cases": [{"processingDay": {"qty": 3, "type": "DAY"}}]},
        {"departmentsExecuting": None, "executingAgencies": "Sở Thử nghiệm"},
    ],
)
def test_the_laws_own_words_and_other_names_tell_it_too(other: dict[str, Any]) -> None:
    assert told(**other)[0] == ()


def test_without_channels_neither_manner_nor_limit_is_told() -> None:
    assert told(executionMethods=[])[0] == (Part.MANNER, Part.LIMIT)


def test_subjects_that_are_not_told_leave_open_whom_it_is_for() -> None:
    assert told(subjectTypesDetails=[None]) == ((Part.SUBJECTS,), None)
    assert told(subjectTypesDetails=[{"name": "Doanh nghiệp"}])[1] is False


def test_a_document_tells_the_same() -> None:
    whole = word_detail.read_record(DOCUMENT)
    assert (whole.missing_parts, whole.for_people) == ((), True)
    bare = word_detail.read_record({"code": "9.000001", "name": "Thủ tục một", "ways": []})
    assert (bare.missing_parts, bare.for_people) == (tuple(part for part in Part if part is not Part.NAME), None)
    words = DOCUMENT["ways"][0] | {"limit": "Không có thông tin"}
    assert word_detail.read_record(DOCUMENT | {"ways": [words]}).missing_parts == (Part.LIMIT,)


def test_what_is_missing_stands_in_the_order_of_the_law() -> None:
    assert missing([Part.LIMIT, Part.NAME]) == (Part.STEPS, Part.MANNER, Part.PAPERS, Part.SUBJECTS, Part.AGENCY)


def test_citizens_and_foreigners_are_people_and_organisations_are_not() -> None:
    assert is_for_people(["Tổ chức", " công dân  Việt Nam "]) is True
    assert is_for_people(["Người Việt Nam định cư ở nước ngoài"]) is True
    assert is_for_people(["Doanh nghiệp có vốn đầu tư nước ngoài", "Hợp tác xã"]) is False
    assert is_for_people(["", " "]) is None
