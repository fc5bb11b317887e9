"""Scenario ``haiphong-2024``: 2,215 dossiers that give the 2024 report's integers, and some that must not count.

8 received before 2023-11-15; 2,205 online and 2 others received in the period; 2,172 ended in it, of which 2,155
before and 17 on the day of their appointment; 43 open, none due before 2024-12-05. Days follow the offices'
rhythm: nothing is received on days off, much in the enrolment season. Everything else is drawn from the seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from sandbox_portal.scenarios import education
from sandbox_portal.scenarios.days import DAY_MS, add_working_days, instant, local_ordinal, working_days
from sandbox_portal.scenarios.listed import ListedBook
from sandbox_portal.scenarios.model import Catalogue, Dossier, Procedure, World
from shared.domain.channel import Channel
from shared.domain.level import AuthorityLevel
from shared.domain.status import DossierStatus

NAME = "haiphong-2024"
FIRST, LAST = date(2023, 11, 15), date(2024, 12, 5)
RECEIVED_BEFORE, RECEIVED_IN, ON_TIME, OPEN = 8, 2_207, 17, 43
NEW, REFUSED = 12, 9

_OPENS, _CLOSES = 7 * 3600 + 1800, 17 * 3600
_LUNCH = (11 * 3600 + 1800, 13 * 3600 + 1800)
_SEASON = {1: 0.8, 2: 0.6, 3: 1.0, 4: 1.5, 5: 1.7, 6: 2.4, 7: 3.0, 8: 2.2, 9: 1.0, 10: 0.8, 11: 0.8, 12: 0.8}
_ENROLMENT = range(6, 9)
_OPEN_STATES = (
    DossierStatus.PROCESSING,
    DossierStatus.RECEIVED,
    DossierStatus.PROCESSING,
    DossierStatus.WAITING_SUPPLEMENT,
    DossierStatus.PROCESSING,
)
_OPEN_SINCE = date(2024, 11, 18)
"""The open dossiers of the scenario were received from this day on."""


@dataclass(frozen=True, slots=True)
class _Draft:
    received_on: date
    seconds: int
    procedure: int
    due_on: date
    channel: Channel
    end: str
    """``early``, ``on_time`` or ``open``."""


def build(seed: int) -> World:
    """The scenario's world. Equal seeds give equal bytes."""
    catalogue = education.catalogue()
    maker = _Maker(catalogue, Random(f"{NAME}/{seed}"))  # noqa: S311 - invented data, not a secret
    dossiers = maker.reported()
    dossiers += maker.not_accepted(len(dossiers))
    book = ListedBook(
        dossiers,
        period=(FIRST, LAST),
        changes_from=instant(LAST + timedelta(days=4), _OPENS),
        late=maker.late,
    )
    return World(NAME, f"{NAME}/{seed}", catalogue, book)


class _Maker:
    """Draws dossiers one after another; holds the daily sequence of each agency's codes."""

    def __init__(self, catalogue: Catalogue, random: Random) -> None:
        self._random = random
        self._procedures = [
            p
            for p in catalogue.procedures
            if p.in_force
            and p.level in (AuthorityLevel.PROVINCE_PEOPLES_COMMITTEE, AuthorityLevel.PROVINCIAL_DEPARTMENT)
        ]
        self._agencies = catalogue.agencies
        self._sequence: dict[str, int] = {}
        self._opened = 0

    def reported(self) -> list[Dossier]:
        """The 2,215 dossiers of the report, in the order of receipt."""
        drafts = self._carry_over(self._drafts())
        drafts = self._leave_open(drafts)
        drafts = self._end_on_time(drafts)
        drafts = self._other_channels(drafts)
        return [self._dossier(index, draft) for index, draft in enumerate(drafts)]

    def not_accepted(self, first_index: int) -> list[Dossier]:
        """Submitted and not accepted, or refused at reception: present in the portal, counted nowhere."""
        days = working_days(FIRST, LAST)
        found = []
        for n in range(NEW + REFUSED):
            is_new = n < NEW
            day = days[-1 - n // 3] if is_new else self._random.choice(days)
            status = DossierStatus.NEW if is_new else DossierStatus.REFUSED_AT_RECEPTION
            applied = instant(day, self._office_seconds())
            agency = self._agency()
            found.append(
                Dossier(
                    number=first_index + n,
                    code=self._code(agency, day),
                    agency=agency,
                    procedure=self._pick(day).number,
                    status=status,
                    channel=Channel.ONLINE,
                    applied=applied,
                    accepted=None,
                    due=None,
                    completed=None,
                    updated=applied + (0 if is_new else 3_600_000) + self._random.randrange(1000),
                )
            )
        return found

    def late(self, first_index: int, count: int, at: int) -> list[Dossier]:
        """Dossiers received inside the period and recorded only at ``at``: 1 in 25 overdue, 1 in 16 open."""
        days = [day for day in working_days(FIRST, LAST) if day < date(2024, 10, 1)]
        found = []
        for n in range(count):
            day = self._random.choice(days)
            end = "overdue" if n % 25 == 7 else "open" if n % 16 == 3 else "on_time" if n % 10 == 9 else "early"
            draft = replace(self._draft(day, self._office_seconds()), end=end)
            found.append(self._dossier(first_index + n, draft)._replace(updated=at + n * 1000))
        return found

    def _drafts(self) -> list[_Draft]:
        before = working_days(date(2023, 10, 30), FIRST - timedelta(days=1))
        days = sorted(self._random.sample(before, RECEIVED_BEFORE)) + list(self._spread())
        return [self._draft(day, seconds) for day, seconds in self._with_times(days)]

    def _spread(self) -> Iterator[date]:
        days = working_days(FIRST, LAST)
        weights = [_SEASON[day.month] * self._random.uniform(0.7, 1.3) for day in days]
        total, passed, given = sum(weights), 0.0, 0
        for day, weight in zip(days, weights, strict=True):
            passed += weight
            until = RECEIVED_IN if day == days[-1] else round(RECEIVED_IN * passed / total)
            yield from [day] * (until - given)
            given = until

    def _with_times(self, days: list[date]) -> list[tuple[date, int]]:
        return sorted((day, self._office_seconds()) for day in days)

    def _office_seconds(self) -> int:
        while True:
            seconds = self._random.randrange(_OPENS, _CLOSES)
            if not _LUNCH[0] <= seconds < _LUNCH[1]:
                return seconds

    def _pick(self, day: date, at_least: int = 0) -> Procedure:
        fitting = [p for p in self._procedures if p.working_days >= at_least]
        weights = [_weight(p, day) for p in fitting]
        return self._random.choices(fitting, weights)[0]

    def _draft(self, day: date, seconds: int) -> _Draft:
        procedure = self._pick(day)
        due_on = add_working_days(day, procedure.working_days)
        return _Draft(day, seconds, procedure.number, due_on, Channel.ONLINE, "early")

    def _carry_over(self, drafts: list[_Draft]) -> list[_Draft]:
        """Gives the first ones an appointment inside the period, so that they end in it and in time."""
        return [self._due_from(draft, FIRST + timedelta(days=2)) for draft in drafts[:RECEIVED_BEFORE]] + drafts[
            RECEIVED_BEFORE:
        ]

    def _leave_open(self, drafts: list[_Draft]) -> list[_Draft]:
        recent = [n for n, draft in enumerate(drafts) if draft.received_on >= _OPEN_SINCE]
        chosen = set(self._random.sample(recent, OPEN))
        return [
            replace(self._due_from(draft, LAST), end="open") if n in chosen else draft for n, draft in enumerate(drafts)
        ]

    def _due_from(self, draft: _Draft, earliest: date) -> _Draft:
        """The same draft for a procedure whose limit ends on the earliest day or later."""
        needed = len(working_days(draft.received_on + timedelta(days=1), earliest))
        procedure = self._pick(draft.received_on, at_least=max(needed, 1))
        return replace(
            draft, procedure=procedure.number, due_on=add_working_days(draft.received_on, procedure.working_days)
        )

    def _end_on_time(self, drafts: list[_Draft]) -> list[_Draft]:
        able = [n for n, d in enumerate(drafts) if d.end == "early" and d.received_on >= FIRST and d.due_on <= LAST]
        chosen = set(self._random.sample(able, ON_TIME))
        return [replace(draft, end="on_time") if n in chosen else draft for n, draft in enumerate(drafts)]

    def _other_channels(self, drafts: list[_Draft]) -> list[_Draft]:
        first, second = sorted(self._random.sample(range(RECEIVED_BEFORE + 100, len(drafts) - 200), 2))
        drafts[first] = replace(drafts[first], channel=Channel.DIRECT)
        drafts[second] = replace(drafts[second], channel=Channel.POSTAL)
        return drafts

    def _agency(self) -> int:
        return self._random.choices((1, 2, 3, 4, 5), (60, 12, 12, 8, 8))[0]

    def _code(self, agency: int, day: date) -> str:
        stem = f"{self._agencies[agency].qcvn}-{day:%y%m%d}"
        self._sequence[stem] = self._sequence.get(stem, 0) + 1
        return f"{stem}-{self._sequence[stem]:04d}"

    def _dossier(self, index: int, draft: _Draft) -> Dossier:
        agency = self._agency()
        accepted = instant(draft.received_on, draft.seconds)
        completed = self._completed(draft, accepted)
        status = self._status(draft)
        return Dossier(
            number=index,
            code=self._code(agency, draft.received_on),
            agency=agency,
            procedure=draft.procedure,
            status=status,
            channel=draft.channel,
            applied=self._applied(draft.channel, accepted),
            accepted=accepted,
            due=instant(draft.due_on, _CLOSES),
            completed=completed,
            updated=self._updated(status, accepted, completed),
        )

    def _applied(self, channel: Channel, accepted: int) -> int:
        """Online dossiers wait for reception, over a night or not; at the counter it is a matter of minutes."""
        waited = (
            self._random.randrange(300, 15 * 3600) if channel is Channel.ONLINE else self._random.randrange(60, 900)
        )
        return accepted - waited * 1000

    def _status(self, draft: _Draft) -> DossierStatus:
        if draft.end != "open":
            return self._random.choices((DossierStatus.RETURNED, DossierStatus.DONE), (85, 15))[0]
        self._opened += 1
        return _OPEN_STATES[self._opened % len(_OPEN_STATES)]

    def _completed(self, draft: _Draft, accepted: int) -> int | None:
        """Early, before and after office hours too: a judgement by UTC days or by the hour would go wrong on these."""
        if draft.end == "open":
            return None
        if draft.end == "overdue":
            return instant(add_working_days(draft.due_on, 1 + self._random.randrange(5)), self._office_seconds())
        if draft.end == "on_time":
            hour = self._random.choice((self._office_seconds(), 6 * 3600 + 2400, 17 * 3600 + 2400))
            return instant(draft.due_on, hour)
        day = self._early_day(draft)
        if local_ordinal(accepted) == local_ordinal(instant(day, 0)):
            return instant(day, self._random.randrange(draft.seconds + 60, draft.seconds + 3600))
        return instant(day, self._random.choice((self._office_seconds(), self._office_seconds(), 6 * 3600 + 2700)))

    def _early_day(self, draft: _Draft) -> date:
        last = min(draft.due_on - timedelta(days=1), LAST)
        first = max(draft.received_on, FIRST)
        choices = working_days(first, last) or (first,)
        return self._random.choice(choices)

    def _updated(self, status: DossierStatus, accepted: int, completed: int | None) -> int:
        if completed is None:
            room = instant(LAST, _CLOSES) - accepted
            return accepted + (0 if room <= 0 else self._random.randrange(room))
        pause = DAY_MS if status is DossierStatus.RETURNED else 1_800_000
        return completed + self._random.randrange(60_000, pause)


def _weight(procedure: Procedure, day: date) -> float:
    enrolment = procedure.field.code == "G03-THTS" or procedure.working_days <= 3
    return (12.0 if day.month in _ENROLMENT else 4.0) if enrolment else 1.0
