"""A figure's numbers: exact integers, then a decimal text for display and the bounds that unknown records leave.

0 of 0 is no number: it is neither 0 % nor 100 %.
"""

from dataclasses import dataclass

_PLACES = 6


@dataclass(frozen=True, slots=True)
class Numbers:
    """``denominator`` None: a count. ``unknown`` records may or may not belong to it, nobody knows."""

    numerator: int
    denominator: int | None
    unknown: int

    @property
    def value(self) -> str | None:
        """The integer, or the rate with six decimals; None when there are no cases."""
        if self.denominator is None:
            return str(self.numerator)
        return decimal(self.numerator, self.denominator, _PLACES) if self.denominator else None

    @property
    def percent(self) -> str | None:
        """The rate in percent with one decimal; None for counts and without cases."""
        return decimal(100 * self.numerator, self.denominator, 1) if self.denominator else None

    @property
    def reason(self) -> str | None:
        """Why there is no value."""
        return "no_cases" if self.denominator == 0 else None

    @property
    def bounds(self) -> tuple[str, str] | None:
        """Lowest and highest possible value. Each unknown record may lie in both counts, below only, or in none."""
        if self.denominator is None:
            return str(self.numerator), str(self.numerator + self.unknown)
        most = self.denominator + self.unknown
        if most == 0:
            return None
        return decimal(self.numerator, most, _PLACES), decimal(self.numerator + self.unknown, most, _PLACES)


def decimal(numerator: int, denominator: int, places: int) -> str:
    """numerator / denominator rounded half up, in integer arithmetic. Both non-negative."""
    scaled = (2 * numerator * 10**places + denominator) // (2 * denominator)
    whole, fraction = divmod(scaled, 10**places)
    return f"{whole}.{fraction:0{places}d}"
