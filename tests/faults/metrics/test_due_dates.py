"""Due dates that move, calendars that change late, waits that overlap: all is kept, and the rule says what counts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from metrics.rebuild import rebuild
from metrics.verify import verify
from shared.domain.status import DossierStatus
from shared.runtime.database import transaction
from support.metrics_world import World, a_dossier, calendar_v1, version_v1

YEAR = {"agency": "H24.99", "period": "2024"}
LIMIT, ANSWERED = date(2024, 3, 8), date(2024, 3, 12)
ASKED = {
    # Received on Friday 1 March, 5 working days: due on the 8th. Asked on the 5th, answered on the 12th.
    "received_on": date(2024, 3, 1),
    "statutory_due_on": LIMIT,
    "first_due_on": LIMIT,
    "supplements": ((date(2024, 3, 5), ANSWERED),),
}


def days_of(year: int, revision: int, *off: date) -> list[dict[str, Any]]:
    """The days of a year: Monday to Friday worked, but for those off."""
    every = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    told = {"name": None, "source": "test", "provisional": False, "revision_from": revision, "revision_to": None}
    return [{"day": day, "working": day.weekday() < 5 and day not in off, **told} for day in every]


async def value(client: httpx.AsyncClient, figure: str, **parameters: str) -> dict[str, Any]:
    response = await client.get(f"/v1/figures/{figure}/value", params=YEAR | parameters)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def listed(client: httpx.AsyncClient, figure: str, part: str, **parameters: str) -> list[dict[str, Any]]:
    response = await client.get(f"/v1/figures/{figure}/dossiers", params=YEAR | {"part": part} | parameters)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def flags(answer: dict[str, Any]) -> dict[str, int | None]:
    return {flag["flag"]: flag["count"] for flag in answer["flags"]}


@pytest.mark.fault("F78")
async def test_f78_a_revised_due_date_is_kept_in_both_versions_and_each_rule_takes_its_own(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(calendar_v1, *days_of(2024, 1))
    moved = {"due_changes": [["2024-03-07", "2024-03-08", "2024-03-18", "extension"]], "apologies": 1}
    first = a_dossier(1, **(ASKED | {"supplements": ()}), due_on=LIMIT, ended_on=None, status=DossierStatus.PROCESSING)
    then = a_dossier(1, **(ASKED | {"supplements": ()}), due_on=date(2024, 3, 18), ended_on=date(2024, 3, 15))
    silent = a_dossier(2, ended_on=date(2024, 3, 10))
    entry = await world.page([first])
    await world.page([replace(then, particulars=moved, facts=replace(then.facts, particulars=None)), silent])
    await world.project()
    early = await value(client, "dossiers_resolved_early")
    assert (early["value"], flags(early)["due_date_disagrees"]) == ("2", 1)
    by_law = await value(client, "dossiers_resolved_overdue", policy="RESTART")
    assert (by_law["value"], by_law["scope"]["policy"]) == ("1", "RESTART")
    assert (await value(client, "overdue_against_original_due"))["value"] == "1"
    extended = await value(client, "dossiers_extended_count")
    assert (extended["value"], extended["bounds"]) == ("1", {"low": "1", "high": "2"})
    assert {"reason": "not_told", "count": 1} in extended["excluded"]
    assert (await value(client, "apology_letters_issued"))["value"] == "1"
    disputed = await listed(client, "dossiers_resolved_early", "due_disagreements")
    assert [(one["dossier_code"], one["due_on"]) for one in disputed] == [(first.code, "2024-03-18")]
    assert [one["dossier_code"] for one in await listed(client, "dossiers_extended_count", "not_told")] == [silent.code]
    march_8 = {"from": "2024-03-01", "to": "2024-03-08", "agency": "H24.99", "as_of": str(entry)}
    before = await client.get("/v1/figures/dossiers_pending_in_time/dossiers", params=march_8)
    assert [one["due_on"] for one in before.json()["items"]] == ["2024-03-08"]


@pytest.mark.fault("F79")
async def test_f79_a_holiday_announced_late_moves_no_date_already_judged_and_every_later_one(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(calendar_v1, *days_of(2024, 1))
    # Answered on the 12th, 5 working days: 13, 14, 15, 18, 19. With the 14th off it is the 20th.
    both = {"due_on": LIMIT, "ended_on": date(2024, 3, 20)} | ASKED
    entry = await world.page([a_dossier(1, **both)])
    await world.project()
    assert (await value(client, "dossiers_resolved_overdue", policy="RESTART"))["value"] == "1"
    async with transaction(world.engine) as connection:
        await connection.execute(text("update catalogue.calendar_v1 set revision_to = 3"))
        await connection.execute(version_v1.update().values(calendar=3))
    await world.add(calendar_v1, *days_of(2024, 3, date(2024, 3, 14)))
    await world.page([a_dossier(2, **both)])
    await world.project()
    late = await value(client, "dossiers_resolved_overdue", policy="RESTART")
    on_time = await listed(client, "dossiers_resolved_on_time", "numerator", policy="RESTART")
    assert (late["value"], late["as_of"]["calendar"]) == ("1", 3)
    assert [(one["dossier_code"], one["due_on"]) for one in on_time] == [(a_dossier(2).code, "2024-03-20")]
    then = await value(client, "dossiers_resolved_overdue", policy="RESTART", as_of=str(entry))
    assert (then["value"], then["as_of"]["calendar"]) == ("1", 2)
    stored = await world.everything()
    await rebuild(world.engine, most_rows=1)
    assert await world.everything() == stored
    assert (await verify(world.engine)).differences == ()
    # The same dossier told again is judged by the calendar of that day: the correction is a version of its own.
    await world.page([a_dossier(1, **both, returned_on=date(2024, 3, 21))])
    await world.project()
    assert (await value(client, "dossiers_resolved_overdue", policy="RESTART"))["value"] == "0"


@pytest.mark.fault("F80")
async def test_f80_waits_that_overlap_nest_and_never_end_are_one_union_up_to_the_day_asked(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(calendar_v1, *days_of(2024, 1))
    # Waiting from the 4th to the 12th: 8 days, so SUBTRACT moves the 8th to the 16th, however the rounds lie in it.
    nested = ((date(2024, 3, 4), date(2024, 3, 10)), (date(2024, 3, 6), ANSWERED), (date(2024, 3, 7), date(2024, 3, 8)))
    ended = {**ASKED, "supplements": nested, "due_on": LIMIT}
    open_ended = {**ASKED, "supplements": (*nested, (date(2024, 3, 15), None)), "due_on": LIMIT, "ended_on": None}
    await world.page(
        [
            a_dossier(1, **ended, ended_on=date(2024, 3, 16)),
            a_dossier(2, **ended, ended_on=date(2024, 3, 17)),
            a_dossier(3, **open_ended, status=DossierStatus.WAITING_SUPPLEMENT),
        ]
    )
    await world.project()
    for figure, expected in (
        ("dossiers_resolved_on_time", "1"),
        ("dossiers_resolved_overdue", "1"),
        ("dossiers_pending_overdue", "0"),
    ):
        assert (await value(client, figure, policy="SUBTRACT"))["value"] == expected, figure
    # By the portal's date the third is overdue on the 13th, and not while the applicant is awaited again.
    for last, expected in (("2024-03-07", "0"), ("2024-03-11", "0"), ("2024-03-13", "1"), ("2024-03-15", "0")):
        days = {"from": "2024-03-01", "to": last, "agency": "H24.99"}
        response = await client.get("/v1/figures/dossiers_pending_overdue/dossiers", params=days)
        third = [one["dossier_code"] for one in response.json()["items"] if one["dossier_code"] == a_dossier(3).code]
        assert len(third) == int(expected), last
