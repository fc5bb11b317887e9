"""Hand-entered indicators: numbers no portal holds, and numbers an office printed beside what the records say.

Ids, units and where each is used: reference/figures.md 1.L and section 5. They are never forced to agree with a
computed figure; ``figure`` names the one to show beside them.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from metrics.domain.definitions import FigureDefinition, Status, Unit
from metrics.domain.dictionary import FIGURES
from metrics.domain.errors import FilterError, IndicatorUnknown

_LONGEST_TEXT = 500
_DIGITS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
_HUNDRED = Decimal(100)


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


class Qualifier(StrEnum):
    """How exact the office says it is: "hơn 5.000" is not 5.000."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    NEARLY = "nearly"


Value = Decimal | str | None
"""A number, words for an indicator measured in text, or None: withdrawn, the office no longer reports it."""


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
)  # fmt: skip

_SUBJECTS = {
    "dossiers": Measured.DOSSIERS,
    "procedures": Measured.PROCEDURES,
    "decisions": Measured.DECISIONS,
    "petitions": Measured.PETITIONS,
}


_PRINTED_IN = {"online_payment_rate": "II.4.2", "electronic_result_rate": "II.4.3"}
_UNITS = {Unit.RATE: Measured.PERCENT, Unit.POINTS: Measured.POINTS}


def _printed(figure: FigureDefinition) -> IndicatorDefinition:
    """What an office printed for a computed figure, under the figure's own id."""
    unit = _UNITS.get(figure.unit) or _SUBJECTS[figure.subject.value]
    vi, en = f"{figure.name_vi} (số đơn vị báo cáo)", f"{figure.name_en} (as the office reports it)"
    used_in = _PRINTED_IN.get(figure.id, "")
    return IndicatorDefinition(figure.id, vi, en, unit, used_in, figure.legal_basis, figure.status, figure.id)


def _registry(own: Iterable[IndicatorDefinition]) -> Mapping[str, IndicatorDefinition]:
    """The office's own, then a place for what it printed for each figure that needs no further parameter."""
    printed = (_printed(figure) for figure in FIGURES.values() if not figure.needs)
    return {one.id: one for one in (*printed, *own)}


INDICATORS: Mapping[str, IndicatorDefinition] = _registry(OWN)
"""Every indicator by its id."""


def find(indicator: str) -> IndicatorDefinition:
    """The definition of this id. Raises ``IndicatorUnknown``."""
    if indicator not in INDICATORS:
        raise IndicatorUnknown(indicator[:100])
    return INDICATORS[indicator]


def check_value(definition: IndicatorDefinition, value: object) -> Value:
    """The value as it is stored. Raises ``FilterError`` naming ``value``.

    Counts take digits only: "5.000" is five thousand to the clerk who types it and five to a program.
    """
    if value is None:
        return None
    if definition.unit is Measured.TEXT:
        return _words(value)
    return _number(value, whole=definition.unit not in (Measured.PERCENT, Measured.POINTS))


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise FilterError("value", f"It is words on one line, at most {_LONGEST_TEXT} characters.")
    return unicodedata.normalize("NFC", value.strip())


def _number(value: object, *, whole: bool) -> Decimal:
    text = value if isinstance(value, str) else str(value)
    if isinstance(value, bool) or not _DIGITS.fullmatch(text) or (whole and "." in text):
        raise FilterError("value", "Write a count as digits only, 5000; a percentage as 98.97 (at most 4 decimals).")
    number = Decimal(text)
    if not whole and number > _HUNDRED:
        raise FilterError("value", "A percentage lies between 0 and 100.")
    return number
