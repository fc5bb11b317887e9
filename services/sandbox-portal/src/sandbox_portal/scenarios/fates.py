"""What becomes of a dossier, drawn beforehand into tables whose lengths share no divisor.

Combining three small tables by the dossier's number gives more combinations than there are dossiers, costs
nothing to compute and needs no memory per dossier.
"""

from random import Random
from typing import NamedTuple, TypeVar

from shared.domain.channel import Channel
from shared.domain.status import DossierStatus

T = TypeVar("T")

EARLY, ON_TIME, LATE, NEVER, NOT_ACCEPTED = range(5)

_FATES, _TIMES, _PICKS = 16_381, 8_191, 4_093

_STATUSES = (
    (DossierStatus.RETURNED, 896),
    (DossierStatus.DONE, 60),
    (DossierStatus.REFUSED_AT_RECEPTION, 12),
    (DossierStatus.PROCESSING, 10),
    (DossierStatus.WITHDRAWN, 6),
    (DossierStatus.NEW, 4),
    (DossierStatus.STOPPED, 4),
    (DossierStatus.WAITING_SUPPLEMENT, 4),
    (DossierStatus.RECEIVED, 3),
    (DossierStatus.WAITING_PAYMENT, 1),
)
_CHANNELS = ((Channel.ONLINE, 78), (Channel.DIRECT, 20), (Channel.POSTAL, 2))
_ENDS = ((EARLY, 925), (ON_TIME, 50), (LATE, 25))
_UNACCEPTED = (DossierStatus.NEW, DossierStatus.REFUSED_AT_RECEPTION)
_OPEN = (
    DossierStatus.RECEIVED,
    DossierStatus.PROCESSING,
    DossierStatus.WAITING_SUPPLEMENT,
    DossierStatus.WAITING_PAYMENT,
)


class Fate(NamedTuple):
    """Status, channel and end; ``part`` is 0 to 255, how far into the limit (or how late) the end falls."""

    status: DossierStatus
    channel: Channel
    end: int
    part: int


class Fates:
    """The tables. Times are in milliseconds."""

    def __init__(self, random: Random) -> None:
        statuses = random.choices(*_columns(_STATUSES), k=_FATES)
        channels = random.choices(*_columns(_CHANNELS), k=_FATES)
        self._fates = [_fate(s, c, random) for s, c in zip(statuses, channels, strict=True)]
        self._times = [(random.randrange(60, 15 * 3600) * 1000, _office_ms(random)) for _ in range(_TIMES)]
        self._picks = [min(random.randrange(64), random.randrange(64)) for _ in range(_PICKS)]

    def fate(self, number: int) -> Fate:
        """What becomes of it."""
        return self._fates[number % _FATES]

    def times(self, number: int) -> tuple[int, int]:
        """How long it waited for reception, and the time of day at which it ends."""
        return self._times[number % _TIMES]

    def pick(self, number: int) -> int:
        """0 to 63, low ones far more often: which of an agency's procedures it is for."""
        return self._picks[number % _PICKS]


def _columns(table: tuple[tuple[T, int], ...]) -> tuple[list[T], list[int]]:
    return [row[0] for row in table], [row[1] for row in table]


def _fate(status: DossierStatus, channel: Channel, random: Random) -> Fate:
    drawn = random.choices(*_columns(_ENDS))[0]
    end = NOT_ACCEPTED if status in _UNACCEPTED else NEVER if status in _OPEN else drawn
    return Fate(status, channel, end, random.randrange(256))


def _office_ms(random: Random) -> int:
    return random.randrange(8 * 3600, 17 * 3600) * 1000
