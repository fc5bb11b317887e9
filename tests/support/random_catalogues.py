"""Random petitions in versions, and a random catalogue of procedures and decisions over five changes."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from support.metrics_world import World, a_procedure, decision_v2, petition_v3, procedure_v2

_DAY = timedelta(days=1)
_FIRST = date(2023, 10, 1)
_AGENCIES = ("H24", "H24.99", "H24.99", "H24.99.01", "H240.01", "H26.15")
_CHANGES = 5
_KINDS = ("NEW", "AMENDED", "REPLACED", "ABOLISHED", "STANDARDISED", "INTERNAL")


class Beside:
    """What stands beside a ledger in one scenario; the same for the same seed and the same instants."""

    def __init__(self, seed: int, instants: list[datetime]) -> None:
        self.dice = random.Random(f"beside {seed}")  # noqa: S311 - a test's dice
        self.petitions = [row for number in range(12) for row in self._petition(number, instants)]
        self.procedures = [row for number in range(8) for row in self._procedure(number)]
        self.decisions = [row for number in range(6) for row in self._decision(number)]

    async def write(self, world: World) -> None:
        """Into the published views."""
        await world.add(petition_v3, *self.petitions)
        await world.add(procedure_v2, *self.procedures)
        await world.add(decision_v2, *self.decisions)

    def _day(self, after: date, most: int) -> date:
        return after + self.dice.randrange(most) * _DAY

    def _maybe(self, value: Any, chance: float) -> Any:
        return value if self.dice.random() < chance else None

    def _petition(self, number: int, instants: list[datetime]) -> list[dict[str, Any]]:
        """Up to three versions, each known from some minutes before or after an entry was committed."""
        dice = self.dice
        moments = sorted({at + dice.choice([-2, 1]) * timedelta(minutes=1) for at in dice.choices(instants, k=3)})
        known = moments[: dice.choice([1, 2, 3])]
        return [
            self._told(number) | {"known_from": at, "known_to": until}
            for at, until in zip(known, [*known[1:], None], strict=True)
        ]

    def _told(self, number: int) -> dict[str, Any]:
        received = self._day(_FIRST, 260)
        steps = {
            name: self._maybe(self._day(received, 30), 0.15)
            for name in ("transferred_on", "refused_on", "supplement_asked_on", "published_on")
        }
        return steps | {
            "petition_code": f"P{number:02}",
            "agency_code": self.dice.choice(_AGENCIES),
            "subject": None,
            "received_on": received,
            "due_on": self._maybe(self._day(received, 40), 0.7),
            "resolved_on": self._maybe(self._day(received, 60), 0.7),
            "dossier_code": None,
            "likes": self._maybe(self.dice.randrange(3), 0.8),
            "dislikes": self._maybe(self.dice.randrange(3), 0.8),
            "repeated": self._maybe(self.dice.random() < 0.2, 0.8),
        }

    def _spans(self) -> list[tuple[int, int | None]]:
        """One thing's versions: from change to change, the last one open or ended."""
        cuts = sorted(self.dice.sample(range(1, _CHANGES + 1), self.dice.choice([1, 1, 2, 3])))
        return list(zip(cuts, [*cuts[1:], self._maybe(_CHANGES + 1, 0.1)], strict=True))

    def _procedure(self, number: int) -> list[dict[str, Any]]:
        dice, agency = self.dice, self.dice.choice(("H24", "H24.99", "H24.99.01", "H26.15"))
        return [
            a_procedure(
                0,
                agency_code=agency,
                procedure_code=f"2.{dice.choice([number, number, number // 2]):06}",
                suffix=dice.choice(["", "", "", ".000.00.00.H24"]),
                online_level=dice.choice(["FULL", "PARTIAL", "NONE"]),
                fee_bearing=dice.choice([True, False, None]),
                missing_parts=dice.choice([None, [], [], ["limit"], ["papers", "agency"]]),
                for_people=None,
                in_force=dice.random() < 0.9,
                valid_from=self._maybe(self._day(_FIRST, 200), 0.6),
                valid_to=self._maybe(self._day(_FIRST, 400), 0.3),
                change_from=begun,
                change_to=ended,
            )
            for begun, ended in self._spans()
        ]

    def _decision(self, number: int) -> list[dict[str, Any]]:
        dice, agency = self.dice, self.dice.choice(_AGENCIES)
        return [
            {
                "agency_code": agency,
                "number": f"{number}/QĐ-UBND",
                "kinds": dice.sample(_KINDS, dice.choice([1, 1, 2])),
                "signed_on": self._day(_FIRST, 300),
                "effective_on": None,
                "posted_on": None,
                **{name: self._codes() for name in ("new", "modified", "rescinded")},
                "change_from": begun,
                "change_to": ended,
            }
            for begun, ended in self._spans()
        ]

    def _codes(self) -> list[str]:
        return [f"2.{number:06}" for number in range(8) if self.dice.random() < 0.2]
