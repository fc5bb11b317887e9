"""Figures against a recount written apart from metrics, over random ledgers and random questions.

Every figure of dossiers with what is set aside, form II.06a cell by cell, and the figures of petitions, procedures and
decisions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics import series
from metrics.domain.dictionary import columns as form_columns
from metrics.domain.dictionary import find
from metrics.domain.period import ReportingPeriod
from metrics.domain.policies import Policy
from metrics.domain.question import FigureQuestion, Scope, check
from metrics.figures import Answer, answer
from metrics.forms.ii06 import form_06
from metrics.moments import Moment, moment_of
from metrics.repository import sources
from metrics.repository.sources import Standing
from metrics.series import By
from shared.contracts.views import quarantine_v1, revision_v2
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel
from shared.runtime.database import snapshot
from support.metrics_world import World, a_dossier, a_procedure, calendar_v1, procedure_v1
from support.random_catalogues import Beside
from support.random_ledgers import Ledger, Question
from support.recount import Asked, Found, Law, basis_of, newest, recount
from support.recount_beside import (
    CATALOGUE,
    DECISIONS,
    PETITIONS,
    Petition,
    catalogue,
    decisions,
    inside,
    known_petitions,
    petitions,
    set_aside,
)

SCENARIOS, QUESTIONS, OTHERS, AT_ONCE = 200, 14, 3, 20
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
    """What metrics answers, in the oracle's words."""
    excluded = {reason: number for reason, number in answered.excluded if number}
    return Found(answered.numbers.numerator, answered.numbers.denominator, excluded)


@dataclass(frozen=True)
class Read:
    """What the published views hold, and where the projection stands."""

    revisions: Sequence[dict[str, Any]]
    quarantine: Sequence[dict[str, Any]]
    standing: Standing


async def read(connection: AsyncConnection) -> Read:
    """Everything once: nothing changes within a snapshot."""
    found = [
        [dict(row) for row in (await connection.execute(select(view))).mappings()]
        for view in (revision_v2, quarantine_v1)
    ]
    return Read(*found, await sources.standing(connection))


class Oracle:
    """A scenario in the database, and the recount of it."""

    def __init__(self, connection: AsyncConnection, read: Read, ledger: Ledger, beside: Beside) -> None:
        self.connection, self.rows, self.quarantine = connection, read.revisions, read.quarantine
        self.law, self.beside, self.standing = Law(ledger.procedures, worked), beside, read.standing
        self.entries = dict(ledger.entries)
        silent = {"missing_parts": None, "for_people": None}
        self.procedures = [*beside.procedures, *(row | silent for row in ledger.procedures)]

    async def _moment(self, wanted: FigureQuestion) -> Moment:
        return await moment_of(self.connection, wanted, self.standing)

    async def asked(self, question: Question) -> list[str]:
        """How metrics' answer differs from the recount."""
        wanted = asked_of_metrics(question)
        found = as_found(await answer(self.connection, wanted, await self._moment(wanted)))
        expected = self.recount(question, question.asked)
        held = self._set_aside(question)
        expected = replace(expected, excluded=expected.excluded | ({"quarantined": held} if held else {}))
        return self._differences(question, "value", found, expected)

    async def form(self, question: Question) -> list[str]:
        """The cells of II.06a: columns 3 to 13 of each field."""
        asked = Asked(question.asked.first, question.asked.last, question.asked.agency)
        whole = replace(question, figure="dossiers_total_handled", asked=asked)
        wanted = asked_of_metrics(whole)
        found = await form_06(self.connection, "II.06a", wanted, await self._moment(wanted))
        columns = [figure.id for figure in form_columns()]
        differences = []
        fields = {row["field_code"] for row in newest(self.rows, question.entry)}
        cells = {row.key: list(row.values) for row in found.rows}
        for field in sorted(fields | cells.keys() - {None}):
            of_field = replace(asked, field=field)
            expected = [self.recount(replace(whole, figure=name), of_field).numerator for name in columns]
            if cells.get(field, [0] * len(columns)) != expected:
                differences.append(f"{whole} field {field}\n   metrics {cells.get(field)}\n   recount {expected}")
        return differences

    async def petitions(self, question: Question) -> list[str]:
        """A figure of petitions of the same agency, period and moment."""
        figure, asked = self.beside.dice.choice(PETITIONS), question.asked
        known = known_petitions(self.beside.petitions, self._until(question.as_of))
        of_agency = [row for row in known if inside(row["agency_code"], asked.agency)]
        cases = [Petition(row, self.law, asked.first, asked.last, CALENDAR[-1]["day"]) for row in of_agency]
        return await self._plain(question, figure, petitions(figure, cases))

    async def catalogue(self, question: Question) -> list[str]:
        """A figure of procedures or decisions, as of a catalogue change."""
        dice, asked = self.beside.dice, question.asked
        figure, change = dice.choice([*CATALOGUE, *DECISIONS]), dice.randrange(1, 6)
        if figure in CATALOGUE:
            expected = catalogue(figure, self.procedures, change, asked.last, asked.agency)
        else:
            days = (asked.first, asked.last)
            expected = decisions(figure, self.beside.decisions, change, days, asked.agency)
        return await self._plain(question, figure, expected, change)

    async def _plain(self, question: Question, figure: str, expected: Found, change: int | None = None) -> list[str]:
        scope = Scope(agency=question.asked.agency)
        wanted = check(FigureQuestion(find(figure), scope, question.period, question.as_of, change))
        found = as_found(await answer(self.connection, wanted, await self._moment(wanted)))
        return self._differences(question, f"{figure} change {change}", found, expected)

    def _until(self, as_of: int | datetime | None) -> datetime | None:
        """Until when what is imported beside the ledger is known; None: all of it."""
        return self.entries[as_of] if isinstance(as_of, int) else as_of

    def _set_aside(self, question: Question) -> int:
        asked = question.asked
        first = asked.first if basis_of(question.figure).startswith("received") else date.min
        return set_aside(self.quarantine, question.entry, asked.agency, asked.procedure, (first, asked.last))

    async def by(self, question: Question, by: By) -> list[str]:
        """The same for each row of a series."""
        wanted = asked_of_metrics(question)
        differences = []
        rows = await series.rows(self.connection, wanted, by, None, 500, await self._moment(wanted))
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
        await world.clear()
        await world.add(calendar_v1, *CALENDAR)
        await ledger.write(world)
        beside = Beside(seed, [at for _, at in ledger.entries])
        await beside.write(world)
        async with snapshot(world.engine) as connection:
            oracle = Oracle(connection, await read(connection), ledger, beside)
            by: By = ledger.dice.choice(["agency", "procedure", "month"])
            told = [found for _ in range(QUESTIONS) for found in await oracle.asked(ledger.question())]
            told += await oracle.by(ledger.question(), by)
            told += await oracle.form(ledger.question())
            for _ in range(OTHERS):
                told += await oracle.petitions(ledger.question())
                told += await oracle.catalogue(ledger.question())
            differences += [f"seed {seed}: {one}" for one in told]
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
