"""The HTTP face: what a caller sees, and how every misuse is refused."""

import csv
import io
from datetime import UTC, date, datetime

import httpx
import pytest
from sqlalchemy import text

from metrics.app import build
from metrics.domain.dictionary import FIGURES
from metrics.schemas.served import Dictionary, DossiersOut, FormOut, FreshnessOut, QueryOut, SeriesOut
from metrics.settings import MetricsSettings
from shared.contracts.figure import FigureAnswer
from shared.contracts.views import client_v1
from shared.runtime.database import transaction
from support.metrics_world import World, a_client, a_dossier, a_procedure, any_dossiers, field_v1, procedure_v1

YEAR = {"agency": "H24", "period": "2024"}


async def get(client: httpx.AsyncClient, path: str, **parameters: object) -> httpx.Response:
    return await client.get(path, params={k.rstrip("_"): v for k, v in parameters.items()})  # type: ignore[arg-type]  # texts


async def test_a_figure_comes_in_its_envelope(world: World, client: httpx.AsyncClient) -> None:
    entry = await world.page([a_dossier(number) for number in range(3)])
    await world.project()
    response = await get(client, "/v1/figures/on_time_rate_766/value", agency="000.00.99.H24", period="2024-Q1")
    body = response.json()
    FigureAnswer.model_validate_json(response.content, strict=True)
    assert body["scope"]["agency"] == "H24.99"
    assert body["period"] == {"kind": "quarter", "from": "2024-01-01", "to": "2024-03-31"}
    assert (body["numerator"], body["denominator"], body["value"], body["percent"]) == (3, 3, "1.000000", "100.0")
    assert (body["complete"], body["formula"]["status"]) == (True, "practice")
    assert (body["as_of"]["entry"], body["as_of"]["catalogue"], body["as_of"]["calendar"]) == (entry, 5, 2)
    assert body["as_of"]["digest"].startswith("sha256:")
    assert body["links"]["definition"] == "/v1/figures/on_time_rate_766"
    dossiers = (await client.get(body["links"]["dossiers"])).json()
    assert len(dossiers["items"]) == 3


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"period": "2024-13"}, "period"),
        ({"period": "2024-Q5"}, "period"),
        ({}, "period"),
        ({"period": "2024", "from": "2024-01-01"}, "period"),
        ({"from": "2024-01-01"}, "to"),
        ({"from": "2024-02-30", "to": "2024-03-01"}, "from"),
        ({"from": "2024-02-01", "to": "2024-01-01"}, "to"),
        ({"from": "1990-01-01", "to": "2100-01-01"}, "from"),
        ({"from": "0001-01-01", "to": "2024-01-01"}, "from"),
        ({"period": "2024", "agency": "H24'; drop table fact; --"}, "agency"),
        ({"period": "2024", "agency": ""}, "agency"),
        ({"period": "2024", "procedure": "abc"}, "procedure"),
        ({"period": "2024", "field": "a\x00b"}, "field"),
        ({"period": "2024", "field": "x" * 101}, "field"),
        ({"period": "2024", "channel": "POST"}, "channel"),
        ({"period": "2024", "level": "VILLAGE"}, "level"),
        ({"period": "2024", "kind": "NEW"}, "kind"),
        ({"period": "2024", "as_of": "99"}, "as_of"),
        ({"period": "2024", "as_of": "0"}, "as_of"),
        ({"period": "2024", "as_of": "9" * 30}, "as_of"),
        ({"period": "2024", "as_of": "２"}, "as_of"),
        ({"period": "2024", "as_of": "2024-01-01T00:00:00"}, "as_of"),
        ({"period": "2024", "as_of": "2023-12-31T00:00:00Z"}, "as_of"),
        ({"period": "2024", "as_of": "2099-12-31T00:00:00Z"}, "as_of"),
        ({"period": "2024", "as_of": "0001-01-01T00:00:00+14:00"}, "as_of"),
        ({"period": "2024", "as_of_catalogue": "6"}, "as_of_catalogue"),
        ({"period": "2024", "as_of_catalogue": "-1"}, "as_of_catalogue"),
        ({"period": "2024", "agenci": "H24"}, "agenci"),
        ({"period": "2024", "agency[$ne]": "H24"}, "agency[$ne]"),
        ({"period": ["2024", "2023"]}, "period"),
    ],
)
async def test_a_question_that_cannot_be_used_is_refused_by_name(
    world: World, client: httpx.AsyncClient, parameters: dict[str, str], named: str
) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    response = await client.get("/v1/figures/dossiers_resolved/value", params=parameters)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    body = response.json()
    assert body["errors"][0]["parameter"] == named
    assert (body["type"], body["who_must_act"]) == ("/problems/parameter-invalid", "caller")


async def test_an_unknown_figure_or_form_is_not_there(client: httpx.AsyncClient) -> None:
    for path in ("/v1/figures/on_time_rate/value", "/v1/figures/on_time_rate/dossiers", "/v1/forms/II.05"):
        assert (await get(client, path, period="2024")).status_code == 404, path
    assert (await get(client, "/v1/figures/on_time_rate/series", period="2024", by="month")).status_code == 404
    assert (await client.get("/v1/figures/on_time_rate")).status_code == 404


async def test_without_a_key_401_and_without_the_scope_403(world: World, client: httpx.AsyncClient) -> None:
    await world.add(client_v1, a_client("mtc_other", ["catalogue:read"]), a_client("mtc_reader", ["figures:read"]))
    paths = ("/v1/figures", "/v1/figures/dossiers_resolved/value?period=2024", "/v1/forms/II.06a?period=2024")
    for path in (*paths, "/v1/freshness"):
        assert (await client.get(path, headers={"Authorization": ""})).status_code == 401, path
        assert (await client.get(path, headers={"Authorization": "Bearer mtc_other"})).status_code == 403, path
    lineage = "/v1/figures/dossiers_resolved/dossiers?period=2024"
    assert (await client.get(lineage, headers={"Authorization": "Bearer mtc_reader"})).status_code == 403
    assert (await client.post("/v1/query", json={}, headers={"Authorization": ""})).status_code == 401


async def test_the_dossiers_of_another_agency_do_not_exist_for_the_caller(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(client_v1, a_client("mtc_h26", ["lineage:read"], agency="H26"))
    await world.page([a_dossier(1), a_dossier(2, agency="H26.15")])
    await world.project()
    other = {"Authorization": "Bearer mtc_h26"}
    path = "/v1/figures/dossiers_resolved/dossiers"
    assert (await client.get(path, params=YEAR, headers=other)).status_code == 404
    absent = await client.get(path, params=YEAR | {"agency": "H99"}, headers=other)
    assert absent.status_code == 404
    own = (await client.get(path, params={"period": "2024"}, headers=other)).json()
    assert ([item["agency"] for item in own["items"]], own["scope"]["agency"]) == (["H26.15"], "H26")


async def test_the_dossiers_behind_the_numbers_are_as_many_as_the_numbers(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.page(any_dossiers(2, 200))
    await world.project()
    for figure in ("on_time_rate_766", "online_on_time_rate", "dossiers_pending_overdue", "online_dossier_rate"):
        answer = (await get(client, f"/v1/figures/{figure}/value", **YEAR)).json()
        for part in ("numerator", "denominator"):
            if answer[part] is not None:
                assert len(await every_page(client, figure, part=part)) == answer[part], (figure, part)
        listed = {"status_unmapped", "date_missing", "not_accepted", "refused_at_reception", "gone_upstream"}
        excluded = sum(item["count"] for item in answer["excluded"] if item["reason"] in listed)
        assert len(await every_page(client, figure, part="excluded")) == excluded


async def test_a_dossier_gone_upstream_leaves_every_figure_and_widens_none(
    world: World, client: httpx.AsyncClient
) -> None:
    before = await world.page([a_dossier(1), a_dossier(2, ended_on=date(2024, 4, 1))])
    await world.page([a_dossier(2, ended_on=date(2024, 4, 1), gone=True)])
    await world.project()
    answer = (await get(client, "/v1/figures/on_time_rate_received/value", **YEAR)).json()
    assert (answer["numerator"], answer["denominator"], answer["bounds"]) == (
        1,
        1,
        {"low": "1.000000", "high": "1.000000"},
    )
    assert {"reason": "gone_upstream", "count": 1} in answer["excluded"]
    (gone,) = await every_page(client, "on_time_rate_received", part="excluded")
    assert (gone["dossier_code"], gone["excluded"]) == (a_dossier(2).code, "gone")
    then = (await get(client, "/v1/figures/on_time_rate_received/value", **YEAR, as_of=before)).json()
    assert (then["numerator"], then["denominator"]) == (1, 2)
    await world.page([a_dossier(2, ended_on=date(2024, 4, 1))])
    await world.project()
    back = (await get(client, "/v1/figures/on_time_rate_received/value", **YEAR)).json()
    assert (back["numerator"], back["denominator"]) == (1, 2)
    assert {"reason": "gone_upstream", "count": 0} in back["excluded"]


async def every_page(client: httpx.AsyncClient, figure: str, **parameters: object) -> list[dict[str, object]]:
    items: list[dict[str, object]] = []
    cursor: dict[str, object] = {}
    while True:
        response = await get(client, f"/v1/figures/{figure}/dossiers", **YEAR, limit=7, **parameters, **cursor)
        page = DossiersOut.model_validate_json(response.content)
        items += response.json()["items"]
        if page.next is None:
            return items
        cursor = {"cursor": page.next}


@pytest.mark.fault("F141")
async def test_a_page_after_the_first_is_answered_as_of_the_first_ones_entry(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.page([a_dossier(number, procedure=f"1.{number:06}") for number in range(6)])
    await world.project()
    path = "/v1/figures/dossiers_resolved/series"
    first = (await get(client, path, **YEAR, by="procedure", limit=4)).json()
    await world.page([a_dossier(number + 50, procedure="1.000005") for number in range(9)])
    await world.project()
    second = await get(client, path, **YEAR, by="procedure", limit=4, cursor=first["next"])
    assert [item["value"] for item in second.json()["items"]] == ["1", "1"]
    assert second.json()["as_of"] == first["as_of"]
    elsewhere = await get(client, path, agency="H24.99", period="2024", by="procedure", cursor=first["next"])
    assert (elsewhere.status_code, elsewhere.json()["failed_check"]) == (400, "cursor-invalid")
    assert (await get(client, path, **YEAR, by="procedure", cursor="é" * 9)).status_code == 400


@pytest.mark.parametrize("by", ["agency", "procedure", "field", "channel", "month", "quarter", "year"])
async def test_the_rows_of_a_series_add_up_to_the_figure(world: World, client: httpx.AsyncClient, by: str) -> None:
    await world.page(any_dossiers(4, 200))
    await world.project()
    whole = (await get(client, "/v1/figures/dossiers_resolved/value", **YEAR)).json()
    response = await get(client, "/v1/figures/dossiers_resolved/series", **YEAR, by=by, limit=500)
    page = SeriesOut.model_validate_json(response.content)
    keys = [row.key for row in page.items]
    assert keys == sorted(keys)
    assert sum(row.numerator for row in page.items) == whole["numerator"] > 0
    if by == "agency":
        assert keys == ["H24", "H24.100", "H24.99"]


async def test_rows_of_an_older_entry_add_up_as_well(world: World, client: httpx.AsyncClient) -> None:
    entry = await world.page(any_dossiers(4, 100))
    await world.page([a_dossier(number) for number in range(30)])
    await world.project()
    whole = (await get(client, "/v1/figures/dossiers_resolved/value", **YEAR, as_of=entry)).json()
    rows = (await get(client, "/v1/figures/dossiers_resolved/series", **YEAR, by="agency", as_of=entry)).json()
    assert sum(row["numerator"] for row in rows["items"]) == whole["numerator"] > 0


@pytest.mark.parametrize(
    ("figure", "by"),
    [
        ("online_on_time_rate", "channel"),
        ("pakn_received", "field"),
        ("publication_decisions", "level"),
        ("procedures_total", "agency"),
    ],
)
async def test_rows_that_have_no_meaning_are_refused(client: httpx.AsyncClient, figure: str, by: str) -> None:
    response = await get(client, f"/v1/figures/{figure}/series", **YEAR, by=by)
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "by")


@pytest.mark.parametrize("limit", ["-1", "0", "2147483648", "1.5", "１０", "501"])
async def test_a_page_size_out_of_bounds_is_refused(client: httpx.AsyncClient, limit: str) -> None:
    response = await get(client, "/v1/figures/dossiers_resolved/series", **YEAR, by="month", limit=limit)
    assert response.status_code == 422


async def test_procedures_by_field_and_level(world: World, client: httpx.AsyncClient) -> None:
    await world.add(procedure_v1, *(a_procedure(n, field_code=f"F{n % 2}", levels=["COMMUNE"]) for n in range(5)))
    rows = (await get(client, "/v1/figures/procedures_total/series", **YEAR, by="field")).json()["items"]
    assert [(row["key"], row["value"]) for row in rows] == [("F0", "3"), ("F1", "2")]
    rows = (await get(client, "/v1/figures/procedures_total/series", **YEAR, by="level")).json()["items"]
    assert {row["key"]: row["value"] for row in rows}["COMMUNE"] == "5"
    response = await get(client, "/v1/figures/procedures_by_authority_level/value", **YEAR)
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "level")


@pytest.mark.fault("F136", "F120")
async def test_a_query_answers_many_figures_from_one_snapshot(world: World, client: httpx.AsyncClient) -> None:
    await world.page(any_dossiers(6, 80))
    await world.project()
    plain = [figure for figure in FIGURES.values() if not figure.needs][:100]
    questions = [{"figure": figure.id, **YEAR} for figure in plain]
    response = await client.post("/v1/query", json={"questions": questions})
    answers = QueryOut.model_validate_json(response.content).answers
    assert [answer.figure for answer in answers] == [figure.id for figure in plain]
    assert len({answer.as_of.entry for answer in answers}) == 1
    by_id = {answer.figure: answer.numerator for answer in answers}
    assert by_id["dossiers_total_handled"] == by_id["dossiers_resolved"] + by_id["dossiers_pending"]


async def test_a_query_names_the_question_it_refuses(client: httpx.AsyncClient) -> None:
    good = {"figure": "dossiers_resolved", **YEAR}
    for bad, named in (
        (good | {"period": "2024-13"}, "questions.1.period"),
        (good | {"figure": "nope"}, "questions.1.figure"),
    ):
        response = await client.post("/v1/query", json={"questions": [good, bad]})
        assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, named)
    assert (await client.post("/v1/query", json={"questions": [good] * 101})).status_code == 422
    assert (await client.post("/v1/query", json={"questions": []})).status_code == 422
    assert (await client.post("/v1/query", json={"questions": [good | {"x": 1}]})).status_code == 422


async def test_the_form_has_a_row_for_each_field_and_keeps_its_identities(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.add(field_v1, {"field_code": "F1", "name": "Thi, tuyển sinh", "change_from": 1, "change_to": None})
    await world.page(any_dossiers(8, 200))
    await world.project()
    form = FormOut.model_validate_json((await get(client, "/v1/forms/II.06a", **YEAR)).content)
    assert [column.number for column in form.columns] == list(range(3, 14))
    assert {row.field: row.name for row in form.rows}["F1"] == "Thi, tuyển sinh"
    for row in (*form.rows, form.total):
        c = dict(zip(range(3, 14), row.values, strict=True))
        assert c[3] == c[4] + c[5] + c[6] == c[7] + c[11]
        assert (c[7], c[11]) == (c[8] + c[9] + c[10], c[12] + c[13])
    assert form.total.values == [sum(cells) for cells in zip(*(row.values for row in form.rows), strict=True)]
    questions = [{"figure": column.figure, **YEAR} for column in form.columns]
    answers = (await client.post("/v1/query", json={"questions": questions})).json()["answers"]
    assert [answer["numerator"] for answer in answers] == form.total.values
    assert form.proof.numerator == form.total.values[0]


async def test_the_form_as_csv_opens_in_a_spreadsheet_and_runs_nothing(world: World, client: httpx.AsyncClient) -> None:
    names = {"F0": "=cmd|'/c calc'!A0", "F1": "@SUM(1)", "F2": "＝1+1", "F3": 'Giáo dục; "mầm non", tiểu học'}
    await world.add(
        field_v1, *({"field_code": c, "name": n, "change_from": 1, "change_to": None} for c, n in names.items())
    )
    await world.page([a_dossier(n, field=f"F{n}") for n in range(4)])
    await world.project()
    response = await get(client, "/v1/forms/II.06a", **YEAR, format="csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    name = "II.06a_H24_2024-01-01_2024-12-31_vi.csv"
    assert response.headers["content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][2] == "(3) Số lượng hồ sơ tiếp nhận – Tổng số"
    assert [row[1] for row in rows[1:]] == [
        "'=cmd|'/c calc'!A0", "'@SUM(1)", "'＝1+1", 'Giáo dục; "mầm non", tiểu học', "Tổng số",
    ]  # fmt: skip
    assert rows[-1][2:] == ["4", "4", "0", "0", "4", "4", "0", "0", "0", "0", "0"]


async def test_an_answer_already_held_is_304_until_something_changes(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    path = "/v1/figures/dossiers_resolved/value"
    tag = (await get(client, path, **YEAR)).headers["etag"]
    again = await client.get(path, params=YEAR, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    await world.feed(state="stale")
    changed = await client.get(path, params=YEAR, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["complete"]) == (200, False)


@pytest.mark.fault("F104")
async def test_f104_a_figure_shows_why_its_portal_is_closed(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    await world.feed(state="stale", reason="maintenance: Nâng cấp")
    body = (await get(client, "/v1/figures/dossiers_resolved/value", **YEAR)).json()
    assert [(source["state"], source["reason"]) for source in body["sources"]] == [("stale", "maintenance: Nâng cấp")]
    feeds = (await get(client, "/v1/freshness")).json()["feeds"]
    assert [feed["reason"] for feed in feeds] == ["maintenance: Nâng cấp"]


@pytest.mark.fault("F142")
async def test_freshness_says_how_old_everything_is(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    await world.page([a_dossier(2)])
    await world.feed(data_until=datetime(2024, 1, 1, tzinfo=UTC), state="stale")
    await world.feed(feed="other/dossiers", agency_code="H26")
    body = FreshnessOut.model_validate_json((await get(client, "/v1/freshness", agency="H24.99")).content)
    assert (body.entry, body.ledger_entry, body.entries_behind) == (1, 2, 1)
    assert [(feed.agency, feed.state) for feed in body.feeds] == [("H24", "stale")]
    assert (body.feeds[0].age_seconds or 0) > 80_000_000


async def test_the_dictionary_lists_every_figure_with_its_status(client: httpx.AsyncClient) -> None:
    listed = Dictionary.model_validate_json((await get(client, "/v1/figures")).content).figures
    assert [figure.id for figure in listed] == list(FIGURES)
    assert (await get(client, "/v1/figures/on_time_rate_received")).json()["effective_to"] == "2025-06-30"


@pytest.mark.fault("F120")
async def test_an_entry_in_the_ledger_that_is_not_projected_yet_is_ours_to_mend(
    world: World, client: httpx.AsyncClient
) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    entry = await world.page([a_dossier(2)])
    response = await get(client, "/v1/figures/dossiers_resolved/value", **YEAR, as_of=entry)
    assert (response.status_code, response.json()["who_must_act"]) == (503, "us")


async def test_ready_says_what_is_not(world: World) -> None:
    app = build(MetricsSettings(database_url=world.url, projector=False, most_entries_behind=1))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://metrics") as client:
        await world.page([a_dossier(1)])
        assert (await client.get("/readyz")).status_code == 200
        await world.page([a_dossier(2)])
        lagging = await client.get("/readyz")
        assert (lagging.status_code, "2 ledger entries" in lagging.json()["checks"]["projection"]) == (503, True)
        await world.project()
        async with transaction(world.engine) as connection:
            await connection.execute(text("update metrics.projection set rule = '0'"))
        assert "rebuild" in (await client.get("/readyz")).json()["checks"]["projection"]
    await app.state.engine.dispose()


async def test_a_figure_before_the_first_entry_is_nothing_and_says_so(world: World, client: httpx.AsyncClient) -> None:
    await world.feed(state="unknown", data_until=None)
    body = (await get(client, "/v1/figures/resolution_rate/value", **YEAR)).json()
    assert (body["value"], body["reason"], body["complete"]) == (None, "no_cases", False)
    assert body["as_of"] == {
        "entry": 0,
        "catalogue": 5,
        "calendar": 2,
        "at": None,
        "digest": None,
        "indicators": 0,
        "imports": None,
    }


@pytest.mark.fault("F138")
async def test_figures_outside_their_law_are_flagged(world: World, client: httpx.AsyncClient) -> None:
    await world.page([a_dossier(1, received_on=date(2026, 1, 5), ended_on=date(2026, 1, 6), due_on=None)])
    await world.project()
    body = (await get(client, "/v1/figures/on_time_rate_received/value", agency="H24", period="2026")).json()
    assert body["flags"] == [
        {"flag": "no_due_date", "count": 1},
        {"flag": "outside_effective_days", "count": None},
    ]
