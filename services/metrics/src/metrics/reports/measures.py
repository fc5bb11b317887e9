"""One number of the annual report: where it may come from, and the lines and words it becomes.

A measure may have a computed figure, a hand-entered indicator, both or none. They are never forced to agree: where
they differ, both are shown (98,97 % of the 2024 report cannot be computed from any count it prints).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from metrics.reports.doubts import flag, reason
from metrics.reports.model import LANGUAGES, NO_DATA, PERCENT, FigureValue, Indicator, Kind, Language, Line, Text, Value
from metrics.reports.wording import QUALIFIERS, clean, number, share, written

Figures = Mapping[str, FigureValue]
Indicators = Mapping[str, Indicator]


@dataclass(frozen=True, slots=True)
class Measure:
    """``figure`` and ``indicator`` name the sources; ``of`` makes it the share of two other measures' counts."""

    id: str
    label: Text
    unit: Text
    figure: str | None = None
    indicator: str | None = None
    of: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A measure with what is known of it: one line, or two where the office and the records differ."""

    measure: Measure
    lines: tuple[Line, ...]

    @property
    def missing(self) -> bool:
        """Whether nothing is known."""
        return self.lines[0].kind == "missing"

    def phrase(self, language: Language) -> str:
        """The value inside a sentence. The office's own number comes first, the computed one beside it."""
        if self.missing:
            return f"[{NO_DATA.of(language)}]"
        first, *rest = (_phrase(line, language) for line in self.lines)
        if not rest:
            return first
        beside = Text("số đơn vị báo cáo; hệ thống tính được", "as reported; computed from the records:")
        return f"{first} ({beside.of(language)} {rest[0]})"


@dataclass(slots=True)
class Resolver:
    """Looks measures up in what was computed and what was entered."""

    measures: Mapping[str, Measure]
    figures: Figures
    indicators: Indicators
    _known: dict[str, Resolved] = field(default_factory=dict)

    def resolve(self, name: str) -> Resolved:
        """The measure of this id."""
        if name not in self._known:
            self._known[name] = self._look_up(self.measures[name])
        return self._known[name]

    def _look_up(self, measure: Measure) -> Resolved:
        entered, computed = self._entered(measure), self._computed(measure)
        if computed is not None and computed.value is None and entered is not None:
            computed = None
        if entered is None or computed is None:
            return Resolved(measure, (entered or computed or _missing(measure),))
        if _agree(entered, computed):
            return Resolved(measure, (_confirmed(computed, entered),))
        return Resolved(measure, (entered, computed))

    def _entered(self, measure: Measure) -> Line | None:
        indicator = self.indicators.get(measure.indicator or measure.id)
        if indicator is None:
            return None
        return Line(
            measure.label,
            indicator.value,
            indicator.unit,
            "hand_entered",
            measure.indicator or measure.id,
            clean(indicator.source),
            qualifier=indicator.qualifier,
        )

    def _computed(self, measure: Measure) -> Line | None:
        if measure.of is not None:
            return self._share(measure, *measure.of)
        value = self.figures.get(measure.figure or measure.id)
        return None if value is None else _of_figure(measure, value)

    def _share(self, measure: Measure, part: str, whole: str) -> Line | None:
        lines = self.resolve(part).lines[0], self.resolve(whole).lines[0]
        if any(line.qualifier != "exact" for line in lines):
            return None
        one, all_of = (line.value for line in lines)
        if not (isinstance(one, int) and isinstance(all_of, int)):
            return None
        kind: Kind = "computed" if all(line.kind == "computed" for line in lines) else "hand_entered"
        names = self.measures[part].label, self.measures[whole].label
        note = Text(*(" / ".join(label.of(language) for label in names) for language in LANGUAGES))
        return _filled(Line(measure.label, share(one, all_of), PERCENT, kind, None, "", note, "exact", one, all_of))


def _agree(entered: Line, computed: Line) -> bool:
    """Whether both say the same: 39,47 % beside 45 of 114 does, though it is displayed as 39,5 %."""
    if entered.qualifier != "exact":
        return False
    if entered.value == computed.value:
        return True
    if not (isinstance(entered.value, Decimal) and isinstance(computed.value, Decimal) and computed.denominator):
        return False
    exact = Decimal(100) * (computed.numerator or 0) / computed.denominator
    return (
        _digits(entered.value) > _digits(computed.value)
        and exact.quantize(entered.value, ROUND_HALF_UP) == entered.value
    )


def _digits(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _of_figure(measure: Measure, value: FigureValue) -> Line:
    known: Value = value.value
    if measure.unit == PERCENT and known is not None:
        known = _percent(value)
    line = Line(
        measure.label,
        known,
        measure.unit,
        "computed",
        measure.figure or measure.id,
        note=_doubts(value, measure.unit),
        numerator=value.numerator if measure.unit == PERCENT else None,
        denominator=value.denominator,
    )
    return _filled(line)


def _percent(value: FigureValue) -> Decimal | None:
    if value.numerator is not None and value.denominator is not None:
        return share(value.numerator, value.denominator)
    return value.percent


def _filled(line: Line) -> Line:
    """A line that turned out to have no value is missing, whatever was meant."""
    if line.value is not None:
        return line
    note = line.note or (
        Text("không phát sinh (mẫu số bằng 0)", "none arose (0 of 0)") if line.denominator == 0 else None
    )
    return Line(
        line.label,
        None,
        line.unit,
        "missing",
        line.figure,
        line.source,
        note,
        "exact",
        line.numerator,
        line.denominator,
    )


def _missing(measure: Measure) -> Line:
    return Line(measure.label, None, measure.unit, "missing", measure.indicator or measure.figure or measure.id)


def _confirmed(computed: Line, entered: Line) -> Line:
    source = f"; {entered.source}" if entered.source else ""
    note = Text(f"trùng với số đơn vị báo cáo{source}", f"equals the reported number{source}")
    return Line(
        computed.label, computed.value, computed.unit, "computed", computed.figure, computed.source,
        _joined(computed.note, note), "exact", computed.numerator, computed.denominator,
    )  # fmt: skip


def _doubts(value: FigureValue, unit: Text) -> Text | None:
    """Why a computed number may not be the last word: unknown records, flags, the reason it has no value."""
    notes: list[Text] = []
    if value.reason:
        notes.append(reason(value.reason))
    if value.low is not None and value.high is not None and value.low != value.high:
        low, high = (_bound(bound, unit) for bound in (value.low, value.high))
        notes.append(Text(f"trong khoảng {low.vi} đến {high.vi}", f"between {low.en} and {high.en}"))
    if not value.complete:
        notes.append(Text("chưa đủ căn cứ khẳng định số liệu đầy đủ", "not proven complete"))
    notes += [flag(name, count) for name, count in value.flags]
    return _joined(*notes)


def _bound(value: int | Decimal, unit: Text) -> Text:
    points: int | Decimal = Decimal(100) * value if unit == PERCENT else value
    if isinstance(points, Decimal):
        points = points.quantize(Decimal("0.01"))
    return Text(written(points, unit, "vi"), written(points, unit, "en"))


def _joined(*notes: Text | None) -> Text | None:
    known = [note for note in notes if note is not None]
    return Text("; ".join(n.vi for n in known), "; ".join(n.en for n in known)) if known else None


def _phrase(line: Line, language: Language) -> str:
    if isinstance(line.value, int) and line.unit != PERCENT:
        return QUALIFIERS[line.qualifier].of(language) + number(line.value, language, padded=True)
    return written(line.value, line.unit, language, line.qualifier)
