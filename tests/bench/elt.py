"""A usual ELT tool over the same sandbox pages into the same Postgres, beside our own sync of the same rows.

Its shares are taken in the same run as ours: the tool's two settings and our sync take turns, because the machine's
speed drifts. Each is timed from the first request to the last commit, without the start of its process.
"""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import make_url

from bench import ingest
from bench.stack import Stack

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".tools" / "peers" / "bin" / "python"
SCRIPT = Path(__file__).parent / "peers" / "dlt_rest.py"
VARIANTS = {"default": "dlt rest_api, merge, defaults", "fastest": "dlt rest_api, upsert, CSV, 2 workers"}


@dataclass(frozen=True)
class Peer:
    """Rows a second of a first load and of reading everything again."""

    first: float
    again: float


def measure(stack: Stack, *, dossiers: int, page_size: int, rounds: int) -> Iterator[str]:
    """One line for us and for each setting, with how many times ours is faster."""
    ingest.warm_halves(stack, ingest.warm(stack, page_size))
    ours: list[Peer] = []
    found: dict[str, list[Peer]] = {variant: [] for variant in VARIANTS}
    for _ in range(rounds):
        ours.append(_ours(stack, dossiers))
        for variant, taken in found.items():
            taken.append(_dlt(stack, variant, dossiers, page_size))
    mine = _median(ours)
    yield f"{'motcua':<40}{mine.first:>12,.0f}{mine.again:>12,.0f}{'':>10}{'':>10}"
    for variant, taken in found.items():
        peer = _median(taken)
        times = f"{mine.first / peer.first:>10.1f}{mine.again / peer.again:>10.1f}"
        yield f"{VARIANTS[variant]:<40}{peer.first:>12,.0f}{peer.again:>12,.0f}{times}"


def _ours(stack: Stack, dossiers: int) -> Peer:
    asyncio.run(ingest.empty(stack))
    return Peer(*(dossiers / ingest.sync(stack) for _ in ("first", "again")))


def _dlt(stack: Stack, variant: str, dossiers: int, page_size: int) -> Peer:
    address = make_url(stack.database_url).set(password="any")  # dlt asks for one, though the server trusts
    environment = {
        **stack.environment,
        "DATABASE_URL": address.render_as_string(hide_password=False),
        "PORTAL_URL": stack.sandbox_url,
    }
    command = [str(PYTHON), str(SCRIPT), variant, str(dossiers), str(page_size)]
    done = subprocess.run(command, env=environment, cwd=stack.directory, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"dlt ended with {done.returncode}:\n{done.stderr[-4000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    if told["stored"] != dossiers:
        raise SystemExit(f"dlt stored {told['stored']} of {dossiers} dossiers; its speed says nothing")
    return Peer(dossiers / told["first"], dossiers / told["again"])


def _median(taken: list[Peer]) -> Peer:
    return Peer(median(one.first for one in taken), median(one.again for one in taken))
