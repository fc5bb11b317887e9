"""Publication decisions as they are read."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from catalogue.domain.decision import Decision
from catalogue.repository.asof import subtree, valid_at
from catalogue.repository.entities import DECISION
from catalogue.tables import decision

Position = tuple[date, str, str]
"""Day of signing, issuer, number: the order of the list."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of decisions is asked for; None asks nothing. Days of signing, both included."""

    agency: str | None = None
    kind: str | None = None
    first: date | None = None
    last: date | None = None


async def listed(
    connection: AsyncConnection, filters: Filters, *, change_number: int, after: Position | None, limit: int
) -> list[Decision]:
    """Decisions by day of signing after ``after``, as of a change."""
    question = select(decision).where(valid_at(decision, change_number))
    if filters.agency is not None:
        question = question.where(subtree(decision.c.agency_code, filters.agency))
    if filters.kind is not None:
        question = question.where(decision.c.kinds.contains([filters.kind]))
    if filters.first is not None:
        question = question.where(decision.c.signed_on >= filters.first)
    if filters.last is not None:
        question = question.where(decision.c.signed_on <= filters.last)
    place = (decision.c.signed_on, decision.c.issuer_code, decision.c.number)
    if after is not None:
        question = question.where(tuple_(*place) > after)
    rows = await connection.execute(question.order_by(*place).limit(limit))
    return [DECISION.load(row._asdict()) for row in rows]
