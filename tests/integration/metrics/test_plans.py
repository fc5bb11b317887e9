"""How Postgres finds the dossiers of a batch, in a table of which it knows nothing yet: as a rebuild fills it."""

import asyncpg
import pytest
from sqlalchemy import text

from metrics.repository import facts
from shared.runtime.database import raw
from support.metrics_world import World

FILLED = """
insert into metrics.fact (dossier_code, valid_from, agency_code, procedure_code, field_code, channel, received_on,
                          withdrawn, late_766, anomalies, traits, apologies)
select 'H24.99-240102-' || lpad(n::text, 8, '0'), 1, 'H24.99', '1.000001', 'F1', 1, '2024-01-02', false, false, 0, 0, 0
from generate_series(1, 60000) as n
"""


@pytest.mark.parametrize("statement", [facts._CURRENT_OF, facts._CLOSE])
async def test_a_batch_is_looked_up_dossier_by_dossier_however_large_the_table_grew(
    world: World, statement: str
) -> None:
    """Ten million dossiers showed it: to read all rows for every batch makes a rebuild take hours."""
    codes = [f"H24.99-240102-{n:08d}" for n in range(1, 60_000, 6)]
    async with world.engine.connect() as connection:
        await connection.execute(text(FILLED))
        driver: asyncpg.Connection = await raw(connection)
        values = (codes, [2] * len(codes)) if "update" in statement else (codes,)
        # Values as the driver sends them: a plan for the very codes, not for a parameter of unknown length.
        plan = "\n".join(row[0] for row in await driver.fetch(f"explain analyze {statement}", *values))
        await connection.rollback()
    assert "Seq Scan" not in plan, plan
    assert f"loops={len(codes)}" in plan, plan
