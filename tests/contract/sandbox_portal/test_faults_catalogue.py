"""F88 to F105 of the catalogue contracts and the evaluation."""

import json
from typing import Any

LIST = "/api/v1/submitting/formality/list-all-public-formality-by-citizen"
DETAIL = "/api/v1/configuring/formality/get-formality-by-citizen"
TREE = "/api/v1/reporting/evaluation/dvc-progress-tree"


async def procedures(portals: Any) -> set[str]:
    answer = await portals.client.post(LIST, json={"limit": 5_000, "lastId": ""})
    return {item["code"] for item in answer.json()["data"]["items"]}


async def limits(portals: Any, code: str) -> tuple[set[Any], set[Any]]:
    """Days as the 2026 platform tells them, and as the old services do."""
    items = (await portals.client.post(LIST, json={"limit": 5_000, "lastId": ""})).json()["data"]["items"]
    wanted = next(item["id"] for item in items if item["code"] == code)
    detail = (await portals.client.post(DETAIL, json={"id": wanted})).json()["data"]
    rows = (await portals.rpc("LayThuTuc", maTTHC=code)).json()["result"]
    old = {row["THOIGIAN"][0]["THOIGIANGIAIQUYET"] for row in rows[0]["CACHTHUCTHUCHIEN"]}
    return {method["processingTime"] for method in detail["executionMethods"] if method}, old


async def test_f88_the_catalogue_shrinks_alike_in_every_contract(portals: Any) -> None:
    before = await procedures(portals)
    await portals.on("F88")
    after = await procedures(portals)
    assert after < before
    assert 0.4 < len(after) / len(before) < 0.8
    old = {row["MATTHC"] for row in (await portals.rpc("LayDanhSachTTHC")).json()["result"]}
    assert old == after
    asked = {"currentPage": 1, "pageSize": 10}
    pagination = (await portals.client.post("/api/v1/reporting/formalities", json=asked)).json()["data"]["pagination"]
    assert pagination["total"] == 121 * 60 // 100


async def test_f89_the_catalogue_is_empty_or_ends_early(portals: Any) -> None:
    await portals.on("F89", path="national_v1", after=1)
    first = (await portals.client.post(LIST, json={"limit": 50, "lastId": ""})).json()["data"]
    rest = (await portals.client.post(LIST, json={"limit": 50, "lastId": first["lastId"]})).json()["data"]
    assert (len(first["items"]), rest["items"]) == (50, [])
    await portals.off()
    await portals.on("F89", path="rest_jsp")
    asked = {"service": "procedure_advanced_search_service_v2", "pageIndex": 1}
    assert (await portals.client.post("/jsp/rest.jsp", data={"params": json.dumps(asked)})).json() == []


async def test_f93_one_catalogue_gives_longer_than_the_other(portals: Any) -> None:
    new, old = await limits(portals, "1.005142")
    assert {str(days) for days in new} == old
    await portals.on("F93", path="national_v1")
    longer, same = await limits(portals, "1.005142")
    assert (longer, same) == ({days + 5 for days in new}, old)
    await portals.off()
    await portals.on("F93", path="national_rpc")
    assert await limits(portals, "1.005142") == (new, {str(int(days) + 5) for days in old})


async def test_f94_the_time_limit_is_a_sentence(portals: Any) -> None:
    await portals.on("F94")
    new, old = await limits(portals, "1.005142")
    assert new == {None}
    assert {"ngày làm việc" in text and not text.isdigit() for text in old} == {True}


async def test_f104_the_portal_is_being_mended(portals: Any) -> None:
    await portals.on("F104", parameters={"seconds": 600})
    answer = await portals.opencps()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "600")
    assert "bảo trì" in answer.text


async def test_f105_the_portal_counts_more_than_it_lists(portals: Any) -> None:
    asked = {"timeType": "year", "year": 2024}
    before = (await portals.client.post(TREE, json=asked)).json()["data"]
    await portals.on("F105", parameters={"rows": 7})
    after = (await portals.client.post(TREE, json=asked)).json()["data"]
    assert after["parent"]["totalReceived"] == before["parent"]["totalReceived"] + 7
    assert after["children"][0]["totalReceived"] == before["children"][0]["totalReceived"] + 7
    assert after["parent"]["totalOnTime"] == before["parent"]["totalOnTime"]
