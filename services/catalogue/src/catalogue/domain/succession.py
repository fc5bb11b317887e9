"""What successions of agencies say about one of them: when it was in being, and who stands in its place now."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from catalogue.domain.agency import Agency, Succession
from shared.domain.level import DISTRICT_ENDED_ON, AuthorityLevel


def succeeded(agency: Agency, successions: Iterable[Succession]) -> Agency:
    """The agency with the days that its successions tell; where they tell none it keeps its own.

    Of several ends the last one counts: an agency that gave its parts away on two days ended on the second.
    """
    every = list(successions)
    ends = [one.succeeded_on for one in every if one.predecessor_code == agency.agency_code and one.predecessor_ends]
    begins = [one.succeeded_on for one in every if one.successor_code == agency.agency_code and one.successor_begins]
    return replace(
        agency,
        valid_from=min(begins, default=agency.valid_from),
        valid_to=max(ends, default=agency.valid_to),
    )


def without_district_level(agency: Agency, on: date) -> Agency:
    """A district agency seen after the level ended is history: it ended with its level at the latest."""
    if agency.level is not AuthorityLevel.DISTRICT or agency.valid_to is not None or on < DISTRICT_ENDED_ON:
        return agency
    return replace(agency, valid_to=DISTRICT_ENDED_ON)


def begins_too_late(agency: Agency) -> bool:
    """Whether it would be a district agency founded after the district level ended."""
    founded = agency.valid_from
    return agency.level is AuthorityLevel.DISTRICT and founded is not None and founded >= DISTRICT_ENDED_ON


def standing_now(code: str, successions: Sequence[Succession]) -> tuple[str, ...]:
    """Who stands in an agency's place after every succession, in order of code; itself when it did not end.

    A chain goes forward in time only, so an agency that got its tasks back is found and nothing turns in circles.
    """
    found: set[str] = set()
    pending: list[tuple[str, date]] = [(code, date.min)]
    seen = set(pending)
    while pending:
        here, since = pending.pop()
        onward = [
            (one.successor_code, one.succeeded_on)
            for one in successions
            if one.predecessor_code == here and one.predecessor_ends and one.succeeded_on >= since
        ]
        if not onward:
            found.add(here)
        pending += [step for step in onward if step not in seen]
        seen.update(onward)
    return tuple(sorted(found))
