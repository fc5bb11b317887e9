"""Two periods side by side: which one lies before, what makes them unlike, and by how much their numbers differ."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from metrics.domain import regimes, territory
from metrics.domain.definitions import FigureDefinition
from metrics.domain.errors import PeriodError
from metrics.domain.period import EARLIEST, ReportingPeriod
from metrics.domain.ratio import Numbers
from metrics.domain.regimes import Regime
from metrics.domain.territory import Succession

_ONE_DAY = timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class BreakKind(StrEnum):
    """In what two periods are unlike."""

    TERRITORY = "territory_version"
    GOVERNMENT_LEVELS = "government_levels"
    ONLINE_LEVELS = "online_levels"
    FORMULA = "formula_effective_days"
    """The formula is in force in one of them only: both are computed by it, and it is said."""


@dataclass(frozen=True, slots=True)
class Break:
    """One thing in which the periods are unlike. ``refuses``: what stands on the two sides is not one thing."""

    kind: BreakKind
    current: tuple[str, ...]
    other: tuple[str, ...]
    refuses: bool
    reason: str
    legal_basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Current less other. ``relative`` is of the other's value; ``low`` and ``high`` allow for both sides' unknowns.

    Exact; each is None where it cannot be said, and ``reason`` says why ``absolute`` or else ``relative`` is.
    """

    absolute: Fraction | None
    relative: Fraction | None
    low: Fraction | None
    high: Fraction | None
    reason: str | None


def previous(period: ReportingPeriod) -> ReportingPeriod:
    """The one of the same kind that ends the day before; of a custom range the same number of days."""
    months = _MONTHS.get(period.kind.removeprefix("report_"))
    if months is None:
        length = period.last - period.first
        return _possible(period.kind, period.first - _ONE_DAY - length, period.first - _ONE_DAY)
    return _possible(period.kind, _months_before(period.first, months), period.first - _ONE_DAY)


def a_year_before(period: ReportingPeriod) -> ReportingPeriod:
    """The same days of last year; the 29th of February becomes the 28th in a custom range."""
    if period.kind == "custom":
        return _possible(period.kind, _months_before(period.first, 12), _months_before(period.last, 12))
    stop = _months_before(period.last + _ONE_DAY, 12)
    return _possible(period.kind, _months_before(period.first, 12), stop - _ONE_DAY)


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _possible(kind: str, first: date, last: date) -> ReportingPeriod:
    if first < EARLIEST:
        raise PeriodError("with", f"It would begin on {first}, and days run from {EARLIEST}.")
    return ReportingPeriod(kind, first, last)


def breaks(
    figure: FigureDefinition, current: ReportingPeriod, other: ReportingPeriod, changed: Sequence[Succession]
) -> list[Break]:
    """Everything in which the periods are unlike, worst first. ``changed``: by what the territory changed.

    A period that itself lies across a change is not of one kind, so it is like no other, not even one across the same.
    """
    found = [_territory(current, other, changed)]
    found += [_regime(kind, current, other) for kind in regimes.kinds_for(figure)]
    found.append(_formula(figure, current, other))
    return [one for one in found if one is not None]


def _unlike(one: Sequence[str], other: Sequence[str]) -> bool:
    return one != other or len(one) > 1


def _territory(current: ReportingPeriod, other: ReportingPeriod, changed: Sequence[Succession]) -> Break | None:
    now = territory.versions(current.first, current.last, changed)
    then = territory.versions(other.first, other.last, changed)
    if not _unlike(now, then):
        return None
    days = {*now, *then}
    told = [one for one in changed if one.succeeded_on.isoformat() in days]
    steps = "; ".join(
        f"{one.successor_code} took over from {one.predecessor_code} on {one.succeeded_on}" for one in told
    )
    laws = tuple(dict.fromkeys(one.legal_basis for one in told))
    return Break(BreakKind.TERRITORY, now, then, refuses=True, reason=f"{steps}.", legal_basis=laws)


def _regime(kind: regimes.Kind, current: ReportingPeriod, other: ReportingPeriod) -> Break | None:
    now = regimes.regimes(kind, current.first, current.last)
    then = regimes.regimes(kind, other.first, other.last)
    names = (_names(now), _names(then))
    if not _unlike(*names):
        return None
    laws = dict.fromkeys(regime.legal_basis for regime in (*then, *now))
    reason = "; ".join(_days(regime) for regime in dict.fromkeys((*then, *now)))
    return Break(BreakKind(kind.value), *names, refuses=True, reason=f"{reason}.", legal_basis=tuple(laws))


def _names(found: Sequence[Regime]) -> tuple[str, ...]:
    return tuple(regime.name for regime in found)


def _days(regime: Regime) -> str:
    if regime.first is None:
        return f"{regime.name} until {regime.last}"
    return f"{regime.name} from {regime.first}"


def _formula(figure: FigureDefinition, current: ReportingPeriod, other: ReportingPeriod) -> Break | None:
    now, then = _in_force(figure, current), _in_force(figure, other)
    if now == then:
        return None
    reason = f"Formula {figure.version} is in force {_words(figure)}; both periods are computed by it."
    return Break(BreakKind.FORMULA, (now,), (then,), refuses=False, reason=reason, legal_basis=figure.legal_basis)


def _in_force(figure: FigureDefinition, period: ReportingPeriod) -> str:
    begun, ended = figure.effective_from or date.min, figure.effective_to or date.max
    if period.last < begun or period.first > ended:
        return "outside"
    return "in_force" if begun <= period.first and period.last <= ended else "partly"


def _words(figure: FigureDefinition) -> str:
    begun = "" if figure.effective_from is None else f"from {figure.effective_from}"
    ended = "" if figure.effective_to is None else f"until {figure.effective_to}"
    return f"{begun} {ended}".strip()


def difference(current: Numbers, other: Numbers) -> Difference:
    """How far the current numbers lie from the others; nothing is rounded."""
    low = high = None
    if current.interval is not None and other.interval is not None:
        low, high = current.interval[0] - other.interval[1], current.interval[1] - other.interval[0]
    now, then = current.exact, other.exact
    if now is None or then is None:
        lacking = f"current_{current.reason}" if now is None else f"other_{other.reason}"
        return Difference(None, None, low, high, lacking)
    if then == 0:
        return Difference(now, None, low, high, "other_is_zero")
    return Difference(now - then, (now - then) / then, low, high, None)
