"""The figures there are: the only list. Paths, docs, form columns, CSV headers and tests derive from it.

Formulas and confidence: reference/figures.md 1.A, 1.C, 1.D, 1.E and 1.H. Status maps its marks: [T] verified, [D] and
[C] practice, [R] unverified. Effective days are given only where the source gives them.
"""

from collections.abc import Iterable
from datetime import date

from metrics.domain.definitions import Basis, FigureDefinition, Status, Subject
from metrics.domain.errors import FigureUnknown
from shared.domain.channel import Channel

_FORM = "Biểu II.06a, TT 01/2020/TT-VPCP"
_DOSSIER_FILTERS = frozenset({"procedure", "field", "channel", "level"})
_PROCEDURE_FILTERS = frozenset({"procedure", "field", "level"})

RECEIVED = ("received_online", "received_other")
HANDLED = ("carried", *RECEIVED)
RESOLVED = ("early", "on_time", "late")
PENDING = ("pending_in_time", "pending_overdue")
IN_TIME = ("early", "on_time")

_ENTERS = "the day of receipt (NgayTiepNhan)"
_ENDS = "the day processing ended (NgayKetThucXuLy, else the day of return)"
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
        filters=_DOSSIER_FILTERS,
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

_COLUMNS = (
    _column(
        3, "dossiers_total_handled", "Tổng số hồ sơ tiếp nhận (gồm kỳ trước)", "Dossiers handled", HANDLED, _ENTERS
    ),
    _column(
        4,
        "dossiers_received_online",
        "Tiếp nhận trực tuyến trong kỳ",
        "Dossiers received online in the period",
        ("received_online",),
        _ENTERS,
        Basis.RECEIVED_ONLINE,
    ),
    _column(
        5,
        "dossiers_received_direct_or_post",
        "Tiếp nhận trực tiếp, bưu chính công ích trong kỳ",
        "Dossiers received directly or by post in the period",
        ("received_other",),
        _ENTERS,
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
    _column(7, "dossiers_resolved", "Đã giải quyết", "Dossiers resolved", RESOLVED, _ENDS),
    _column(8, "dossiers_resolved_early", "Giải quyết trước hạn", "Dossiers resolved early", ("early",), _ENDS),
    _column(9, "dossiers_resolved_on_time", "Giải quyết đúng hạn", "Dossiers resolved on time", ("on_time",), _ENDS),
    _column(10, "dossiers_resolved_overdue", "Giải quyết quá hạn", "Dossiers resolved overdue", ("late",), _ENDS),
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
    dated_by: str = _ENDS,
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
        filters=_DOSSIER_FILTERS,
        effective_from=effective_from,
        effective_to=effective_to,
    )


_FLOW = (
    _dossiers(
        "dossiers_received_in_period",
        "Số hồ sơ tiếp nhận trong kỳ",
        "Dossiers received in the period",
        numerator=RECEIVED,
        formula="(4) + (5): accepted in the period, without what was carried over.",
        dated_by=_ENTERS,
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

_ON_TIME = (
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
        dated_by=f"{_ENDS}; open dossiers by {_STANDS}",
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
        dated_by=_ENTERS,
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


def _procedures(
    figure: str,
    vi: str,
    en: str,
    *,
    numerator: tuple[str, ...],
    formula: str,
    law: tuple[str, ...],
    status: Status,
    denominator: tuple[str, ...] | None = None,
    needs: frozenset[str] = frozenset(),
) -> FigureDefinition:
    return FigureDefinition(
        id=figure,
        name_vi=vi,
        name_en=en,
        subject=Subject.PROCEDURES,
        counted="distinct published procedures in force in the catalogues of the agency's subtree",
        dated_by="the effective days of the decisions, at the period's last day, as known at the catalogue change",
        formula=formula,
        legal_basis=law,
        status=status,
        numerator=numerator,
        denominator=denominator,
        filters=_PROCEDURE_FILTERS,
        needs=needs,
    )


_NĐ_63 = "NĐ 63/2010/NĐ-CP, Điều 13-17"
_ONLINE_LAW = ("NĐ 42/2022/NĐ-CP (đến 30/06/2026)", "NĐ 224/2026/NĐ-CP, Điều 14 (từ 01/07/2026)")

_CATALOGUE = (
    _procedures(
        "procedures_total",
        "Tổng số TTHC công khai",
        "Published procedures",
        numerator=("procedures",),
        formula="Procedures in force at the end of the period. Internal procedures are not among them.",
        law=(_NĐ_63,),
        status=Status.VERIFIED,
    ),
    _procedures(
        "procedures_by_authority_level",
        "TTHC theo thẩm quyền giải quyết",
        "Procedures by level of authority",
        numerator=("procedures",),
        formula="Procedures in force at the end of the period that are decided at the level.",
        law=("Biểu II.07b, TT 01/2020/TT-VPCP",),
        status=Status.PRACTICE,
        needs=frozenset({"level"}),
    ),
    _procedures(
        "procedures_full_online",
        "Số TTHC cung cấp DVC trực tuyến toàn trình",
        "Procedures offered fully online",
        numerator=("full_online",),
        formula="Procedures whose best online service is full.",
        law=_ONLINE_LAW,
        status=Status.VERIFIED,
    ),
    _procedures(
        "procedures_partial_online",
        "Số TTHC cung cấp DVC trực tuyến một phần",
        "Procedures offered partially online",
        numerator=("partial_online",),
        formula="Procedures whose best online service is partial.",
        law=_ONLINE_LAW,
        status=Status.VERIFIED,
    ),
    _procedures(
        "full_online_rate",
        "Tỷ lệ TTHC cung cấp DVC trực tuyến toàn trình",
        "Share of procedures offered fully online",
        numerator=("full_online",),
        denominator=("procedures",),
        formula="full / all procedures (the report's basis; QĐ 766 takes the eligible ones only).",
        law=_ONLINE_LAW,
        status=Status.PRACTICE,
    ),
    _procedures(
        "online_coverage_rate",
        "Tỷ lệ TTHC cung cấp DVCTT",
        "Share of procedures offered online",
        numerator=("full_online", "partial_online"),
        denominator=("procedures",),
        formula="(full + partial) / all procedures.",
        law=("QĐ 766/QĐ-TTg, tiêu chí 3.1",),
        status=Status.PRACTICE,
    ),
    _procedures(
        "procedures_fee_bearing",
        "Số TTHC có phí, lệ phí",
        "Procedures with a fee",
        numerator=("fee_bearing",),
        formula="Procedures with at least one fee line above zero.",
        law=("QĐ 766/QĐ-TTg, tiêu chí 3.5",),
        status=Status.PRACTICE,
    ),
)


def _decisions(
    figure: str, vi: str, en: str, *, numerator: tuple[str, ...], formula: str, status: Status
) -> FigureDefinition:
    return FigureDefinition(
        id=figure,
        name_vi=vi,
        name_en=en,
        subject=Subject.DECISIONS,
        counted="publication decisions",
        dated_by="the day of signing, as known at the catalogue change",
        formula=formula,
        legal_basis=("NĐ 63/2010/NĐ-CP, Điều 14",),
        status=status,
        numerator=numerator,
        filters=frozenset({"kind"}),
    )


def _petitions(
    figure: str, vi: str, en: str, *, numerator: tuple[str, ...], formula: str, dated_by: str, law: str, status: Status
) -> FigureDefinition:
    return FigureDefinition(
        id=figure,
        name_vi=vi,
        name_en=en,
        subject=Subject.PETITIONS,
        counted="petitions (phản ánh, kiến nghị)",
        dated_by=dated_by,
        formula=formula,
        legal_basis=(law,),
        status=status,
        numerator=numerator,
    )


_OTHERS = (
    _decisions(
        "publication_decisions",
        "Quyết định công bố TTHC",
        "Publication decisions",
        numerator=("decisions",),
        formula="Decisions signed in the period, each counted once whatever its kinds.",
        status=Status.VERIFIED,
    ),
    _decisions(
        "publication_decisions_by_kind",
        "Quyết định công bố TTHC theo loại",
        "Publication decisions by kind",
        numerator=("decision_kinds",),
        formula="Pairs of decision and kind; `breakdown` gives each kind. Amended and replaced are split by practice.",
        status=Status.PRACTICE,
    ),
    _petitions(
        "pakn_received",
        "Số phản ánh, kiến nghị tiếp nhận",
        "Petitions received",
        numerator=("petitions_received",),
        formula="Petitions received in the period.",
        dated_by="the day of receipt",
        law="Biểu II.05, TT 01/2020/TT-VPCP (chưa kiểm chứng)",
        status=Status.UNVERIFIED,
    ),
    _petitions(
        "pakn_resolved_on_time",
        "Số phản ánh, kiến nghị xử lý đúng hạn",
        "Petitions resolved on time",
        numerator=("petitions_on_time",),
        formula="Petitions resolved in the period, not after their due day.",
        dated_by="the day of resolution",
        law="QĐ 766/QĐ-TTg, tiêu chí 5.2",
        status=Status.PRACTICE,
    ),
)

FIGURES: dict[str, FigureDefinition] = {
    figure.id: figure for figure in (*_COLUMNS, *_FLOW, *_ON_TIME, *_CATALOGUE, *_OTHERS)
}
"""Every figure by its id, in the order of the dictionary."""


def find(figure: str) -> FigureDefinition:
    """The definition of this id. Raises ``FigureUnknown``."""
    if figure not in FIGURES:
        raise FigureUnknown(figure[:100])
    return FIGURES[figure]


def columns() -> Iterable[FigureDefinition]:
    """Columns 3 to 13 of form II.06a, in order."""
    return _COLUMNS
