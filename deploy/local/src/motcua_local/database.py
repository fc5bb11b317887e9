"""The database of the local stack: made once, with one role a service."""

import asyncio
import secrets
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from motcua_local.errors import StepFailed
from motcua_local.questions import ask

DATABASE = "motcua"
SCHEMAS = ("catalogue", "dossier", "metrics")
ROLES = Path(__file__).parents[4] / "deploy" / "postgres" / "roles.sql"


def prepare(superuser_url: str) -> dict[str, str]:
    """Makes database and roles where they are missing. Returns the address each schema's service uses.

    Passwords are new at each start, so that none has to be kept on disk.
    """
    address = make_url(superuser_url).set(database=DATABASE)
    passwords = {schema: secrets.token_urlsafe(24) for schema in SCHEMAS}
    asyncio.run(_prepare(superuser_url, address.render_as_string(hide_password=False), passwords))
    return {
        schema: address.set(username=f"motcua_{schema}", password=password).render_as_string(hide_password=False)
        for schema, password in passwords.items()
    }


def ledger_head(url: str) -> int:
    """The newest ledger entry: what a figure has to be computed from to hold all that was synced."""
    head = ask(url, "select coalesce(max(entry), 0) from dossier.ledger_v1")
    if not isinstance(head, int):
        raise StepFailed("The ledger cannot be read: the database does not answer.")
    return head


async def _prepare(superuser_url: str, url: str, passwords: dict[str, str]) -> None:
    connection = await asyncpg.connect(superuser_url, ssl=False)
    try:
        if not await connection.fetchval("select true from pg_database where datname = $1", DATABASE):
            await connection.execute(f"create database {DATABASE}")
    finally:
        await connection.close()
    settings = {f"motcua.{schema}_password": password for schema, password in passwords.items()}
    connection = await asyncpg.connect(url, ssl=False, server_settings=settings)
    try:
        async with connection.transaction():
            await connection.execute(ROLES.read_text())
    finally:
        await connection.close()
