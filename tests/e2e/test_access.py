"""Deny first: every operation of every service, as its own documents list them, tried without right."""

import re
from typing import Any

import pytest

from support.stack import RunningStack

SERVICES = ("catalogue", "dossier-sync", "metrics")
OPEN_TO_ALL = {"/livez", "/readyz", "/metrics", "/problems", "/problems/{slug}"}
KEYS_TO_CHECK_WITH = {"metrics": {"/v1/publications/keys"}}
UNUSED_SCOPE = {"catalogue": "publish", "dossier-sync": "publish", "metrics": "sync:operate"}
PORTALS_OWN_LOGIN = "/v1/inbound/"
NAMED_IN_THE_DESIGN = {
    "catalogue": {
        "/v1/procedures",
        "/v1/procedures/{code}",
        "/v1/procedures/{code}/history",
        "/v1/agencies",
        "/v1/agencies/{code}",
        "/v1/fields",
        "/v1/decisions",
        "/v1/calendar",
        "/v1/changes",
        "/v1/feeds",
    },
    "dossier-sync": {
        "/v1/feeds",
        "/v1/feeds/{feed}",
        "/v1/feeds/{feed}/runs",
        "/v1/runs",
        "/v1/runs/{id}",
        "/v1/quarantine",
        "/v1/quarantine/{id}/retry",
        "/v1/reconciliation",
        "/v1/dossiers",
        "/v1/dossiers/at-risk",
        "/v1/dossiers/{code}",
        "/v1/ledger",
    },
    "metrics": {
        "/v1/figures",
        "/v1/figures/{figure}",
        "/v1/figures/{figure}/value",
        "/v1/figures/{figure}/series",
        "/v1/figures/{figure}/ranking",
        "/v1/figures/{figure}/comparison",
        "/v1/simplification",
        "/v1/figures/{figure}/dossiers",
        "/v1/query",
        "/v1/forms/{form}",
        "/v1/freshness",
        "/v1/publications",
        "/v1/publications/{id}",
        "/v1/publications/{id}/verify",
        "/v1/publications/{id}/restatement",
    },
}


def operations(stack: RunningStack, service: str) -> list[tuple[str, str, dict[str, Any]]]:
    with stack.client(service) as client:
        document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "1", path)


def shape(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "{}", path)


@pytest.fixture
def key_without_scope(stack: RunningStack, service: str) -> str:
    words = ("clients", "create", "--agency", "H24", "--name", f"other {service}", "--scope", UNUSED_SCOPE[service])
    printed = stack.python("catalogue", *words)
    found = re.search(r"\bmtc_[A-Za-z0-9_-]{16,}", printed)
    assert found is not None
    return found.group()


@pytest.mark.parametrize("service", SERVICES)
def test_only_these_paths_are_open_to_all(stack: RunningStack, service: str) -> None:
    unguarded = {path for _, path, operation in operations(stack, service) if "security" not in operation}
    assert {path for path in unguarded if not path.startswith(PORTALS_OWN_LOGIN)} == (
        OPEN_TO_ALL | KEYS_TO_CHECK_WITH.get(service, set())
    )


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_key_every_guarded_operation_is_401(stack: RunningStack, service: str) -> None:
    with stack.client(service, key="") as client:
        for method, path, operation in operations(stack, service):
            if "security" in operation:
                answer = client.request(method, filled(path), json={} if method in {"POST", "PUT"} else None)
                assert (answer.status_code, method, path) == (401, method, path)
                assert answer.json()["failed_check"] == "key-missing"


@pytest.mark.parametrize("service", SERVICES)
def test_with_another_scope_every_guarded_operation_is_403(
    stack: RunningStack, service: str, key_without_scope: str
) -> None:
    with stack.client(service, key=key_without_scope) as client:
        for method, path, operation in operations(stack, service):
            if "security" in operation:
                answer = client.request(method, filled(path), json={} if method in {"POST", "PUT"} else None)
                assert (answer.status_code, method, path) == (403, method, path)


@pytest.mark.parametrize("service", SERVICES)
def test_a_key_nobody_made_is_401_and_not_told_why(stack: RunningStack, service: str) -> None:
    with stack.client(service, key="mtc_" + "A" * 43) as client:
        for method, path, operation in operations(stack, service):
            if "security" in operation and method == "GET":
                assert client.get(filled(path)).json()["failed_check"] == "key-unknown"
                break


@pytest.mark.parametrize("service", SERVICES)
def test_every_path_of_the_public_contract_is_served(stack: RunningStack, service: str) -> None:
    served = {shape(path) for _, path, _ in operations(stack, service)}
    assert {shape(path) for path in NAMED_IN_THE_DESIGN[service]} - served == set()


@pytest.mark.parametrize("service", SERVICES)
def test_an_integrator_finds_every_field_and_refusal_described(stack: RunningStack, service: str) -> None:
    with stack.client(service) as client:
        document = client.get("/openapi.json").json()
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if "description" not in described and "$ref" not in described
    ]
    assert bare == []
    for method, path, operation in operations(stack, service):
        assert operation.get("summary"), (method, path)
        undescribed = [p["name"] for p in operation.get("parameters", ()) if not p.get("description")]
        assert undescribed == [], (method, path)
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and path != "/readyz":
                assert list(answer["content"]) == ["application/problem+json"], (method, path, status)


@pytest.mark.parametrize("service", [*SERVICES, "sandbox-portal"])
def test_the_documents_open_without_the_internet(stack: RunningStack, service: str) -> None:
    with stack.client(service, key="") as client:
        page = client.get("/docs")
        assets = [path for path in re.findall(r'(?:src|href)="([^"]+)"', page.text) if not path.startswith("data:")]
        assert assets
        assert all(path.startswith("/") for path in assets), assets
        assert all(client.get(path).status_code == 200 for path in assets)


@pytest.mark.parametrize("service", [*SERVICES, "sandbox-portal"])
def test_ready_and_alive(stack: RunningStack, service: str) -> None:
    with stack.client(service, key="") as client:
        assert client.get("/livez").status_code == 200
        ready = client.get("/readyz")
    assert ready.status_code == 200, ready.text


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_can_be_asked_for_again_at_the_cost_of_a_304(stack: RunningStack, service: str) -> None:
    asked = 0
    with stack.client(service) as client:
        for method, path, operation in operations(stack, service):
            needs = [p for p in operation.get("parameters", ()) if p.get("required")]
            if method != "GET" or "security" not in operation or needs:
                continue
            first = client.get(path)
            if first.status_code != 200:
                continue  # it needs one of several parameters, which the documents cannot say
            again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
            assert (again.status_code, path) in {(304, path), (200, path)}
            if again.status_code == 200:
                assert again.headers["etag"] != first.headers["etag"], path  # the answer itself moved on meanwhile
            asked += 1
    assert asked >= 2
