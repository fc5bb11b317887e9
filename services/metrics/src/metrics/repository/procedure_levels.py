"""Counts the catalogue's procedures by the level that decides them, for an agency and each one directly below it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.repository.catalogue import IN_FORCE, KNOWN, SUBTREE
from metrics.repository.scoping import AsOf

# One row of ``each`` is a procedure in an agency's part of the tree, or (row null) in the whole of it.
_PLACED = text(f"""
    with known as (
        select array_to_string((string_to_array(p.agency_code, '.'))[1:cast(:depth as int)], '.') as row,
            p.procedure_code || p.suffix as code,
            coalesce(p.levels && array['PROVINCE_PEOPLES_COMMITTEE', 'PROVINCIAL_DEPARTMENT'], false) as province,
            coalesce(cast(:districts as boolean) and 'DISTRICT' = any(p.levels), false) as district,
            coalesce('COMMUNE' = any(p.levels), false) as commune
        from catalogue.procedure_v1 as p
        where {KNOWN.format("p")} and {IN_FORCE} and {SUBTREE.format("p")}),
    each as (
        select row, code, bool_or(province)::int as province, bool_or(district)::int as district,
            bool_or(commune)::int as commune
        from known group by grouping sets ((row, code), (code)))
    select row, count(*), sum(province), sum(district), sum(commune),
        sum(greatest(province + district + commune - 1, 0)),
        count(*) filter (where province + district + commune = 0)
    from each group by row""")


@dataclass(frozen=True, slots=True)
class Placed:
    """How many procedures, and how many at each level: total = province + district + commune - several + unplaced."""

    total: int
    province: int
    district: int
    commune: int
    several: int
    unplaced: int


async def placed(
    connection: AsyncConnection, agency: str, as_of: AsOf, last: date, *, districts: bool
) -> dict[str | None, Placed]:
    """Procedures in force on a day: the agency's own, those of each one directly below with its subtree; None: all.

    Without ``districts`` a procedure that only districts decided stands at no level. Nothing at all: an empty answer.
    """
    values = {"agency": agency, "depth": agency.count(".") + 2, "districts": districts}
    rows = await connection.execute(_PLACED, values | {"change": as_of.change, "last": last})
    return {row[0]: Placed(*(int(number) for number in row[1:])) for row in rows}
