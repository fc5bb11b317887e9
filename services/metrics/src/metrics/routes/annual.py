"""The annual report on the control of administrative procedures."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from metrics.domain.dictionary import find
from metrics.forms.annual import annual_report
from metrics.moments import moment_of, of_paper
from metrics.repository import sources
from metrics.routes.downloads import download, media_types
from metrics.routes.figures import READS_FIGURES, REFUSALS
from metrics.routes.parameters import question_of, some_agency
from metrics.schemas.asked import ReportParameters
from metrics.schemas.papers import AnnualReportOut, annual_report_out
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/forms", tags=["forms"], dependencies=[READS_FIGURES], responses=REFUSALS)


@router.get(
    "/annual-report",
    response_model=AnnualReportOut,
    summary="The annual report",
    responses=media_types("xlsx", "docx", "pdf"),
)
async def report(request: Request, given: Annotated[ReportParameters, Query()]) -> Response:
    """Sections and order of NĐ 63/2010/NĐ-CP Art. 35, filled from the records and from what the agency entered.

    Missing numbers are marked as missing. Where the agency's own number differs from the records', both stand.
    DOCX is a draft a clerk can edit, in the layout of NĐ 30/2020/NĐ-CP; form II.06a is attached to it.
    """
    some_agency(given.agency)
    question = question_of(find("dossiers_total_handled"), given.question())
    async with snapshot(request.app.state.engine) as connection:
        moment = of_paper(await moment_of(connection, question, await sources.standing(connection)), question)
        document, decisions = await annual_report(connection, question, moment, moment.entered)
    if given.format != "json":
        return await download(request, document, given.format, given.language)
    return conditional(request, encode(annual_report_out(document, decisions, moment, moment.entered)))
