"""Names, levels and places of agencies in the catalogue's published history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.territory import Succession

# An agency that no longer exists on the day is still named: its papers are.
_NAMED = text("""
    select distinct on (agency_code) agency_code, name, level, parent_code from catalogue.agency_v1
    where agency_code = any(cast(:codes as text[]))
      and change_from <= :change and (change_to is null or change_to > :change)
    order by agency_code,
        ((valid_from is null or valid_from <= :day) and (valid_to is null or valid_to > :day)) desc,
        change_from desc""")

_BELOW = text("""
    select distinct agency_code from catalogue.agency_v1
    where agency_code like cast(:agency as text) || '.%'
      and strpos(substr(agency_code, length(cast(:agency as text)) + 2), '.') = 0
      and change_from <= :change and (change_to is null or change_to > :change)
      and (valid_from is null or valid_from <= :day) and (valid_to is null or valid_to > :day)""")


# Successions carry no change number: a correction replaces what was said, and holds for every moment.
_SUCCESSIONS = text("""
    select predecessor_code, successor_code, succeeded_on, predecessor_ends, legal_basis
    from catalogue.succession_v1 order by succeeded_on, predecessor_code, successor_code""")


@dataclass(frozen=True, slots=True)
class NamedAgency:
    """``level`` is an AuthorityLevel's value, or None when the catalogue does not know it."""

    agency_code: str
    name: str
    level: str | None
    parent_code: str | None


async def named(connection: AsyncConnection, codes: Sequence[str], change: int, day: date) -> dict[str, NamedAgency]:
    """The agencies of these codes as known at a catalogue change; unknown codes are left out."""
    rows = await connection.execute(_NAMED, {"codes": list(codes), "change": change, "day": day})
    return {row[0]: NamedAgency(*row) for row in rows}


async def below(connection: AsyncConnection, agency: str, change: int, day: date) -> set[str]:
    """The codes of the agencies one level below that were in being on the day."""
    rows = await connection.execute(_BELOW, {"agency": agency, "change": change, "day": day})
    return set(rows.scalars())


async def successions(connection: AsyncConnection) -> list[Succession]:
    """Every succession the catalogue tells, by day."""
    return [Succession(*row) for row in await connection.execute(_SUCCESSIONS)]
