"""By how much time limits could be cut: the what-if behind the simplification section of a report."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from metrics.domain.dictionary import find
from metrics.domain.errors import FilterError
from metrics.moments import moment_of
from metrics.repository import simplification as repository
from metrics.repository import sources
from metrics.routes.downloads import media_types
from metrics.routes.figures import READS_FIGURES, REFUSALS
from metrics.routes.parameters import question_of, some_agency
from metrics.routes.pinning import following, pinned
from metrics.schemas.asked import SimplificationParameters
from metrics.schemas.simplification import SimplificationOut, as_csv, simplification_out
from metrics.simplification import times
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

MOST_PROCEDURES = 5_000
"""Procedures of one CSV file: a province has some two thousand."""

router = APIRouter(prefix="/v1", tags=["figures"], dependencies=[READS_FIGURES], responses=REFUSALS)


@router.get(
    "/simplification", response_model=SimplificationOut, summary="What-if of time limits", responses=media_types("csv")
)
async def simplification(request: Request, given: Annotated[SimplificationParameters, Query()]) -> Response:
    """How long the dossiers of each procedure took, and the limits that 95, 99 and 100 per cent would have kept.

    Measured in working days in the agency's hands: the day of receipt is not counted, days of waiting for the applicant
    are taken out. Dossiers that ended in the period are the past; withdrawn ones say nothing of the work. CSV is the
    whole list, JSON comes in pages; later pages are answered as of the first page's entry.
    """
    some_agency(given.agency)
    question = question_of(find("dossiers_resolved"), given.question())
    name = f"simplification {question}"
    question, place = pinned(question, given.cursor, name, str)
    after: str | None = None if place is None else place[0]
    most = given.limit if given.format == "json" else MOST_PROCEDURES
    async with snapshot(request.app.state.engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        asked = (question.scope, moment.as_of, question.period, after, most + 1)
        codes = await repository.procedures(connection, *asked)
        if given.format == "csv" and len(codes) > most:
            raise FilterError("agency", f"It has more than {most} procedures: ask for JSON, or for an agency below it.")
        found = await times(connection, question, moment, codes[:most])
    if given.format == "csv":
        headers = {"Content-Disposition": 'attachment; filename="simplification.csv"'}
        body = await asyncio.to_thread(as_csv, found)
        return conditional(request, body, media_type="text/csv; charset=utf-8", headers=headers)
    next_ = following(moment, name, codes[most - 1]) if len(codes) > most else None
    return conditional(request, encode(simplification_out(question, found, next_, moment)))
