"""What an agency covers, and since when: read from the successions that its catalogue publishes, never from its code.

A code outlives what it stands for. H24 was Hải Phòng; from 2025-07-01 it is Hải Phòng with Hải Dương, whose H23 left
the list (NQ 202/2025/QH15). Numbers of the two are numbers of two different agencies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shared.domain.identifiers import AgencyCode
from shared.domain.level import AuthorityLevel

_LOCAL = (AuthorityLevel.COMMUNE, AuthorityLevel.DISTRICT)
ORIGINAL = "original"
"""The version before any succession that is known."""


@dataclass(frozen=True, slots=True)
class Succession:
    """One agency took over from another on a day: all of it, or a part when ``predecessor_ends`` is false."""

    predecessor_code: str
    successor_code: str
    succeeded_on: date
    predecessor_ends: bool
    legal_basis: str


class NotAttributable(Exception):
    """The agency as it is now cannot be followed back: the reason, in words for the caller."""


def within(code: str, agency: str) -> bool:
    """Whether an agency is another one or below it."""
    return f"{code}.".startswith(f"{agency}.")


def changes(agency: str, level: str | None, successions: Iterable[Succession]) -> list[Succession]:
    """The successions by which the territory of an agency changed, by day: one side lies in it, the other does not.

    A merger inside it changes nothing for it. A department serves its whole province, so what changes the province
    changes the department; a commune or a district is changed only by what it took or gave itself. Of an agency whose
    level nobody knows the more careful of the two is taken.
    """
    code = AgencyCode.parse(agency)
    places = (agency,) if level in _LOCAL else (agency, *(str(above) for above in code.ancestors()))
    found = [one for one in successions if any(_crosses(one, place) for place in places)]
    return sorted(found, key=lambda one: (one.succeeded_on, one.predecessor_code, one.successor_code))


def _crosses(one: Succession, place: str) -> bool:
    return within(one.predecessor_code, place) != within(one.successor_code, place)


def versions(first: date, last: date, changed: Sequence[Succession]) -> tuple[str, ...]:
    """The versions of the territory that a stretch of days touches, each named by its first day."""
    days = sorted({one.succeeded_on for one in changed})
    before = [day.isoformat() for day in days if day <= first]
    inside = [day.isoformat() for day in days if first < day <= last]
    return (before[-1] if before else ORIGINAL, *inside)


def as_it_is_now(agency: str, level: str | None, successions: Sequence[Succession]) -> tuple[str, ...]:
    """The agency and those outside it that it took over wholly, also through others: what it is made of now.

    Raises ``NotAttributable`` where it has ended, where what it took is a part that no record tells from the rest, and
    where it changed with its province while nobody says which agency it took over.
    """
    _stands(agency, successions)
    found = [agency]
    for place in found:
        for one in successions:
            if not within(one.successor_code, place) or _covered(one.predecessor_code, found):
                continue
            _whole(one, successions, [*found, one.predecessor_code])
            found.append(one.predecessor_code)
    _explained(agency, level, successions)
    return tuple(code for code in found if not any(code != other and within(code, other) for other in found))


def _covered(code: str, places: Iterable[str]) -> bool:
    return any(within(code, place) for place in places)


def _stands(agency: str, successions: Iterable[Succession]) -> None:
    after = [one for one in successions if one.predecessor_code == agency and one.predecessor_ends]
    onward = sorted(one.successor_code for one in after if not within(one.successor_code, agency))
    if onward:
        ended = max(one.succeeded_on for one in after)
        raise NotAttributable(f"{agency} ended on {ended}; ask for {', '.join(onward)}, or for structure=then")


def _whole(one: Succession, successions: Iterable[Succession], places: Sequence[str]) -> None:
    if not one.predecessor_ends:
        raise NotAttributable(f"{one.successor_code} took over only a part of {one.predecessor_code}")
    others = [each for each in successions if within(each.predecessor_code, one.predecessor_code)]
    elsewhere = sorted({each.successor_code for each in others if not _covered(each.successor_code, places)})
    if elsewhere:
        raise NotAttributable(f"{one.predecessor_code} was divided: a part went to {', '.join(elsewhere)}")


def _explained(agency: str, level: str | None, successions: Sequence[Succession]) -> None:
    days = {one.succeeded_on for one in changes(agency, level, successions)}
    own = {one.succeeded_on for one in successions if _crosses(one, agency)}
    if days - own:
        first = min(days - own)
        raise NotAttributable(f"the catalogue does not say which agency {agency} took over on {first}")
