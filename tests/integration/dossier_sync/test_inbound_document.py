"""docs/integrators.md: the commands that push dossiers are run, and print what the page says."""

import asyncio
import os
import re
import shutil
import socket
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.clients import create
from dossier_sync.app import build
from dossier_sync.settings import DossierSyncSettings
from shared.domain.identifiers import AgencyCode

PAGE = Path(__file__).parents[3] / "docs" / "integrators.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's commands need curl")
async def test_every_push_of_the_page_is_answered_as_the_page_says(engine: AsyncEngine, database_url: str) -> None:
    issued = await create(engine, agency=AgencyCode.parse("H24.99"), name="one-stop", scopes=("dossiers:push",))
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    app = build(DossierSyncSettings(DATABASE_URL=database_url))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[held]))
    while not server.started:  # noqa: ASYNC110 - uvicorn tells by this flag only
        await asyncio.sleep(0.01)
    blocks = BLOCK.findall(PAGE.read_text())
    script = "\n".join(text for kind, text in blocks if kind == "sh")
    assert script.count("push ") + script.count("curl") > 6
    told = {"MOTCUA": f"http://127.0.0.1:{held.getsockname()[1]}", "CLIENT": issued.client.client_id, "KEY": issued.key}
    try:
        shell = await asyncio.create_subprocess_exec(
            "bash", "-euo", "pipefail", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env=os.environ | told | {"no_proxy": "*"},
        )  # fmt: skip
        printed, _ = await shell.communicate(script.encode())
    finally:
        server.should_exit = True
        await serving
    assert printed.decode() == "".join(text for kind, text in blocks if kind == "text")
