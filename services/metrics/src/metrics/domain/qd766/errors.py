"""Why an index cannot be computed.

MetricsError
├── QuestionError
│   └── LayoutUnknown(parameter, reason)   the variant, or a day without rules: the caller must ask otherwise
└── ScoringError                           our own inputs or rules are wrong: nobody's question can mend it
    ├── CriterionUnknown(code, known)
    ├── RatioInvalid(numerator, denominator)
    ├── NotSummable(code, reason)
    └── LayoutInvalid(layout, defect)
"""

from collections.abc import Iterable

from metrics.domain.errors import MetricsError, QuestionError


class LayoutUnknown(QuestionError):
    """No such variant, or no rules in force on that day."""


class ScoringError(MetricsError):
    """The inputs or the rules contradict themselves."""


class CriterionUnknown(ScoringError):
    """A count was given for a criterion that the layout does not have: it would have been lost silently."""

    def __init__(self, code: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no criterion {code!r}. This layout has: {', '.join(known)}.")
        self.code = code


class RatioInvalid(ScoringError):
    """Counts are non-negative, and nothing can be counted among no cases."""

    def __init__(self, numerator: int, denominator: int) -> None:
        super().__init__(f"{numerator} of {denominator} is no ratio of counts.")
        self.numerator = numerator
        self.denominator = denominator


class NotSummable(ScoringError):
    """The criterion of a parent is not the sum of its children's."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code} may not be summed over units: {reason}")
        self.code = code


class LayoutInvalid(ScoringError):
    """The rules do not fit together."""

    def __init__(self, layout: str, defect: str) -> None:
        super().__init__(f"Layout {layout}: {defect}")
