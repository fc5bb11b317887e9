"""The API key a newcomer tries things with: made once, kept readable for this account only."""

import os
import re
from pathlib import Path

import httpx

from motcua_local.children import Children
from motcua_local.errors import StepFailed
from motcua_local.report_2024 import AGENCY
from motcua_local.services import Programs

SCOPES = (
    "figures:read",
    "catalogue:read",
    "dossiers:read",
    "lineage:read",
    "sync:read",
    "sync:operate",
    "publish",
)
_KEY = re.compile(r"\bmtc_[A-Za-z0-9_-]{16,}")


def ensure(directory: Path, services: Programs, children: Children) -> str:
    """The kept key if the services still know it (the database may be another one), else a new one."""
    file = directory / "key"
    kept = file.read_text().strip() if file.exists() else ""
    if kept and _is_known(services.metrics.url, kept):
        return kept
    made = _create(services, children)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
        handle.write(made + "\n")
    return made


def _is_known(url: str, kept: str) -> bool:
    answer = httpx.get(f"{url}/v1/figures", headers={"Authorization": f"Bearer {kept}"}, timeout=10, trust_env=False)
    return answer.status_code == httpx.codes.OK


def _create(services: Programs, children: Children) -> str:
    words = ["clients", "create", "--agency", AGENCY, "--name", "make run"]
    words += [word for scope in SCOPES for word in ("--scope", scope)]
    said = children.step(
        "api-client", services.catalogue.command(*words), services.catalogue.environment, keep_log=False
    )
    found = _KEY.search(said)
    if found is None:
        raise StepFailed(f"`{' '.join(words)}` of catalogue printed no API key.")
    return found.group()
