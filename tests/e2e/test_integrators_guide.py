"""docs/integrators.md: the commands about forms and publications are run, and print what the page says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.stack import RunningStack

PAGE = Path(__file__).parents[2] / "docs" / "integrators.md"
BLOCK = re.compile(r"^```(sh|text) metrics\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's commands need curl")
def test_every_form_and_publication_of_the_page_is_answered_as_the_page_says(
    stack: RunningStack, tmp_path: Path
) -> None:
    blocks = BLOCK.findall(PAGE.read_text())
    script = "\n".join(text for kind, text in blocks if kind == "sh")
    asked = ("II.06b", "II.06c", "II.07b", "766", "publications", "verify-publication", "verify", "restatement")
    assert all(name in script for name in asked)
    told = {
        "MOTCUA": stack.urls["metrics"],
        "MOTCUA_KEY": stack.key,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "no_proxy": "*",
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail"], input=script, env=os.environ | told, cwd=tmp_path, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "".join(text for kind, text in blocks if kind == "text")
