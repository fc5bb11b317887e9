"""What alarms see: samples of the registry, and the rules an operator is given."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.runtime.telemetry import REGISTRY

_ALERTS = Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yml"


def sample(name: str, **labels: str) -> float:
    """The value of ``motcua_<name>`` with these labels; 0 where it was never set."""
    return REGISTRY.get_sample_value(f"motcua_{name}", labels) or 0.0


@contextmanager
def counted(name: str, times: int | None = None, **labels: str) -> Iterator[None]:
    """The counter must have grown when the block ends: by ``times``, or at all."""
    before = sample(f"{name}_total", **labels)
    yield
    grown = sample(f"{name}_total", **labels) - before
    assert grown == times if times is not None else grown > 0, f"{name} {labels} grew by {grown:g}"


def rule(alert: str) -> str:
    """The condition of an alert in ``deploy/prometheus/alerts.yml``."""
    condition = r"expr: (?:>-\n((?:\s+.*\n)+?)(?=\s+\w+: )|(.+))"
    found = re.search(rf"- alert: {alert}\n(?:\s+\w+:.*\n)*?\s+{condition}", _ALERTS.read_text(encoding="utf-8"))
    assert found is not None, f"there is no alert {alert}"
    return " ".join((found.group(1) or found.group(2)).split())
