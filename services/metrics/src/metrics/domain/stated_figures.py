"""The figures that are not counted from records: entered by an office, scored by a form, or lacking what they need.

They stand in the dictionary all the same, so that nobody takes silence for 0: reference/figures.md 1.A to 1.L.
"""

from datetime import date

from metrics.domain.definitions import FigureDefinition, Source, Status, Subject, Unit
from metrics.domain.own_indicators import OWN, IndicatorDefinition, Measured
from metrics.domain.qd766.entered import PAIRS

_SUBJECTS = {
    Measured.PROCEDURES: Subject.PROCEDURES,
    Measured.DOSSIERS: Subject.DOSSIERS,
    Measured.DECISIONS: Subject.DECISIONS,
    Measured.PETITIONS: Subject.PETITIONS,
}
_UNITS = {Measured.PERCENT: Unit.RATE, Measured.POINTS: Unit.POINTS, Measured.TEXT: Unit.TEXT}
_AGENCY = frozenset({"agency"})
_SINCE_766 = date(2022, 8, 1)
_TT01_ENDS = date(2025, 6, 30)


_PAIRS = {pair.figure: pair for pair in PAIRS}


def _entered(one: IndicatorDefinition) -> FigureDefinition:
    """An indicator as a figure. One that is a pair is the ratio of the two where both were entered."""
    pair = _PAIRS.get(one.id)
    formula = f"Entered by hand, in {one.unit.value}, with qualifier and source: PUT /v1/indicators/{one.id}."
    if pair is not None:
        formula = (
            f"{pair.numerator} / {pair.denominator}, where both are entered by hand; else the percentage. {formula}"
        )
    return FigureDefinition(
        id=one.id,
        name_vi=one.name_vi,
        name_en=one.name_en,
        subject=_SUBJECTS.get(one.unit, Subject.OFFICE),
        counted=f"{one.unit.value}, as the agency itself reports them; subtrees are not added up",
        dated_by="the very days it was entered for",
        formula=formula,
        legal_basis=one.legal_basis,
        status=one.status,
        numerator=() if pair is None else (pair.numerator,),
        denominator=None if pair is None else (pair.denominator,),
        filters=_AGENCY,
        needs=_AGENCY,
        source=Source.ENTERED,
        measured=_UNITS.get(one.unit, Unit.COUNT),
        zero="the office enters what its source says; 0 is a reported fact, not a missing number",
        effective_to=_TT01_ENDS if one.id.startswith("tt01_2018") else None,
    )


ENTERED = tuple(_entered(one) for one in OWN)


def _score(figure: str, vi: str, en: str, formula: str, status: Status = Status.PRACTICE) -> FigureDefinition:
    return FigureDefinition(
        id=figure,
        name_vi=vi,
        name_en=en,
        subject=Subject.INDEX,
        counted="points of the criteria of the index",
        dated_by="the days of each criterion; the index runs on calendar months, quarters and years",
        formula=formula,
        legal_basis=("QĐ 766/QĐ-TTg ngày 23/06/2022",),
        status=status,
        numerator=(),
        source=Source.FORM,
        measured=Unit.TEXT if figure == "class_766" else Unit.POINTS,
        zero="each criterion has its own rule; a null criterion makes the score a range",
        filters=_AGENCY,
        needs=_AGENCY,
        effective_from=_SINCE_766,
    )


SCORES = (
    _score("score_766_transparency", "Điểm công khai, minh bạch (QĐ 766)", "Score: publication and transparency",
           "The sum of criteria 1.1 to 1.4, 18 points at most."),
    _score("score_766_progress", "Điểm tiến độ giải quyết (QĐ 766)", "Score: progress",
           "20 x on_time_rate_766."),
    _score("score_766_digitisation", "Điểm số hóa hồ sơ (QĐ 766)", "Score: digitisation",
           "The sum of criteria 4.1 to 4.5 and of certified copies, 22 points at most."),
    _score("score_766_online", "Điểm cung cấp dịch vụ công trực tuyến (QĐ 766)", "Score: online services",
           "min(2, 2.5 x (full + partial) / procedures) + 4 x services with dossiers / services + min(6, 12 x online / "
           "all channels): derived from published totals.", Status.UNVERIFIED),
    _score("score_766_payment", "Điểm thanh toán trực tuyến (QĐ 766)", "Score: online payment",
           "6 x A + min(2, 2.5 x B) + min(2, 2.5 x C): A dossiers paid online, B procedures with a payment, C those "
           "integrated. The cap on C is presumed.", Status.UNVERIFIED),
    _score("score_766_satisfaction", "Điểm mức độ hài lòng (QĐ 766)", "Score: satisfaction",
           "The sum of criteria 5.2 to 5.4, 18 points at most; 5.1 is shown only."),
    _score("score_766_total", "Tổng điểm bộ chỉ số (QĐ 766)", "Score: total of the index",
           "The sum of the six groups, 100 points at most.", Status.UNVERIFIED),
    _score("class_766", "Xếp loại (QĐ 766)", "Class by the index",
           "90 to 100 Xuất sắc, below 50 Yếu (press); 80, 70 and 50 for Tốt, Khá, Trung bình are remembered only.",
           Status.UNVERIFIED),
)  # fmt: skip

_TT01 = ("TT 01/2018/TT-VPCP, Điều 13 và Điều 15 (đến 30/06/2025)",)


def _missing(
    figure: str, vi: str, en: str, formula: str, lacks: str, unit: Unit = Unit.POINTS, status: Status = Status.VERIFIED
) -> FigureDefinition:
    return FigureDefinition(
        id=figure,
        name_vi=vi,
        name_en=en,
        subject=Subject.INDEX,
        counted="points of resolved dossiers",
        dated_by="the day processing ended",
        formula=formula,
        legal_basis=_TT01,
        status=status,
        numerator=(),
        source=Source.MISSING,
        missing=lacks,
        measured=unit,
        zero="value is null",
        effective_to=_TT01_ENDS,
    )


MISSING = (
    _missing("tt01_2018_index_2", "Chỉ số 2: thời gian giải quyết của từng đơn vị", "Index 2: time of each unit",
             "Average points of resolved dossiers: each unit's time shorter 2, equal 1, longer 0.",
             "The time each unit of an agency took: portals send the dossier's days, not those of its steps."),
    _missing("tt01_2018_index_4", "Chỉ số 4: số cơ quan phải liên hệ", "Index 4: agencies contacted",
             "Average points of resolved dossiers: no contact 2, only the one-stop 1, more 0.",
             "Which agencies the applicant had to go to: no portal tells."),
    _missing("tt01_2018_total", "Tổng điểm 9 chỉ số", "Total of the nine indices", "The sum of indices 1 to 9.",
             "Indices 2 and 4 have no source; a sum of the others would pass for the whole."),
    _missing("tt01_2018_class", "Xếp loại cơ quan theo 9 chỉ số", "Class by the nine indices",
             "15 and more xuất sắc, 12 tốt, 9 khá, 6 trung bình, below 6 yếu.",
             "The total of the nine indices.", Unit.TEXT),
)  # fmt: skip

SATISFACTION = FigureDefinition(
    id="dossier_satisfaction_rate",
    name_vi="Mức độ hài lòng trong tiếp nhận, giải quyết hồ sơ",
    name_en="Satisfaction with reception and resolution",
    subject=Subject.INDEX,
    counted="accepted dossiers",
    dated_by="handled in the period; petitions and votes up to its last day",
    formula="100 % - (overdue rate + rate of dossiers with a petition or a dislike): (in time by 2.1 - dossiers with a "
    "petition or a dislike) / handled, never below 0. What is overdue and disliked is subtracted twice, as written.",
    legal_basis=("QĐ 766/QĐ-TTg, tiêu chí 5.4",),
    status=Status.PRACTICE,
    numerator=("satisfied",),
    denominator=("handled",),
    source=Source.FORM,
    measured=Unit.RATE,
    filters=_AGENCY,
    needs=_AGENCY,
    zero="value is null; QĐ 766 scores 0 points",
    effective_from=_SINCE_766,
)

STATED = (SATISFACTION, *ENTERED, *SCORES, *MISSING)
