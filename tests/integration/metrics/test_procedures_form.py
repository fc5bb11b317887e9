"""Form II.07b over HTTP: procedures by level from the catalogue, the rest as agencies enter it, silence never 0."""

import io
import json
from copy import deepcopy
from typing import Any

import httpx
import openpyxl
import pytest

from integration.metrics.test_forms import FILES, MAGIC, words_of
from metrics.domain.statement import contradictions
from metrics.schemas.served import ProcedureFormOut
from support.metrics_world import World, a_dossier, a_procedure, agency_v1, an_agency, procedure_v1

PATH = "/v1/forms/II.07b"
YEAR = {"agency": "H24", "period": "2024"}
DEPARTMENT, COMMUNE, DISTRICT = "PROVINCIAL_DEPARTMENT", "COMMUNE", "DISTRICT"


@pytest.fixture
async def province(world: World) -> World:
    """A province whose department decides seven procedures, one of them also in communes, one at no known level."""
    await world.add(
        agency_v1,
        an_agency("H24", "UBND thành phố"),
        an_agency("H24.99", "Sở Giáo dục"),
        an_agency("H24.100", "Phường"),
    )
    levels: list[list[str]] = [
        ["PROVINCE_PEOPLES_COMMITTEE"], [DEPARTMENT], [DEPARTMENT, "PROVINCE_PEOPLES_COMMITTEE"], [DISTRICT],
        [COMMUNE], [DEPARTMENT, COMMUNE], [],
    ]  # fmt: skip
    rows = [a_procedure(number, levels=at, agency_code="H24.99") for number, at in enumerate(levels)]
    same_again = a_procedure(4, levels=[COMMUNE], agency_code="H24.100")
    await world.add(procedure_v1, *rows, same_again)
    await world.page([a_dossier(1)])
    await world.project()
    return world


async def enter(client: httpx.AsyncClient, indicator: str, value: int | None, unit: str, agency: str = "H24") -> None:
    said = {**YEAR, "agency": agency, "value": value, "unit": unit, "source": "Báo cáo năm 2024"}
    answer = await client.put(f"/v1/indicators/{indicator}", json=said)
    assert answer.status_code in (200, 201), answer.text


async def form(client: httpx.AsyncClient, **asked: str) -> ProcedureFormOut:
    answer = await client.get(PATH, params=YEAR | asked)
    assert answer.status_code == 200, answer.text
    return ProcedureFormOut.model_validate_json(answer.content)


async def test_each_procedure_is_counted_once_in_all_and_at_each_level_that_decides_it(
    province: World, client: httpx.AsyncClient
) -> None:
    found = await form(client)
    assert [column.number for column in found.columns] == list(range(3, 15))
    assert {row.agency: row.values[:4] for row in found.rows} == {"H24.99": [7, 4, 1, 2], "H24.100": [1, 0, 0, 1]}
    assert found.total.values[:4] == [7, 4, 1, 2]
    assert (found.total.several_levels, found.total.no_level) == (1, 1)
    assert found.proof.numerator == 7
    for level, column in ((DISTRICT, 5), (COMMUNE, 6)):
        path = "/v1/figures/procedures_by_authority_level/value"
        figure = (await client.get(path, params=YEAR | {"level": level})).json()
        assert figure["numerator"] == found.total.values[column - 3]


async def test_the_district_s_columns_end_with_the_district_level(province: World, client: httpx.AsyncClient) -> None:
    found = await form(client, period="2025")
    assert [column.number for column in found.columns] == [3, 4, 6, 7, 8, 10, 11, 12, 14]
    assert found.total.values[:3] == [7, 4, 2]
    assert (found.total.several_levels, found.total.no_level) == (1, 2)
    assert len((await form(client, period="report-2025-Q1")).columns) == 12


async def test_what_nobody_entered_is_missing_and_what_was_entered_stands_as_it_is(
    province: World, client: httpx.AsyncClient
) -> None:
    assert (await form(client)).total.values[4:] == [None] * 8
    for level, value in (("province", 60), ("district", 30), ("commune", 0)):
        await enter(client, f"procedures_under_one_stop_{level}", value, "procedures")
    await enter(client, "internal_process_count", 50, "items")
    for level, value in (("province", 20), ("district", 20), ("commune", 20)):
        await enter(client, f"internal_process_count_{level}", value, "items")
    await enter(client, "internal_process_count", 9, "items", agency="H24.99")
    found = await form(client)
    assert found.total.values[4:] == [90, 60, 30, 0, 50, 20, 20, 20]
    own = {row.agency: row.values[4:] for row in found.rows}
    assert own["H24.99"] == [None, None, None, None, 9, None, None, None]
    words = words_of((await client.get(PATH, params=YEAR | {"format": "docx"})).content)
    assert "Tổng số: cột (11) đơn vị ghi 50, các cấp cộng lại là 60" in words
    assert "1 TTHC trong cột (3) chưa ghi cấp giải quyết" in words
    await enter(client, "procedures_under_one_stop_commune", None, "procedures")
    assert (await form(client)).total.values[4:8] == [None, 60, 30, None]
    earlier = await form(client, as_of_indicators=str(found.as_of_indicators))
    assert earlier.total.values == found.total.values


async def test_a_catalogue_that_was_never_synced_is_missing_and_not_0(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    found = await form(client)
    assert (found.rows, found.total.values) == ([], [None] * 12)
    sheet = openpyxl.load_workbook(io.BytesIO((await client.get(PATH, params=YEAR | {"format": "xlsx"})).content))[
        "II.07b"
    ]
    total = next(row for row in sheet.iter_rows(values_only=True) if row[1] == "Tổng số")
    assert total[2:] == ("chưa có số liệu",) * 12


@pytest.mark.parametrize("format_", FILES)
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_form_is_a_file_in_both_languages(
    province: World, client: httpx.AsyncClient, format_: str, language: str
) -> None:
    answer = await client.get(PATH, params=YEAR | {"format": format_, "language": language})
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(MAGIC[format_])
    if format_ == "docx":
        title = {"vi": "TỔNG HỢP SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH", "en": "NUMBER OF ADMINISTRATIVE PROCEDURES"}
        assert title[language] in words_of(answer.content)


@pytest.mark.parametrize(
    "asked", [{"agency": None}, {"as_of_indicators": "99"}, {"as_of_indicators": "x"}, {"format": "odt"}]
)
async def test_what_it_cannot_be_asked_is_refused_by_name(
    province: World, client: httpx.AsyncClient, asked: dict[str, Any]
) -> None:
    parameters = {name: value for name, value in (YEAR | asked).items() if value is not None}
    answer = await client.get(PATH, params=parameters)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["errors"][0]["parameter"] == next(iter(asked))


async def test_a_published_form_is_held_to_its_sums_without_a_database_and_restated(
    province: World, client: httpx.AsyncClient
) -> None:
    await enter(client, "procedures_under_one_stop", 5, "procedures")
    asked = {"kind": "form", "id": "II.07b", **YEAR, "format": "pdf"}
    published = await client.post("/v1/publications", json=asked)
    assert published.status_code == 201, published.text
    said = published.json()["publication"]["statement"]
    assert said["subject"]["as_of_indicators"] == 1
    assert contradictions(said) == []
    edits = [
        ("total", "values", 0), ("total", "values", 2), ("total", "values", 3), ("total", "several_levels", None),
        ("total", "no_level", None),
    ]  # fmt: skip
    for part, name, place in edits:
        forged = deepcopy(said)
        if place is None:
            forged["content"][part][name] += 1
        else:
            forged["content"][part][name][place] += 1
        assert contradictions(forged), (part, name, place)
    forged = json.loads(json.dumps(said).replace('"numerator": 7', '"numerator": 8', 1))
    assert contradictions(forged)
    await enter(client, "procedures_under_one_stop", 6, "procedures")
    assert (await client.get("/v1/publications/1/verify")).json()["valid"]
    restated = (await client.get("/v1/publications/1/restatement")).json()
    assert restated["explained"]
    (entered,) = restated["indicators"]
    assert (entered["indicator"], entered["published"], entered["now"]) == ("procedures_under_one_stop", "5", "6")
