"""Petitions from JSON and CSV: every version is kept, in turn with the ledger, and nothing of the petitioner."""

import asyncio
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.petitions import import_petitions
from support.fake_igate import FakeIgate, a_record
from support.syncing import rows, sync

CSV = """code;agency;received_on;due_on;resolved_on;subject;dossier;likes;dislikes;repeated;petitioner
PAKN-1;000.00.99.H24;2024-03-01;2024-03-22;;behaviour;000.00.99.H24-240115-0001;3;1;false;Người Không Có Thật
PAKN-2;H24.99;2024-03-02;;;;;;;;
"""


async def given(engine: AsyncEngine, path: Path, content: str, encoding: str = "utf-8") -> int:
    await asyncio.to_thread(path.write_text, content, encoding)
    return await import_petitions(engine, str(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [";", ","])
async def test_csv_says_the_same_as_json(engine: AsyncEngine, tmp_path: Path, encoding: str, delimiter: str) -> None:
    assert await given(engine, tmp_path / "petitions.csv", CSV.replace(";", delimiter), encoding) == 2
    found = await rows(engine, "select * from dossier.petition_v2 order by petition_code")
    told = {name: value for name, value in found[0].items() if name not in ("known_from", "known_to")}
    assert told == {
        "petition_code": "PAKN-1",
        "agency_code": "H24.99",
        "subject": "behaviour",
        "received_on": date(2024, 3, 1),
        "due_on": date(2024, 3, 22),
        "resolved_on": None,
        "dossier_code": "000.00.99.H24-240115-0001",
        "likes": 3,
        "dislikes": 1,
        "repeated": False,
    }
    assert [found[1][name] for name in ("due_on", "subject", "likes", "repeated")] == [None] * 4
    same = [{"code": "PAKN-2", "agency": "H24.99", "received_on": "2024-03-02"}]
    await given(engine, tmp_path / "petitions.json", json.dumps(same))
    assert len(await rows(engine, "select * from dossier.petition_revision")) == 2


async def test_every_version_is_kept_and_stands_between_two_entries(engine: AsyncEngine, tmp_path: Path) -> None:
    petition: dict[str, Any] = {"code": "PAKN-1", "agency": "H24.99", "received_on": "2024-03-01"}
    path, portal = tmp_path / "petitions.json", FakeIgate([a_record("000.00.99.H24-240115-0001")])
    await sync(engine, portal.portal())
    for resolved_on in (None, "2024-03-10", "2024-03-10"):
        await given(engine, path, json.dumps([petition | {"resolved_on": resolved_on}]))
    portal.records.append(a_record("000.00.99.H24-240115-0002"))
    await sync(engine, portal.portal())
    versions = await rows(engine, "select * from dossier.petition_v2 order by known_from")
    assert [version["resolved_on"] for version in versions] == [None, date(2024, 3, 10)]
    assert versions[0]["known_to"] == versions[1]["known_from"]
    assert versions[1]["known_to"] is None
    entries = await rows(engine, "select at from dossier.ledger_v1 order by entry")
    assert entries[0]["at"] < versions[0]["known_from"] < versions[1]["known_from"] < entries[-1]["at"]
    newest = await rows(engine, "select resolved_on from dossier.petition_v1")
    assert newest == [{"resolved_on": date(2024, 3, 10)}]


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("agency,received_on\nH24.99,2024-03-01\n", "line 1"),
        ("code,agency,received_on\nP,H24.99,01/03/2024\n", "line 2"),
        ("code,agency,received_on,likes\nP,H24.99,2024-03-01,-1\n", "line 2"),
        ("code,agency,received_on\nP,?,2024-03-01\n", "agency"),
        ("code,agency,received_on,repeated\nP,H24.99,2024-03-01,perhaps\n", "line 2"),
        ("code,agency,received_on,dossier\nP,H24.99,2024-03-01,x\n", "dossier"),
    ],
)
async def test_a_broken_line_is_named_and_nothing_is_stored(
    engine: AsyncEngine, tmp_path: Path, broken: str, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        await given(engine, tmp_path / "petitions.csv", broken)
    assert await rows(engine, "select * from dossier.petition_revision") == []
