"""Metrics over the migrated views of the other services, filled by a real sync: no table of a test's own."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from metrics import projector
from metrics.domain.dictionary import FIGURES, find
from metrics.domain.period import ReportingPeriod
from metrics.domain.question import FigureQuestion, Scope
from metrics.figures import Answer, answer
from metrics.forms.ii06 import form_06
from metrics.moments import moment_of
from metrics.rebuild import rebuild
from metrics.repository import counting, sources
from metrics.verify import verify
from shared.domain.level import AuthorityLevel
from shared.runtime.database import snapshot
from support.fake_igate import FakeIgate, a_record
from support.syncing import sync

YEAR = ReportingPeriod.parse("2024")


async def ask(engine: AsyncEngine, figure: str, as_of: int | None = None) -> Answer:
    level = AuthorityLevel.COMMUNE if find(figure).needs else None
    question = FigureQuestion(find(figure), Scope(agency="H24.99", level=level), YEAR, as_of)
    async with snapshot(engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        return await answer(connection, question, moment)


@pytest.fixture
def portal() -> FakeIgate:
    """Five dossiers of one day, received 2024-01-15, due 2024-01-18 and ended a day before."""
    return FakeIgate([a_record(f"000.00.99.H24-240115-{number:04}") for number in range(1, 6)])


async def test_a_synced_dossier_is_in_the_figures_and_a_changed_one_moves_them(
    engine: AsyncEngine, portal: FakeIgate
) -> None:
    await sync(engine, portal.portal())
    await projector.catch_up(engine)
    before = await ask(engine, "on_time_rate_resolved")
    assert (before.numbers.numerator, before.numbers.denominator) == (5, 5)
    later = {"completedDate": "2024-01-25T03:00:00.000+0000", "updatedDate": "2024-01-25T04:00:00.000+0000"}
    portal.put(a_record("000.00.99.H24-240115-0002", **later))
    await sync(engine, portal.portal())
    await projector.catch_up(engine)
    after = await ask(engine, "on_time_rate_resolved")
    assert (after.numbers.numerator, after.numbers.denominator) == (4, 5)
    assert (await ask(engine, "on_time_rate_resolved", as_of=before.moment.entry)).numbers == before.numbers
    assert [feed.kind for feed in after.feeds] == ["dossiers"]


async def test_the_three_ways_agree_over_a_real_ledger(engine: AsyncEngine, portal: FakeIgate) -> None:
    await sync(engine, portal.portal())
    await projector.catch_up(engine, most_rows=2)
    verdict = await verify(engine)
    assert (verdict.differences, verdict.unproven, verdict.dossiers) == ((), None, 5)
    await rebuild(engine)
    assert (await verify(engine)).differences == ()


async def test_every_statement_runs_on_the_migrated_views(engine: AsyncEngine, portal: FakeIgate) -> None:
    await sync(engine, portal.portal())
    await projector.catch_up(engine)
    for figure in FIGURES:
        assert (await ask(engine, figure)).question.figure.id == figure
    question = FigureQuestion(find("dossiers_total_handled"), Scope(agency="H24"), YEAR)
    fine = replace(question.scope, procedure="1.005142", level=AuthorityLevel.COMMUNE)
    async with snapshot(engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        assert (await form_06(connection, "II.06a", question, moment)).total.values[0] == 5
        assert (await counting.of_periods(connection, fine, moment.as_of, [YEAR]))[0].early == 0
        listed = await counting.dossiers(connection, question.scope, moment.as_of, YEAR, ["early"], "", 10)
        assert len(listed) == 5
