"""Numbers entered by hand: by whom, for whom, with every revision, beside the computed ones."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from integration.metrics.test_commands import run
from metrics.domain.indicators import INDICATORS
from metrics.schemas.served import EnteredOut, IndicatorList, IndicatorOut
from shared.contracts.views import client_v1
from support.metrics_world import World, a_client, a_dossier

YEAR = {"agency": "H24.99", "period": "2024"}
VISITS = "/v1/indicators/site_daily_visits"


def said(**changes: Any) -> dict[str, Any]:
    body = {**YEAR, "value": 5000, "unit": "visits", "qualifier": "more_than", "source": "Báo cáo năm 2024, mục II.6"}
    return {name: value for name, value in (body | changes).items() if value != "left out"}


async def test_what_was_entered_is_read_back_with_its_source_and_who_entered_it(
    world: World, client: httpx.AsyncClient
) -> None:
    created = await client.put(VISITS, json=said(agency="000.00.99.H24"))
    assert created.status_code == 201, created.text
    assert EnteredOut.model_validate_json(created.content).value == "5000"
    found = IndicatorOut.model_validate_json((await client.get(VISITS, params=YEAR)).content)
    assert found.entered is not None
    assert (found.agency, found.entered.qualifier, found.entered.entered_by) == ("H24.99", "more_than", "test")
    assert (found.entered.source, found.computed) == ("Báo cáo năm 2024, mục II.6", None)


async def test_the_same_content_again_changes_nothing_and_a_correction_is_a_revision(
    world: World, client: httpx.AsyncClient
) -> None:
    first = (await client.put(VISITS, json=said())).json()
    again = await client.put(VISITS, json=said(value="5000"))
    assert (again.status_code, again.json()) == (200, first)
    corrected = (await client.put(VISITS, json=said(value=5100, qualifier="exact"))).json()
    assert (corrected["revision"], corrected["change"]) == (2, 2)
    withdrawn = (await client.put(VISITS, json=said(value=None))).json()
    assert (withdrawn["revision"], withdrawn["value"]) == (3, None)
    found = (await client.get(VISITS, params=YEAR)).json()
    assert [one["value"] for one in found["revisions"]] == [None, "5100", "5000"]
    pinned = (await client.get(VISITS, params=YEAR | {"as_of_indicators": "1"})).json()
    assert (pinned["entered"]["value"], pinned["as_of_indicators"]) == ("5000", 1)
    ahead = await client.get(VISITS, params=YEAR | {"as_of_indicators": "4"})
    assert (ahead.status_code, ahead.json()["errors"][0]["parameter"]) == (422, "as_of_indicators")


async def test_two_clerks_at_once_leave_two_revisions_and_no_gap(world: World, client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(client.put(VISITS, json=said(value=5000 + number)) for number in range(6)))
    assert sorted(answer.json()["revision"] for answer in answers) == [1, 2, 3, 4, 5, 6]
    assert sorted(answer.json()["change"] for answer in answers) == [1, 2, 3, 4, 5, 6]


async def test_another_agencys_numbers_cannot_be_entered(world: World, client: httpx.AsyncClient) -> None:
    for agency in ("H26", "H26.99", "G09.24"):
        refused = await client.put(VISITS, json=said(agency=agency))
        assert (refused.status_code, refused.json()["failed_check"]) == (403, "agency-not-own")
    async with world.engine.connect() as connection:
        assert await connection.scalar(text("select count(*) from metrics.indicator")) == 0


async def test_entering_needs_its_scope_and_reading_needs_figures_read(world: World, client: httpx.AsyncClient) -> None:
    await world.add(client_v1, a_client("mtc_reader", ["figures:read"]), a_client("mtc_clerk", ["indicators:write"]))
    reader, clerk = ({"Authorization": f"Bearer {key}"} for key in ("mtc_reader", "mtc_clerk"))
    assert (await client.put(VISITS, json=said(), headers=reader)).status_code == 403
    assert (await client.put(VISITS, json=said(), headers=clerk)).status_code == 201
    assert (await client.get(VISITS, params=YEAR, headers=clerk)).status_code == 403
    assert (await client.get(VISITS, params=YEAR, headers=reader)).status_code == 200
    for method, path in (("GET", "/v1/indicators"), ("GET", VISITS), ("PUT", VISITS)):
        assert (await client.request(method, path, json={}, headers={"Authorization": ""})).status_code == 401


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"value": "5.000"}, "value"),
        ({"value": "left out"}, "value"),
        ({"unit": "percent"}, "unit"),
        ({"qualifier": "about"}, "qualifier"),
        ({"source": ""}, "source"),
        ({"source": "a\x00b"}, "source"),
        ({"period": "2024-13"}, "period"),
        ({"period": "left out"}, "period"),
        ({"agency": "left out"}, "agency"),
        ({"agency": "H24'--"}, "agency"),
        ({"note": "x"}, "note"),
        ({"values": 5000}, "values"),
    ],
)
async def test_what_cannot_be_used_is_refused_by_name(
    client: httpx.AsyncClient, changes: dict[str, Any], named: str
) -> None:
    response = await client.put(VISITS, json=said(**changes))
    assert response.status_code == 422, response.text
    assert response.json()["errors"][0]["parameter"].split(".")[-1] == named


async def test_the_number_an_office_printed_stands_beside_the_computed_one(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.page([a_dossier(number) for number in range(3)])
    await world.project()
    path = "/v1/indicators/dossiers_received_in_period"
    await client.put(path, json=said(value=9, unit="dossiers", qualifier="exact"))
    found = (await client.get(path, params=YEAR)).json()
    assert (found["entered"]["value"], found["computed"]["value"]) == ("9", "3")
    answer = await client.get("/v1/figures/dossiers_received_in_period/value", params=YEAR)
    assert found["computed"] == answer.json()


async def test_other_days_and_other_agencies_have_numbers_of_their_own(client: httpx.AsyncClient) -> None:
    await client.put(VISITS, json=said())
    for elsewhere in ({"agency": "H24"}, {"period": "2023"}, {"period": "report-2024"}):
        found = (await client.get(VISITS, params=YEAR | elsewhere)).json()
        assert (found["entered"], found["revisions"]) == (None, [])


async def test_the_registry_is_listed_by_section(client: httpx.AsyncClient) -> None:
    listed = IndicatorList.model_validate_json((await client.get("/v1/indicators")).content).indicators
    assert {one.id for one in listed} == set(INDICATORS)
    assert listed[0].used_in == "I"
    assert (await client.get("/v1/indicators/followers", params=YEAR)).status_code == 404


async def test_a_file_is_entered_once_and_whole(world: World, tmp_path: Path) -> None:
    item = {"id": "site_daily_visits", "value": 5000, "unit": "visits", "source": "Báo cáo, mục II.6"}
    rate = {"id": "digitised_rate_reported", "value": 98.97, "unit": "percent", "source": "Báo cáo, mục II.4"}
    file = tmp_path / "indicators.json"
    file.write_text(json.dumps({**YEAR, "indicators": [item, rate]}))
    assert await run(world, "import-indicators", str(file)) == (0, "2 indicators: 2 entered, 0 unchanged\n")
    assert await run(world, "import-indicators", str(file)) == (0, "2 indicators: 0 entered, 2 unchanged\n")
    file.write_text(json.dumps({**YEAR, "indicators": [item | {"value": 6000}, rate | {"unit": "people"}]}))
    assert (await run(world, "import-indicators", str(file)))[0] == 1
    assert (await run(world, "import-indicators", str(tmp_path / "none.json")))[0] == 1
    async with world.engine.connect() as connection:
        numbers = (
            await connection.execute(text("select number::text from metrics.indicator order by change"))
        ).scalars()
        assert list(numbers) == ["5000", "98.97"]
