"""Links in answers: built from our own paths, never from what a request claims about its host."""

from urllib.parse import urlencode

from metrics.domain.definitions import Source, Subject
from metrics.domain.policies import Policy
from metrics.domain.question import FigureQuestion


def links_of(question: FigureQuestion, entry: int, public_url: str) -> dict[str, str | None]:
    """A ``FigureLinks`` as plain values; the dossiers are asked for as of the answer's entry."""
    definition = f"{public_url}/v1/figures/{question.figure.id}"
    figure = question.figure
    if figure.subject is not Subject.DOSSIERS or figure.source is not Source.RECORDS:
        return {"definition": definition, "dossiers": None}
    scope = question.scope
    filters = {
        "agency": scope.agency,
        "procedure": scope.procedure,
        "field": scope.field,
        "channel": None if scope.channel is None else scope.channel.name,
        "level": scope.level,
        "policy": None if scope.policy is Policy.PORTAL else scope.policy.value,
        "from": question.period.first.isoformat(),
        "to": question.period.last.isoformat(),
        "as_of": str(entry) if entry else None,
    }
    text = urlencode({name: value for name, value in filters.items() if value is not None})
    return {"definition": definition, "dossiers": f"{definition}/dossiers?{text}"}
