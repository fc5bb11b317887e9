"""Which law's levels hold on a day. Counts made under two of them are not counts of one thing (figures.md 0.1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from metrics.domain.definitions import FigureDefinition
from shared.domain.level import DISTRICT_ENDED_ON

_ONLINE_CHANGED_ON = date(2026, 7, 1)
_ONE_DAY = timedelta(days=1)
_ONLINE_SETS = frozenset({"full_online", "partial_online", "services_used", "services_unused", "index_9"})


class Kind(StrEnum):
    """What is regulated."""

    GOVERNMENT_LEVELS = "government_levels"
    """Which levels of government there are: it decides who resolves what, so it touches every figure."""
    ONLINE_LEVELS = "online_levels"
    """What a full and a partial online service are: it touches figures that rest on that level."""


@dataclass(frozen=True, slots=True)
class Regime:
    """A rule and its days, both included; None: always before, or still in force."""

    kind: Kind
    name: str
    first: date | None
    last: date | None
    legal_basis: str

    def touches(self, first: date, last: date) -> bool:
        begun, ended = self.first is None or self.first <= last, self.last is not None and self.last < first
        return begun and not ended


REGIMES = (
    Regime(Kind.GOVERNMENT_LEVELS, "province_district_commune", None, DISTRICT_ENDED_ON - _ONE_DAY, "NĐ 61/2018/NĐ-CP"),
    Regime(Kind.GOVERNMENT_LEVELS, "province_commune", DISTRICT_ENDED_ON, None, "NĐ 118/2025/NĐ-CP"),
    Regime(Kind.ONLINE_LEVELS, "decree_42_2022", None, _ONLINE_CHANGED_ON - _ONE_DAY, "NĐ 42/2022/NĐ-CP"),
    Regime(Kind.ONLINE_LEVELS, "decree_224_2026", _ONLINE_CHANGED_ON, None, "NĐ 224/2026/NĐ-CP"),
)


def kinds_for(figure: FigureDefinition) -> tuple[Kind, ...]:
    """The kinds of rules a figure depends on."""
    online = not _ONLINE_SETS.isdisjoint(figure.sets)
    return (Kind.GOVERNMENT_LEVELS, Kind.ONLINE_LEVELS) if online else (Kind.GOVERNMENT_LEVELS,)


def regimes(kind: Kind, first: date, last: date) -> tuple[Regime, ...]:
    """Those in force on any of the days, in order."""
    return tuple(regime for regime in REGIMES if regime.kind is kind and regime.touches(first, last))
