"""The 2026 national platform, as portal-contracts.md 2.3 and 7.9 show it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = "/api/v1/configuring/formality/get-formality-by-citizen"
REPORTING = "/api/v1/reporting/formalities"
LIST_SAMPLE = {
    "code": "OK",
    "data": {"items": [{"id": "", "code": "", "name": "", "state": "", "type": ""}], "lastId": ""},
    "message": "OK",
}
DETAIL_SAMPLE = {
    "id": "",
    "code": "1.005678",
    "state": "UPDATED",
    "isWard": True,
    "isProvince": False,
    "isMinistry": False,
    "isFullProcess": True,
    "executionCases": [
        {
            "name": "",
            "profileComponents": [
                {
                    "code": "",
                    "name": "",
                    "originalQty": 1,
                    "copyQty": 0,
                    "required": True,
                    "isProcessingResult": False,
                    "attachments": [],
                }
            ],
        }
    ],
    "legalBasisesDetails": [{"code": "", "name": ""}],
    "decisionNo": "",
    "updatedAt": 1_790_000_000_000,
}
METHOD_SAMPLE = {
    "submissionMethod": "ONLINE",
    "processingTime": 3,
    "processingTimeUnit": "OTHER",
    "fees": [{"type": "", "value": 0, "description": ""}],
}
CASE_SAMPLE = {"code": "TH1", "processingDay": {"qty": 1, "type": "WORKING_DAY"}}

SameShape = Callable[[Any, Any], None]


async def walk(client: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        answer = await client.post(LIST, json={"limit": 50, **asked, "lastId": after})
        assert answer.status_code in (200, 201)
        items = answer.json()["data"]["items"]
        if not items:
            assert answer.json()["data"]["lastId"] == after
            return found
        found += items
        after = answer.json()["data"]["lastId"]


async def details(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return [(await client.post(DETAIL, json={"id": row["id"]})).json()["data"] for row in await walk(client)]


async def test_the_list_has_the_sample_s_shape_and_ends(client: httpx.AsyncClient, same_shape: SameShape) -> None:
    first = (await client.post(LIST, json={"limit": 20, "lastId": ""})).json()
    same_shape(LIST_SAMPLE, first)
    assert first["data"]["lastId"] == first["data"]["items"][-1]["id"]
    rows = await walk(client)
    assert len({row["id"] for row in rows}) == len({row["code"] for row in rows}) == len(rows) == 114


async def test_the_list_s_filters_narrow_it(client: httpx.AsyncClient) -> None:
    assert len(await walk(client, level="COMMUNE")) == 5
    assert len(await walk(client, level="PROVINCE")) == 75
    assert len(await walk(client, level="MINISTRY")) == 0
    assert len(await walk(client, departmentCode="H24.99")) == 114
    assert len(await walk(client, departmentCode="000.00.99.H24")) == 114
    assert len(await walk(client, departmentCode="H24.9")) == 0
    assert [row["code"] for row in await walk(client, q="1.004889")] == ["1.004889"]
    assert {row["categories"][0] for row in await walk(client, categoryId="G03-GDMN")} == {"Giáo dục mầm non"}


async def test_the_levels_of_the_report_can_be_read_from_the_deciding_bodies(client: httpx.AsyncClient) -> None:
    bodies = Counter(row["departments"][0] for row in await walk(client))
    assert bodies == {
        "Ủy ban nhân dân cấp tỉnh": 27,
        "Sở Giáo dục và Đào tạo Hải Phòng": 48,
        "Ủy ban nhân dân cấp huyện": 34,
        "Ủy ban nhân dân cấp xã": 5,
    }


async def test_a_detail_has_the_sample_s_shape_and_the_platform_s_quirks(
    client: httpx.AsyncClient, same_shape: SameShape
) -> None:
    found = await details(client)
    seen: Counter[str] = Counter()
    for detail in found:
        same_shape(DETAIL_SAMPLE, detail)
        methods, cases = [m for m in detail["executionMethods"] if m], [c for c in detail["cases"] if c]
        same_shape([METHOD_SAMPLE], methods)
        same_shape([CASE_SAMPLE], cases)
        seen["null among methods"] += None in detail["executionMethods"]
        seen["null among cases"] += None in detail["cases"]
        seen["no executing body"] += "executingAgencies" not in detail
        seen["a string"] += isinstance(detail.get("executingAgencies"), str)
        seen["a list"] += isinstance(detail.get("executingAgencies"), list)
        for method in methods:
            assert (method["processingTime"] is None) == (method["processingTimeUnit"] == "OTHER")
            seen["other unit"] += method["processingTimeUnit"] == "OTHER"
    assert all(seen[quirk] for quirk in seen), seen
    assert 40 <= seen["no executing body"] <= 55
    assert sum(detail["isFullProcess"] for detail in found) == 45
    assert sum(any(fee["value"] for m in d["executionMethods"] if m for fee in m["fees"]) for d in found) == 1
    assert {detail["state"] for detail in found} == {"ACTIVE", "UPDATED"}
    assert len({detail["decisionNo"] for detail in found}) == 6


async def test_a_code_is_no_id(client: httpx.AsyncClient) -> None:
    answer = await client.post(DETAIL, json={"id": "1.004889"})
    assert (answer.status_code, answer.json()["data"]) == (404, None)


async def test_the_reporting_list_also_holds_what_is_not_in_force(client: httpx.AsyncClient) -> None:
    states: Counter[str] = Counter()
    for page in range(1, 14):
        answer = await client.post(REPORTING, json={"q": "", "currentPage": page, "pageSize": 10})
        assert answer.status_code == 201
        assert answer.json()["data"]["pagination"] == {
            "total": 121,
            "currentPage": page,
            "pageSize": 10,
            "totalPages": 13,
        }
        for row in answer.json()["data"]["items"]:
            states[row["state"]] += 1
            assert bool(row["appliedDepartmentIds"]) == (row["state"] != "INACTIVE")
    assert states.total() == 121
    assert states["INACTIVE"] == 7
