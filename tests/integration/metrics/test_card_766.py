"""The QĐ 766 index over HTTP: scored where the records know, open where they do not, never 0 for silence."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from integration.metrics.test_annual_report import a_decision
from metrics.reports import FORMATS
from metrics.schemas.card import CriterionOut, Form766Out
from shared.domain.status import DossierStatus
from support.metrics_world import (
    World,
    a_dossier,
    a_procedure,
    agency_v1,
    an_agency,
    any_dossiers,
    calendar_v1,
    catalogue_feed_v2,
    decision_v1,
    decision_v2,
    petition_v3,
    procedure_v1,
    procedure_v2,
)

PATH = "/v1/forms/766"
YEAR = {"agency": "H24.99", "period": "2024"}
H24 = {"agency": "H24", "period": "2024"}


def days_of(first: date, last: date) -> list[dict[str, Any]]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    told = {"name": None, "source": "test", "provisional": False, "revision_from": 1, "revision_to": None}
    return [{"day": day, "working": day.weekday() < 5, **told} for day in days]


@pytest.fixture
async def province(world: World) -> World:
    """Two departments: one with four procedures, three of them online and two of these used; one without any."""
    await world.add(
        agency_v1,
        an_agency("H24", "UBND thành phố Hải Phòng", level="PROVINCE_PEOPLES_COMMITTEE"),
        an_agency("H24.99", "Sở Giáo dục và Đào tạo"),
        an_agency("H24.15", "Sở Nội vụ"),
    )
    levels = ["FULL", "PARTIAL", "PARTIAL", "NONE"]
    await world.add(procedure_v1, *(a_procedure(n, online_level=level) for n, level in enumerate(levels)))
    await world.add(calendar_v1, *days_of(date(2023, 10, 1), date(2025, 3, 31)))
    late = {"ended_on": date(2024, 3, 21)}
    await world.page(
        [
            a_dossier(1, procedure="1.000000"),
            a_dossier(2, procedure="1.000001"),
            a_dossier(3, procedure="1.000001", **late),
            a_dossier(4, procedure="1.000002", channel=1),
            a_dossier(5, procedure="1.000002", received_on=date(2023, 2, 1), ended_on=date(2023, 2, 2)),
        ]
    )
    await world.project()
    return world


async def asked(client: httpx.AsyncClient, parameters: dict[str, str]) -> Form766Out:
    response = await client.get(PATH, params=parameters)
    assert response.status_code == 200, response.text
    return Form766Out.model_validate_json(response.content)


def criterion(form: Form766Out, code: str) -> CriterionOut:
    return next(one for group in form.groups for one in group.criteria if one.code == code)


async def test_what_the_records_know_is_scored(province: World, client: httpx.AsyncClient) -> None:
    form = await asked(client, YEAR)
    scored = {
        code: (one.numerator, one.denominator, one.score)
        for code in ("DOSSIERS_ON_TIME", "ONLINE_COVERAGE", "ONLINE_SERVICES_WITH_DOSSIERS", "ONLINE_DOSSIERS")
        for one in [criterion(form, code)]
    }
    assert scored == {
        "DOSSIERS_ON_TIME": (3, 4, "15.00"),
        "ONLINE_COVERAGE": (3, 4, "1.88"),
        "ONLINE_SERVICES_WITH_DOSSIERS": (2, 3, "2.67"),
        "ONLINE_DOSSIERS": (3, 4, "6.00"),
    }
    assert (form.name, form.level, form.layout.variant) == ("Sở Giáo dục và Đào tạo", "PROVINCIAL_DEPARTMENT", "api")


async def test_what_they_do_not_know_is_open_and_never_0(province: World, client: httpx.AsyncClient) -> None:
    form = await asked(client, YEAR)
    for code in ("DOSSIER_SYNC", "ORIGINAL_RESULT_AVAILABLE", "PETITION_PROCESSING_ON_TIME"):
        one = criterion(form, code)
        assert (one.known, one.score, one.numerator, one.low, one.high) == (False, None, None, "0.00", one.maximum)
        assert [flag.flag for flag in one.flags] == ["no_data"]
    assert (form.score, form.printed) == (None, None)
    assert Decimal(form.low) < Decimal(form.high) < 100
    assert len(form.classes) > 1


async def test_what_portals_and_offices_tell_is_scored_and_the_silent_ones_widen_it(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(
        agency_v1,
        an_agency("H24", "UBND thành phố Hải Phòng", level="PROVINCE_PEOPLES_COMMITTEE"),
        an_agency("H24.99", "Sở Giáo dục và Đào tạo"),
        an_agency("H24.201", "UBND phường Hồng Bàng", level="COMMUNE"),
    )
    await world.add(procedure_v1, a_procedure(1, fee_bearing=True), a_procedure(2, fee_bearing=True))
    paid = {"fees": [["1", 50_000, None]], "paid_online": 2}
    whole = {"components": {"total": 1, "digitised": 1, "from_store": 0}, "results": {"total": 1, "files": 1}}
    await world.page(
        [
            a_dossier(1, procedure="1.000001", particulars=paid | whole | {"verified_account": True}),
            a_dossier(2, procedure="1.000001", particulars=paid | {"paid_online": 0, "results": {"files": 0}}),
            a_dossier(3, procedure="1.000002"),
            a_dossier(4, agency="H24.201", particulars=whole),
        ]
    )
    await world.project()
    petition = {"agency_code": "H24.99", "subject": "behaviour", "received_on": date(2024, 2, 1)}
    resolved = {"due_on": date(2024, 2, 20), "resolved_on": date(2024, 2, 20)}
    await world.add(petition_v3, petition | resolved | {"petition_code": "1"})
    entered = {"value": 3, "unit": "dossiers", "source": "Báo cáo", "agency": "H24.99", "period": "2024"}
    for indicator, number in (("dossiers_on_national_portal", 3), ("dossiers_in_national_report", 4)):
        await client.put(f"/v1/indicators/{indicator}", json=entered | {"value": number})
    form = await asked(client, YEAR)
    found = {
        one.code: (one.numerator, one.denominator, one.low, one.high) for group in form.groups for one in group.criteria
    }
    assert found["ORIGINAL_RESULT_AVAILABLE"] == (1, 2, "2.00", "4.00")
    assert found["SO_HOA_GIAY_TO_GIAI_QUYET"] == (1, 2, "1.33", "2.67")
    assert found["REUSED_DIGITIZED_DATA"] == (1, 1, "0.83", "2.00")
    assert found["CITIZEN_DATA_CONNECTED_DOSSIER"] == (1, 1, "0.67", "2.00")
    assert found["PAYMENT_DOSSIERS"] == (1, 2, "2.00", "4.00")
    assert found["PAYMENT_PROCEDURES_WITH_TRANSACTION"] == (1, 2, "1.25", "2.00")
    assert found["PETITION_PROCESSING_ON_TIME"] == (1, 1, "6.00", "6.00")
    assert found["DOSSIER_SYNC"] == (3, 4, "4.50", "4.50")
    assert found["CITIZEN_DATA_CONNECTED_FORMALITY"] == (None, None, "0.00", "2.00")
    document = await asked(client, YEAR | {"variant": "document"})
    assert criterion(document, "SO_HOA_GIAY_TO_GIAI_QUYET").low == "1.67"
    province = await asked(client, H24)
    assert criterion(province, "ORIGINAL_RESULT_AVAILABLE").denominator == 3
    below = {breakdown: await asked(client, H24 | {"breakdown": breakdown}) for breakdown in ("department", "commune")}
    assert [child.agency for child in below["department"].children] == ["H24.99"]
    assert [child.agency for child in below["commune"].children] == ["H24.201"]
    own = next(child for child in province.children if child.agency == "H24.99")
    assert (own.low, own.high) == (form.low, form.high)


async def test_a_criterion_is_the_figure_of_the_same_name(province: World, client: httpx.AsyncClient) -> None:
    await province.page(any_dossiers(7, 120))
    await province.project()
    for parameters in (YEAR, H24):
        form = await asked(client, parameters)
        for code in ("DOSSIERS_ON_TIME", "ONLINE_COVERAGE", "ONLINE_DOSSIERS"):
            one = criterion(form, code)
            answer = (await client.get(f"/v1/figures/{one.figure}/value", params=parameters)).json()
            assert (one.numerator, one.denominator) == (answer["numerator"], answer["denominator"]), code
            assert one.complete == answer["complete"]


async def test_a_child_is_what_is_answered_when_it_is_asked_for(province: World, client: httpx.AsyncClient) -> None:
    entry = await province.page(any_dossiers(7, 120))
    await province.project()
    for parameters in (H24, H24 | {"as_of": str(entry - 1)}):
        form = await asked(client, parameters)
        assert {"H24.15", "H24.99"} <= {child.agency for child in form.children}
        assert [child.agency for child in form.children] == sorted(child.agency for child in form.children)
        for child in form.children:
            own = await asked(client, parameters | {"agency": child.agency})
            assert (child.low, child.high, child.name) == (own.low, own.high, own.name)
            assert [(g.code, g.low, g.high) for g in child.groups] == [(g.code, g.low, g.high) for g in own.groups]


async def test_a_unit_without_procedures_of_its_own_is_not_scored_0_for_them(
    province: World, client: httpx.AsyncClient
) -> None:
    one = criterion(await asked(client, YEAR | {"agency": "H24.15"}), "ONLINE_COVERAGE")
    assert (one.known, one.low, one.high) == (False, "0.00", "2.00")


async def test_records_that_are_not_understood_widen_the_score(province: World, client: httpx.AsyncClient) -> None:
    await province.quarantine(1)
    await province.page([a_dossier(9, status=DossierStatus.UNMAPPED)])
    await province.project()
    one = criterion(await asked(client, YEAR), "DOSSIERS_ON_TIME")
    assert (one.numerator, one.denominator, one.score) == (3, 4, None)
    assert (one.low, one.high) == ("10.00", "16.67")
    assert (one.complete, one.printed) == (False, None)
    assert ("unknown_records", 2) in [(flag.flag, flag.count) for flag in one.flags]
    used = criterion(await asked(client, YEAR), "ONLINE_SERVICES_WITH_DOSSIERS")
    assert (used.low, used.high) == ("2.67", "4.00")


async def test_a_silent_feed_is_not_a_unit_without_dossiers(world: World, client: httpx.AsyncClient) -> None:
    one = criterion(await asked(client, {"agency": "H26", "period": "2024"}), "DOSSIERS_ON_TIME")
    assert (one.known, one.low, one.high) == (False, "0.00", "20.00")


async def test_the_posting_of_decisions_is_the_provinces_and_carried_by_its_units(
    province: World, client: httpx.AsyncClient
) -> None:
    await province.add(
        decision_v1,
        a_decision("62/QĐ-UBND", "NEW", signed_on=date(2024, 1, 10), posted_on=date(2024, 1, 17)),
        a_decision("3661/QĐ-UBND", "INTERNAL", signed_on=date(2024, 10, 18)),
    )
    for agency in ("H24", "H24.99", "H24.15"):
        one = criterion(await asked(client, YEAR | {"agency": agency}), "PUBLIC_UPDATE_ON_TIME")
        assert (one.numerator, one.denominator, one.score) == (1, 1, "4.00")
        assert ("counted_by_decision", 1) in [(flag.flag, flag.count) for flag in one.flags]
    await province.add(decision_v1, a_decision("99/QĐ-UBND", "AMENDED", signed_on=date(2024, 5, 6)))
    one = criterion(await asked(client, YEAR), "PUBLIC_UPDATE_ON_TIME")
    assert (one.score, one.low, one.high) == (None, "0.00", "4.00")


async def test_the_document_variant_is_selectable_and_says_so(province: World, client: httpx.AsyncClient) -> None:
    form = await asked(client, YEAR | {"variant": "document"})
    assert (form.layout.variant, form.layout.id) == ("document", "766-document-2026")
    assert criterion(form, "ONLINE_DOSSIERS").score is None


async def test_the_layout_of_2026_scores_what_is_known_of_it_and_lists_the_rest(
    province: World, client: httpx.AsyncClient
) -> None:
    form = await asked(client, {"agency": "H24.99", "period": "2026-08", "layout": "2026"})
    assert (form.layout.id, form.layout.edition, form.layout.variant) == ("766-sheet-2026", "2026", "sheet")
    assert form.layout.unknown
    assert [group.maximum for group in form.groups] == ["18.00", "20.00", "22.00", "12.00", "10.00", "18.00"]
    assert criterion(form, "DOSSIERS_ON_TIME").known
    for code in ("SHEET_DIGITISATION", "SHEET_FULL_ONLINE_DOSSIERS", "SHEET_SATISFACTION"):
        one = criterion(form, code)
        assert (one.known, one.low, one.high) == (False, "0.00", one.maximum)
    for parameters, named in (({"variant": "document"}, "variant"), ({"period": "2024"}, "period")):
        asking = {"agency": "H24.99", "period": "2026-08", "layout": "2026"} | parameters
        response = await client.get(PATH, params=asking)
        assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, named)


async def test_periods_the_rules_were_not_tried_on_are_flagged(province: World, client: httpx.AsyncClient) -> None:
    assert (await asked(client, YEAR)).flags == ["rules_extrapolated"]
    custom = {"agency": "H24.99", "from": "2023-11-15", "to": "2024-12-05"}
    assert (await asked(client, custom)).flags == ["period_not_of_766", "rules_extrapolated"]
    assert (await asked(client, YEAR | {"period": "2026-08"})).flags == []


async def test_the_sheet_holds_every_criterion_and_every_child(province: World, client: httpx.AsyncClient) -> None:
    form = await asked(client, H24)
    response = await client.get(PATH, params=H24 | {"format": "csv"})
    assert response.headers["content-type"] == FORMATS["csv"]
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    by_name = {row[1]: row for row in rows}
    for group in form.groups:
        assert by_name[group.name.vi.upper()][8] == group.maximum
        for one in group.criteria:
            row = by_name[one.name.vi]
            assert row[6:8] == [one.low, one.high]
            assert row[2] == ("chưa có số liệu" if one.numerator is None else str(one.numerator))
    assert by_name["Tổng điểm"][6:9] == [form.low, form.high, "100.00"]
    assert [row[0] for row in rows[-len(form.children) :]] == [child.agency for child in form.children]
    sheet = await client.get(PATH, params=H24 | {"format": "xlsx", "language": "en"})
    assert sheet.content.startswith(b"PK")
    assert "766_H24_2024-01-01_2024-12-31_en.xlsx" in sheet.headers["content-disposition"]


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"variant": "published"}, "variant"),
        ({"format": "pdf"}, "format"),
        ({"channel": "ONLINE"}, "channel"),
        ({"period": "2021"}, "period"),
    ],
)
async def test_what_the_index_cannot_use_is_refused_by_name(
    client: httpx.AsyncClient, parameters: dict[str, str], named: str
) -> None:
    response = await client.get(PATH, params=YEAR | parameters)
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, named)
    assert (await client.get(PATH, params={"period": "2024"})).status_code == 422
    assert (await client.get(PATH, params=YEAR, headers={"Authorization": ""})).status_code == 401


PAIRS = {
    "PUBLISH_ON_TIME": ("procedures_decided_on_time", 3, "procedures_decided", 4, "4.50"),
    "PUBLIC_CONTENT_FULL": ("procedures_public_in_full", 87, "procedures_public", 89, "1.96"),
    "PAYMENT_PROCEDURES_INTEGRATED": ("fee_procedures_integrated", 56, "fee_procedures", 310, "0.45"),
    "CITIZEN_DATA_CONNECTED_FORMALITY": ("procedures_with_citizen_data", 1, "procedures_for_citizen_data", 2, "1.00"),
}


async def put(client: httpx.AsyncClient, agency: str, indicator: str, number: int | None, **more: str) -> None:
    body = {"value": number, "unit": "procedures", "source": "Báo cáo", "agency": agency, "period": "2024"} | more
    response = await client.put(f"/v1/indicators/{indicator}", json=body)
    assert response.status_code in (200, 201), response.text


async def figure_of(client: httpx.AsyncClient, figure: str, parameters: dict[str, str]) -> dict[str, Any]:
    response = await client.get(f"/v1/figures/{figure}/value", params=parameters)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_what_no_portal_tells_is_scored_from_two_numbers_an_agency_enters(
    province: World, client: httpx.AsyncClient
) -> None:
    for above, most, below, cases, _ in PAIRS.values():
        for agency in ("H24", "H24.99"):
            await put(client, agency, above, most)
            assert not criterion(await asked(client, YEAR), next(c for c in PAIRS if PAIRS[c][0] == above)).known
        for agency in ("H24", "H24.99"):
            await put(client, agency, below, cases)
            if agency == "H24" and above.startswith(("fee", "procedures_with")):
                await put(client, agency, above, 0)  # the province's own is not its departments'
    form = await asked(client, YEAR)
    for code, (_, most, _, cases, points) in PAIRS.items():
        one = criterion(form, code)
        assert (one.numerator, one.denominator, one.score, one.complete) == (most, cases, points, False)
        assert ("hand_entered", None) in [(flag.flag, flag.count) for flag in one.flags]
        answer = await figure_of(client, one.figure, YEAR)
        assert (answer["numerator"], answer["denominator"], answer["complete"]) == (most, cases, False)
    assert criterion(await asked(client, H24), "PAYMENT_PROCEDURES_INTEGRATED").score == "0.00"
    assert criterion(await asked(client, YEAR | {"agency": "H24.15"}), "PUBLISH_ON_TIME").score == "4.50"
    assert not criterion(await asked(client, YEAR | {"agency": "H24.15"}), "PAYMENT_PROCEDURES_INTEGRATED").known
    await put(client, "H24", "procedures_decided", None)
    assert not criterion(await asked(client, YEAR), "PUBLISH_ON_TIME").known


COUNTED = {"missing_parts": [], "for_people": True, "fee_bearing": True}
CATALOGUE = {"feed": "national/procedures", "portal": "national", "kind": "procedures", "agency_code": "H24"}
FRESH = {"state": "fresh", "data_until": datetime(2030, 1, 1, tzinfo=UTC), "last_verdict": "succeeded"}


@pytest.fixture
async def counted(world: World) -> World:
    """Five procedures: whole and charged, whole and silent, in part, not told, and one for organisations only."""
    await world.add(agency_v1, an_agency("H24", "UBND thành phố"), an_agency("H24.99", "Sở Giáo dục và Đào tạo"))
    await world.add(catalogue_feed_v2, CATALOGUE | FRESH | {"quarantined": 0, "reason": None})
    unread = {"missing_parts": None, "for_people": None}
    changes = [{}, {}, {"missing_parts": ["limit"]}, unread | {"fee_bearing": None}, {"for_people": False}]
    rows = [a_procedure(number, **(COUNTED | change)) for number, change in enumerate(changes)]
    await world.add(procedure_v2, *rows, rows[2] | {"agency_code": "H24", "missing_parts": None})
    paid = {"fees": [["1", 50_000, None]], "paid_online": 0, "verified_account": True}
    free = {"fees": [["1", 0, None]], "paid_online": 0, "verified_account": False, "databases": []}
    await world.page(
        [
            a_dossier(1, procedure="1.000000", particulars=paid),
            a_dossier(2, procedure="1.000000", particulars=free),
            a_dossier(3, procedure="1.000001"),
            a_dossier(4, procedure="1.000002", particulars=free),
            a_dossier(5, procedure="1.000004", particulars=paid),
            a_dossier(6, procedure="1.000002", particulars=paid, received_on=date(2023, 2, 1)),
        ]
    )
    await world.project()
    return world


async def test_criteria_of_procedures_are_counted_and_what_was_entered_stands_beside_them(
    counted: World, client: httpx.AsyncClient
) -> None:
    for above, most, below, cases, _ in PAIRS.values():
        for agency in ("H24", "H24.99"):
            await put(client, agency, above, most)
            await put(client, agency, below, cases)
    form = await asked(client, YEAR)
    # 1.3: 3 whole, 1 not, 1 nobody tells. 3.5: 2 charged, 1 free, 1 silent, 1 whose fee is not told. 4.5 leaves out
    # what is for organisations: 1 connected, 1 not, 1 silent, 1 nobody knows whom it is for.
    expected = {
        "PUBLIC_CONTENT_FULL": (3, 4, "1.20", "1.60"),
        "PAYMENT_PROCEDURES_INTEGRATED": (2, 3, "1.00", "2.00"),
        "CITIZEN_DATA_CONNECTED_FORMALITY": (1, 2, "0.50", "1.50"),
    }
    for code, counts in expected.items():
        one = criterion(form, code)
        assert (one.numerator, one.denominator, one.low, one.high) == counts, code
        flags = {flag.flag: flag.count for flag in one.flags}
        declared = {"declared_numerator": PAIRS[code][1], "declared_denominator": PAIRS[code][3]}
        assert flags.items() >= declared.items(), code
        assert ("declared_differs" in flags) == ((PAIRS[code][1], PAIRS[code][3]) != counts[:2])
        assert "hand_entered" not in flags
        answer = await figure_of(client, one.figure, YEAR)
        assert (answer["numerator"], answer["denominator"]) == counts[:2]
        assert {flag["flag"]: flag["count"] for flag in answer["flags"]}.items() >= declared.items()
    assert criterion(await asked(client, YEAR | {"agency": "H24"}), "PUBLIC_CONTENT_FULL").numerator == 3


async def test_what_was_entered_and_agrees_is_not_said_to_differ(counted: World, client: httpx.AsyncClient) -> None:
    await put(client, "H24.99", "fee_procedures_integrated", 2)
    await put(client, "H24.99", "fee_procedures", 3)
    one = criterion(await asked(client, YEAR), "PAYMENT_PROCEDURES_INTEGRATED")
    assert "declared_differs" not in [flag.flag for flag in one.flags]
    assert "declared_numerator" in [flag.flag for flag in one.flags]
    await put(client, "H24.99", "fee_procedures", 0)
    one = criterion(await asked(client, YEAR), "PAYMENT_PROCEDURES_INTEGRATED")
    assert (one.numerator, "entered_counts_contradict" in [flag.flag for flag in one.flags]) == (2, True)


async def test_dossiers_that_are_not_understood_may_be_the_first_of_a_procedure(
    counted: World, client: httpx.AsyncClient
) -> None:
    await counted.page([a_dossier(9, procedure="1.000004", status=DossierStatus.UNMAPPED)])
    await counted.project()
    one = criterion(await asked(client, YEAR), "PAYMENT_PROCEDURES_INTEGRATED")
    assert (one.numerator, one.denominator, one.low, one.high) == (2, 2, "1.00", "2.00")


async def test_decisions_tell_how_many_procedures_and_not_when_their_law_takes_effect(
    province: World, client: httpx.AsyncClient
) -> None:
    lists = {"new": ["1.000000", "1.000001"], "modified": [], "rescinded": []}
    await province.add(
        decision_v2,
        a_decision("1/QĐ-UBND", "NEW", signed_on=date(2024, 1, 10)) | lists,
        a_decision("2/QĐ-UBND", "AMENDED", signed_on=date(2024, 2, 10)) | lists | {"new": [], "modified": ["1.000001"]},
        a_decision("3/QĐ-UBND", "STANDARDISED", signed_on=date(2024, 3, 10)) | lists | {"new": ["1.000002"]},
        a_decision("4/QĐ-UBND", "NEW", signed_on=date(2023, 3, 10)) | lists | {"new": ["1.000003"]},
    )
    one = criterion(await asked(client, YEAR), "PUBLISH_ON_TIME")
    assert (one.known, one.score, one.low, one.high) == (True, None, "0.00", "6.00")
    flags = {flag.flag: flag.count for flag in one.flags}
    assert flags == {"decided_in_catalogue": 2, "effective_day_not_told": None}
    answer = await figure_of(client, "procedures_in_decisions", YEAR)
    assert (answer["value"], answer["denominator"]) == ("2", None)
    await put(client, "H24", "procedures_decided_on_time", 3)
    await put(client, "H24", "procedures_decided", 4)
    one = criterion(await asked(client, YEAR), "PUBLISH_ON_TIME")
    assert (one.numerator, one.denominator, one.score) == (3, 4, "4.50")
    assert "declared_differs" in [flag.flag for flag in one.flags]
    await province.add(decision_v2, a_decision("5/QĐ-UBND", "NEW", signed_on=date(2024, 4, 1)) | lists | {"new": []})
    flags = {flag.flag: flag.count for flag in criterion(await asked(client, YEAR), "PUBLISH_ON_TIME").flags}
    assert (flags["decisions_unlisted"], "declared_differs" in flags) == (1, False)


async def test_entered_numbers_that_contradict_or_are_not_exact_say_so(
    province: World, client: httpx.AsyncClient
) -> None:
    await put(client, "H24.99", "fee_procedures_integrated", 1)
    await put(client, "H24.99", "fee_procedures", 0)
    one = criterion(await asked(client, YEAR), "PAYMENT_PROCEDURES_INTEGRATED")
    assert (one.low, one.high, one.score) == ("0.00", "2.00", None)
    assert "entered_counts_contradict" in [flag.flag for flag in one.flags]
    answer = await figure_of(client, "payment_procedures_integrated_rate", YEAR)
    assert (answer["value"], answer["reason"]) == (None, "entered_counts_contradict")
    await put(client, "H24.99", "fee_procedures", 4, qualifier="nearly")
    one = criterion(await asked(client, YEAR), "PAYMENT_PROCEDURES_INTEGRATED")
    assert (one.score, "qualifier_nearly" in [flag.flag for flag in one.flags]) == ("0.63", True)


async def test_scores_total_and_class_are_figures_and_those_of_the_form(
    province: World, client: httpx.AsyncClient
) -> None:
    for parameters in (YEAR, H24):
        form = await asked(client, parameters)
        for group in form.groups:
            answer = await figure_of(client, group.figure, parameters)
            assert [round(Decimal(answer["bounds"][end]), 2) for end in ("low", "high")] == [
                round(Decimal(group.low), 2),
                round(Decimal(group.high), 2),
            ]
            assert (answer["value"] is None) is (group.score is None)
            assert (answer["numerator"], answer["most"]) == (None, int(Decimal(group.maximum)))
        total = await figure_of(client, "score_766_total", parameters)
        assert (total["value"], total["reason"]) == (None, "criteria_open")
        assert round(Decimal(total["bounds"]["high"]), 2) == Decimal(form.high)
        opened = sum(one.score is None for group in form.groups for one in group.criteria if one.maximum != "0.00")
        assert {"flag": "criteria_open", "count": opened} in total["flags"]
        assert {"flag": "rules_extrapolated", "count": None} in total["flags"]
        found = await figure_of(client, "class_766", parameters)
        assert (found["value"], found["reason"]) == (None, "classes_possible")
        assert found["bounds"] == {"low": form.classes[-1].code, "high": form.classes[0].code}
        assert {"flag": "class_border_unverified", "count": None} in found["flags"]
    progress = await figure_of(client, "score_766_progress", YEAR)
    assert (progress["value"], progress["reason"]) == ("15.000000", None)
    assert progress["bounds"] == {"low": "15.000000", "high": "15.000000"}
    assert progress["complete"] == criterion(await asked(client, YEAR), "DOSSIERS_ON_TIME").complete


async def test_a_score_needs_an_agency_and_a_period_of_the_index(client: httpx.AsyncClient) -> None:
    for parameters, named in (({"period": "2024"}, "agency"), (YEAR | {"period": "2021"}, "period")):
        response = await client.get("/v1/figures/score_766_total/value", params=parameters)
        assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, named)
