"""The vocabularies of the catalogue: who decides, how far online, what a decision does, in what a limit is counted.

Users: catalogue (owns them), dossier_sync (limits), metrics (figures by level).
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

DISTRICT_ENDED_ON = date(2025, 7, 1)
"""From this day there is no district level (NĐ 118/2025/NĐ-CP, NQ 202/2025/QH15): old rows keep it, no new one may."""


class AuthorityLevel(StrEnum):
    """Cấp thực hiện. A procedure has a set of them, because one procedure may be decided at two levels."""

    PROVINCE_PEOPLES_COMMITTEE = "PROVINCE_PEOPLES_COMMITTEE"
    """UBND cấp tỉnh, or its chair."""
    PROVINCIAL_DEPARTMENT = "PROVINCIAL_DEPARTMENT"
    """Sở, ban, ngành."""
    DISTRICT = "DISTRICT"
    """Cấp huyện, until 2025-06-30."""
    COMMUNE = "COMMUNE"
    """Cấp xã."""
    MINISTRY = "MINISTRY"
    """Bộ, cơ quan ngang bộ."""


class OnlineLevel(StrEnum):
    """Mức độ dịch vụ công trực tuyến (NĐ 42/2022 until 2026-06-30, NĐ 224/2026 after), of one online service."""

    FULL = "FULL"
    """Toàn trình: submitted, resolved and answered in the network environment."""
    PARTIAL = "PARTIAL"
    """Một phần: an online service that does not meet that."""
    NONE = "NONE"
    """No online service."""


_BEST_FIRST = (OnlineLevel.FULL, OnlineLevel.PARTIAL, OnlineLevel.NONE)


def best_online_level(levels: Iterable[OnlineLevel]) -> OnlineLevel:
    """The level of a procedure with several online services: the highest wins (rules behind QĐ 766, criterion 3.1)."""
    found = set(levels)
    return next((level for level in _BEST_FIRST if level in found), OnlineLevel.NONE)


class DecisionKind(StrEnum):
    """What a publication decision (quyết định công bố) does. One decision may carry several kinds."""

    NEW = "NEW"
    """Mới ban hành (NĐ 63/2010 Art. 14)."""
    AMENDED = "AMENDED"
    """Sửa đổi, bổ sung (NĐ 63/2010 Art. 14)."""
    REPLACED = "REPLACED"
    """Thay thế: one kind with AMENDED in NĐ 63/2010 Art. 14, often printed apart."""
    ABOLISHED = "ABOLISHED"
    """Bãi bỏ (NĐ 63/2010 Art. 14)."""
    STANDARDISED = "STANDARDISED"
    """Chuẩn hóa: a re-publication; practice, no kind of NĐ 63/2010."""
    INTERNAL = "INTERNAL"
    """Nội bộ giữa cơ quan hành chính (QĐ 1085/QĐ-TTg): no duty of NĐ 63/2010 hangs on it."""


class LimitUnit(StrEnum):
    """In what a time limit is counted. Working and calendar time are never mixed in one sum."""

    WORKING_DAY = "WORKING_DAY"
    DAY = "DAY"
    HOUR = "HOUR"
    WORKING_HOUR = "WORKING_HOUR"
    MONTH = "MONTH"
    YEAR = "YEAR"
    OTHER = "OTHER"
    """The law's own words: no number may be read from such a limit."""
