"""The numbers of the Hải Phòng education department's 2024 report as a document to render (figures.md section 5)."""

from datetime import UTC, date, datetime
from decimal import Decimal

from metrics.domain.period import ReportingPeriod
from metrics.reports import annual, annual_charts, form_ii06
from metrics.reports.annual import PublicationDecision
from metrics.reports.annual_charts import Intake
from metrics.reports.form_ii06 import CountedRow
from metrics.reports.model import (
    DOSSIERS,
    PERCENT,
    PROCEDURES,
    Agency,
    AsOf,
    Document,
    FigureValue,
    Form,
    Indicator,
    Qualifier,
    Signature,
    Text,
)

AGENCY = Agency(
    "H24.99",
    Text("Sở Giáo dục và Đào tạo", "Department of Education and Training"),
    Text("Ủy ban nhân dân thành phố Hải Phòng", "People's Committee of Hải Phòng"),
    "SGDĐT",
)
PERIOD = ReportingPeriod.custom(date(2023, 11, 15), date(2024, 12, 5))
AS_OF = AsOf(18233, datetime(2024, 12, 5, 10, 30, tzinfo=UTC), "sha256:" + "9f86d081" * 8)
SIGNATURE = Signature(
    Text("Giám đốc", "Director"),
    place=Text("Hải Phòng", "Hải Phòng"),
    recipients=(
        Text("Văn phòng UBND thành phố", "Office of the People's Committee"),
        Text("Sở Nội vụ", "Home Affairs"),
    ),
)

COUNTS = {
    "publication_decisions": 8,
    "publication_decisions/NEW": 3,
    "publication_decisions/AMENDED": 3,
    "publication_decisions/REPLACED": 2,
    "publication_decisions/ABOLISHED": 2,
    "publication_decisions/STANDARDISED": 1,
    "publication_decisions/INTERNAL": 1,
    "procedures_total": 114,
    "procedures_by_authority_level/PROVINCE_PEOPLES_COMMITTEE": 27,
    "procedures_by_authority_level/PROVINCIAL_DEPARTMENT": 48,
    "procedures_by_authority_level/DISTRICT": 34,
    "procedures_by_authority_level/COMMUNE": 5,
    "procedures_full_online": 45,
    "procedures_partial_online": 69,
    "procedures_fee_bearing": 1,
    "dossiers_total_handled": 2215,
    "dossiers_received_in_period": 2207,
    "dossiers_received_online": 2205,
    "dossiers_received_direct_or_post": 2,
    "dossiers_carried_over": 8,
    "dossiers_resolved": 2172,
    "dossiers_resolved_early": 2155,
    "dossiers_resolved_on_time": 17,
    "dossiers_resolved_overdue": 0,
    "dossiers_pending": 43,
    "dossiers_pending_in_time": 43,
    "dossiers_pending_overdue": 0,
    "pakn_received": 2,
    "pakn_resolved_on_time": 2,
}
ONLINE_BY_LEVEL = {
    "procedures_full_online/PROVINCE_PEOPLES_COMMITTEE": 10,
    "procedures_full_online/PROVINCIAL_DEPARTMENT": 30,
    "procedures_full_online/DISTRICT": 5,
    "procedures_full_online/COMMUNE": 0,
    "procedures_partial_online/PROVINCE_PEOPLES_COMMITTEE": 17,
    "procedures_partial_online/PROVINCIAL_DEPARTMENT": 18,
    "procedures_partial_online/DISTRICT": 29,
    "procedures_partial_online/COMMUNE": 5,
}
"""Drawn only; made up, with the sums 45 and 69."""
RATES = {
    "full_online_rate": (45, 114),
    "online_coverage_rate": (114, 114),
    "resolution_rate": (2172, 2215),
    "resolved_early_rate": (2155, 2172),
    "resolved_exact_on_time_rate": (17, 2172),
    "resolved_overdue_rate": (0, 2172),
    "on_time_rate_resolved": (2172, 2172),
    "on_time_rate_766": (2215, 2215),
    "on_time_rate_received": (2172, 2215),
    "online_dossier_rate": (2205, 2207),
    "dossier_digitised_rate": (2141, 2172),
}
FIGURES = {
    **{name: FigureValue(count, count) for name, count in {**COUNTS, **ONLINE_BY_LEVEL}.items()},
    **{name: FigureValue(Decimal(n) / d, n, d) for name, (n, d) in RATES.items()},
}
_REPORT = "Báo cáo CCHC năm 2024 của đơn vị"


def entered(value: int | str | Decimal, unit: Text, qualifier: Qualifier = "exact") -> Indicator:
    """A number of the 2024 report that an office typed in."""
    return Indicator(value, unit, qualifier, _REPORT)


_DOCUMENTS, _PEOPLE = Text("văn bản", "documents"), Text("người", "people")
INDICATORS = {
    "directive_documents_issued": entered(22, _DOCUMENTS),
    "offices_committed": entered(9, Text("phòng", "offices")),
    "offices_total": entered(9, Text("phòng", "offices")),
    "commitments_units_signed": entered(43, Text("đơn vị", "units")),
    "commitments_units_total": entered(43, Text("đơn vị", "units")),
    "commitments_signed_count": entered(283, Text("bản", "commitments")),
    "legal_documents_with_tthc": entered(0, _DOCUMENTS),
    "internal_procedures_total": entered(29, PROCEDURES),
    "internal_procedures_by_level": entered("08 + 15 + 06", Text("", "")),
    "procedures_simplified": entered(5, PROCEDURES),
    "processing_days_cut_min": entered(1, Text("ngày làm việc", "working days")),
    "processing_days_cut_max": entered(2, Text("ngày làm việc", "working days")),
    "compliance_cost_reduction_rate": entered(Decimal("2.54"), PERCENT),
    "internal_procedures_simplified": entered(6, PROCEDURES),
    "internal_simplification_rate": entered(20, PERCENT),
    "return_time_days_min": entered(1, Text("ngày", "days")),
    "return_time_days_max": entered(3, Text("ngày", "days")),
    "online_payment_rate": entered(100, PERCENT),
    "digitised_rate_reported": entered(Decimal("98.97"), PERCENT),
    "electronic_result_rate": entered(100, PERCENT),
    "identity_verified_rate": entered(Decimal("99.5"), PERCENT),
    "dossiers_received_in_period": entered(2215, DOSSIERS),
    "site_daily_visits": entered(5000, Text("lượt", "visits"), "more_than"),
    "facebook_followers": entered(10000, _PEOPLE, "nearly"),
    "zalo_followers": entered(4000, _PEOPLE, "more_than"),
    "staff_contest_participation_rate": entered(100, PERCENT),
    "units_communicating_rate": entered(100, PERCENT),
    "web_columns_count": entered(116, Text("chuyên mục", "columns")),
    "news_items_published": entered(720, Text("tin, bài", "items")),
    "news_items_reform": entered(100, Text("tin, bài", "items"), "more_than"),
    "one_stop_electronic_rate": entered(100, PERCENT),
    "initiatives_count": entered(4, Text("sáng kiến", "initiatives")),
}

_NEW, _AMENDED = Text("Ban hành mới", "New"), Text("Sửa đổi, bổ sung", "Amended")
_LIST = Text("Công bố danh mục thủ tục hành chính lĩnh vực giáo dục", "List of education procedures")
DECISIONS = (
    PublicationDecision("62/QĐ-UBND", date(2024, 1, 10), _LIST, _NEW),
    PublicationDecision("227/QĐ-UBND", date(2024, 1, 22), _LIST, Text("Ban hành mới; thay thế", "New; replaced")),
    PublicationDecision("1384/QĐ-UBND", date(2024, 4, 26), _LIST, _AMENDED),
    PublicationDecision("1581/QĐ-UBND", date(2024, 5, 20), _LIST, Text("Chuẩn hóa", "Standardised")),
    PublicationDecision("3227/QĐ-UBND", date(2024, 9, 16), _LIST, Text("Bãi bỏ", "Abolished")),
    PublicationDecision("3637/QĐ-UBND", date(2024, 10, 16), _LIST, _AMENDED),
    PublicationDecision("3661/QĐ-UBND", date(2024, 10, 18), _LIST, Text("TTHC nội bộ", "Internal")),
    PublicationDecision(
        "4502/QĐ-UBND", date(2024, 12, 2), _LIST, Text("Mới; sửa đổi; bãi bỏ", "New; amended; abolished")
    ),
)

INTAKE = tuple(
    Intake(part, online, int(place < 2))
    for place, (part, online) in enumerate(
        zip(
            annual_charts.parts(PERIOD),
            (80, 140, 150, 90, 160, 170, 180, 260, 300, 210, 170, 140, 120, 35),
            strict=True,
        )
    )
)
"""What came month by month: made up, with the report's sums, 2205 and 2."""
TOTAL = (2215, 2205, 2, 8, 2172, 2155, 17, 0, 43, 43, 0)
"""Columns 3 to 13 of form II.06a. How they divide into the fields below is made up; the sums are the report's."""
FIELDS = (
    CountedRow(Text("Giáo dục trung học", "Secondary education"), (1200, 1195, 1, 4, 1180, 1170, 10, 0, 20, 20, 0)),
    CountedRow(Text("Văn bằng, chứng chỉ", "Diplomas"), (900, 896, 1, 3, 880, 875, 5, 0, 20, 20, 0)),
    CountedRow(Text("Giáo dục nghề nghiệp", "Vocational education"), (115, 114, 0, 1, 112, 110, 2, 0, 3, 3, 0)),
)


def form_2024() -> Form:
    """Form II.06a of 2024."""
    return form_ii06.build(
        FIELDS, TOTAL, agency=AGENCY, receiver=Text("UBND thành phố Hải Phòng", "People's Committee"),
        period=PERIOD, as_of=AS_OF, signature=SIGNATURE,
    )  # fmt: skip


def report_2024() -> Document:
    """The annual report of 2024."""
    return annual.build(
        agency=AGENCY, period=PERIOD, as_of=AS_OF, figures=FIGURES, indicators=INDICATORS, signature=SIGNATURE,
        passages={"II.8": (Text("Các sáng kiến được công nhận ở cấp cơ sở.", "All were recognised by the unit."),)},
        decisions=DECISIONS, forms=(form_2024(),), intake=INTAKE,
    )  # fmt: skip


def empty_report() -> Document:
    """A report of which nothing is known."""
    return annual.build(
        agency=AGENCY, period=PERIOD, as_of=AsOf(0, None, None), figures={}, indicators={}, signature=SIGNATURE
    )
