"""Schema migrations: one Alembic environment for all services, one version table in each service's own schema.

Users: ``python -m <service> migrate``, the local stack, the tests, and the linter of SQL (``sql``). Versions stand
in ``<package>/migrations/versions``; each is a plain module with ``upgrade()``.
"""

import importlib
import io
import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

VERSION_TABLE = "alembic_version"
LOCK_TIMEOUT = "2s"
"""A migration that cannot get its lock gives up: queuing for it would block every reader behind it."""

_ENVIRONMENT = Path(__file__).with_name("migrations")
_ALEMBIC = threading.Lock()
"""Alembic keeps its context in a module: one migration at a time in a process. Other processes wait in the database."""


class MigrationsMissing(RuntimeError):
    """A package has no ``migrations/versions``, or nothing in it."""


def upgrade(package: str, schema: str, url: str) -> None:
    """Brings ``schema`` to the newest version of ``package``; makes the schema. Running it again changes nothing.

    All versions of one call are one transaction, and two callers take turns. It blocks and has an event loop of its
    own: inside a running one call it with ``asyncio.to_thread``. Raises what the database raises; then nothing has
    changed.
    """
    with _ALEMBIC:
        command.upgrade(_config(package, schema, url), "head")


def sql(package: str, schema: str) -> str:
    """Every statement of every version, without a database: what a linter of SQL reads."""
    written = io.StringIO()
    with _ALEMBIC:
        command.upgrade(_config(package, schema, None, written), "head", sql=True)
    return written.getvalue()


def head(package: str) -> str:
    """The newest version there is."""
    newest = ScriptDirectory.from_config(_config(package, package, None)).get_current_head()
    if newest is None:
        raise MigrationsMissing(f"{package}.migrations.versions holds no version")
    return newest


async def current(connection: AsyncConnection, schema: str) -> str | None:
    """The version a schema is at; None when it was never migrated."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    table = f"{quote(schema)}.{VERSION_TABLE}"
    found = await connection.execute(text("select to_regclass(:name)").bindparams(name=table))
    if found.scalar_one() is None:
        return None
    version: str | None = (await connection.execute(text(f"select version_num from {table}"))).scalar_one_or_none()
    return version


def grant_views(schema: str, *views: str) -> str:
    """The statement with which a migration lets ``motcua_reader`` read its published views.

    A database without that role (one plain ``DATABASE_URL``) is left as it is.
    """
    named = ", ".join(f"{schema}.{view}" for view in views)
    return (
        "do $grants$ begin if exists (select from pg_roles where rolname = 'motcua_reader') then "
        f"grant usage on schema {schema} to motcua_reader; grant select on {named} to motcua_reader; "
        "end if; end $grants$"
    )


def _config(package: str, schema: str, url: str | None, output: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=output)
    config.set_main_option("script_location", _escaped(_ENVIRONMENT))
    config.set_main_option("version_locations", _escaped(_versions(package)))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(schema=schema, url=url, version_table=VERSION_TABLE, lock_timeout=LOCK_TIMEOUT)
    return config


def _escaped(path: Path) -> str:
    """The configuration parser reads % as the start of a variable."""
    return str(path).replace("%", "%%")


def _versions(package: str) -> Path:
    versions = Path(importlib.import_module(package).__file__ or "").parent / "migrations" / "versions"
    if not versions.is_dir():
        raise MigrationsMissing(f"{package} has no migrations/versions")
    return versions
