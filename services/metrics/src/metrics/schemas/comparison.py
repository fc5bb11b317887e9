"""A figure in two periods, as it is served."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.comparison import Compared
from metrics.domain.comparing import Break, Difference
from metrics.domain.definitions import FigureDefinition, Unit
from metrics.domain.ratio import signed
from metrics.domain.regimes import kinds_for, regimes
from metrics.figures import Answer
from metrics.schemas.served import BreakOut
from metrics.schemas.shaping import answer_out
from shared.contracts.figure import FigureAnswer

_PLACES = 6


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SideOut(_Described):
    """One of the two periods."""

    territory_version: list[str] | None = Field(
        description=(
            "What the agency covers, named by the day since which; original: before any known change; several: the "
            "period lies across one; null: the catalogue does not know the agency, so it is not proven."
        ),
        examples=[["2025-07-01"]],
    )
    level_regime: dict[str, list[str]] = Field(
        description="The rules on levels that hold, by kind, as far as the figure depends on them.",
        examples=[{"government_levels": ["province_commune"]}],
    )
    answer: FigureAnswer = Field(description="The figure in this period.")


class ExactOut(_Described):
    """A fraction, not rounded."""

    numerator: int = Field(description="Negative where it went down.", examples=[-3])
    denominator: int = Field(description="Always positive.", examples=[184])


class DifferenceOut(_Described):
    """The period's value less the other's. Integers decide, texts are for display, rounded half up away from zero."""

    absolute: str | None = Field(
        description="A count as an integer, a rate with six decimals; null: see `reason`.", examples=["-0.016304"]
    )
    absolute_exact: ExactOut | None = Field(description="The same, exact.")
    points: str | None = Field(description="Percentage points, one decimal; null for counts.", examples=["-1.6"])
    relative: str | None = Field(
        description="Of the other's value, in percent, one decimal; null: see `reason`.", examples=["-1.6"]
    )
    relative_exact: ExactOut | None = Field(description="The same as a fraction of the other's value, exact.")
    low: str | None = Field(
        description="The lowest it can be, wherever unknown records belong.", examples=["-0.016304"]
    )
    high: str | None = Field(description="The highest it can be.", examples=["-0.016304"])
    reason: str | None = Field(
        description=(
            "current_no_cases, current_not_told, other_no_cases, other_not_told: that side has no value, hence no "
            "difference; other_is_zero: nothing can be relative to nothing."
        ),
        examples=[None],
    )


class ComparisonOut(_Described):
    """One figure in two periods."""

    figure: str = Field(description="Id of the figure.", examples=["on_time_rate_766"])
    structure: Literal["then", "now"] = Field(
        description="then: the agency as it was in each period; now: both by what it is made of today."
    )
    agencies: list[str] = Field(
        description="Whose subtrees are counted; empty: every agency.", examples=[["H24", "H23"]]
    )
    comparable: bool = Field(description="false: the two do not measure one thing, see `breaks`.")
    breaks: list[BreakOut] = Field(description="Everything in which the two periods are unlike; empty: nothing.")
    current: SideOut = Field(description="The period asked for.")
    other: SideOut = Field(description="The one it is put beside.")
    difference: DifferenceOut = Field(description="The first less the second. Mind `comparable`.")


def comparison_out(compared: Compared, structure: str, links: Sequence[dict[str, str | None]]) -> dict[str, Any]:
    """A ``ComparisonOut`` as plain values."""
    plan, figure = compared.plan, compared.plan.current.figure
    return {
        "figure": figure.id,
        "structure": structure,
        "agencies": [agency for agency in plan.structure.agencies if agency is not None],
        "comparable": not plan.refused,
        "breaks": [_break(one) for one in plan.breaks],
        "current": _side(compared, compared.current, links[0]),
        "other": _side(compared, compared.other, links[1]),
        "difference": _difference(figure, compared.difference),
    }


def _break(one: Break) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "current": one.current,
        "other": one.other,
        "refuses": one.refuses,
        "reason": one.reason,
        "legal_basis": one.legal_basis,
    }


def _side(compared: Compared, answer: Answer, links: dict[str, str | None]) -> dict[str, Any]:
    plan, period = compared.plan, answer.question.period
    # Over several agencies no single question lists the dossiers.
    own = links if len(plan.structure.agencies) == 1 else links | {"dossiers": None}
    rules = {
        kind.value: [regime.name for regime in regimes(kind, period.first, period.last)]
        for kind in kinds_for(answer.question.figure)
    }
    version = plan.structure.territory(period) if plan.structure.known else None
    return {"territory_version": version, "level_regime": rules, "answer": answer_out(answer, own)}


def _difference(figure: FigureDefinition, found: Difference) -> dict[str, Any]:
    places = 0 if figure.unit is Unit.COUNT else _PLACES
    rate = figure.unit is Unit.RATE
    return {
        "absolute": _text(found.absolute, places),
        "absolute_exact": _exact(found.absolute),
        "points": _text(None if found.absolute is None else 100 * found.absolute, 1) if rate else None,
        "relative": _text(None if found.relative is None else 100 * found.relative, 1),
        "relative_exact": _exact(found.relative),
        "low": _text(found.low, places),
        "high": _text(found.high, places),
        "reason": found.reason,
    }


def _text(value: Fraction | None, places: int) -> str | None:
    return None if value is None else signed(value, places)


def _exact(value: Fraction | None) -> dict[str, int] | None:
    return None if value is None else {"numerator": value.numerator, "denominator": value.denominator}
