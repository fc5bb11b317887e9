"""Time limits written in words: "05 Ngày làm việc". A number is read only where nothing else is said beside it."""

import re

from shared.domain.level import LimitUnit

_UNITS = {
    "ngày làm việc": LimitUnit.WORKING_DAY,
    "ngày": LimitUnit.DAY,
    "giờ làm việc": LimitUnit.WORKING_HOUR,
    "giờ": LimitUnit.HOUR,
    "tháng": LimitUnit.MONTH,
    "năm": LimitUnit.YEAR,
}
_WHOLE = re.compile(rf"(\d{{1,4}})(?:[.,]0+)? ({'|'.join(_UNITS)})\.?")


def limit_of(words: str) -> tuple[int | None, LimitUnit]:
    """Quantity and unit; (None, OTHER) for anything but one whole number with its unit.

    "5 ngày làm việc; 3 ngày đối với …" holds two limits and a case: whichever were chosen, some dossiers would be
    called late that are not.
    """
    found = _WHOLE.fullmatch(re.sub(r"\s+", " ", words).strip().casefold())
    return (None, LimitUnit.OTHER) if found is None else (int(found[1]), _UNITS[found[2]])
