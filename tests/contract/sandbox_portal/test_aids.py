"""The sandbox's own aids, and its documentation for integrators."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox_portal.app import build
from sandbox_portal.settings import SandboxSettings
from shared.runtime.app import guards_of, routes_of

Opened = Callable[..., httpx.AsyncClient]
PORTALS = {"igate", "opencps", "national_v1", "national_evaluation", "rest_jsp", "national_rpc"}


def test_every_route_of_the_portals_and_of_the_aids_is_public_on_purpose() -> None:
    routes = [route for route in routes_of(build(SandboxSettings())) if not route.path.startswith("/docs")]
    assert len(routes) >= 15
    assert {route.path for route in routes if guards_of(route.dependant) != {"public"}} == set()


async def test_the_contract_document_shows_each_portal_with_examples(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    operations = {
        f"{method} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    tags = {tag for operation in operations.values() for tag in operation.get("tags", [])}
    assert tags >= PORTALS | {"sandbox", "faults"}
    for name, operation in operations.items():
        assert operation.get("summary"), name
        if set(operation["tags"]) & PORTALS:
            answers = [a for status, a in operation["responses"].items() if status in ("200", "201")]
            assert any("example" in c for a in answers for c in a.get("content", {}).values()), f"{name} has no example"


async def test_it_is_alive_and_ready_and_its_docs_need_no_internet(client: httpx.AsyncClient) -> None:
    for path in ("/livez", "/readyz", "/metrics", "/docs"):
        assert (await client.get(path)).status_code == 200, path
    assert "cdn" not in (await client.get("/docs")).text


async def test_the_scenario_is_described(client: httpx.AsyncClient) -> None:
    told = (await client.get("/sandbox")).json()
    assert (told["scenario"], told["dossiers"], told["period_from"]) == ("haiphong-2024", 2236, "2023-11-15")
    assert [agency["code"] for agency in told["agencies"]][:3] == ["H24", "H24.99", "H24.99.01"]


async def test_decisions_carry_what_the_contracts_cannot(client: httpx.AsyncClient) -> None:
    told = {decision["number"]: decision for decision in (await client.get("/sandbox/decisions")).json()}
    assert told["4502/QĐ-UBND"]["kinds"] == ["NEW", "AMENDED", "REPLACED", "ABOLISHED"]
    assert "227/QĐ-SGDĐT" in told["227/QĐ-UBND"]["note"]
    assert told["3661/QĐ-UBND"]["kinds"] == ["INTERNAL"]
    assert {(decision["agency"], decision["catalogue_agency"]) for decision in told.values()} == {("H24", "H24.99")}


async def test_petitions_are_answered_in_time(client: httpx.AsyncClient) -> None:
    told = (await client.get("/sandbox/petitions")).json()
    assert [one["resolved_on"] <= one["due_on"] for one in told] == [True, True]


async def test_the_truth_is_the_report(client: httpx.AsyncClient) -> None:
    told = (await client.get("/sandbox/truth")).json()["figures"]
    assert told["dossiers_total_handled"] == 2215
    parts = [
        (await client.get("/sandbox/truth", params={"agency": f"H24.99.0{n}"})).json()["figures"] for n in range(1, 5)
    ]
    assert 0 < sum(part["dossiers_resolved"] for part in parts) < 2172


@pytest.mark.parametrize("asked", [{"from": "2024-02-01", "to": "2024-01-01"}, {"agency": "H25"}, {"to": "2024-13-01"}])
async def test_a_truth_that_cannot_be_counted_is_refused(client: httpx.AsyncClient, asked: dict[str, str]) -> None:
    answer = await client.get("/sandbox/truth", params=asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] in asked


@pytest.mark.parametrize("settings", [{}, {"scenario": "province", "dossiers": 4_000, "agencies": 60}])
async def test_changes_come_first_and_the_truth_follows_them(opened: Opened, settings: dict[str, Any]) -> None:
    client = opened(**settings)
    before = (await client.get("/sandbox")).json()
    made = (await client.post("/sandbox/changes", json={"share": 0.1, "round": 1, "late_arrivals": 50})).json()
    after = (await client.get("/sandbox")).json()
    assert abs(made["changed"] - before["dossiers"] / 10) <= 1
    assert after["dossiers"] == before["dossiers"] + 50
    assert made["version"] == after["version"] != before["version"]
    assert made["arrivals"]["added"] == 50
    truth = (await client.get("/sandbox/truth")).json()["figures"]
    assert truth["dossiers_total_handled"] == truth["dossiers_resolved"] + truth["dossiers_pending"]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"share": 0}, 422), ({"share": 0.9}, 422), ({"late_arrivals": 0}, 422), ({"shares": 0.1}, 422), ([], 422)],
)
async def test_a_change_that_makes_no_sense_is_refused_by_name(
    client: httpx.AsyncClient, body: Any, status: int
) -> None:
    answer = await client.post("/sandbox/changes", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


async def test_another_share_than_before_is_a_conflict(client: httpx.AsyncClient) -> None:
    await client.post("/sandbox/changes", json={"share": 0.1, "round": 1})
    answer = await client.post("/sandbox/changes", json={"share": 0.2, "round": 2})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/change-refused")
    assert answer.json()["errors"][0]["parameter"] == "share"


async def test_an_unknown_parameter_of_an_aid_is_refused_and_of_a_portal_ignored(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sandbox/truth?form=2024-01-01")).status_code == 422
    assert (await client.get("/pa/dossier/search?unheard-of=1")).status_code == 401
