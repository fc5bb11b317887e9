"""Which versions of which petitions moved which numbers between two moments.

A petition has no bytes of a portal to compare: a version is one that was not known before, or that the list tells
otherwise.
"""

from collections.abc import AsyncGenerator, Iterator, Sequence
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.claims import Claim
from metrics.domain.definitions import FigureDefinition, Subject
from metrics.domain.errors import AsOfError
from metrics.domain.question import FigureQuestion
from metrics.domain.restating import Cause
from metrics.figures import added
from metrics.moments import Moment
from metrics.movements import MOST_CHANGED, Moved
from metrics.repository import petitions
from metrics.repository.petitions import PetitionVersion

_CODES_A_TIME = 500


def counts_petitions(figure: FigureDefinition) -> bool:
    """Whether it adds up petitions one by one; points of the whole do not."""
    return figure.subject is Subject.PETITIONS and figure.scores_up_to is None


async def petition_moves(
    connection: AsyncConnection, claims: Sequence[Claim], then: Moment, now: Moment, first: str
) -> AsyncGenerator[tuple[int, Moved], None]:
    """Every step that moves a claim, with the claim's place in the list, by petition code from ``first`` on.

    Claims that do not count petitions are passed over. Raises ``AsOfError`` where too many petitions changed.
    """
    asked = [
        (number, claim.question)
        for number, claim in enumerate(claims)
        if claim.question is not None and claim.has_history and counts_petitions(claim.question.figure)
    ]
    if not asked or then.imported is None or now.imported is None:
        return
    codes = await petitions.changed(connection, then.imported, now.imported, first, MOST_CHANGED + 1)
    if len(codes) > MOST_CHANGED:
        raise AsOfError("as_of", f"More than {MOST_CHANGED} petitions changed; ask as of an earlier instant.")
    for start in range(0, len(codes), _CODES_A_TIME):
        for number, question in asked:
            async for moved in _of(connection, codes[start : start + _CODES_A_TIME], question, then, now):
                yield number, moved


async def _of(
    connection: AsyncConnection, codes: Sequence[str], question: FigureQuestion, then: Moment, now: Moment
) -> AsyncGenerator[Moved, None]:
    # By the working days as they were known then: what the calendar moves is told apart.
    if then.imported is None or now.imported is None:
        return
    span = (then.imported, now.imported)
    found = await petitions.versions(connection, codes, question.effective_scope, then.as_of, question.period, *span)
    for _, chain in groupby(found, key=lambda version: version.code):
        for moved in _steps(list(chain), question.figure, then):
            yield moved


def _steps(chain: Sequence[PetitionVersion], figure: FigureDefinition, then: Moment) -> Iterator[Moved]:
    known = then.imported is not None and chain[0].known_from <= then.imported
    before = chain[0] if known else None
    for after in chain[1:] if known else chain:
        was, is_ = _counted(figure, before), _counted(figure, after)
        if was != is_:
            cause = Cause.LATE_ARRIVAL if before is None else Cause.UPSTREAM_CORRECTION
            moved = (is_[0] - was[0], is_[1] - was[1])
            yield Moved(after.code, None, after.agency, cause, *moved, recorded_at=after.known_from)
        before = after


def _counted(figure: FigureDefinition, version: PetitionVersion | None) -> tuple[int, int]:
    if version is None or version.sets is None:
        return 0, 0
    above, below = added(figure, version.sets)
    return above, below or 0
