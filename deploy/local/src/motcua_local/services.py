"""What the stack runs: each process with its command, its port and the environment it is told."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from motcua_local.ports import claim
from motcua_local.settings import StackSettings

SCENARIO = "haiphong-2024"


@dataclass(frozen=True)
class Ports:
    """Where each service listens."""

    sandbox: int
    catalogue: int
    dossier_sync: int
    metrics: int


@dataclass(frozen=True)
class Program:
    """One package of ours as the stack runs it."""

    name: str
    package: str
    environment: Mapping[str, str]
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str) -> list[str]:
        """``python -m <package> …`` with this very interpreter."""
        return [sys.executable, "-m", self.package, *words]


@dataclass(frozen=True)
class Programs:
    """The four services, in the order they are started."""

    sandbox: Program
    catalogue: Program
    dossier_sync: Program
    metrics: Program

    def all(self) -> list[Program]:
        """In the order they are started."""
        return [self.sandbox, self.catalogue, self.dossier_sync, self.metrics]

    def with_schema(self) -> list[Program]:
        """Those that store something, in the order they are migrated."""
        return [self.catalogue, self.dossier_sync, self.metrics]


def claim_ports(settings: StackSettings) -> Ports:
    """Raises PortTaken, naming the variable that moves the service elsewhere."""
    return Ports(
        sandbox=claim(settings.port_sandbox, "sandbox-portal", "MOTCUA_PORT_SANDBOX"),
        catalogue=claim(settings.port_catalogue, "catalogue", "MOTCUA_PORT_CATALOGUE"),
        dossier_sync=claim(settings.port_dossier_sync, "dossier-sync", "MOTCUA_PORT_DOSSIER_SYNC"),
        metrics=claim(settings.port_metrics, "metrics", "MOTCUA_PORT_METRICS"),
    )
