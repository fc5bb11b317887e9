"""The figures of the catalogue, of publication decisions and of petitions.

Formulas and confidence: reference/figures.md 1.A, 1.E and 1.H.
"""

from metrics.domain.definitions import FigureDefinition, Status, Subject

_PROCEDURE_FILTERS = frozenset({"procedure", "field", "level"})


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
    unknown: tuple[str, ...] = (),
    version: str = "1",
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
        unknown=unknown,
        version=version,
    )


_NĐ_63 = "NĐ 63/2010/NĐ-CP, Điều 13-17"
_ONLINE_LAW = ("NĐ 42/2022/NĐ-CP (đến 30/06/2026)", "NĐ 224/2026/NĐ-CP, Điều 14 (từ 01/07/2026)")

CATALOGUE = (
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
    _procedures(
        "procedure_content_complete_rate",
        "Tỷ lệ TTHC công khai đầy đủ nội dung",
        "Share of procedures published with all mandatory parts",
        numerator=("content_full",),
        denominator=("content_full", "content_partial"),
        unknown=("content_unknown",),
        formula="procedures whose publication has a name, steps, manner, papers with their number, a time limit, "
        "subjects and an agency / all procedures. A catalogue that only lists names leaves it open. What the agency "
        "entered stands beside it as flags declared_….",
        law=("NĐ 63/2010/NĐ-CP, Điều 8 khoản 2", "QĐ 766/QĐ-TTg, tiêu chí 1.3"),
        status=Status.PRACTICE,
        version="2",
    ),
)

DECIDED = FigureDefinition(
    id="procedures_in_decisions",
    name_vi="Số TTHC trong các quyết định công bố",
    name_en="Procedures in publication decisions",
    subject=Subject.PROCEDURES,
    counted="distinct procedures that a decision of the agency's catalogues brings in, changes or ends",
    dated_by="the day the decision was signed, as known at the catalogue change",
    formula="each procedure once, however many decisions of the period touch it; decisions of the kinds new, amended, "
    "replaced and abolished. One that does not name its procedures adds nothing.",
    legal_basis=("NĐ 63/2010/NĐ-CP, Điều 14", "QĐ 766/QĐ-TTg, tiêu chí 1.1"),
    status=Status.PRACTICE,
    numerator=("decided",),
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


OTHERS = (
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
