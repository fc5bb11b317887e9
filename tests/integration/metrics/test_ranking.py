"""Rankings over HTTP: told where the records prove the order, withheld with a reason where they do not."""

from datetime import date

import httpx
import pytest

from metrics.schemas.ranking import RankingOut
from shared.contracts.views import reconciliation_v1
from support.metrics_world import BEGAN, World, a_dossier

PATH = "/v1/figures/on_time_rate_resolved/ranking"
YEAR = {"agency": "H24", "period": "2024", "by": "agency"}
LATE = {"due_on": date(2024, 3, 10)}


async def ranking(client: httpx.AsyncClient, path: str = PATH, **parameters: str) -> RankingOut:
    response = await client.get(path, params=YEAR | parameters)
    assert response.status_code == 200, response.text
    return RankingOut.model_validate_json(response.content)


async def five(world: World) -> None:
    """Agencies H24.1 to H24.5 with ten dossiers each, of which as many are late as their number says."""
    every = [
        a_dossier(10 * agency + n, agency=f"H24.{agency}", **(LATE if n < agency else {}))
        for agency in range(1, 6)
        for n in range(10)
    ]
    await world.page(every)
    await world.project()


def told(page: RankingOut) -> list[tuple[str, int | None]]:
    return [(row.key, row.rank) for row in page.items]


async def test_agencies_are_ranked_by_value_in_either_order_page_by_page(
    world: World, client: httpx.AsyncClient
) -> None:
    await five(world)
    best = await ranking(client)
    assert told(best) == [("H24.1", 1), ("H24.2", 2), ("H24.3", 3), ("H24.4", 4), ("H24.5", 5), ("H24", None)]
    assert (best.rows, best.ranked, best.items[-1].withheld, best.items[0].value) == (6, 5, "no_cases", "0.900000")
    worst = await ranking(client, order="lowest", limit="2")
    assert told(worst) == [("H24.5", 1), ("H24.4", 2)]
    assert worst.next is not None
    await world.page([a_dossier(900 + n, agency="H24.3", **LATE) for n in range(50)])
    await world.project()
    rest = await ranking(client, order="lowest", limit="2", cursor=worst.next)
    assert (told(rest), rest.as_of) == ([("H24.3", 3), ("H24.2", 4)], worst.as_of)
    assert told(await ranking(client, order="lowest"))[0] == ("H24.3", 1)
    other = await client.get(PATH, params=YEAR | {"order": "highest", "cursor": worst.next})
    assert (other.status_code, other.json()["failed_check"]) == (400, "cursor-invalid")


@pytest.mark.fault("F135")
async def test_f135_a_ranking_is_withheld_while_one_portal_of_five_is_silent(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.feed(agency_code="H24.1")
    for number in range(2, 6):
        await world.feed(feed=f"p{number}/dossiers", portal=f"p{number}", agency_code=f"H24.{number}")
    await five(world)
    assert (await ranking(client)).ranked == 5
    await world.feed(feed="p4/dossiers", portal="p4", agency_code="H24.4", state="stale")
    page = await ranking(client)
    assert page.ranked == 0
    found = {row.key: row for row in page.items}
    assert (found["H24.4"].withheld, found["H24.4"].proven, found["H24.4"].value) == (
        "source_unproven",
        False,
        "0.600000",
    )
    assert (found["H24.1"].withheld, found["H24.1"].best, found["H24.1"].worst) == ("bounds_overlap", 1, 2)
    await world.feed(feed="p4/dossiers", portal="p4", agency_code="H24.4")
    await world.feed(feed="p6/dossiers", portal="p6", agency_code="H24.6", state="unknown")
    never = await ranking(client)
    assert (never.ranked, [row.key for row in never.items if row.key == "H24.6"]) == (0, []), "no row of zeros"


@pytest.mark.fault("F135")
async def test_quarantined_records_withhold_only_the_ranks_they_could_change(
    world: World, client: httpx.AsyncClient
) -> None:
    await five(world)
    await world.quarantine(1, agency_code="H24.1")
    page = await ranking(client)
    assert {row.withheld for row in page.items if row.denominator} == {"bounds_overlap"}
    counts = await ranking(client, "/v1/figures/dossiers_resolved_overdue/ranking")
    assert [(row.key, row.best, row.worst) for row in counts.items[:2]] == [("H24.5", 1, 2), ("H24.4", 1, 3)]
    await world.page([a_dossier(500 + n, agency="H24.5", **LATE) for n in range(20)])
    await world.project()
    clear = await ranking(client, "/v1/figures/dossiers_resolved_overdue/ranking")
    assert told(clear)[0] == ("H24.5", 1), "no unknown record can take the first place from it"


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [({"by": "month"}, "by"), ({"order": "best"}, "order"), ({"limit": "501"}, "limit"), ({"by": ""}, "by")],
)
async def test_what_cannot_be_ranked_is_refused_by_name(
    client: httpx.AsyncClient, parameters: dict[str, str], parameter: str
) -> None:
    response = await client.get(PATH, params=YEAR | parameters)
    assert response.status_code == 422
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


async def test_a_figure_that_is_not_counted_has_no_ranking(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/figures/site_daily_visits/ranking", params=YEAR)
    assert response.status_code == 422


@pytest.mark.fault("F135")
async def test_an_agency_whose_portal_counts_otherwise_leaves_every_rank_open(
    world: World, client: httpx.AsyncClient
) -> None:
    await five(world)
    compared = {"portal": "haiphong-igate", "source": "statistics", "month": date(2024, 3, 1), "agency_code": "H24.4"}
    told = {"asked_at": BEGAN, "entry": 1, "theirs": 12, "ours": 10, "matched": 10, "explained": {}, "unexplained": 2}
    await world.add(reconciliation_v1, compared | told)
    page = await ranking(client)
    assert (page.ranked, [row.key for row in page.items if row.withheld == "source_unproven"]) == (0, ["H24.4"])
