"""The charts of the annual report: what a reader would rather look at than read. Each prints its numbers too."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from metrics.domain.period import ReportingPeriod
from metrics.reports.measures import Figures, Resolver
from metrics.reports.model import DOSSIERS, PROCEDURES, Bar, Chart, Text

MOST_BARS = 24
DISTRICT = "procedures_by_authority_level/DISTRICT"
_OUTCOMES = (
    ("dossiers_resolved_early", Text("Đã giải quyết trước hạn", "Resolved early")),
    ("dossiers_resolved_on_time", Text("Đã giải quyết đúng hạn", "Resolved on the due day")),
    ("dossiers_resolved_overdue", Text("Đã giải quyết quá hạn", "Resolved overdue")),
    ("dossiers_pending_in_time", Text("Đang giải quyết trong hạn", "Pending within time")),
    ("dossiers_pending_overdue", Text("Đang giải quyết quá hạn", "Pending overdue")),
)
_LEVELS = (
    ("procedures_by_authority_level/PROVINCE_PEOPLES_COMMITTEE", Text("UBND cấp tỉnh", "People's Committee")),
    ("procedures_by_authority_level/PROVINCIAL_DEPARTMENT", Text("Sở, ngành", "Departments")),
    (DISTRICT, Text("Cấp huyện", "Districts")),
    ("procedures_by_authority_level/COMMUNE", Text("Cấp xã", "Communes")),
)
_ONLINE = ("procedures_full_online", "procedures_partial_online")
FIGURES = tuple(f"{figure}/{name.partition('/')[2]}" for name, _ in _LEVELS for figure in _ONLINE)
"""The keys only charts look for in ``figures``."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What was received in a part of the period, a whole calendar month, quarter or year or a cut one."""

    part: ReportingPeriod
    online: int
    other: int


def charts(
    number: str, resolver: Resolver, figures: Figures, intake: Sequence[Intake], *, districts: bool
) -> tuple[Chart, ...]:
    """The charts of one section."""
    drawn = _BY_SECTION.get(number)
    if drawn is None:
        return ()
    levels = tuple((name, label) for name, label in _LEVELS if districts or name != DISTRICT)
    return tuple(chart for chart in drawn(resolver, figures, intake, levels) if _known(chart))


_Levels = Sequence[tuple[str, Text]]


def _known(chart: Chart) -> bool:
    """Whether a single one of its numbers is known: a chart of nothing is none."""
    return any(value is not None for bar in chart.bars for value in bar.values)


def _publication(resolver: Resolver, _figures: Figures, _intake: Sequence[Intake], levels: _Levels) -> Iterator[Chart]:
    title = Text("Số TTHC theo thẩm quyền giải quyết", "Procedures by authority")
    yield Chart(title, PROCEDURES, tuple(Bar(label, (_count(resolver, name),)) for name, label in levels))


def _flow(resolver: Resolver, _figures: Figures, intake: Sequence[Intake], _levels: _Levels) -> Iterator[Chart]:
    outcomes = tuple(Bar(label, (_count(resolver, name),)) for name, label in _OUTCOMES)
    yield Chart(Text("Kết quả giải quyết hồ sơ", "Dossiers by outcome"), DOSSIERS, outcomes)
    title = Text("Hồ sơ tiếp nhận trong kỳ theo thời gian", "Dossiers received over the period")
    ways = (Text("trực tuyến", "online"), Text("trực tiếp, bưu chính", "in person, by post"))
    if len(intake) > 1:
        yield Chart(title, DOSSIERS, tuple(Bar(_part(one.part), (one.online, one.other)) for one in intake), ways)


def _online(_resolver: Resolver, figures: Figures, _intake: Sequence[Intake], levels: _Levels) -> Iterator[Chart]:
    title = Text("Dịch vụ công trực tuyến theo thẩm quyền giải quyết", "Online services by authority")
    kinds = (Text("toàn trình", "fully online"), Text("một phần", "partly online"))
    bars = []
    for name, label in levels:
        found = [figures.get(f"{figure}/{name.partition('/')[2]}") for figure in _ONLINE]
        values = [None if one is None else one.value for one in found]
        bars.append(Bar(label, tuple(value if isinstance(value, int) else None for value in values)))
    yield Chart(title, PROCEDURES, tuple(bars), kinds)


_BY_SECTION: dict[str, Callable[[Resolver, Figures, Sequence[Intake], _Levels], Iterator[Chart]]] = {
    "II.2": _publication,
    "II.4.1": _flow,
    "II.4.2": _online,
}


def _count(resolver: Resolver, name: str) -> int | None:
    value = resolver.resolve(name).lines[-1].value
    return value if isinstance(value, int) else None


def parts(period: ReportingPeriod) -> list[ReportingPeriod]:
    """The months of a period, or its quarters or years where those are too many for one chart; else nothing."""
    for unit in ("month", "quarter", "year"):
        found = period.pieces(unit)
        if len(found) <= MOST_BARS:
            return found
    return []


def _part(part: ReportingPeriod) -> Text:
    """11/2023, Q4/2023 or 2023; a part that is cut by the period's end says which days it has."""
    first, last = part.first, part.last
    if part.kind == "month":
        return Text(f"{first:%m/%Y}", f"{first:%m/%Y}")
    if part.kind == "quarter":
        quarter = (first.month + 2) // 3
        return Text(f"quý {quarter}/{first.year}", f"Q{quarter} {first.year}")
    if part.kind == "year":
        return Text(str(first.year), str(first.year))
    days = f"{first.day:02}" if first == last else f"{first.day:02}–{last.day:02}"
    span = (
        f"{days}/{last:%m/%Y}"
        if (first.year, first.month) == (last.year, last.month)
        else f"{first:%d/%m/%Y}–{last:%d/%m/%Y}"
    )
    return Text(span, span)
