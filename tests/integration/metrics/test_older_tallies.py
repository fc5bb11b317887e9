"""What was known at any older entry, as the cells of the tallies were then: the judged rows say the same."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from asyncpg import PostgresError
from sqlalchemy import text

from metrics import rebuild as rebuilding
from metrics.domain.counts import SETS
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import Scope
from metrics.rebuild import rebuild
from metrics.repository import coarse, counting, projection
from metrics.repository.scoping import AsOf
from metrics.verify import verify
from shared.domain.channel import Channel
from shared.runtime.database import snapshot, transaction
from support.metrics_world import World, again, any_dossiers

AGENCIES = ["", "H24", "H24.99", "H24.99.01", "H24.100", "H26", "H31"]
PERIODS = [ReportingPeriod.parse(words) for words in ("2024", "2023-08", "report-2024-Q1", "2024-02")]
LOCAL_MIDNIGHT = datetime(2024, 1, 30, 17, tzinfo=UTC)


async def a_ledger_of_days(world: World, seed: int) -> int:
    """Ninety entries at irregular hours over some months; now and then the clock goes back by hours."""
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    known, at = any_dossiers(seed, 200), LOCAL_MIDNIGHT
    entry = await world.page(known, at=at)
    for number in range(90):
        back = number % 17 == 16
        at += timedelta(hours=-dice.randrange(1, 30)) if back else timedelta(minutes=dice.choice([3, 55, 700, 2880]))
        entry = await world.page([again(dice, version) for version in dice.sample(known, 9)], at=at)
    return entry


def questions() -> Iterator[tuple[list[str], Channel | None]]:
    yield AGENCIES, None
    yield ["H24"], None
    yield ["H24"], Channel.ONLINE
    yield [""], Channel.DIRECT


@pytest.fixture(autouse=True, params=[25, projection.SLICE_ROWS])
def slice_rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices of three entries, and one that all entries fill together."""
    monkeypatch.setattr(projection, "SLICE_ROWS", request.param)


@pytest.mark.parametrize("most_rows", [1, 40, 20_000])
async def test_every_entry_is_answered_as_the_judged_rows_answer_it(world: World, most_rows: int) -> None:
    newest = await a_ledger_of_days(world, seed=most_rows)
    await world.project(most_rows=most_rows)
    async with snapshot(world.engine) as connection:
        for entry in range(1, newest + 1):
            as_of = AsOf(entry, 0, latest=entry == newest)
            for agencies, channel in questions():
                found = await coarse.counts(connection, agencies, channel, as_of, PERIODS, SETS)
                for agency in agencies:
                    scope = Scope(agency=agency or None, channel=channel)
                    expected = await counting.of_periods(connection, scope, as_of, PERIODS)
                    assert found[agency] == expected, (entry, agency, channel)
    assert (await verify(world.engine)).differences == ()


async def test_nothing_was_known_before_the_first_entry(world: World) -> None:
    async with snapshot(world.engine) as connection:
        found = await coarse.counts(connection, ["H24"], None, AsOf(0, 0, latest=False), PERIODS[:1])
    assert found["H24"][0].total(["carried", "received_online", "early"]) == 0


async def test_a_rebuild_gives_the_same_cells_whatever_the_batches(world: World) -> None:
    await a_ledger_of_days(world, seed=3)
    await world.project(most_rows=1)
    before = await world.everything()
    await rebuild(world.engine, most_rows=70)
    assert await world.everything() == before


async def test_more_cells_than_memory_takes_are_written_and_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_ledger_of_days(world, seed=4)
    await world.project()
    before = await world.everything()
    monkeypatch.setattr(rebuilding, "MOST_CELLS", 9)
    await rebuild(world.engine, most_rows=25)
    assert await world.everything() == before
    assert (await verify(world.engine)).differences == ()


async def test_a_rebuild_that_fails_leaves_the_old_rows(world: World) -> None:
    """Whatever part of the pipeline fails: here Postgres refuses the tallies of now, the very last that is written."""
    await a_ledger_of_days(world, seed=6)
    await world.project()
    before = await world.everything()
    async with transaction(world.engine) as connection:
        await connection.execute(text("alter table metrics.tally add constraint no check (day is null) not valid"))
    try:
        with pytest.raises(PostgresError):
            await rebuild(world.engine, most_rows=25)
        assert await world.everything() == before
    finally:
        async with transaction(world.engine) as connection:
            await connection.execute(text("alter table metrics.tally drop constraint no"))


async def test_a_rebuild_that_fails_while_it_writes_leaves_the_old_rows(world: World) -> None:
    await a_ledger_of_days(world, seed=6)
    await world.project()
    before = await world.everything()
    async with transaction(world.engine) as connection:
        await connection.execute(text("alter table metrics.tally_past add constraint no check (slice < 1) not valid"))
    try:
        with pytest.raises(PostgresError):
            await rebuild(world.engine, most_rows=25)
        assert await world.everything() == before
    finally:
        async with transaction(world.engine) as connection:
            await connection.execute(text("alter table metrics.tally_past drop constraint no"))


async def test_verify_names_a_cell_whose_past_was_tampered_with(world: World) -> None:
    await a_ledger_of_days(world, seed=5)
    await world.project()
    async with transaction(world.engine) as connection:
        await connection.execute(
            text("""update metrics.tally_past as p set received = coalesce(p.received, 0) + 1 from metrics.tally as t
                    where t.cell = p.cell and t.agency_code = 'H24' and t.span = 2""")
        )
    differences = (await verify(world.engine)).differences
    assert differences
    assert all(difference.startswith("tally_past ('H24', 2,") for difference in differences)


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("update metrics.tally set born = born - 1 where agency_code = 'H24.99'", "tally ('H24.99', "),
        ("update metrics.tally set cell = -cell where agency_code = 'H24.99'", "tally_past"),
        ("update metrics.tally set slice = 0 where agency_code = 'H24.99'", "tally_past"),
        ("delete from metrics.tally_past where slice = 1", "tally"),
        ("update metrics.tally_past set cell = cell + 1000000", "tally_past"),
    ],
)
async def test_verify_names_cells_that_do_not_fit_their_past(world: World, tampering: str, said: str) -> None:
    await a_ledger_of_days(world, seed=5)
    await world.project()
    async with transaction(world.engine) as connection:
        touched = await connection.execute(text(tampering))
    differences = (await verify(world.engine)).differences
    if touched.rowcount:
        assert any(difference.startswith(said) for difference in differences), differences
    else:
        assert projection.SLICE_ROWS > 900, "all entries stand in one slice: there is no past"
