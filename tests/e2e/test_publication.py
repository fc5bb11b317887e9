"""The 2024 report published with a newcomer's key, checked with the key file of make run alone, and restated."""

import os
import subprocess
import sys
from pathlib import Path

from support.stack import RunningStack

REPORT = {"kind": "report", "id": "annual-report", "agency": "H24.99", "from": "2023-11-15", "to": "2024-12-05"}


def test_the_2024_report_is_published_checked_offline_and_restated(stack: RunningStack, tmp_path: Path) -> None:
    with stack.client("metrics") as client:
        answer = client.post("/v1/publications", json=REPORT | {"format": "pdf"}, timeout=60)
        assert answer.status_code == 201, answer.text
        path = answer.headers["location"]
        file = client.get(f"{path}/file")
        assert file.content.startswith(b"%PDF")
        verified = client.get(f"{path}/verify").json()
        assert verified["valid"], verified
        restatement = client.get(f"{path}/restatement").json()
    assert restatement["explained"]
    assert all(one["published"] == one["now"] for one in restatement["figures"])
    said = answer.json()["publication"]["statement"]
    numbers = {figure["figure"]: figure["numerator"] for figure in said["figures"]}
    assert numbers["dossiers_resolved"] == 2172

    kept = tmp_path / "report.json"
    kept.write_bytes(answer.content)
    key = stack.directory / "publication-key.pem"
    assert key.stat().st_mode & 0o777 == 0o600
    command = [sys.executable, "-m", "metrics", "verify-publication", str(kept), "--key", f"{key}.pub"]
    nothing = {"PATH": os.environ.get("PATH", "")}
    done = subprocess.run(command, env=nothing, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "is what was published" in done.stdout) == (0, True), done.stderr
    assert "all equal" in stack.python("metrics", "verify")
