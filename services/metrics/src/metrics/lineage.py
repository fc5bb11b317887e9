"""The dossiers behind a figure: numerator, denominator and exclusions, page by page."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.definitions import FigureDefinition, Source, Subject
from metrics.domain.errors import FilterError
from metrics.domain.question import FigureQuestion
from metrics.figures import unknown_sets
from metrics.moments import Moment
from metrics.repository import counting
from metrics.repository.counting import Listed

Part = Literal["numerator", "denominator", "excluded", "not_told", "due_disagreements"]
"""``not_told``: left out because the portal does not say. ``due_disagreements``: handled, and the due date disputed."""


def sets_of(figure: FigureDefinition, part: Part) -> Sequence[str]:
    """The named sets whose dossiers make up a part. Raises ``FilterError`` where there are none."""
    if figure.subject is not Subject.DOSSIERS or figure.source is not Source.RECORDS:
        raise FilterError("part", f"No dossiers stand behind the figure {figure.id}.")
    if part == "numerator":
        return figure.numerator
    if part == "denominator":
        if figure.denominator is None:
            raise FilterError("part", f"The figure {figure.id} is a count: it has no denominator.")
        return figure.denominator
    if part == "due_disagreements":
        return _disputed(figure)
    if part == "not_told":
        if not figure.unknown:
            raise FilterError("part", f"The figure {figure.id} rests on nothing a portal may leave out.")
        return figure.unknown
    return (*unknown_sets(figure), "not_accepted", "refused", "gone")


def _disputed(figure: FigureDefinition) -> Sequence[str]:
    if not figure.by_due_date:
        raise FilterError("part", f"The figure {figure.id} does not depend on the due date.")
    return ("due_disagrees",)


async def dossiers(
    connection: AsyncConnection, question: FigureQuestion, part: Part, after: str, most: int, moment: Moment
) -> list[Listed]:
    """At most ``most`` dossiers of a part after the code ``after``. Quarantined records have no code to show."""
    sets = sets_of(question.figure, part)
    return await counting.dossiers(
        connection, question.effective_scope, moment.as_of, question.period, sets, after, most
    )
