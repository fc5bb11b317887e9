"""Part of `make check`: the locks fit the workspace and name no package index. Needs no network.

Exit 1 with one line a defect.
"""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, Version]:
    return {canonicalize_name(name): Version(version) for name, version in PIN.findall(lock.read_text())}


def wanted(pyproject: Path, group: str = "dev") -> list[Requirement]:
    document = tomllib.loads(pyproject.read_text())
    listed = document["project"].get("dependencies", []) + document.get("dependency-groups", {}).get(group, [])
    return [Requirement(text) for text in listed if not text.startswith("motcua-")]


def defects() -> list[str]:
    run, dev = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-dev.lock")
    found = []
    for lock in ("requirements.lock", "requirements-dev.lock", "requirements-peers.lock"):
        text = (ROOT / lock).read_text()
        if re.search(r"https?://|--index|--find-links|--extra-index", text):
            found.append(f"{lock} names a host; write it with `make lock`")
        if text.count("==") and "--hash=sha256:" not in text:
            found.append(f"{lock} holds no hashes; write it with `make lock`")
    members = [
        *ROOT.glob("services/*/pyproject.toml"),
        ROOT / "shared/pyproject.toml",
        ROOT / "deploy/local/pyproject.toml",
    ]
    workspace = ROOT / "pyproject.toml"
    needs = [(member, need, run) for member in members for need in wanted(member)]
    needs += [(workspace, need, run | dev) for need in wanted(workspace)]
    needs += [(workspace, need, pins(ROOT / "requirements-peers.lock")) for need in wanted(workspace, "peers")]
    for pyproject, need, locked in needs:
        version = locked.get(canonicalize_name(need.name))
        if version is None or version not in need.specifier:
            found.append(f"{pyproject.relative_to(ROOT)} wants {need}; locked is {version}; run `make lock`")
    for name in run.keys() & dev.keys():
        if run[name] != dev[name]:
            found.append(f"{name} is {run[name]} in one lock and {dev[name]} in the other; run `make lock`")
    return found


if __name__ == "__main__":
    listed = defects()
    for defect in listed:
        print(defect)
    sys.exit(1 if listed else 0)
