"""The QĐ 766 index."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from metrics.domain.dictionary import find
from metrics.domain.qd766.layouts import layout_for
from metrics.domain.qd766.rules import PUBLIC_NAMES
from metrics.forms.card_paper import paper
from metrics.forms.letterhead import letterhead
from metrics.forms.scorecard import index_766
from metrics.moments import moment_of
from metrics.repository import sources
from metrics.routes.downloads import download, media_types
from metrics.routes.figures import READS_FIGURES, REFUSALS
from metrics.routes.parameters import question_of, some_agency
from metrics.schemas.asked import CardParameters
from metrics.schemas.card import Form766Out, form_766_out
from shared.domain.level import AuthorityLevel
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/forms", tags=["forms"], dependencies=[READS_FIGURES], responses=REFUSALS)
_VARIANTS = {name: variant for variant, name in PUBLIC_NAMES.items()}


_BREAKDOWNS = {
    "below": None,
    "department": AuthorityLevel.PROVINCIAL_DEPARTMENT,
    "commune": AuthorityLevel.COMMUNE,
}


@router.get("/766", response_model=Form766Out, summary="The QĐ 766 index", responses=media_types("csv", "xlsx"))
async def card(request: Request, given: Annotated[CardParameters, Query()]) -> Response:
    """The six groups of QĐ 766/QĐ-TTg for an agency, and the totals of each agency below it.

    Scored from our records: progress, online services, payment, digitisation, petitions, contents and posting of
    procedures; and from what an agency enters: the sync rate, and decisions issued in time. What it entered of a
    criterion that records count stands beside it as `declared_…`. A criterion nobody tells of is shown as not known,
    between 0 and its maximum, so that the total is a range; dossiers whose portal is silent widen theirs. `rule` and
    `evidence` of each criterion are all that its points follow from.
    """
    some_agency(given.agency)
    question = question_of(find("on_time_rate_766"), given.question())
    layout = layout_for(question.period.last, _VARIANTS[given.variant], given.layout)
    async with snapshot(request.app.state.engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        index = await index_766(connection, question, moment, layout, _BREAKDOWNS[given.breakdown])
        head = await letterhead(connection, question.scope.agency, moment, question.period.last)
    if given.format != "json":
        return await download(request, paper(index, head), given.format, given.language)
    return conditional(request, encode(form_766_out(index)))
