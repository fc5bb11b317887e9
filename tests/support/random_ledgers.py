"""Random lives of dossiers, page by page: reopened, moved, withdrawn, late, undated, untold or gone, in any order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from metrics.domain.period import ReportingPeriod
from shared.domain.status import DossierStatus
from support.metrics_world import BEGAN, Version, World, a_dossier, a_procedure, procedure_v1, with_particulars
from support.recount import BY_DUE_DATE, FIGURES, Asked

_AGENCIES = ("H24", "H24.99", "H24.99", "H24.99.01", "H24.99.01", "H24.100", "H240.01", "H26.15")
_FIRST = date(2023, 10, 1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Question:
    """A figure, what it is asked for, and as of when."""

    figure: str
    asked: Asked
    period: ReportingPeriod
    entry: int
    as_of: int | datetime | None


class Ledger:
    """One scenario: its dossiers, written to a world page by page; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a test's dice
        self.procedures = [self._procedure(number) for number in range(5)]
        self.entries: list[tuple[int, datetime]] = []

    async def write(self, world: World) -> None:
        """The pages, projected in batches of any size, some while others are still to come."""
        await world.add(procedure_v1, *self.procedures)
        known: dict[str, Version] = {}
        unseen = [self._dossier(number) for number in range(self.dice.randrange(30, 60))]
        at = BEGAN
        while unseen or self.dice.random() < 0.5:
            share = self.dice.randrange(len(unseen) // 2 + 1, len(unseen) + 1) if unseen else 0
            arrived, unseen = unseen[:share], unseen[share:]
            changed = [self._later(known[code]) for code in self._some(sorted(known), 0.4)]
            at += timedelta(hours=self.dice.choice([1, 5, 9, 30]))
            page = [*arrived, *changed]
            self.entries.append((await world.page(page, at=at), at))
            known |= {version.code: version for version in page}
            if known and self.dice.random() < 0.3:  # an older version comes after a newer one
                at += timedelta(minutes=7)
                older = [self._later(known[code]) for code in self._some(sorted(known), 0.1)]
                self.entries.append((await world.page(older, applied=False, at=at), at))
            for _ in range(self.dice.choice([0, 0, 0, 2])):
                await self._quarantine(world)
            if self.dice.random() < 0.5:
                # A batch of one row costs as much as one of a thousand: a few of them are enough to cut anywhere.
                await world.project_some(self.dice.choice([1, 7, 40, 1000]), batches=6)
        await world.project_some(self.dice.choice([1, 13, 1000]), batches=6)
        await world.project()

    def question(self) -> Question:
        """Any figure for any scope and period, as of any entry."""
        dice = self.dice
        figure, period = dice.choice(FIGURES), self._period()
        entry, at = dice.choice([self.entries[-1], *self.entries])
        newest = entry == self.entries[-1][0]
        any_of: list[int | datetime] = [entry, at, at + timedelta(minutes=3)]
        as_of = dice.choice(any_of)
        policy = dice.choice(["PORTAL", "RESTART", "SUBTRACT"]) if figure in BY_DUE_DATE else "PORTAL"
        needed = [] if figure == "average_processing_time" else [None] * 4
        asked = Asked(
            period.first,
            period.last,
            agency=dice.choice([None, "H24", "H24.99", "H24.99", "H24.99.01", "H24.9", "H26.15", "H99"]),
            procedure=dice.choice([*needed, *(row["procedure_code"] for row in self.procedures)]),
            field=dice.choice([None] * 4 + ["F1", "F2"]),
            channel=2 if figure == "online_on_time_rate" else dice.choice([None] * 4 + [1, 2, 3]),
            level=dice.choice([None] * 8 + ["COMMUNE", "PROVINCIAL_DEPARTMENT"]),
            policy=policy,
        )
        return Question(figure, asked, period, entry, None if newest and dice.random() < 0.7 else as_of)

    # --- dice --------------------------------------------------------------------------------------------------

    def _some(self, items: Sequence[str], share: float) -> list[str]:
        return [item for item in items if self.dice.random() < share]

    def _day(self, after: date, most: int) -> date:
        return after + self.dice.randrange(most) * _DAY

    def _procedure(self, number: int) -> dict[str, Any]:
        dice = self.dice
        return a_procedure(
            number,
            agency_code="H24",
            levels=dice.choice([["COMMUNE"], ["PROVINCIAL_DEPARTMENT"], ["COMMUNE", "PROVINCIAL_DEPARTMENT"]]),
            fee_bearing=dice.random() < 0.7,
            valid_to=dice.choice([None, None, date(2024, 4, 1)]),
        )

    def _period(self) -> ReportingPeriod:
        dice = self.dice
        names = ["2023", "2024", "2024-Q1", "2024-Q2", "2023-Q4", "2024-03", "2024-02", "2023-12"]
        reports = ["2024", "2024-H1", "2024-H2", "2024-Q1", "2024-Q2", "2024-01", "2024-03"]
        if dice.random() < 0.4:
            return ReportingPeriod.parse(dice.choice([*names, *(f"report-{name}" for name in reports)]))
        first = self._day(_FIRST, 260)
        return ReportingPeriod.custom(first, first + dice.choice([0, 1, 6, 31, 75, 200, 400]) * _DAY)

    def _dossier(self, number: int) -> Version:
        blank = a_dossier(
            code=f"D-{number:04}",
            agency=self.dice.choice(_AGENCIES),
            procedure=f"1.{self.dice.randrange(6):06}",
            field=f"F{self.dice.randrange(4)}",
        )
        return self._told_anew(blank)

    def _later(self, version: Version) -> Version:
        """Another version: now and then of another agency, gone, or back again."""
        moved = self.dice.choice(_AGENCIES) if self.dice.random() < 0.1 else version.agency
        return replace(self._told_anew(version), agency=moved)

    def _told_anew(self, version: Version) -> Version:
        """Everything may change, and most of it may be missing; most dates run forwards, not all."""
        dice = self.dice
        received = self._day(_FIRST, 200)
        limit = self._day(received, 40)
        status = dice.choice(
            [*DossierStatus, *[DossierStatus.DONE, DossierStatus.RETURNED, DossierStatus.PROCESSING] * 3]
        )
        ended = self._day(received, 60) if dice.random() < 0.8 else None
        if ended and dice.random() < 0.06:
            ended = received - dice.randrange(9) * _DAY
        due = dice.choice([limit, limit, ended, self._day(received, 50), None])
        facts = replace(
            version.facts,
            status=status,
            channel=dice.choice([None, 1, 2, 2, 2, 3]),
            received_on=received if dice.random() < 0.95 else None,
            due_on=due,
            first_due_on=dice.choice([due, due, self._day(received, 40)]),
            statutory_due_on=dice.choice([limit, limit, None]),
            ended_on=ended,
            returned_on=self._day(received, 70) if dice.random() < 0.4 else None,
            supplements=self._rounds(received),
            modified_on=self._day(received, 60),
            gone=dice.random() < 0.05,
        )
        told = None if dice.random() < 0.2 else self._particulars(received)
        return with_particulars(replace(version, facts=facts, hour=dice.choice([0, 6, 7, 17, 23])), told)

    def _rounds(self, received: date) -> tuple[tuple[date, date | None], ...]:
        """Up to three requests in any order; the last may be unanswered, some overlap or begin before the receipt."""
        found: list[tuple[date, date | None]] = []
        for _ in range(self.dice.choice([0, 0, 0, 1, 1, 2, 3])):
            asked = self._day(received - (3 if self.dice.random() < 0.05 else 0) * _DAY, 40)
            found.append((asked, self._day(asked, 15) if self.dice.random() < 0.8 else None))
        return tuple(sorted(found, key=lambda each: each[0]))

    def _particulars(self, received: date) -> dict[str, Any]:
        """Each key is missing now and then."""
        dice = self.dice

        def counts(*names: str) -> dict[str, int]:
            return {name: dice.randrange(3) for name in names if dice.random() < 0.8}

        every: dict[str, Any] = {
            "fees": [["1", dice.choice([None, 0, 0, 50_000]), None] for _ in range(dice.randrange(3))],
            "paid_online": dice.randrange(4),
            "components": counts("total", "digitised", "reused", "from_store"),
            "digitised": dice.random() < 0.3,
            "results": counts("total", "files"),
            "verified_account": dice.random() < 0.3,
            "databases": dice.choice([[], ["7"], ["22"], ["22", "7"]]),
            "due_changes": self._changes(received),
            "apologies": dice.randrange(3),
        }
        return {name: value for name, value in every.items() if dice.random() < 0.75}

    def _changes(self, received: date) -> list[list[Any]]:
        dice, changes, on = self.dice, [], received
        for _ in range(dice.choice([0, 0, 1, 1, 2, 3])):
            on = self._day(on, 30)
            before, after = self._day(received, 40), self._day(on, 30)
            cause = dice.choice(["supplement", "supplement", "extension", "extension", None])
            changes.append(
                [
                    on.isoformat() if dice.random() < 0.9 else None,
                    before.isoformat() if dice.random() < 0.9 else None,
                    after.isoformat(),
                    cause,
                ]
            )
        return changes

    async def _quarantine(self, world: World) -> None:
        dice = self.dice
        opened = self.entries[-1][0]
        await world.quarantine(
            dice.randrange(1 << 60),
            agency_code=dice.choice([None, "H24.99", "H24.99.01", "H26.15"]),
            procedure_code=dice.choice([None, "", "1.000001"]),
            received_on=dice.choice([None, self._day(_FIRST, 250)]),
            opened_entry=opened,
            closed_entry=dice.choice([None, None, opened + 1]),
        )
