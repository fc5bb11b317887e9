"""The command line, as an operator runs it, and the service as it is served."""

import asyncio
import os
import sys

import httpx
from sqlalchemy import text

from metrics.app import build
from metrics.settings import MetricsSettings
from shared.runtime.database import transaction
from support.metrics_world import KEY, World, a_dossier


async def run(world: World, *arguments: str) -> tuple[int, str]:
    """Exit code and standard output of ``python -m metrics …`` over the world."""
    environment = os.environ | {"METRICS_DATABASE_URL": world.url}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "metrics", *arguments, stdout=asyncio.subprocess.PIPE, env=environment
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_project_rebuild_and_verify_say_where_they_stand(world: World) -> None:
    await world.page([a_dossier(1), a_dossier(2)])
    assert await run(world, "project", "--once") == (0, "entry 1, 2 revisions\n")
    assert await run(world, "project", "--once") == (0, "entry 1, 0 revisions\n")
    assert await run(world, "rebuild") == (0, "entry 1, 2 revisions\n")
    code, output = await run(world, "verify")
    assert (code, "all equal" in output) == (0, True)


async def test_rows_of_older_rules_are_rebuilt_once_and_projecting_says_so(world: World) -> None:
    await world.page([a_dossier(1), a_dossier(2)])
    assert await run(world, "rebuild", "--if-needed") == (0, "nothing to rebuild\n")
    await world.project()
    async with transaction(world.engine) as connection:
        await connection.execute(text("update metrics.projection set rule = '0'"))
    assert await run(world, "project", "--once") == (1, "")
    assert await run(world, "rebuild", "--if-needed") == (0, "entry 1, 2 revisions\n")
    assert await run(world, "rebuild", "--if-needed") == (0, "nothing to rebuild\n")


async def test_verify_exits_with_1_on_a_difference_and_2_behind_the_ledger(world: World) -> None:
    await world.page([a_dossier(1)])
    await world.project()
    await world.page([a_dossier(2)])
    assert (await run(world, "verify"))[0] == 2
    async with transaction(world.engine) as connection:
        await connection.execute(text("update metrics.tally set late = 9 where agency_code = ''"))
    code, output = await run(world, "verify")
    assert (code, "tally" in output) == (1, True)


async def test_migrating_twice_changes_nothing(world: World) -> None:
    assert (await run(world, "migrate"))[0] == 0


async def test_the_served_application_follows_the_ledger_by_itself(world: World) -> None:
    app = build(MetricsSettings(database_url=world.url, projector_poll_seconds=30))
    headers = {"Authorization": f"Bearer {KEY}"}
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://metrics", headers=headers) as client,
    ):
        for number in (1, 2):
            await world.page([a_dossier(number)], notify=True)
            async with asyncio.timeout(10):
                while (await client.get("/v1/freshness")).json()["entry"] < number:  # noqa: ASYNC110 - another task's
                    await asyncio.sleep(0.02)
        answer = await client.get("/v1/figures/dossiers_resolved/value?period=2024")
    assert answer.json()["value"] == "2"
