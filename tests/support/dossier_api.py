"""The API of dossier-sync over a test's own database, asked with a key that may do everything."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.app import build
from dossier_sync.settings import DossierSyncSettings
from shared.runtime.auth import key_hash
from shared.runtime.database import transaction

KEY = "mtc_" + "k" * 43
SCOPES = ("sync:read", "sync:operate", "dossiers:read")


async def a_key(
    engine: AsyncEngine, key: str = KEY, *, client: str = "c", agency: str = "H24", scopes: Sequence[str] = SCOPES
) -> None:
    """A client of an agency, with one key."""
    made = {"client": client, "agency": agency, "scopes": list(scopes), "hash": key_hash(key)}
    async with transaction(engine) as connection:
        await connection.execute(
            text(
                "insert into catalogue.api_client (client_id, agency_code, name, scopes) "
                "values (:client, :agency, :client, :scopes)"
            ),
            made,
        )
        await connection.execute(
            text("insert into catalogue.api_key (key_hash, client_id) values (:hash, :client)"), made
        )


@asynccontextmanager
async def an_api(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """The API, in this process."""
    await a_key(engine)
    app = build(DossierSyncSettings(DATABASE_URL=database_url))
    transport = httpx.ASGITransport(app)
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as client:
        yield client
    await app.state.engine.dispose()
