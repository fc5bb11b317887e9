"""The public gateway of decisions, as portal-contracts.md 2.2 and 7.8 show it."""

import json
from typing import Any

import httpx
import pytest

DECISIONS = "decision_publishment_advanced_search_service_v2"
PARTS = {
    "new": "get_procedures_by_dp_id_service_v2",
    "modified": "get_modified_procedures_by_dp_id_service_v2",
    "rescinded": "get_rescinded_procedures_by_dp_id_service_v2",
}
SIGNED = {
    "62/QĐ-UBND": "10-01-2024",
    "227/QĐ-UBND": "22-01-2024",
    "1384/QĐ-UBND": "26-04-2024",
    "1581/QĐ-UBND": "20-05-2024",
    "3227/QĐ-UBND": "16-09-2024",
    "3637/QĐ-UBND.": "16-10-2024",
    "3661/QĐ-UBND": "18-10-2024",
    "4502/QĐ-UBND": "02-12-2024",
}


async def ask(client: httpx.AsyncClient, service: str, **asked: Any) -> list[dict[str, str]]:
    params = {"type": "ref", "service": service, "provider": "dvcquocgia", **asked}
    answer = await client.post(
        "/jsp/rest.jsp", data={"params": json.dumps(params)}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert answer.status_code == 200
    rows: list[dict[str, str]] = answer.json()
    assert all(isinstance(value, str) for row in rows for value in row.values())
    return rows


async def test_the_eight_decisions_are_listed_with_total_and_day_as_text(client: httpx.AsyncClient) -> None:
    pages = [
        await ask(client, DECISIONS, keyword="", agency_id="-1", recordPerPage=3, pageIndex=n) for n in (1, 2, 3, 4)
    ]
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    rows = [row for page in pages for row in page]
    assert {row["CODE"]: row["PUBLISHING_DATE"] for row in rows} == SIGNED
    assert {row["AMOUNT"] for row in rows} == {"8"}
    assert [row["ROW_STT"] for row in rows] == [str(n) for n in range(1, 9)]


@pytest.mark.parametrize("id_key", ["decision_id", "dp_id", "id"])
async def test_a_decision_tells_what_it_brings_changes_and_takes_away(client: httpx.AsyncClient, id_key: str) -> None:
    told = {d["number"]: d for d in (await client.get("/sandbox/decisions")).json()}
    for row in await ask(client, DECISIONS, recordPerPage=50, pageIndex=1):
        for part, service in PARTS.items():
            rows = await ask(client, service, **{id_key: row["ID"]})
            assert [one["PROCEDURE_CODE"] for one in rows] == told[row["CODE"].rstrip(".")][part]
            assert all(one.keys() == {"ID", "PROCEDURE_CODE", "PROCEDURE_NAME"} for one in rows)


async def test_procedures_are_searched_by_page_from_one(client: httpx.AsyncClient) -> None:
    rows = await ask(client, "procedure_advanced_search_service_v2", keyword="", recordPerPage=100, pageIndex=2)
    assert len(rows) == 14
    assert {row["AMOUNT"] for row in rows} == {"114"}
    assert rows[0].keys() >= {
        "ID",
        "PROCEDURE_CODE",
        "PUBLISHED_AGENCY",
        "IMPLEMENTATION_AGENCY",
        "QDCBID",
        "FIELD_NAME",
    }


@pytest.mark.parametrize("params", ["", "not json", "[]", '{"service":"unknown"}', '{"service":null}'])
async def test_a_question_it_cannot_read_is_answered_with_nothing(client: httpx.AsyncClient, params: str) -> None:
    answer = await client.post("/jsp/rest.jsp", data={"params": params})
    assert (answer.status_code, answer.json()) == (200, [])
