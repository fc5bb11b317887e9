"""Forms II.06a, II.06b and II.06c."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Path, Query, Request, Response

from metrics.domain.dictionary import columns, find
from metrics.domain.errors import FormUnknown
from metrics.domain.question import FigureQuestion
from metrics.forms.ii06 import KINDS, By, Form, FormRow, form_06, paper
from metrics.forms.letterhead import letterhead
from metrics.moments import moment_of
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


@router.get(
    "/{form}",
    response_model=FormOut,
    summary="Forms II.06a, II.06b and II.06c",
    responses=media_types("csv", "xlsx", "docx", "pdf"),
)
async def form(
    request: Request,
    form: Annotated[
        str, Path(description="II.06a, II.06b or II.06c; the others have paths of their own.", examples=["II.06a"])
    ],
    given: Annotated[FormParameters, Query()],
) -> Response:
    """Columns 3 to 13 and a total: II.06a by field (lĩnh vực), II.06b by agency below, II.06c by level of government.

    II.06a follows what offices use. That II.06b and II.06c aggregate the same columns is remembered, not checked
    against the circular: their `status` is unverified and their notes say so.

    As JSON with its proof, or as a file to open: CSV, XLSX, DOCX, PDF, in Vietnamese or English. What is doubtful
    about the numbers stands in the notes of DOCX, PDF and XLSX.
    """
    if form not in KINDS:
        raise FormUnknown(form)
    question = question_of(find("dossiers_total_handled"), given.question())
    async with snapshot(request.app.state.engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        found = await form_06(connection, form, question, moment)
        head = await letterhead(connection, question.scope.agency, moment, question.period.last)
    if given.format != "json":
        return await download(request, paper(found, head), given.format, given.language)
    links = links_of(question, moment.entry, request.app.state.settings.public_url)
    return conditional(request, encode(_json(form, question, found, links)))


def _json(name: str, question: FigureQuestion, form: Form, links: dict[str, str | None]) -> dict[str, Any]:
    return {
        "form": name,
        "legal_basis": ["TT 01/2020/TT-VPCP"],
        "status": form.kind.status.value,
        "scope": scope_out(question.scope),
        "period": period_out(question.period),
        "columns": [
            {"number": column.column, "figure": column.id, "name": {"vi": column.name_vi, "en": column.name_en}}
            for column in columns()
        ],
        "rows": [_row(row, form.kind.by) for row in form.rows],
        "total": _row(form.total, None),
        "proof": answer_out(form.proof, links),
    }


def _row(row: FormRow, by: By | None) -> dict[str, Any]:
    keys = dict.fromkeys(get_args(By)) | ({} if by is None else {by: row.key})
    return {**keys, "name": row.name.vi, "values": row.values}
