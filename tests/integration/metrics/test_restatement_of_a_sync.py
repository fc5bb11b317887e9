"""The whole way, with nothing of ours replaced: a portal, the sync, the ledger, the projector, a publication; then late
and corrected dossiers, deletions, a record let in, a mapping mended. Every number's difference is told by cause.
"""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.clients import create
from dossier_sync.domain.replay import What
from metrics import projector
from metrics.app import build
from metrics.offline import check_file
from metrics.settings import MetricsSettings
from metrics.signing import keys_of
from shared.domain.identifiers import AgencyCode
from support.fake_igate import FakeIgate, a_record, waiting
from support.replaying import ordered, settled
from support.syncing import NOW, sync
from support.telling import bury

DICE = random.Random(5)  # noqa: S311 - a test's dice
PAPERS: list[dict[str, Any]] = [
    {"kind": "form", "id": "II.06a"},
    {"kind": "form", "id": "766"},
    {"kind": "report", "id": "annual-report"},
    {"kind": "figure", "id": ["on_time_rate_766", "on_time_rate_received", "dossiers_pending_overdue"]},
    {"kind": "figure", "id": ["dossiers_resolved"], "filters": {"channel": "ONLINE"}},
]
PERIOD = {"agency": "H24", "from": "2024-01-01", "to": "2024-05-31"}
LATER = NOW + timedelta(days=10)


def code(number: int) -> str:
    return f"000.00.99.H24-240115-{number:04d}"


def a_day(first: int, last: int) -> str:
    """A morning of early 2024, counted in days from the new year."""
    day = DICE.randint(first, last)
    return f"2024-{1 + day // 28:02d}-{1 + day % 28:02d}T03:00:00.000+0000"


def dossier(number: int, second: int, **changes: Any) -> dict[str, Any]:
    """A dossier of the first months, mostly ended, in one of four fields; ``second`` orders the portal's changes."""
    state = {} if DICE.random() < 0.75 else waiting("Đang xử lý")
    stamp = f"2024-05-30T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000+0000"
    sector = {"sector": {"code": f"G0{DICE.randint(1, 4)}-GD01"}, "code": "1.005142", "nationCode": "1.005142"}
    fields = {"acceptedDate": a_day(0, 60), "appointmentDate": a_day(30, 110), "completedDate": a_day(40, 130)}
    way = {"applyMethod": {"id": DICE.choice([0, 1]), "name": "Trực tuyến"}}
    return a_record(code(number), procedure=sector, updatedDate=stamp, **{**fields, **way, **state, **changes})


@pytest.fixture
async def client(engine: AsyncEngine, database_url: str, signing_key: Path) -> Any:
    issued = await create(
        engine, agency=AgencyCode.parse("H24"), name="test", scopes=["figures:read", "lineage:read", "publish"]
    )
    app = build(MetricsSettings(database_url=database_url, projector=False, signing_key_file=signing_key))
    headers = {"Authorization": f"Bearer {issued.key}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://metrics", headers=headers) as client:
        yield client
    await app.state.engine.dispose()


async def test_500_late_and_corrected_dossiers_and_every_number_is_explained(
    engine: AsyncEngine, client: httpx.AsyncClient, signing_key: Path
) -> None:
    unknown = {**waiting("Chờ ký số"), "dossierStatus": None}
    first = [dossier(number, number) for number in range(700)]
    unmapped = [dossier(number, number, **unknown) for number in range(700, 740)]
    aside = [dossier(number, number, completedDate="2024-06-03T02:00:00.000+0000") for number in range(740, 760)]
    portal = FakeIgate([*first, *unmapped, *aside])
    await sync(engine, portal.portal(100))
    await projector.catch_up(engine)
    published = [await client.post("/v1/publications", json=PERIOD | paper) for paper in PAPERS]
    keys = keys_of(signing_key.with_name(signing_key.name + ".pub").read_text())
    documents = [check_file(answer.content, keys).document for answer in published]

    for number in range(1000, 1300):  # 300 arrive late
        portal.put(dossier(number, 10_000 + number))
    for number in DICE.sample(range(700), 200):  # 200 are corrected, some of them twice
        portal.put(dossier(number, 20_000 + number))
    await sync(engine, portal.portal(100))
    for number in DICE.sample(range(700), 40):
        portal.put(dossier(number, 30_000 + number))
    await sync(engine, portal.portal(100))
    for number in DICE.sample(range(700), 8):
        await bury(engine, code(number))
    mended = portal.portal(100, statuses=({"name": "Chờ ký số", "status": "PROCESSING"},))
    await ordered(engine, What.UNMAPPED)
    await settled(engine, mended)
    await ordered(engine, What.QUARANTINE)
    await settled(engine, mended, now=LATER)
    await projector.catch_up(engine)

    seen = Counter[str]()
    for number, document in enumerate(documents, start=1):
        body = (await client.get(f"/v1/publications/{number}/restatement")).json()
        assert body["explained"]
        said = document["statement"]
        assert len(body["figures"]) == len(said["figures"]) + _cells(said)
        for one in body["figures"]:
            _closes(one)
            seen.update({cause["cause"]: cause["dossiers"] for cause in one["causes"]})
        verified = (await client.get(f"/v1/publications/{number}/verify")).json()
        assert verified["valid"], verified
    for cause in ("late_arrival", "upstream_correction", "upstream_deletion", "mapping", "quarantine"):
        assert seen[cause], (cause, seen)
    assert set(seen) <= {"late_arrival", "upstream_correction", "upstream_deletion", "mapping", "quarantine"}

    total = (await client.get("/v1/publications/1/restatement")).json()["figures"][0]
    asked = {"figure": total["figure"], "limit": 1000}
    moves = (await client.get("/v1/publications/1/restatement/dossiers", params=asked)).json()["items"]
    booked = Counter[str]()
    for move in moves:
        booked[move["cause"]] += move["numerator"]
    assert {cause["cause"]: cause["numerator"] for cause in total["causes"]} == dict(booked)
    late = {move["dossier_code"] for move in moves if move["cause"] == "late_arrival"}
    assert late <= {code(number) for number in range(1000, 1300)}


def _cells(said: dict[str, Any]) -> int:
    content = said["content"] or {}
    return sum(len(row["values"]) for row in content.get("rows", []))


def _closes(one: dict[str, Any]) -> None:
    then, now = one["published"], one["now"]
    for part in ("numerator", "denominator"):
        if then[part] is not None:
            assert now[part] - then[part] == sum(cause[part] for cause in one["causes"]), one
    if then["value"] is not None and now["value"] is not None:
        moved = sum(Decimal(cause["value"]) for cause in one["causes"])
        assert Decimal(now["value"]) - Decimal(then["value"]) == moved, one
