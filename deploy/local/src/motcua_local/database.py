"""The database of the local stack: made once, with one role a service."""

import asyncio
import secrets
from pathlib import Path

import asyncpg
from alembic.util import CommandError
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from motcua_local.errors import StepFailed
from motcua_local.questions import ask
from shared.runtime.migrate import upgrade

DATABASE = "motcua"
PACKAGES = {"catalogue": "catalogue", "dossier": "dossier_sync", "metrics": "metrics"}
SCHEMAS = tuple(PACKAGES)
"""In the order they are migrated."""

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


def migrate(schema: str, url: str) -> None:
    """Brings one schema to its newest version: `python -m <package> migrate` without starting a Python for it.

    Raises StepFailed.
    """
    try:
        upgrade(PACKAGES[schema], schema, url)
    except (SQLAlchemyError, CommandError, OSError) as error:
        raise StepFailed(f"The schema {schema} could not be migrated: {error}") from error


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
