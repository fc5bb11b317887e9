"""The only rounding of the index: half up, two decimals, as the portal prints. Never compute with its result."""

from fractions import Fraction

from metrics.domain.ratio import decimal

PLACES = 2


def points(value: Fraction | None) -> str | None:
    """Points as a decimal text: 8.825 is "8.83". None stays None: a null score is not "0.00"."""
    return None if value is None else decimal(value.numerator, value.denominator, PLACES)


def percent(value: Fraction | None) -> str | None:
    """A ratio in percent: 87/89 is "97.75"."""
    return None if value is None else points(100 * value)


def rounded(value: Fraction) -> Fraction:
    """The printed number itself, for sums of printed numbers."""
    return Fraction(decimal(value.numerator, value.denominator, PLACES))
