"""How fast a sync is, against the fastest a client can put the same rows into a keyed, logged table.

The limit: the very rows the sync stored, pre-encoded in binary, COPYed into a logged table with the dossier code as
primary key. It is taken before and after every sync; a sync is divided by the mean of its two neighbours, because the
machine's speed drifts. A sync is timed by its own process: HTTP, decoding, intake, page transactions and ledger
entries included, the start of Python excluded (``run.started_at`` to ``run.finished_at``).
"""

import asyncio
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

import asyncpg
import httpx

from bench.stack import Stack
from dossier_sync.domain.intake import EARLIEST
from shared.runtime.clock import LOCAL_ZONE, today

COLUMNS = (
    "dossier_code, agency_code, procedure_code, field_code, channel, status, received_on, due_on, first_due_on, "
    "statutory_due_on, ended_on, returned_on, supplements, flags, modified_at, source_hash, record"
)
TOKEN_PATH = "/auth/realms/digo/protocol/openid-connect/token"


@dataclass(frozen=True)
class Ratio:
    """One measured sync: rows a second, and as a share of the limit around it."""

    name: str
    rows_per_second: float
    of_limit: float


def measure(stack: Stack, *, dossiers: int, page_size: int, rounds: int) -> list[Ratio]:
    """First load, unchanged re-read and 10 % changed re-read; the last two ``rounds`` times, medians."""
    oldest = warm(stack, page_size)
    sync(stack)  # fills the tables once: the limit copies the very same rows
    rows = asyncio.run(_rows(stack))
    found: dict[str, list[tuple[float, float]]] = {"first sync": [], "unchanged": [], "10 % changed": []}
    limit = asyncio.run(_limit(stack, rows))
    for number in range(1, rounds + 1):
        asyncio.run(empty(stack))
        for name in found:
            if name == "10 % changed":
                _change(stack, number)
                oldest = warm(stack, page_size)
            warm_halves(stack, oldest)
            limit = _measure_one(stack, name, found, dossiers, rows, limit)
    ratios = [Ratio(name, median(v[0] for v in values), median(v[1] for v in values)) for name, values in found.items()]
    return [Ratio("limit: binary COPY, keyed", limit, 1.0), *ratios]


def warm(stack: Stack, page_size: int) -> date:
    """Reads every page once, so that the sandbox serves them from its spool: we measure the reader.

    Returns the day of the oldest change.
    """
    with _portal(stack) as portal:
        page, last = 0, False
        while not last:
            body = _page(portal, page=page, size=page_size)
            last = b'"last":true' in body[-400:]
            page += 1
    oldest_at = json.loads(body)["content"][-1]["updatedDate"]
    return datetime.strptime(oldest_at, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(LOCAL_ZONE).date()


def warm_halves(stack: Stack, oldest: date) -> None:
    """A proven run counts the days up to the oldest change and those after it, to find out whether searches are cut."""
    with _portal(stack) as portal:
        for first, last in ((EARLIEST, oldest), (oldest + timedelta(days=1), today())):
            days = {"applied-from": f"{first:%d/%m/%Y}", "applied-to": f"{last:%d/%m/%Y}"}
            _page(portal, page=0, size=1, **days)


@contextmanager
def _portal(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.sandbox_url, timeout=120, trust_env=False) as portal:
        answer = portal.post(
            TOKEN_PATH, data={"grant_type": "client_credentials"}, auth=("sandbox-client", "sandbox-secret")
        )
        portal.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield portal


def _page(portal: httpx.Client, **asked: str | int) -> bytes:
    body = portal.get("/pa/dossier/search", params={"spec": "page", "sort": "updatedDate,desc", **asked})
    body.raise_for_status()
    return body.content


def _measure_one(
    stack: Stack, name: str, found: dict[str, list[tuple[float, float]]], dossiers: int, rows: bytes, before: float
) -> float:
    pace = dossiers / sync(stack)
    after = asyncio.run(_limit(stack, rows))
    found[name].append((pace, pace / ((before + after) / 2)))
    return after


def sync(stack: Stack) -> float:
    """Seconds of one full run of the dossier feed."""
    stack.run("dossier_sync", "run", "--mode", "full")
    return asyncio.run(_last_run(stack))


async def _last_run(stack: Stack) -> float:
    connection = await asyncpg.connect(stack.database_url)
    try:
        row = await connection.fetchrow(
            "select verdict, extract(epoch from finished_at - started_at)::float8 as seconds "
            "from dossier.run order by run_id desc limit 1"
        )
    finally:
        await connection.close()
    assert row is not None
    if row["verdict"] != "succeeded":
        raise SystemExit(f"the measured run ended {row['verdict']}")
    return float(row["seconds"])


async def _rows(stack: Stack) -> bytes:
    """The stored rows, encoded for binary COPY, in the order they arrived."""
    connection = await asyncpg.connect(stack.database_url)
    sink = io.BytesIO()
    try:
        await connection.execute(
            f"create table public.limit_rows as select {COLUMNS} from dossier.revision limit 0;"
            "alter table public.limit_rows add primary key (dossier_code)"
        )
        await connection.copy_from_query(
            f"select {COLUMNS} from dossier.revision order by feed_id, page, dossier_code", output=sink, format="binary"
        )
    finally:
        await connection.close()
    return sink.getvalue()


async def _limit(stack: Stack, rows: bytes) -> float:
    """Rows a second of the limit, once."""
    connection = await asyncpg.connect(stack.database_url)
    try:
        await connection.execute("truncate public.limit_rows")
        await connection.execute("checkpoint")
        started = time.perf_counter()
        status = await connection.copy_to_table(
            "limit_rows", schema_name="public", source=io.BytesIO(rows), format="binary"
        )
        seconds = time.perf_counter() - started
        await connection.execute("truncate public.limit_rows")
    finally:
        await connection.close()
    return int(status.split()[-1]) / seconds


async def empty(stack: Stack) -> None:
    """A first sync again: the dossier schema as migrated."""
    connection = await asyncpg.connect(stack.database_url)
    try:
        await connection.execute(
            "truncate dossier.ledger_entry, dossier.revision, dossier.head, dossier.quarantine, dossier.run, "
            "dossier.feed cascade"
        )
        await connection.execute("vacuum analyze dossier.head")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


def _change(stack: Stack, number: int) -> None:
    answer = httpx.post(
        f"{stack.sandbox_url}/sandbox/changes", json={"share": 0.1, "round": number}, timeout=60, trust_env=False
    )
    answer.raise_for_status()
