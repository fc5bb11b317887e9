"""What the migrations build is what tables.py says, to the last constraint; and they can be run again."""

import asyncio
import importlib
import re
import subprocess

import asyncpg
import pytest
from sqlalchemy import MetaData, make_url
from sqlalchemy.schema import CreateSchema

from motcua_local.binaries import find_binaries
from shared.runtime.database import create_engine
from shared.runtime.migrate import upgrade
from support.postgres import SCHEMAS, Server

NOISE = re.compile(r"^(--|SET |SELECT pg_catalog|\\|COMMENT |\s*$)")


def dump(url: str, schema: str) -> set[str]:
    """The statements of a schema, without views, grants and the version table."""
    address = make_url(url)
    command = [str(find_binaries(None) / "pg_dump"), "--schema-only", "--no-owner", "--no-privileges", "-n", schema]
    command += ["-h", address.host or "", "-p", str(address.port), "-U", address.username or "", address.database or ""]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"PGPASSWORD": address.password or ""}
    )
    lines = [line for line in done.stdout.splitlines() if not NOISE.match(line)]
    statements = (statement.strip() for statement in "\n".join(lines).split(";\n"))
    return {_unordered(one) for one in statements if one and " VIEW " not in one and "alembic_version" not in one}


def _unordered(statement: str) -> str:
    """Without the order of its columns: a column added later stands last, and that is history, not shape."""
    return "\n".join(sorted(line.rstrip(",") for line in statement.splitlines()))


def metadata_of(package: str) -> MetaData:
    metadata: MetaData = importlib.import_module(f"{package}.tables").metadata
    return metadata


@pytest.mark.parametrize("package", SCHEMAS)
async def test_the_migrated_schema_is_the_one_tables_py_describes(
    package: str, server: Server, database_url: str
) -> None:
    schema = SCHEMAS[package]
    async with server.an_empty_database() as described:
        engine = create_engine(described, application_name="test")
        async with engine.begin() as connection:
            await connection.execute(CreateSchema(schema))
            await connection.run_sync(metadata_of(package).create_all)
        await engine.dispose()
        assert dump(database_url, schema) == dump(described, schema)


@pytest.mark.parametrize("package", SCHEMAS)
async def test_migrating_twice_changes_nothing(package: str, database_url: str) -> None:
    before = dump(database_url, SCHEMAS[package])
    await asyncio.to_thread(upgrade, package, SCHEMAS[package], database_url)
    assert dump(database_url, SCHEMAS[package]) == before


async def test_each_service_keeps_its_version_in_its_own_schema(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch("select schemaname from pg_tables where tablename = 'alembic_version'")
    finally:
        await connection.close()
    assert {row["schemaname"] for row in rows} == set(SCHEMAS.values())
