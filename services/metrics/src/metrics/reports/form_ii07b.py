"""Form II.07b (TT 01/2020/TT-VPCP): how many procedures there are, are under the one-stop, and have a process.

Columns, headings and title are those of a running portal's print template (practice); the circular was not read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.domain.period import ReportingPeriod
from metrics.reports.errors import FormInconsistent
from metrics.reports.model import Agency, AsOf, Column, Form, Signature, Table, Text

_ALL = Text("Tổng số TTHC thuộc thẩm quyền giải quyết của địa phương", "Procedures decided locally")
_ONE_STOP = Text("TTHC được thực hiện theo cơ chế một cửa, một cửa liên thông", "Procedures under the one-stop")
_PROCESSES = Text(
    "Quy trình nội bộ giải quyết TTHC theo cơ chế một cửa, một cửa liên thông được ban hành",
    "Internal processes issued for the one-stop",
)
_LEVELS = (Text("Cấp tỉnh", "Province"), Text("Cấp huyện", "District"), Text("Cấp xã", "Commune"))
_AT_LEVELS = (
    Text("Tại BPMC cấp tỉnh", "At the province's one-stop"),
    Text("Tại BPMC cấp huyện", "At the district's one-stop"),
    Text("Tại BPMC cấp xã", "At the commune's one-stop"),
)
_GROUPS = (
    (3, _ALL, Text("Tổng số TTHC", "Total"), _LEVELS),
    (7, _ONE_STOP, Text("Tổng số TTHC", "Total"), _AT_LEVELS),
    (11, _PROCESSES, Text("Tổng số quy trình", "Total"), _LEVELS),
)
_SUM = Text("Tổng số", "Total")
_TITLE = Text("TỔNG HỢP SỐ LƯỢNG THỦ TỤC HÀNH CHÍNH", "NUMBER OF ADMINISTRATIVE PROCEDURES")
_ONCE = Text(
    "Dòng tổng số đếm mỗi TTHC một lần, dù nhiều đơn vị cùng có TTHC đó; cột (7) đến (14) do đơn vị báo cáo, không "
    "cộng từ cấp dưới.",
    "The total counts each procedure once, however many agencies have it; columns (7) to (14) are what the agency "
    "itself reports, not added up from those below.",
)
DISTRICT_COLUMNS = (5, 9, 13)


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency: columns 3 to 14 in order, None where not known, without the district's where there is no such level.

    ``several``: how often procedures stand at a further level; ``unplaced``: those at none of the form's levels.
    """

    name: Text
    counts: Sequence[int | None]
    several: int
    unplaced: int


def numbers(*, districts: bool) -> tuple[int, ...]:
    """The numbers of the columns after the second."""
    return tuple(number for number in range(3, 15) if districts or number not in DISTRICT_COLUMNS)


def build(
    rows: Sequence[AgencyRow],
    total: AgencyRow,
    *,
    districts: bool,
    agency: Agency,
    receiver: Text,
    period: ReportingPeriod,
    as_of: AsOf,
    signature: Signature,
    notes: tuple[Text, ...] = (),
) -> Form:
    """The form. Raises ``FormInconsistent`` where procedures are lost between column 3 and its parts."""
    for row in (*rows, total):
        _check(row, districts=districts)
    body = tuple((str(number), row.name, *row.counts) for number, row in enumerate(rows, start=1))
    table = Table(Text("II.07b", "II.07b"), _columns(districts=districts), body, ("", _SUM, *total.counts))
    remarks = (_ONCE, *_placement(total), *_disagreements(rows, total, districts=districts), *notes)
    return Form("II.07b", "II.07b/VPCP/KSTT", _TITLE, agency, receiver, period, as_of, table, remarks, signature)


def _columns(*, districts: bool) -> tuple[Column, ...]:
    found = [
        Column(Text("STT", "No."), "(1)", kind="text", weight=1),
        Column(Text("Đơn vị", "Agency"), "(2)", kind="text", weight=5),
    ]
    for first, group, whole, parts in _GROUPS:
        shown = [(first + 1 + place, part) for place, part in enumerate(parts) if districts or place != 1]
        sums = "+".join(f"({number})" for number, _ in shown)
        found.append(Column(whole, f"({first})={sums}", (group,), weight=3))
        found += [Column(part, f"({number})", (group,), weight=2) for number, part in shown]
    return tuple(found)


def _check(row: AgencyRow, *, districts: bool) -> None:
    if len(row.counts) != len(numbers(districts=districts)):
        raise FormInconsistent(f"{row.name.vi}: {len(row.counts)} columns")
    whole, *parts = row.counts[: 4 if districts else 3]
    known = [part for part in parts if part is not None]
    if whole is None or len(known) < len(parts):
        return
    if whole != sum(known) - row.several + row.unplaced:
        raise FormInconsistent(f"{row.name.vi}: column 3 is {whole}, its parts are {known}")


def _placement(total: AgencyRow) -> tuple[Text, ...]:
    """Why column 3 is not the sum of its parts, where it is not."""
    found = []
    if total.several:
        found.append(Text(
            f"Cột (3) đếm mỗi TTHC một lần; {total.several} lượt TTHC được giải quyết ở thêm một cấp nữa.",
            f"Column (3) counts each procedure once; {total.several} times one is also decided at a further level.",
        ))  # fmt: skip
    if total.unplaced:
        found.append(Text(
            f"{total.unplaced} TTHC trong cột (3) chưa ghi cấp giải quyết hoặc không thuộc các cấp của biểu.",
            f"{total.unplaced} procedures of column (3) have no level of authority, or none of the form's.",
        ))  # fmt: skip
    return tuple(found)


def _disagreements(rows: Sequence[AgencyRow], total: AgencyRow, *, districts: bool) -> tuple[Text, ...]:
    """What an office reports stands as it reports it, also where its total is not the sum of its parts."""
    wide = 4 if districts else 3
    found = []
    for row in (*rows, total):
        for place, (first, *_) in enumerate(_GROUPS[1:], start=1):
            whole, *parts = row.counts[place * wide : (place + 1) * wide]
            known = [part for part in parts if part is not None]
            if whole is not None and len(known) == len(parts) and whole != sum(known):
                found.append(Text(
                    f"{row.name.vi}: cột ({first}) đơn vị ghi {whole}, các cấp cộng lại là {sum(known)}.",
                    f"{row.name.en}: column ({first}) is reported as {whole}, its levels add up to {sum(known)}.",
                ))  # fmt: skip
    return tuple(dict.fromkeys(found))
