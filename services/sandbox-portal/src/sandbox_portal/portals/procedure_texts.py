"""What all catalogue contracts say of a procedure in words of their own choosing, kept in one place.

The names of deciding bodies are the national catalogue's generic ones; the district level stands in data from
before 2025-07-01 only.
"""

from datetime import date
from hashlib import sha256

from sandbox_portal.scenarios.days import instant
from sandbox_portal.scenarios.model import Catalogue, Procedure
from shared.domain.level import AuthorityLevel

MINISTRY = "Bộ Giáo dục và Đào tạo"

GENERIC_BODY = {
    AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE: "Ủy ban nhân dân cấp tỉnh",
    AuthorityLevel.DISTRICT: "Ủy ban nhân dân cấp huyện",
    AuthorityLevel.COMMUNE: "Ủy ban nhân dân cấp xã",
}

LEGAL_BASES = (("99/2099/NĐ-CP", "Nghị định không có thật dùng để thử nghiệm"),)
"""Evidently invented: the sandbox must not look like a source of law."""

PAPERS = (("KH.01", "Đơn đề nghị theo mẫu"), ("KH.02", "Bản sao giấy tờ kèm theo"))


def deciding_body(procedure: Procedure, catalogue: Catalogue) -> str:
    """The name of the body that decides: a department by its own name, other levels by the generic one."""
    return GENERIC_BODY.get(procedure.level) or catalogue.agencies[procedure.agency].name


def uuid7(kind: str, number: int) -> str:
    """An identifier in the shape of the 2026 platform, growing with the number."""
    tail = sha256(f"{kind}/{number}".encode()).hexdigest()
    return f"019d2bfe-{number:04x}-7{tail[:3]}-8{tail[3:6]}-{tail[6:18]}"


def epoch_ms(day: date) -> int:
    """Eight in the morning of the day, local, in epoch milliseconds."""
    return instant(day, 8 * 3600)
