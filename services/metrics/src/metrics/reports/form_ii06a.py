"""Form II.06a (TT 01/2020/TT-VPCP): dossiers by field, 13 columns.

The columns are those of two running report screens (practice); the circular itself was not read. Title and corner
text follow a deployed print template.
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

COLUMNS = (
    Column(Text("TT", "No."), "(1)", kind="text", weight=1),
    Column(Text("Lĩnh vực", "Field"), "(2)", kind="text", weight=5),
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
_IDENTITIES = ((3, (4, 5, 6)), (7, (8, 9, 10)), (11, (12, 13)), (3, (7, 11)))
_FIRST, _LAST = 3, 13


@dataclass(frozen=True, slots=True)
class FieldRow:
    """The row of one field (lĩnh vực)."""

    name: Text
    counts: Counts


def build(
    rows: Sequence[FieldRow],
    total: Counts,
    *,
    agency: Agency,
    receiver: Text,
    period: ReportingPeriod,
    as_of: AsOf,
    signature: Signature,
    notes: tuple[Text, ...] = (),
) -> Form:
    """The form. Raises ``FormInconsistent`` if a row breaks the form's sums or the rows do not add up to the total."""
    for row in (*rows, FieldRow(_SUM, total)):
        _check(row)
    _check_total(rows, total)
    body = tuple((str(number), row.name, *row.counts) for number, row in enumerate(rows, start=1))
    table = Table(Text("II.06a", "II.06a"), COLUMNS, body, ("", _SUM, *total), Text("Số hồ sơ TTHC", "Dossiers"))
    return Form(
        "II.06a",
        "II.06a/VPCP/KSTT",
        Text(
            "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT THỦ TỤC HÀNH "
            "CHÍNH",
            "RESOLUTION OF ADMINISTRATIVE PROCEDURES AT THE UNIT THAT RESOLVES THEM",
        ),
        agency,
        receiver,
        period,
        as_of,
        table,
        notes,
        signature,
    )


def _check(row: FieldRow) -> None:
    if len(row.counts) != _LAST - _FIRST + 1:
        raise FormInconsistent(f"{row.name.vi}: {len(row.counts)} columns instead of 11")
    for whole, parts in _IDENTITIES:
        values = [row.counts[column - _FIRST] for column in (whole, *parts)]
        known = [value for value in values if value is not None]
        if len(known) == len(values) and known[0] != sum(known[1:]):
            raise FormInconsistent(f"{row.name.vi}: column {whole} is {known[0]}, its parts {parts} are {known[1:]}")


def _check_total(rows: Sequence[FieldRow], total: Counts) -> None:
    for index, whole in enumerate(total):
        values = [row.counts[index] for row in rows]
        known = [value for value in values if value is not None]
        if whole is not None and len(known) == len(values) and sum(known) != whole:
            raise FormInconsistent(f"column {index + _FIRST}: the rows add up to {sum(known)}, the total is {whole}")
