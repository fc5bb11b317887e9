"""Dossiers that name what the catalogue does not know, or no longer: kept, marked, and linked when it learns."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dossier_sync.repository.rules import links
from dossier_sync.repository.verify import verify
from shared.runtime.database import snapshot, transaction
from support.dossier_api import an_api
from support.fake_igate import FakeIgate, a_record
from support.replaying import reacted
from support.syncing import row, rows, sync

FLAGS = "select dossier_code, procedure_code, flags from dossier.head_v1 order by dossier_code"


CHANGE = text("insert into catalogue.change (change, cause, source) values (:change, 'import', 'test')")
PROCEDURE = text("""
    insert into catalogue.procedure (agency_code, procedure_code, suffix, name, field_code, levels, online_level, fees,
        in_force, state, kind, issuer, decision_number, valid_from, valid_to, flags, portal_id, content_hash,
        change_from)
    values ('H24', :code, '', 'Thủ tục', 'G08', '{}', 'NONE', '[]', true, 'PUBLIC', 'STANDARD', '', '', :since, :until,
        '{}', '', '', :change)""")
AGENCY = text("""
    insert into catalogue.agency (agency_code, name, change_from)
    values (:agency, 'Cơ quan', :change)""")


def code(n: int) -> str:
    return f"000.00.99.H24-240115-{n:04d}"


def naming(n: int, procedure: str) -> dict[str, Any]:
    named = {"code": procedure, "nationCode": procedure, "sector": {"code": "G08"}}
    return a_record(code(n), procedure=named)


async def learn(
    engine: AsyncEngine, change: int, *procedures: tuple[str, date | None, date | None], agencies: tuple[str, ...] = ()
) -> None:
    """The catalogue publishes a change, as its own service would write it."""
    async with transaction(engine) as connection:
        await connection.execute(CHANGE, {"change": change})
        for procedure, since, until in procedures:
            await connection.execute(PROCEDURE, {"code": procedure, "since": since, "until": until, "change": change})
        for agency in agencies:
            await connection.execute(AGENCY, {"agency": agency, "change": change})


@pytest.fixture
async def api(engine: AsyncEngine, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with an_api(engine, database_url) as client:
        yield client


@pytest.mark.fault("F63")
async def test_f63_a_code_the_catalogue_never_heard_of_is_kept_marked_and_linked_when_it_learns(
    engine: AsyncEngine, api: httpx.AsyncClient
) -> None:
    await learn(engine, 1, ("1.005142", None, None))
    source = FakeIgate(
        [
            naming(1, "1.005142"),
            naming(2, "1.005142.H24"),
            naming(3, "1.005142.000.00.00.H24"),
            naming(4, "2.000948.H38"),
            naming(5, "undefined"),
        ]
    )
    await sync(engine, source.portal(10))
    found = await rows(engine, FLAGS)
    assert [one["procedure_code"] for one in found] == ["1.005142"] * 3 + ["2.000948", ""]
    assert [one["flags"] for one in found] == [None] * 3 + [["procedure_unlisted"], ["procedure_unknown"]]
    (pending,) = (await api.get("/v1/pending-links")).json()["items"]
    assert (pending["missing"], pending["procedure"], pending["dossiers"]) == ("procedure_unlisted", "2.000948", 1)
    assert await reacted(engine, source.portal(10)) == []  # looked at for the first time
    await learn(engine, 2, ("2.000948", None, None))
    (linked,) = await reacted(engine, source.portal(10))
    assert (linked.what, linked.trigger, linked.requested_by) == ("unlisted", "catalogue", "worker")
    assert (linked.tried, linked.changed) == (1, 1)
    assert (await rows(engine, FLAGS))[3]["flags"] is None
    assert (await api.get("/v1/pending-links")).json()["items"] == []
    versions = await rows(engine, f"select source_hash from dossier.revision where dossier_code = '{code(4)}'")
    assert len(versions) == 2
    assert versions[0] == versions[1]
    entries = await rows(engine, "select entry from dossier.ledger_entry")
    await sync(engine, source.portal(10))
    assert await rows(engine, "select entry from dossier.ledger_entry") == entries
    async with snapshot(engine) as connection:
        assert (await verify(connection)).broken is None


@pytest.mark.fault("F64")
async def test_f64_a_retired_code_is_resolved_by_the_day_of_receipt(engine: AsyncEngine) -> None:
    """The dossiers came on 2024-01-15: one code ended before, one on that very day, one ends after."""
    await learn(
        engine,
        1,
        ("1.000001", None, date(2024, 1, 1)),
        ("1.000002", date(2020, 1, 1), date(2024, 1, 15)),
        ("1.000003", date(2024, 1, 15), date(2024, 2, 1)),
        ("1.000004", date(2024, 1, 16), None),
    )
    await sync(engine, FakeIgate([naming(n, f"1.00000{n}") for n in range(1, 5)]).portal(10))
    assert [one["flags"] for one in await rows(engine, FLAGS)] == [
        ["procedure_not_in_force"],
        ["procedure_not_in_force"],
        None,
        ["procedure_not_in_force"],
    ]


@pytest.mark.fault("F92")
async def test_f92_a_dossier_before_its_agency_and_procedure_is_stored_and_linked_later(engine: AsyncEngine) -> None:
    await learn(engine, 1, ("1.000001", None, None), agencies=("H24", "H24.98"))
    source = FakeIgate([naming(1, "1.000009")])
    await sync(engine, source.portal())
    await reacted(engine, source.portal())
    assert (await row(engine, FLAGS))["flags"] == ["procedure_unlisted", "agency_unlisted"]
    await learn(engine, 2, agencies=("H24.99",))
    await reacted(engine, source.portal())
    assert (await row(engine, FLAGS))["flags"] == ["procedure_unlisted"]
    await learn(engine, 3, ("1.000009", None, None))
    await reacted(engine, source.portal())
    assert (await row(engine, FLAGS))["flags"] is None
    assert (await row(engine, "select count(*) as versions from dossier.revision"))["versions"] == 3


async def test_a_catalogue_speaks_only_for_its_own(engine: AsyncEngine) -> None:
    async with snapshot(engine) as connection:
        empty = await links(connection)
    assert empty.flags("H24.99", "1.000001", None) == ()
    await learn(engine, 1, ("1.000001", None, None), agencies=("H24",))
    async with snapshot(engine) as connection:
        known = await links(connection)
    assert known.flags("H25.99", "9.999999", None) == ()
    assert known.flags("H24", "9.999999", None) == ("procedure_unlisted",)
