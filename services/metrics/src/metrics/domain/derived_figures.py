"""Figures that rest on more than one table: services with dossiers, postings, petitions, indices of TT 01/2018.

Formulas and confidence: reference/figures.md 1.A, 1.D, 1.E, 1.F, 1.H and 1.J.
"""

from datetime import date

from metrics.domain.definitions import Basis, FigureDefinition, Source, Status, Subject, Unit
from metrics.domain.dossier_figures import DOSSIER_FILTERS, ENTERS

_SINCE_766 = date(2022, 8, 1)
_TT01_ENDS = date(2025, 6, 30)
_AGENCY = frozenset({"agency"})
_TT01 = ("TT 01/2018/TT-VPCP, Điều 13 và Điều 15 (đến 30/06/2025)",)
_IN_FORCE = "procedures in force in the catalogues of the agency's subtree"

SERVICES = (
    FigureDefinition(
        id="online_services_with_dossiers_rate",
        name_vi="Tỷ lệ DVC trực tuyến có phát sinh hồ sơ",
        name_en="Share of online services with a dossier",
        subject=Subject.PROCEDURES,
        counted=_IN_FORCE,
        dated_by="dossiers by the day of receipt, procedures at the period's last day",
        formula="online services with an online dossier received in the period / services offered online.",
        legal_basis=("QĐ 766/QĐ-TTg, tiêu chí 3.2",),
        status=Status.PRACTICE,
        numerator=("services_used",),
        denominator=("services_used", "services_unused"),
        filters=_AGENCY,
        needs=_AGENCY,
        effective_from=_SINCE_766,
    ),
    FigureDefinition(
        id="payment_procedures_with_txn_rate",
        name_vi="Tỷ lệ TTHC có giao dịch thanh toán trực tuyến",
        name_en="Share of fee-bearing procedures with an online payment",
        subject=Subject.PROCEDURES,
        counted=f"fee-bearing {_IN_FORCE}",
        dated_by="dossiers by the day of receipt, procedures at the period's last day",
        formula="those with a dossier received in the period and paid online / fee-bearing procedures.",
        legal_basis=("QĐ 766/QĐ-TTg",),
        status=Status.PRACTICE,
        numerator=("fee_paid_online",),
        denominator=("fee_paid_online", "fee_not_paid_online"),
        filters=_AGENCY,
        needs=_AGENCY,
        effective_from=_SINCE_766,
    ),
    FigureDefinition(
        id="payment_procedures_integrated_rate",
        name_vi="Tỷ lệ TTHC tích hợp thanh toán trực tuyến",
        name_en="Share of fee-bearing procedures integrated for online payment",
        subject=Subject.PROCEDURES,
        counted=f"fee-bearing {_IN_FORCE}",
        dated_by="dossiers by the day of receipt, procedures at the period's last day",
        formula="those with a dossier received in the period whose synchronised fees are above 0 / fee-bearing "
        "procedures, as the business-rules document counts them. What the agency entered stands beside it as flags "
        "declared_…; where the records tell nothing, it stands alone.",
        legal_basis=("QĐ 766/QĐ-TTg, tiêu chí 3.5",),
        status=Status.PRACTICE,
        numerator=("fee_charged",),
        denominator=("fee_charged", "fee_not_charged"),
        unknown=("fee_charge_unknown",),
        filters=_AGENCY,
        needs=_AGENCY,
        effective_from=_SINCE_766,
        version="2",
    ),
    FigureDefinition(
        id="citizen_db_procedure_rate",
        name_vi="Tỷ lệ TTHC kết nối CSDLQG về dân cư",
        name_en="Share of procedures connected to the population database",
        subject=Subject.PROCEDURES,
        counted=f"{_IN_FORCE} that persons may carry out",
        dated_by="dossiers by the day of receipt, procedures at the period's last day",
        formula="those with a dossier received in the period whose account was verified by VNeID or that used the "
        "population database / procedures for persons. What the agency entered stands beside it as flags declared_…; "
        "where the records tell nothing, it stands alone.",
        legal_basis=("QĐ 766/QĐ-TTg, tiêu chí 4.5",),
        status=Status.PRACTICE,
        numerator=("people_connected",),
        denominator=("people_connected", "people_not_connected"),
        unknown=("people_connection_unknown",),
        filters=_AGENCY,
        needs=_AGENCY,
        effective_from=_SINCE_766,
        version="2",
    ),
    FigureDefinition(
        id="tt01_2018_index_9",
        name_vi="Chỉ số 9: tiếp nhận, giải quyết trực tuyến",
        name_en="Index 9: online services",
        subject=Subject.PROCEDURES,
        counted="points of the agency as a whole",
        dated_by="dossiers by the day of receipt, procedures at the period's last day",
        formula="2: a fifth of the procedures online, 30 % of the dossiers received online and none of them overdue; "
        "1: 15 % online; else 0. The circular's levels 3 and 4 are taken as full and partial services.",
        legal_basis=_TT01,
        status=Status.PRACTICE,
        numerator=("index_9",),
        denominator=("index_9_cases",),
        scores_up_to=2,
        filters=_AGENCY,
        needs=_AGENCY,
        zero="value is null without a procedure or a dossier",
        effective_to=_TT01_ENDS,
    ),
)

POSTING = (
    FigureDefinition(
        id="publication_posted_on_time",
        name_vi="Tỷ lệ quyết định công bố được công khai đúng hạn",
        name_en="Share of publication decisions posted in time",
        subject=Subject.DECISIONS,
        counted="publication decisions, without those on internal procedures",
        dated_by="the day of signing, or the day posting fell due while it was not posted",
        formula="decisions posted within 10 (ministry) or 5 (province) working days after signing / signed in the "
        "period or fallen due in it unposted. The 2 days of the fast track are not told. QĐ 766 counts procedures.",
        legal_basis=("NĐ 63/2010/NĐ-CP, Điều 24 khoản 2", "QĐ 766/QĐ-TTg, tiêu chí 1.2"),
        status=Status.VERIFIED,
        numerator=("posted_on_time",),
        denominator=("posted_on_time", "posted_late"),
        unknown=("posting_unknown",),
        filters=_AGENCY,
        needs=_AGENCY,
    ),
)

PROCESSING = (
    FigureDefinition(
        id="average_processing_time",
        name_vi="Thời gian giải quyết trung bình",
        name_en="Average processing time",
        subject=Subject.DOSSIERS,
        counted="dossiers received and ended in the period, without those withdrawn",
        dated_by=ENTERS,
        formula="working days from the day after receipt to the end, of one procedure; never averaged over procedures. "
        "Stopped dossiers cannot be told from finished ones here.",
        legal_basis=("QĐ 766/QĐ-TTg, tiêu chí 2.2",),
        status=Status.PRACTICE,
        numerator=("processing_days",),
        denominator=("processed",),
        basis=Basis.RECEIVED,
        filters=DOSSIER_FILTERS,
        needs=frozenset({"procedure"}),
        measured=Unit.DAYS,
        effective_from=_SINCE_766,
    ),
)

SYNC = FigureDefinition(
    id="dossier_sync_rate",
    name_vi="Tỷ lệ đồng bộ hồ sơ lên Cổng DVCQG",
    name_en="Share of dossiers synchronised to the national portal",
    subject=Subject.OFFICE,
    counted="dossiers received in the period, as the agency enters them",
    dated_by="the very days they were entered for",
    formula="dossiers_on_national_portal / the larger of it and dossiers_in_national_report. Where the report has no "
    "number, last year's total / 12 (month), / 4 (quarter) or / 1 (year) stands in, flagged "
    "temp_national_report_denominator; where there is nothing, 0 of 0, flagged no_national_report_data.",
    legal_basis=("QĐ 766/QĐ-TTg, tiêu chí 1.4",),
    status=Status.PRACTICE,
    numerator=("synced",),
    denominator=("to_sync",),
    source=Source.ENTERED,
    filters=_AGENCY,
    needs=_AGENCY,
    effective_from=_SINCE_766,
)


def _petitions(
    figure: str,
    vi: str,
    en: str,
    *,
    numerator: tuple[str, ...],
    formula: str,
    law: tuple[str, ...],
    denominator: tuple[str, ...] | None = None,
    unknown: tuple[str, ...] = (),
    status: Status = Status.PRACTICE,
    zero: str | None = None,
    scores_up_to: int | None = None,
    effective_to: date | None = None,
    version: str = "1",
) -> FigureDefinition:
    return FigureDefinition(
        id=figure,
        name_vi=vi,
        name_en=en,
        subject=Subject.PETITIONS,
        counted="petitions (phản ánh, kiến nghị)",
        dated_by="the day of resolution; open ones by the state at the end of the period",
        formula=formula,
        legal_basis=law,
        status=status,
        numerator=numerator,
        denominator=denominator,
        unknown=unknown,
        zero=zero,
        scores_up_to=scores_up_to,
        effective_to=effective_to,
        version=version,
    )


_II_05 = ("Biểu II.05, TT 01/2020/TT-VPCP (chưa kiểm chứng)",)
PETITIONS = (
    _petitions(
        "pakn_resolved",
        "Số phản ánh, kiến nghị đã xử lý",
        "Petitions resolved",
        numerator=("petitions_on_time", "petitions_late"),
        formula="Petitions resolved in the period.",
        law=_II_05,
        status=Status.UNVERIFIED,
    ),
    _petitions(
        "pakn_processing_rate",
        "Tỷ lệ xử lý phản ánh, kiến nghị",
        "Share of petitions resolved",
        numerator=("petitions_on_time", "petitions_late"),
        denominator=("petitions_received", "petitions_carried"),
        formula="resolved / (received + carried over).",
        law=_II_05,
        status=Status.UNVERIFIED,
    ),
    _petitions(
        "pakn_on_time_rate",
        "Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn",
        "Share of petitions handled in time",
        numerator=("petitions_on_time",),
        denominator=("petitions_on_time", "petitions_late", "petitions_overdue"),
        formula="resolved in the period in time / resolved in the period or open after their due day. Where the steps "
        "are told: refused within 2 working days of submission or the latest transfer, else resolved within 15; a "
        "supplement asked for within 5 and the answer published within 2 (business rules; QĐ 31/2021 was not read). "
        "Where none is, by the source's due day; without one it is in time.",
        law=("QĐ 766/QĐ-TTg, tiêu chí 5.2", "QĐ 31/2021/QĐ-TTg, chương VI (chưa kiểm chứng)"),
        version="2",
        zero="value is null; QĐ 766 scores the full 6 points",
    ),
    _petitions(
        "pakn_satisfaction_rate",
        "Tỷ lệ hài lòng trong xử lý phản ánh, kiến nghị",
        "Satisfaction with the handling of petitions",
        numerator=("petitions_content",),
        denominator=("petitions_content", "petitions_discontent"),
        unknown=("petitions_opinion_unknown",),
        formula="handled in time, not repeated, and without more dislikes than likes / resolved in the period or open "
        "after their due day.",
        law=("QĐ 766/QĐ-TTg, tiêu chí 5.3",),
        version="2",
        zero="value is null; QĐ 766 scores the full 6 points",
    ),
    _petitions(
        "tt01_2018_index_8",
        "Chỉ số 8: tiếp thu, giải trình phản ánh, kiến nghị",
        "Index 8: petitions",
        numerator=("index_8",),
        denominator=("index_8_cases",),
        scores_up_to=2,
        formula="2: no petition, or all handled in time; 1: 90 % and more; else 0. Prolonged ones are not told apart.",
        law=_TT01,
        zero="no petition scores 2",
        effective_to=_TT01_ENDS,
    ),
)

DERIVED = (*SERVICES, *POSTING, *PROCESSING, SYNC, *PETITIONS)
