"""The same dossiers under three policies on supplements, worked out by hand; and the days at the edge of a period."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from faults.metrics.test_due_dates import days_of
from metrics.verify import verify
from shared.domain.status import DossierStatus
from shared.runtime.database import transaction
from support.metrics_world import World, a_dossier, any_dossiers, calendar_v1

MARCH = {"agency": "H24.99", "period": "2024-03"}
LIMIT = date(2024, 3, 8)
_ROUND = ((date(2024, 3, 5), date(2024, 3, 12)),)
# All received on Friday 1 March with 5 working days (due on the 8th). Asked on the 5th and answered on the 12th, the
# limit starts anew and ends on the 19th, or is moved by 7 days to the 15th. The portal's own date is the 18th.
DOSSIERS = [
    {"ended_on": date(2024, 3, 18), "supplements": _ROUND},  # PORTAL on time, RESTART early, SUBTRACT late
    {"ended_on": date(2024, 3, 15), "supplements": _ROUND},  # PORTAL early, RESTART early, SUBTRACT on time
    {"ended_on": date(2024, 3, 19), "supplements": _ROUND},  # PORTAL late, RESTART on time, SUBTRACT late
    {"ended_on": date(2024, 3, 18)},  # nobody was asked: PORTAL on time; by the limit late
    {"ended_on": None, "status": DossierStatus.PROCESSING, "supplements": _ROUND},
]
EXPECTED = {
    "PORTAL": {"early": "1", "on_time": "2", "overdue": "1"},
    "RESTART": {"early": "2", "on_time": "1", "overdue": "1"},
    "SUBTRACT": {"early": "0", "on_time": "1", "overdue": "3"},
}


@pytest.fixture
async def asked(world: World) -> World:
    await world.add(calendar_v1, *days_of(2024, 1))
    every = {"received_on": date(2024, 3, 1), "statutory_due_on": LIMIT, "first_due_on": LIMIT}
    every |= {"due_on": date(2024, 3, 18)}
    await world.page([a_dossier(number, **(every | changes)) for number, changes in enumerate(DOSSIERS)])
    await world.project()
    return world


async def value(client: httpx.AsyncClient, figure: str, **parameters: str) -> dict[str, Any]:
    response = await client.get(f"/v1/figures/{figure}/value", params=MARCH | parameters)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize("policy", EXPECTED)
async def test_the_same_dossiers_give_three_results(asked: World, client: httpx.AsyncClient, policy: str) -> None:
    found = {name: await value(client, f"dossiers_resolved_{name}", policy=policy) for name in EXPECTED[policy]}
    assert {name: answer["value"] for name, answer in found.items()} == EXPECTED[policy]
    assert {answer["scope"]["policy"] for answer in found.values()} == {policy}
    rate = await value(client, "on_time_rate_resolved", policy=policy)
    assert (rate["numerator"], rate["denominator"]) == (4 - int(EXPECTED[policy]["overdue"]), 4)


@pytest.mark.parametrize(
    ("policy", "last", "overdue"),
    [
        ("PORTAL", "2024-03-18", "0"),
        ("PORTAL", "2024-03-19", "1"),
        ("RESTART", "2024-03-19", "0"),
        ("RESTART", "2024-03-20", "1"),
        ("SUBTRACT", "2024-03-15", "0"),
        ("SUBTRACT", "2024-03-16", "1"),
    ],
)
async def test_the_open_one_is_overdue_from_the_day_after_the_policys_date(
    asked: World, client: httpx.AsyncClient, policy: str, last: str, overdue: str
) -> None:
    days = {"agency": "H24.99", "from": "2024-03-01", "to": last, "policy": policy, "channel": "ONLINE"}
    response = await client.get("/v1/figures/dossiers_pending_overdue/dossiers", params=days)
    open_one = a_dossier(len(DOSSIERS) - 1).code
    assert [one["dossier_code"] for one in response.json()["items"] if one["dossier_code"] == open_one] == (
        [open_one] if overdue == "1" else []
    )


async def test_the_default_is_the_date_the_applicant_holds_and_the_disagreements_are_listed(
    asked: World, client: httpx.AsyncClient
) -> None:
    answer = await value(client, "dossiers_resolved_early")
    assert answer["value"] == EXPECTED["PORTAL"]["early"]
    assert {"flag": "due_date_disagrees", "count": 5} in answer["flags"]
    assert (await value(client, "due_date_disagreements"))["value"] == "5"
    listed = await client.get("/v1/figures/due_date_disagreements/dossiers", params=MARCH)
    assert len(listed.json()["items"]) == 5


@pytest.mark.parametrize(
    ("figure", "policy"),
    [("dossiers_resolved", "RESTART"), ("on_time_rate_766", "SUBTRACT"), ("procedures_total", "RESTART")],
)
async def test_a_figure_that_does_not_depend_on_the_due_date_has_no_policy(
    world: World, client: httpx.AsyncClient, figure: str, policy: str
) -> None:
    response = await client.get(f"/v1/figures/{figure}/value", params=MARCH | {"policy": policy})
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "policy")
    wrong = await client.get("/v1/figures/dossiers_resolved_early/value", params=MARCH | {"policy": "GUESS"})
    assert (wrong.status_code, wrong.json()["errors"][0]["parameter"]) == (422, "policy")


async def test_what_is_stored_of_every_policy_is_what_is_judged_again(world: World) -> None:
    await world.add(calendar_v1, *days_of(2023, 1), *days_of(2024, 1)[1:])
    await world.page(any_dossiers(5, 300))
    await world.project()
    verdict = await verify(world.engine)
    assert (verdict.differences, verdict.dossiers, verdict.unproven) == ((), 300, None)


@pytest.mark.parametrize(
    ("instant", "overdue"),
    [
        (datetime(2024, 3, 31, 16, 59, tzinfo=UTC), True),  # 23:59 on 31 March in Hải Phòng: the wait begins in March
        (datetime(2024, 3, 31, 17, 0, tzinfo=UTC), False),  # midnight: it begins on 1 April
        (datetime(2024, 4, 1, 0, 0, tzinfo=UTC), False),  # 07:00 on 1 April, which is midnight in UTC
    ],
)
async def test_a_change_belongs_to_the_local_day(
    world: World, client: httpx.AsyncClient, instant: datetime, overdue: bool
) -> None:
    """A dossier overdue since the 21st asks for a supplement at the instant: its wait is known by the change's day."""
    waiting = a_dossier(1, status=DossierStatus.WAITING_SUPPLEMENT, ended_on=None)
    await world.page([waiting])
    async with transaction(world.engine) as connection:
        await connection.execute(text("update dossier.revision_v2 set modified_at = :at"), {"at": instant})
    await world.project()
    assert (await value(client, "dossiers_pending_overdue"))["value"] == ("0" if overdue else "1")


async def test_the_first_and_the_last_day_belong_to_the_period(world: World, client: httpx.AsyncClient) -> None:
    days = [date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 31), date(2024, 4, 1)]
    await world.page([a_dossier(n, received_on=day, due_on=None, ended_on=day) for n, day in enumerate(days)])
    await world.project()
    assert (await value(client, "dossiers_received_in_period"))["value"] == "2"
    assert (await value(client, "dossiers_resolved"))["value"] == "2"
