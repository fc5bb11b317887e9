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


def levels_of(record: dict[str, Any], bodies: Iterable[str]) -> tuple[AuthorityLevel, ...]:
    """The levels of a 2026 record: commune and ministry have marks, the others only the names of bodies.

    ``isProvince`` is one mark for the people's committee and its departments, so the names decide between them; with
    the mark alone neither is claimed.
    """
    found = {level for name in bodies if (level := _level_of_name(name)) is not None}
    if record.get("isWard") is True:
        found.add(AuthorityLevel.COMMUNE)
    if record.get("isMinistry") is True:
        found.add(AuthorityLevel.MINISTRY)
    return tuple(level for level in _ORDER if level in found)


def _level_of_name(name: str) -> AuthorityLevel | None:
    folded = re.sub(r"\s+", " ", name).strip().casefold()
    return next((level for pattern, level in _NAMES if pattern.search(folded)), None)
