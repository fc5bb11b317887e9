"""Every number of the Hải Phòng education department's 2024 report that is a figure, and where it comes from.

Numbers of documents are references, not figures, and are left out. A row is *derived* (the services must give the
same value), *explained* (they give another one, for a reason that stays), or *entered* (it cannot come from a portal).
Reference: figures.md section 5.
"""

from dataclasses import dataclass
from typing import Literal

AGENCY = "H24.99"  # evidently fictitious: the department's own sub-code is not published
RANGE = (("from", "2023-11-15"), ("to", "2024-12-05"))  # the report's own range, 387 days
SINCE_JANUARY = (("from", "2024-01-01"), ("to", "2024-12-05"))
YEAR = (("period", "2024"),)


@dataclass(frozen=True)
class Question:
    """One figure as `POST /v1/query` is asked for it."""

    figure: str
    parameters: tuple[tuple[str, str], ...] = RANGE

    def body(self) -> dict[str, str]:
        """The JSON of this question."""
        return {"figure": self.figure, "agency": AGENCY, **dict(self.parameters)}


@dataclass(frozen=True)
class Row:
    """One number of the report.

    ``expected`` is what Motcua must answer ("" for rows that are not asked); ``shown`` says which part of the
    answer it is; ``differs``: it is not what the report prints, and ``reason`` says why that stays. ``of``: the row is
    the share of ``question`` in this other figure, as the report computed it.
    """

    label: str
    printed: str
    question: Question | None = None
    expected: str = ""
    shown: Literal["value", "percent"] = "value"
    of: Question | None = None
    differs: bool = False
    reason: str = ""

    def questions(self) -> list[Question]:
        """What has to be asked for this row."""
        return [one for one in (self.question, self.of) if one is not None]


def _count(label: str, printed: str, figure: str, expected: int, *parameters: tuple[str, str], note: str = "") -> Row:
    return Row(label, printed, Question(figure, parameters or RANGE), str(expected), reason=note)


def _rate(label: str, printed: str, figure: str, expected: str, note: str = "") -> Row:
    return Row(label, printed, Question(figure), expected, "percent", reason=note)


def _explained(label: str, printed: str, figure: str, expected: int, reason: str) -> Row:
    return Row(label, printed, Question(figure), str(expected), differs=True, reason=reason)


def _entered(label: str, printed: str, reason: str) -> Row:
    return Row(label, printed, reason=reason)


def _level(label: str, printed: str, level: str, expected: int) -> Row:
    return _count(label, printed, "procedures_by_authority_level", expected, ("level", level), *RANGE)


def _kind(label: str, printed: str, kind: str, expected: int) -> Row:
    return _count(label, printed, "publication_decisions", expected, ("kind", kind), *SINCE_JANUARY)


_OUTSIDE = "hand-entered: no portal holds it"
_INTERNAL = "hand-entered: internal procedures have a list of their own (QĐ 1085)"

PUBLICATION = (
    _count("Quyết định công bố từ 01/01/2024", "8", "publication_decisions", 8, *SINCE_JANUARY),
    _kind("– ban hành mới", "3", "NEW", 3),
    _kind("– thay thế", "2", "REPLACED", 2),
    _kind("– sửa đổi, bổ sung", "3", "AMENDED", 3),
    _kind("– bãi bỏ", "2", "ABOLISHED", 2),
    _kind("– chuẩn hóa", "1", "STANDARDISED", 1),
    _kind("– nội bộ", "1", "INTERNAL", 1),
    _count("Tổng số TTHC", "114", "procedures_total", 114),
    _level("– UBND thành phố", "27", "PROVINCE_PEOPLES_COMMITTEE", 27),
    _level("– Sở", "48", "PROVINCIAL_DEPARTMENT", 48),
    _level("– cấp huyện", "34", "DISTRICT", 34),
    _level("– cấp xã", "05", "COMMUNE", 5),
    _count("Dịch vụ công toàn trình", "45", "procedures_full_online", 45),
    _count("Dịch vụ công một phần", "69", "procedures_partial_online", 69),
    _rate("Tỷ lệ toàn trình", "39,5 %", "full_online_rate", "39.5"),
    Row(
        "Tỷ lệ một phần",
        "60,5 %",
        Question("procedures_partial_online"),
        "60.5",
        "percent",
        of=Question("procedures_total"),
    ),
    _rate("Tỷ lệ cung cấp trực tuyến", "(không in)", "online_coverage_rate", "100.0", "45 + 69 = 114"),
    _count("TTHC có phí, lệ phí", "01", "procedures_fee_bearing", 1),
    _entered("TTHC nội bộ", "29 = 08 + 15 + 06", _INTERNAL),
    _entered("TTHC được đơn giản hóa", "05", "hand-entered: a plan's result, no portal field"),
    _entered("Thời gian cắt giảm", "01–02 ngày", "hand-entered: a range for each of five procedures"),
    _entered("Chi phí tuân thủ cắt giảm", "2,54 %", "hand-entered: the base is not given"),
    _entered("TTHC nội bộ trình đơn giản hóa", "6; 20 %", _INTERNAL + "; proposed, not approved"),
    _entered("Rút ngắn thời gian trả kết quả", "1–3 ngày", "hand-entered: the procedures meant are not named"),
)

DOSSIERS = (
    _count("Tổng số hồ sơ tiếp nhận (cả kỳ trước)", "2.215", "dossiers_total_handled", 2215),
    _explained(
        "“Tiếp nhận trong kỳ”",
        "2.215",
        "dossiers_received_in_period",
        2207,
        "differs: the 2.215 include 8 carried over; 2.205 + 2 were received in the period",
    ),
    _count("– trực tuyến trong kỳ", "2205", "dossiers_received_online", 2205),
    _count("– trực tiếp, bưu chính", "02", "dossiers_received_direct_or_post", 2),
    _count("– kỳ trước chuyển qua", "08", "dossiers_carried_over", 8),
    _rate("Tỷ lệ hồ sơ trực tuyến", "(không in)", "online_dossier_rate", "99.9", "2.205 of 2.207 received"),
    _count("Đã giải quyết", "2172", "dossiers_resolved", 2172),
    _rate("– tỷ lệ giải quyết", "98,1 %", "resolution_rate", "98.1"),
    _count("– trước hạn", "2155", "dossiers_resolved_early", 2155),
    _rate("– tỷ lệ trước hạn", "99,2 %", "resolved_early_rate", "99.2", "of the 2.172 resolved"),
    _count("– đúng hạn", "17", "dossiers_resolved_on_time", 17),
    _rate("– tỷ lệ đúng hạn", "0,8 %", "resolved_exact_on_time_rate", "0.8"),
    _count("– quá hạn", "0", "dossiers_resolved_overdue", 0),
    _rate("– tỷ lệ quá hạn", "0 %", "resolved_overdue_rate", "0.0"),
    _count("Đang giải quyết", "(không in)", "dossiers_pending", 43, note="2.215 − 2.172"),
    _count("– trong hạn", "100 %", "dossiers_pending_in_time", 43),
    _count("– quá hạn", "0", "dossiers_pending_overdue", 0),
    _rate("Đúng hạn trên đã giải quyết", "100 %", "on_time_rate_resolved", "100.0"),
    _rate("– riêng hồ sơ trực tuyến", "100 %", "online_on_time_rate", "100.0"),
    _rate("Đúng hạn theo QĐ 766", "(không in)", "on_time_rate_766", "100.0"),
    _rate("Đúng hạn trên tiếp nhận", "(không in)", "on_time_rate_received", "98.1", "2.172 of 2.215: a third rate"),
    _explained(
        "Không có hồ sơ tồn đọng (II.7)",
        "0",
        "dossiers_pending",
        43,
        "differs: 43 are open; true only if “tồn đọng” means overdue",
    ),
    _entered("Số hóa hồ sơ", "98,97 %", "hand-entered: no count printed gives 98,97 %; another source or cut-off"),
    _entered("Kết quả điện tử", "100 %", "hand-entered: the feed synced here has no result files"),
    _entered("Thanh toán trực tuyến", "100 %", "hand-entered: the number of paid dossiers is not printed"),
    _entered("Xác thực CSDLQG dân cư", "99,5 %", "hand-entered: Đề án 06 counts people, not dossiers"),
)

PETITIONS_AND_THE_REST = (
    _count("Phản ánh, kiến nghị tiếp nhận", "2", "pakn_received", 2, *YEAR),
    _count("Phản ánh, kiến nghị xử lý đúng hạn", "2", "pakn_resolved_on_time", 2, *YEAR),
    _entered("Hồ sơ qua một cửa điện tử", "100 %", "hand-entered: all dossiers synced come from that system"),
    _entered("Văn bản chỉ đạo", "22 (đếm)", _OUTSIDE + "; the report prints no total"),
    _entered("Phòng ký cam kết", "09/09", _OUTSIDE),
    _entered("Đơn vị ký cam kết", "43/43", _OUTSIDE + "; only by chance also the 43 open dossiers"),
    _entered("Bản cam kết", "283", _OUTSIDE),
    _entered("VBQPPL có quy định TTHC", "0", _OUTSIDE + "; a reported zero, not a missing value"),
    _entered("Lượt truy cập mỗi ngày", "hơn 5.000", _OUTSIDE),
    _entered("Theo dõi Facebook", "gần 10.000", _OUTSIDE),
    _entered("Theo dõi Zalo", "hơn 4.000", _OUTSIDE),
    _entered("Công chức dự thi", "100 %", _OUTSIDE),
    _entered("Đơn vị tuyên truyền", "100 %", _OUTSIDE),
    _entered("Chuyên mục CCHC", "116", _OUTSIDE),
    _entered("Tin bài; về CCHC", "720; hơn 100", _OUTSIDE),
    _entered("Sáng kiến", "04", _OUTSIDE),
)

SECTIONS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("Công bố, công khai, đơn giản hóa TTHC", PUBLICATION),
    ("Giải quyết hồ sơ 15/11/2023 – 05/12/2024", DOSSIERS),
    ("Phản ánh, kiến nghị và phần còn lại", PETITIONS_AND_THE_REST),
)
REPORT_2024: tuple[Row, ...] = tuple(row for _, rows in SECTIONS for row in rows)
