"""The what-if of time limits over HTTP, from dossiers as a portal told them."""

import csv
import io
import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from metrics.domain.dossier import DossierFacts
from metrics.domain.judging import judge
from metrics.domain.waiting import waits
from metrics.schemas.simplification import SimplificationOut, WayOut
from shared.contracts.views import calendar_v1, limit_v2, procedure_v1
from shared.domain.status import DossierStatus
from support.metrics_world import World, a_dossier, a_procedure, again, any_dossiers

PATH = "/v1/simplification"
FIRST = date(2022, 6, 1)


def days_of(revision: int = 1, *off: date) -> list[dict[str, Any]]:
    """Three years from June 2022, Monday to Friday worked, but for those off."""
    every = (FIRST + timedelta(days=n) for n in range(1_100))
    told = {"name": None, "source": "test", "provisional": False, "revision_from": revision, "revision_to": None}
    return [{"day": day, "working": day.weekday() < 5 and day not in off, **told} for day in every]


def a_limit(quantity: int | None, unit: str = "WORKING_DAY", **changes: Any) -> dict[str, Any]:
    row = {"agency_code": "H24", "procedure_code": "1.001612", "suffix": "", "channel": 2, "case_name": ""}
    return row | {"quantity": quantity, "unit": unit, "change_from": 1, "change_to": None} | changes


async def ask(client: httpx.AsyncClient, **parameters: str) -> SimplificationOut:
    response = await client.get(PATH, params={"agency": "H24", "period": "2024"} | parameters)
    assert response.status_code == 200, response.text
    return SimplificationOut.model_validate_json(response.content)


def took(number: int, day: int, **changes: Any) -> Any:
    """Received on Friday 1 March 2024 and ended on a day of March."""
    return a_dossier(number, ended_on=date(2024, 3, day), **changes)


def bars(way: WayOut) -> list[tuple[int, int]]:
    return [(bar.days, bar.count) for bar in way.distribution]


async def test_the_distribution_against_the_limit_and_how_far_it_could_be_cut(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(calendar_v1, *days_of(1, date(2024, 3, 4)))
    await world.add(limit_v2, a_limit(10), a_limit(20, agency_code="H26"), a_limit(3, change_to=4))
    await world.add(procedure_v1, a_procedure(1612, name="Cấp giấy phép"))
    asked = {"supplements": ((date(2024, 3, 5), date(2024, 3, 8)),)}
    every = [took(n, 5) for n in range(18)] + [took(18, 8), took(19, 22), took(20, 12, **asked)]
    every += [took(21, 12, status=DossierStatus.WITHDRAWN)]
    every += [took(22, 12, channel=1), a_dossier(23, ended_on=None, status=DossierStatus.PROCESSING)]
    every += [a_dossier(24, ended_on=None), a_dossier(25, status=DossierStatus.UNMAPPED, ended_on=None)]
    entry = await world.page(every)
    await world.project()
    page = await ask(client)
    (procedure,) = page.items
    assert (procedure.procedure, procedure.name, page.next) == ("1.001612", "Cấp giấy phép", None)
    direct, online = procedure.ways
    assert bars(online) == [(1, 18), (3, 1), (4, 1), (14, 1)], "4 March is off; the asked one waited three of seven"
    assert (online.dossiers, online.within_limit, online.least, online.median, online.most) == (21, 20, 1, 1, 14)
    assert online.limit.working_days == 10
    assert [(cut.share, cut.working_days, cut.on_time, cut.cut) for cut in online.cuts] == [
        (95, 4, 20, 6),
        (99, 14, 21, None),
        (100, 14, 21, None),
    ]
    assert (direct.channel, direct.limit.working_days, direct.limit.reason, direct.cuts) == (
        "DIRECT",
        None,
        "no_limit",
        [],
    )
    assert {each.reason: each.count for each in procedure.excluded} == {
        "withdrawn": 1, "no_limit": 1, "still_open": 1, "date_missing": 1, "status_unmapped": 1,
    }  # fmt: skip
    await world.page([took(n, 29) for n in range(18)])
    await world.project()
    assert bars((await ask(client)).items[0].ways[1])[0] == (3, 1)
    assert (await ask(client, as_of=str(entry))).items == page.items


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ([a_limit(5, "DAY")], "other_unit"),
        ([a_limit(None, "OTHER")], "other_unit"),
        ([a_limit(5, case_name="a"), a_limit(7, case_name="b")], "several_limits"),
        ([a_limit(5, channel=1)], "no_limit"),
        ([a_limit(5, agency_code="H26")], "no_limit"),
    ],
)
async def test_a_limit_that_cannot_be_cut_says_why_and_keeps_its_distribution(
    world: World, client: httpx.AsyncClient, limits: list[dict[str, Any]], reason: str
) -> None:
    await world.add(calendar_v1, *days_of())
    await world.add(limit_v2, *limits)
    await world.page([took(1, 5)])
    await world.project()
    (procedure,) = (await ask(client)).items
    (way,) = procedure.ways
    assert (way.limit.reason, way.limit.working_days, way.within_limit, way.cuts) == (reason, None, None, [])
    assert (bars(way), procedure.excluded[0].reason) == ([(2, 1)], reason)


async def test_the_nearest_catalogue_decides_and_agencies_with_other_limits_stand_apart(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(calendar_v1, *days_of())
    await world.add(limit_v2, a_limit(10), a_limit(4, agency_code="H24.99"))
    await world.page([took(1, 5), took(2, 5, agency="H24.99.01"), took(3, 5, agency="H24.100")])
    await world.project()
    ways = (await ask(client)).items[0].ways
    assert [(way.limit.working_days, way.dossiers) for way in ways] == [(4, 2), (10, 1)]


async def test_without_a_calendar_nothing_is_measured(world: World, client: httpx.AsyncClient) -> None:
    await world.page([took(1, 5)])
    await world.project()
    (procedure,) = (await ask(client)).items
    assert (procedure.ways, procedure.excluded[0].reason) == ([], "calendar_unknown")


@pytest.mark.parametrize("older", [False, True])
async def test_the_distribution_is_a_plain_recount(world: World, client: httpx.AsyncClient, *, older: bool) -> None:
    """Day by day over every version that was told: the grouping in the database must give the same bars."""
    dice = random.Random(11)  # noqa: S311 - a test's dice
    await world.add(calendar_v1, *days_of())
    told = any_dossiers(11, 150)
    entry = await world.page(told)
    if older:
        await world.page([again(dice, version) for version in told[:70]])
    await world.project()
    expected: dict[tuple[str, str], Counter[int]] = {}
    for version in told:
        if version.agency.split(".")[0] == "H24" and (days := _days(version.facts)) is not None:
            name = {2: "ONLINE", 3: "POSTAL"}.get(version.facts.channel or 1, "DIRECT")
            expected.setdefault((version.procedure, name), Counter())[days] += 1
    page = await ask(client, as_of=str(entry))
    found = {(one.procedure, way.channel): Counter(dict(bars(way))) for one in page.items for way in one.ways}
    assert found == expected
    assert sum(each.total() for each in found.values()) > 10


def _days(facts: DossierFacts) -> int | None:
    judged = judge(facts, None)
    end = judged.ended_on
    if judged.reason is not None or end is None or end.year != 2024 or judged.withdrawn:
        return None
    waited = {
        wait.begun + timedelta(days=n)
        for wait in waits(facts, judged.received_on, end)
        for n in range(1, ((wait.stop or end) - wait.begun).days + 1)
    }
    every = (judged.received_on + timedelta(days=n) for n in range(1, (end - judged.received_on).days + 1))
    return sum(day.weekday() < 5 and day not in waited for day in every)


async def test_pages_follow_one_another_as_of_the_first_and_the_file_is_whole(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(calendar_v1, *days_of())
    await world.add(limit_v2, *(a_limit(9, procedure_code=f"1.00000{n}") for n in range(5)))
    await world.add(procedure_v1, a_procedure(1, name="=1+1"))
    await world.page([took(n, 5, procedure=f"1.00000{n}") for n in range(5)])
    await world.project()
    first = await ask(client, limit="2")
    assert first.next is not None
    await world.page([took(n, 29, procedure="1.000003") for n in range(9, 12)])
    await world.project()
    second = await ask(client, limit="2", cursor=first.next)
    assert [one.procedure for one in (*first.items, *second.items)] == [f"1.00000{n}" for n in range(4)]
    assert (second.as_of, second.items[1].ways[0].dossiers) == (first.as_of, 1)
    response = await client.get(PATH, params={"agency": "H24", "period": "2024", "format": "csv"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["procedure"], row["dossiers"], row["cut_100"]) for row in rows[:2]] == [
        ("1.000000", "1", "7"),
        ("1.000001", "1", "7"),
    ]
    assert (rows[1]["name"], len(rows)) == ("'=1+1", 5)
    other = await client.get(PATH, params={"agency": "H24", "period": "2023", "cursor": first.next})
    assert (other.status_code, other.json()["failed_check"]) == (400, "cursor-invalid")


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [
        ({"agency": "H24"}, "period"),
        ({"period": "2024"}, "agency"),
        ({"agency": "H24", "period": "2024", "procedure": "x"}, "procedure"),
        ({"agency": "H24", "period": "2024", "limit": "501"}, "limit"),
        ({"agency": "H24", "period": "2024", "format": "pdf"}, "format"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(
    client: httpx.AsyncClient, parameters: dict[str, str], parameter: str
) -> None:
    response = await client.get(PATH, params=parameters)
    assert response.status_code == 422, response.text
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]
