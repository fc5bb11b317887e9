"""The rows of a figure in order of value, and none where the order is not proven."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from metrics.domain.dictionary import find
from metrics.moments import moment_of
from metrics.ranking import ranking
from metrics.repository import sources
from metrics.routes.figures import READS_FIGURES, REFUSALS, FigureId
from metrics.routes.parameters import question_of
from metrics.routes.pinning import following, pinned
from metrics.schemas.asked import RankingParameters
from metrics.schemas.ranking import RankingOut, ranking_out
from metrics.series import check_by
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/figures", tags=["figures"], dependencies=[READS_FIGURES], responses=REFUSALS)


@router.get("/{figure}/ranking", response_model=RankingOut, summary="One figure in order of value")
async def rank(request: Request, figure: FigureId, given: Annotated[RankingParameters, Query()]) -> Response:
    """Rows by agency, procedure, field, channel or level, best place first; equal values share a rank.

    Where the bounds of two rows overlap the order of the two is not proven: their rank is null, and `best` and `worst`
    say which places they can have. A row whose portal is missing or not up to date can be anywhere, so it leaves every
    rank open. Later pages are answered as of the first page's entry.
    """
    question = question_of(find(figure), given)
    check_by(question, given.by)
    name = f"ranking {given.by} {given.order} {question}"
    question, place = pinned(question, given.cursor, name, int)
    done: int = 0 if place is None else place[0]
    async with snapshot(request.app.state.engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        highest = given.order == "highest"
        every = await ranking(connection, question, given.by, moment, highest_first=highest)
    stop = done + given.limit
    next_ = following(moment, name, stop) if stop < len(every) else None
    body = ranking_out(question, (given.by, given.order), every, every[done:stop], next_, moment)
    return conditional(request, encode(body))
