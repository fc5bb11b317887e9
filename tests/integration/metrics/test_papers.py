"""The papers of `make run`: the numbers of the 2024 report entered from their file, and the three files written."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from integration.metrics.test_commands import run
from integration.metrics.test_forms import MAGIC
from metrics.app import build
from metrics.settings import MetricsSettings
from motcua_local.errors import StepFailed
from motcua_local.papers import ENTERED, PAPERS, write_papers
from motcua_local.report_2024 import AGENCY, RANGE
from support.metrics_world import KEY, World, a_dossier

ASKED = {"agency": AGENCY, **dict(RANGE)}


@pytest.fixture
async def served(world: World) -> AsyncIterator[str]:
    """The service on a port of its own."""
    app = build(MetricsSettings(database_url=world.url, projector=False))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving
    await app.state.engine.dispose()


def names_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


async def test_the_file_holds_every_number_of_the_report_that_no_portal_has(
    world: World, client: httpx.AsyncClient
) -> None:
    items = json.loads(ENTERED.read_text())["indicators"]
    assert all(item["source"] for item in items)
    assert await run(world, "import-indicators", str(ENTERED)) == (
        0,
        f"{len(items)} indicators: {len(items)} entered, 0 unchanged\n",
    )
    report = (await client.get("/v1/forms/annual-report", params=ASKED)).json()
    shown = {
        line["figure"]: line
        for section in report["sections"]
        for line in section["lines"]
        if line["kind"] == "hand_entered"
    }
    assert shown["digitised_rate_reported"]["value"] == "98.97"
    assert (shown["site_daily_visits"]["value"], shown["site_daily_visits"]["qualifier"]) == ("5000", "more_than")
    assert (shown["facebook_followers"]["value"], shown["facebook_followers"]["qualifier"]) == ("10000", "nearly")
    assert shown["legal_documents_with_tthc"]["value"] == "0"
    assert {item["id"] for item in items} == set(shown) - {None}


async def test_the_papers_are_written_whole_and_again_over_themselves(
    world: World, served: str, tmp_path: Path
) -> None:
    await world.page([a_dossier(number) for number in range(3)])
    await world.project()
    for _ in range(2):
        written = await asyncio.to_thread(write_papers, tmp_path, served, KEY)
        assert [path.name for path in written] == [name for name, _, _ in PAPERS]
        assert all(path.read_bytes().startswith(MAGIC[path.suffix[1:]]) for path in written)
        assert names_in(tmp_path) == sorted(name for name, _, _ in PAPERS)


async def test_a_paper_that_is_refused_stops_the_run_and_is_named(served: str, tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match=r"annual-report\.docx with 401"):
        await asyncio.to_thread(write_papers, tmp_path, served, "mtc_nobody")
    assert names_in(tmp_path) == []
