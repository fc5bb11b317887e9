"""Importing what no portal carries about decisions."""

from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue.importing import import_decisions
from catalogue.portals import Unreadable
from catalogue.portals.decision_list import decode
from catalogue.sync import FeedPlan, run_feed
from shared.contracts.views import decision_v1, procedure_v1, version_v1
from shared.domain.identifiers import AgencyCode
from support.catalogue_portals import FakeNational, plan, portals_over

FEED = FeedPlan("national", AgencyCode.parse("H24.99"), 3_600)


def a_list(**other: Any) -> bytes:
    told = {
        "number": "7/QĐ-UBND.",
        "agency": "000.00.00.H24",
        "signed_on": "2024-09-16",
        "effective_on": "2024-10-01",
        "posted_on": "2024-09-18",
        "kinds": ["ABOLISHED"],
        "rescinded": ["9.000001"],
        "catalogue_agency": "H24.99",
    }
    return msgspec.json.encode([{**told, **other}])


async def sync(engine: AsyncEngine, portal: FakeNational) -> None:
    await plan(engine, [FEED])
    async with portals_over(portal.transport(), days=False) as portals:
        assert await run_feed(engine, portals, owner="test", only=FEED.name)


async def test_an_import_moves_the_validity_of_known_procedures_as_one_change(engine: AsyncEngine) -> None:
    await sync(engine, FakeNational.of(2))
    published = await import_decisions(engine, decode(a_list()), source="test")
    assert (published.change, published.count("decision", "added"), published.count("procedure", "changed")) == (
        2,
        1,
        1,
    )
    async with engine.connect() as connection:
        question = select(procedure_v1.c.procedure_code, procedure_v1.c.valid_to, procedure_v1.c.in_force)
        rows = (
            await connection.execute(question.where(procedure_v1.c.change_to.is_(None)).order_by("procedure_code"))
        ).all()
    # The portal still publishes it; that it holds no longer is said by its last day.
    assert [tuple(row) for row in rows] == [("9.000001", date(2024, 10, 1), True), ("9.000002", None, True)]


async def test_the_same_import_again_changes_nothing(engine: AsyncEngine) -> None:
    await import_decisions(engine, decode(a_list()), source="test")
    again = await import_decisions(engine, decode(a_list()), source="test")
    assert again.change is None


async def test_a_corrected_import_replaces_the_older_one(engine: AsyncEngine) -> None:
    await import_decisions(engine, decode(a_list()), source="test")
    await import_decisions(engine, decode(a_list(effective_on="2024-11-01")), source="test")
    async with engine.connect() as connection:
        rows = (await connection.execute(select(decision_v1).order_by(decision_v1.c.change_from))).all()
    assert [(row.number, row.effective_on, row.change_to) for row in rows] == [
        ("7/QĐ-UBND", date(2024, 10, 1), 2),
        ("7/QĐ-UBND", date(2024, 11, 1), None),
    ]


async def test_what_was_imported_survives_a_sync(engine: AsyncEngine) -> None:
    await import_decisions(engine, decode(a_list()), source="test")
    await sync(engine, FakeNational.of(2))
    async with engine.connect() as connection:
        row = (await connection.execute(select(decision_v1).where(decision_v1.c.change_to.is_(None)))).one()
        ended = select(procedure_v1.c.valid_to).where(procedure_v1.c.procedure_code == "9.000001")
        assert (await connection.execute(ended)).scalar_one() == date(2024, 10, 1)
    assert (row.effective_on, row.agency_code) == (date(2024, 10, 1), "H24.99")


async def test_numbers_begin_again_every_year(engine: AsyncEngine) -> None:
    await import_decisions(engine, decode(a_list()), source="test")
    await import_decisions(engine, decode(a_list(signed_on="2025-09-16", posted_on=None)), source="test")
    async with engine.connect() as connection:
        rows = (await connection.execute(select(decision_v1.c.signed_on))).scalars().all()
        assert sorted(rows) == [date(2024, 9, 16), date(2025, 9, 16)]
        assert (await connection.execute(select(version_v1.c.change))).scalar_one() == 2


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"rescinded": ["10.005090"]}, "code_malformed"),
        ({"agency": "Hải Phòng"}, "code_malformed"),
        ({"number": " . "}, "number_missing"),
        ({"posted_on": "2024-09-15"}, "date_impossible"),
        ({"kinds": ["SOMETHING"]}, "decisions_malformed"),
        ({"signed_on": "16/09/2024"}, "decisions_malformed"),
        ({"effectiveOn": "2024-09-16"}, "decisions_malformed"),
    ],
)
def test_a_list_with_one_unusable_decision_is_refused(other: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        decode(a_list(**other))
