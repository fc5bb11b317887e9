"""The score rules of one figure, read off the layouts: what the dictionary tells of them. No rule is written here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.domain.qd766.layout import Criterion, Layout, Variant
from metrics.domain.qd766.layouts import LAYOUTS

PUBLIC_NAMES = {Variant.PUBLISHED: "api", Variant.DOCUMENT: "document", Variant.SHEET: "sheet"}
"""The variants as the public parameter names them."""


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """How one layout scores a figure. ``text`` is the rule in words."""

    layout: str
    variant: str
    criterion: str
    maximum: int
    full_at: str
    text: str
    no_cases: str
    effective_from: date
    effective_to: date | None
    status: str


def score_rules(figure: str) -> list[ScoreRule]:
    """Every rule by which the figure is scored, in the order of the layouts; none for most figures."""
    return [rule for layout in LAYOUTS for rule in _of(layout, figure)]


def _of(layout: Layout, figure: str) -> Iterator[ScoreRule]:
    for one in layout.criteria:
        if one.figure == figure:
            yield ScoreRule(
                layout.id,
                PUBLIC_NAMES[layout.variant],
                one.code,
                one.maximum,
                _decimal(one.rule.full_at),
                _words(one),
                one.rule.no_cases.value,
                layout.effective_from,
                layout.effective_to,
                one.status.value,
            )


def _words(one: Criterion) -> str:
    if not one.maximum:
        return "shown, not scored"
    if not one.rule.known:
        return f"not known; {one.maximum} points at most"
    ratio = "ratio" if one.rule.scaled_by is None else f"ratio x ratio of {one.rule.scaled_by}"
    return f"{one.maximum} x min(1, {ratio if one.rule.full_at == 1 else f'{ratio} / {_decimal(one.rule.full_at)}'})"


def _decimal(value: Fraction) -> str:
    return format(float(value), "g")
