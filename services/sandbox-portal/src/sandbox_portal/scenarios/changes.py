"""Which dossiers a round of changes touches: one residue class of their index, found by arithmetic."""

from dataclasses import dataclass

from sandbox_portal.scenarios.days import DAY_MS

_ROUND_MS = 7 * DAY_MS
"""Distance between the instants at which two rounds begin: no round may be older than the one before it."""


class ChangeRefused(Exception):
    """A round that cannot follow the rounds already applied. ``parameter`` names what to mend."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(reason)
        self.parameter = parameter


@dataclass(frozen=True, slots=True)
class Applied:
    """One round: every dossier with ``index % modulus == residue`` moved on, from ``starts_at`` in UTC ms."""

    modulus: int
    residue: int
    starts_at: int


class Changes:
    """What was done to a book so far, in order. A repeated round changes nothing."""

    def __init__(self, first_at: int) -> None:
        self._next_at = first_at
        self._log: list[str] = []
        self.applied: list[Applied] = []

    @property
    def version(self) -> str:
        """Tells one sequence of rounds and arrivals from every other."""
        return "-".join(self._log) or "0"

    def round(self, *, share: float, number: int) -> Applied | None:
        """The new round, or None when it was applied before. Raises ChangeRefused."""
        modulus = round(1 / share)
        if self.applied and self.applied[0].modulus != modulus:
            raise ChangeRefused("share", f"This run of the sandbox changes 1 in {self.applied[0].modulus}; keep to it.")
        name = f"r{number}of{modulus}"
        if name in self._log:
            return None
        applied = Applied(modulus, number % modulus, self._tick(name))
        self.applied.append(applied)
        return applied

    def arrival(self, count: int) -> int:
        """The instant at which late arrivals begin to be recorded."""
        return self._tick(f"a{count}")

    def _tick(self, name: str) -> int:
        """Every event begins later than all before it, so that what it touches comes first in the search."""
        self._log.append(name)
        at, self._next_at = self._next_at, self._next_at + _ROUND_MS
        return at
