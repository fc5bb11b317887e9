"""Who decides a procedure, read from marks and names: no portal has one field that says it."""

import re
from collections.abc import Iterable
from typing import Any

from shared.domain.level import AuthorityLevel

_ORDER = tuple(AuthorityLevel)
_COMMITTEE = r"(?:ủy ban nhân dân|uỷ ban nhân dân|ubnd|chủ tịch ủy ban nhân dân|chủ tịch ubnd)"
_NAMES = (
    (re.compile(rf"{_COMMITTEE} (?:cấp )?(?:xã|phường|thị trấn|đặc khu)"), AuthorityLevel.COMMUNE),
    (re.compile(rf"{_COMMITTEE} (?:cấp )?(?:huyện|quận|thị xã)"), AuthorityLevel.DISTRICT),
    (re.compile(rf"{_COMMITTEE} (?:cấp )?(?:tỉnh|thành phố)"), AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE),
    (re.compile(r"^(?:bộ|tổng cục|cục|ngân hàng nhà nước|thanh tra chính phủ)\b"), AuthorityLevel.MINISTRY),
    (
        re.compile(r"^(?:sở|ban quản lý|ban dân tộc|thanh tra|văn phòng|chi cục|trung tâm|phòng)\b"),
        AuthorityLevel.PROVINCIAL_DEPARTMENT,
    ),
)


_UNMARKED = frozenset({AuthorityLevel.DISTRICT})
"""The platform began after the district level ended and has no mark for it."""
_MARKS = {
    "isMinistry": frozenset({AuthorityLevel.MINISTRY}),
    "isProvince": frozenset({AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE, AuthorityLevel.PROVINCIAL_DEPARTMENT}),
    "isDistrict": frozenset({AuthorityLevel.DISTRICT}),
    "isWard": frozenset({AuthorityLevel.COMMUNE}),
}
"""The platform's marks; ``isDistrict`` is ours, for exported files that name the level."""


def levels_of(record: dict[str, Any], bodies: Iterable[str]) -> tuple[AuthorityLevel, ...]:
    """The levels of a 2026 record: where it has marks, they say which levels, and the names of bodies only refine them.

    ``isProvince`` is one mark for the people's committee and its departments, so the names decide between them; with
    the mark alone neither is claimed. Without any mark the names decide everything.
    """
    named = {level for name in bodies if (level := _level_of_name(name)) is not None}
    marked = [levels for mark, levels in _MARKS.items() if record.get(mark) is True]
    if not marked:
        return _sorted(named)
    certain = {level for levels in marked if len(levels) == 1 for level in levels}
    possible = frozenset().union(*marked) | _UNMARKED
    return _sorted(certain | (named & possible))


def is_open(record: dict[str, Any], levels: tuple[AuthorityLevel, ...]) -> bool:
    """Whether a mark stands without a level, or nothing says who decides at all."""
    return not levels or any(
        record.get(mark) is True and possible.isdisjoint(levels) for mark, possible in _MARKS.items()
    )


def _sorted(levels: Iterable[AuthorityLevel]) -> tuple[AuthorityLevel, ...]:
    found = set(levels)
    return tuple(level for level in _ORDER if level in found)


def _level_of_name(name: str) -> AuthorityLevel | None:
    folded = re.sub(r"\s+", " ", name).strip().casefold()
    return next((level for pattern, level in _NAMES if pattern.search(folded)), None)
