"""The numbers of the annual report, section by section. Ids are those of the figure dictionary and indicator list.

A figure asked for by a part of its subject has the part behind a slash:
``procedures_by_authority_level/DISTRICT``, ``publication_decisions/NEW``.
"""

from metrics.reports.measures import Measure
from metrics.reports.model import DOSSIERS, PERCENT, PROCEDURES, Text

_DOCUMENTS = Text("văn bản", "documents")
_UNITS = Text("đơn vị", "units")
_DAYS = Text("ngày", "days")
_WORKING_DAYS = Text("ngày làm việc", "working days")
_PETITIONS = Text("phản ánh, kiến nghị", "petitions")
_DECISIONS = Text("quyết định", "decisions")


def _measure(name: str, vi: str, en: str, unit: Text) -> Measure:
    return Measure(name, Text(vi, en), unit)


def _rate(name: str, vi: str, en: str) -> Measure:
    return Measure(name, Text(vi, en), PERCENT)


def _share(name: str, vi: str, en: str, part: str, whole: str) -> Measure:
    return Measure(name, Text(vi, en), PERCENT, of=(part, whole))


DIRECTION = (
    _measure("directive_documents_issued", "Văn bản chỉ đạo, hướng dẫn đã ban hành", "Directives issued", _DOCUMENTS),
    _measure("offices_committed", "Phòng ký cam kết", "Offices that signed commitments", _UNITS),
    _measure("offices_total", "Tổng số phòng", "Offices in all", _UNITS),
    _share(
        "offices_committed_rate", "Tỷ lệ phòng ký cam kết", "Offices committed", "offices_committed", "offices_total"
    ),
    _measure("commitments_units_signed", "Đơn vị ký cam kết", "Units that signed commitments", _UNITS),
    _measure("commitments_units_total", "Tổng số đơn vị", "Units in all", _UNITS),
    _share(
        "commitments_units_rate", "Tỷ lệ đơn vị ký cam kết", "Units committed",
        "commitments_units_signed", "commitments_units_total",
    ),
    _measure("commitments_signed_count", "Bản cam kết đã ký", "Commitments signed", Text("bản", "commitments")),
)  # fmt: skip

ASSESSMENT = (
    _measure(
        "legal_documents_with_tthc", "VBQPPL có quy định TTHC được ban hành", "Legal documents that set procedures",
        _DOCUMENTS,
    ),
)  # fmt: skip

_LEVELS = (
    ("PROVINCE_PEOPLES_COMMITTEE", "thuộc thẩm quyền UBND cấp tỉnh", "decided by the province's People's Committee"),
    ("PROVINCIAL_DEPARTMENT", "thuộc thẩm quyền cơ quan chuyên môn cấp tỉnh", "decided by provincial departments"),
    ("DISTRICT", "thuộc thẩm quyền cấp huyện", "decided by districts"),
    ("COMMUNE", "thuộc thẩm quyền cấp xã", "decided by communes"),
)
_DECISION_KINDS = (
    ("NEW", "ban hành mới", "new"),
    ("AMENDED", "sửa đổi, bổ sung", "amended"),
    ("REPLACED", "thay thế", "replaced"),
    ("ABOLISHED", "bãi bỏ", "abolished"),
    ("STANDARDISED", "chuẩn hóa", "standardised"),
    ("INTERNAL", "TTHC nội bộ", "internal"),
)

PUBLICATION = (
    _measure("publication_decisions", "Quyết định công bố TTHC", "Publication decisions", _DECISIONS),
    *(
        _measure(
            f"publication_decisions/{kind}", f"Quyết định công bố: {vi}", f"Publication decisions: {en}", _DECISIONS
        )
        for kind, vi, en in _DECISION_KINDS
    ),
    _measure("procedures_total", "Tổng số TTHC", "Procedures in all", PROCEDURES),
    *(
        _measure(f"procedures_by_authority_level/{level}", f"TTHC {vi}", f"Procedures {en}", PROCEDURES)
        for level, vi, en in _LEVELS
    ),
    _measure("internal_procedures_total", "TTHC nội bộ", "Internal procedures", PROCEDURES),
    _measure("internal_procedures_by_level", "– theo cấp", "– by level", Text("", "")),
)

SIMPLIFICATION = (
    _measure("procedures_simplified", "TTHC được đơn giản hóa", "Procedures simplified", PROCEDURES),
    _measure("processing_days_cut_min", "Thời gian cắt giảm ít nhất", "Least time cut", _WORKING_DAYS),
    _measure("processing_days_cut_max", "Thời gian cắt giảm nhiều nhất", "Most time cut", _WORKING_DAYS),
    _rate("compliance_cost_reduction_rate", "Chi phí tuân thủ cắt giảm mỗi TTHC", "Compliance cost cut per procedure"),
    _measure(
        "internal_procedures_simplified", "TTHC nội bộ đề xuất đơn giản hóa", "Internal procedures to simplify",
        PROCEDURES,
    ),
    _rate("internal_simplification_rate", "Tỷ lệ cắt giảm mỗi TTHC nội bộ", "Cut per internal procedure"),
)  # fmt: skip

FLOW = (
    _measure("dossiers_total_handled", "Tổng số hồ sơ (cả kỳ trước chuyển qua)", "Dossiers handled in all", DOSSIERS),
    _measure("dossiers_received_in_period", "Hồ sơ tiếp nhận trong kỳ", "Dossiers received in the period", DOSSIERS),
    _measure("dossiers_received_online", "– trực tuyến", "– online", DOSSIERS),
    _measure("dossiers_received_direct_or_post", "– trực tiếp, bưu chính", "– in person or by post", DOSSIERS),
    _measure("dossiers_carried_over", "Hồ sơ kỳ trước chuyển qua", "Dossiers carried over", DOSSIERS),
    _measure("dossiers_resolved", "Hồ sơ đã giải quyết", "Dossiers resolved", DOSSIERS),
    _rate("resolution_rate", "Tỷ lệ hồ sơ đã giải quyết", "Resolved of those handled"),
    _measure("dossiers_resolved_early", "– trước hạn", "– early", DOSSIERS),
    _rate("resolved_early_rate", "– tỷ lệ trước hạn", "– early, share"),
    _measure("dossiers_resolved_on_time", "– đúng hạn", "– on the due day", DOSSIERS),
    _rate("resolved_exact_on_time_rate", "– tỷ lệ đúng hạn", "– on the due day, share"),
    _measure("dossiers_resolved_overdue", "– quá hạn", "– overdue", DOSSIERS),
    _rate("resolved_overdue_rate", "– tỷ lệ quá hạn", "– overdue, share"),
    _measure("dossiers_pending", "Hồ sơ đang giải quyết", "Dossiers pending", DOSSIERS),
    _measure("dossiers_pending_in_time", "– trong hạn", "– within time", DOSSIERS),
    _measure("dossiers_pending_overdue", "– quá hạn", "– overdue", DOSSIERS),
    _rate("on_time_rate_resolved", "Tỷ lệ đúng và trước hạn trên đã giải quyết", "On time or early of those resolved"),
    _rate("on_time_rate_766", "Tiến độ giải quyết (QĐ 766/QĐ-TTg)", "On time by QĐ 766"),
    _rate("on_time_rate_received", "Tỷ lệ đúng hạn trên tiếp nhận (NĐ 61/2018)", "On time of those received"),
)

ONLINE = (
    _measure("procedures_full_online", "Dịch vụ công trực tuyến toàn trình", "Full online services", PROCEDURES),
    _measure("procedures_partial_online", "Dịch vụ công trực tuyến một phần", "Partial online services", PROCEDURES),
    _rate("full_online_rate", "Tỷ lệ TTHC toàn trình", "Full online share"),
    _share(
        "partial_online_rate",
        "Tỷ lệ TTHC một phần",
        "Partial online share",
        "procedures_partial_online",
        "procedures_total",
    ),
    _rate("online_coverage_rate", "Tỷ lệ TTHC cung cấp trực tuyến", "Procedures offered online"),
    _rate("online_dossier_rate", "Tỷ lệ hồ sơ trực tuyến trong kỳ", "Dossiers received online"),
    _measure("procedures_fee_bearing", "TTHC có phí, lệ phí", "Procedures with fees", PROCEDURES),
    _rate("online_payment_rate", "Tỷ lệ thanh toán trực tuyến", "Paid online"),
)

DIGITISATION = (
    Measure(
        "dossier_digitised_rate", Text("Tỷ lệ số hóa hồ sơ", "Dossiers digitised"), PERCENT,
        indicator="digitised_rate_reported",
    ),
    _rate("electronic_result_rate", "Tỷ lệ kết quả điện tử", "Results given electronically"),
    _rate("identity_verified_rate", "Tỷ lệ thông tin xác thực với CSDLQG về dân cư", "Identities verified"),
)  # fmt: skip

PETITIONS = (
    _measure("pakn_received", "Phản ánh, kiến nghị tiếp nhận", "Petitions received", _PETITIONS),
    _measure("pakn_resolved_on_time", "Phản ánh, kiến nghị xử lý đúng hạn", "Petitions handled in time", _PETITIONS),
    _share(
        "pakn_on_time_share", "Tỷ lệ xử lý đúng hạn", "Handled in time", "pakn_resolved_on_time", "pakn_received"
    ),
)  # fmt: skip

COMMUNICATION = (
    _measure("site_daily_visits", "Lượt truy cập cổng thông tin mỗi ngày", "Visits a day", Text("lượt", "visits")),
    _measure("facebook_followers", "Người theo dõi Facebook", "Facebook followers", Text("người", "people")),
    _measure("zalo_followers", "Người theo dõi Zalo", "Zalo followers", Text("người", "people")),
    _measure("web_columns_count", "Chuyên mục cải cách hành chính", "Web columns", Text("chuyên mục", "columns")),
    _measure("news_items_published", "Tin, bài đã đăng", "News items", Text("tin, bài", "items")),
    _measure("news_items_reform", "Tin, bài về cải cách hành chính", "News items on reform", Text("tin, bài", "items")),
    _rate("staff_contest_participation_rate", "Công chức tham gia cuộc thi tìm hiểu", "Staff in the contest"),
    _rate("units_communicating_rate", "Đơn vị thực hiện tuyên truyền", "Units that communicate"),
)

ONE_STOP = (
    _rate("one_stop_electronic_rate", "Hồ sơ qua một cửa điện tử", "Through the electronic one-stop"),
    _measure("return_time_days_min", "Thời gian trả kết quả rút ngắn ít nhất", "Least time gained", _DAYS),
    _measure("return_time_days_max", "Thời gian trả kết quả rút ngắn nhiều nhất", "Most time gained", _DAYS),
)

OTHER = (_measure("initiatives_count", "Sáng kiến, giải pháp", "Initiatives", Text("sáng kiến", "initiatives")),)

ALL = (
    *DIRECTION, *ASSESSMENT, *PUBLICATION, *SIMPLIFICATION, *FLOW, *ONLINE, *DIGITISATION,
    *PETITIONS, *COMMUNICATION, *ONE_STOP, *OTHER,
)  # fmt: skip
