"""A figure row by row, and the dossiers behind it, both in pages pinned to the ledger entry of the first page."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from metrics.domain.dictionary import find
from metrics.domain.question import FigureQuestion
from metrics.lineage import dossiers, sets_of
from metrics.moments import Moment, moment_of
from metrics.repository import sources
from metrics.routes.comparison import NOT_COMPARABLE, not_comparable
from metrics.routes.figures import READS_FIGURES, REFUSALS, FigureId
from metrics.routes.parameters import question_of
from metrics.routes.pinning import following, pinned
from metrics.schemas.asked import DossiersParameters, SeriesParameters
from metrics.schemas.served import DossiersOut, SeriesOut
from metrics.schemas.shaping import as_of_out, dossier_out, period_out, scope_out, series_out
from metrics.series import breaks_of, check_by, check_structure, rows
from metrics.structure import structure_of
from shared.contracts.problem import NOT_FOUND, ProblemError, problem_responses
from shared.domain.identifiers import AgencyCode
from shared.runtime.answers import conditional, encode
from shared.runtime.auth import Principal, requires
from shared.runtime.database import snapshot
from shared.runtime.logs import logger

router = APIRouter(prefix="/v1/figures", tags=["figures"], responses=REFUSALS)
_log = logger(__name__)
ReadsLineage = Annotated[Principal, Depends(requires("lineage:read"))]


@router.get(
    "/{figure}/series",
    response_model=SeriesOut,
    summary="One figure row by row",
    dependencies=[READS_FIGURES],
    responses=problem_responses(NOT_COMPARABLE),
)
async def series(request: Request, figure: FigureId, given: Annotated[SeriesParameters, Query()]) -> Response:
    """Rows by agency, procedure, field, channel, level, month, quarter or year, in key order.

    Each dossier is in one row, except by level. Later pages are answered as of the first page's entry.

    Over time a row says in `breaks` how it is unlike the row before it: the agency covers something else since a
    merger, or the law has other levels. `across=refuse` answers 409 `not-comparable` instead; `structure=now` counts
    every row by what the agency is made of today.
    """
    question = question_of(find(figure), given)
    check_by(question, given.by)
    check_structure(question, given.by, now=given.structure == "now")
    name = f"series {given.by} {given.across} {given.structure} {question}"
    async with snapshot(request.app.state.engine) as connection:
        asked, place = pinned(question, given.cursor, name, str)
        after: str | None = None if place is None else place[0]
        moment = await _moment(connection, asked)
        structure = await structure_of(connection, asked, moment, now=given.structure == "now")
        refused = [one for found in breaks_of(asked, given.by, structure).values() for one in found if one.refuses]
        if refused and given.across == "refuse":
            raise not_comparable("by", refused)
        found = await rows(connection, asked, given.by, after, given.limit + 1, moment, structure)
    page, more = found[: given.limit], len(found) > given.limit
    next_ = following(moment, name, page[-1].key) if more else None
    return conditional(request, encode(series_out(question, given.by, page, next_, moment, structure)))


@router.get("/{figure}/dossiers", response_model=DossiersOut, summary="The dossiers behind a figure")
async def lineage(
    request: Request, figure: FigureId, given: Annotated[DossiersParameters, Query()], caller: ReadsLineage
) -> Response:
    """The dossiers of the numerator, the denominator or the exclusions, of the caller's own agency and below.

    Without `agency` the caller's own is meant. Every reading is logged.
    """
    question = _own(question_of(find(figure), given), caller)
    sets_of(question.figure, given.part)
    name = f"dossiers {given.part} {question}"
    async with snapshot(request.app.state.engine) as connection:
        asked, place = pinned(question, given.cursor, name, str)
        after: str = "" if place is None else place[0]
        moment = await _moment(connection, asked)
        found = await dossiers(connection, asked, given.part, after, given.limit + 1, moment)
    _log.info("lineage read", client=caller.client_id, figure=question.figure.id, agency=question.scope.agency)
    page, more = found[: given.limit], len(found) > given.limit
    body: dict[str, Any] = {
        "figure": question.figure.id,
        "part": given.part,
        "scope": scope_out(question.effective_scope),
        "period": period_out(question.period),
        "items": [dossier_out(listed) for listed in page],
        "next": following(moment, name, page[-1].dossier_code) if more else None,
        "as_of": as_of_out(moment),
    }
    return conditional(request, encode(body))


def _own(question: FigureQuestion, caller: Principal) -> FigureQuestion:
    """Another agency's dossiers do not exist for the caller: the same answer as for an unknown one."""
    own = AgencyCode.parse(caller.agency_code)
    asked = question.scope.agency
    if asked is None:
        return replace(question, scope=replace(question.scope, agency=str(own)))
    if not AgencyCode.parse(asked).is_within(own):
        raise ProblemError(NOT_FOUND, "There are no dossiers of this agency for your key.", parameter="agency")
    return question


async def _moment(connection: AsyncConnection, question: FigureQuestion) -> Moment:
    return await moment_of(connection, question, await sources.standing(connection))
