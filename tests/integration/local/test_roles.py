"""The database roles: what each service may do, and what nobody may."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import make_url

from motcua_local.binaries import find_binaries
from motcua_local.database import ROLES, prepare
from motcua_local.postgres import Cluster


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    root = Path(tempfile.mkdtemp(prefix="motcua-roles-"))
    root.chmod(0o755)
    cluster = Cluster(root / "pg", settings={"fsync": "off", "shared_buffers": "16MB"})
    cluster.start()
    yield cluster
    cluster.clean()
    shutil.rmtree(root)


async def run(url: str, *statements: str) -> list[object]:
    connection = await asyncpg.connect(url, ssl=False)
    try:
        return [await connection.fetchval(statement) for statement in statements]
    finally:
        await connection.close()


async def test_preparing_twice_gives_each_service_a_new_password_and_keeps_what_it_owns(cluster: Cluster) -> None:
    first = await asyncio.to_thread(prepare, cluster.url)
    await run(first["catalogue"], "create table catalogue.kept (n int)", "insert into catalogue.kept values (7)")
    second = await asyncio.to_thread(prepare, cluster.url)
    assert await run(second["catalogue"], "select n from catalogue.kept") == [7]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await run(first["catalogue"], "select 1")


async def test_each_service_reads_only_what_another_publishes(cluster: Cluster) -> None:
    urls = await asyncio.to_thread(prepare, cluster.url)
    await run(
        urls["dossier"],
        "create table if not exists dossier.inner_table (n int)",
        "create or replace view dossier.shown_v1 as select 1 as n",
        "grant usage on schema dossier to motcua_reader",
        "grant select on dossier.shown_v1 to motcua_reader",
    )
    assert await run(urls["metrics"], "select n from dossier.shown_v1") == [1]
    for forbidden in (
        "select n from dossier.inner_table",
        "create table dossier.foreign_table (n int)",
        "create table public.anything (n int)",
        "create schema anything",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await run(urls["metrics"], forbidden)


async def test_the_compose_job_runs_the_same_file_with_psql(cluster: Cluster) -> None:
    urls = await asyncio.to_thread(prepare, cluster.url)
    psql = find_binaries(None) / "psql"
    if not psql.exists():
        pytest.skip("MOTCUA_PG_BIN has no psql")
    command = [psql, "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction", f"--file={ROLES}"]
    await asyncio.to_thread(
        subprocess.run,
        [*command, cluster.url.replace("/postgres", "/motcua")],
        env={"PGOPTIONS": "-c motcua.catalogue_password=fresh"},
        check=True,
        capture_output=True,
    )
    changed = urls["catalogue"].replace(str(make_url(urls["catalogue"]).password), "fresh")
    assert await run(changed, "select current_user") == ["motcua_catalogue"]
    assert await run(urls["metrics"], "select current_user") == ["motcua_metrics"]


async def test_a_role_that_was_given_nothing_may_not_connect(cluster: Cluster) -> None:
    urls = await asyncio.to_thread(prepare, cluster.url)
    await run(cluster.url, "create role stranger login password 'x'")
    address = urls["metrics"].rpartition("@")[2]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(f"postgresql://stranger:x@{address}", "select 1")
