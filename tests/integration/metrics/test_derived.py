"""Figures that rest on more than one table, on the catalogue as it was, or on what an office enters."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from faults.metrics.test_due_dates import days_of
from integration.metrics.test_annual_report import a_decision
from support.metrics_world import (
    BEGAN,
    KEY,
    World,
    a_dossier,
    a_procedure,
    calendar_v1,
    decision_v1,
    petition_v3,
    procedure_v1,
    vote_v1,
)

MARCH = {"agency": "H24.99", "period": "2024-03"}
PAID = {"fees": [["1", 50_000, None]], "paid_online": 1}


async def value(client: httpx.AsyncClient, figure: str, **parameters: str) -> dict[str, Any]:
    response = await client.get(f"/v1/figures/{figure}/value", params=MARCH | parameters)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def shared(client: httpx.AsyncClient, figure: str, **parameters: str) -> tuple[int, int, str | None]:
    found = await value(client, figure, **parameters)
    return found["numerator"], found["denominator"], found["value"]


async def test_payment_is_counted_where_the_catalogue_says_a_fee_is_due(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(procedure_v1, a_procedure(1, fee_bearing=True), a_procedure(2, fee_bearing=True), a_procedure(3))
    await world.page(
        [
            a_dossier(1, procedure="1.000001", particulars=PAID),
            a_dossier(2, procedure="1.000001", particulars=PAID | {"paid_online": 0}),
            a_dossier(3, procedure="1.000001", particulars=PAID | {"fees": [["1", 0, None]]}),
            a_dossier(4, procedure="1.000001"),
            a_dossier(5, procedure="1.000003", particulars=PAID),
            a_dossier(6, procedure="1.000001", particulars=PAID, received_on=date(2024, 2, 29)),
        ]
    )
    await world.project()
    assert await shared(client, "online_payment_rate") == (1, 2, "0.500000")
    answer = await value(client, "online_payment_rate")
    assert answer["bounds"] == {"low": "0.333333", "high": "0.666667"}
    assert {"reason": "not_told", "count": 1} in answer["excluded"]
    for part, codes in (("numerator", [1]), ("denominator", [1, 2]), ("not_told", [4])):
        listed = await client.get("/v1/figures/online_payment_rate/dossiers", params=MARCH | {"part": part})
        assert [one["dossier_code"] for one in listed.json()["items"]] == [a_dossier(n).code for n in codes]
    assert await shared(client, "payment_procedures_with_txn_rate") == (1, 2, "0.500000")
    assert (await shared(client, "online_payment_rate", period="2025"))[2] is None


async def test_a_portal_that_tells_nothing_gives_no_rate_and_no_zero(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1), a_dossier(2)])
    await world.project()
    answer = await value(client, "data_reuse_rate")
    assert (answer["value"], answer["reason"], answer["complete"]) == (None, "not_told", False)
    assert answer["bounds"] == {"low": "0.000000", "high": "1.000000"}


async def test_services_and_index_9(world: World, client: httpx.AsyncClient) -> None:
    levels = ["FULL", "PARTIAL", "NONE", "NONE"]
    await world.add(procedure_v1, *(a_procedure(n, online_level=level) for n, level in enumerate(levels)))
    await world.page([a_dossier(1, procedure="1.000000"), a_dossier(2, procedure="1.000002", channel=1)])
    await world.project()
    assert await shared(client, "online_services_with_dossiers_rate") == (1, 2, "0.500000")
    answer = await value(client, "tt01_2018_index_9")
    assert (answer["value"], answer["percent"], answer["most"]) == ("2.000000", None, 2)
    refused = await client.get("/v1/figures/tt01_2018_index_9/value", params={"period": "2024"})
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "agency")


async def test_postings_in_time_late_and_nobody_knows(world: World, client: httpx.AsyncClient) -> None:
    await world.add(calendar_v1, *days_of(2024, 1))
    days = {"in time": date(2024, 3, 11), "late": date(2024, 3, 12), "not told": None}
    decisions = (
        a_decision(f"{n}/QĐ-UBND", "NEW", signed_on=date(2024, 3, 4), posted_on=day)
        for n, day in enumerate(days.values())
    )
    await world.add(decision_v1, *decisions)
    answer = await value(client, "publication_posted_on_time")
    assert (answer["numerator"], answer["denominator"], answer["value"]) == (1, 2, "0.500000")
    assert answer["bounds"] == {"low": "0.333333", "high": "0.666667"}


async def test_average_time_is_of_one_procedure_in_working_days(world: World, client: httpx.AsyncClient) -> None:
    await world.add(calendar_v1, *days_of(2024, 1, date(2024, 3, 14)))
    await world.page(
        [
            # Friday 1 March to Wednesday the 6th: 3 working days; to Friday the 15th: 10, less the 14th which is off.
            a_dossier(1, ended_on=date(2024, 3, 6)),
            a_dossier(2, ended_on=date(2024, 3, 15)),
            a_dossier(3, ended_on=date(2024, 4, 2)),
            a_dossier(4, procedure="1.000009", ended_on=date(2024, 3, 29)),
        ]
    )
    await world.project()
    assert await shared(client, "average_processing_time", procedure="1.001612") == (12, 2, "6.000000")
    refused = await client.get("/v1/figures/average_processing_time/value", params=MARCH)
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "procedure")


async def test_petitions_resolved_in_time_and_index_8(world: World, client: httpx.AsyncClient) -> None:
    row = {"agency_code": "H24.99", "subject": "behaviour"}
    days = [
        (date(2024, 2, 1), date(2024, 3, 8), date(2024, 3, 8)),  # carried over, in time
        (date(2024, 3, 1), date(2024, 3, 22), date(2024, 3, 23)),  # late
        (date(2024, 3, 1), date(2024, 3, 22), None),  # open after its day
        (date(2024, 3, 20), date(2024, 4, 10), None),  # open, not yet due
        (date(2024, 2, 1), date(2024, 2, 20), date(2024, 2, 20)),  # over
    ]
    names = ("received_on", "due_on", "resolved_on")
    petitions = (row | {"petition_code": str(n)} | dict(zip(names, each, strict=True)) for n, each in enumerate(days))
    await world.add(petition_v3, *petitions)
    assert await shared(client, "pakn_on_time_rate") == (1, 3, "0.333333")
    assert await shared(client, "pakn_processing_rate") == (2, 4, "0.500000")
    assert (await value(client, "pakn_resolved"))["value"] == "2"
    assert (await value(client, "tt01_2018_index_8"))["value"] == "0.000000"


@pytest.mark.parametrize(
    ("steps", "late"),
    [
        # Friday 1 March 2024; the 14th is off. Fifteen working days later is Monday the 25th, two are Tuesday the 5th.
        ({"published_on": date(2024, 3, 27), "resolved_on": date(2024, 3, 25)}, False),
        ({"published_on": date(2024, 3, 28), "resolved_on": date(2024, 3, 25)}, True),
        ({"published_on": date(2024, 3, 26), "resolved_on": date(2024, 3, 26)}, True),
        ({"transferred_on": date(2024, 3, 4), "resolved_on": date(2024, 3, 26)}, False),
        ({"transferred_on": date(2024, 3, 4), "resolved_on": date(2024, 3, 27)}, True),
        ({"refused_on": date(2024, 3, 5)}, False),
        ({"refused_on": date(2024, 3, 6)}, True),
        ({"refused_on": date(2024, 3, 6), "transferred_on": date(2024, 3, 4)}, False),
        ({"supplement_asked_on": date(2024, 3, 8), "resolved_on": date(2024, 3, 20)}, False),
        ({"supplement_asked_on": date(2024, 3, 11), "resolved_on": date(2024, 3, 20)}, True),
        ({"resolved_on": date(2024, 3, 29)}, False),
    ],
)
async def test_a_petition_whose_steps_are_told_is_judged_by_their_limits(
    world: World, client: httpx.AsyncClient, steps: dict[str, date], late: bool
) -> None:
    await world.add(calendar_v1, *days_of(2024, 1, date(2024, 3, 14)))
    row = {"agency_code": "H24.99", "petition_code": "1", "received_on": date(2024, 3, 1), "due_on": date(2024, 3, 29)}
    await world.add(petition_v3, row | steps)
    assert await shared(client, "pakn_on_time_rate") == (0 if late else 1, 1, "0.000000" if late else "1.000000")


async def test_beyond_the_calendar_a_petition_is_judged_by_the_due_day_of_its_source(
    world: World, client: httpx.AsyncClient
) -> None:
    row = {"agency_code": "H24.99", "petition_code": "1", "received_on": date(2024, 3, 1), "due_on": date(2024, 3, 29)}
    steps = {"transferred_on": date(2024, 3, 4), "resolved_on": date(2024, 3, 29)}
    await world.add(petition_v3, row | steps)
    assert await shared(client, "pakn_on_time_rate") == (1, 1, "1.000000")


async def test_petitions_are_counted_as_they_were_known_when_an_entry_was_committed(
    world: World, client: httpx.AsyncClient
) -> None:
    entries = [await world.page([a_dossier(number)]) for number in (1, 2, 3)]
    await world.project()
    row = {"agency_code": "H24.99", "petition_code": "1", "received_on": date(2024, 3, 1), "due_on": date(2024, 3, 22)}
    resolved = {"resolved_on": date(2024, 3, 20), "likes": 1, "dislikes": 0, "repeated": False}
    between = BEGAN + timedelta(hours=entries[1], minutes=1)
    await world.add(petition_v3, row | {"known_from": BEGAN + timedelta(hours=entries[0]), "known_to": between})
    await world.add(petition_v3, row | resolved | {"known_from": between})
    for as_of, received, resolved_then in ((str(entries[0]), "1", "0"), (str(entries[1]), "1", "0"), ("", "1", "1")):
        asked = {"as_of": as_of} if as_of else {}
        assert (await value(client, "pakn_received", **asked))["value"] == received
        assert (await value(client, "pakn_resolved", **asked))["value"] == resolved_then


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"likes": 2, "dislikes": 2, "repeated": False}, (1, 1, 0)),
        ({"likes": 1, "dislikes": 2, "repeated": False}, (0, 1, 0)),
        ({"likes": 9, "dislikes": 0, "repeated": True}, (0, 1, 0)),
        ({"likes": None, "dislikes": None, "repeated": False}, (0, 0, 1)),
        ({"likes": None, "dislikes": None, "repeated": True}, (0, 1, 0)),
        ({"likes": 9, "dislikes": 0, "repeated": None}, (0, 0, 1)),
        ({"likes": 9, "dislikes": 0, "repeated": False, "resolved_on": date(2024, 3, 23)}, (0, 1, 0)),
        ({"likes": 9, "dislikes": 0, "repeated": False, "resolved_on": None}, (0, 1, 0)),
    ],
)
async def test_satisfaction_with_petitions_needs_votes_and_repetition(
    world: World, client: httpx.AsyncClient, changes: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    row = {"agency_code": "H24.99", "petition_code": "1", "received_on": date(2024, 3, 1), "due_on": date(2024, 3, 22)}
    await world.add(petition_v3, row | {"resolved_on": date(2024, 3, 22)} | changes)
    answer = await value(client, "pakn_satisfaction_rate")
    silent = next(one["count"] for one in answer["excluded"] if one["reason"] == "not_told")
    assert (answer["numerator"], answer["denominator"], silent) == expected


@pytest.mark.parametrize(
    ("figure", "reason"),
    [("tt01_2018_index_2", "inputs_missing"), ("site_daily_visits", "not_entered")],
)
async def test_a_figure_nobody_can_count_says_why_and_is_never_0(
    world: World, client: httpx.AsyncClient, figure: str, reason: str
) -> None:
    answer = await value(client, figure)
    found = (answer["value"], answer["numerator"], answer["reason"], answer["complete"])
    assert found == (None, None, reason, False)
    for path in ("series?by=month", "dossiers?part=numerator"):
        refused = await client.get(f"/v1/figures/{figure}/{path}", params=MARCH)
        assert refused.status_code == 422


async def enter(client: httpx.AsyncClient, indicator: str, number: Any, unit: str, **more: str) -> None:
    body = {"agency": "H24.99", "period": "2024-03", "value": number, "unit": unit, "source": "Báo cáo"} | more
    response = await client.put(f"/v1/indicators/{indicator}", json=body, headers={"Authorization": f"Bearer {KEY}"})
    assert response.status_code == 201, response.text


async def test_an_entered_figure_is_answered_as_entered(world: World, client: httpx.AsyncClient) -> None:
    await enter(client, "site_daily_visits", 5000, "visits", qualifier="more_than")
    answer = await value(client, "site_daily_visits")
    assert (answer["value"], answer["denominator"], answer["complete"]) == ("5000", None, False)
    assert [flag["flag"] for flag in answer["flags"]] == ["hand_entered", "qualifier_more_than"]
    await enter(client, "identity_verified_rate", "99.5", "percent")
    assert (await value(client, "identity_verified_rate"))["value"] == "99.5"


async def test_the_sync_rate_names_its_stand_in(world: World, client: httpx.AsyncClient) -> None:
    assert (await value(client, "dossier_sync_rate"))["reason"] == "not_entered"
    await enter(client, "dossiers_on_national_portal", 90, "dossiers")
    answer = await value(client, "dossier_sync_rate")
    assert (answer["numerator"], answer["denominator"]) == (90, 90)
    assert "temp_national_report_denominator" in [flag["flag"] for flag in answer["flags"]]
    await enter(client, "dossiers_in_national_report", 100, "dossiers")
    answer = await value(client, "dossier_sync_rate")
    assert (answer["numerator"], answer["denominator"], answer["percent"]) == (90, 100, "90.0")
    assert [flag["flag"] for flag in answer["flags"]] == ["hand_entered"]


async def voted(world: World, number: int, *, disliked: bool | None = True, **more: Any) -> None:
    vote = {"vote_code": f"V{number}", "agency_code": "H24.99", "dossier_code": a_dossier(number).code}
    await world.add(vote_v1, vote | {"voted_on": date(2024, 3, 20), "disliked": disliked} | more)


async def test_satisfaction_is_what_is_left_after_overdue_and_disliked_dossiers(
    world: World, client: httpx.AsyncClient
) -> None:
    late = {"ended_on": date(2024, 3, 28)}
    await world.page([a_dossier(1), a_dossier(2), a_dossier(3), a_dossier(4), a_dossier(5, **late)])
    entry = await world.page([a_dossier(6, received_on=date(2024, 5, 1), ended_on=date(2024, 5, 2))])
    await world.project()
    answer = await value(client, "dossier_satisfaction_rate")
    assert (answer["value"], answer["reason"]) == (None, "not_told")
    assert answer["bounds"] == {"low": "0.000000", "high": "0.800000"}
    assert [flag["flag"] for flag in answer["flags"]][-2:] == ["petitions_not_imported", "votes_not_imported"]
    petition = {"agency_code": "H24.99", "petition_code": "1", "received_on": date(2024, 3, 4)}
    await world.add(petition_v3, petition | {"dossier_code": a_dossier(1).code})
    answer = await value(client, "dossier_satisfaction_rate")
    assert (answer["value"], answer["bounds"]["high"]) == (None, "0.600000")
    for number, disliked in ((1, True), (2, True), (3, False), (4, None), (6, True)):
        await voted(world, number, disliked=disliked)
    await voted(world, 7, dossier_code=a_dossier(3).code, voted_on=date(2024, 4, 1))
    later = BEGAN + timedelta(hours=entry, minutes=1)
    await voted(world, 8, dossier_code=a_dossier(4).code, known_from=later)
    await world.page([a_dossier(9, received_on=date(2024, 6, 1), ended_on=date(2024, 6, 2))])
    await world.project()
    assert await shared(client, "dossier_satisfaction_rate", as_of=str(entry)) == (2, 5, "0.400000")
    assert await shared(client, "dossier_satisfaction_rate") == (1, 5, "0.200000")
    assert await shared(client, "dossier_satisfaction_rate", agency="H24") == (1, 5, "0.200000")
    form = (await client.get("/v1/forms/766", params=MARCH)).json()
    one = next(c for g in form["groups"] for c in g["criteria"] if c["section"] == "5.4")
    assert (one["numerator"], one["denominator"], one["score"], one["complete"]) == (1, 5, "1.33", False)
    assert {"flag": "disliked_or_petitioned", "count": 3} in one["flags"]
    empty = await value(client, "dossier_satisfaction_rate", period="2023-01")
    assert (empty["value"], empty["reason"]) == (None, "no_cases")
