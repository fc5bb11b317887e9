"""No applicant value of the sandbox ever leaves the adapter.

Every value of a person the sandbox emits carries a marker. They are searched for in every table, log line,
metric and API answer of the running product.
"""

import asyncio

import asyncpg
import httpx
import pytest

from support.canaries import markers_in
from support.stack import RunningStack

SERVICES = ("catalogue", "dossier-sync", "metrics")
PERSONAL = {"fullname", "identitynumber", "phonenumber", "birthday", "ownerfullname", "applicant"}


def test_the_sandbox_does_emit_applicants(stack: RunningStack) -> None:
    """Without this the other tests could pass by searching for something that is never sent."""
    with httpx.Client(base_url=stack.urls["sandbox-portal"], timeout=30, trust_env=False) as portal:
        token = portal.post(
            "/auth/realms/digo/protocol/openid-connect/token",
            data={"grant_type": "client_credentials"},
            auth=("sandbox-client", "sandbox-secret"),
        ).json()["access_token"]
        page = portal.get("/pa/dossier/search?page=0&size=50&spec=page", headers={"Authorization": f"Bearer {token}"})
    assert len(markers_in(page.text)) > 100


def test_no_table_holds_an_applicant(stack: RunningStack) -> None:
    async def search() -> dict[str, list[str]]:
        connection = await asyncpg.connect(stack.database_url)
        try:
            tables = await connection.fetch(
                "select format('%I.%I', schemaname, tablename) as name from pg_tables "
                "where schemaname in ('catalogue', 'dossier', 'metrics')"
            )
            assert len(tables) > 15
            found: dict[str, list[str]] = {}
            for table in tables:
                rows = await connection.fetch(f"select t::text as line from {table['name']} as t")
                hits = [hit for row in rows for hit in markers_in(row["line"])]
                names = [row["line"] for row in rows if any(f'"{key}"' in row["line"].lower() for key in PERSONAL)]
                if hits or names:
                    found[table["name"]] = (hits + names)[:3]
            return found
        finally:
            await connection.close()

    assert asyncio.run(search()) == {}


def test_no_log_line_holds_an_applicant(stack: RunningStack) -> None:
    logs = sorted((stack.directory / "logs").glob("*.log"))
    assert logs
    assert {log.name: hits for log in logs if (hits := markers_in(log.read_text(errors="replace")))} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_no_metric_holds_an_applicant(stack: RunningStack, service: str) -> None:
    with stack.client(service) as client:
        assert markers_in(client.get("/metrics").text) == []


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("dossier-sync", "/v1/dossiers?agency=H24.99&limit=200"),
        ("dossier-sync", "/v1/ledger?after=0"),
        ("dossier-sync", "/v1/quarantine"),
        ("dossier-sync", "/v1/runs"),
        ("metrics", "/v1/figures/dossiers_total_handled/dossiers?agency=H24.99&from=2023-11-15&to=2024-12-05"),
    ],
)
def test_no_answer_holds_an_applicant(stack: RunningStack, service: str, path: str) -> None:
    with stack.client(service) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert markers_in(answer.text) == []
