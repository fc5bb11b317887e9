"""The catalogue's API: every path of the contract, its filters, pages, refusals and conditional answers."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import clients
from catalogue.app import assemble
from catalogue.seed import seed
from catalogue.settings import CatalogueSettings
from catalogue.sync import FeedPlan, run_feed
from shared.domain.identifiers import AgencyCode
from shared.runtime.database import create_engine
from support.catalogue_portals import FakeNational, a_detail, plan, portals_over
from support.postgres import Server

FEED = FeedPlan("national", AgencyCode.parse("H24.99"), 3_600)
READER = ("catalogue:read", "sync:read")
OPERATOR = (*READER, "sync:operate")


async def fill(engine: AsyncEngine) -> None:
    """Three changes: ten procedures; one renamed; a decision imported by the supplement."""
    portal = FakeNational.of(10)
    portal.put(a_detail(3, code="9.000003.H24", isWard=True, departmentsExecuting=[{"name": "UBND cấp xã"}]))
    await seed(engine)
    await plan(engine, [FEED])
    async with portals_over(portal.transport()) as portals:
        await run_feed(engine, portals, owner="test", only=FEED.name)
        portal.put(a_detail(2, name="Tên mới của thủ tục 2"))
        await run_feed(engine, portals, owner="test", only=FEED.name)
        portal.decisions = [
            {
                "number": "5/QĐ-UBND",
                "agency": "H24",
                "signed_on": "2024-03-01",
                "effective_on": "2024-04-01",
                "new": ["9.000001"],
                "kinds": ["NEW"],
                "catalogue_agency": "H24.99",
            }
        ]
        await run_feed(engine, portals, owner="test", only=FEED.name)


@pytest.fixture(scope="module")
async def engine(server: Server) -> AsyncIterator[AsyncEngine]:
    async with server.a_database() as url:
        engine = create_engine(url, application_name="test", pool_size=4)
        await fill(engine)
        yield engine
        await engine.dispose()


@pytest.fixture(scope="module")
async def keys(engine: AsyncEngine) -> dict[str, str]:
    async def key(agency: str, *scopes: str) -> str:
        return (await clients.create(engine, agency=AgencyCode.parse(agency), name="thử", scopes=scopes)).key

    return {
        "reader": await key("H24.99", *READER),
        "operator": await key("H24.99", *OPERATOR),
        "city": await key("H24", *OPERATOR, "figures:read"),
        "stranger": await key("H30", *OPERATOR),
    }


@pytest.fixture(scope="module")
async def service(engine: AsyncEngine) -> AsyncIterator[httpx.AsyncClient]:
    app = assemble(CatalogueSettings(database_url="postgresql://unused"), engine)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://catalogue") as client:
        yield client


@pytest.fixture
async def ask(service: httpx.AsyncClient, keys: dict[str, str]) -> Any:
    async def get(path: str, *, who: str = "reader", status: int = 200, **params: Any) -> Any:
        answer = await service.get(path, params=params, headers={"Authorization": f"Bearer {keys[who]}"})
        assert answer.status_code == status, answer.text
        return answer.json()

    return get


async def everything(ask: Any, path: str, **params: Any) -> list[Any]:
    found, page = [], await ask(path, **params)
    while True:
        found += page["items"]
        if page["next"] is None:
            return found
        page = await ask(path, cursor=page["next"], **params)


PATHS = [
    "/v1/procedures",
    "/v1/procedures/9.000001",
    "/v1/procedures/9.000001/history",
    "/v1/agencies",
    "/v1/agencies/H24.99",
    "/v1/limits",
    "/v1/limits/differences",
    "/v1/imports",
    "/v1/fields",
    "/v1/decisions",
    "/v1/calendar",
    "/v1/changes",
    "/v1/feeds",
    "/v1/feeds/national/procedures:H24.99",
    "/v1/runs",
    "/v1/runs/1",
    "/v1/quarantine",
]


@pytest.mark.parametrize("path", PATHS)
async def test_every_path_answers_and_answers_304_to_whoever_holds_it(
    path: str, service: httpx.AsyncClient, keys: dict[str, str]
) -> None:
    header = {"Authorization": f"Bearer {keys['reader']}"}
    first = await service.get(path, headers=header)
    assert first.status_code == 200, first.text
    again = await service.get(path, headers={**header, "If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", PATHS)
async def test_no_path_answers_without_a_key(path: str, service: httpx.AsyncClient) -> None:
    assert (await service.get(path)).status_code == 401


@pytest.mark.parametrize("size", [1, 3, 10, 100])
async def test_pages_hold_every_procedure_once_in_order(ask: Any, size: int) -> None:
    found = [(row["procedure_code"], row["suffix"]) for row in await everything(ask, "/v1/procedures", limit=size)]
    assert found == sorted(found)
    assert len(set(found)) == len(found) == 10


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"agency": "000.00.00.H24"}, 10),
        ({"agency": "H24.9"}, 422),
        ({"agency": "H24.98"}, 0),
        ({"level": "COMMUNE"}, 1),
        ({"level": "PROVINCIAL_DEPARTMENT"}, 9),
        ({"online_level": "NONE"}, 0),
        ({"in_force": "false"}, 0),
        ({"field": "g03-gdpt"}, 10),
        ({"q": "tên mới"}, 1),
        ({"q": "9.00001"}, 1),
        ({"q": "%"}, 0),
        ({"in_force_on": "2024-03-31"}, 9),
        ({"in_force_on": "2024-04-01"}, 10),
        ({"as_of": "0"}, 0),
        ({"as_of": "1", "q": "tên mới"}, 0),
        ({"as_of": "2020-01-01"}, 0),
        ({"as_of": "99"}, 422),
        ({"as_of": "yesterday"}, 422),
        ({"level": "VILLAGE"}, 422),
        ({"limit": "0"}, 422),
        ({"colour": "red"}, 422),
        ({"cursor": "x"}, 400),
    ],
)
async def test_filters_of_procedures(ask: Any, params: dict[str, str], count: int) -> None:
    if count >= 400:
        refused = await ask("/v1/procedures", status=count, **params)
        assert refused["errors"][0]["parameter"] in params
    else:
        assert len((await ask("/v1/procedures", **params))["items"]) == count


async def test_a_cursor_of_another_filter_is_refused(ask: Any) -> None:
    page = await ask("/v1/procedures", limit=2)
    await ask("/v1/procedures", limit=2, cursor=page["next"], level="COMMUNE", status=400)


async def test_one_procedure_comes_with_all_that_belongs_to_it(ask: Any) -> None:
    found = await ask("/v1/procedures/9.000001")
    assert found["valid_from"] == "2024-04-01"
    assert found["limits"] == [{"channel": 2, "case_name": "", "quantity": 5, "unit": "WORKING_DAY"}]
    assert [one["number"] for one in found["decisions"]] == ["5/QĐ-UBND"]
    assert found["record"]["code"] == "9.000001"
    assert (await ask("/v1/procedures/9.000001", as_of="1"))["valid_from"] is None


async def test_a_suffix_is_part_of_the_code(ask: Any) -> None:
    assert (await ask("/v1/procedures/9.000003.000.00.00.H24"))["suffix"] == "H24"
    await ask("/v1/procedures/9.000003", status=404)
    await ask("/v1/procedures/10.005090", status=422)


async def test_history_says_which_fields_changed(ask: Any) -> None:
    first, second = await ask("/v1/procedures/9.000002/history")
    assert (first["change_to"], first["changed"]) == (2, [])
    assert set(second["changed"]) == {"name", "content_hash"}


async def test_an_agency_is_found_in_either_order_with_its_line(ask: Any) -> None:
    found = await ask("/v1/agencies/000.00.99.H24")
    assert (found["agency_code"], found["ancestors"], found["parent_code"]) == ("H24.99", ["H24.99", "H24"], "H24")
    assert (await ask("/v1/agencies/H24"))["successions"][0]["predecessor_code"] == "H23"
    await ask("/v1/agencies/H24.01", status=404)


async def test_decisions_are_filtered_by_kind_and_day_of_signing(ask: Any) -> None:
    assert len((await ask("/v1/decisions", kind="NEW", agency="H24.99"))["items"]) == 1
    assert (await ask("/v1/decisions", kind="ABOLISHED"))["items"] == []
    assert (await ask("/v1/decisions", agency="H24.99", **{"from": "2024-03-02"}))["items"] == []
    refused = await ask("/v1/decisions", status=422, **{"from": "2024-03-02", "to": "2024-03-01"})
    assert refused["errors"][0]["parameter"] == "to"


async def test_the_calendar_counts_its_working_days_and_refuses_what_it_does_not_know(ask: Any) -> None:
    found = await ask("/v1/calendar", **{"from": "2024-01-01", "to": "2024-12-31"})
    assert (found["revision"], found["working_days"], len(found["days"])) == (1, 251, 366)
    assert (await ask("/v1/calendar", status=422, **{"from": "2035-01-01"}))["failed_check"] == "calendar-unknown"
    await ask("/v1/calendar", status=422, revision=7)


async def test_the_change_feed_can_be_followed_without_missing_anything(ask: Any) -> None:
    lines = await everything(ask, "/v1/changes", limit=5)
    numbers = sorted({line["change"] for line in lines})
    assert numbers == list(range(1, len(numbers) + 1))
    renamed = [(line["kind"], line["key"], line["event"]) for line in await everything(ask, "/v1/changes", after=1)]
    assert ("procedure", "H24.99/9.000002", "changed") in renamed
    assert ("decision", "H24/5/QĐ-UBND/2024", "added") in renamed
    assert await everything(ask, "/v1/changes", after=numbers[-1]) == []


async def test_an_operator_asks_for_a_run_and_a_reader_may_not(
    service: httpx.AsyncClient, keys: dict[str, str]
) -> None:
    path = "/v1/feeds/national/procedures:H24.99/runs"
    assert (await service.post(path, headers={"Authorization": f"Bearer {keys['reader']}"})).status_code == 403
    header = {"Authorization": f"Bearer {keys['operator']}"}
    assert (await service.post(path, headers=header)).status_code == 202
    assert (await service.post("/v1/feeds/none/runs", headers=header)).status_code == 404


async def test_decisions_are_imported_by_request_all_or_none(service: httpx.AsyncClient, keys: dict[str, str]) -> None:
    header = {"Authorization": f"Bearer {keys['operator']}"}
    told = {"number": "6/QĐ-UBND", "agency": "H24", "signed_on": "2024-05-02", "rescinded": ["9.000009"]}
    bad = {**told, "number": "7/QĐ-UBND", "rescinded": ["10.005090"]}
    refused = await service.post("/v1/decisions/import", json=[told, bad], headers=header)
    assert (refused.status_code, refused.json()["failed_check"]) == (422, "decisions-unreadable")
    done = await service.post("/v1/decisions/import", json=[told], headers=header)
    assert (done.json()["decisions"], done.json()["changed_decisions"]) == (1, 1)
    again = await service.post("/v1/decisions/import", json=[told], headers=header)
    assert again.json()["change"] is None


async def test_an_operator_makes_clients_below_itself_with_no_scope_it_lacks(
    service: httpx.AsyncClient, keys: dict[str, str]
) -> None:
    header = {"Authorization": f"Bearer {keys['operator']}"}

    async def create(agency: str, *scopes: str) -> httpx.Response:
        wanted = {"agency": agency, "name": "Phòng", "scopes": scopes}
        return await service.post("/v1/clients", json=wanted, headers=header)

    made = await create("H24.99.01", "catalogue:read")
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    key = made.json()["key"]
    assert (await service.get("/v1/fields", headers={"Authorization": f"Bearer {key}"})).status_code == 200
    assert (await create("H24", "catalogue:read")).json()["failed_check"] == "grant-too-wide"
    assert (await create("H24.99", "figures:read")).json()["failed_check"] == "grant-too-wide"
    assert (await create("H24.99", "everything")).status_code == 422


async def test_a_client_is_listed_rotated_and_revoked_within_reach_only(
    engine: AsyncEngine, service: httpx.AsyncClient, keys: dict[str, str]
) -> None:
    made = await clients.create(engine, agency=AgencyCode.parse("H24.99.02"), name="x", scopes=["figures:read"])
    path = f"/v1/clients/{made.client.client_id}"

    async def ask(method: str, path: str, who: str) -> httpx.Response:
        return await service.request(method, path, headers={"Authorization": f"Bearer {keys[who]}"})

    assert (await ask("GET", path, "stranger")).status_code == 404
    assert (await ask("DELETE", path, "stranger")).status_code == 404
    assert (await ask("POST", f"{path}/keys", "operator")).json()["failed_check"] == "grant-too-wide"
    rotated = await ask("POST", f"{path}/keys", "city")
    assert (rotated.status_code, rotated.json()["client"]["keys"]) == (201, 2)
    listed = (await ask("GET", "/v1/clients", "operator")).json()["items"]
    assert made.client.client_id in {client["client_id"] for client in listed}
    assert all(client["agency_code"].startswith("H24.99") for client in listed)
    assert "key" not in listed[0]
    assert (await ask("DELETE", path, "operator")).json()["keys"] == 0
    assert (await ask("GET", path, "operator")).json()["revoked_at"] is not None


async def test_every_field_and_parameter_of_the_contract_has_words(service: httpx.AsyncClient) -> None:
    contract = (await service.get("/openapi.json")).json()
    assert contract["openapi"].startswith("3.1")
    silent = [
        f"{name}.{key}"
        for name, schema in contract["components"]["schemas"].items()
        for key, value in schema.get("properties", {}).items()
        if "description" not in value
    ]
    silent += [
        f"{path} {parameter['name']}"
        for path, operations in contract["paths"].items()
        for operation in operations.values()
        for parameter in operation.get("parameters", [])
        if path.startswith("/v1") and "description" not in parameter
    ]
    assert silent == []


async def test_readiness_names_what_is_missing(server: Server) -> None:
    async with server.an_empty_database() as url:
        engine = create_engine(url, application_name="test")
        app = assemble(CatalogueSettings(database_url=url), engine)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://catalogue") as client:
            answer = await client.get("/readyz")
        await engine.dispose()
    assert answer.status_code == 503
    assert "python -m catalogue migrate" in answer.json()["checks"]["schema"]
