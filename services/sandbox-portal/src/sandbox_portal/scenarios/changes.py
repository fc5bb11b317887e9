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
    """The rounds applied so far, in order. A repeated round changes nothing."""

    def __init__(self, first_at: int) -> None:
        self._next_at = first_at
        self.applied: list[Applied] = []
        self._rounds: list[int] = []

    @property
    def version(self) -> str:
        modulus = self.applied[0].modulus if self.applied else 0
        return f"{modulus}:{','.join(map(str, self._rounds))}"

    def apply(self, *, share: float, round_: int) -> Applied | None:
        """The new round, or None when it was applied before. Raises ChangeRefused."""
        modulus = round(1 / share)
        if self.applied and self.applied[0].modulus != modulus:
            raise ChangeRefused("share", f"This run of the sandbox changes 1 in {self.applied[0].modulus}; keep to it.")
        if round_ in self._rounds:
            return None
        applied = Applied(modulus, round_ % modulus, self.tick())
        self.applied.append(applied)
        self._rounds.append(round_)
        return applied

    def tick(self) -> int:
        """The instant at which the next change or arrival begins: newer than all before it."""
        at, self._next_at = self._next_at, self._next_at + _ROUND_MS
        return at
