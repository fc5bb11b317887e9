"""The portal's own published count is not ours: named, counted, alarmed, and never written over a local fact."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from metrics import projector
from metrics.domain.dictionary import find
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion, Scope
from metrics.figures import answer
from metrics.moments import moment_of
from metrics.repository.sources import standing
from shared.runtime.database import snapshot
from shared.sync.verdicts import Verdict
from support.dossier_api import an_api
from support.reconciled import AFTER, passes
from support.sandbox import a_sandbox
from support.syncing import row, rows, sync


@pytest.mark.fault("F105")
async def test_f105_a_published_count_that_is_not_ours_is_left_unexplained_until_it_agrees(
    engine: AsyncEngine, database_url: str
) -> None:
    async with a_sandbox() as sandbox:
        portal = sandbox.igate()
        assert (await sync(engine, portal, now=AFTER)).verdict is Verdict.SUCCEEDED
        cursor = await row(engine, "select watermark, last_verdict, data_until from dossier.feed")
        heads = await row(engine, "select count(*) as heads from dossier.head")
        await sandbox.fault("F105", parameters={"rows": 5})
        own, national = await passes(engine, portal, national=sandbox.url)
        assert (own.unexplained, national.unexplained > 0) == (0, True)
        for found in national.compared.values():
            assert found.theirs - found.ours == sum(found.explained.values()) + found.unexplained
        blocked = await rows(
            engine, "select portal, source, unexplained from dossier.reconciliation_v1 where unexplained <> 0"
        )
        assert {(one["portal"], one["source"]) for one in blocked} == {("national", "national_evaluation")}
        assert all(one["unexplained"] > 0 for one in blocked)
        async with an_api(engine, database_url) as api:
            metrics = (await api.get("/metrics")).text
            assert (
                'motcua_reconciliation_unexplained{portal="national",source="national_evaluation"} 0.0' not in metrics
            )
            assert 'motcua_reconciliation_unexplained{portal="fake",source="igate_search"} 0.0' in metrics
        assert await _doubted(engine), "no figure of the scope is final"
        assert await row(engine, "select watermark, last_verdict, data_until from dossier.feed") == cursor
        assert await row(engine, "select count(*) as heads from dossier.head") == heads
        await sandbox.mend()
        _, agreed = await passes(engine, portal, national=sandbox.url, now=AFTER.replace(hour=1))
        assert agreed.unexplained == 0
    still = await rows(engine, "select 1 as one from dossier.reconciliation_v1 where unexplained <> 0")
    assert still == []
    assert not await _doubted(engine)


async def _doubted(engine: AsyncEngine) -> int:
    """How many unexplained records the year's figure says there are; 0: none, and it does not speak of any."""
    await projector.catch_up(engine)
    question = FigureQuestion(find("dossiers_resolved"), Scope(agency="H24"), ReportingPeriod.parse("2024"), None)
    async with snapshot(engine) as connection:
        found = await answer(connection, question, await moment_of(connection, question, await standing(connection)))
    count = dict(found.flags).get("unexplained_records", 0)
    assert count is not None
    assert not (count and found.complete)
    return count
