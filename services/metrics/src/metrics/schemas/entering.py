"""Puts hand-entered numbers into their public shapes."""

from typing import Any

from metrics.domain.own_indicators import IndicatorDefinition
from metrics.domain.period import ReportingPeriod
from metrics.repository.indicators import Content, Entered
from metrics.schemas.shaping import period_out


def indicator_definition_out(definition: IndicatorDefinition) -> dict[str, Any]:
    """An ``IndicatorDefinitionOut`` as plain values."""
    return {
        "id": definition.id,
        "name": name_out(definition),
        "unit": definition.unit.value,
        "used_in": definition.used_in or None,
        "legal_basis": definition.legal_basis,
        "status": definition.status.value,
        "figure": definition.figure,
    }


def entered_out(entered: Entered) -> dict[str, Any]:
    """An ``EnteredOut`` as plain values."""
    return {
        "revision": entered.revision,
        "change": entered.change,
        "value": value_out(entered.content),
        "unit": entered.content.unit,
        "qualifier": entered.content.qualifier,
        "source": entered.content.source,
        "entered_by": entered.entered_by,
        "entered_at": entered.entered_at,
    }


def indicator_out(
    definition: IndicatorDefinition,
    agency: str,
    period: ReportingPeriod,
    revisions: list[Entered],
    computed: dict[str, Any] | None,
    change: int,
) -> dict[str, Any]:
    """An ``IndicatorOut`` as plain values."""
    listed = [entered_out(one) for one in revisions]
    return {
        "indicator": definition.id,
        "name": name_out(definition),
        "agency": agency,
        "period": period_out(period),
        "entered": listed[0] if listed else None,
        "revisions": listed,
        "computed": computed,
        "as_of_indicators": change,
    }


def name_out(definition: IndicatorDefinition) -> dict[str, str]:
    """A ``FigureName`` as plain values."""
    return {"vi": definition.name_vi, "en": definition.name_en}


def value_out(content: Content) -> str | None:
    """The number without trailing zeros, or the words; None: withdrawn."""
    if content.number is not None:
        return f"{content.number.normalize():f}"
    return content.words
