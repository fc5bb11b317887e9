"""What a portal's words for a dossier's state mean, from which day to which: data, checked when it is read.

Two cities use one word for different things, and one city changes what it means by it; so a deployment may have rows of
its own, and a row a range of days. What is in no map stays UNMAPPED, never guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from dossier_sync.domain.spelling import spelled
from shared.domain.status import DossierStatus


class StatusMapInvalid(ValueError):
    """A row of a status map is not what it must be; the message says which and why."""


class Meaning(NamedTuple):
    """A word means ``status`` from ``valid_from`` until the day before ``valid_to``; None: without limit."""

    valid_from: date | None
    valid_to: date | None
    status: DossierStatus

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Dated:
    """A word whose meaning depends on the day; ``otherwise`` on every other day, None: no map says."""

    meanings: tuple[Meaning, ...]
    otherwise: "DossierStatus | Dated | None" = None

    def on(self, day: date) -> int | None:
        """The status meant on a day; None where the map does not say."""
        meant = next((one.status for one in self.meanings if one.holds_on(day)), self.otherwise)
        if isinstance(meant, Dated):
            return meant.on(day)
        return None if meant is None else int(meant)


Names = Mapping[str, DossierStatus | Dated]
"""Words as ``spelled``, to what they mean."""


def names(rows: Iterable[Mapping[str, Any]]) -> dict[str, DossierStatus | Dated]:
    """The map of these rows. Raises ``StatusMapInvalid``."""
    found: dict[str, list[Meaning]] = {}
    for number, row in enumerate(rows, 1):
        word, meaning = _read(number, row)
        found.setdefault(word, []).append(meaning)
    return {word: _one(word, meanings) for word, meanings in found.items()}


def _one(word: str, meanings: list[Meaning]) -> DossierStatus | Dated:
    ordered = sorted(meanings, key=lambda one: one.valid_from or date.min)
    for before, after in pairwise(ordered):
        if before.valid_to is None or after.valid_from is None or after.valid_from < before.valid_to:
            raise StatusMapInvalid(f"{word!r} has two meanings on one day.")
    first = ordered[0]
    return first.status if first[:2] == (None, None) else Dated(tuple(ordered))


_KEYS = {"name", "status", "valid_from", "valid_to", "source"}


def _read(number: int, row: Mapping[str, Any]) -> tuple[str, Meaning]:
    unknown = row.keys() - _KEYS
    if unknown:
        raise StatusMapInvalid(f"Row {number}: {', '.join(sorted(unknown))} is no key of a meaning.")
    name, status = row.get("name"), row.get("status")
    if not isinstance(name, str) or not spelled(name):
        raise StatusMapInvalid(f"Row {number}: name must be the portal's word.")
    if status not in DossierStatus.__members__:
        raise StatusMapInvalid(f"Row {number} ({name}): status must be one of {', '.join(DossierStatus.__members__)}.")
    valid_from, valid_to = row.get("valid_from"), row.get("valid_to")
    for key, day in (("valid_from", valid_from), ("valid_to", valid_to)):
        if day is not None and type(day) is not date:
            raise StatusMapInvalid(f"Row {number} ({name}): {key} must be a day, as 2025-07-01.")
    if valid_from is not None and valid_to is not None and valid_to <= valid_from:
        raise StatusMapInvalid(f"Row {number} ({name}): valid_to must be after valid_from.")
    return spelled(name), Meaning(valid_from, valid_to, DossierStatus[str(status)])
