"""The migration that numbers the cells of the tallies derives nothing again: what is known stays known, both ways."""

import importlib
from collections.abc import Callable

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text

from metrics.repository import projection
from metrics.verify import verify
from shared.runtime.database import transaction
from support.metrics_world import World

from .test_older_tallies import a_ledger_of_days

STEP = importlib.import_module("metrics.migrations.versions.0010_number_cells")


def migrate(connection: Connection, step: Callable[[], None]) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        step()


async def test_cells_keep_their_past_when_they_are_numbered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projection, "SLICE_ROWS", 25)
    await a_ledger_of_days(world, seed=8)
    await world.project()
    before = await world.everything()
    async with transaction(world.engine) as connection:
        await connection.run_sync(migrate, STEP.downgrade)
        found = await connection.execute(text("select count(*) from metrics.tally_past where received = 0"))
        assert found.scalar_one(), "what nothing moved is 0 again"
        await connection.run_sync(migrate, STEP.upgrade)
    assert await world.everything() == before
    assert (await verify(world.engine)).differences == ()


async def test_a_cell_born_after_the_numbering_gets_the_next_number(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "SLICE_ROWS", 25)
    for seed in (8, 9):
        await a_ledger_of_days(world, seed)
        await world.project()
        async with transaction(world.engine) as connection:
            numbers = list((await connection.execute(text("select cell from metrics.tally order by cell"))).scalars())
        assert numbers == list(range(1, len(numbers) + 1))
