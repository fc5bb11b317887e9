"""What is known about one criterion: counts, that it does not apply, or nothing (None)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from metrics.domain.qd766.errors import RatioInvalid


class DataQuality(StrEnum):
    """The portal's own marks on its counts (dataQualityStatus). They must reach whoever reads the score."""

    TEMP_NATIONAL_REPORT_DENOMINATOR = "temp_national_report_denominator"
    """The count of the national report system is a stand-in: 100 % means nothing yet."""
    NO_NATIONAL_REPORT_DATA = "no_national_report_data"
    """The national report system holds nothing for the unit and period."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """``numerator`` cases of ``denominator``, both counted, with the quality marks they came with.

    0 of 0 means counted and no case found. More in the numerator than in the denominator is accepted, because portals
    publish it; the score stops at the maximum and says so. Raises RatioInvalid for negative counts and for n of 0.
    """

    numerator: int
    denominator: int
    quality: tuple[DataQuality, ...] = ()

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 0 or (self.denominator == 0 and self.numerator > 0):
            raise RatioInvalid(self.numerator, self.denominator)

    @property
    def value(self) -> Fraction | None:
        """None without cases: 0 of 0 is neither 0 % nor 100 %."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The criterion does not exist for this unit or this question. ``reason`` is shown."""

    reason: str


Input = Ratio | NotApplicable | None
Inputs = Mapping[str, Input]
"""Criterion code to what is known of it; a code left out is the same as None: no data."""
