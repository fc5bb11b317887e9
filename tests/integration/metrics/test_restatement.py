"""A published number, then and now: whatever happened in between, the causes add up to the difference."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from metrics.domain import dictionary, judging
from metrics.freezing import is_counted
from metrics.rebuild import rebuild
from metrics.schemas.restating import MovesOut, RestatementOut
from shared.contracts.views import client_v1, limit_v2, petition_v3, quarantine_v2, version_v1
from shared.domain.status import DossierStatus
from shared.runtime.database import transaction
from support.metrics_world import (
    World,
    a_client,
    a_dossier,
    a_procedure,
    again,
    agency_v1,
    an_agency,
    any_dossiers,
    decision_v1,
    procedure_v1,
)

FORM = {"kind": "form", "id": "II.06a", "agency": "H24", "period": "2024"}
EVERY = [figure.id for figure in dictionary.FIGURES.values() if is_counted(figure) and figure.needs <= {"agency"}]
FIGURES = {"kind": "figure", "id": EVERY, "agency": "H24.99", "period": "2024"}
COMMUNE = {
    "kind": "figure",
    "id": ["dossiers_resolved", "resolution_rate"],
    "agency": "H24.99",
    "period": "2024",
    "filters": {"level": "COMMUNE"},
}
RESTARTED = {
    "kind": "figure",
    "id": ["on_time_rate_resolved", "dossiers_pending_overdue"],
    "agency": "H24",
    "period": "2024",
    "filters": {"policy": "RESTART"},
}
LATER = datetime(2025, 1, 1, tzinfo=UTC)
REPORT = {"kind": "report", "id": "annual-report", "agency": "H24", "period": "2024"}
INDEX = {"kind": "form", "id": "766", "agency": "H24", "period": "2024"}
ONE = {"kind": "figure", "id": ["dossiers_resolved_early", "on_time_rate_resolved"], "agency": "H24", "period": "2024"}


async def publish(client: httpx.AsyncClient, asked: dict[str, Any]) -> int:
    answer = await client.post("/v1/publications", json=asked)
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["publication"]["number"]
    return number


async def restated(client: httpx.AsyncClient, number: int, **asked: object) -> dict[str, Any]:
    answer = await client.get(f"/v1/publications/{number}/restatement", params=asked)  # type: ignore[arg-type]  # texts
    assert answer.status_code == 200, answer.text
    RestatementOut.model_validate_json(answer.content)
    body: dict[str, Any] = answer.json()
    closes(body)
    return body


def closes(restatement: dict[str, Any]) -> None:
    """The books of every number close: to the integer above and below the line, to the digit of the value."""
    left = [o for o in restatement["figures"] if any(cause["cause"] == "unexplained" for cause in o["causes"])]
    assert restatement["explained"], left
    for one in restatement["figures"]:
        then, now = one["published"], one["now"]
        for part in ("numerator", "denominator"):
            if then[part] is not None:
                difference = now[part] - then[part]
                assert one["difference"][part] == difference == sum(cause[part] for cause in one["causes"]), one
        if then["value"] is not None and now["value"] is not None:
            moved = sum(Decimal(cause["value"]) for cause in one["causes"])
            assert Decimal(now["value"]) - Decimal(then["value"]) == moved == Decimal(one["difference"]["value"]), one


def causes_of(restatement: dict[str, Any], figure: str, row: str | None = None) -> dict[str, tuple[int, int]]:
    (one,) = [
        one
        for one in restatement["figures"]
        if (one["figure"], one["row"], one["scope"]["kind"]) == (figure, row, None)
    ]
    return {cause["cause"]: (cause["numerator"], cause["dossiers"]) for cause in one["causes"]}


async def every_move(client: httpx.AsyncClient, number: int, limit: int, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    parameters = {name: value for name, value in asked.items() if value is not None} | {"limit": limit}
    while True:
        answer = await client.get(f"/v1/publications/{number}/restatement/dossiers", params=parameters)
        assert answer.status_code == 200, answer.text
        MovesOut.model_validate_json(answer.content)
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        parameters["cursor"] = answer.json()["next"]


async def test_later_pages_of_moves_know_what_the_first_knew(world: World, client: httpx.AsyncClient) -> None:
    """Catalogue and calendar of now are newer here than those noted with the newest entry."""
    await world.page([a_dossier(1)])
    await world.project()
    number = await publish(client, ONE)
    await world.page([a_dossier(2), a_dossier(3)])
    await world.project()
    async with transaction(world.engine) as connection:
        await connection.execute(version_v1.update().values(change=6, calendar=3))
    path = f"/v1/publications/{number}/restatement/dossiers"
    asked: dict[str, Any] = {"figure": "dossiers_resolved_early", "limit": 1}
    first = (await client.get(path, params=asked)).json()
    second = (await client.get(path, params=asked | {"cursor": first["next"]})).json()
    assert (first["as_of"]["catalogue"], first["as_of"]["calendar"]) == (6, 3)
    assert second["as_of"] == first["as_of"]
    assert [len(page["items"]) for page in (first, second)] == [1, 1]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_the_causes_add_up_for_every_number(
    world: World, client: httpx.AsyncClient, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    known = any_dossiers(seed, 150)
    levels = [["COMMUNE"], ["PROVINCIAL_DEPARTMENT"], ["COMMUNE", "PROVINCIAL_DEPARTMENT"]]
    await world.add(
        procedure_v1, *(a_procedure(n, levels=levels[n % 3], fee_bearing=n % 2 == 0, change_to=6) for n in range(6))
    )
    await world.add(
        procedure_v1, *(a_procedure(n, levels=levels[n % 2], fee_bearing=n < 4, change_from=6) for n in range(5))
    )
    await world.add(
        agency_v1,
        an_agency("H24", "UBND thành phố", level="PROVINCE_PEOPLES_COMMITTEE"),
        an_agency("H24.99", "Sở", level="PROVINCIAL_DEPARTMENT", change_to=6),
        an_agency("H24.99", "Phường", level="COMMUNE", change_from=6),
        an_agency("H24.100", "Xã", level="COMMUNE"),
    )
    await world.page(known)
    await world.project()
    numbers = [await publish(client, asked) for asked in (FORM, FIGURES, COMMUNE, RESTARTED, REPORT, INDEX)]
    numbers += [await publish(client, FORM | {"id": form}) for form in ("II.06b", "II.06c")]
    sources = Counter[str]()
    for page in range(6):
        touched = dice.sample(known, 25)
        versions = []
        for one in touched:
            sources[one.code] += dice.choice([0, 1, 1])  # now and then the same bytes, read otherwise
            field = dice.choice([one.field, one.field, "F0", "F9"])
            later = replace(again(dice, one), source=sources[one.code], field=field)
            versions.append(later)
        late = [replace(one, code=f"L-{page}-{one.code}") for one in any_dossiers(100 * seed + page, 20)]
        known = [*known, *late]
        await world.page([*versions, *late])
        await world.project()
    async with transaction(world.engine) as connection:
        await connection.execute(version_v1.update().values(change=6, calendar=3))
    seen = set[str]()
    for number in numbers:
        restatement = await restated(client, number)
        assert (restatement["now"]["as_of"]["entry"], restatement["published"]["as_of"]["entry"]) == (7, 1)
        seen |= {cause["cause"] for one in restatement["figures"] for cause in one["causes"]}
        earlier = await restated(client, number, as_of=4)
        assert earlier["now"]["as_of"]["entry"] == 4
        nothing = await restated(client, number, as_of=1)
        assert all(one["difference"]["numerator"] == 0 for one in nothing["figures"])
    assert {"late_arrival", "mapping", "upstream_correction", "upstream_deletion", "catalogue"} <= seen
    samples = [
        (number, one)
        for number, many in ((numbers[0], 4), (numbers[-2], 2), (numbers[-1], 2))
        for one in dice.sample([one for one in (await restated(client, number))["figures"] if one["causes"]], many)
    ]
    for number, one in samples:
        booked = Counter[str]()
        dossiers = set[tuple[str, str]]()
        moves = await every_move(client, number, 7, figure=one["figure"], row=one["row"])
        for move in moves:
            booked[move["cause"]] += move["numerator"]
            dossiers.add((move["cause"], move["dossier_code"]))
        for cause in one["causes"]:
            if cause["cause"] == "catalogue" and number == numbers[-1]:
                continue  # that an agency has another level now moved no dossier
            assert booked[cause["cause"]] == cause["numerator"]
            assert sum(named == cause["cause"] for named, _ in dossiers) == cause["dossiers"]
        whole = await every_move(client, number, 1000, figure=one["figure"], row=one["row"])
        assert moves == whole


async def test_each_thing_that_happens_to_a_dossier_is_told_by_its_name(
    world: World, client: httpx.AsyncClient
) -> None:
    dossiers = [a_dossier(number) for number in range(1, 9)]
    await world.page(dossiers)
    await world.page([])
    await world.add(quarantine_v2, _aside(1, dossiers[7].code.replace("0008", "0010"), closed=4))
    await world.project()
    number = await publish(client, ONE)
    late = {"ended_on": date(2024, 4, 2), "modified_on": date(2024, 4, 2)}
    corrected, deleted, remapped, both = dossiers[:4]
    await world.page(
        [
            replace(corrected, facts=replace(corrected.facts, **late), source=1),
            replace(deleted, facts=replace(deleted.facts, gone=True)),
            replace(remapped, facts=replace(remapped.facts, status=DossierStatus.PROCESSING, ended_on=None)),
            replace(both, facts=replace(both.facts, **late), source=1),
            a_dossier(9),
        ]
    )
    await world.page([a_dossier(10), replace(both, facts=replace(both.facts, gone=True), source=1)])
    await world.project()
    restatement = await restated(client, number)
    assert causes_of(restatement, "dossiers_resolved_early") == {
        "quarantine": (1, 1),
        "late_arrival": (1, 1),
        "upstream_deletion": (-1, 1),
        "mapping": (-1, 1),
        "upstream_correction": (-2, 2),
    }
    (rate,) = [one for one in restatement["figures"] if one["figure"] == "on_time_rate_resolved"]
    assert (rate["published"]["numerator"], rate["published"]["denominator"]) == (8, 8)
    assert (rate["now"]["numerator"], rate["now"]["denominator"]) == (6, 7)
    moves = await every_move(client, number, 100, figure="on_time_rate_resolved")
    assert [(one["dossier_code"][-2:], one["cause"], one["numerator"], one["denominator"]) for one in moves] == [
        ("01", "upstream_correction", -1, 0),
        ("02", "upstream_deletion", -1, -1),
        ("03", "mapping", -1, -1),
        ("04", "upstream_correction", -1, 0),
        ("04", "upstream_deletion", 0, -1),  # it was late already: what is deleted is a late one
        ("09", "late_arrival", 1, 1),
        ("10", "quarantine", 1, 1),
    ]
    only = await every_move(client, number, 1, figure="on_time_rate_resolved", cause="upstream_deletion")
    assert [one["dossier_code"][-2:] for one in only] == ["02", "04"]


def _aside(number: int, code: str, *, closed: int) -> dict[str, Any]:
    return {
        "id": number,
        "feed": "haiphong-igate/dossiers",
        "source_key": code,
        "agency_code": "H24.99",
        "procedure_code": None,
        "received_on": None,
        "reason": "date_unreadable",
        "opened_entry": 2,
        "closed_entry": closed,
    }


async def test_our_own_due_day_moves_by_the_calendar_or_by_the_procedures_limit(
    world: World, client: httpx.AsyncClient
) -> None:
    days = {"due_on": None, "statutory_due_on": date(2024, 3, 20)}
    first, second = a_dossier(1, **days), a_dossier(2, **days, procedure="1.000002")
    await world.page([first, second])
    await world.project()
    number = await publish(client, ONE)
    limit = {
        "agency_code": "H24",
        "procedure_code": "1.000002",
        "suffix": "",
        "channel": 2,
        "case_name": "",
        "quantity": 5,
        "unit": "WORKING_DAYS",
        "change_from": 6,
        "change_to": None,
    }
    await world.add(limit_v2, limit)
    async with transaction(world.engine) as connection:
        await connection.execute(version_v1.update().values(change=6, calendar=3))
    earlier = {"statutory_due_on": date(2024, 3, 18)}
    await world.page([replace(one, facts=replace(one.facts, **earlier)) for one in (first, second)])
    await world.project()
    assert causes_of(await restated(client, number), "dossiers_resolved_early") == {
        "calendar": (-1, 1),
        "catalogue": (-1, 1),
    }


async def test_a_dossier_that_moves_to_another_agency_leaves_the_one_and_reaches_the_other(
    world: World, client: httpx.AsyncClient
) -> None:
    here = a_dossier(1, agency="H24.99")
    await world.page([here, a_dossier(2, agency="H24.100")])
    await world.project()
    numbers = {agency: await publish(client, ONE | {"agency": agency}) for agency in ("H24", "H24.99", "H24.100")}
    await world.page([replace(here, agency="H24.100", source=1)])
    await world.project()
    for agency, moved in (
        ("H24", {}),
        ("H24.99", {"upstream_correction": (-1, 1)}),
        ("H24.100", {"upstream_correction": (1, 1)}),
    ):
        assert causes_of(await restated(client, numbers[agency]), "dossiers_resolved_early") == moved, agency


async def test_another_rule_on_the_same_facts_is_the_formulas_doing(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.page([a_dossier(number) for number in range(3)] + [a_dossier(3, ended_on=date(2024, 3, 25))])
    await world.project()
    number = await publish(client, ONE)
    await world.page([a_dossier(4)])
    await world.project()
    old = judging._outcome

    def generous(*given: Any) -> Any:
        found = old(*given)
        return judging.Timeliness.EARLY if found is judging.Timeliness.LATE else found

    monkeypatch.setattr(judging, "_outcome", generous)
    for module in ("metrics.domain.judging", "metrics.rebuild", "metrics.projector", "metrics.restatement"):
        monkeypatch.setattr(f"{module}.RULE", "next")
    monkeypatch.setattr("metrics.proving.RULE", "next")
    await rebuild(world.engine)
    restatement = await restated(client, number)
    assert causes_of(restatement, "dossiers_resolved_early") == {"formula": (1, 0), "late_arrival": (1, 1)}
    causes = restatement["figures"][0]["causes"]
    said = {one["cause"]: (one["dossiers"], one["unlisted"]) for one in causes}
    assert said == {"formula": (0, "old_judgements_not_kept"), "late_arrival": (1, None)}
    verified = (await client.get(f"/v1/publications/{number}/verify")).json()
    assert verified["valid"]
    assert [one["ok"] for one in verified["checks"] if one["check"] == "figures"] == [None]


async def test_what_an_insider_edits_is_left_unexplained_and_never_spread(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.page([a_dossier(number) for number in range(3)])
    await world.project()
    number = await publish(client, ONE)
    await world.page([a_dossier(4)])
    await world.project()
    async with transaction(world.engine) as connection:
        await connection.execute(text("update metrics.fact set outcome = 3 where dossier_code like '%0001'"))
    answer = (await client.get(f"/v1/publications/{number}/restatement")).json()
    assert not answer["explained"]
    assert causes_of(answer, "dossiers_resolved_early") == {"late_arrival": (1, 1), "unexplained": (-1, 0)}


async def test_catalogue_figures_petitions_and_entered_numbers_have_causes_of_their_own(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    await world.add(procedure_v1, a_procedure(1), a_procedure(2, change_to=6), a_procedure(3, change_from=6))
    await world.add(procedure_v1, a_procedure(4, change_from=6))
    signed = {"agency_code": "H24", "number": "1/QĐ", "kinds": ["NEW"], "signed_on": date(2024, 5, 2)}
    await world.add(
        decision_v1, signed | {"effective_on": None, "posted_on": None, "change_from": 6, "change_to": None}
    )
    asked = {"agency": "H24", "period": "2024", "unit": "visits", "source": "Báo cáo"}
    await client.put("/v1/indicators/site_daily_visits", json=asked | {"value": 5000})
    number = await publish(client, REPORT)
    async with transaction(world.engine) as connection:
        await connection.execute(version_v1.update().values(change=6))
    petition = {"petition_code": "P1", "agency_code": "H24", "subject": None, "received_on": date(2024, 6, 1)}
    await world.add(petition_v3, petition | {"due_on": None, "resolved_on": None, "known_from": LATER})
    await client.put("/v1/indicators/site_daily_visits", json=asked | {"value": 5200})
    restatement = await restated(client, number)
    assert causes_of(restatement, "procedures_total") == {"catalogue": (1, 0)}
    assert causes_of(restatement, "publication_decisions") == {"catalogue": (1, 0)}
    petitions = [one for one in restatement["figures"] if one["figure"] == "pakn_received"]
    assert petitions
    assert all(causes_of(restatement, one["figure"]) == {"late_arrival": (1, 1)} for one in petitions)
    (entered,) = restatement["indicators"]
    assert (entered["published"], entered["now"], entered["revision"]) == ("5000", "5200", 2)
    verified = (await client.get(f"/v1/publications/{number}/verify")).json()
    assert verified["valid"], verified


PETITIONS = {
    "kind": "figure",
    "id": ["pakn_received", "pakn_resolved", "pakn_on_time_rate", "pakn_satisfaction_rate", "tt01_2018_index_8"],
    "agency": "H24",
    "period": "2024",
}


def a_petition(code: str, at: datetime, **changes: Any) -> dict[str, Any]:
    row = {
        "petition_code": code,
        "agency_code": "H24.99",
        "subject": None,
        "received_on": date(2024, 6, 1),
        "due_on": date(2024, 6, 20),
        "resolved_on": None,
        "known_from": at,
        "known_to": None,
    }
    return row | changes


async def told(world: World, *rows: dict[str, Any]) -> None:
    """Imports versions of petitions: what was known of each before ends there."""
    async with transaction(world.engine) as connection:
        for row in rows:
            before = petition_v3.c.petition_code == row["petition_code"], petition_v3.c.known_to.is_(None)
            await connection.execute(petition_v3.update().where(*before).values(known_to=row["known_from"]))
            await connection.execute(petition_v3.insert(), [row])


async def test_petitions_are_frozen_and_restated_by_cause_like_dossiers(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    resolved = {"resolved_on": date(2024, 6, 10)}
    await told(world, a_petition("P1", LATER), a_petition("P2", LATER, **resolved), a_petition("P3", LATER, **resolved))
    number = await publish(client, PETITIONS)
    said = (await client.get(f"/v1/publications/{number}")).json()["publication"]["statement"]
    assert datetime.fromisoformat(said["imported_until"]) == LATER
    assert [one["numerator"] for one in said["figures"]] == [3, 2, 2, 0, 0]
    day = timedelta(days=1)
    await told(world, a_petition("P1", LATER + day, **resolved), a_petition("P4", LATER + day))
    await told(world, a_petition("P3", LATER + 2 * day, agency_code="H26.15"))
    verified = (await client.get(f"/v1/publications/{number}/verify")).json()
    assert verified["valid"], verified
    assert all(check.get("detail") is None for check in verified["checks"])
    restatement = await restated(client, number)
    assert causes_of(restatement, "pakn_received") == {"late_arrival": (1, 1), "upstream_correction": (-1, 1)}
    assert causes_of(restatement, "pakn_resolved") == {"upstream_correction": (0, 2)}
    # P4 is open after its due day: it stands below the line only.
    assert causes_of(restatement, "pakn_on_time_rate") == {"late_arrival": (0, 1), "upstream_correction": (0, 2)}
    steps = await every_move(client, number, 1, figure="pakn_received")
    assert [(one["petition_code"], one["dossier_code"], one["entry"], one["cause"]) for one in steps] == [
        ("P3", None, None, "upstream_correction"),
        ("P4", None, None, "late_arrival"),
    ]
    before = await restated(client, number, as_of=(LATER + day).isoformat())
    assert causes_of(before, "pakn_received") == {"late_arrival": (1, 1)}
    nothing = await restated(client, number, as_of=LATER.isoformat())
    assert all(not one["causes"] for one in nothing["figures"])


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_a_list_of_petitions_tells_the_causes_add_up(
    world: World, client: httpx.AsyncClient, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    await world.page([a_dossier(1)])
    await world.project()

    def any_petition(at: datetime) -> dict[str, Any]:
        days = [date(2023, 11, 1) + timedelta(days=dice.randrange(420)) for _ in range(3)]
        more = {
            "likes": dice.choice([None, 0, 2]),
            "dislikes": dice.choice([None, 1]),
            "repeated": dice.choice([None, False]),
        }
        return a_petition(
            f"P{dice.randrange(40):02}",
            at,
            agency_code=dice.choice(["H24", "H24.99", "H24.99", "H240.01", "H26.15"]),
            received_on=days[0],
            due_on=dice.choice([None, days[1]]),
            resolved_on=dice.choice([None, days[2]]),
            **more,
        )

    for hour in range(40):
        await told(world, any_petition(LATER + timedelta(hours=hour)))
    number = await publish(client, PETITIONS)
    for hour in range(40, 90):
        await told(world, any_petition(LATER + timedelta(hours=hour)))
    assert (await client.get(f"/v1/publications/{number}/verify")).json()["valid"]
    restatement = await restated(client, number)
    moved = 0
    for one in restatement["figures"]:
        if one["figure"] == "tt01_2018_index_8":
            assert {cause["cause"] for cause in one["causes"]} <= {"records"}
            continue
        steps = await every_move(client, number, 3, figure=one["figure"])
        for part in ("numerator", "denominator"):
            if one["difference"][part] is not None:
                assert sum(step[part] for step in steps) == one["difference"][part]
        moved += len(steps)
    assert moved


async def test_a_restatement_looks_forward_only_and_lineage_is_the_agencys_own(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(client_v1, a_client("mtc_h2499", ["lineage:read"], agency="H24.99"))
    await world.page([a_dossier(1)])
    await world.page([a_dossier(2)])
    await world.project()
    number = await publish(client, ONE)
    path = f"/v1/publications/{number}/restatement"
    for as_of in ("1", "3", "x", datetime(2024, 1, 1, 1, 30, tzinfo=UTC).isoformat()):
        refused = await client.get(path, params={"as_of": as_of})
        assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "as_of"), as_of
    other = {"Authorization": "Bearer mtc_h2499"}
    asked = {"figure": "dossiers_resolved_early"}
    assert (await client.get(f"{path}/dossiers", params=asked, headers=other)).status_code == 404
    assert (await client.get(f"{path}/dossiers", params=asked, headers={"Authorization": ""})).status_code == 401
    assert (await client.get(f"{path}/dossiers", params=asked)).json()["items"] == []
    assert (await client.get(f"{path}/dossiers", params={"figure": "no_such"})).status_code == 404
    wrong = await client.get(f"{path}/dossiers", params=asked | {"cursor": "AAAA"})
    assert (wrong.status_code, wrong.json()["failed_check"]) == (400, "cursor-invalid")
    for unknown in ("9", "x"):
        assert (await client.get(f"/v1/publications/{unknown}/restatement")).status_code == 404
