"""A figure's numbers: exact integers, then a decimal text for display and the bounds that unknown records leave.

0 of 0 is no number: it is neither 0 % nor 100 %.
"""

from dataclasses import dataclass
from fractions import Fraction

_PLACES = 6


@dataclass(frozen=True, slots=True)
class Numbers:
    """``denominator`` None: a count. ``unknown`` records may or may not belong to it, nobody knows.

    ``most`` is what one case adds above the line at most: 1, its points where the figure is an average of points, None
    where there is no such limit (days).
    """

    numerator: int
    denominator: int | None
    unknown: int
    most: int | None = 1

    @property
    def value(self) -> str | None:
        """The integer, or the rate with six decimals; None when there are no cases."""
        if self.denominator is None:
            return str(self.numerator)
        return decimal(self.numerator, self.denominator, _PLACES) if self.denominator else None

    @property
    def exact(self) -> Fraction | None:
        """The value before any rounding; None when there are no cases."""
        if self.denominator == 0:
            return None
        return Fraction(self.numerator, 1 if self.denominator is None else self.denominator)

    @property
    def percent(self) -> str | None:
        """The rate in percent with one decimal; None for counts, for points and without cases."""
        return decimal(100 * self.numerator, self.denominator, 1) if self.denominator and self.most == 1 else None

    @property
    def reason(self) -> str | None:
        """Why there is no value: nothing happened, or nobody tells of what happened."""
        if self.denominator != 0:
            return None
        return "not_told" if self.unknown else "no_cases"

    @property
    def bounds(self) -> tuple[str, str] | None:
        """Lowest and highest possible value. Each unknown record may lie in both counts, below only, or in none."""
        if self.most is None and self.unknown:
            return None
        highest = self.numerator + (self.most or 0) * self.unknown
        if self.denominator is None:
            return str(self.numerator), str(highest)
        cases = self.denominator + self.unknown
        return (decimal(self.numerator, cases, _PLACES), decimal(highest, cases, _PLACES)) if cases else None

    @property
    def interval(self) -> tuple[Fraction, Fraction] | None:
        """The bounds before any rounding; None without cases, and where the highest has no limit."""
        if self.most is None and self.unknown:
            return None
        highest = self.numerator + (self.most or 0) * self.unknown
        if self.denominator is None:
            return Fraction(self.numerator), Fraction(highest)
        cases = self.denominator + self.unknown
        return (Fraction(self.numerator, cases), Fraction(highest, cases)) if cases else None


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said of a figure that was not counted: a value in its unit, or why there is none."""

    value: str | None
    reason: str | None
    flags: tuple[tuple[str, int | None], ...] = ()
    bounds: tuple[str, str] | None = None


def decimal(numerator: int, denominator: int, places: int) -> str:
    """numerator / denominator rounded half up, in integer arithmetic. Both non-negative."""
    scaled = (2 * numerator * 10**places + denominator) // (2 * denominator)
    whole, fraction = divmod(scaled, 10**places)
    return f"{whole}.{fraction:0{places}d}"


def signed(value: Fraction, places: int) -> str:
    """A number that may be negative, rounded half up away from zero, exactly; what rounds to 0 has no sign."""
    text = decimal(abs(value.numerator), value.denominator, places) if places else str(_rounded(abs(value)))
    return f"-{text}" if value < 0 and _rounded(abs(value) * 10**places) else text


def _rounded(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
