"""What the stack runs: each process with its command, its port and the environment it is told."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from motcua_local.ports import claim
from motcua_local.settings import StackSettings, inherited

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


def programs(ports: Ports, urls: Mapping[str, str], signing_key: Path) -> Programs:
    """The services as they are told to run; ``urls`` is the database address of each schema.

    ``signing_key`` is the file publications are signed with, unless the environment names a key of its own.
    """
    sandbox = Program(
        "sandbox-portal",
        "sandbox_portal",
        _environment("SANDBOX", ports.sandbox, SCENARIO=SCENARIO),
        ports.sandbox,
    )
    catalogue = _environment(
        "CATALOGUE",
        ports.catalogue,
        DATABASE_URL=urls["catalogue"],
        PORTAL_URL=sandbox.url,
        DECISIONS_URL=f"{sandbox.url}/sandbox/decisions",  # days and kinds that no portal carries
        REQUESTS_PER_SECOND="200",  # politeness is for portals that others use too
    )
    dossier_sync = _environment(
        "DOSSIER_SYNC",
        ports.dossier_sync,
        DATABASE_URL=urls["dossier"],
        PORTAL_URL=sandbox.url,
        PETITIONS_URL=f"{sandbox.url}/sandbox/petitions",
    )
    own = {} if "METRICS_SIGNING_KEY" in inherited() else {"SIGNING_KEY_FILE": str(signing_key)}
    metrics = _environment("METRICS", ports.metrics, DATABASE_URL=urls["metrics"], **own)
    return Programs(
        sandbox=sandbox,
        catalogue=Program("catalogue", "catalogue", catalogue, ports.catalogue),
        dossier_sync=Program("dossier-sync", "dossier_sync", dossier_sync, ports.dossier_sync),
        metrics=Program("metrics", "metrics", metrics, ports.metrics),
    )


def _environment(prefix: str, port: int, **told: str) -> dict[str, str]:
    # HOST is fixed: the local stack answers on the loopback only, whatever the shell says.
    fixed = {"HOST": "127.0.0.1", "PORT": str(port), **told}
    return {**inherited(), **{f"{prefix}_{name}": value for name, value in fixed.items()}, "PYTHONUNBUFFERED": "1"}
