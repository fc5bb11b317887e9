"""From units to a province and back: what adds up, what is copied down, what must be counted afresh.

PUBLIC_CONTENT_FULL is the warning: the portal shows 87 of 89 in every department and commune, so a sum over 180 units
would claim 16,020 procedures.
"""

from collections.abc import Iterable

from metrics.domain.qd766.errors import NotSummable
from metrics.domain.qd766.inputs import Input, Inputs, Ratio
from metrics.domain.qd766.layout import Extent, Layout

_WHY_NOT = {
    Extent.SHARED: "procedures are shared by units and would be counted once in each.",
    Extent.PROVINCE: "it is the province's own figure, copied into each unit.",
}


def summable(layout: Layout) -> tuple[str, ...]:
    """The codes whose counts of disjoint units add up to their parent's."""
    return tuple(one.code for one in layout.criteria if one.extent is Extent.UNIT)


def sum_units(layout: Layout, code: str, units: Iterable[Inputs]) -> Ratio | None:
    """The parent's counts of one criterion from those of its disjoint units; units it does not apply to add nothing.

    None as soon as one unit has no data, because a sum of the others would pass for the whole; None too when no unit
    counted at all. Quality marks of any unit stay.
    Raises NotSummable, CriterionUnknown.
    """
    extent = layout.criterion(code).extent
    if extent is not Extent.UNIT:
        raise NotSummable(code, _WHY_NOT[extent])
    found: Ratio | None = None
    for unit in units:
        known = unit.get(code)
        if known is None:
            return None
        if isinstance(known, Ratio):
            found = known if found is None else _add(found, known)
    return found


def of_units(layout: Layout, units: Iterable[Inputs]) -> dict[str, Input]:
    """What the units tell of their parent: the summable criteria only. The rest is left out: no data, hence bounds."""
    listed = tuple(units)
    return {code: sum_units(layout, code, listed) for code in summable(layout)}


def in_province(layout: Layout, unit: Inputs, province: Inputs) -> dict[str, Input]:
    """The inputs of a department or commune: its own, with the province's publication figures copied down."""
    copied = {one.code: province.get(one.code) for one in layout.criteria if one.extent is Extent.PROVINCE}
    return {**unit, **copied}


def _add(one: Ratio, other: Ratio) -> Ratio:
    quality = tuple(dict.fromkeys((*one.quality, *other.quality)))
    return Ratio(one.numerator + other.numerator, one.denominator + other.denominator, quality)
