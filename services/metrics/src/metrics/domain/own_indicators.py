"""The numbers that no portal holds and an office enters: figures.md 1.A, 1.B, 1.I and 1.L. The only list of them."""

from dataclasses import dataclass
from enum import StrEnum

from metrics.domain.definitions import Status


class Measured(StrEnum):
    """What an indicator is measured in. It is sent with every value, so that nobody enters 0.98 for 98 percent."""

    PERCENT = "percent"
    DOCUMENTS = "documents"
    OFFICES = "offices"
    UNITS = "units"
    COMMITMENTS = "commitments"
    PROCEDURES = "procedures"
    DOSSIERS = "dossiers"
    DECISIONS = "decisions"
    PETITIONS = "petitions"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    POINTS = "points"
    VISITS = "visits"
    PEOPLE = "people"
    COLUMNS = "columns"
    ITEMS = "items"
    INITIATIVES = "initiatives"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class IndicatorDefinition:
    """One indicator. ``used_in`` is the section of the annual report; ``figure`` the computed one it stands beside."""

    id: str
    name_vi: str
    name_en: str
    unit: Measured
    used_in: str
    legal_basis: tuple[str, ...]
    status: Status
    figure: str | None = None


_REPORT = ("NĐ 63/2010/NĐ-CP, Điều 35",)
_CIRCULAR = ("TT 01/2020/TT-VPCP (biểu chưa kiểm chứng)",)
_INTERNAL = ("QĐ 1085/QĐ-TTg ngày 15/09/2022",)
_SIMPLER = ("NQ 68/NQ-CP; NQ 76/NQ-CP (chưa kiểm chứng)",)
_TT01 = ("TT 01/2018/TT-VPCP, Điều 13 (đến 30/06/2025)",)
_PROJECT_06 = ("QĐ 06/QĐ-TTg ngày 06/01/2022 (Đề án 06)",)


def _of(
    name: str,
    vi: str,
    en: str,
    unit: Measured,
    used_in: str,
    law: tuple[str, ...] = _REPORT,
    status: Status = Status.PRACTICE,
) -> IndicatorDefinition:
    return IndicatorDefinition(name, vi, en, unit, used_in, law, status)


_m = Measured
_R = Status.UNVERIFIED
OWN = (
    _of("directive_documents_issued", "Văn bản chỉ đạo, hướng dẫn đã ban hành", "Directives issued", _m.DOCUMENTS, "I"),
    _of("offices_committed", "Phòng ký cam kết", "Offices that signed commitments", _m.OFFICES, "I"),
    _of("offices_total", "Tổng số phòng", "Offices in all", _m.OFFICES, "I"),
    _of("commitments_units_signed", "Đơn vị ký cam kết", "Units that signed commitments", _m.UNITS, "I"),
    _of("commitments_units_total", "Tổng số đơn vị", "Units in all", _m.UNITS, "I"),
    _of("commitments_signed_count", "Bản cam kết đã ký", "Commitments signed", _m.COMMITMENTS, "I"),
    _of(
        "legal_documents_with_tthc", "VBQPPL có quy định TTHC được ban hành", "Legal documents that set procedures",
        _m.DOCUMENTS, "II.1", _CIRCULAR, _R,
    ),
    _of("internal_procedures_total", "TTHC nội bộ", "Internal procedures", _m.PROCEDURES, "II.2", _INTERNAL),
    _of(
        "internal_procedures_by_level", "TTHC nội bộ theo cấp, như đơn vị ghi", "Internal procedures by level, in the "
        "office's words", _m.TEXT, "II.2", _INTERNAL,
    ),
    _of("procedures_simplified", "TTHC được đơn giản hóa", "Procedures simplified", _m.PROCEDURES, "II.3",
        _CIRCULAR, _R),
    _of("processing_days_cut_min", "Thời gian cắt giảm ít nhất", "Least time cut", _m.WORKING_DAYS, "II.3",
        _SIMPLER, _R),
    _of("processing_days_cut_max", "Thời gian cắt giảm nhiều nhất", "Most time cut", _m.WORKING_DAYS, "II.3",
        _SIMPLER, _R),
    _of(
        "compliance_cost_reduction_rate", "Chi phí tuân thủ cắt giảm mỗi TTHC", "Compliance cost cut per procedure",
        _m.PERCENT, "II.3", _SIMPLER, _R,
    ),
    _of(
        "internal_procedures_simplified", "TTHC nội bộ đề xuất đơn giản hóa", "Internal procedures to simplify",
        _m.PROCEDURES, "II.3", _INTERNAL,
    ),
    _of("internal_simplification_rate", "Tỷ lệ cắt giảm mỗi TTHC nội bộ", "Cut per internal procedure", _m.PERCENT,
        "II.3", _INTERNAL),
    _of("digitised_rate_reported", "Tỷ lệ số hóa hồ sơ, như đơn vị báo cáo", "Dossiers digitised, as reported",
        _m.PERCENT, "II.4.3", ("QĐ 766/QĐ-TTg, tiêu chí 4.2",)),
    _of("identity_verified_rate", "Tỷ lệ thông tin xác thực với CSDLQG về dân cư", "Identities verified", _m.PERCENT,
        "II.4.3", _PROJECT_06),
    _of("site_daily_visits", "Lượt truy cập cổng thông tin mỗi ngày", "Visits a day", _m.VISITS, "II.6"),
    _of("facebook_followers", "Người theo dõi Facebook", "Facebook followers", _m.PEOPLE, "II.6"),
    _of("zalo_followers", "Người theo dõi Zalo", "Zalo followers", _m.PEOPLE, "II.6"),
    _of("web_columns_count", "Chuyên mục cải cách hành chính", "Web columns", _m.COLUMNS, "II.6"),
    _of("news_items_published", "Tin, bài đã đăng", "News items", _m.ITEMS, "II.6"),
    _of("news_items_reform", "Tin, bài về cải cách hành chính", "News items on reform", _m.ITEMS, "II.6"),
    _of("staff_contest_participation_rate", "Công chức tham gia cuộc thi tìm hiểu", "Staff in the contest",
        _m.PERCENT, "II.6"),
    _of("units_communicating_rate", "Đơn vị thực hiện tuyên truyền", "Units that communicate", _m.PERCENT, "II.6"),
    _of("one_stop_electronic_rate", "Hồ sơ qua một cửa điện tử", "Through the electronic one-stop", _m.PERCENT,
        "II.7"),
    _of("return_time_days_min", "Thời gian trả kết quả rút ngắn ít nhất", "Least time gained", _m.DAYS, "II.7"),
    _of("return_time_days_max", "Thời gian trả kết quả rút ngắn nhiều nhất", "Most time gained", _m.DAYS, "II.7"),
    _of("initiatives_count", "Sáng kiến, giải pháp", "Initiatives", _m.INITIATIVES, "II.8"),
    _of("procedures_under_one_stop", "TTHC thực hiện theo cơ chế một cửa, liên thông", "Procedures under the one-stop",
        _m.PROCEDURES, "II.2", ("Biểu II.07b cột 7, TT 01/2020/TT-VPCP",)),
    _of("internal_process_count", "Quy trình nội bộ được ban hành", "Internal processes issued", _m.ITEMS, "II.2",
        ("Biểu II.07b cột 11, TT 01/2020/TT-VPCP",)),
    _of("procedures_under_one_stop_province", "TTHC thực hiện tại bộ phận một cửa cấp tỉnh",
        "Procedures at the one-stop of the province", _m.PROCEDURES, "II.2",
        ("Biểu II.07b cột 8, TT 01/2020/TT-VPCP",)),
    _of("procedures_under_one_stop_district", "TTHC thực hiện tại bộ phận một cửa cấp huyện",
        "Procedures at the one-stop of the district", _m.PROCEDURES, "II.2",
        ("Biểu II.07b cột 9, TT 01/2020/TT-VPCP",)),
    _of("procedures_under_one_stop_commune", "TTHC thực hiện tại bộ phận một cửa cấp xã",
        "Procedures at the one-stop of the commune", _m.PROCEDURES, "II.2",
        ("Biểu II.07b cột 10, TT 01/2020/TT-VPCP",)),
    _of("internal_process_count_province", "Quy trình nội bộ cấp tỉnh được ban hành",
        "Internal processes of the province", _m.ITEMS, "II.2", ("Biểu II.07b cột 12, TT 01/2020/TT-VPCP",)),
    _of("internal_process_count_district", "Quy trình nội bộ cấp huyện được ban hành",
        "Internal processes of the district", _m.ITEMS, "II.2", ("Biểu II.07b cột 13, TT 01/2020/TT-VPCP",)),
    _of("internal_process_count_commune", "Quy trình nội bộ cấp xã được ban hành",
        "Internal processes of the commune", _m.ITEMS, "II.2", ("Biểu II.07b cột 14, TT 01/2020/TT-VPCP",)),
    _of("publication_decision_issued_on_time", "Tỷ lệ TTHC công bố đúng hạn", "Procedures published in time",
        _m.PERCENT, "II.2", ("NĐ 63/2010/NĐ-CP, Điều 15", "QĐ 766/QĐ-TTg, tiêu chí 1.1")),
    _of("processing_days_cut", "Thời gian giải quyết cắt giảm, như đơn vị ghi", "Processing time cut, in the office's "
        "words", _m.TEXT, "II.3", _SIMPLER, _R),
    _of("dossiers_late_accepted", "Hồ sơ chậm tiếp nhận", "Dossiers accepted late", _m.DOSSIERS, "II.4",
        ("CV 7260/VPCP-KSTT ngày 05/08/2025",)),
    _of("overdue_reasons", "Nguyên nhân quá hạn", "Reasons for being overdue", _m.TEXT, "II.4",
        ("TT 01/2020/TT-VPCP (biểu chưa kiểm chứng)",), _R),
    _of("electronic_copy_cert_rate", "Tỷ lệ chứng thực bản sao điện tử", "Certification of electronic copies",
        _m.PERCENT, "II.4.3", ("QĐ 766/QĐ-TTg",)),
    _of("pakn_classification", "Phân loại phản ánh, kiến nghị", "Petitions by kind, in the office's words", _m.TEXT,
        "II.5", ("QĐ 766/QĐ-TTg, tiêu chí 5.1",)),
    _of("dossiers_in_national_report", "Hồ sơ tiếp nhận theo hệ thống báo cáo quốc gia", "Dossiers received, by the "
        "national report system", _m.DOSSIERS, "II.4", ("QĐ 766/QĐ-TTg, tiêu chí 1.4",)),
    _of("dossiers_on_national_portal", "Hồ sơ trên Cổng DVCQG", "Dossiers received, on the national portal",
        _m.DOSSIERS, "II.4", ("QĐ 766/QĐ-TTg, tiêu chí 1.4",)),
    _of("procedures_decided_on_time", "TTHC công bố đúng hạn", "Procedures whose decision was issued in time",
        _m.PROCEDURES, "II.2", ("NĐ 63/2010/NĐ-CP, Điều 15", "QĐ 766/QĐ-TTg, tiêu chí 1.1")),
    _of("procedures_decided", "TTHC được công bố trong kỳ", "Procedures published by decision in the period",
        _m.PROCEDURES, "II.2", ("NĐ 63/2010/NĐ-CP, Điều 15", "QĐ 766/QĐ-TTg, tiêu chí 1.1")),
    _of("procedures_public_in_full", "TTHC công khai đầy đủ nội dung", "Procedures posted with all mandatory parts",
        _m.PROCEDURES, "II.2", ("NĐ 63/2010/NĐ-CP, Điều 8 khoản 2", "QĐ 766/QĐ-TTg, tiêu chí 1.3")),
    _of("procedures_public", "TTHC được công khai", "Procedures posted", _m.PROCEDURES, "II.2",
        ("NĐ 63/2010/NĐ-CP, Điều 8 khoản 2", "QĐ 766/QĐ-TTg, tiêu chí 1.3")),
    _of("fee_procedures_integrated", "TTHC có nghĩa vụ tài chính đã tích hợp thanh toán trực tuyến",
        "Fee-bearing procedures that can be paid online", _m.PROCEDURES, "II.4.2",
        ("QĐ 766/QĐ-TTg, tiêu chí 3.5",)),
    _of("fee_procedures", "TTHC có nghĩa vụ tài chính", "Fee-bearing procedures, as the office counts them",
        _m.PROCEDURES, "II.4.2", ("QĐ 766/QĐ-TTg, tiêu chí 3.5",)),
    _of("procedures_with_citizen_data", "TTHC đã kết nối CSDLQG về dân cư", "Procedures connected to the population "
        "database, counted", _m.PROCEDURES, "II.4.3", ("QĐ 766/QĐ-TTg, tiêu chí 4.5",)),
    _of("procedures_for_citizen_data", "TTHC phải kết nối CSDLQG về dân cư", "Procedures to connect to the population "
        "database", _m.PROCEDURES, "II.4.3", ("QĐ 766/QĐ-TTg, tiêu chí 4.5",)),
    _of("tt01_2018_index_5", "Chỉ số 5: tổ chức bộ phận một cửa", "Index 5: organisation of the one-stop", _m.POINTS,
        "II.7", _TT01),
    _of("tt01_2018_index_6", "Chỉ số 6: công khai thủ tục hành chính", "Index 6: publicity", _m.POINTS, "II.7", _TT01),
    _of("tt01_2018_index_7", "Chỉ số 7: thái độ của cán bộ, công chức", "Index 7: attitude", _m.POINTS, "II.7", _TT01),
)  # fmt: skip
