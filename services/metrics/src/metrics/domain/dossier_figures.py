"""The dossier figures: columns 3 to 13 of form II.06a, the flow, and the three on-time rates that are three figures.

Formulas and confidence: reference/figures.md 1.C, 1.D and 1.E.
"""

from datetime import date

from metrics.domain.definitions import Basis, FigureDefinition, Status, Subject
from shared.domain.channel import Channel

_FORM = "Biểu II.06a, TT 01/2020/TT-VPCP"
DOSSIER_FILTERS = frozenset({"procedure", "field", "channel", "level"})

RECEIVED = ("received_online", "received_other")
HANDLED = ("carried", *RECEIVED)
RESOLVED = ("early", "on_time", "late")
PENDING = ("pending_in_time", "pending_overdue")
IN_TIME = ("early", "on_time")

ENTERS = "the day of receipt (NgayTiepNhan)"
ENDS = "the day processing ended (NgayKetThucXuLy, else the day of return)"
_STANDS = "the state at the end of the period's last day"


def _column(
    column: int, figure: str, vi: str, en: str, sets: tuple[str, ...], dated_by: str, basis: Basis = Basis.HANDLED
) -> FigureDefinition:
    return FigureDefinition(
        id=figure,
        name_vi=vi,
        name_en=en,
        subject=Subject.DOSSIERS,
        counted="accepted dossiers",
        dated_by=dated_by,
        formula=f"Column {column} of form II.06a: {_RULES[column]}",
        legal_basis=(f"{_FORM}, cột {column}",),
        status=Status.PRACTICE,
        numerator=sets,
        basis=basis,
        filters=DOSSIER_FILTERS,
        column=column,
    )


_RULES = {
    3: "(4) + (5) + (6); it includes what was carried over, although reports print it as received in the period.",
    4: "accepted in the period, channel 2.",
    5: "accepted in the period, channel 1, none or 3.",
    6: "accepted before the period and not ended before its first day.",
    7: "(8) + (9) + (10): ended in the period.",
    8: "ended before the due day.",
    9: "ended on the due day, without a due date, or withdrawn by the applicant (practice).",
    10: "ended after the due day.",
    11: "(12) + (13): accepted by the period's end and not ended by it; (3) = (7) + (11).",
    12: "open, and the due day is not before the period's last day, there is none, or the applicant is awaited.",
    13: "open, the due day lies before the period's last day, and the applicant is not awaited.",
}

COLUMNS = (
    _column(3, "dossiers_total_handled", "Tổng số hồ sơ tiếp nhận (gồm kỳ trước)", "Dossiers handled", HANDLED, ENTERS),
    _column(
        4,
        "dossiers_received_online",
        "Tiếp nhận trực tuyến trong kỳ",
        "Dossiers received online in the period",
        ("received_online",),
        ENTERS,
        Basis.RECEIVED_ONLINE,
    ),
    _column(
        5,
        "dossiers_received_direct_or_post",
        "Tiếp nhận trực tiếp, bưu chính công ích trong kỳ",
        "Dossiers received directly or by post in the period",
        ("received_other",),
        ENTERS,
        Basis.RECEIVED_OTHER,
    ),
    _column(
        6,
        "dossiers_carried_over",
        "Từ kỳ trước chuyển qua",
        "Dossiers carried over",
        ("carried",),
        "the state at the beginning of the period's first day",
        Basis.CARRIED,
    ),
    _column(7, "dossiers_resolved", "Đã giải quyết", "Dossiers resolved", RESOLVED, ENDS),
    _column(8, "dossiers_resolved_early", "Giải quyết trước hạn", "Dossiers resolved early", ("early",), ENDS),
    _column(9, "dossiers_resolved_on_time", "Giải quyết đúng hạn", "Dossiers resolved on time", ("on_time",), ENDS),
    _column(10, "dossiers_resolved_overdue", "Giải quyết quá hạn", "Dossiers resolved overdue", ("late",), ENDS),
    _column(11, "dossiers_pending", "Đang giải quyết", "Dossiers pending", PENDING, _STANDS),
    _column(
        12,
        "dossiers_pending_in_time",
        "Đang giải quyết, trong hạn",
        "Dossiers pending within time",
        ("pending_in_time",),
        _STANDS,
    ),
    _column(
        13,
        "dossiers_pending_overdue",
        "Đang giải quyết, quá hạn",
        "Dossiers pending overdue",
        ("pending_overdue",),
        _STANDS,
    ),
)


def _dossiers(
    figure: str,
    vi: str,
    en: str,
    *,
    numerator: tuple[str, ...],
    formula: str,
    denominator: tuple[str, ...] | None = None,
    law: str = _FORM,
    dated_by: str = ENDS,
    status: Status = Status.PRACTICE,
    basis: Basis = Basis.HANDLED,
    channel: Channel | None = None,
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
        legal_basis=(law,),
        status=status,
        numerator=numerator,
        denominator=denominator,
        basis=basis,
        channel=channel,
        filters=DOSSIER_FILTERS,
        effective_from=effective_from,
        effective_to=effective_to,
    )


FLOW = (
    _dossiers(
        "dossiers_received_in_period",
        "Số hồ sơ tiếp nhận trong kỳ",
        "Dossiers received in the period",
        numerator=RECEIVED,
        formula="(4) + (5): accepted in the period, without what was carried over.",
        dated_by=ENTERS,
        basis=Basis.RECEIVED,
    ),
    _dossiers(
        "carry_forward_out",
        "Chuyển kỳ sau",
        "Dossiers carried to the next period",
        numerator=PENDING,
        formula="(11): equals column 6 of the period that follows without a gap.",
        dated_by=_STANDS,
    ),
    _dossiers(
        "dossiers_withdrawn",
        "Hồ sơ rút theo yêu cầu",
        "Dossiers withdrawn",
        numerator=("withdrawn",),
        formula="Ended in the period at the applicant's request; a part of column 9.",
    ),
    _dossiers(
        "resolution_rate",
        "Tỷ lệ hồ sơ đã giải quyết",
        "Share of dossiers resolved",
        numerator=RESOLVED,
        denominator=HANDLED,
        formula="(7) / (3)",
    ),
    _dossiers(
        "resolved_early_rate",
        "Tỷ lệ giải quyết trước hạn",
        "Share resolved early",
        numerator=("early",),
        denominator=RESOLVED,
        formula="(8) / (7)",
    ),
    _dossiers(
        "resolved_exact_on_time_rate",
        "Tỷ lệ giải quyết đúng hạn",
        "Share resolved on the due day",
        numerator=("on_time",),
        denominator=RESOLVED,
        formula="(9) / (7)",
    ),
    _dossiers(
        "resolved_overdue_rate",
        "Tỷ lệ giải quyết quá hạn",
        "Share resolved overdue",
        numerator=("late",),
        denominator=RESOLVED,
        formula="(10) / (7)",
    ),
)

ON_TIME = (
    _dossiers(
        "on_time_rate_resolved",
        "Tỷ lệ giải quyết đúng và trước hạn",
        "On-time rate among resolved dossiers",
        numerator=IN_TIME,
        denominator=RESOLVED,
        formula="((8) + (9)) / (7)",
    ),
    _dossiers(
        "on_time_rate_766",
        "Tiến độ giải quyết (QĐ 766)",
        "On-time rate by QĐ 766",
        numerator=("resolved_in_time_766", "pending_in_time_766"),
        denominator=HANDLED,
        formula=(
            "(resolved in time in the period + pending within time at its end) / (received + carried over). Supplement "
            "time is subtracted; a waiting dossier is judged by the day of the request; more than one request counts "
            "as overdue."
        ),
        law="QĐ 766/QĐ-TTg, tiêu chí 2.1",
        dated_by=f"{ENDS}; open dossiers by {_STANDS}",
        effective_from=date(2022, 8, 1),
    ),
    _dossiers(
        "on_time_rate_received",
        "Tỷ lệ đúng hạn trên số tiếp nhận (NĐ 61)",
        "On-time rate over received dossiers",
        numerator=IN_TIME,
        denominator=HANDLED,
        formula="((8) + (9)) / (3). Historic from 2025-07-01: NĐ 118/2025 replaced NĐ 61/2018.",
        law="NĐ 61/2018/NĐ-CP, Điều 30 khoản 2 điểm c",
        status=Status.VERIFIED,
        effective_to=date(2025, 6, 30),
    ),
    _dossiers(
        "online_dossier_rate",
        "Tỷ lệ hồ sơ trực tuyến",
        "Share of dossiers received online",
        numerator=("received_online",),
        denominator=RECEIVED,
        formula="(4) / ((4) + (5)): received in the period only, because the form has no channel of carried dossiers.",
        dated_by=ENTERS,
        basis=Basis.RECEIVED,
    ),
    _dossiers(
        "online_on_time_rate",
        "Tỷ lệ hồ sơ trực tuyến giải quyết đúng và trước hạn",
        "On-time rate among resolved online dossiers",
        numerator=IN_TIME,
        denominator=RESOLVED,
        formula="((8) + (9)) / (7), dossiers of channel 2 only.",
        channel=Channel.ONLINE,
    ),
)
