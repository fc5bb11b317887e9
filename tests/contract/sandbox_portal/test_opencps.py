"""OpenCPS REST v2, as portal-contracts.md 3.1 tells of it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

PATH = "/o/rest/v2/dossiers"
USER = ("sandbox", "sandbox-password")
SITE = {"groupId": "35166"}
STAMP = re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d|")
DATES = (
    "createDate",
    "submitDate",
    "receiveDate",
    "dueDate",
    "extendDate",
    "releaseDate",
    "finishDate",
    "modifiedDate",
)
CODES = {
    "new", "receiving", "waiting", "processing", "pausing", "interoperating", "posting", "correcting", "cancelling",
    "paying", "releasing", "denied", "unresolved", "cancelled", "done",
}  # fmt: skip

Record = dict[str, Any]


async def listed(client: httpx.AsyncClient, **asked: Any) -> tuple[int, list[Record]]:
    answer = await client.get(PATH, params=asked, auth=USER, headers=SITE)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body.keys() == {"total", "data"}
    return body["total"], body["data"]


async def test_offsets_leave_out_the_end_and_join_without_gap_or_overlap(client: httpx.AsyncClient) -> None:
    total, everything = await listed(client, start=0, end=-1)
    assert total == len(everything) == 2236
    walked = []
    for start in range(0, total, 300):
        walked += (await listed(client, start=start, end=start + 300))[1]
    assert walked == everything
    assert (await listed(client, start=total, end=total + 10)) == (total, [])


async def test_it_tells_the_same_dossiers_as_igate(client: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    page = (await client.get("/pa/dossier/search", params={"size": 200}, headers=bearer)).json()["content"]
    _, ours = await listed(client, start=0, end=200)
    assert [record["dossierNo"] for record in ours] == [record["code"] for record in page]
    for theirs, record in zip(page, ours, strict=True):
        assert record["serviceCode"] == theirs["procedure"]["code"]
        assert record["govAgencyCode"] == theirs["agency"]["code"]
        assert record["receiveDate"] == slashed(theirs["acceptedDate"])
        assert record["dueDate"] == slashed(theirs["appointmentDate"])
        assert record["releaseDate"] == slashed(theirs["completedDate"])


def slashed(stamp: str | None) -> str:
    if stamp is None:
        return ""
    return f"{datetime.fromisoformat(stamp[:19]) + timedelta(hours=7):%d/%m/%Y %H:%M:%S}"


async def test_dates_are_local_text_and_blank_for_none(client: httpx.AsyncClient) -> None:
    _, records = await listed(client, start=0, end=-1)
    assert all(STAMP.fullmatch(record[name]) for record in records for name in DATES)
    assert any(record["receiveDate"] == "" for record in records)
    closed = [record for record in records if record["finishDate"]]
    assert closed
    assert all(record["dossierStatus"] in {"done", "cancelled", "unresolved", "pausing"} for record in closed)


async def test_only_the_contract_s_statuses_are_used(opened: Callable[..., httpx.AsyncClient]) -> None:
    client = opened(scenario="province", dossiers=5_000, agencies=40, max_page_size=5_000)
    _, records = await listed(client, start=0, end=5_000)
    seen = {record["dossierStatus"] for record in records}
    assert seen <= CODES
    assert len(seen) >= 12
    assert {record["online"] for record in records} == {"true", "false"}
    assert {record["viaPostal"] for record in records} == {0, 2}


async def test_each_filter_narrows(client: httpx.AsyncClient) -> None:
    _, everything = await listed(client, start=0, end=-1)
    one = everything[7]
    chosen: list[tuple[Record, Callable[[Record], bool]]] = [
        ({"dossierNo": one["dossierNo"]}, lambda r: r["dossierNo"] == one["dossierNo"]),
        ({"service": one["serviceCode"]}, lambda r: r["serviceCode"] == one["serviceCode"]),
        ({"agency": "000.01.99.H24"}, lambda r: r["govAgencyCode"] == "000.01.99.H24"),
        ({"status": "denied,receiving"}, lambda r: r["dossierStatus"] in {"denied", "receiving"}),
        (
            {"fromReceiveDate": "01/06/2024", "toReceiveDate": "30/06/2024"},
            lambda r: r["receiveDate"][3:10] == "06/2024",
        ),
        ({"keyword": "unknown to the sandbox", "status": "", "fromReceiveDate": "2024-06-01"}, lambda r: True),
    ]
    for asked, keep in chosen:
        expected = [record for record in everything if keep(record)]
        assert expected, asked
        assert (await listed(client, start=0, end=-1, **asked)) == (len(expected), expected), asked
    assert (await listed(client, agency="not a code"))[0] == 0
    assert (await listed(client, status="invented"))[0] == 0


async def test_a_page_longer_than_allowed_is_cut_without_a_word(opened: Callable[..., httpx.AsyncClient]) -> None:
    total, records = await listed(opened(), start=0, end=5_000)
    assert (total, len(records)) == (2236, 200)


async def test_another_site_has_no_dossiers(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"groupId": "1"}):
        answer = await client.get(PATH, auth=USER, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"total": 0, "data": []})


async def test_a_user_or_a_token_is_needed(client: httpx.AsyncClient, bearer: dict[str, str]) -> None:
    assert (await client.get(PATH, headers=SITE | bearer)).json()["total"] == 2236
    assert (await client.get(PATH, headers=SITE)).status_code == 401
    assert (await client.get(PATH, headers=SITE, auth=("sandbox", "wrong"))).status_code == 401
    assert (await client.get(PATH, headers=SITE | {"Authorization": "Basic é".encode()})).status_code == 401


@pytest.mark.parametrize(
    "field", ["applicantName", "applicantIdNo", "address", "contactName", "contactTelNo", "contactEmail"]
)
async def test_every_value_of_a_person_carries_a_marker(client: httpx.AsyncClient, field: str) -> None:
    markers = ("Người Không Có Thật", "@canary.invalid", "0000", "999000", "Phố Không Có Thật")
    _, records = await listed(client, start=0, end=-1)
    assert all(any(marker in record[field] for marker in markers) for record in records)
