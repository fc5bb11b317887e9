"""The annual report over HTTP: records, entered numbers and decisions together, and what is missing said so."""

from datetime import date
from typing import Any

import httpx
import pytest

from integration.metrics.test_forms import MAGIC, words_of
from metrics.reports import FORMATS
from metrics.schemas.papers import AnnualReportOut
from support.metrics_world import World, a_dossier, a_procedure, agency_v1, an_agency, decision_v1, procedure_v1

YEAR = {"agency": "H24.99", "period": "2024"}
PATH = "/v1/forms/annual-report"


def a_decision(number: str, *kinds: str, signed_on: date, **changes: Any) -> dict[str, Any]:
    row = {
        "agency_code": "H24.99",
        "number": number,
        "kinds": list(kinds),
        "signed_on": signed_on,
        "effective_on": signed_on,
        "posted_on": None,
        "change_from": 1,
        "change_to": None,
    }
    return row | changes


@pytest.fixture
async def office(world: World, client: httpx.AsyncClient) -> World:
    """A department with dossiers, a catalogue, two decisions, and a number it printed otherwise than its records."""
    await world.add(agency_v1, an_agency("H24.99", "Sở Giáo dục và Đào tạo"), an_agency("H24", "UBND thành phố"))
    await world.add(procedure_v1, *(a_procedure(number, online_level="FULL") for number in range(3)))
    await world.add(
        decision_v1,
        a_decision("62/QĐ-UBND", "NEW", signed_on=date(2024, 1, 10)),
        a_decision("4502/QĐ-UBND", "NEW", "ABOLISHED", signed_on=date(2024, 12, 2), posted_on=date(2024, 12, 5)),
        a_decision("9/QĐ-UBND", "NEW", signed_on=date(2023, 1, 9)),
    )
    await world.page([a_dossier(number) for number in range(4)])
    await world.project()
    for indicator, value, unit in (
        ("dossiers_received_in_period", 5, "dossiers"),
        ("dossiers_resolved", 4, "dossiers"),
        ("digitised_rate_reported", 98.97, "percent"),
        ("initiatives_count", 4, "initiatives"),
    ):
        body = {**YEAR, "value": value, "unit": unit, "source": "Báo cáo năm 2024"}
        assert (await client.put(f"/v1/indicators/{indicator}", json=body)).status_code == 201
    return world


def lines_of(report: AnnualReportOut, figure: str) -> list[tuple[str | None, str]]:
    every = [line for section in report.sections for line in section.lines]
    return [(line.value, line.kind) for line in every if line.figure == figure]


async def asked(client: httpx.AsyncClient, **parameters: str) -> AnnualReportOut:
    response = await client.get(PATH, params=YEAR | parameters)
    assert response.status_code == 200, response.text
    return AnnualReportOut.model_validate_json(response.content)


async def test_a_number_printed_otherwise_than_the_records_stands_beside_them(
    office: World, client: httpx.AsyncClient
) -> None:
    report = await asked(client)
    assert lines_of(report, "dossiers_received_in_period") == [("5", "hand_entered"), ("4", "computed")]
    assert lines_of(report, "dossiers_resolved") == [("4", "computed")]
    assert lines_of(report, "digitised_rate_reported") == [("98.97", "hand_entered")]


async def test_the_computed_numbers_are_those_of_the_figures(office: World, client: httpx.AsyncClient) -> None:
    report = await asked(client)
    for section in report.sections:
        for line in section.lines:
            if line.kind == "computed" and line.figure and "/" not in line.figure:
                answer = (await client.get(f"/v1/figures/{line.figure}/value", params=YEAR)).json()
                whole = answer["denominator"]
                assert (line.numerator, line.denominator) == (answer["numerator"] if whole else None, whole)
                assert whole or line.value == answer["value"], line.figure


async def test_what_nobody_gave_is_missing_and_never_0(office: World, client: httpx.AsyncClient) -> None:
    report = await asked(client)
    assert lines_of(report, "site_daily_visits") == [(None, "missing")]
    assert {"site_daily_visits", "pakn_received", "electronic_result_rate"} <= set(report.missing)
    assert "initiatives_count" not in report.missing
    (sentence,) = [words.vi for section in report.sections if section.number == "II.5" for words in section.paragraphs]
    assert "chưa có số liệu" in sentence


async def test_a_catalogue_that_was_never_synced_says_nothing(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    report = await asked(client)
    assert lines_of(report, "procedures_total") == [(None, "missing")]
    assert lines_of(report, "publication_decisions") == [(None, "missing")]
    assert lines_of(report, "dossiers_total_handled") == [("1", "computed")]


async def test_the_decisions_of_the_period_are_listed_in_order(office: World, client: httpx.AsyncClient) -> None:
    report = await asked(client)
    assert [(one.number, one.kinds) for one in report.decisions] == [
        ("62/QĐ-UBND", ["NEW"]),
        ("4502/QĐ-UBND", ["NEW", "ABOLISHED"]),
    ]
    assert lines_of(report, "publication_decisions/NEW") == [("2", "computed")]
    assert lines_of(report, "publication_decisions/AMENDED") == [("0", "computed")]


async def test_the_report_can_be_had_again_as_it_was(office: World, client: httpx.AsyncClient) -> None:
    before = await asked(client)
    await office.page([a_dossier(number) for number in range(10, 15)])
    await office.project()
    body = {**YEAR, "value": 9, "unit": "initiatives", "source": "Đính chính"}
    await client.put("/v1/indicators/initiatives_count", json=body)
    now = await asked(client)
    assert lines_of(now, "initiatives_count") == [("9", "hand_entered")]
    pinned = {"as_of": str(before.as_of.entry), "as_of_indicators": str(before.as_of_indicators)}
    assert before.as_of.imports is not None
    pinned["as_of_imports"] = before.as_of.imports.isoformat()
    again = await asked(client, **pinned, as_of_catalogue=str(before.as_of.catalogue))
    assert lines_of(again, "initiatives_count") == [("4", "hand_entered")]
    assert lines_of(again, "dossiers_total_handled") == lines_of(before, "dossiers_total_handled")
    assert again.as_of == before.as_of


async def test_a_withdrawn_number_is_missing_again(office: World, client: httpx.AsyncClient) -> None:
    body = {**YEAR, "value": None, "unit": "initiatives", "source": "Rút lại"}
    await client.put("/v1/indicators/initiatives_count", json=body)
    assert lines_of(await asked(client), "initiatives_count") == [(None, "missing")]


@pytest.mark.parametrize("format_", ["docx", "pdf", "xlsx"])
async def test_the_report_is_a_file_with_its_own_type_and_name(
    office: World, client: httpx.AsyncClient, format_: str
) -> None:
    response = await client.get(PATH, params=YEAR | {"format": format_})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == FORMATS[format_]
    assert f"annual-report_H24.99_2024-01-01_2024-12-31_vi.{format_}" in response.headers["content-disposition"]
    assert response.content.startswith(MAGIC[format_])
    held = {"If-None-Match": response.headers["etag"]}
    assert (await client.get(PATH, params=YEAR | {"format": format_}, headers=held)).status_code == 304


async def test_the_draft_reads_as_a_clerk_would_write_it(office: World, client: httpx.AsyncClient) -> None:
    words = words_of((await client.get(PATH, params=YEAR | {"format": "docx"})).content)
    assert "SỞ GIÁO DỤC VÀ ĐÀO TẠO" in words.replace("\u00a0", " ")
    assert "4502/QĐ-UBND" in words
    assert "05/12/2024" in words
    assert "ban hành mới; bãi bỏ" in words
    assert "98,97" in words
    assert "source_" not in words
    english = words_of((await client.get(PATH, params=YEAR | {"format": "docx", "language": "en"})).content)
    assert "new; abolished" in english


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"format": "csv"}, "format"),
        ({"channel": "ONLINE"}, "channel"),
        ({"as_of_indicators": "5"}, "as_of_indicators"),
    ],
)
async def test_what_the_report_cannot_use_is_refused_by_name(
    client: httpx.AsyncClient, parameters: dict[str, str], named: str
) -> None:
    response = await client.get(PATH, params=YEAR | parameters)
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, named)
    assert (await client.get(PATH, params={"period": "2024"})).status_code == 422
    assert (await client.get(PATH, params=YEAR, headers={"Authorization": ""})).status_code == 401


async def test_the_charts_hold_what_was_received_month_by_month_and_online_services_by_level(
    office: World, client: httpx.AsyncClient
) -> None:
    report = await asked(client)
    charts = {chart.title.en: chart for section in report.sections for chart in section.charts}
    received = charts["Dossiers received over the period"]
    assert [bar.label.en for bar in received.bars] == [f"{month:02}/2024" for month in range(1, 13)]
    assert [bar.values for bar in received.bars] == [[4, 0] if month == 3 else [0, 0] for month in range(1, 13)]
    months = (await client.get("/v1/figures/dossiers_received_online/series", params=YEAR | {"by": "month"})).json()[
        "items"
    ]
    assert [bar.values[0] for bar in received.bars] == [item["numerator"] for item in months]
    services = charts["Online services by authority"]
    assert sum(bar.values[0] or 0 for bar in services.bars) >= 3
    regulatory = await asked(client, period="report-2024")
    (received,) = [chart for section in regulatory.sections for chart in section.charts if "received" in chart.title.en]
    assert received.bars[0].label.vi == "15–31/12/2023"
    assert received.bars[-1].label.vi == "01–14/12/2024"
