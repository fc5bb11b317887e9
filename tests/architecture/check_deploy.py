"""Part of `make check`: docker-compose.yml, the Dockerfile and the alerts are valid and fit the tree. No engine needed.

Exit 1 with one line a defect.
"""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from pydantic import AliasChoices
from pydantic_settings import BaseSettings

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
COMPOSE, ENVIRONMENT = "docker-compose.yml", "deploy/docker/compose.env.example"
DOCKERFILE, ALERTS = "deploy/docker/Dockerfile", "deploy/prometheus/alerts.yml"
PACKAGES = {
    "CATALOGUE_": "catalogue",
    "DOSSIER_SYNC_": "dossier_sync",
    "METRICS_": "metrics",
    "SANDBOX_": "sandbox_portal",
}


def run(root: Path, tool: str, *words: str) -> tuple[str, list[str]]:
    """Standard output, and one defect if the tool is not content."""
    # Nothing of the caller's environment: the example file alone must be enough.
    done = subprocess.run(
        [str(TOOLS / tool), *words],
        cwd=root,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": "/"},
    )
    said = (done.stderr + done.stdout).strip()
    return done.stdout, [f"{tool}: {said}"] if done.returncode else []


def composed(root: Path) -> tuple[dict[str, Any], list[str]]:
    """The resolved compose file, and what is wrong with its form."""
    text, wrong = run(root, "docker-compose", "--env-file", ENVIRONMENT, "config", "--format", "json")
    _, schema = run(root, "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)
    return ({} if wrong else json.loads(text)), [*wrong, *schema]


def variables(root: Path) -> list[str]:
    """The example file lists the variables of the compose file, all and only those."""
    used = set(re.findall(r"\$\{([A-Z_]+)", (root / COMPOSE).read_text()))
    listed = set(re.findall(r"^([A-Z_]+)=", (root / ENVIRONMENT).read_text(), re.MULTILINE))
    return [f"{ENVIRONMENT} and {COMPOSE} differ on {name}" for name in sorted(used ^ listed)]


def images(root: Path, services: dict[str, Any]) -> list[str]:
    """Each directory of services/ is a service of the same name, built from that directory, with a health check."""
    there = {path.parent.name for path in root.glob("services/*/pyproject.toml")}
    built = {name: one["build"]["args"]["SERVICE"] for name, one in services.items() if "build" in one}
    found = [f"services/{name} is no service of {COMPOSE}" for name in sorted(there - built.keys())]
    for name, asked in built.items():
        found += [f"{name} is built from services/{part}, which is not there" for part in set(asked.split()) - there]
        if name in there and asked != name:
            found.append(f"{name} is built from {asked}")
        if name in there and "healthcheck" not in services[name]:
            found.append(f"{name} has no health check")
    return found


def storage(root: Path, services: dict[str, Any]) -> list[str]:
    """Postgres 18 keeps its data one level higher; and from the host come only configuration files, read-only."""
    postgres = services.get("postgres", {})
    mounted = [one["target"] for one in postgres.get("volumes", [])]
    found = []
    if postgres.get("image") != "postgres:18" or mounted != ["/var/lib/postgresql"]:
        found.append("postgres must be postgres:18 with its volume at /var/lib/postgresql")
    for name, one in services.items():
        for bind in (volume for volume in one.get("volumes", []) if volume["type"] == "bind"):
            source = Path(bind["source"])
            if not (source.is_file() and source.is_relative_to(root / "deploy") and bind.get("read_only")):
                found.append(f"{name} mounts {source}: only files of deploy/, read-only")
    return found


def settings_of(package: str) -> set[str]:
    """The environment variables a package reads."""
    found: set[str] = set()
    for kind in vars(importlib.import_module(f"{package}.settings")).values():
        if isinstance(kind, type) and issubclass(kind, BaseSettings):
            for name, field in kind.model_fields.items():
                alias = field.validation_alias
                plain = f"{kind.model_config.get('env_prefix', '')}{name}".upper()
                found |= (
                    {str(one) for one in alias.choices} if isinstance(alias, AliasChoices) else {str(alias or plain)}
                )
    return found


def settings(services: dict[str, Any]) -> list[str]:
    """Every variable a service is given is one it reads."""
    found = []
    known = {prefix: settings_of(package) for prefix, package in PACKAGES.items()}
    for name, one in services.items():
        for variable in one.get("environment", {}):
            prefix = next((prefix for prefix in PACKAGES if variable.startswith(prefix)), None)
            if prefix and variable not in known[prefix]:
                found.append(f"{name} is given {variable}, which nothing reads")
    return found


def alerts(root: Path) -> list[str]:
    """Every metric an alert watches is one some service, or a job of deploy/, exports."""
    code = "".join(
        path.read_text() for part in ("shared", "services", "deploy") for path in (root / part).rglob("*.py")
    )
    exported = {f"motcua_{name}" for name in re.findall(r"\b(?:counter|gauge|histogram)\(\s*\"(\w+)\"", code)}
    exported |= set(re.findall(r"\"(motcua_\w+)\"", code))
    watched = set(re.findall(r"\b(motcua_\w+)\b", (root / ALERTS).read_text()))
    bare = {re.sub(r"_(count|sum|bucket|total)$", "", name) for name in watched - exported} | (watched & exported)
    return [f"{ALERTS} watches {name}, which no service exports" for name in sorted(bare - exported)]


def defects(root: Path) -> list[str]:
    """Everything that is wrong under ``root``."""
    document, found = composed(root)
    services = document.get("services", {})
    _, dockerfile = run(root, "hadolint", DOCKERFILE)
    found += [*dockerfile, *variables(root), *alerts(root)]
    return [*found, *images(root, services), *storage(root, services), *settings(services)] if services else found


if __name__ == "__main__":
    listed = defects(ROOT)
    for defect in listed:
        print(defect)
    sys.exit(1 if listed else 0)
