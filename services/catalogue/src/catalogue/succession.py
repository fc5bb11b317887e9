"""Recording which agency succeeded which, and what that means for the agencies: from when, until when."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from catalogue.domain.agency import Agency, Succession
from catalogue.domain.succession import begins_too_late, succeeded, without_district_level
from catalogue.repository import agencies, versions
from catalogue.repository.entities import AGENCY
from catalogue.repository.versions import Wanted
from shared.domain.identifiers import AgencyCode
from shared.runtime import clock
from shared.runtime.database import transaction


class SuccessionRefused(ValueError):
    """A succession that cannot have been. Nothing is written."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a statement changed. ``unknown``: codes that no catalogue holds yet; their days are filled when it does."""

    change: int | None
    agencies: int
    unknown: tuple[str, ...]


async def record(
    engine: AsyncEngine, told: Sequence[Succession], *, founded: Sequence[Agency] = (), source: str
) -> Recorded:
    """Keeps successions and moves the days of the agencies they name, as one change.

    ``founded``: agencies to be known from now on if they are not yet (the legacy districts, their communes). The same
    statement again changes nothing; another one about the same two agencies corrects it. Raises ``SuccessionRefused``.
    """
    async with transaction(engine) as connection:
        return await record_in(connection, told, founded=founded, source=source)


async def record_in(
    connection: AsyncConnection, told: Sequence[Succession], *, founded: Sequence[Agency] = (), source: str
) -> Recorded:
    """The same inside the caller's transaction."""
    await versions.lock_changes(connection)
    known = {code: one for (code,), one in (await versions.current(connection, AGENCY)).items()}
    new = {one.agency_code: one for one in founded if one.agency_code not in known}
    await agencies.keep_successions(connection, told)
    every = await agencies.successions(connection)
    named = list(dict.fromkeys(code for one in told for code in (one.predecessor_code, one.successor_code)))
    touched = [code for code in dict.fromkeys([*new, *named]) if code in known or code in new]
    held = {**new, **known}
    judged = {code: _judged(_placed(held[code], held.keys()), every) for code in touched}
    _check(told, judged)
    wanted = [Wanted(AGENCY, list(judged.values()))]
    change, items = await versions.publish(connection, wanted, cause="import", source=source)
    return Recorded(change, len(items), tuple(code for code in named if code not in known and code not in new))


def _judged(agency: Agency, every: Sequence[Succession]) -> Agency:
    found = without_district_level(succeeded(agency, every), clock.today())
    if begins_too_late(found):
        raise SuccessionRefused(f"{found.agency_code}: no district agency may begin after 2025-06-30")
    if found.valid_from is not None and found.valid_to is not None and found.valid_from > found.valid_to:
        raise SuccessionRefused(f"{found.agency_code} would end on {found.valid_to}, before it began")
    return found


def _placed(agency: Agency, known: Set[str]) -> Agency:
    """The agency under the nearest one above it that is known."""
    if agency.parent_code is not None:
        return agency
    above = (str(code) for code in AgencyCode.parse(agency.agency_code).ancestors()[1:])
    return replace(agency, parent_code=next((code for code in above if code in known), None))


def _check(told: Sequence[Succession], judged: Mapping[str, Agency]) -> None:
    for one in told:
        if one.predecessor_code == one.successor_code:
            raise SuccessionRefused(f"{one.predecessor_code} cannot succeed itself; a new name is no succession")
        if not one.legal_basis.strip():
            raise SuccessionRefused(f"{one.predecessor_code}: no document is named that says so")
        successor = judged.get(one.successor_code)
        if successor is not None and successor.ended_by(one.succeeded_on):
            raise SuccessionRefused(
                f"{one.successor_code} had ended by {one.succeeded_on}; it cannot take anything over"
            )
