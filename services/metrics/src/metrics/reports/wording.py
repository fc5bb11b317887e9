"""How numbers, dates and strings are written, in Vietnamese and English. The only place that rounds or groups."""

import unicodedata
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from metrics.domain.period import ReportingPeriod
from metrics.reports.model import NO_DATA, PERCENT, AsOf, Cell, Kind, Language, Line, Qualifier, Text, Value
from shared.runtime.clock import LOCAL_ZONE

_SWAP = str.maketrans(",.", ".,")
_MOST_DIGITS = 6
QUALIFIERS: dict[Qualifier, Text] = {
    "exact": Text("", ""),
    "more_than": Text("hơn ", "more than "),
    "nearly": Text("gần ", "nearly "),
}
KINDS: dict[Kind, Text] = {
    "computed": Text("hệ thống tính", "computed"),
    "hand_entered": Text("đơn vị báo cáo", "hand-entered"),
    "missing": Text("chưa có số liệu", "missing"),
    "note": Text("ghi chú", "note"),
}


def clean(text: str) -> str:
    """NFC on one line, without control characters, unpaired surrogates or bidirectional overrides.

    Names and sources come from portals and typists. A control character breaks XML, an override lets a reader see
    another text than the one that is stored.
    """
    kept = (" " if character in "\t\r\n" else character for character in text)
    return unicodedata.normalize("NFC", "".join(c for c in kept if unicodedata.category(c) not in _UNPRINTABLE))


_UNPRINTABLE = {"Cc", "Cf", "Cs", "Cn"}


def share(numerator: int, denominator: int) -> Decimal | None:
    """Percent points, half up, with one decimal, or more where one would lie: 2.214 of 2.215 is not 100 %."""
    if denominator == 0:
        return None
    exact = Decimal(100) * numerator / denominator
    for digits in range(1, _MOST_DIGITS):
        rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if (rounded == exact) or rounded not in (0, 100):
            return rounded
    return exact.quantize(Decimal(1).scaleb(-_MOST_DIGITS), ROUND_HALF_UP)


def number(value: int | Decimal, language: Language, *, padded: bool = False) -> str:
    """2.215 and 98,1 in Vietnamese, 2,215 and 98.1 in English. ``padded``: 08, as offices write in prose."""
    if isinstance(value, int):
        written = f"{value:,}"
        if padded and language == "vi" and 1 <= value <= 9:
            written = f"0{value}"
    else:
        whole = value == value.to_integral_value()
        written = f"{value.quantize(Decimal(1)):,}" if whole else f"{value:,f}"
    return written.translate(_SWAP) if language == "vi" else written


def percent(value: Decimal | int, language: Language) -> str:
    """98,1 % in Vietnamese, 98.1% in English; 100 % without a decimal."""
    written = number(value, language)
    return f"{written} %" if language == "vi" else f"{written}%"


def written(
    value: Value, unit: Text, language: Language, qualifier: Qualifier = "exact", *, padded: bool = False
) -> str:
    """A value as a reader sees it, without its unit except for percents."""
    if value is None:
        return NO_DATA.of(language)
    if isinstance(value, str):
        return clean(value)
    text = percent(value, language) if unit == PERCENT else number(value, language, padded=padded)
    return QUALIFIERS[qualifier].of(language) + text


def line_value(line: Line, language: Language) -> str:
    """The value of a line."""
    return written(line.value, line.unit, language, line.qualifier)


def cell(value: Cell, language: Language) -> str:
    """A cell of a table."""
    return clean(value.of(language)) if isinstance(value, Text) else written(value, Text("", ""), language)


def day(value: date, language: Language) -> str:
    """05/12/2024, or 5 December 2024."""
    return f"{value:%d/%m/%Y}" if language == "vi" else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def period(value: ReportingPeriod, language: Language) -> str:
    """Từ ngày 15/11/2023 đến ngày 05/12/2024."""
    first, last = day(value.first, language), day(value.last, language)
    return f"từ ngày {first} đến ngày {last}" if language == "vi" else f"from {first} to {last}"


def place_and_day(place: Text, signed_on: date | None, language: Language) -> str:
    """Hải Phòng, ngày 05 tháng 12 năm 2024 (NĐ 30/2020: days under 10 and months 1 and 2 take a leading 0)."""
    where = clean(place.of(language)) or "…………"
    if language == "en":
        return f"{where}, {day(signed_on, 'en') if signed_on else '…… …… 20……'}"
    if signed_on is None:
        return f"{where}, ngày …… tháng …… năm 20……"
    month = f"{signed_on.month:02d}" if signed_on.month < 3 else str(signed_on.month)
    return f"{where}, ngày {signed_on:%d} tháng {month} năm {signed_on.year}"


def as_of(value: AsOf, language: Language) -> str:
    """The state of knowledge, so that anyone can ask for the same numbers again."""
    at = value.at.astimezone(LOCAL_ZONE).strftime("%H:%M %d/%m/%Y") if value.at else "—"
    entry = number(value.entry, language)
    digest = f"; {value.digest}" if value.digest else ""
    if language == "vi":
        mark = f" Công bố số {value.publication}." if value.publication else ""
        return f"Số liệu tính tại bút toán sổ cái số {entry}, lúc {at}{digest}.{mark}"
    mark = f" Publication {value.publication}." if value.publication else ""
    return f"Computed at ledger entry {entry}, {at} (Asia/Ho_Chi_Minh){digest}.{mark}"


def stamp(value: AsOf, fallback: ReportingPeriod) -> datetime:
    """The instant written into a file's metadata: the ledger's, so that two renderings are the same bytes."""
    moment = value.at or datetime(fallback.last.year, fallback.last.month, fallback.last.day, tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0)
