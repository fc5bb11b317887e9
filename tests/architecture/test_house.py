"""Rules about the tree itself: what may not be in it, and what must not drift apart."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN_MODULES = {"utils", "helpers", "common", "managers", "manager", "constants", "misc"}
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(root|home)/[a-z]")
SERVICES = ["catalogue", "dossier-sync", "metrics", "sandbox-portal"]


def tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_module_is_named_for_nothing() -> None:
    assert [path for path in tracked("*.py") if path.stem in FORBIDDEN_MODULES] == []


def test_no_path_of_one_machine_is_in_the_tree() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in MACHINE_PATH.finditer(text)]
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_module_names(service: str) -> None:
    package = ROOT / "services" / service / "src" / service.replace("-", "_")
    for module in ("__main__.py", "app.py", "settings.py", "routes/__init__.py"):
        assert (package / module).is_file(), f"{service} lacks {module}"


def test_every_member_is_private() -> None:
    for path in tracked("**/pyproject.toml", "pyproject.toml"):
        assert "Private :: Do Not Upload" in tomllib.loads(path.read_text())["project"]["classifiers"], path


def test_the_clock_is_read_in_one_place() -> None:
    reads = re.compile(r"(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    clock = ROOT / "shared/src/shared/runtime/clock.py"
    sources = [path for path in tracked("*/src/**/*.py", "services/**/*.py", "deploy/**/*.py") if path != clock]
    assert [path for path in sources if reads.search(path.read_text())] == []


def test_the_environment_is_read_in_settings_only() -> None:
    reads = re.compile(r"os\.(environ|getenv)")
    sources = [path for path in tracked("shared/**/*.py", "services/**/*.py") if path.name != "settings.py"]
    assert [path for path in sources if reads.search(path.read_text())] == []


def test_every_decision_is_numbered_once() -> None:
    numbers = [path.name[:4] for path in tracked("docs/adr/*.md")]
    assert numbers == sorted(set(numbers))
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
