"""Every dossier figure against a recount written apart from metrics, over random ledgers and random questions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics import series
from metrics.domain.dictionary import find
from metrics.domain.period import ReportingPeriod
from metrics.domain.policies import Policy
from metrics.domain.question import FigureQuestion, Scope, check
from metrics.figures import Answer, answer, moment_of
from metrics.repository import sources
from metrics.series import By
from shared.contracts.views import revision_v2
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel
from shared.runtime.database import snapshot
from support.metrics_world import World, a_dossier, a_procedure, calendar_v1, procedure_v1
from support.random_ledgers import Ledger, Question
from support.recount import Asked, Found, Law, newest, recount

SCENARIOS, QUESTIONS, AT_ONCE = 200, 14, 20
OFF = frozenset({date(2024, 1, 1), *(date(2024, 2, 8) + timedelta(days=n) for n in range(7)), date(2024, 4, 18)})
BEGINS = date(2023, 9, 1)
SATURDAY = date(2024, 2, 17)


def worked(day: date) -> bool:
    """Monday to Friday, without the days off, and one Saturday."""
    return (day.weekday() < 5 and day not in OFF) or day == SATURDAY


CALENDAR = [
    {
        "day": BEGINS + timedelta(days=n),
        "working": worked(BEGINS + timedelta(days=n)),
        "name": None,
        "source": "test",
        "provisional": False,
        "revision_from": 1,
        "revision_to": None,
    }
    for n in range(500)
]


def asked_of_metrics(question: Question) -> FigureQuestion:
    asked = question.asked
    scope = Scope(
        agency=asked.agency,
        procedure=asked.procedure,
        field=asked.field,
        channel=None if asked.channel is None else Channel(asked.channel),
        level=None if asked.level is None else AuthorityLevel(asked.level),
        policy=Policy(asked.policy),
    )
    return check(FigureQuestion(find(question.figure), scope, question.period, question.as_of))


def as_found(answered: Answer) -> Found:
    """What metrics answers, in the oracle's words: quarantined records are another table's."""
    excluded = {reason: number for reason, number in answered.excluded if number and reason != "quarantined"}
    return Found(answered.numbers.numerator, answered.numbers.denominator, excluded)


class Oracle:
    """A scenario in the database, and the recount of it."""

    def __init__(self, connection: AsyncConnection, rows: Sequence[dict[str, Any]], ledger: Ledger) -> None:
        self.connection, self.rows, self.law = connection, rows, Law(ledger.procedures, worked)

    async def asked(self, question: Question) -> list[str]:
        """How metrics' answer differs from the recount."""
        wanted = asked_of_metrics(question)
        moment = await moment_of(self.connection, wanted, await sources.standing(self.connection))
        found = as_found(await answer(self.connection, wanted, moment))
        return self._differences(question, "value", found, self.recount(question, question.asked))

    async def by(self, question: Question, by: By) -> list[str]:
        """The same for each row of a series."""
        wanted = asked_of_metrics(question)
        moment = await moment_of(self.connection, wanted, await sources.standing(self.connection))
        differences = []
        rows = await series.rows(self.connection, wanted, by, None, 500, moment)
        for row in rows:
            found = Found(row.numbers.numerator, row.numbers.denominator, {})
            expected = self.recount(question, *self._narrowed(question, by, row))
            expected = replace(expected, excluded={})
            differences += self._differences(question, f"{by} {row.key}", found, expected)
        return differences

    def recount(self, question: Question, asked: Asked, alone: str | None = None) -> Found:
        known = [row for row in newest(self.rows, question.entry) if alone in (None, row["agency_code"])]
        found = recount(question.figure, known, self.law, asked)
        return replace(found, excluded={reason: number for reason, number in found.excluded.items() if number})

    def _narrowed(self, question: Question, by: By, row: series.Row) -> tuple[Asked, str | None]:
        asked = question.asked
        if by == "agency":
            return replace(asked, agency=row.key), row.key if row.key == asked.agency else None
        if by == "month":
            return replace(asked, first=row.period.first, last=row.period.last), None
        return replace(asked, procedure=row.key), None

    def _differences(self, question: Question, what: str, found: Found, expected: Found) -> list[str]:
        return [] if found == expected else [f"{question} {what}\n   metrics {found}\n   recount {expected}"]


@pytest.mark.parametrize("first", range(0, SCENARIOS, AT_ONCE))
async def test_every_figure_equals_a_recount_from_its_definition(one_world: World, first: int) -> None:
    differences = []
    for seed in range(first, first + AT_ONCE):
        world, ledger = World(one_world.engine, one_world.url), Ledger(seed)
        await world.reset()
        await world.add(calendar_v1, *CALENDAR)
        await ledger.write(world)
        async with snapshot(world.engine) as connection:
            rows = [dict(row) for row in (await connection.execute(select(revision_v2))).mappings()]
            oracle = Oracle(connection, rows, ledger)
            for _ in range(QUESTIONS):
                differences += [f"seed {seed}: {told}" for told in await oracle.asked(ledger.question())]
            by: By = ledger.dice.choice(["agency", "procedure", "month"])
            differences += [f"seed {seed}: {told}" for told in await oracle.by(ledger.question(), by)]
    assert not differences, "\n".join(differences)


async def test_each_month_of_a_series_asks_the_catalogue_of_its_own_last_day(world: World) -> None:
    """A procedure that bore a fee until April bore it in March too."""
    told = {"paid_online": 1}
    march = [a_dossier(number, procedure="1.000001", particulars=told) for number in range(3)]
    may = [replace(a_dossier(9, procedure="1.000001", particulars=told), code="D-9")]
    may = [replace(v, facts=replace(v.facts, received_on=date(2024, 5, 2), ended_on=date(2024, 5, 3))) for v in may]
    await world.add(procedure_v1, a_procedure(1, fee_bearing=True, valid_to=date(2024, 4, 1)))
    await world.page([*march, *may])
    await world.project()
    question = FigureQuestion(find("online_payment_rate"), Scope(), ReportingPeriod.parse("2024"))
    async with snapshot(world.engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        rows = await series.rows(connection, question, "month", None, 12, moment)
    assert {row.key: row.numbers.numerator for row in rows if row.numbers.denominator} == {"2024-03": 3}
