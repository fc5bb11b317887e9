"""Votes on the handling of dossiers: every version is kept, and nothing of the voter."""

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.petitions import import_petitions
from dossier_sync.votes import import_votes
from support.syncing import rows

CSV = """code,agency,dossier,voted_on,opinion,voter
V-1,000.00.99.H24,000.00.99.H24-240115-0001,2024-03-01,dislike,Người Không Có Thật
V-2,H24.99,000.00.99.H24-240115-0002,2024-03-02,like,
"""


async def given(engine: AsyncEngine, path: Path, content: str) -> int:
    await asyncio.to_thread(path.write_text, content, "utf-8")
    return await import_votes(engine, str(path))


async def test_a_vote_is_about_a_dossier_and_may_be_changed_or_withdrawn(engine: AsyncEngine, tmp_path: Path) -> None:
    path = tmp_path / "votes"
    assert await given(engine, path, CSV) == 2
    assert await given(engine, path, CSV) == 2
    first, second = await rows(engine, "select * from dossier.vote_v1 order by vote_code")
    assert {name: first[name] for name in ("agency_code", "dossier_code", "voted_on", "disliked", "known_to")} == {
        "agency_code": "H24.99",
        "dossier_code": "000.00.99.H24-240115-0001",
        "voted_on": date(2024, 3, 1),
        "disliked": True,
        "known_to": None,
    }
    assert second["disliked"] is False
    vote = {"code": "V-1", "agency": "H24.99", "dossier": "000.00.99.H24-240115-0001", "voted_on": "2024-03-01"}
    for opinion in ("like", None):
        await given(engine, path, json.dumps([vote | {"opinion": opinion}]))
    versions = await rows(engine, "select * from dossier.vote_v1 where vote_code = 'V-1' order by known_from")
    assert [one["disliked"] for one in versions] == [True, False, None]
    assert [one["known_to"] for one in versions] == [*(one["known_from"] for one in versions[1:]), None]
    columns = await rows(engine, "select * from dossier.vote_revision limit 1")
    assert set(columns[0]) == {
        "vote_code", "number", "imported_at", "agency_code", "dossier_code", "voted_on", "disliked",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("code,agency,voted_on\nV,H24.99,2024-03-01\n", "line 1: the header names code, agency, dossier, voted_on"),
        ("code,agency,dossier,voted_on,opinion\nV,H24.99,000.00.99.H24-240115-0001,2024-03-01,bad\n", "line 2"),
        ("code,agency,dossier,voted_on\nV,H24.99,x,2024-03-01\n", "dossier"),
        ("code,agency,dossier,voted_on\nV,?,000.00.99.H24-240115-0001,2024-03-01\n", "agency"),
    ],
)
async def test_a_broken_vote_is_named_and_nothing_is_stored(
    engine: AsyncEngine, tmp_path: Path, broken: str, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        await given(engine, tmp_path / "votes.csv", broken)
    assert await rows(engine, "select * from dossier.vote_revision") == []


async def test_the_steps_of_a_petition_are_versions_too(engine: AsyncEngine, tmp_path: Path) -> None:
    petition = {"code": "P", "agency": "H24.99", "received_on": "2024-03-01", "transferred_on": "2024-03-04"}
    path = tmp_path / "petitions.json"
    for steps in (
        {},
        {"supplement_asked_on": "2024-03-05"},
        {"refused_on": "2024-03-06", "published_on": "2024-03-07"},
    ):
        await asyncio.to_thread(path.write_text, json.dumps([petition | steps]))
        await import_petitions(engine, str(path))
    found = await rows(engine, "select * from dossier.petition_v3 order by known_from")
    names = ("transferred_on", "refused_on", "supplement_asked_on", "published_on")
    assert [[one[name] and one[name].day for name in names] for one in found] == [
        [4, None, None, None],
        [4, None, 5, None],
        [4, 6, None, 7],
    ]
