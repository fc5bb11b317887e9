"""Forms II.06a, II.06b and II.06c (TT 01/2020/TT-VPCP): dossiers by field, by agency or by level, 13 columns.

The columns are those of two running report screens (practice); the circular itself was not read. Title and corner
text of II.06a follow a deployed print template. That II.06b and II.06c aggregate the same columns is remembered only,
and so is what their rows are: both forms say so in their notes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.domain.period import ReportingPeriod
from metrics.reports.errors import FormInconsistent
from metrics.reports.model import Agency, AsOf, Column, Form, Signature, Table, Text

Counts = Sequence[int | None]
"""Columns 3 to 13. None: unknown."""

_RECEIVED = Text("Số lượng hồ sơ tiếp nhận", "Dossiers received")
_IN_PERIOD = Text("Trong kỳ", "In the period")
_RESOLVED = Text("Số lượng hồ sơ đã giải quyết", "Dossiers resolved")
_PENDING = Text("Số lượng hồ sơ đang giải quyết", "Dossiers pending")
_SUM = Text("Tổng số", "Total")
_OVERDUE = Text("Quá hạn", "Overdue")

_NUMBER = Column(Text("TT", "No."), "(1)", kind="text", weight=1)
_NUMBERS = (
    Column(_SUM, "(3)=(4)+(5)+(6)", (_RECEIVED,), weight=3),
    Column(Text("Trực tuyến", "Online"), "(4)", (_RECEIVED, _IN_PERIOD), weight=2),
    Column(Text("Trực tiếp, dịch vụ bưu chính", "In person, by post"), "(5)", (_RECEIVED, _IN_PERIOD), weight=2),
    Column(Text("Từ kỳ trước", "Carried over"), "(6)", (_RECEIVED,), weight=2),
    Column(_SUM, "(7)=(8)+(9)+(10)", (_RESOLVED,), weight=3),
    Column(Text("Trước hạn", "Early"), "(8)", (_RESOLVED,), weight=2),
    Column(Text("Đúng hạn", "On time"), "(9)", (_RESOLVED,), weight=2),
    Column(_OVERDUE, "(10)", (_RESOLVED,), weight=2),
    Column(_SUM, "(11)=(12)+(13)", (_PENDING,), weight=3),
    Column(Text("Trong hạn", "Within time"), "(12)", (_PENDING,), weight=2),
    Column(_OVERDUE, "(13)", (_PENDING,), weight=2),
)


@dataclass(frozen=True, slots=True)
class Template:
    """One of the three forms: ``subject`` heads its column 2, ``notes`` stand on every copy of it."""

    name: str
    title: Text
    subject: Text
    notes: tuple[Text, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns 1 to 13."""
        return (_NUMBER, Column(self.subject, "(2)", kind="text", weight=5), *_NUMBERS)


_REMEMBERED = Text(
    "Cột (3) đến (13) theo biểu II.06a đang dùng trên thực tế; tên biểu và cách xếp dòng của biểu này ghi theo trí "
    "nhớ, chưa đối chiếu với Thông tư số 01/2020/TT-VPCP.",
    "Columns (3) to (13) are those of form II.06a as offices use it; the title and the rows of this form are "
    "remembered, not checked against Circular 01/2020/TT-VPCP.",
)
II06A = Template(
    "II.06a",
    Text(
        "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        "RESOLUTION OF ADMINISTRATIVE PROCEDURES AT THE UNIT THAT RESOLVES THEM",
    ),
    Text("Lĩnh vực", "Field"),
)
II06B = Template(
    "II.06b",
    Text(
        "TỔNG HỢP TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH THEO CƠ QUAN, ĐƠN VỊ",
        "RESOLUTION OF ADMINISTRATIVE PROCEDURES BY AGENCY",
    ),
    Text("Cơ quan, đơn vị", "Agency"),
    (
        _REMEMBERED,
        Text(
            "Dòng của cơ quan báo cáo là hồ sơ do chính cơ quan đó giải quyết; dòng của đơn vị trực thuộc gồm cả các "
            "đơn vị cấp dưới của đơn vị đó.",
            "The reporting agency's own row holds the dossiers it resolves itself; the row of an agency below it "
            "includes those further below.",
        ),
    ),
)
II06C = Template(
    "II.06c",
    Text(
        "TỔNG HỢP TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH THEO CẤP HÀNH CHÍNH",
        "RESOLUTION OF ADMINISTRATIVE PROCEDURES BY LEVEL OF GOVERNMENT",
    ),
    Text("Cấp giải quyết", "Level"),
    (
        _REMEMBERED,
        Text(
            "Cấp của hồ sơ là cấp của cơ quan giải quyết theo danh mục cơ quan vào ngày cuối kỳ; đơn vị chưa ghi cấp "
            "tính theo cơ quan cấp trên gần nhất.",
            "A dossier's level is that of the agency that resolves it, by the catalogue of the period's last day; a "
            "unit without a level has that of the nearest agency above it.",
        ),
    ),
)
_IDENTITIES = ((3, (4, 5, 6)), (7, (8, 9, 10)), (11, (12, 13)), (3, (7, 11)))
_FIRST, _LAST = 3, 13


@dataclass(frozen=True, slots=True)
class CountedRow:
    """The row of one field (lĩnh vực), agency or level."""

    name: Text
    counts: Counts


def build(
    rows: Sequence[CountedRow],
    total: Counts,
    *,
    agency: Agency,
    receiver: Text,
    period: ReportingPeriod,
    as_of: AsOf,
    signature: Signature,
    template: Template = II06A,
    notes: tuple[Text, ...] = (),
) -> Form:
    """The form. Raises ``FormInconsistent`` if a row breaks the form's sums or the rows do not add up to the total."""
    for row in (*rows, CountedRow(_SUM, total)):
        _check(row)
    _check_total(rows, total)
    body = tuple((str(number), row.name, *row.counts) for number, row in enumerate(rows, start=1))
    name = template.name
    table = Table(Text(name, name), template.columns, body, ("", _SUM, *total), Text("Số hồ sơ TTHC", "Dossiers"))
    return Form(
        name,
        f"{name}/VPCP/KSTT",
        template.title,
        agency,
        receiver,
        period,
        as_of,
        table,
        (*template.notes, *notes),
        signature,
    )


def _check(row: CountedRow) -> None:
    if len(row.counts) != _LAST - _FIRST + 1:
        raise FormInconsistent(f"{row.name.vi}: {len(row.counts)} columns instead of 11")
    for whole, parts in _IDENTITIES:
        values = [row.counts[column - _FIRST] for column in (whole, *parts)]
        known = [value for value in values if value is not None]
        if len(known) == len(values) and known[0] != sum(known[1:]):
            raise FormInconsistent(f"{row.name.vi}: column {whole} is {known[0]}, its parts {parts} are {known[1:]}")


def _check_total(rows: Sequence[CountedRow], total: Counts) -> None:
    for index, whole in enumerate(total):
        values = [row.counts[index] for row in rows]
        known = [value for value in values if value is not None]
        if whole is not None and len(known) == len(values) and sum(known) != whole:
            raise FormInconsistent(f"column {index + _FIRST}: the rows add up to {sum(known)}, the total is {whole}")
