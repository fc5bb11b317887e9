"""Successions move the days of agencies, and both structures, then and now, can be asked for."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy.ext.asyncio import AsyncEngine

from catalogue import clients
from catalogue.app import assemble
from catalogue.domain.agency import Agency, Succession
from catalogue.portals.succession_list import decode
from catalogue.seed import seed
from catalogue.settings import CatalogueSettings
from catalogue.succession import SuccessionRefused, record
from shared.domain.identifiers import AgencyCode
from shared.domain.level import DISTRICT_ENDED_ON, AuthorityLevel

JULY = date(2025, 7, 1)
DISTRICT = Agency("H24.31", "UBND quận Thử", AuthorityLevel.DISTRICT, None)
COMMUNES = [Agency(f"H24.{n}", f"UBND phường {n}", AuthorityLevel.COMMUNE, None) for n in (200, 201)]

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-03-01T09:00:00+07:00", tick=True):
        yield


def a_step(old: str, new: str, on: date = JULY, **other: bool) -> Succession:
    return Succession(old, new, on, "NQ 1/NQ-TEST", **other)


async def split_district(engine: AsyncEngine) -> None:
    steps = [a_step("H24.31", one.agency_code, successor_begins=True) for one in COMMUNES]
    await record(
        engine, steps, founded=[Agency("H24", "UBND thành phố", None, None), DISTRICT, *COMMUNES], source="test"
    )


@pytest.fixture
async def ask(engine: AsyncEngine) -> AsyncIterator[Ask]:
    app = assemble(CatalogueSettings(database_url="postgresql://unused"), engine)
    made = await clients.create(engine, agency=AgencyCode.parse("H24"), name="thử", scopes=["catalogue:read"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://catalogue") as client:

        async def get(path: str, **params: Any) -> Any:
            answer = await client.get(path, params=params, headers={"Authorization": f"Bearer {made.key}"})
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield get


async def listed(ask: Ask, **params: Any) -> list[str]:
    return [one["agency_code"] for one in (await ask("/v1/agencies", **params))["items"]]


@pytest.mark.fault("F90")
async def test_a_district_and_its_communes_then_and_now(engine: AsyncEngine, ask: Ask) -> None:
    await split_district(engine)
    assert await listed(ask, in_being_on="2025-06-30") == ["H24", "H24.31"]
    assert await listed(ask, in_being_on="2025-07-01") == ["H24", "H24.200", "H24.201"]
    assert await listed(ask) == ["H24", "H24.200", "H24.201", "H24.31"]
    district = await ask("/v1/agencies/H24.31")
    assert (district["valid_to"], district["parent_code"]) == ("2025-07-01", "H24")
    assert (district["successors"], district["predecessors"]) == (["H24.200", "H24.201"], [])
    assert district["standing_now"] == ["H24.200", "H24.201"]
    commune = await ask("/v1/agencies/H24.200")
    assert (commune["valid_from"], commune["predecessors"], commune["standing_now"]) == (
        "2025-07-01",
        ["H24.31"],
        ["H24.200"],
    )


async def test_the_same_statement_again_changes_nothing_and_another_day_corrects_it(engine: AsyncEngine) -> None:
    await split_district(engine)
    again = await record(engine, [a_step("H24.31", "H24.200", successor_begins=True)], source="test")
    assert again.change is None
    moved = await record(engine, [a_step("H24.31", "H24.200", date(2025, 7, 2), successor_begins=True)], source="test")
    assert (moved.change, moved.agencies) == (2, 2)


async def test_an_agency_no_catalogue_holds_is_named(engine: AsyncEngine) -> None:
    done = await record(engine, [a_step("H98", "H99")], source="test")
    assert (done.change, done.unknown) == (None, ("H98", "H99"))


@pytest.mark.parametrize(
    "step",
    [
        a_step("H24", "H24"),
        a_step("H24", "H24.31"),
        Succession("H24.200", "H24.201", JULY, " "),
        a_step("H24.200", "H24.201", date(2024, 1, 1)),
    ],
    ids=["itself", "to-a-district", "without-basis", "before-it-began"],
)
async def test_a_succession_that_cannot_have_been_is_refused_whole(engine: AsyncEngine, step: Succession) -> None:
    await split_district(engine)
    with pytest.raises(SuccessionRefused):
        await record(engine, [a_step("H24.201", "H24.200", date(2026, 1, 1)), step], source="test")
    again = await record(engine, [a_step("H24.31", "H24.201", successor_begins=True)], source="test")
    assert again.change is None


async def test_a_file_founds_no_district_after_the_level_ended(engine: AsyncEngine) -> None:
    header = "predecessor,successor,succeeded_on,legal_basis,successor_name,successor_level,successor_begins\n"
    told = decode(f"{header}H24.200,H24.32,{DISTRICT_ENDED_ON},x,Quận Mới,DISTRICT,yes\n".encode())
    with pytest.raises(SuccessionRefused, match="no district agency may begin"):
        await record(engine, told.successions, founded=told.agencies, source="test")


async def test_what_is_seeded_does_not_undo_an_operators_correction(engine: AsyncEngine, ask: Ask) -> None:
    await seed(engine)
    founded = [Agency("H23", "UBND tỉnh Hải Dương", None, None)]
    await record(engine, [a_step("H23", "H24", date(2025, 8, 1))], founded=founded, source="test")
    await seed(engine)
    assert (await ask("/v1/agencies/H23"))["valid_to"] == "2025-08-01"
