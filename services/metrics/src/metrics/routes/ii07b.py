"""Form II.07b."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from metrics.domain.dictionary import FIGURES, find
from metrics.forms import ii07b
from metrics.forms.ii07b import Form, form_07b, paper
from metrics.forms.letterhead import letterhead
from metrics.moments import moment_of, of_paper
from metrics.repository import sources
from metrics.routes.downloads import download, media_types
from metrics.routes.figures import READS_FIGURES, REFUSALS
from metrics.routes.links import links_of
from metrics.routes.parameters import question_of, some_agency
from metrics.schemas.asked import ProcedureFormParameters
from metrics.schemas.served import ProcedureFormOut
from metrics.schemas.shaping import answer_out, period_out, scope_out
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/forms", tags=["forms"], dependencies=[READS_FIGURES], responses=REFUSALS)


@router.get(
    "/II.07b",
    response_model=ProcedureFormOut,
    summary="Form II.07b",
    responses=media_types("csv", "xlsx", "docx", "pdf"),
)
async def procedures(request: Request, given: Annotated[ProcedureFormParameters, Query()]) -> Response:
    """Procedures by level of authority, under the one-stop, and with a process: a row for each agency, 14 columns.

    Columns 3 to 6 are counted in the catalogue at the period's last day; 7 to 14 are the hand-entered indicators of
    each agency for exactly these days, null where it entered none. The district's columns end with the level, on
    2025-06-30. Columns and title follow a running portal; the circular was not read.
    """
    some_agency(given.agency)
    question = question_of(find("procedures_total"), given.question())
    async with snapshot(request.app.state.engine) as connection:
        moment = of_paper(await moment_of(connection, question, await sources.standing(connection)), question)
        form = await form_07b(connection, question, moment, moment.entered)
        head = await letterhead(connection, question.scope.agency, moment, question.period.last)
    if given.format != "json":
        return await download(request, paper(form, head), given.format, given.language)
    links = links_of(question, moment.entry, request.app.state.settings.public_url)
    return conditional(request, encode(_json(form, moment.entered, links)))


def _json(form: Form, change: int, links: dict[str, str | None]) -> dict[str, Any]:
    question = form.proof.question
    held = ii07b.content(form)
    return {
        "form": ii07b.NAME,
        "legal_basis": ["TT 01/2020/TT-VPCP"],
        "status": "practice",
        "scope": scope_out(question.scope),
        "period": period_out(question.period),
        "columns": [
            {"number": number, "figure": ii07b.FIGURES[number], "name": _name(ii07b.FIGURES[number])}
            for number in form.columns
        ],
        "rows": held["agencies"],
        "total": held["total"],
        "proof": answer_out(form.proof, links),
        "as_of_indicators": change,
    }


def _name(figure: str) -> dict[str, str]:
    return {"vi": FIGURES[figure].name_vi, "en": FIGURES[figure].name_en}
