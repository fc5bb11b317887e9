"""Agencies and fields of administration."""

from dataclasses import dataclass
from datetime import date

from shared.domain.identifiers import AgencyCode
from shared.domain.level import AuthorityLevel


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency (cơ quan). ``level`` null: the portal's word for it is not known to us. ``valid_to`` is exclusive.

    ``incarnation`` is 2, 3, … when its code was another agency's before, which had ended.
    """

    agency_code: str
    name: str
    level: AuthorityLevel | None
    parent_code: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    incarnation: int = 1

    @property
    def key(self) -> tuple[str]:
        return (self.agency_code,)

    def ended_by(self, day: date) -> bool:
        """Whether it was no longer in being on a day."""
        return self.valid_to is not None and self.valid_to <= day


@dataclass(frozen=True, slots=True)
class Succession:
    """``successor_code`` took over what was ``predecessor_code``'s on a day.

    A merger: several predecessors end. A split: one ends, several succeed. ``predecessor_ends`` false: it only gave
    a part away. ``successor_begins``: the successor was founded by it.
    """

    predecessor_code: str
    successor_code: str
    succeeded_on: date
    legal_basis: str
    predecessor_ends: bool = True
    successor_begins: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field of administration (lĩnh vực)."""

    field_code: str
    name: str

    @property
    def key(self) -> tuple[str]:
        return (self.field_code,)


_LEVEL_OF_WORD = {
    "0": AuthorityLevel.MINISTRY,
    "1": AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE,
    "2": AuthorityLevel.DISTRICT,
    "3": AuthorityLevel.COMMUNE,
}


def level_of(code: AgencyCode, word: str) -> AuthorityLevel | None:
    """The level behind the national portal's CAPDONVI.

    The portal has one word for a province and its departments: below level 1 it means a department.
    """
    level = _LEVEL_OF_WORD.get(word.strip())
    if level is AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE and len(code.parts) > 1:
        return AuthorityLevel.PROVINCIAL_DEPARTMENT
    return level
