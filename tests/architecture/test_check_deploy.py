"""The check of deploy/ finds what it is there to find."""

import shutil
from pathlib import Path

import pytest

from architecture.check_deploy import ALERTS, COMPOSE, DOCKERFILE, ENVIRONMENT, ROOT, defects


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What the check reads, to be spoilt."""
    for part in ("deploy/docker", "deploy/caddy", "deploy/prometheus", "deploy/postgres"):
        shutil.copytree(ROOT / part, tmp_path / part)
    for part in ("services", "shared"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / COMPOSE, tmp_path)
    return tmp_path


def test_the_deployment_has_no_defect(tree: Path) -> None:
    assert defects(tree) == []


@pytest.mark.parametrize(
    ("file", "right", "wrong", "named"),
    [
        (COMPOSE, "restart: unless-stopped", "restrat: unless-stopped", "restrat"),
        (COMPOSE, "postgres:/var/lib/postgresql", "postgres:/var/lib/postgresql/data", "/var/lib/postgresql"),
        (COMPOSE, "{SERVICE: metrics}", "{SERVICE: metric}", "services/metric"),
        (COMPOSE, "METRICS_HOST:", "METRICS_HOSTT:", "METRICS_HOSTT"),
        (COMPOSE, "./deploy/caddy/Caddyfile:", "./services:", "only files of deploy/"),
        (ENVIRONMENT, "MOTCUA_METRICS_PASSWORD=", "MOTCUA_METRIC_PASSWORD=", "MOTCUA_METRICS_PASSWORD"),
        (DOCKERFILE, "FROM python:3.11-slim-bookworm AS build", "FROM python AS build", "DL3006"),
        (ALERTS, "motcua_http_request_seconds_count", "motcua_http_requests_count", "motcua_http_requests"),
    ],
)
def test_a_spoilt_deployment_is_named(tree: Path, file: str, right: str, wrong: str, named: str) -> None:
    text = (tree / file).read_text()
    assert right in text
    (tree / file).write_text(text.replace(right, wrong))
    assert any(named in defect for defect in defects(tree))
