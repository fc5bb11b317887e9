"""docs/sandbox.md: its commands are run, and its table is the registry."""

import asyncio
import os
import re
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sandbox_portal.faults.document import markdown

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_table_of_faults_is_the_registry() -> None:
    table = PAGE.read_text().partition("<!-- faults -->\n")[2].partition("<!-- /faults -->")[0]
    assert table == markdown()


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's commands need curl")
async def test_every_command_of_the_page_prints_what_the_page_says(served: Callable[..., Awaitable[str]]) -> None:
    url = await served()
    blocks = BLOCK.findall(PAGE.read_text())
    script = "\n".join(text for kind, text in blocks if kind == "sh")
    told = "".join(text for kind, text in blocks if kind == "text")
    assert script.count("curl") > 10
    shell = await asyncio.create_subprocess_exec(
        "bash", "-uo", "pipefail", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"SANDBOX": url, "no_proxy": "*"},
    )  # fmt: skip
    printed, _ = await shell.communicate(script.encode())
    expected = re.escape(told).replace("…", ".*")
    assert re.fullmatch(expected, printed.decode()), printed.decode()
