"""Open dossiers by the day they are promised for, from the index that holds nothing else."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from dossier_sync.repository.lists import Version, subtree, version, versions
from dossier_sync.tables import HEAD_IS_OPEN, head, revision

_IS_OPEN = text(HEAD_IS_OPEN)
"""Spelt as the index spells it: with its values as parameters the planner could not prove that the index holds them."""


@dataclass(frozen=True, slots=True)
class Due:
    """Open dossiers of an agency itself, not of those below it: promised within the horizon, and overdue."""

    agency_code: str
    due: int
    overdue: int


async def list_due(
    connection: AsyncConnection,
    *,
    agency: str,
    first: date | None,
    until: date,
    after: tuple[date, str] | None,
    limit: int,
) -> list[Version]:
    """Open dossiers of a subtree promised for a day from ``first`` (None: any before) to ``until``, the worst first."""
    chosen = _open(select(head.c.dossier_code, head.c.feed_id, head.c.page, head.c.due_on), agency, first, until)
    if after is not None:
        chosen = chosen.where(tuple_(head.c.due_on, head.c.dossier_code) > tuple_(*after))
    page = chosen.order_by(head.c.due_on, head.c.dossier_code).limit(limit).subquery()
    here = and_(
        revision.c.feed_id == page.c.feed_id,
        revision.c.page == page.c.page,
        revision.c.dossier_code == page.c.dossier_code,
    )
    question = versions(page.join(revision, here)).order_by(page.c.due_on, page.c.dossier_code)
    return [version(row) for row in await connection.execute(question)]


async def count_due(connection: AsyncConnection, *, agency: str, today: date, until: date) -> list[Due]:
    """How many of each agency of a subtree: overdue, and promised from today on; the most overdue first."""
    due = func.count().filter(head.c.due_on >= today).label("due")
    overdue = func.count().filter(head.c.due_on < today).label("overdue")
    question = (
        _open(select(head.c.agency_code, due, overdue), agency, None, until)
        .group_by(head.c.agency_code)
        .order_by(overdue.desc(), due.desc(), head.c.agency_code)
    )
    return [Due(**row) for row in (await connection.execute(question)).mappings()]


def _open(
    question: Select[tuple[object, ...]], agency: str, first: date | None, until: date
) -> Select[tuple[object, ...]]:
    chosen = question.where(_IS_OPEN, subtree(head.c.agency_code, agency), head.c.due_on <= until)
    return chosen if first is None else chosen.where(head.c.due_on >= first)
