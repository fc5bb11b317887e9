"""Our own due date beside the portal's: the procedure's limit in the catalogue, counted in working days.

Frozen into the ledger at intake, because limits and calendars change later and an old answer may not. Where the
catalogue names no single limit, or one in other units, or the calendar is not confirmed so far, there is none.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from shared.domain.calendar import CalendarUnknown, WorkingCalendar
from shared.domain.channel import Channel
from shared.domain.identifiers import AgencyCode, IdentifierError

_MOST_REMEMBERED = 50_000

Limit = tuple[str, str, int, int]
"""Agency whose catalogue it is, procedure, channel, working days."""


class StatutoryDates:
    """Answers for one run. ``limits`` lists every current limit in working days; several cases make none."""

    def __init__(self, limits: Iterable[Limit], calendar: WorkingCalendar | None) -> None:
        self.calendar = calendar
        self._limits = _single(limits)
        self._wider: dict[str, tuple[str, ...]] = {}
        self._days: dict[tuple[date, int], date | None] = {}

    def due(self, agency: str, procedure: str, channel: int | None, received_on: date) -> date | None:
        """The last day of the limit; the day of receipt is not counted. The nearest agency's catalogue decides."""
        if not self._limits:
            return None
        way = channel or Channel.DIRECT
        for code in self._wider.get(agency) or self._widen(agency):
            days = self._limits.get((code, procedure, way))
            if days is not None:
                return self._add(received_on, days)
        return None

    def _widen(self, agency: str) -> tuple[str, ...]:
        if len(self._wider) >= _MOST_REMEMBERED:
            self._wider.clear()
        try:
            codes = tuple(str(code) for code in AgencyCode.parse(agency).ancestors())
        except IdentifierError:
            codes = (agency,)
        self._wider[agency] = codes
        return codes

    def _add(self, received_on: date, days: int) -> date | None:
        asked = (received_on, days)
        if asked not in self._days:
            if len(self._days) >= _MOST_REMEMBERED:
                self._days.clear()
            self._days[asked] = self._compute(received_on, days)
        return self._days[asked]

    def _compute(self, received_on: date, days: int) -> date | None:
        if self.calendar is None:
            return None
        try:
            return self.calendar.add(received_on, days)
        except CalendarUnknown:
            return None


def _single(limits: Iterable[Limit]) -> Mapping[tuple[str, str, int], int]:
    """A procedure with different limits for different cases has no single one: the record does not name its case."""
    found: defaultdict[tuple[str, str, int], set[int]] = defaultdict(set)
    for agency, procedure, channel, days in limits:
        found[agency, procedure, channel].add(days)
    return {key: next(iter(days)) for key, days in found.items() if len(days) == 1}
