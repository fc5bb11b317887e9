"""The national evaluation, in the shapes of portal-contracts.md 6.3 and 7.10, counted from the world."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

BASE = "/api/v1/reporting/evaluation"
PROGRESS = {
    "parent": {
        "departmentCode": "H29",
        "departmentName": "",
        "totalReceived": 1000,
        "totalOnTime": 930,
        "totalCompleted": 900,
        "avgProcessingDays": None,
        "ratio": None,
        "totalScore": 18.6,
        "totalMaxScore": 20,
    },
    "children": [
        {
            "departmentCode": "H29.101",
            "level": "COMMUNE",
            "totalReceived": 120,
            "totalOnTime": 118,
            "totalOverdue": 2,
            "ratio": 98.33,
            "score": 19.67,
            "maxScore": 20,
            "scoreDelta": None,
        }
    ],
}
SEPTEMBER = {"timeType": "month", "year": 2024, "month": 9, "currentPage": 1, "pageSize": 100}

Json = dict[str, Any]


async def ask(client: httpx.AsyncClient, name: str, asked: Json, status: int = 201) -> Any:
    answer = await client.post(f"{BASE}/{name}", json=asked)
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body.keys() == {"code", "data", "message"}
    assert body["code"] == ("OK" if status == 201 else "BAD_REQUEST")
    return body["data"]


async def test_progress_has_the_shape_of_the_sample(
    client: httpx.AsyncClient, same_shape: Callable[[Any, Any], None]
) -> None:
    told = await ask(client, "dvc-progress-tree", SEPTEMBER)
    same_shape(PROGRESS, told)
    assert "totalOverdue" not in told["parent"]
    assert "totalCompleted" not in told["children"][0]


async def test_the_months_of_a_year_add_up_to_the_report(client: httpx.AsyncClient) -> None:
    year = (await ask(client, "dvc-progress-tree", {"timeType": "year", "year": 2024}))["parent"]
    months = [
        (await ask(client, "dvc-progress-tree", {"timeType": "month", "year": 2024, "month": n}))["parent"]
        for n in range(1, 13)
    ]
    quarters = [
        (await ask(client, "dvc-progress-tree", {"timeType": "quarter", "year": 2024, "quarter": n}))["parent"]
        for n in range(1, 5)
    ]
    assert sum(one["totalReceived"] for one in months) == sum(one["totalReceived"] for one in quarters)
    assert sum(one["totalReceived"] for one in months) == year["totalReceived"] > 1_900
    asked = {"from": "2024-01-01", "to": "2024-12-31"}
    truth = (await client.get("/sandbox/truth", params=asked)).json()["figures"]
    received = truth["dossiers_received_online"] + truth["dossiers_received_direct_or_post"]
    assert year["totalReceived"] == received
    assert year["totalOnTime"] <= year["totalReceived"]


async def test_an_agency_late_with_its_dossiers_loses_points(opened: Callable[..., httpx.AsyncClient]) -> None:
    client = opened(scenario="province", dossiers=20_000, agencies=60)
    told = await ask(client, "dvc-progress-tree", {"timeType": "year", "year": 2025})
    parent, children = told["parent"], told["children"]
    assert 0 < parent["ratio"] < 100
    assert parent["totalScore"] == pytest.approx(20 * parent["totalOnTime"] / parent["totalReceived"], abs=0.005)
    assert all(child["totalReceived"] == child["totalOnTime"] + child["totalOverdue"] for child in children)
    root = {"rootDepartmentId": children[0]["departmentId"]}
    below = await ask(client, "dvc-progress-tree", {"timeType": "year", "year": 2025, **root})
    assert below["parent"]["departmentCode"] == children[0]["departmentCode"]
    assert below["parent"]["totalReceived"] == children[0]["totalReceived"]


async def test_children_come_by_page(opened: Callable[..., httpx.AsyncClient]) -> None:
    client = opened(scenario="province", dossiers=2_000, agencies=60)
    asked = {"timeType": "year", "year": 2025}
    everything = (await ask(client, "dvc-progress-tree", asked))["children"]
    second = (await ask(client, "dvc-progress-tree", {**asked, "currentPage": 2, "pageSize": 5}))["children"]
    assert second == everything[5:10]


async def test_one_procedure_alone_can_be_asked_for(client: httpx.AsyncClient) -> None:
    listed = {"limit": 200, "lastId": "", "q": "1.005142"}
    found = await client.post("/api/v1/submitting/formality/list-all-public-formality-by-citizen", json=listed)
    wanted = found.json()["data"]["items"][0]["id"]
    year = {"timeType": "year", "year": 2024}
    every = (await ask(client, "dvc-progress-tree", year))["parent"]["totalReceived"]
    one = (await ask(client, "dvc-progress-tree", {**year, "formalityId": wanted}))["parent"]["totalReceived"]
    assert 0 < one < every
    none = {**year, "formalityId": "019d2bfe-ffff-7000-8000-000000000000"}
    assert (await ask(client, "dvc-progress-tree", none))["parent"]["totalReceived"] == 0


async def test_online_services_follow_the_recorded_formula(client: httpx.AsyncClient) -> None:
    parent = (await ask(client, "provide-online-tree", {"timeType": "year", "year": 2024}))["parent"]
    assert (parent["authorityCount"], parent["fullCount"], parent["partialCount"]) == (114, 45, 69)
    assert parent["channelTotalSum"] == sum(parent[f"channel{kind}Sum"] for kind in ("Online", "Direct", "Postal"))
    assert parent["onlineOnTimeSum"] + parent["onlineOverdueSum"] == parent["channelOnlineSum"]
    a = (parent["partialCount"] + parent["fullCount"]) / parent["authorityCount"]
    b = parent["onlineDossierCount"] / parent["onlineServiceTotal"]
    c = parent["channelOnlineSum"] / parent["channelTotalSum"]
    assert parent["totalScore"] == pytest.approx(min(2, 2 * a / 0.8) + 4 * b + min(6, 6 * c / 0.5), abs=0.005)


async def test_a_zero_denominator_is_spelt_three_ways(client: httpx.AsyncClient) -> None:
    empty = {"timeType": "month", "year": 2030, "month": 1}
    open_ = {m["code"]: m for m in (await ask(client, "transparency", empty))["overview"]["metrics"]}
    assert (open_["PUBLISH_ON_TIME"]["ratio"], open_["PUBLISH_ON_TIME"]["score"]) == (None, None)
    progress = (await ask(client, "dvc-progress-tree", empty))["parent"]
    assert (progress["ratio"], progress["totalScore"]) == (0, 0)
    days = {"fromDate": "2030-01-01", "toDate": "2030-01-31"}
    heard = {m["code"]: m for m in (await ask(client, "handling-satisfaction", days))["overview"]["metrics"]}
    petitions = heard["PETITION_PROCESSING_ON_TIME"]
    assert (petitions["denominator"], petitions["ratio"], petitions["score"]) == (0, 0, 6)


async def test_metrics_carry_the_portal_s_oddities(client: httpx.AsyncClient) -> None:
    told = await ask(client, "transparency", {"timeType": "year", "year": 2024})
    assert told.keys() == {"overview", "evaluation", "pagination", "monthlyChart"}
    overview = {metric["code"]: metric for metric in told["overview"]["metrics"]}
    child = {metric["code"]: metric for metric in told["evaluation"][0]["metrics"]}
    assert overview["PUBLIC_CONTENT_FULL"] == child["PUBLIC_CONTENT_FULL"]
    assert overview["DOSSIER_SYNC"]["dataQualityStatus"] == "TEMP_NATIONAL_REPORT_DENOMINATOR"
    assert overview["DOSSIER_SYNC"]["ratio"] == 100
    assert overview["PUBLISH_ON_TIME"]["denominator"] == 8


async def test_the_groups_add_up(client: httpx.AsyncClient) -> None:
    overview = (await ask(client, "service-results", SEPTEMBER))["overview"]
    assert [metric["code"] for metric in overview["metrics"]] == ["CKMB", "TDGQ", "CLGQ", "MDHL"]
    assert overview["totalScore"] == pytest.approx(sum(metric["score"] for metric in overview["metrics"]), abs=0.01)
    assert overview["totalMaxScore"] == 18 + 20 + 12 + 18


async def test_a_change_of_the_world_changes_the_counts(client: httpx.AsyncClient) -> None:
    asked = {"timeType": "year", "year": 2024}
    before = (await ask(client, "dvc-progress-tree", asked))["parent"]
    await client.post("/sandbox/changes", json={"late_arrivals": 40})
    after = (await ask(client, "dvc-progress-tree", asked))["parent"]
    assert before["totalReceived"] < after["totalReceived"] <= before["totalReceived"] + 40


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("dvc-progress-tree", {}),
        ("dvc-progress-tree", {"timeType": "week", "year": 2024}),
        ("dvc-progress-tree", {"timeType": "month", "year": 2024, "month": 13}),
        ("provide-online-tree", {"timeType": "year", "year": "2024"}),
        ("handling-satisfaction", {"fromDate": "01/01/2024", "toDate": "31/01/2024"}),
    ],
)
async def test_a_period_it_does_not_know_is_refused_in_its_envelope(
    client: httpx.AsyncClient, name: str, asked: Json
) -> None:
    assert await ask(client, name, asked, 400) is None
