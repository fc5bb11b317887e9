"""The dossier figures that rest on what portals tell beside a dossier's days: payment, digitisation, re-appointments.

A dossier whose portal is silent is left out of the rate, counted as ``not_told``, and widens the bounds. Formulas and
confidence: reference/figures.md 1.D, 1.F, 1.G and the indices of TT 01/2018 in 1.J.
"""

from datetime import date

from metrics.domain.definitions import Basis, FigureDefinition, Status, Subject
from metrics.domain.dossier_figures import DOSSIER_FILTERS, ENDS, ENTERS, RESOLVED

_HANDLED_IN = "handled in the period: received in it or carried over into it"
_SINCE_766 = date(2022, 8, 1)
_TT01_ENDS = date(2025, 6, 30)


def _told(
    figure: str,
    vi: str,
    en: str,
    *,
    numerator: tuple[str, ...],
    formula: str,
    law: tuple[str, ...],
    denominator: tuple[str, ...] | None = None,
    unknown: tuple[str, ...] = (),
    dated_by: str = _HANDLED_IN,
    basis: Basis = Basis.HANDLED,
    status: Status = Status.PRACTICE,
    points: tuple[tuple[str, int], ...] = (),
    effective_from: date | None = None,
    effective_to: date | None = None,
) -> FigureDefinition:
    return FigureDefinition(
        id=figure,
        name_vi=vi,
        name_en=en,
        subject=Subject.DOSSIERS,
        counted="accepted dossiers",
        dated_by=dated_by,
        formula=formula,
        legal_basis=law,
        status=status,
        numerator=numerator,
        denominator=denominator,
        unknown=unknown,
        basis=basis,
        filters=DOSSIER_FILTERS,
        points=points,
        effective_from=effective_from,
        effective_to=effective_to,
    )


def _group_4(figure: str, vi: str, en: str, yes: str, no: str, formula: str, criterion: str) -> FigureDefinition:
    return _told(
        figure,
        vi,
        en,
        numerator=(yes,),
        denominator=(yes, no),
        unknown=(f"{yes}_unknown",),
        formula=formula,
        law=(f"QĐ 766/QĐ-TTg, tiêu chí {criterion}",),
        effective_from=_SINCE_766,
    )


DIGITISATION = (
    _told(
        "electronic_result_rate",
        "Tỷ lệ hồ sơ có kết quả điện tử",
        "Share of resolved dossiers with an electronic result",
        numerator=("resolved_with_result",),
        denominator=("resolved_with_result", "resolved_without_result"),
        unknown=("resolved_result_unknown",),
        formula="resolved dossiers with a result file / resolved dossiers. The document takes procedures that return "
        "papers only; which do is not told.",
        law=("QĐ 766/QĐ-TTg, tiêu chí 4.1",),
        dated_by=ENDS,
        effective_from=_SINCE_766,
    ),
    _group_4(
        "electronic_result_rate_766",
        "Tỷ lệ hồ sơ có kết quả điện tử (cách tính của Cổng DVCQG)",
        "Share of handled dossiers with an electronic result, as published",
        "result_file",
        "no_result_file",
        "handled dossiers with a result file / handled dossiers: the national portal divides by all of them, also by "
        "those still open.",
        "4.1",
    ),
    _group_4(
        "dossier_digitised_rate",
        "Tỷ lệ số hóa hồ sơ, giấy tờ",
        "Share of dossiers digitised",
        "digitised",
        "not_digitised",
        "handled dossiers with files of their papers and of their result / handled dossiers.",
        "4.2",
    ),
    _group_4(
        "data_reuse_rate",
        "Tỷ lệ khai thác, sử dụng lại dữ liệu số hóa",
        "Share of dossiers that reuse digitised data",
        "reused",
        "not_reused",
        "handled dossiers with HoSoCoThanhPhanSoHoa = 1 or a paper with DuocSoHoa = 1 / handled dossiers.",
        "4.3",
    ),
    _group_4(
        "personal_store_sync_rate",
        "Tỷ lệ đồng bộ kho dữ liệu cá nhân, tổ chức trên Cổng DVCQG",
        "Share of dossiers linked to the national store of documents",
        "in_store",
        "not_in_store",
        "handled dossiers with a paper taken from the store (DuocLayTuKhoDMQG = 1) or a result file / handled.",
        "4.4",
    ),
    _group_4(
        "citizen_db_dossier_rate",
        "Tỷ lệ hồ sơ khai thác CSDLQG về dân cư",
        "Share of dossiers that use the population database",
        "citizen_data",
        "no_citizen_data",
        "handled dossiers with TaiKhoanDuocXacThucVoiVNeID = 1 or the population database in DSKetNoiCSDL / handled.",
        "4.5",
    ),
)

PAYMENT = (
    _told(
        "online_payment_rate",
        "Tỷ lệ hồ sơ thanh toán trực tuyến",
        "Share of dossiers with a fee paid online",
        numerator=("paid_online",),
        denominator=("paid_online", "paid_otherwise"),
        unknown=("payment_unknown",),
        formula="dossiers paid online (DuocThanhToanTrucTuyen 1 or 2) / dossiers of fee-bearing procedures without "
        "those whose every fee line is 0. What bears a fee is the catalogue's to say, on the period's last day.",
        law=("QĐ 766/QĐ-TTg, tiêu chí 3.6",),
        dated_by=ENTERS,
        basis=Basis.RECEIVED,
        effective_from=_SINCE_766,
    ),
)

_NĐ_61_19 = "NĐ 61/2018/NĐ-CP, Điều 19 khoản 9 (đến 30/06/2025)"
REAPPOINTED = (
    _told(
        "dossiers_extended_count",
        "Số hồ sơ hẹn lại ngày trả kết quả",
        "Dossiers re-appointed",
        numerator=("extended",),
        unknown=("extension_unknown",),
        formula="handled dossiers that the agency first re-appointed in the period. At most one re-appointment is "
        "lawful. Where a portal does not tell whether, or when, the dossier is not counted and is named.",
        law=(_NĐ_61_19, "TT 03/2025/TT-VPCP, mẫu 04"),
        dated_by="the day of the first re-appointment",
    ),
    _told(
        "apology_letters_issued",
        "Số văn bản xin lỗi đã ban hành",
        "Letters of apology issued",
        numerator=("apologies",),
        unknown=("apologies_unknown",),
        formula="letters of apology in the dossiers received in the period: no portal dates a letter. A silent dossier "
        "is taken as at most one letter in the bounds.",
        law=(_NĐ_61_19, "TT 03/2025/TT-VPCP, mẫu 04"),
        dated_by=ENTERS,
        basis=Basis.RECEIVED,
    ),
    _told(
        "overdue_against_original_due",
        "Số hồ sơ quá hạn so với ngày hẹn ban đầu",
        "Dossiers resolved after the day first promised",
        numerator=("resolved_late_original",),
        formula="ended in the period after the first due date: the portal's own list of changes tells it, else it is "
        "the first date that was received.",
        law=(_NĐ_61_19,),
        dated_by=ENDS,
    ),
    _told(
        "due_date_disagreements",
        "Số hồ sơ có ngày hẹn trả khác ngày tính theo quy định",
        "Dossiers whose due date is not the one the limit gives",
        numerator=("due_disagrees",),
        formula="handled dossiers whose portal's due date differs from the limit of the catalogue, begun anew after a "
        "completed supplement (policy RESTART). Both dates are kept; the portal's is judged.",
        law=("NĐ 61/2018/NĐ-CP, Điều 19 khoản 4",),
    ),
)

_TT01 = "TT 01/2018/TT-VPCP, Điều 13 và Điều 15 (đến 30/06/2025)"
TT01_AVERAGES = (
    _told(
        "tt01_2018_index_1",
        "Chỉ số 1: tổng thời gian giải quyết so với quy định",
        "Index 1: total time against the time allowed",
        numerator=("early", "on_time"),
        denominator=RESOLVED,
        points=(("early", 2), ("on_time", 1)),
        formula="average points of resolved dossiers: early 2, on time 1, late 0. Art. 15 prints it with one digit.",
        law=(_TT01,),
        dated_by=ENDS,
        status=Status.VERIFIED,
        effective_to=_TT01_ENDS,
    ),
    _told(
        "tt01_2018_index_3",
        "Chỉ số 3: số lần phải liên hệ để hoàn thiện hồ sơ",
        "Index 3: contacts needed to complete the dossier",
        numerator=("resolved_asked_never", "resolved_asked_once"),
        denominator=("resolved_asked_never", "resolved_asked_once", "resolved_asked_often"),
        points=(("resolved_asked_never", 2), ("resolved_asked_once", 1)),
        formula="average points of resolved dossiers: no request for supplements 2, one 1, more 0. The circular spares "
        "the applicant's own fault, which no portal tells: requests stand for contacts.",
        law=(_TT01,),
        dated_by=ENDS,
        effective_to=_TT01_ENDS,
    ),
)

TOLD = (*DIGITISATION, *PAYMENT, *REAPPOINTED, *TT01_AVERAGES)
