"""Form II.06a."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from metrics.domain.dictionary import columns, find
from metrics.domain.errors import FormUnknown
from metrics.domain.question import FigureQuestion
from metrics.figures import moment_of
from metrics.forms.ii06a import Form, FormRow, form_06a, paper
from metrics.forms.letterhead import letterhead
from metrics.repository import sources
from metrics.routes.downloads import download, media_types
from metrics.routes.figures import READS_FIGURES, REFUSALS
from metrics.routes.links import links_of
from metrics.routes.parameters import question_of
from metrics.schemas.asked import FormParameters
from metrics.schemas.served import FormOut
from metrics.schemas.shaping import answer_out, period_out, scope_out
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/forms", tags=["forms"], dependencies=[READS_FIGURES], responses=REFUSALS)
_06A = "II.06a"


@router.get(
    "/{form}", response_model=FormOut, summary="Form II.06a", responses=media_types("csv", "xlsx", "docx", "pdf")
)
async def form(
    request: Request,
    form: Annotated[str, Path(description="II.06a; the others have paths of their own.", examples=[_06A])],
    given: Annotated[FormParameters, Query()],
) -> Response:
    """Form II.06a: a row for each field (lĩnh vực) and a total, columns 3 to 13.

    As JSON with its proof, or as a file to open: CSV, XLSX, DOCX, PDF, in Vietnamese or English. What is doubtful
    about the numbers stands in the notes of DOCX, PDF and XLSX.
    """
    if form != _06A:
        raise FormUnknown(form)
    question = question_of(find("dossiers_total_handled"), given.question())
    async with snapshot(request.app.state.engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        found = await form_06a(connection, question, moment)
        head = await letterhead(connection, question.scope.agency, moment, question.period.last)
    if given.format != "json":
        return await download(request, paper(found, head), given.format, given.language)
    links = links_of(question, moment.entry, request.app.state.settings.public_url)
    return conditional(request, encode(_json(question, found, links)))


def _json(question: FigureQuestion, form: Form, links: dict[str, str | None]) -> dict[str, Any]:
    return {
        "form": _06A,
        "legal_basis": ["TT 01/2020/TT-VPCP"],
        "status": question.figure.status.value,
        "scope": scope_out(question.scope),
        "period": period_out(question.period),
        "columns": [
            {"number": column.column, "figure": column.id, "name": {"vi": column.name_vi, "en": column.name_en}}
            for column in columns()
        ],
        "rows": [_row(row) for row in form.rows],
        "total": _row(form.total),
        "proof": answer_out(form.proof, links),
    }


def _row(row: FormRow) -> dict[str, Any]:
    return {"field": row.field_code, "name": row.name, "values": row.values}
