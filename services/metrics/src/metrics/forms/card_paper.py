"""The QĐ 766 index as a sheet: criteria group by group, the total, then the agencies below."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from metrics.domain.definitions import Status
from metrics.domain.qd766 import display
from metrics.domain.qd766.evidence import CriterionResult, GroupResult, Result
from metrics.domain.qd766.scorecard import Points
from metrics.forms.letterhead import Letterhead, knowledge
from metrics.forms.scorecard import Index, Unit
from metrics.reports.doubts import flag
from metrics.reports.model import Cell, Column, Form, Table, Text

_COLUMNS = (
    Column(Text("Mục", "Item"), kind="text", weight=2),
    Column(Text("Tiêu chí", "Criterion"), kind="text", weight=8),
    Column(Text("Tử số", "Numerator"), weight=2),
    Column(Text("Mẫu số", "Denominator"), weight=2),
    Column(Text("Tỷ lệ (%)", "Ratio (%)"), weight=2),
    Column(Text("Điểm", "Score"), weight=2),
    Column(Text("Điểm thấp nhất", "Lowest"), weight=2),
    Column(Text("Điểm cao nhất", "Highest"), weight=2),
    Column(Text("Điểm tối đa", "Maximum"), weight=2),
    Column(Text("Độ tin cậy", "Confidence"), kind="text", weight=3),
    Column(Text("Ghi chú", "Notes"), kind="text", weight=9),
)
_STATUS = {
    Status.VERIFIED: Text("theo văn bản", "legal text"),
    Status.PRACTICE: Text("theo thực tế", "practice"),
    Status.UNVERIFIED: Text("chưa kiểm chứng", "unverified"),
}
_TOTAL = Text("Tổng điểm", "Total")
_NOTES = {
    "period_not_of_766": Text(
        "Chỉ số 766 tính theo tháng, quý, năm dương lịch; kỳ này không phải.",
        "The index runs on calendar months, quarters and years; this period is none.",
    ),
    "rules_extrapolated": Text(
        "Cách chấm điểm chưa được đối chiếu với điểm đã công bố của kỳ này.",
        "The rules were not tried on published scores of this period.",
    ),
}
_ALWAYS = Text(
    "Tiêu chí chưa có số liệu được để trong khoảng từ 0 đến điểm tối đa, không tính là 0.",
    "A criterion without data lies between 0 and its maximum; it is not taken as 0.",
)


def paper(index: Index, letterhead: Letterhead) -> Form:
    """The sheet, for CSV and XLSX."""
    own = index.own.result
    rows = (
        *(row for group in own.groups for row in _group(group)),
        _sum("", _TOTAL, own),
        *(_child(child) for child in index.children),
    )
    title = Text("BỘ CHỈ SỐ THEO QUYẾT ĐỊNH SỐ 766/QĐ-TTG", "THE INDEX OF DECISION 766/QĐ-TTG")
    return Form(
        "766",
        "766/QĐ-TTg",
        title,
        letterhead.agency,
        letterhead.receiver,
        index.question.period,
        knowledge(index.moment),
        Table(Text("766", "766"), _COLUMNS, rows, unit=Text("Điểm", "Points")),
        (_ALWAYS, *(_NOTES[name] for name in index.flags)),
        letterhead.signature,
    )


def _group(one: GroupResult) -> Iterator[tuple[Cell, ...]]:
    yield _sum("", Text(one.group.name_vi.upper(), one.group.name_en.upper()), one)
    for criterion in one.criteria:
        yield _criterion(criterion)


def _criterion(one: CriterionResult) -> tuple[Cell, ...]:
    scored, criterion = one.scored, one.criterion
    return (
        criterion.section,
        Text(criterion.name_vi, criterion.name_en),
        scored.numerator,
        scored.denominator,
        _two(None if scored.ratio is None else 100 * scored.ratio),
        *_points(one.points, scored.maximum),
        _STATUS[scored.status],
        _words(flag(name, count) for name, count in one.flags),
    )


def _child(child: Unit) -> tuple[Cell, ...]:
    return _sum(child.agency, Text(child.name or child.agency, child.name or child.agency), child.result)


def _sum(item: str, name: Text, one: Result | GroupResult) -> tuple[Cell, ...]:
    return (item, name, "", "", "", *_points(one.points, one.maximum), "", "")


def _points(points: Points, maximum: Fraction) -> tuple[Cell, ...]:
    return (_two(points.exact), _two(points.low), _two(points.high), _two(maximum))


def _two(value: Fraction | None) -> Decimal | None:
    shown = display.points(value)
    return None if shown is None else Decimal(shown)


def _words(flags: Iterable[Text]) -> Text:
    listed = list(flags)
    return Text("; ".join(one.vi for one in listed), "; ".join(one.en for one in listed))
