"""Hand-entered indicators: numbers no portal holds, and numbers an office printed beside what the records say.

Ids, units and where each is used: reference/figures.md 1.L and section 5. They are never forced to agree with a
computed figure; ``figure`` names the one to show beside them.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum

from metrics.domain.definitions import FigureDefinition, Source, Unit
from metrics.domain.dictionary import FIGURES
from metrics.domain.errors import FilterError, IndicatorUnknown
from metrics.domain.own_indicators import OWN, IndicatorDefinition, Measured

_LONGEST_TEXT = 500
_DIGITS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
_HUNDRED = Decimal(100)


class Qualifier(StrEnum):
    """How exact the office says it is: "hơn 5.000" is not 5.000."""

    EXACT = "exact"
    MORE_THAN = "more_than"
    NEARLY = "nearly"


Value = Decimal | str | None
"""A number, words for an indicator measured in text, or None: withdrawn, the office no longer reports it."""


_SUBJECTS = {
    "dossiers": Measured.DOSSIERS,
    "procedures": Measured.PROCEDURES,
    "decisions": Measured.DECISIONS,
    "petitions": Measured.PETITIONS,
}


_PRINTED_IN = {
    "online_payment_rate": "II.4.2",
    "electronic_result_rate": "II.4.3",
    "procedure_content_complete_rate": "II.2",
    "payment_procedures_integrated_rate": "II.4.2",
    "citizen_db_procedure_rate": "II.4.3",
}
_GIVEN = {"agency"}
"""What every entered number names anyway."""
_UNITS = {Unit.RATE: Measured.PERCENT, Unit.POINTS: Measured.POINTS}


def _printed(figure: FigureDefinition) -> IndicatorDefinition:
    """What an office printed for a computed figure, under the figure's own id."""
    unit = _UNITS.get(figure.unit) or _SUBJECTS[figure.subject.value]
    vi, en = f"{figure.name_vi} (số đơn vị báo cáo)", f"{figure.name_en} (as the office reports it)"
    used_in = _PRINTED_IN.get(figure.id, "")
    return IndicatorDefinition(figure.id, vi, en, unit, used_in, figure.legal_basis, figure.status, figure.id)


def _registry(own: Iterable[IndicatorDefinition]) -> Mapping[str, IndicatorDefinition]:
    """The office's own, then a place for what it printed for each figure that needs no further parameter."""
    printed = (
        _printed(figure) for figure in FIGURES.values() if figure.source is Source.RECORDS and figure.needs <= _GIVEN
    )
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
