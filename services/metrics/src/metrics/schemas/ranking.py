"""Rows in order of value, as they are served."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.domain.question import FigureQuestion
from metrics.moments import Moment
from metrics.ranking import Ranked
from metrics.schemas.shaping import as_of_out, formula_out, numbers_out, period_out, scope_out
from shared.contracts.figure import FigureAsOf, FigureBounds, FigurePeriod, FigureScope, Formula


class _Described(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RankedRow(_Described):
    """One row and its place."""

    key: str = Field(description="The agency, procedure, field, channel or level.", examples=["H24.08"])
    rank: int | None = Field(description="1 is first, equal values share one; null: see `withheld`.", examples=[3])
    best: int | None = Field(description="The best place it can have; null without cases.", examples=[3])
    worst: int | None = Field(description="The worst place it can have; null without cases.", examples=[3])
    withheld: Literal["no_cases", "source_unproven", "bounds_overlap"] | None = Field(
        description=(
            "Why rank is null. no_cases: nothing happened, it takes no place; source_unproven: a portal it rests on is "
            "missing, not up to date, or counts otherwise; bounds_overlap: another row can have the same value. "
            "null: it is ranked."
        )
    )
    proven: bool = Field(description="Whether every source of this row is there, up to date, and counts as we do.")
    numerator: int = Field(description="What is counted.", examples=[181])
    denominator: int | None = Field(description="Of how many; null for counts.", examples=[184])
    value: str | None = Field(description="As in a single figure.", examples=["0.983696"])
    percent: str | None = Field(description="One decimal, half up; null for counts.", examples=["98.4"])
    reason: str | None = Field(description="Why value is null.", examples=[None])
    bounds: FigureBounds | None = Field(
        description="A quarantined record may belong to any row. Ranks are decided before this is rounded."
    )


class RankingOut(_Described):
    """One page of a ranking."""

    figure: str = Field(description="Id of the figure.", examples=["on_time_rate_766"])
    formula: Formula = Field(description="The formula that was used.")
    scope: FigureScope = Field(description="What was asked about.")
    period: FigurePeriod = Field(description="Which days.")
    by: str = Field(description="What the rows are.", examples=["agency"])
    order: Literal["highest", "lowest"] = Field(description="Which value is first.")
    rows: int = Field(description="Rows of all pages.", examples=[134])
    ranked: int = Field(description="Of these, how many have a rank.", examples=[131])
    items: list[RankedRow] = Field(description="Best place first; those without cases last.")
    next: str | None = Field(description="Cursor of the next page, answered as of the same entry; null on the last.")
    as_of: FigureAsOf = Field(description="The state of knowledge.")


def ranking_out(
    question: FigureQuestion,
    asked: tuple[str, str],
    every: Sequence[Ranked],
    page: Sequence[Ranked],
    following: str | None,
    moment: Moment,
) -> dict[str, Any]:
    """A ``RankingOut`` as plain values; ``asked`` is what the rows are and which value is first."""
    return {
        "figure": question.figure.id,
        "formula": formula_out(question.figure),
        "scope": scope_out(question.effective_scope),
        "period": period_out(question.period),
        "by": asked[0],
        "order": asked[1],
        "rows": len(every),
        "ranked": sum(one.place.rank is not None for one in every),
        "items": [_row(one) for one in page],
        "next": following,
        "as_of": as_of_out(moment),
    }


def _row(one: Ranked) -> dict[str, Any]:
    place = one.place
    return {
        "key": place.key,
        "rank": place.rank,
        "best": place.best,
        "worst": place.worst,
        "withheld": place.withheld,
        "proven": one.proven,
        **numbers_out(one.row.numbers),
    }
