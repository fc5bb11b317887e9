"""Two periods over HTTP: like is compared with like; what is unlike is refused, or answered with its label."""

from datetime import date
from typing import Any

import httpx
import pytest

from metrics.schemas.comparison import ComparisonOut
from metrics.schemas.served import SeriesOut, SeriesRow
from shared.contracts.views import agency_v1, reconciliation_v1, succession_v1
from support.metrics_world import BEGAN, World, a_dossier, an_agency

PATH = "/v1/figures/dossiers_resolved/comparison"
LAW = "NQ 202/2025/QH15"
MERGED = {
    "predecessor_code": "H23",
    "successor_code": "H24",
    "succeeded_on": date(2025, 7, 1),
    "predecessor_ends": True,
    "legal_basis": LAW,
}


async def ask(client: httpx.AsyncClient, path: str = PATH, **parameters: str) -> httpx.Response:
    return await client.get(path, params={"agency": "H24"} | parameters)


async def compared(client: httpx.AsyncClient, path: str = PATH, **parameters: str) -> ComparisonOut:
    response = await ask(client, path, **parameters)
    assert response.status_code == 200, response.text
    return ComparisonOut.model_validate_json(response.content)


def ended(number: int, day: date, agency: str = "H24.99", **changes: Any) -> Any:
    return a_dossier(number, agency=agency, received_on=day, due_on=day, ended_on=day, modified_on=day, **changes)


async def merged_province(world: World) -> None:
    """Hải Phòng resolved 2 in 2024 and Hải Dương 3; merged, they resolved 8 in 2026."""
    await world.add(agency_v1, an_agency("H24", "Hải Phòng", level="PROVINCE_PEOPLES_COMMITTEE"))
    await world.add(agency_v1, an_agency("H24.100", "Xã", level="COMMUNE"))
    await world.add(succession_v1, MERGED)
    await world.feed(agency_code=None)
    every = [ended(n, date(2024, 5, 6)) for n in range(2)]
    every += [ended(10 + n, date(2024, 5, 6), "H23.50") for n in range(3)]
    every += [ended(20 + n, date(2026, 5, 6)) for n in range(8)]
    await world.page(every)
    await world.project()


async def test_a_month_beside_the_one_before_and_that_of_last_year(world: World, client: httpx.AsyncClient) -> None:
    days = [date(2024, 3, 4)] * 5 + [date(2024, 2, 5)] * 4 + [date(2023, 3, 6)]
    await world.page([ended(n, day) for n, day in enumerate(days)])
    await world.project()
    before = await compared(client, period="2024-03")
    assert (before.comparable, before.breaks, before.agencies) == (True, [], ["H24"])
    assert (before.current.answer.value, before.other.answer.value) == ("5", "4")
    assert before.other.answer.period.model_dump(by_alias=True)["from"] == date(2024, 2, 1)
    difference = before.difference
    assert (difference.absolute, difference.relative, difference.points) == ("1", "25.0", None)
    assert difference.relative_exact is not None
    assert (difference.relative_exact.numerator, difference.relative_exact.denominator) == (1, 4)
    assert before.current.answer.as_of == before.other.answer.as_of
    assert before.current.territory_version is None, "no catalogue knows the agency: nothing is claimed"
    year = await compared(client, period="2024-03", **{"with": "last_year"})
    assert (year.other.answer.value, year.difference.relative) == ("1", "400.0")
    nothing = await compared(client, period="2024-03", **{"with": "2022-03"})
    assert (nothing.difference.absolute, nothing.difference.relative, nothing.difference.reason) == (
        "5",
        None,
        "other_is_zero",
    )
    days_apart = await compared(client, **{"from": "2024-03-01", "to": "2024-03-31", "with": "2024-02-01/2024-02-29"})
    assert days_apart.difference.absolute == "1"


async def test_a_rate_differs_in_points_and_a_side_without_cases_gives_no_difference(
    world: World, client: httpx.AsyncClient
) -> None:
    late = {"due_on": date(2024, 3, 1)}
    await world.page([ended(n, date(2024, 2, 5)) for n in range(3)])
    await world.page([a_dossier(9), a_dossier(10, **late)])
    await world.project()
    path = "/v1/figures/on_time_rate_resolved/comparison"
    found = await compared(client, path, period="2024-03")
    assert (found.difference.absolute, found.difference.points, found.difference.relative) == (
        "-0.500000",
        "-50.0",
        "-50.0",
    )
    empty = await compared(client, path, period="2024-02")
    assert (empty.difference.absolute, empty.difference.points, empty.difference.reason) == (
        None,
        None,
        "other_no_cases",
    )


@pytest.mark.fault("F90")
async def test_f90_two_territories_are_refused_or_labelled_and_never_silently_compared(
    world: World, client: httpx.AsyncClient
) -> None:
    await merged_province(world)
    refused = await ask(client, period="2026", **{"with": "2024"})
    problem = refused.json()
    assert (refused.status_code, problem["type"], problem["who_must_act"]) == (
        409,
        "/problems/not-comparable",
        "caller",
    )
    assert problem["failed_check"] == "territory-version"
    for told in ("H24 took over from H23 on 2025-07-01", "across=label", "structure=now"):
        assert told in problem["detail"]
    then = await compared(client, period="2026", across="label", **{"with": "2024"})
    assert (then.comparable, then.current.answer.value, then.other.answer.value) == (False, "8", "2")
    assert (then.current.territory_version, then.other.territory_version) == (["2025-07-01"], ["original"])
    assert {one.kind: one.legal_basis for one in then.breaks}["territory_version"] == [LAW]
    assert then.other.level_regime == {"government_levels": ["province_district_commune"]}
    now = await compared(client, period="2026", across="label", structure="now", **{"with": "2024"})
    assert (now.agencies, now.other.answer.value, now.difference.absolute) == (["H24", "H23"], "5", "3")
    assert [one.kind for one in now.breaks] == ["government_levels"], "the law's levels stay unlike"
    assert (now.current.territory_version, now.other.territory_version) == (["2025-07-01"], ["2025-07-01"])
    assert now.other.answer.links.dossiers is None


@pytest.mark.fault("F90")
async def test_f90_only_an_agency_whose_border_moved_has_another_territory(
    world: World, client: httpx.AsyncClient
) -> None:
    await merged_province(world)
    commune = await ask(client, agency="H24.100", period="2026", **{"with": "2024"})
    assert commune.json()["failed_check"] == "government-levels"
    same = await compared(client, period="2026-Q2", **{"with": "2026-Q1"})
    assert (same.comparable, same.current.territory_version) == (True, ["2025-07-01"])
    old = await ask(client, agency="H23", period="2024", structure="now", **{"with": "2023"})
    assert (old.status_code, old.json()["errors"][0]["parameter"]) == (422, "structure")
    assert "ask for H24" in old.json()["detail"]
    assert (await compared(client, agency="H23", period="2024", **{"with": "2023"})).current.answer.value == "3"


async def test_unknown_records_of_both_agencies_widen_the_bounds_of_the_sum(
    world: World, client: httpx.AsyncClient
) -> None:
    await merged_province(world)
    await world.quarantine(1, agency_code="H23.50", received_on=date(2024, 5, 1))
    now = await compared(client, period="2026", across="label", structure="now", **{"with": "2024"})
    assert now.other.answer.bounds is not None
    assert (now.other.answer.bounds.low, now.other.answer.bounds.high) == ("5", "6")
    assert now.other.answer.complete is False
    assert now.difference.low is not None
    assert int(now.difference.low) < 3


async def test_what_a_portal_of_the_other_agency_counts_otherwise_is_said_of_the_sum(
    world: World, client: httpx.AsyncClient
) -> None:
    await merged_province(world)
    counts = {"portal": "haiduong", "source": "statistics", "month": date(2024, 5, 1), "agency_code": "H23"}
    told = {"asked_at": BEGAN, "entry": 1, "theirs": 5, "ours": 3, "matched": 3, "explained": {}, "unexplained": 2}
    await world.add(reconciliation_v1, counts | told)
    then = await compared_then(client)
    assert (then.other.answer.complete, then.other.answer.flags) == (True, [])
    now = await compared_then(client, structure="now")
    assert now.other.answer.complete is False
    assert [(flag.flag, flag.count) for flag in now.other.answer.flags] == [("unexplained_records", 2)]


async def compared_then(client: httpx.AsyncClient, **parameters: str) -> ComparisonOut:
    return await compared(client, period="2026", across="label", **{"with": "2024"} | parameters)


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [
        ({"with": "last_month"}, "with"),
        ({"with": "2024-02-01/2024-02-30"}, "with"),
        ({"with": "2024-02-01/"}, "with"),
        ({"with": ""}, "with"),
        ({"across": "silently"}, "across"),
        ({"structure": "later"}, "structure"),
        ({"period": "1990"}, "with"),
    ],
)
async def test_what_cannot_be_compared_is_refused_by_name(
    client: httpx.AsyncClient, parameters: dict[str, str], parameter: str
) -> None:
    response = await ask(client, **{"period": "2024"} | parameters)
    assert response.status_code == 422, response.text
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


async def test_a_number_an_office_enters_is_not_subtracted(client: httpx.AsyncClient) -> None:
    response = await ask(client, "/v1/figures/site_daily_visits/comparison", period="2024")
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "figure")


YEARS = {"from": "2024-01-01", "to": "2026-12-31", "by": "year"}
SERIES = "/v1/figures/dossiers_resolved/series"


async def rows_of(client: httpx.AsyncClient, path: str = SERIES, **parameters: str) -> SeriesOut:
    response = await ask(client, path, **(YEARS | parameters))
    assert response.status_code == 200, response.text
    return SeriesOut.model_validate_json(response.content)


@pytest.mark.fault("F90")
async def test_f90_a_series_over_time_says_where_the_agency_became_another_and_can_follow_it_back(
    world: World, client: httpx.AsyncClient
) -> None:
    await merged_province(world)
    await world.page([ended(30, date(2025, 9, 1)), ended(31, date(2025, 3, 3), "H23")])
    await world.project()
    then = await rows_of(client)
    assert (then.structure, then.agencies) == ("then", ["H24"])
    assert [(row.key, row.numerator) for row in then.items] == [("2024", 2), ("2025", 1), ("2026", 8)]
    kinds = [[one.kind for one in row.breaks if one.refuses] for row in then.items]
    assert kinds == [[], ["territory_version", "government_levels"], ["territory_version", "government_levels"]]
    assert then.items[1].breaks[0].legal_basis == [LAW]
    now = await rows_of(client, structure="now")
    assert (now.structure, now.agencies) == ("now", ["H24", "H23"])
    assert [(row.key, row.numerator) for row in now.items] == [("2024", 5), ("2025", 2), ("2026", 8)]
    assert {one.kind for row in now.items for one in row.breaks} == {"government_levels"}, (
        "the law's levels stay unlike"
    )
    for key, value in (("2024", "5"), ("2026", "8")):
        beside = await compared(client, period="2026", across="label", structure="now", **{"with": "2024"})
        assert (beside.other if key == "2024" else beside.current).answer.value == value
    refused = await ask(client, SERIES, **YEARS, across="refuse")
    assert (refused.status_code, refused.json()["failed_check"]) == (409, "territory-version")
    levels = await ask(client, SERIES, **YEARS, across="refuse", structure="now")
    assert (levels.status_code, levels.json()["failed_check"]) == (409, "government-levels")
    quarters = await rows_of(client, by="quarter", **{"from": "2025-07-01", "to": "2026-12-31"}, across="refuse")
    assert len(quarters.items) == 6


async def test_pages_of_a_series_by_todays_structure_are_the_series(world: World, client: httpx.AsyncClient) -> None:
    await merged_province(world)
    whole = (await rows_of(client, by="month", structure="now")).items
    found: list[SeriesRow] = []
    cursor: dict[str, str] = {}
    while True:
        page = await rows_of(client, by="month", structure="now", limit="7", **cursor)
        found += page.items
        if page.next is None:
            break
        cursor = {"cursor": page.next}
    assert found == whole
    assert sum(row.numerator for row in found) == 13


async def test_rows_that_are_not_over_time_have_no_structure_to_follow(world: World, client: httpx.AsyncClient) -> None:
    await merged_province(world)
    refused = await ask(client, SERIES, **(YEARS | {"by": "agency"}), structure="now")
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "structure")
    plain = await rows_of(client, by="channel", across="refuse")
    assert all(not row.breaks for row in plain.items)
    petitions = await ask(client, "/v1/figures/pakn_received/series", **YEARS, structure="now")
    assert (petitions.status_code, petitions.json()["errors"][0]["parameter"]) == (422, "structure")
    ended_agency = await ask(client, SERIES, **(YEARS | {"agency": "H23"}), structure="now")
    assert "ask for H24" in ended_agency.json()["detail"]
