"""Report forms."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from metrics.domain.dictionary import columns, find
from metrics.domain.errors import FormUnknown
from metrics.domain.question import FigureQuestion
from metrics.figures import moment_of
from metrics.forms import Form, FormRow, as_csv, form_06a
from metrics.repository import sources
from metrics.routes.figures import READS_FIGURES, REFUSALS
from metrics.routes.links import links_of
from metrics.routes.parameters import question_of
from metrics.schemas.asked import FormParameters, QuestionParameters
from metrics.schemas.served import FormOut
from metrics.schemas.shaping import answer_out, period_out, scope_out
from shared.runtime.answers import conditional, encode
from shared.runtime.database import snapshot

router = APIRouter(prefix="/v1/forms", tags=["forms"], dependencies=[READS_FIGURES], responses=REFUSALS)
_06A = "II.06a"


@router.get(
    "/{form}",
    response_model=FormOut,
    summary="A form",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def form(
    request: Request,
    form: Annotated[str, Path(description="II.06a", examples=[_06A])],
    given: Annotated[FormParameters, Query()],
) -> Response:
    """Form II.06a: a row for each field (lĩnh vực) and a total, columns 3 to 13, as JSON or CSV."""
    if form != _06A:
        raise FormUnknown(form)
    asked = QuestionParameters(**given.model_dump(exclude={"format"}))
    question = question_of(find("dossiers_total_handled"), asked)
    async with snapshot(request.app.state.engine) as connection:
        moment = await moment_of(connection, question, await sources.standing(connection))
        found = await form_06a(connection, question, moment)
    if given.format == "csv":
        return _csv(request, question, found)
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


def _csv(request: Request, question: FigureQuestion, form: Form) -> Response:
    # Codes and days only: nothing a caller wrote reaches the header unread.
    name = f"II.06a_{question.scope.agency or 'all'}_{question.period.first}_{question.period.last}.csv"
    headers = {"Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"}
    return conditional(request, as_csv(form), media_type="text/csv; charset=utf-8", headers=headers)
