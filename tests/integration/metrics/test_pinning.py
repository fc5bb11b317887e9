"""An answer tells what it knew; asked again with that it says the same, whatever has come beside the ledger since."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.contracts.views import petition_v3, version_v1
from shared.runtime import clock
from shared.runtime.database import transaction
from support.metrics_world import BEGAN, World, a_dossier

PETITIONS = "/v1/figures/pakn_received/value"
YEAR = {"agency": "H24.99", "period": "2024"}


async def petition(world: World, number: int, at: datetime, received: date = date(2024, 2, 1)) -> None:
    row = {"petition_code": f"P{number}", "agency_code": "H24.99", "subject": "behaviour", "received_on": received}
    await world.add(petition_v3, row | {"known_from": at, "known_to": None})


def pins(body: dict[str, Any]) -> dict[str, Any]:
    """What an integrator keeps of an answer, as the parameters that ask for it again."""
    known = body["as_of"]
    return YEAR | {
        "as_of": known["entry"],
        "as_of_catalogue": known["catalogue"],
        "as_of_calendar": known["calendar"],
        "as_of_indicators": known["indicators"],
        "as_of_imports": known["imports"],
    }


async def asked(client: httpx.AsyncClient, path: str, **parameters: Any) -> dict[str, Any]:
    found = await client.get(path, params=parameters)
    assert found.status_code == 200, found.text
    body: dict[str, Any] = found.json()
    return body


async def test_an_answer_stays_what_it_was_when_petitions_are_imported_later(
    world: World, client: httpx.AsyncClient
) -> None:
    entry = await world.page([a_dossier(1)])
    await world.project()
    await petition(world, 1, BEGAN)
    await petition(world, 2, BEGAN + timedelta(days=2))
    first = await asked(client, PETITIONS, **YEAR)
    assert (first["numerator"], first["as_of"]["imports"]) == (2, "2024-01-03T00:00:00Z")
    await petition(world, 3, BEGAN + timedelta(days=3))
    assert (await asked(client, PETITIONS, **YEAR))["numerator"] == 3
    assert (await asked(client, PETITIONS, **pins(first)))["numerator"] == 2
    # The newest entry is as old as any other: what was imported after it was not known at it.
    assert (await asked(client, PETITIONS, **YEAR, as_of=entry))["numerator"] == 1
    await world.page([a_dossier(2)])
    await world.project()
    assert (await asked(client, PETITIONS, **pins(first)))["numerator"] == 2
    assert (await asked(client, PETITIONS, **YEAR, as_of=entry))["numerator"] == 1


async def test_what_a_clock_ahead_of_ours_has_told_can_be_sent_back(world: World, client: httpx.AsyncClient) -> None:
    ahead = clock.now() + timedelta(minutes=5)
    await world.page([a_dossier(1)], at=ahead)
    await world.project()
    nothing = await asked(client, PETITIONS, **YEAR)
    assert (await asked(client, PETITIONS, **pins(nothing)))["as_of"] == nothing["as_of"]
    await petition(world, 1, ahead + timedelta(minutes=1))
    first = await asked(client, PETITIONS, **YEAR)
    assert (await asked(client, PETITIONS, **pins(first)))["numerator"] == first["numerator"] == 1


async def test_an_answer_stays_what_it_was_when_an_office_enters_its_number_later(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    body = {**YEAR, "value": 5000, "unit": "visits", "qualifier": "exact", "source": "Báo cáo năm 2024, mục II.6"}
    path = "/v1/figures/site_daily_visits/value"
    before = await asked(client, path, **YEAR)
    assert (await client.put("/v1/indicators/site_daily_visits", json=body)).status_code == 201
    after = await asked(client, path, **YEAR)
    assert (await client.put("/v1/indicators/site_daily_visits", json=body | {"value": 6000})).status_code == 200
    values = [(await asked(client, path, **parameters))["value"] for parameters in (pins(before), pins(after), YEAR)]
    assert values == [None, "5000", "6000"]


async def test_a_calendar_revised_between_two_entries_can_be_asked_for(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    async with transaction(world.engine) as connection:
        await connection.execute(version_v1.update().values(calendar=3))
    path = "/v1/figures/dossiers_resolved/value"
    newest = await asked(client, path, **YEAR)
    assert newest["as_of"]["calendar"] == 3
    assert (await asked(client, path, **pins(newest)))["as_of"] == newest["as_of"]
    assert (await asked(client, path, **YEAR, as_of=1))["as_of"]["calendar"] == 2


async def test_later_pages_know_what_the_first_page_knew(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    await petition(world, 1, datetime(2024, 6, 1, tzinfo=UTC))
    path, parameters = "/v1/figures/pakn_received/series", {**YEAR, "by": "quarter", "limit": 1}
    first = await asked(client, path, **parameters)
    await petition(world, 2, datetime(2024, 6, 2, tzinfo=UTC), date(2024, 5, 2))
    second = await asked(client, path, **parameters, cursor=first["next"])
    rest = await asked(client, path, **parameters | {"limit": 9}, cursor=first["next"])
    assert [page["items"][0]["numerator"] for page in (first, second)] == [1, 0]
    assert [row["key"] for row in rest["items"]] == ["2024-Q2", "2024-Q3", "2024-Q4"]
    assert second["as_of"] == first["as_of"]
    path, parameters = "/v1/figures/dossiers_resolved/ranking", {**YEAR, "by": "channel", "limit": 1}
    ranked = await asked(client, path, **parameters)
    page = await asked(client, path, **parameters, cursor=ranked["next"])
    assert page["as_of"] == ranked["as_of"]


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("as_of_imports", "2999-01-01T00:00:00Z"),
        ("as_of_imports", "2024-01-01T00:00:00"),
        ("as_of_imports", "7"),
        ("as_of_calendar", "3"),
        ("as_of_calendar", "-1"),
        ("as_of_indicators", "1"),
    ],
)
async def test_what_cannot_be_known_is_refused_by_name(client: httpx.AsyncClient, parameter: str, value: str) -> None:
    refused = await client.get(PETITIONS, params=YEAR | {parameter: value})
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, parameter)


async def test_an_answer_that_falls_back_to_entered_numbers_is_not_kept_beyond_the_next_entering(
    world: World, client: httpx.AsyncClient
) -> None:
    """A figure of records, which nobody told of: answers are kept in memory by all they depend on."""
    path, told = "/v1/figures/payment_procedures_integrated_rate/value", []
    body = {**YEAR, "value": 8, "unit": "procedures", "source": "Báo cáo năm 2024, mục II.6"}
    assert (await client.put("/v1/indicators/fee_procedures", json=body)).status_code == 201
    for value in (5, 6):
        entered = await client.put("/v1/indicators/fee_procedures_integrated", json=body | {"value": value})
        assert entered.status_code in (200, 201), entered.text
        found = await asked(client, path, **YEAR)
        told.append((found["numerator"], found["denominator"]))
    assert told == [(5, 8), (6, 8)]
