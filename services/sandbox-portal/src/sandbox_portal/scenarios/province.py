"""Scenario ``province``: any number of dossiers, each computed from its number, none held in memory.

Dossiers are numbered in the order of receipt. A job of the invented portal stamps each record anew a fixed time
after receipt, when all that will happen to it has happened; so the order of ``updated`` is the order of receipt
and a page is found by arithmetic, however deep. About 4 % end late or never, and not evenly among agencies.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from random import Random

from sandbox_portal.scenarios import province_catalogue
from sandbox_portal.scenarios.changes import Changes
from sandbox_portal.scenarios.days import DAY_MS, instant, ordinal, working_days
from sandbox_portal.scenarios.fates import EARLY, LATE, NEVER, NOT_ACCEPTED, Fates
from sandbox_portal.scenarios.lifecycle import advance, matches
from sandbox_portal.scenarios.model import Arrivals, Catalogue, Dossier, DossierQuery, World
from sandbox_portal.scenarios.ordering import Ordering
from sandbox_portal.scenarios.province_rhythm import Days, Wheels, day_span
from shared.domain.identifiers import AgencyCode, DossierCode, IdentifierError

NAME = "province"
LAST_YEAR = 2025

_OPENS_MS, _OPEN_MS = 7 * 3_600_000 + 1_800_000, 9 * 3_600_000 + 1_800_000
_DUE_MS = 17 * 3_600_000
_RESTAMPED_MS = 75 * DAY_MS
"""Longer than the longest limit and the longest delay together."""
_CHANGE_STEP_MS = 10
_STRIDE = 7_919
"""Spreads late arrivals over the days; shares no divisor with any number of working days used here."""
_KEPT_SELECTIONS = 4


def build(seed: int, *, dossiers: int, agencies: int, years: int) -> World:
    """The province. Equal arguments give equal bytes."""
    catalogue = province_catalogue.catalogue(agencies)
    first = date(LAST_YEAR - years + 1, 1, 1)
    maker = ProvinceMaker(catalogue, seed, total=dossiers, first=first)
    key = f"{NAME}/{seed}/{dossiers}/{agencies}/{years}"
    return World(NAME, key, catalogue, ProvinceBook(maker, dossiers))


class ProvinceMaker:
    """Computes a dossier from its number."""

    def __init__(self, catalogue: Catalogue, seed: int, *, total: int, first: date) -> None:
        random = Random(f"{NAME}/{seed}")  # noqa: S311 - invented data, not a secret
        last = date(LAST_YEAR, 12, 31)
        opened = working_days(first, last)
        self.total = total
        self.days = Days(opened, total, random)
        self.day_numbers = [ordinal(day) for day in opened]
        self._wheels = Wheels(len(catalogue.agencies), random)
        self._fates = Fates(random)
        self._midnights = [instant(day, 0) for day in working_days(first, last + timedelta(days=90))]
        self._dated = [f"-{day:%y%m%d}-" for day in opened]
        self._agencies = {agency.code: n for n, agency in enumerate(catalogue.agencies)}
        self._stems = [agency.qcvn for agency in catalogue.agencies]
        self._served = [_sixty_four(catalogue, n) for n in range(len(catalogue.agencies))]
        self._limits = [procedure.working_days for procedure in catalogue.procedures]

    def dossier(self, number: int) -> Dossier:
        """The dossier as first recorded; numbers from ``total`` on are late arrivals."""
        if number < self.total:
            day = self.days.of(number)
            position = number - self.days.starts[day]
            received = position * _OPEN_MS // self.days.sizes[day]
        else:
            day, position = self._late_place(number - self.total)
            received = _OPEN_MS
        agency, running = self._wheels.at(day, position)
        procedure = self._served[agency][self._fates.pick(number)]
        status, channel, end, part = self._fates.fate(number)
        waited, ends_at = self._fates.times(number)
        accepted = self._midnights[day] + _OPENS_MS + received
        code = f"{self._stems[agency]}{self._dated[day]}{running:04d}"
        applied, updated = accepted - waited, accepted + _RESTAMPED_MS
        if end == NOT_ACCEPTED:
            return Dossier(number, code, agency, procedure, status, channel, applied, None, None, None, updated)
        limit = self._limits[procedure]
        due = self._midnights[day + limit] + _DUE_MS
        if end == NEVER:
            completed = None
        else:
            after = _ended_after(end, part, limit, agency)
            completed = self._midnights[day + after] + ends_at if after else accepted + ends_at % 1_800_000
        return Dossier(number, code, agency, procedure, status, channel, applied, accepted, due, completed, updated)

    def number(self, code: str, arrived: int) -> int | None:
        """The way back from a code; None when no dossier has it."""
        try:
            parsed = DossierCode.parse(code)
        except IdentifierError:
            return None
        agency = self._agencies.get(str(AgencyCode.parse(str(parsed.agency))))
        low, high = day_span(self.day_numbers, ordinal(parsed.dated), ordinal(parsed.dated))
        if agency is None or low == high:
            return None
        position = self._wheels.position(low, agency, int(code.rpartition("-")[2]))
        if position is None:
            return None
        if position < self.days.sizes[low]:
            return self.days.starts[low] + position
        return self._late_number(low, position, arrived)

    def _late_place(self, late: int) -> tuple[int, int]:
        """Day and position behind that day's own dossiers."""
        turn, place = divmod(late, len(self.day_numbers))
        day = place * _STRIDE % len(self.day_numbers)
        return day, self.days.sizes[day] + turn

    def _late_number(self, day: int, position: int, arrived: int) -> int | None:
        count = len(self.day_numbers)
        place = day * pow(_STRIDE, -1, count) % count
        late = (position - self.days.sizes[day]) * count + place
        return self.total + late if late < arrived else None


class ProvinceBook:
    """Implements ``DossierBook`` over a maker, in memory that does not grow with the number of dossiers."""

    def __init__(self, maker: ProvinceMaker, total: int) -> None:
        self._maker, self._arrived = maker, 0
        self._order = Ordering(total)
        self._changes = Changes(instant(date(LAST_YEAR + 1, 4, 1), 0))
        self._arrivals: list[tuple[int, int]] = []
        self._selections: OrderedDict[tuple[DossierQuery, str], array[int]] = OrderedDict()

    @property
    def version(self) -> str:
        return self._changes.version

    @property
    def period(self) -> tuple[date, date]:
        return date(LAST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)

    def find(self, code: str) -> Dossier | None:
        number = self._maker.number(code, self._arrived)
        return None if number is None else self._now(number)

    def search(
        self, query: DossierQuery, *, newest_first: bool, start: int, stop: int
    ) -> tuple[int, Iterable[Dossier]]:
        if query.everything:
            return self._window(len(self._order), self._order.numbers, newest_first, start, stop)
        if query.code is not None:
            found = self.find(query.code)
            hits = [found] if found is not None and matches(found, query) else []
            return len(hits), hits[start:stop]
        chosen = self._selected(query)
        return self._window(len(chosen), lambda first, last: iter(chosen[first:last]), newest_first, start, stop)

    def every(self) -> Iterable[Dossier]:
        return map(self._now, range(len(self._order)))

    def change(self, *, share: float, round_: int) -> int:
        applied = self._changes.round(share=share, number=round_)
        return 0 if applied is None else self._order.move(applied.modulus, applied.residue)

    def arrive(self, count: int) -> Arrivals:
        first = self._order.append(count)
        self._arrivals.append((first, self._changes.arrival(count)))
        self._arrived += count
        return Arrivals.of([self._now(number) for number in range(first, first + count)])

    def _window(
        self, total: int, numbers: Callable[[int, int], Iterator[int]], newest_first: bool, start: int, stop: int
    ) -> tuple[int, Iterable[Dossier]]:
        start, stop = min(start, total), min(stop, total)
        if newest_first:
            return total, map(self._now, reversed(list(numbers(total - stop, total - start))))
        return total, map(self._now, numbers(start, stop))

    def _now(self, number: int) -> Dossier:
        """The dossier as it stands after the changes made so far."""
        dossier = self._maker.dossier(number)
        if number >= self._maker.total:
            first, at = next(a for a in reversed(self._arrivals) if a[0] <= number)
            return dossier._replace(updated=at + (number - first) * _CHANGE_STEP_MS)
        for applied in self._changes.applied:
            if number % applied.modulus == applied.residue:
                dossier = advance(dossier, applied.starts_at + number // applied.modulus * _CHANGE_STEP_MS)
        return dossier

    def _selected(self, query: DossierQuery) -> "array[int]":
        """Numbers of the matching dossiers in the order of ``updated``: one pass, then kept for the next pages."""
        key = (query, self.version)
        if key not in self._selections:
            numbers = self._candidates(query)
            self._selections[key] = array("Q", (n for n in numbers if matches(self._now(n), query)))
            while len(self._selections) > _KEPT_SELECTIONS:
                self._selections.popitem(last=False)
        return self._selections[key]

    def _candidates(self, query: DossierQuery) -> Iterable[int]:
        if self._changes.applied or self._arrivals:
            return self._order.numbers(0, len(self._order))
        low, high = day_span(self._maker.day_numbers, *query.accepted)
        return range(self._maker.days.first(low), self._maker.days.first(high))


def _sixty_four(catalogue: Catalogue, agency: int) -> list[int]:
    served = province_catalogue.served_by(catalogue, agency)
    return [served[(n + agency) % len(served)].number for n in range(64)]


def _ended_after(end: int, part: int, limit: int, agency: int) -> int:
    """Working days from receipt to end. Every seventh agency is slow: half of what would be early is on time there."""
    if end == EARLY and not (agency % 7 == 3 and part & 1):
        return part * limit >> 8
    if end == LATE:
        return limit + 1 + part % 12
    return limit
