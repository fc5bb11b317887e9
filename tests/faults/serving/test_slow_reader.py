"""A caller who asks and does not read: what it holds up is its own connection, and no question in the database."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import clients
from dossier_sync.app import build
from dossier_sync.settings import DossierSyncSettings
from shared.domain.identifiers import AgencyCode
from support.fake_igate import FakeIgate, a_record
from support.syncing import sync


@pytest.mark.fault("F140")
async def test_f140_an_answer_nobody_reads_holds_no_connection_to_the_database(
    engine: AsyncEngine, database_url: str
) -> None:
    await sync(engine, FakeIgate([a_record(f"000.00.99.H24-240115-{n:04d}") for n in range(50)]).portal(50))
    made = await clients.create(engine, agency=AgencyCode.parse("H24"), name="slow", scopes=["dossiers:read"])
    app = build(DossierSyncSettings(DATABASE_URL=database_url, database_pool_size=1))
    pool: Any = app.state.engine.pool
    begun, reads = asyncio.Event(), asyncio.Event()
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        begun.set()
        await reads.wait()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/v1/dossiers", "raw_path": b"/v1/dossiers", "query_string": b"agency=H24", "root_path": "",
        "headers": [(b"host", b"t"), (b"authorization", f"Bearer {made.key}".encode())],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    answering = asyncio.create_task(app(scope, receive, send))
    await asyncio.wait_for(begun.wait(), 10)
    assert sent[0]["status"] == 200
    assert pool.checkedout() == 0
    reads.set()
    await answering
    await app.state.engine.dispose()
