"""Reads the parameters of a question: texts of a query string or body become codes, periods and numbers."""

from datetime import date, datetime
from typing import Protocol, TypeVar

from metrics.domain.definitions import FigureDefinition
from metrics.domain.errors import AsOfError, FilterError, PeriodError
from metrics.domain.indicators import find
from metrics.domain.period import EARLIEST, LATEST, ReportingPeriod
from metrics.domain.policies import Policy
from metrics.domain.question import FigureQuestion, Scope, check
from metrics.indicators import Said, content_of
from metrics.schemas.asked import IndicatorIn, QuestionParameters
from shared.domain.channel import Channel
from shared.domain.identifiers import AgencyCode, IdentifierError, ProcedureCode
from shared.domain.level import AuthorityLevel, DecisionKind

_LONGEST_FIELD = 100
_LARGEST = 2**62
E = TypeVar("E", AuthorityLevel, DecisionKind, Policy)


def question_of(figure: FigureDefinition, given: QuestionParameters) -> FigureQuestion:
    """The question. Raises ``QuestionError`` naming the parameter that cannot be used."""
    scope = Scope(
        agency=agency_of(given.agency),
        procedure=_procedure(given.procedure),
        field=_field(given.field),
        channel=_channel(given.channel),
        level=_member(AuthorityLevel, "level", given.level),
        kind=_member(DecisionKind, "kind", given.kind),
        policy=_member(Policy, "policy", given.policy) or Policy.PORTAL,
    )
    return check(
        FigureQuestion(
            figure,
            scope,
            period_of(given),
            as_of=as_of_from(given.as_of),
            as_of_catalogue=_number("as_of_catalogue", given.as_of_catalogue),
            as_of_calendar=_number("as_of_calendar", given.as_of_calendar),
            as_of_indicators=_number("as_of_indicators", given.as_of_indicators),
            as_of_imports=None if given.as_of_imports is None else _instant("as_of_imports", given.as_of_imports),
        )
    )


def agency_of(text: str | None) -> str | None:
    """The canonical code. Raises ``FilterError`` naming ``agency``."""
    try:
        return None if text is None else str(AgencyCode.parse(text))
    except IdentifierError as error:
        raise FilterError("agency", f"It is not an agency code: {error.reason}.") from None


class Days(Protocol):
    """Whatever names a period in one of the two ways."""

    period: str | None
    from_: str | None
    to: str | None


def period_of(given: Days) -> ReportingPeriod:
    """The period. Raises ``PeriodError`` naming ``period``, ``from`` or ``to``."""
    if given.period is not None:
        if given.from_ is not None or given.to is not None:
            raise PeriodError("period", "Send either `period` or `from` and `to`.")
        return ReportingPeriod.parse(given.period)
    if given.from_ is None and given.to is None:
        raise PeriodError("period", "Send `period`, or `from` and `to`.")
    return range_of(given.from_, given.to)


def range_of(first: str | None, last: str | None) -> ReportingPeriod:
    """Any range of days. Raises ``PeriodError`` naming ``from`` or ``to``."""
    return ReportingPeriod.custom(_day("from", first), _day("to", last))


def said_of(indicator: str, given: IndicatorIn) -> Said:
    """What an office says. Raises ``IndicatorUnknown``, and ``QuestionError`` naming what cannot be used."""
    definition = find(indicator)
    content = content_of(definition, given.value, given.unit, given.qualifier, given.source)
    return Said(definition, some_agency(given.agency), period_of(given), content)


def some_agency(text: str | None) -> str:
    """The canonical code. Raises ``FilterError`` naming ``agency``, also where there is none."""
    code = agency_of(text)
    if code is None:
        raise FilterError("agency", "Send it.")
    return code


def _day(parameter: str, text: str | None) -> date:
    if text is None:
        raise PeriodError(parameter, "`from` and `to` go together.")
    try:
        if len(text) != len("2024-12-05") or not text.isascii():
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise PeriodError(parameter, "It is not a day written like 2024-12-05.") from None


def as_of_from(text: str | None) -> int | datetime | None:
    """A ledger entry or an instant. Raises ``AsOfError`` naming ``as_of``."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return number_of("as_of", text)
    return _instant("as_of", text, "a ledger entry nor ")


def _instant(parameter: str, text: str, other: str = "") -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        said = f"It is {'neither ' + other if other else 'not '}an instant like 2024-12-31T23:59:59Z."
        raise AsOfError(parameter, said) from None
    if not EARLIEST.year <= instant.year <= LATEST.year:
        raise AsOfError(parameter, f"Years run from {EARLIEST.year} to {LATEST.year}.")
    if instant.tzinfo is None:
        raise AsOfError(parameter, "The instant needs its offset from UTC, like 2024-12-31T23:59:59+07:00.")
    return instant


def number_of(parameter: str, text: str) -> int:
    """A ledger entry or a change number. Raises ``AsOfError`` naming the parameter."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(_LARGEST)) or int(text) > _LARGEST:
        raise AsOfError(parameter, "It is not a number of the ledger or the catalogue.")
    return int(text)


def _number(parameter: str, text: str | None) -> int | None:
    return None if text is None else number_of(parameter, text)


def _procedure(text: str | None) -> str | None:
    try:
        return None if text is None else ProcedureCode.parse(text).base
    except IdentifierError as error:
        raise FilterError("procedure", f"It is not a procedure code: {error.reason}.") from None


def _field(text: str | None) -> str | None:
    if text is not None and not (0 < len(text) <= _LONGEST_FIELD and text.isprintable()):
        raise FilterError("field", "It is not a field code.")
    return text


def _channel(text: str | None) -> Channel | None:
    if text is not None and text not in Channel.__members__:
        raise FilterError("channel", f"It is none of {', '.join(Channel.__members__)}.")
    return None if text is None else Channel[text]


def _member(vocabulary: type[E], parameter: str, text: str | None) -> E | None:
    if text is not None and text not in vocabulary.__members__:
        raise FilterError(parameter, f"It is none of {', '.join(vocabulary.__members__)}.")
    return None if text is None else vocabulary(text)
